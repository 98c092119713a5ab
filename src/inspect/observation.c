/* SPDX-License-Identifier: ISC */
/* Collects chunks and facts, and makes a torn layout whole. */
#include "inspect/observation.h"

#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>

#define OBSERVATION_FIRST_CAP ((size_t)64)

/* For the texts of chunks, so that a flood of facts leaves room for them. */
#define OBSERVATION_TEXTS_LEN (16 * MIB)

struct observation
observation_open(void)
{
	return (struct observation){
		.facts = facts_open(LIMIT_FACTS_LEN + OBSERVATION_TEXTS_LEN),
	};
}

void
observation_close(struct observation *o)
{
	facts_close(&o->facts);
	free(o->chunks);
	*o = observation_open();
}

static enum err
make_room(struct observation *o)
{
	if (o->chunk_count < o->chunk_cap)
		return ERR_OK;
	size_t cap =
	    o->chunk_cap == 0 ? OBSERVATION_FIRST_CAP : o->chunk_cap * 2;
	struct chunk *chunks = realloc(o->chunks, cap * sizeof(*chunks));

	if (chunks == NULL)
		return ERR_MEMORY;
	o->chunks = chunks;
	o->chunk_cap = cap;
	return ERR_OK;
}

/* Moves a text into the arena; NULL stays NULL. */
static bool
keep_text(struct arena *arena, const char **text)
{
	if (*text == NULL)
		return true;
	*text = arena_text(arena, bytes_of(*text));
	return *text != NULL;
}

enum err
observation_add_chunk(struct observation *o, const struct chunk *chunk)
{
	struct chunk copy = *chunk;
	struct arena *arena = &o->facts.arena;

	if (o->chunk_count == LIMIT_CHUNKS)
		return ERR_LIMIT;
	if (make_room(o) != ERR_OK)
		return ERR_MEMORY;
	copy.path = arena_copy(arena, chunk->path);
	if (copy.path.len != chunk->path.len ||
	    !keep_text(arena, &copy.format) ||
	    !keep_text(arena, &copy.info.architecture) ||
	    !keep_text(arena, &copy.info.operating_system) ||
	    !keep_text(arena, &copy.fault.format) ||
	    !keep_text(arena, &copy.fault.field))
		return ERR_LIMIT;
	o->chunks[o->chunk_count++] = copy;
	return ERR_OK;
}

static int
compare_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* Layout first, each in the order of its place; ties by what tells apart. */
static int
compare_chunks(const void *left, const void *right)
{
	const struct chunk *a = left;
	const struct chunk *b = right;
	int order = (int)a->nested - (int)b->nested;

	if (order == 0)
		order = compare_u64(a->at, b->at);
	if (order == 0)
		order = bytes_compare(a->path, b->path);
	if (order == 0)
		order = compare_u64(a->size, b->size);
	return order;
}

/* No limit on these: there is at most one more of them than of chunks. */
static enum err
add_gap(struct observation *o, uint64_t at, uint64_t size)
{
	char path[40];
	int len =
	    snprintf(path, sizeof(path), "raw@0x%llx", (unsigned long long)at);
	struct chunk gap = {
		.format = "raw",
		.at = at,
		.size = size,
		.state = CHUNK_UNREAD,
		.info = { .detail = "the parser did not get to these bytes" },
	};

	if (make_room(o) != ERR_OK)
		return ERR_MEMORY;
	gap.path = arena_copy(&o->facts.arena,
	    (struct bytes){ (const uint8_t *)path, (size_t)len });
	o->chunks[o->chunk_count++] = gap;
	return ERR_OK;
}

/* Keeps the layout's chunks that follow each other inside the image, and all
   nested ones; both are sorted already. */
static void
drop_misfits(struct observation *o, uint64_t image_size)
{
	uint64_t end = 0;
	size_t kept = 0;

	for (size_t i = 0; i < o->chunk_count; i++) {
		const struct chunk *chunk = &o->chunks[i];

		if (!chunk->nested) {
			if (chunk->at < end || chunk->at > image_size ||
			    chunk->size == 0 ||
			    chunk->size > image_size - chunk->at)
				continue;
			end = chunk->at + chunk->size;
		}
		o->chunks[kept++] = *chunk;
	}
	o->chunk_count = kept;
}

static enum err
fill_gaps(struct observation *o, uint64_t image_size)
{
	size_t count = o->chunk_count; /* gaps are added behind these */
	uint64_t end = 0;

	for (size_t i = 0; i < count && !o->chunks[i].nested; i++) {
		struct chunk chunk = o->chunks[i];

		if (chunk.at > end) {
			enum err err = add_gap(o, end, chunk.at - end);

			if (err != ERR_OK)
				return err;
		}
		end = chunk.at + chunk.size;
	}
	return end < image_size ? add_gap(o, end, image_size - end) : ERR_OK;
}

static void
sort(struct observation *o)
{
	if (o->chunk_count > 1)
		qsort(o->chunks, o->chunk_count, sizeof(*o->chunks),
		    compare_chunks);
}

enum err
observation_complete_layout(struct observation *o, uint64_t image_size)
{
	sort(o);
	drop_misfits(o, image_size);
	enum err err = fill_gaps(o, image_size);

	sort(o);
	return err;
}
