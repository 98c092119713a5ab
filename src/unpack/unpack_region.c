/* SPDX-License-Identifier: ISC */
/* Regions: bytes that are cut up into containers and what lies between. */
#include "unpack/unpack_private.h"

#include "unpack/sniff.h"

#include <string.h>

/* What the run of bytes at the start of the gap is. */
static struct chunk
describe_gap(const struct unpack *u, const struct frame *f, struct bytes rest)
{
	struct carve_gap run = carve_next_gap(rest);

	/* A blob is one thing, zeros in it included. */
	if (f->blob != NULL || u->chunk_count >= LIMIT_CHUNKS)
		run = (struct carve_gap){ rest.len, CHUNK_READ };
	struct chunk chunk = {
		.format = chunk_state_text(run.state),
		.nested = !f->in_image,
		.at = (f->in_image ? f->base : f->rel) + f->gap,
		.size = run.len,
		.state = run.state,
		.fault = f->fault,
	};

	if (run.state == CHUNK_READ && f->blob != NULL) {
		chunk.format = f->blob;
		chunk.info = f->info;
	} else if (run.state == CHUNK_READ) {
		const char *name =
		    sniff_blob(bytes_slice(rest, 0, run.len), &chunk.info);

		chunk.format = name != NULL ? name : "raw";
	}
	if (u->cut_short != NULL && run.state != CHUNK_PADDING)
		chunk.state = CHUNK_UNREAD;
	return chunk;
}

static void
give_bytes(struct unpack *u, struct frame *f, const struct chunk *chunk,
    struct unpack_event *ret)
{
	bool all = chunk->size == f->in.len && u->path_len > 0;
	const char *name = f->blob != NULL ? "raw" : chunk->format;

	if (!all &&
	    (!walk_path_add_container(u, name, f->rel + f->gap) ||
		!walk_path_add(u, BYTES("!"))))
		walk_cut_short(u, "path too long");
	*ret = (struct unpack_event){
		.kind = UNPACK_FILE,
		.path = walk_path_bytes(u),
		.raw = true,
		.node = { .kind = NODE_PAYLOAD,
		    .size = chunk->size,
		    .content = bytes_slice(f->in, f->gap, (size_t)chunk->size),
		    .in_place = true,
		    .at = (size_t)f->rel + f->gap },
	};
	u->node_count++;
	u->path_len = f->path_len;
}

/*
 * Gives out the run of bytes at the start of the gap: when they can be read as
 * a file without a name, and as a chunk of the layout. These are two events;
 * the gap moves on with the last. False when the run needs none.
 */
static bool
give_gap(struct unpack *u, struct frame *f, struct unpack_event *ret)
{
	struct chunk chunk =
	    describe_gap(u, f, bytes_slice(f->in, f->gap, f->gap_end - f->gap));
	bool known = f->blob == NULL && chunk.state == CHUNK_READ &&
	    strcmp(chunk.format, "raw") != 0;
	bool is_file = !f->named && chunk.state == CHUNK_READ;
	bool is_chunk =
	    f->in_image || known || (chunk.state == CHUNK_OPAQUE && !f->named);

	if (is_file && !f->gap_given) {
		give_bytes(u, f, &chunk, ret);
		f->gap_given = is_chunk;
		if (!is_chunk)
			f->gap += (size_t)chunk.size;
		return true;
	}
	f->gap_given = false;
	if (is_chunk) {
		/* A blob's path names it already: without its final '!'. */
		if (f->blob != NULL && chunk.size == f->in.len)
			u->path_len--;
		else if (!walk_path_add_container(
			     u, chunk.format, f->rel + f->gap))
			walk_cut_short(u, "path too long");
		walk_give_chunk(u, &chunk, ret);
		u->path_len = f->path_len;
	}
	f->gap += (size_t)chunk.size;
	return is_chunk;
}

static void
enter_hit(struct unpack *u, struct frame *f)
{
	struct frame child = {
		.kind = FRAME_CONTAINER,
		.in = bytes_from(f->in, f->hit.at),
		.in_image = f->in_image,
		.base = f->base + f->hit.at,
		.rel = f->rel + f->hit.at,
		.format = f->hit.format,
		.info = f->hit.info,
		.at = f->hit.at,
	};

	f->found = false;
	if (child.info.size > 0)
		child.in = bytes_slice(child.in, 0, child.info.size);
	if (!walk_path_add_container(u, child.format->name, child.rel)) {
		walk_cut_short(u, "path too long");
		f->pos = f->hit.at + 1;
		u->path_len = f->path_len;
		return;
	}
	child.path_len = u->path_len;
	if (!walk_push(u, &child)) {
		f->fault = (struct fault){ .code = ERR_LIMIT,
			.format = child.format->name,
			.field = "depth" };
		f->pos = f->in.len;
		u->path_len = f->path_len;
	}
}

/* A blob that only its strings name becomes a region of that format. */
static bool
enter_blob(struct unpack *u, struct frame *f, struct unpack_event *ret)
{
	struct format_info info;
	const char *name = sniff_blob(f->in, &info);

	if (name == NULL)
		return false;
	struct chunk chunk = {
		.format = name,
		.nested = true,
		.at = f->rel,
		.size = f->in.len,
		.state = CHUNK_READ,
		.info = info,
	};

	f->blob = name;
	f->info = info;
	if (!walk_path_add_container(u, name, f->rel)) {
		walk_cut_short(u, "path too long");
		return false;
	}
	bool in_image = f->in_image;

	if (!in_image)
		walk_give_chunk(u, &chunk, ret);
	if (walk_path_add(u, BYTES("!")))
		f->path_len = u->path_len;
	return !in_image;
}

/* One step in a region. False: no event yet, go on. */
bool
walk_step_region(struct unpack *u, struct unpack_event *ret)
{
	struct frame *f = walk_top(u);

	if (f->gap < f->gap_end)
		return give_gap(u, f, ret);
	if (f->found) {
		enter_hit(u, f);
		return false;
	}
	if (f->gap == f->in.len) {
		walk_pop(u);
		return false;
	}
	bool at_start = f->pos == 0;

	f->found = u->cut_short == NULL &&
	    carve_find(u->index, f->in, f->gap, f->pos, u->budget, &f->hit);
	if (!f->found && budget_take(u->budget, 0) != ERR_OK)
		walk_cut_short(u, "time or decompressed bytes used up");
	f->gap_end = f->found ? f->hit.at : f->in.len;
	f->pos = f->gap_end;
	if (at_start && f->whole && f->gap_end > 0)
		return enter_blob(u, f, ret);
	return false;
}
