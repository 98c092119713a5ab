/* SPDX-License-Identifier: ISC */
/* Which entry has this leaf hash: a table in memory, made from level.0. */

/*
 * A file of its own would have to be kept consistent with the tree, and saves
 * little: the table of a million entries is made in a twentieth of a second
 * (docs/ledger.md).
 */
#include "ledger/store_private.h"

#include <stdlib.h>
#include <string.h>

#define PLACE_BITS STORE_LEVELS
#define PLACE_MASK (((uint64_t)1 << PLACE_BITS) - 1)
#define FIRST_SLOTS ((size_t)1 << 12)
#define CHUNK_HASHES ((size_t)2048)

static uint64_t
word_of(const struct merkle_hash *leaf, unsigned at)
{
	uint64_t word = 0;

	for (unsigned i = 0; i < 8; i++)
		word = word << 8 | leaf->byte[at + i];
	return word;
}

/* Where to look first. */
static size_t
start_of(const struct store_index *index, const struct merkle_hash *leaf)
{
	return (size_t)word_of(leaf, 0) & index->mask;
}

static uint64_t
tag_of(const struct merkle_hash *leaf)
{
	return word_of(leaf, 8) & ~PLACE_MASK;
}

static void
add(struct store_index *index, const struct merkle_hash *leaf, uint64_t place)
{
	size_t at = start_of(index, leaf);

	while (index->slot[at] != 0)
		at = (at + 1) & index->mask;
	index->slot[at] = tag_of(leaf) | (place + 1);
	index->used++;
}

/* A slot lies anywhere in memory: those of many leaves are fetched at once. */
static void
expect(const struct store_index *index, const struct merkle_hash *leaf)
{
	const uint64_t *slot = &index->slot[start_of(index, leaf)];

	__builtin_prefetch(slot);
	/* To gcc 12 a function that only fetches does nothing, and is left out;
	   an empty one that is volatile stays. */
	__asm__ volatile("" : : "r"(slot));
}

static void
add_many(struct store_index *index, const struct merkle_hash *leaf,
    size_t count, uint64_t first)
{
	for (size_t i = 0; i < count; i++)
		expect(index, &leaf[i]);
	for (size_t i = 0; i < count; i++)
		add(index, &leaf[i], first + i);
}

/* From the flat file in large pieces, then from the tails. */
static enum err
add_all(struct ledger *l, struct store_index *index, struct merkle_hash *chunk,
    struct ledger_why *why)
{
	uint64_t flat = l->older->live ? l->older->first : l->now->first;
	enum err err = ERR_OK;

	for (uint64_t at = 0; at < flat && err == ERR_OK;) {
		size_t n = flat - at < CHUNK_HASHES ? (size_t)(flat - at)
						    : CHUNK_HASHES;

		err = store_read(l, STORE_LEVEL, at * SHA256_LEN, chunk[0].byte,
		    n * SHA256_LEN, why);
		if (err == ERR_OK)
			add_many(index, chunk, n, at);
		at += n;
	}
	for (uint64_t at = flat; at < l->frontier.size && err == ERR_OK; at++) {
		err = store_read_node(l, 0, at, &chunk[0]);
		if (err == ERR_OK)
			add(index, &chunk[0], at);
	}
	return err;
}

/* A slot does not tell its place in a larger table: all leaves are read again,
   in their order. The old table stays if that fails. */
static enum err
make_table(struct ledger *l, size_t slots, struct ledger_why *why)
{
	struct merkle_hash *chunk = malloc(CHUNK_HASHES * sizeof(*chunk));
	struct store_index made = { .mask = slots - 1, .built = true };
	enum err err = ERR_MEMORY;

	made.slot = calloc(slots, sizeof(*made.slot));
	if (chunk != NULL && made.slot != NULL)
		err = add_all(l, &made, chunk, why);
	free(chunk);
	if (err != ERR_OK) {
		free(made.slot);
		return err == ERR_TRUNCATED ? ERR_CHECKSUM : err;
	}
	free(l->index.slot);
	l->index = made;
	return ERR_OK;
}

/* At most two thirds of a table are used, a third of a new one. */
static size_t
slots_for(uint64_t count)
{
	size_t slots = FIRST_SLOTS;

	while (count > slots / 3)
		slots *= 2;
	return slots;
}

enum err
store_build_index(struct ledger *l, struct ledger_why *why)
{
	if (l->index.built)
		return ERR_OK;
	return make_table(l, slots_for(l->frontier.size), why);
}

enum err
store_reserve_index(struct ledger *l, size_t count)
{
	size_t need = l->index.used + count;

	if (need <= l->index.mask / 3 * 2)
		return ERR_OK;
	return make_table(l, slots_for(need), NULL);
}

void
store_add_leaf(struct ledger *l, const struct merkle_hash *leaf, uint64_t index)
{
	add(&l->index, leaf, index);
}

void
store_expect_leaf(const struct ledger *l, const struct merkle_hash *leaf)
{
	expect(&l->index, leaf);
}

enum err
store_find_leaf(
    struct ledger *l, const struct merkle_hash *leaf, uint64_t *ret_index)
{
	const struct store_index *index = &l->index;
	uint64_t tag = tag_of(leaf);

	for (size_t at = start_of(index, leaf); index->slot[at] != 0;
	     at = (at + 1) & index->mask) {
		uint64_t place = (index->slot[at] & PLACE_MASK) - 1;
		struct merkle_hash other;

		if ((index->slot[at] & ~PLACE_MASK) != tag)
			continue;
		enum err err = ERR_OK;

		if (place >= l->frontier.size) /* of the batch being placed */
			other = l->leaf[place - l->frontier.size];
		else
			err = store_read_node(l, 0, place, &other);
		if (err != ERR_OK)
			return err;
		if (merkle_equal(leaf, &other)) {
			*ret_index = place;
			return ERR_OK;
		}
	}
	return ERR_END;
}
