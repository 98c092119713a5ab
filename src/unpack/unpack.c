/* SPDX-License-Identifier: ISC */
/* Walks an image and all containers in it with an explicit stack. */
#include "unpack/unpack.h"

#include "base/limits.h"
#include "base/number.h"
#include "base/out.h"
#include "unpack/carve.h"
#include "unpack/sniff.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Slices of one container that the layout can tell apart. */
#define SLICES_MAX 128

/* A region and a container for each level, and the image. */
#define STACK_LEN ((size_t)2 * LIMIT_UNPACK_DEPTH + 1)

/* Files smaller than this are not searched for containers inside. */
#define SEARCH_MIN_LEN (4 * KIB)

struct slice {
	size_t at, len;
};

enum frame_kind {
	FRAME_REGION,	 /* bytes to be cut up */
	FRAME_CONTAINER, /* a format being read */
	FRAME_PIECES,	 /* a container done: its own bytes go to the layout */
};

struct frame {
	enum frame_kind kind;
	struct bytes in;
	bool in_image;	 /* in.ptr lies in the outermost image unchanged */
	uint64_t base;	 /* in_image: offset of in[0] in the image */
	uint64_t rel;	 /* offset of in[0] in what the path names */
	size_t path_len; /* of the path in front of what is found here */
	struct fault fault;

	/* FRAME_REGION */
	size_t pos;	/* next byte to look at */
	size_t gap;	/* first byte not yet dealt with */
	size_t gap_end; /* while > gap: these bytes are being given out */
	bool gap_given; /* as a file; the chunk is still to come */
	bool found;	/* hit is waiting behind the gap */
	struct carve_hit hit;
	const char *blob; /* format of the bytes between, or NULL for raw */
	bool named;	  /* a file's content: it was given out already */
	bool whole;	  /* exactly one thing: may be named by its strings */
	bool content;	  /* counted in live_len */

	/* FRAME_CONTAINER, FRAME_PIECES */
	const struct format *format;
	void *handle;
	struct format_info info;
	size_t at; /* offset of in[0] in the region below */
	struct slice slice[SLICES_MAX];
	size_t slice_count;
	size_t piece;	  /* next own byte to report */
	bool told;	  /* info went out with a piece */
	struct node node; /* what next() gave, while its inside is read */
	bool node_waits;  /* node was given out, its inside comes now */
	bool broken;	  /* the container itself, or its one stream */
};

struct unpack {
	struct budget *budget;
	struct carve_index *index;
	struct frame *stack;
	size_t depth;
	char path[LIMIT_PATH_LEN];
	size_t path_len;
	uint64_t live_len; /* decompressed bytes that frames look at */
	size_t node_count;
	size_t chunk_count;
	const char *cut_short;
};

const char *
chunk_state_text(enum chunk_state state)
{
	switch (state) {
	case CHUNK_READ:
		return "read";
	case CHUNK_PADDING:
		return "padding";
	case CHUNK_OPAQUE:
		return "opaque";
	case CHUNK_UNREAD:
		return "unread";
	}
	return "unread";
}

/* The path: appended to as frames are entered, cut back as they are left. */

static bool
path_add(struct unpack *u, struct bytes part)
{
	if (part.len > sizeof(u->path) - u->path_len)
		return false;
	if (part.len > 0)
		memcpy(u->path + u->path_len, part.ptr, part.len);
	u->path_len += part.len;
	return true;
}

static bool
path_add_container(struct unpack *u, const char *format, uint64_t at)
{
	struct out text = out_open(64);

	out_text(&text, format);
	out_text(&text, "@0x");
	out_hex(&text, at, 1);
	bool ok = text.failed == ERR_OK && path_add(u, out_bytes(&text));

	out_close(&text);
	return ok;
}

static struct bytes
path_bytes(const struct unpack *u)
{
	return (struct bytes){ (const uint8_t *)u->path, u->path_len };
}

static void
cut_short(struct unpack *u, const char *why)
{
	if (u->cut_short == NULL)
		u->cut_short = why;
}

/* The stack. */

static struct frame *
top(struct unpack *u)
{
	return &u->stack[u->depth - 1];
}

static bool
push(struct unpack *u, const struct frame *frame)
{
	if (u->depth == STACK_LEN) {
		cut_short(u, "containers nested too deeply");
		return false;
	}
	u->stack[u->depth++] = *frame;
	return true;
}

static void
pop(struct unpack *u)
{
	struct frame *frame = top(u);

	assert(u->depth > 0);
	if (frame->handle != NULL)
		frame->format->close(frame->handle);
	if (frame->content)
		u->live_len -= frame->in.len;
	u->depth--;
	if (u->depth > 0)
		u->path_len = top(u)->path_len;
}

static void
give_chunk(
    struct unpack *u, const struct chunk *chunk, struct unpack_event *ret)
{
	u->chunk_count++;
	*ret = (struct unpack_event){ .kind = UNPACK_CHUNK, .chunk = *chunk };
	ret->chunk.path = path_bytes(u);
	ret->path = ret->chunk.path;
}

/* Regions. */

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
	    (!path_add_container(u, name, f->rel + f->gap) ||
		!path_add(u, BYTES("!"))))
		cut_short(u, "path too long");
	*ret = (struct unpack_event){
		.kind = UNPACK_FILE,
		.path = path_bytes(u),
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
		else if (!path_add_container(u, chunk.format, f->rel + f->gap))
			cut_short(u, "path too long");
		give_chunk(u, &chunk, ret);
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
	if (!path_add_container(u, child.format->name, child.rel)) {
		cut_short(u, "path too long");
		f->pos = f->hit.at + 1;
		u->path_len = f->path_len;
		return;
	}
	child.path_len = u->path_len;
	if (!push(u, &child)) {
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
	if (!path_add_container(u, name, f->rel)) {
		cut_short(u, "path too long");
		return false;
	}
	bool in_image = f->in_image;

	if (!in_image)
		give_chunk(u, &chunk, ret);
	if (path_add(u, BYTES("!")))
		f->path_len = u->path_len;
	return !in_image;
}

/* One step in a region. False: no event yet, go on. */
static bool
step_region(struct unpack *u, struct unpack_event *ret)
{
	struct frame *f = top(u);

	if (f->gap < f->gap_end)
		return give_gap(u, f, ret);
	if (f->found) {
		enter_hit(u, f);
		return false;
	}
	if (f->gap == f->in.len) {
		pop(u);
		return false;
	}
	bool at_start = f->pos == 0;

	f->found = u->cut_short == NULL &&
	    carve_find(u->index, f->in, f->gap, f->pos, u->budget, &f->hit);
	if (!f->found && budget_take(u->budget, 0) != ERR_OK)
		cut_short(u, "time or decompressed bytes used up");
	f->gap_end = f->found ? f->hit.at : f->in.len;
	f->pos = f->gap_end;
	if (at_start && f->whole && f->gap_end > 0)
		return enter_blob(u, f, ret);
	return false;
}

/* Containers. */

static void
add_slice(struct frame *f, const struct node *node)
{
	if (f->slice_count < SLICES_MAX)
		f->slice[f->slice_count++] =
		    (struct slice){ node->at, node->content.len };
}

/* Whether the slice lies apart from those before it and can be followed. */
static bool
slice_is_new(const struct frame *f, const struct node *node)
{
	if (f->slice_count == SLICES_MAX || node->content.len == 0)
		return false;
	for (size_t i = 0; i < f->slice_count; i++)
		if (node->at < f->slice[i].at + f->slice[i].len &&
		    f->slice[i].at < node->at + node->content.len)
			return false;
	return true;
}

/* ELF files are read by the inspectors; everything else may hold images. */
static bool
is_worth_a_search(const struct node *node)
{
	return node->content.len >= SEARCH_MIN_LEN &&
	    !bytes_starts(node->content,
		BYTES("\x7f"
		      "ELF"));
}

static bool
starts_container(struct unpack *u, const struct node *node)
{
	struct carve_hit hit;

	return carve_find(u->index, node->content, 0, 0, u->budget, &hit) &&
	    hit.at == 0;
}

static void
enter_node(struct unpack *u, struct frame *f)
{
	const struct node *node = &f->node;
	/* A file's bytes are its archive's in the layout, stored or not. */
	bool slice = node->in_place && node->kind == NODE_PAYLOAD;
	struct frame child = {
		.kind = FRAME_REGION,
		.in = node->content,
		.in_image = f->in_image && slice,
		.base = f->base + node->at,
		.rel = slice ? node->at : 0,
		.named = node->kind == NODE_FILE,
		.whole = !slice || node->whole,
		.content = !node->in_place,
	};

	if (slice) {
		if (!slice_is_new(f, node))
			return;
		add_slice(f, node);
	}
	if (child.named && !is_worth_a_search(node) &&
	    !starts_container(u, node))
		return;
	if (child.content) {
		if (node->content.len > LIMIT_LIVE_LEN - u->live_len) {
			cut_short(u, "decompressed bytes held at one time");
			return;
		}
		u->live_len += node->content.len;
	}
	if (!path_add(u, BYTES("!")) || !path_add(u, node->name) ||
	    (node->name.len > 0 && !path_add(u, BYTES("!")))) {
		cut_short(u, "path too long");
		u->path_len = f->path_len;
	}
	child.path_len = u->path_len;
	if (!push(u, &child)) {
		if (child.content)
			u->live_len -= node->content.len;
		u->path_len = f->path_len;
	}
}

static int
compare_slices(const void *a, const void *b)
{
	const struct slice *x = a;
	const struct slice *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

/*
 * The container is done: its size is known, the region below goes on. One that
 * never learned its size was none: its first byte is given back.
 */
static void
finish_container(struct unpack *u, struct frame *f)
{
	struct frame *below = &u->stack[u->depth - 2];
	size_t size = f->info.size;

	if (size == 0 && f->handle != NULL && f->format->used != NULL)
		size = f->format->used(f->handle);
	if (size == 0) {
		below->pos = f->at + 1;
		pop(u);
		return;
	}
	size = size_min(size, f->in.len);
	for (size_t i = 0; i < f->slice_count; i++)
		if (f->slice[i].at + f->slice[i].len > size)
			size = f->slice[i].at + f->slice[i].len;
	f->in = bytes_slice(f->in, 0, size);
	qsort(f->slice, f->slice_count, sizeof(f->slice[0]), compare_slices);
	f->kind = FRAME_PIECES;
	f->piece = 0;
	below->pos = f->at + size;
	below->gap = below->pos;
	below->gap_end = below->pos;
}

static void
note_fault(struct frame *f, struct fault fault)
{
	if (f->fault.code == ERR_OK)
		f->fault = fault;
}

static void
note_broken(struct frame *f, enum err err, const char *field)
{
	note_fault(f,
	    (struct fault){
		.code = err, .format = f->format->name, .field = field });
	f->broken = true;
}

/* ERR_MEMORY ends all; whatever else is wrong is the input's fault. */
static enum err
open_container(struct unpack *u, struct frame *f)
{
	enum err err = ERR_UNSUPPORTED;

	if (f->format->open != NULL)
		err = f->format->open(f->in, u->budget, &f->handle);
	if (err == ERR_OK)
		return ERR_OK;
	f->handle = NULL;
	note_broken(f, err, f->format->open != NULL ? "start" : "no reader");
	finish_container(u, f);
	return err == ERR_MEMORY ? ERR_MEMORY : ERR_OK;
}

static enum err
next_node(struct unpack *u, struct frame *f)
{
	if (u->node_count >= LIMIT_NODES)
		cut_short(u, "files in the image");
	if (budget_take(u->budget, 0) != ERR_OK)
		cut_short(u, "time or decompressed bytes used up");
	if (u->cut_short != NULL)
		return ERR_LIMIT;
	f->node = (struct node){ .kind = NODE_PAYLOAD };
	enum err err = f->format->next(f->handle, &f->node);

	if (err == ERR_LIMIT || f->node.fault.code == ERR_LIMIT)
		cut_short(u, "time or decompressed bytes used up");
	return err;
}

static enum err
step_container(struct unpack *u, struct unpack_event *ret, bool *ret_event)
{
	struct frame *f = top(u);
	enum err err;

	if (f->node_waits) {
		f->node_waits = false;
		enter_node(u, f);
		return ERR_OK;
	}
	if (f->handle == NULL)
		return open_container(u, f);
	err = next_node(u, f);
	if (err != ERR_OK) {
		if (err != ERR_END)
			note_broken(f, err, "contents");
		finish_container(u, f);
		return err == ERR_MEMORY ? ERR_MEMORY : ERR_OK;
	}
	u->node_count++;
	if (f->node.fault.code != ERR_OK) {
		note_fault(f, f->node.fault);
		f->broken |= f->node.kind == NODE_PAYLOAD &&
		    f->node.fault.code != ERR_CHECKSUM;
	}
	f->node_waits = f->node.content.len > 0;
	if (f->node.kind == NODE_PAYLOAD)
		return ERR_OK; /* its region gives it out, piece by piece */
	if (path_add(u, BYTES("!")) && path_add(u, f->node.name)) {
		*ret = (struct unpack_event){ .kind = UNPACK_FILE,
			.path = path_bytes(u),
			.node = f->node };
		*ret_event = true;
	} else {
		cut_short(u, "path too long");
	}
	u->path_len = f->path_len;
	return ERR_OK;
}

/* Moves f->piece behind the slices that start there; the end of the own bytes
   that follow. */
static size_t
own_piece(struct frame *f)
{
	for (size_t i = 0; i < f->slice_count; i++) {
		if (f->slice[i].at > f->piece)
			return f->slice[i].at;
		if (f->slice[i].at + f->slice[i].len > f->piece)
			f->piece = f->slice[i].at + f->slice[i].len;
	}
	return f->in.len;
}

/* The bytes of a container that are its own and not a slice's. */
static bool
step_pieces(struct unpack *u, struct unpack_event *ret)
{
	struct frame *f = top(u);
	size_t end;
	struct chunk chunk = {
		.format = f->format->name,
		.nested = !f->in_image,
		.at = f->in_image ? f->base : f->rel,
		.size = f->in.len,
		.state = f->broken ? CHUNK_UNREAD : CHUNK_READ,
		.info = f->info,
		.fault = f->fault,
	};

	if (!f->in_image) {
		give_chunk(u, &chunk, ret);
		pop(u);
		return true;
	}
	end = own_piece(f);
	if (f->piece >= f->in.len) {
		pop(u);
		return false;
	}
	chunk.at += f->piece;
	chunk.size = end - f->piece;
	/* said once: with the first piece, which may be a trailer */
	if (f->told)
		chunk.info = (struct format_info){ .size = 0 };
	f->told = true;
	give_chunk(u, &chunk, ret);
	f->piece = end;
	return true;
}

/* The handle. */

enum err
unpack_open(struct bytes image, struct budget *budget, struct unpack **ret)
{
	struct unpack *u = calloc(1, sizeof(*u));

	if (u == NULL)
		return ERR_MEMORY;
	u->stack = calloc(STACK_LEN, sizeof(*u->stack));
	u->index = carve_index_open();
	if (u->stack == NULL || u->index == NULL) {
		unpack_close(u);
		return ERR_MEMORY;
	}
	u->budget = budget;
	if (budget->limit == 0) {
		budget->limit = (uint64_t)image.len * LIMIT_UNPACK_RATIO;
		if (budget->limit < LIMIT_UNPACK_MIN_LEN)
			budget->limit = LIMIT_UNPACK_MIN_LEN;
		if (budget->limit > LIMIT_UNPACK_MAX_LEN)
			budget->limit = LIMIT_UNPACK_MAX_LEN;
	}
	struct frame first = {
		.kind = FRAME_REGION,
		.in = image,
		.in_image = true,
	};

	if (image.len > 0 && !push(u, &first)) {
		unpack_close(u);
		return ERR_MEMORY;
	}
	*ret = u;
	return ERR_OK;
}

enum err
unpack_next(struct unpack *u, struct unpack_event *ret)
{
	while (u->depth > 0) {
		struct unpack_event event;
		bool given = false;
		enum err err = ERR_OK;

		switch (top(u)->kind) {
		case FRAME_REGION:
			given = step_region(u, &event);
			break;
		case FRAME_CONTAINER:
			err = step_container(u, &event, &given);
			break;
		case FRAME_PIECES:
			given = step_pieces(u, &event);
			break;
		}
		if (err != ERR_OK)
			return err;
		if (given) {
			*ret = event;
			return ERR_OK;
		}
	}
	return ERR_END;
}

const char *
unpack_cut_short(const struct unpack *u)
{
	return u->cut_short;
}

void
unpack_close(struct unpack *u)
{
	if (u == NULL)
		return;
	while (u->depth > 0)
		pop(u);
	carve_index_close(u->index);
	free(u->stack);
	free(u);
}
