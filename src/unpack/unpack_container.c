/* SPDX-License-Identifier: ISC */
/* Containers: their nodes one by one, then their own bytes for the layout. */
#include "unpack/unpack_private.h"

#include "base/number.h"

#include <stdlib.h>

/* Files smaller than this are not searched for containers inside. */
#define SEARCH_MIN_LEN (4 * KIB)

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

static void
enter_node(struct unpack *u, struct frame *f)
{
	const struct node *node = &f->node;
	struct carve_hit hit;
	/* A file's bytes are its archive's in the layout, stored or not. */
	bool slice = node->in_place && node->kind == NODE_PAYLOAD;
	struct frame child = {
		.kind = FRAME_REGION,
		.in = node->content,
		.in_image = f->in_image && slice,
		.base = f->base + node->at,
		.rel = slice ? node->at : 0,
		.named = node->kind == NODE_FILE,
		.whole = slice ? node->whole : !node->region,
		.content = !node->in_place,
	};

	if (slice) {
		if (!slice_is_new(f, node))
			return;
		add_slice(f, node);
	}
	if (child.named && !is_worth_a_search(node) &&
	    !carve_find_at_start(node->content, &hit))
		return;
	if (child.content) {
		if (node->content.len > LIMIT_LIVE_LEN - u->live_len) {
			walk_cut_short(
			    u, "decompressed bytes held at one time");
			return;
		}
		u->live_len += node->content.len;
	}
	if (!walk_path_add(u, BYTES("!")) || !walk_path_add(u, node->name) ||
	    (node->name.len > 0 && !walk_path_add(u, BYTES("!")))) {
		walk_cut_short(u, "path too long");
		u->path_len = f->path_len;
	}
	child.path_len = u->path_len;
	if (!walk_push(u, &child)) {
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
		walk_pop(u);
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

	f->handle = walk_take_early(u, f->format, f->in);
	if (f->handle != NULL)
		return ERR_OK;
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
		walk_cut_short(u, "files in the image");
	if (budget_take(u->budget, 0) != ERR_OK)
		walk_cut_short(u, "time or decompressed bytes used up");
	if (u->cut_short != NULL)
		return ERR_LIMIT;
	f->node = (struct node){ .kind = NODE_PAYLOAD };
	enum err err = f->format->next(f->handle, &f->node);

	/* One file that is too large ends nothing but itself. */
	if (err == ERR_LIMIT ||
	    (f->node.fault.code == ERR_LIMIT && budget_left(u->budget) == 0))
		walk_cut_short(u, "time or decompressed bytes used up");
	return err;
}

enum err
walk_step_container(struct unpack *u, struct unpack_event *ret, bool *ret_event)
{
	struct frame *f = walk_top(u);
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
	if (walk_path_add(u, BYTES("!")) && walk_path_add(u, f->node.name)) {
		*ret = (struct unpack_event){ .kind = UNPACK_FILE,
			.path = walk_path_bytes(u),
			.node = f->node };
		*ret_event = true;
	} else {
		walk_cut_short(u, "path too long");
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
bool
walk_step_pieces(struct unpack *u, struct unpack_event *ret)
{
	struct frame *f = walk_top(u);
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
		walk_give_chunk(u, &chunk, ret);
		walk_pop(u);
		return true;
	}
	end = own_piece(f);
	if (f->piece >= f->in.len) {
		walk_pop(u);
		return false;
	}
	chunk.at += f->piece;
	chunk.size = end - f->piece;
	/* said once: with the first piece, which may be a trailer */
	if (f->told)
		chunk.info = (struct format_info){ .size = 0 };
	f->told = true;
	walk_give_chunk(u, &chunk, ret);
	f->piece = end;
	return true;
}
