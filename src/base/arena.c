/* SPDX-License-Identifier: ISC */
/* Blocks of at least ARENA_BLOCK_LEN, newest first. */
#include "base/arena.h"

#include "base/number.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BLOCK_LEN ((size_t)64 << 10)
#define ARENA_ALIGN (alignof(max_align_t))

struct arena_block {
	struct arena_block *older;
	size_t len;
	size_t used;
	alignas(max_align_t) uint8_t data[];
};

struct arena
arena_open(size_t limit)
{
	return (struct arena){ .limit = limit };
}

void
arena_close(struct arena *a)
{
	while (a->block != NULL) {
		struct arena_block *older = a->block->older;

		free(a->block);
		a->block = older;
	}
	a->used = 0;
}

static struct arena_block *
add_block(struct arena *a, size_t need)
{
	size_t len = need > ARENA_BLOCK_LEN ? need : ARENA_BLOCK_LEN;
	struct arena_block *block = calloc(1, sizeof(*block) + len);

	if (block == NULL)
		return NULL;
	block->len = len;
	block->older = a->block;
	a->block = block;
	return block;
}

void *
arena_take(struct arena *a, size_t n)
{
	size_t need;

	if (!size_round_up(n == 0 ? 1 : n, ARENA_ALIGN, &need) ||
	    need > SIZE_MAX - sizeof(struct arena_block) ||
	    need > a->limit - a->used)
		return NULL;
	struct arena_block *block = a->block;

	if (block == NULL || need > block->len - block->used)
		block = add_block(a, need);
	if (block == NULL)
		return NULL;
	void *ret = block->data + block->used;

	block->used += need;
	a->used += need;
	return ret;
}

struct arena_mark
arena_mark(const struct arena *a)
{
	return (struct arena_mark){
		.block = a->block,
		.block_used = a->block != NULL ? a->block->used : 0,
		.used = a->used,
	};
}

void
arena_back(struct arena *a, struct arena_mark mark)
{
	while (a->block != mark.block && a->block->older != NULL) {
		struct arena_block *older = a->block->older;

		free(a->block);
		a->block = older;
	}
	struct arena_block *block = a->block;

	if (block == NULL)
		return;
	/* what is taken is zeroed, so what comes back must be */
	memset(block->data + mark.block_used, 0, block->used - mark.block_used);
	block->used = mark.block_used;
	a->used = mark.used;
}

void *
arena_take_array(struct arena *a, size_t count, size_t size)
{
	size_t n;

	if (!size_mul(count, size, &n))
		return NULL;
	return arena_take(a, n);
}

struct bytes
arena_copy(struct arena *a, struct bytes in)
{
	uint8_t *copy = in.len > 0 ? arena_take(a, in.len) : NULL;

	if (copy == NULL)
		return (struct bytes){ NULL, 0 };
	memcpy(copy, in.ptr, in.len);
	return (struct bytes){ copy, in.len };
}

char *
arena_text(struct arena *a, struct bytes in)
{
	char *copy = in.len < SIZE_MAX ? arena_take(a, in.len + 1) : NULL;

	if (copy == NULL)
		return NULL;
	if (in.len > 0)
		memcpy(copy, in.ptr, in.len);
	copy[in.len] = '\0';
	return copy;
}

struct bytes
arena_print(struct arena *a, size_t limit, const char *format, va_list args)
{
	va_list again;

	va_copy(again, args);
	/* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): it is a copy */
	int wanted = vsnprintf(NULL, 0, format, again);

	va_end(again);
	size_t len = wanted > 0 ? (size_t)wanted : 0;

	if (len >= limit)
		len = limit - 1;
	char *text = arena_take(a, len + 1);

	if (text == NULL)
		return (struct bytes){ NULL, 0 };
	(void)vsnprintf(text, len + 1, format, args);
	return (struct bytes){ (const uint8_t *)text, len };
}
