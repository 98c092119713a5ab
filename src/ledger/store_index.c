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
add(struct store_index *index, size_t start, uint64_t slot)
{
	size_t at = start;

	while (index->slot[at] != 0)
		at = (at + 1) & index->mask;
	index->slot[at] = slot;
	index->used++;
}

/* A slot does not tell its place in a larger table, so leaves are read again;
   this grows by four to make that rare. */
static enum err
grow(struct ledger *l, size_t slots)
{
	struct store_index bigger = { .mask = slots - 1, .built = true };

	bigger.slot = calloc(slots, sizeof(*bigger.slot));
	if (bigger.slot == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; l->index.slot != NULL && i <= l->index.mask; i++) {
		uint64_t slot = l->index.slot[i];
		struct merkle_hash leaf;

		if (slot == 0)
			continue;
		enum err err =
		    store_read_node(l, 0, (slot & PLACE_MASK) - 1, &leaf);

		if (err != ERR_OK) {
			free(bigger.slot);
			return err;
		}
		add(&bigger, start_of(&bigger, &leaf), slot);
	}
	free(l->index.slot);
	l->index = bigger;
	return ERR_OK;
}

enum err
store_reserve_index(struct ledger *l, size_t count)
{
	size_t need = l->index.used + count;
	size_t slots = FIRST_SLOTS;

	/* At most two thirds of it are used. */
	if (l->index.slot != NULL && need <= l->index.mask / 3 * 2)
		return ERR_OK;
	while (need > slots / 3)
		slots *= 2;
	return grow(l, slots);
}

void
store_add_leaf(struct ledger *l, const struct merkle_hash *leaf, uint64_t index)
{
	add(&l->index, start_of(&l->index, leaf), tag_of(leaf) | (index + 1));
}

void
store_expect_leaf(const struct ledger *l, const struct merkle_hash *leaf)
{
	if (l->index.slot != NULL)
		__builtin_prefetch(&l->index.slot[start_of(&l->index, leaf)]);
}

enum err
store_find_leaf(
    struct ledger *l, const struct merkle_hash *leaf, uint64_t *ret_index)
{
	const struct store_index *index = &l->index;
	uint64_t tag = tag_of(leaf);

	if (index->slot == NULL)
		return ERR_END;
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

/* From the flat file in large pieces, then from the tails. */
static enum err
add_all(struct ledger *l, struct merkle_hash *chunk, struct ledger_why *why)
{
	uint64_t flat = l->older->live ? l->older->first : l->now->first;
	enum err err = ERR_OK;

	for (uint64_t at = 0; at < flat && err == ERR_OK;) {
		size_t n = flat - at < CHUNK_HASHES ? (size_t)(flat - at)
						    : CHUNK_HASHES;

		err = store_read(l, STORE_LEVEL, at * SHA256_LEN, chunk[0].byte,
		    n * SHA256_LEN, why);
		for (size_t i = 0; i < n && err == ERR_OK; i++)
			store_add_leaf(l, &chunk[i], at + i);
		at += n;
	}
	for (uint64_t at = flat; at < l->frontier.size && err == ERR_OK; at++) {
		err = store_read_node(l, 0, at, &chunk[0]);
		if (err == ERR_OK)
			store_add_leaf(l, &chunk[0], at);
	}
	return err;
}

enum err
store_build_index(struct ledger *l, struct ledger_why *why)
{
	struct merkle_hash *chunk;

	if (l->index.built)
		return ERR_OK;
	chunk = malloc(CHUNK_HASHES * sizeof(*chunk));
	enum err err = chunk != NULL
	    ? store_reserve_index(l, (size_t)l->frontier.size)
	    : ERR_MEMORY;

	if (err == ERR_OK)
		err = add_all(l, chunk, why);
	if (err == ERR_OK) {
		l->index.built = true;
	} else {
		free(l->index.slot);
		l->index = (struct store_index){ .slot = NULL };
	}
	free(chunk);
	return err == ERR_TRUNCATED ? ERR_CHECKSUM : err;
}
