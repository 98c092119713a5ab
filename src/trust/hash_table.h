/* SPDX-License-Identifier: ISC */
/* Numbers by a hash, in an arena; the caller compares what was hashed. */
#ifndef TRUST_HASH_TABLE_H
#define TRUST_HASH_TABLE_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hash_slot {
	uint64_t hash;
	uint64_t value; /* + 1; 0: free */
};

struct hash_table {
	struct hash_slot *slot; /* in the arena */
	size_t cap;		/* a power of two, or 0 */
	size_t used;
};

/* The first eight bytes: what is hashed here is a digest already. */
uint64_t hash_table_key(const uint8_t *digest);

/*
 * The value with that hash; more than one may have it: start with *at = 0 and
 * compare until it is false.
 */
bool hash_table_next(
    const struct hash_table *t, uint64_t hash, size_t *at, uint64_t *ret_value);

/* Adds one, whether there is one of that hash or not. ERR_MEMORY. */
enum err hash_table_add(
    struct hash_table *t, struct arena *arena, uint64_t hash, uint64_t value);

/* Sets a new value where `old` stands with that hash. */
void hash_table_replace(
    struct hash_table *t, uint64_t hash, uint64_t old, uint64_t value);

#endif
