/* SPDX-License-Identifier: ISC */
/* Where nodes, entries and their places are read from: memory, pages, files. */
#include "ledger/store_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A page is 128 hashes. So many of level 0 are kept at the most, half as many of
   each level above, but a few: 256 MiB, which four million entries need. Taken
   as they are wanted. */
#define PAGE_HASHES 128
#define PAGE_LEN ((size_t)PAGE_HASHES * SHA256_LEN)
#define PAGE_ALIGN ((size_t)64) /* a hash never lies in two lines of a cache */
#define PAGES_MIN ((size_t)16)
#define PAGES_MAX ((size_t)1 << 15)

/* The part of a file that a tail holds: hashes from `first` on. NULL when it is
   not in there. */
static const struct merkle_hash *
find_in_tail(const struct store_tail *t, unsigned level, uint64_t index)
{
	uint64_t first = t->first >> level;
	const struct out *o = &t->level[level];

	if (index < first || index - first >= o->len / SHA256_LEN)
		return NULL;
	return (const struct merkle_hash *)o->ptr + (index - first);
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
		page->hash = aligned_alloc(PAGE_ALIGN, PAGE_LEN);
	if (page->hash == NULL)
		return ERR_MEMORY;
	if (count > PAGE_HASHES)
		count = PAGE_HASHES;
	page->tag = 0; /* in case it fails */
	enum err err = store_read(l, STORE_LEVEL + level, number * PAGE_LEN,
	    page->hash[0].byte, (size_t)count * SHA256_LEN, NULL);

	if (err != ERR_OK)
		return err == ERR_TRUNCATED ? ERR_CHECKSUM : err;
	page->tag = number + 1;
	page->count = (size_t)count;
	return ERR_OK;
}

/* A place for each page that the level has by now, if that is not too many. */
static enum err
make_places(const struct ledger *l, unsigned level, struct store_pages *pages)
{
	uint64_t want = (l->durable_size >> level) / PAGE_HASHES + 1;
	size_t most = PAGES_MAX >> level;
	struct store_pages more = { .count = PAGES_MIN };

	if (most < PAGES_MIN)
		most = PAGES_MIN;
	while (more.count < want && more.count < most)
		more.count *= 2;
	if (more.count <= pages->count)
		return ERR_OK;
	more.place = calloc(more.count, sizeof(*more.place));
	if (more.place == NULL)
		return ERR_MEMORY;
	assert(pages->count == 0 || pages->place != NULL);
	for (size_t i = 0; i < pages->count; i++) {
		const struct store_page *page = &pages->place[i];

		if (page->tag != 0)
			more.place[(page->tag - 1) % more.count] = *page;
		else
			free(page->hash); /* reading into it failed */
	}
	free(pages->place);
	*pages = more;
	return ERR_OK;
}

static enum err
find_in_page(struct ledger *l, unsigned level, uint64_t index,
    const struct merkle_hash **ret)
{
	struct store_pages *pages = &l->pages[level];
	uint64_t number = index / PAGE_HASHES;
	size_t at = (size_t)(index % PAGE_HASHES);
	struct store_page *page = NULL;

	if (pages->place != NULL)
		page = &pages->place[number & (pages->count - 1)];
	if (page == NULL || page->tag != number + 1 || at >= page->count) {
		enum err err = make_places(l, level, pages);

		if (err != ERR_OK)
			return err;
		assert(pages->place != NULL);
		page = &pages->place[number & (pages->count - 1)];
		err = load_page(l, level, number, page);
		if (err != ERR_OK)
			return err;
		if (at >= page->count)
			return ERR_LIMIT;
	}
	*ret = &page->hash[at];
	return ERR_OK;
}

enum err
store_find_node(struct ledger *l, unsigned level, uint64_t index,
    const struct merkle_hash **ret)
{
	const struct merkle_hash *hash = NULL;
	enum err err = ERR_OK;

	if (level >= STORE_LEVELS)
		return ERR_LIMIT;
	if (index >= l->now->first >> level) {
		hash = find_in_tail(l->now, level, index);
		if (hash == NULL)
			return ERR_LIMIT;
	} else if (l->older->live) {
		hash = find_in_tail(l->older, level, index);
	}
	if (hash == NULL)
		err = find_in_page(l, level, index, &hash);
	if (err != ERR_OK)
		return err;
	__builtin_prefetch(hash);
	*ret = hash;
	return ERR_OK;
}

enum err
store_read_node(
    void *context, unsigned level, uint64_t index, struct merkle_hash *ret)
{
	const struct merkle_hash *hash = NULL;
	enum err err = store_find_node(context, level, index, &hash);

	if (err == ERR_OK)
		*ret = *hash;
	return err;
}

struct merkle_nodes
ledger_nodes(struct ledger *ledger)
{
	return (struct merkle_nodes){ store_read_node, ledger };
}

void
store_close_pages(struct ledger *l)
{
	for (unsigned level = 0; level < STORE_LEVELS; level++) {
		struct store_pages *pages = &l->pages[level];

		for (size_t i = 0; i < pages->count; i++)
			free(pages->place[i].hash);
		free(pages->place);
		*pages = (struct store_pages){ NULL, 0 };
	}
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
