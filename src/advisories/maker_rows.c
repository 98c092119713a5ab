/* SPDX-License-Identifier: ISC */
/* Arrays that grow within a limit, and texts that are kept once. */
#include "advisories/maker_private.h"
#include "base/limits.h"
#include "base/number.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_FIRST 64
#define TEXTS_FIRST_SLOTS 1024

static enum err
grow(struct memory *memory, struct rows *rows, size_t cap)
{
	size_t len;
	size_t old = rows->cap * rows->size;

	if (!size_mul(cap, rows->size, &len) ||
	    len - old > memory->limit - memory->used)
		return ERR_LIMIT;
	void *ptr = realloc(rows->ptr, len);

	if (ptr == NULL)
		return ERR_MEMORY;
	memory->used += len - old;
	rows->ptr = ptr;
	rows->cap = cap;
	return ERR_OK;
}

enum err
rows_add(struct memory *memory, struct rows *rows, size_t count, uint32_t *ret)
{
	enum err err = ERR_OK;

	if (count > UINT32_MAX - 1 - rows->count)
		return ERR_LIMIT;
	size_t need = rows->count + count;
	size_t cap = rows->cap > 0 ? rows->cap : ROWS_FIRST;

	while (cap < need)
		cap += cap / 2;
	if (cap > rows->cap)
		err = grow(memory, rows, cap);
	if (err == ERR_LIMIT && cap > need) /* the last that fit */
		err = grow(memory, rows, need);
	if (err != ERR_OK)
		return err;
	if (count > 0)
		memset((uint8_t *)rows->ptr + rows->count * rows->size, 0,
		    count * rows->size);
	*ret = (uint32_t)rows->count;
	rows->count = need;
	return ERR_OK;
}

void
rows_close(struct memory *memory, struct rows *rows)
{
	memory->used -= rows->cap * rows->size;
	free(rows->ptr);
	rows->ptr = NULL;
	rows->count = 0;
	rows->cap = 0;
}

void
texts_open(struct texts *t)
{
	t->pool.size = 1;
	t->end.size = sizeof(uint32_t);
	t->hash.size = sizeof(uint32_t);
	t->slots.size = sizeof(uint32_t);
}

void
texts_close(struct memory *memory, struct texts *t)
{
	rows_close(memory, &t->pool);
	rows_close(memory, &t->end);
	rows_close(memory, &t->hash);
	rows_close(memory, &t->slots);
}

struct bytes
texts_at(const struct texts *t, uint32_t number)
{
	const uint32_t *end = t->end.ptr;
	const uint8_t *pool = t->pool.ptr;

	if (number == 0)
		return (struct bytes){ NULL, 0 };
	return (struct bytes){ pool + end[number - 1],
		end[number] - end[number - 1] };
}

/* The slot that holds the text, or the free one where it belongs; SIZE_MAX
   when there are too many others in between. */
static size_t
find_slot(const struct texts *t, struct bytes text, uint32_t hash)
{
	const uint32_t *slots = t->slots.ptr;
	const uint32_t *hashes = t->hash.ptr;
	size_t mask = t->slots.count - 1;
	size_t at = hash & mask;

	for (size_t i = 0; i < LIMIT_BOOK_SLOTS; i++) {
		uint32_t number = slots[at];

		if (number == 0 ||
		    (hashes[number] == hash &&
			bytes_equal(texts_at(t, number), text)))
			return at;
		at = (at + 1) & mask;
	}
	return SIZE_MAX;
}

/* Twice the slots, so that at most half are taken. */
static enum err
spread(struct memory *memory, struct texts *t)
{
	struct rows wider = { .size = sizeof(uint32_t) };
	const uint32_t *hashes = t->hash.ptr;
	uint32_t first;
	size_t count =
	    t->slots.count > 0 ? t->slots.count * 2 : TEXTS_FIRST_SLOTS;
	enum err err = grow(memory, &wider, count);

	if (err == ERR_OK)
		err = rows_add(memory, &wider, count, &first);
	if (err != ERR_OK) {
		rows_close(memory, &wider);
		return err;
	}
	uint32_t *slots = wider.ptr;

	for (uint32_t i = 1; i < t->end.count; i++) {
		size_t at = hashes[i] & (count - 1);
		size_t tried = 0;

		while (slots[at] != 0 && ++tried < LIMIT_BOOK_SLOTS)
			at = (at + 1) & (count - 1);
		if (slots[at] != 0) {
			rows_close(memory, &wider);
			return ERR_LIMIT;
		}
		slots[at] = i;
	}
	rows_close(memory, &t->slots);
	t->slots = wider;
	return ERR_OK;
}

/* Text 0, and room for the next one. */
static enum err
make_room(struct memory *memory, struct texts *t)
{
	uint32_t at;
	enum err err = ERR_OK;

	if (t->end.count == 0) {
		err = rows_add(memory, &t->end, 1, &at);
		if (err == ERR_OK)
			err = rows_add(memory, &t->hash, 1, &at);
	}
	if (err == ERR_OK && t->end.count >= t->slots.count / 2)
		err = spread(memory, t);
	return err;
}

static enum err
add_text(struct memory *memory, struct texts *t, struct bytes text,
    uint32_t hash, uint32_t *ret)
{
	uint32_t at;
	uint32_t number;
	enum err err = rows_add(memory, &t->pool, text.len, &at);

	if (err == ERR_OK)
		err = rows_add(memory, &t->hash, 1, &number);
	if (err == ERR_OK)
		err = rows_add(memory, &t->end, 1, &number);
	if (err != ERR_OK)
		return err;
	memcpy((uint8_t *)t->pool.ptr + at, text.ptr, text.len);
	((uint32_t *)t->hash.ptr)[number] = hash;
	((uint32_t *)t->end.ptr)[number] = (uint32_t)t->pool.count;
	*ret = number;
	return ERR_OK;
}

enum err
texts_put(
    struct memory *memory, struct texts *t, struct bytes text, uint32_t *ret)
{
	enum err err = make_room(memory, t);

	if (err != ERR_OK)
		return err;
	if (text.len == 0) {
		*ret = 0;
		return ERR_OK;
	}
	uint32_t hash = (uint32_t)(book_hash(text) >> 32);
	size_t at = find_slot(t, text, hash);

	if (at == SIZE_MAX)
		return ERR_LIMIT;
	uint32_t *slots = t->slots.ptr;

	if (slots[at] == 0) {
		uint32_t number;

		err = add_text(memory, t, text, hash, &number);
		if (err != ERR_OK)
			return err;
		slots[at] = number;
	}
	*ret = slots[at];
	return ERR_OK;
}
