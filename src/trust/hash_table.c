/* SPDX-License-Identifier: ISC */
/* Open addressing, one slot after the other; at most two thirds are used. */
#include "trust/hash_table.h"

#define CAP_MIN ((size_t)64)

uint64_t
hash_table_key(const uint8_t *digest)
{
	uint64_t key = 0;

	for (size_t i = 0; i < sizeof(key); i++)
		key = key << 8 | digest[i];
	return key;
}

bool
hash_table_next(
    const struct hash_table *t, uint64_t hash, size_t *at, uint64_t *ret_value)
{
	/* A free slot ends it, and there always is one. */
	while (*at < t->cap) {
		const struct hash_slot *slot =
		    &t->slot[(hash + (*at)++) & (t->cap - 1)];

		if (slot->value == 0)
			return false;
		if (slot->hash == hash) {
			*ret_value = slot->value - 1;
			return true;
		}
	}
	return false;
}

static void
put(struct hash_table *t, uint64_t hash, uint64_t value)
{
	size_t i = (size_t)hash & (t->cap - 1);

	while (t->slot[i].value != 0)
		i = (i + 1) & (t->cap - 1);
	t->slot[i] = (struct hash_slot){ hash, value + 1 };
}

static enum err
grow(struct hash_table *t, struct arena *arena)
{
	struct hash_table bigger = {
		.cap = t->cap == 0 ? CAP_MIN : t->cap * 2,
		.used = t->used,
	};

	bigger.slot = arena_take_array(arena, bigger.cap, sizeof(*bigger.slot));
	if (bigger.slot == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < t->cap; i++)
		if (t->slot[i].value != 0)
			put(&bigger, t->slot[i].hash, t->slot[i].value - 1);
	*t = bigger;
	return ERR_OK;
}

enum err
hash_table_add(
    struct hash_table *t, struct arena *arena, uint64_t hash, uint64_t value)
{
	if ((t->used + 1) * 3 > t->cap * 2) {
		enum err err = grow(t, arena);

		if (err != ERR_OK)
			return err;
	}
	put(t, hash, value);
	t->used++;
	return ERR_OK;
}

void
hash_table_replace(
    struct hash_table *t, uint64_t hash, uint64_t old, uint64_t value)
{
	for (size_t at = 0; at < t->cap; at++) {
		struct hash_slot *slot = &t->slot[(hash + at) & (t->cap - 1)];

		if (slot->value == 0)
			return;
		if (slot->hash == hash && slot->value == old + 1) {
			slot->value = value + 1;
			return;
		}
	}
}
