/* SPDX-License-Identifier: ISC */
/* A hash table that only grows; no word is kept, only its hash. */
#include "inspect/word_counts.h"

#include <stdlib.h>

#define FIRST_SLOTS ((size_t)4096)

static bool
is_word_byte(uint8_t byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	    (byte >= '0' && byte <= '9') || byte == '_';
}

/* FNV-1a; its lowest bit makes room for the count, and no hash is 0. */
static uint64_t
hash_word(struct bytes word)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < word.len; i++)
		hash = (hash ^ word.ptr[i]) * UINT64_C(0x100000001b3);
	hash &= ~(uint64_t)1;
	return hash != 0 ? hash : 2;
}

/* The slot of the hash, or the free one where it belongs. */
static uint64_t *
find_slot(const struct word_counts *w, uint64_t hash)
{
	size_t at = (size_t)(hash >> 20) & w->mask;

	while (w->slot[at] != 0 && (w->slot[at] & ~(uint64_t)1) != hash)
		at = (at + 1) & w->mask;
	return &w->slot[at];
}

static enum err
grow(struct word_counts *w)
{
	size_t slots = w->slot == NULL ? FIRST_SLOTS : 2 * (w->mask + 1);
	struct word_counts bigger = { .mask = slots - 1, .used = w->used };

	bigger.slot = calloc(slots, sizeof(*bigger.slot));
	if (bigger.slot == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; w->slot != NULL && i <= w->mask; i++)
		if (w->slot[i] != 0)
			*find_slot(&bigger, w->slot[i] & ~(uint64_t)1) =
			    w->slot[i];
	free(w->slot);
	*w = bigger;
	return ERR_OK;
}

static enum err
add_word(struct word_counts *w, struct bytes word)
{
	if (w->slot == NULL || w->used > w->mask / 2) {
		enum err err = grow(w);

		if (err != ERR_OK)
			return err;
	}
	uint64_t hash = hash_word(word);
	uint64_t *slot = find_slot(w, hash);

	if (*slot == 0)
		w->used++;
	*slot = *slot == 0 ? hash : hash | 1;
	return ERR_OK;
}

enum err
word_counts_add(struct word_counts *w, struct bytes text)
{
	size_t at = 0;

	while (at < text.len) {
		size_t begin = at;

		while (at < text.len && is_word_byte(text.ptr[at]))
			at++;
		if (at > begin) {
			enum err err =
			    add_word(w, bytes_slice(text, begin, at - begin));

			if (err != ERR_OK)
				return err;
		} else {
			at++;
		}
	}
	return ERR_OK;
}

unsigned
word_counts_of(const struct word_counts *w, struct bytes word)
{
	if (w->slot == NULL)
		return 0;
	uint64_t found = *find_slot(w, hash_word(word));

	return found == 0 ? 0 : 1 + (unsigned)(found & 1);
}

bool
word_counts_is_word(struct bytes in)
{
	for (size_t i = 0; i < in.len; i++)
		if (!is_word_byte(in.ptr[i]))
			return false;
	return in.len > 0;
}

void
word_counts_close(struct word_counts *w)
{
	free(w->slot);
	*w = (struct word_counts){ 0 };
}
