/* SPDX-License-Identifier: ISC */
/* Walks an image and all containers in it with an explicit stack. */
#include "unpack/unpack_private.h"

#include "base/out.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A region and a container for each level, and the image. */
#define STACK_LEN ((size_t)2 * LIMIT_UNPACK_DEPTH + 1)

/* The path: appended to as frames are entered, cut back as they are left. */

bool
walk_path_add(struct unpack *u, struct bytes part)
{
	if (part.len > sizeof(u->path) - u->path_len)
		return false;
	if (part.len > 0)
		memcpy(u->path + u->path_len, part.ptr, part.len);
	u->path_len += part.len;
	return true;
}

bool
walk_path_add_container(struct unpack *u, const char *format, uint64_t at)
{
	struct out text = out_open(64);

	out_text(&text, format);
	out_text(&text, "@0x");
	out_hex(&text, at, 1);
	bool ok = text.failed == ERR_OK && walk_path_add(u, out_bytes(&text));

	out_close(&text);
	return ok;
}

struct bytes
walk_path_bytes(const struct unpack *u)
{
	return (struct bytes){ (const uint8_t *)u->path, u->path_len };
}

void
walk_cut_short(struct unpack *u, const char *why)
{
	if (u->cut_short == NULL)
		u->cut_short = why;
}

/* The stack. */

struct frame *
walk_top(struct unpack *u)
{
	return &u->stack[u->depth - 1];
}

bool
walk_push(struct unpack *u, const struct frame *frame)
{
	if (u->depth == STACK_LEN) {
		walk_cut_short(u, "containers nested too deeply");
		return false;
	}
	u->stack[u->depth++] = *frame;
	return true;
}

void
walk_pop(struct unpack *u)
{
	struct frame *frame = walk_top(u);

	assert(u->depth > 0);
	if (frame->handle != NULL)
		frame->format->close(frame->handle);
	if (frame->content)
		u->live_len -= frame->in.len;
	u->depth--;
	if (u->depth > 0)
		u->path_len = walk_top(u)->path_len;
}

void
walk_give_chunk(
    struct unpack *u, const struct chunk *chunk, struct unpack_event *ret)
{
	u->chunk_count++;
	*ret = (struct unpack_event){ .kind = UNPACK_CHUNK, .chunk = *chunk };
	ret->chunk.path = walk_path_bytes(u);
	ret->path = ret->chunk.path;
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

	if (image.len > 0 && !walk_push(u, &first)) {
		unpack_close(u);
		return ERR_MEMORY;
	}
	walk_open_early(u, image);
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

		switch (walk_top(u)->kind) {
		case FRAME_REGION:
			given = walk_step_region(u, &event);
			break;
		case FRAME_CONTAINER:
			err = walk_step_container(u, &event, &given);
			break;
		case FRAME_PIECES:
			given = walk_step_pieces(u, &event);
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
		walk_pop(u);
	if (u->early.handle != NULL)
		u->early.format->close(u->early.handle);
	carve_index_close(u->index);
	free(u->stack);
	free(u);
}
