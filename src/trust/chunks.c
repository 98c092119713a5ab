/* SPDX-License-Identifier: ISC */
/* A directory of chunks: doubling copies pointers only. */
#include "trust/chunks.h"

#include <assert.h>
#include <string.h>

#define CHUNK_COUNT ((size_t)1024)
#define DIRECTORY_MIN ((size_t)16)

/* Makes room for one more pointer. */
static bool
grow_directory(struct chunks *c, struct arena *arena, size_t used)
{
	size_t cap = c->chunk_cap == 0 ? DIRECTORY_MIN : c->chunk_cap * 2;
	void **chunk = arena_take_array(arena, cap, sizeof(*chunk));

	if (chunk == NULL)
		return false;
	for (size_t i = 0; i < used; i++)
		chunk[i] = c->chunk[i];
	c->chunk = chunk;
	c->chunk_cap = cap;
	return true;
}

void *
chunks_add(struct chunks *c, struct arena *arena)
{
	size_t used = (c->count + CHUNK_COUNT - 1) / CHUNK_COUNT;

	if (c->count % CHUNK_COUNT == 0) {
		void *chunk;

		if (used == c->chunk_cap && !grow_directory(c, arena, used))
			return NULL;
		chunk = arena_take_array(arena, CHUNK_COUNT, c->size);
		if (chunk == NULL)
			return NULL;
		c->chunk[used] = chunk;
	}
	c->count++;
	return chunks_at(c, c->count - 1);
}

void *
chunks_at(const struct chunks *c, size_t i)
{
	assert(i < c->count);
	return (uint8_t *)c->chunk[i / CHUNK_COUNT] + i % CHUNK_COUNT * c->size;
}
