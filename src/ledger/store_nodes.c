/* SPDX-License-Identifier: ISC */
/* Where nodes, entries and their places are read from: memory, pages, files. */
#include "ledger/store_private.h"

#include <stdlib.h>
#include <string.h>

/* A page is 128 hashes; so many pages are kept at the most: 256 MiB, which four
   million entries need. Taken as they are wanted. */
#define PAGE_HASHES 128
#define PAGE_LEN ((size_t)PAGE_HASHES * SHA256_LEN)
#define PAGES_MIN ((size_t)1 << 8)
#define PAGES_MAX ((size_t)1 << 16)

/* The part of a file that a tail holds: hashes from `first` on. */
static bool
read_tail(const struct store_tail *t, unsigned level, uint64_t index,
    struct merkle_hash *ret)
{
	uint64_t first = t->first >> level;
	const struct out *o = &t->level[level];

	if (index < first || index - first >= o->len / SHA256_LEN)
		return false;
	memcpy(ret->byte, o->ptr + (index - first) * SHA256_LEN, SHA256_LEN);
	return true;
}

/* Reads the page anew, as far as the flat file is known to reach. */
static enum err
load_page(
    struct ledger *l, unsigned level, uint64_t number, struct store_page *page)
{
	uint64_t there = l->durable_size >> level;
	uint64_t first = number * PAGE_HASHES;
	uint64_t count = there > first ? there - first : 0;

	if (page->hash == NULL)
		page->hash = malloc(PAGE_LEN);
	if (page->hash == NULL)
		return ERR_MEMORY;
	if (count > PAGE_HASHES)
		count = PAGE_HASHES;
	page->tag = 0; /* in case it fails */
	enum err err = store_read(l, STORE_LEVEL + level, number * PAGE_LEN,
	    page->hash[0].byte, (size_t)count * SHA256_LEN, NULL);

	if (err != ERR_OK)
		return err == ERR_TRUNCATED ? ERR_CHECKSUM : err;
	page->count = (unsigned)count;
	return ERR_OK;
}

/* Places for the pages of all levels, which are twice those of level 0. */
static enum err
make_places(struct ledger *l)
{
	uint64_t want = 2 * (l->durable_size / PAGE_HASHES + 1);
	size_t count = PAGES_MIN;

	while (count < want && count < PAGES_MAX)
		count *= 2;
	if (l->page_count >= count)
		return ERR_OK;
	store_close_pages(l); /* they are read again */
	l->page = calloc(count, sizeof(*l->page));
	if (l->page == NULL)
		return ERR_MEMORY;
	l->page_count = count;
	return ERR_OK;
}

static enum err
read_page(
    struct ledger *l, unsigned level, uint64_t index, struct merkle_hash *ret)
{
	uint64_t number = index / PAGE_HASHES;
	unsigned at = (unsigned)(index % PAGE_HASHES);
	uint64_t tag = ((uint64_t)level << 48 | number) + 1;
	/* As the pages of a tree in order of its leaves: no two of a young
	   ledger have the same place. */
	uint64_t place = (2 * number + 1) << level;
	enum err err = make_places(l);

	if (err != ERR_OK)
		return err;
	struct store_page *page = &l->page[(place - 1) % l->page_count];

	if (page->tag != tag || at >= page->count) {
		err = load_page(l, level, number, page);
		if (err != ERR_OK)
			return err;
		page->tag = tag;
		if (at >= page->count)
			return ERR_LIMIT;
	}
	*ret = page->hash[at];
	return ERR_OK;
}

enum err
store_read_node(
    void *context, unsigned level, uint64_t index, struct merkle_hash *ret)
{
	struct ledger *l = context;

	if (level >= STORE_LEVELS)
		return ERR_LIMIT;
	if (index >= l->now->first >> level)
		return read_tail(l->now, level, index, ret) ? ERR_OK
							    : ERR_LIMIT;
	if (l->older->live && read_tail(l->older, level, index, ret))
		return ERR_OK;
	return read_page(l, level, index, ret);
}

struct merkle_nodes
ledger_nodes(struct ledger *ledger)
{
	return (struct merkle_nodes){ store_read_node, ledger };
}

void
store_close_pages(struct ledger *l)
{
	for (size_t i = 0; i < l->page_count; i++)
		free(l->page[i].hash);
	free(l->page);
	l->page = NULL;
	l->page_count = 0;
}

enum err
store_read_entries(const struct ledger *l, uint64_t at, uint8_t *room,
    size_t len, struct ledger_why *why)
{
	const struct store_tail *tail[2] = { l->older, l->now };
	uint64_t flat_end = l->now->entries_at;

	if (l->older->live)
		flat_end = l->older->entries_at;
	if (at < flat_end) {
		size_t n = flat_end - at < len ? (size_t)(flat_end - at) : len;
		enum err err = store_read(l, STORE_ENTRIES, at, room, n, why);

		if (err != ERR_OK)
			return err == ERR_TRUNCATED ? ERR_CHECKSUM : err;
		at += n;
		room += n;
		len -= n;
	}
	for (unsigned i = l->older->live ? 0 : 1; i < 2 && len > 0; i++) {
		const struct out *o = &tail[i]->entries;
		uint64_t skip = at - tail[i]->entries_at;

		if (skip >= o->len)
			continue;
		size_t n = o->len - skip < len ? o->len - (size_t)skip : len;

		memcpy(room, o->ptr + skip, n);
		at += n;
		room += n;
		len -= n;
	}
	return len == 0 ? ERR_OK : ERR_LIMIT;
}

static uint64_t
u64le_at(const uint8_t *from)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < 8; i++)
		value |= (uint64_t)from[i] << 8 * i;
	return value;
}

/* The offset that a tail holds for an entry; false when it does not. */
static bool
read_tail_end(const struct store_tail *t, uint64_t index, uint64_t *ret)
{
	if (index < t->first ||
	    index - t->first >= t->offsets.len / STORE_OFFSET_LEN)
		return false;
	*ret = u64le_at(t->offsets.ptr + (index - t->first) * STORE_OFFSET_LEN);
	return true;
}

enum err
store_read_end(const struct ledger *l, uint64_t index, uint64_t *ret,
    struct ledger_why *why)
{
	uint8_t room[STORE_OFFSET_LEN];

	if (read_tail_end(l->now, index, ret) ||
	    (l->older->live && read_tail_end(l->older, index, ret)))
		return ERR_OK;
	enum err err = store_read(l, STORE_OFFSETS, index * STORE_OFFSET_LEN,
	    room, sizeof(room), why);

	if (err != ERR_OK)
		return err == ERR_TRUNCATED ? ERR_CHECKSUM : err;
	*ret = u64le_at(room);
	return ERR_OK;
}
