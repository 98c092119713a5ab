/* SPDX-License-Identifier: ISC */
/* Rows of eight places; a hand goes round and takes what nobody used. */
#include "http/kept.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define ROWS 8192
#define WAYS 8
#define PLACES ((size_t)ROWS * WAYS)

/* A reply larger than this part of all room is not kept. */
#define LARGEST_PART 3

struct entry {
	uint64_t hash;
	uint64_t version;
	uint64_t made_ms;
	struct reply *reply;
	struct registry_choice choice;
	bool immutable;
	bool used; /* since the hand was here */
	size_t target_len;
	uint8_t target[];
};

struct kept {
	pthread_mutex_t lock;
	size_t limit;
	size_t len;
	uint64_t seed;
	size_t hand;
	struct entry *places[PLACES];
};

enum err
kept_open(size_t limit, uint64_t seed, struct kept **ret)
{
	struct kept *kept = calloc(1, sizeof(*kept));

	if (kept == NULL)
		return ERR_MEMORY;
	if (pthread_mutex_init(&kept->lock, NULL) != 0) {
		free(kept);
		return ERR_MEMORY;
	}
	kept->limit = limit;
	kept->seed = seed;
	*ret = kept;
	return ERR_OK;
}

static size_t
entry_len(const struct entry *entry)
{
	return sizeof(*entry) + entry->target_len + reply_len(entry->reply);
}

static void
forget(struct kept *kept, struct entry **place)
{
	struct entry *entry = *place;

	if (entry == NULL)
		return;
	*place = NULL;
	kept->len -= entry_len(entry);
	reply_drop(entry->reply);
	free(entry);
}

void
kept_close(struct kept *kept)
{
	if (kept == NULL)
		return;
	for (size_t i = 0; i < PLACES; i++)
		forget(kept, &kept->places[i]);
	pthread_mutex_destroy(&kept->lock);
	free(kept);
}

/* Multiplication mixes 8 bytes at a time; the seed keeps it unforeseeable, and
   rows of fixed length keep what could be forced harmless. */
static uint64_t
hash_key(const struct kept *kept, const struct kept_key *key)
{
	uint64_t hash = kept->seed ^ key->target.len ^
	    (uint64_t)key->choice.form << 32 ^
	    (uint64_t)key->choice.language << 40;

	for (size_t at = 0; at < key->target.len; at += sizeof(uint64_t)) {
		uint64_t word = 0;

		for (size_t i = at; i < key->target.len && i < at + 8; i++)
			word = word << 8 | key->target.ptr[i];
		hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 29;
	}
	return hash * UINT64_C(0xbf58476d1ce4e5b9) >> 7;
}

static bool
is_of(const struct entry *entry, const struct kept_key *key, uint64_t hash)
{
	return entry != NULL && entry->hash == hash &&
	    entry->choice.form == key->choice.form &&
	    entry->choice.language == key->choice.language &&
	    entry->target_len == key->target.len &&
	    memcmp(entry->target, key->target.ptr, entry->target_len) == 0;
}

struct reply *
kept_find(struct kept *kept, const struct kept_key *key, uint64_t version,
    uint64_t now_ms)
{
	uint64_t hash = hash_key(kept, key);
	struct entry **row = &kept->places[hash % ROWS * WAYS];
	struct reply *reply = NULL;

	pthread_mutex_lock(&kept->lock);
	for (size_t i = 0; i < WAYS; i++) {
		if (!is_of(row[i], key, hash))
			continue;
		if (row[i]->immutable ||
		    (row[i]->version == version &&
			now_ms - row[i]->made_ms < KEPT_MS)) {
			row[i]->used = true;
			reply = reply_keep(row[i]->reply);
		} else {
			forget(kept, &row[i]);
		}
		break;
	}
	pthread_mutex_unlock(&kept->lock);
	return reply;
}

/* A place for it in its row: its own old one, an empty one, or of the others
   one that was not used, or any. */
static struct entry **
choose_place(struct entry **row, const struct kept_key *key, uint64_t hash)
{
	struct entry **best = &row[hash >> 32 & (WAYS - 1)];

	for (size_t i = 0; i < WAYS; i++)
		if (is_of(row[i], key, hash))
			return &row[i];
	for (size_t i = 0; i < WAYS; i++) {
		if (row[i] == NULL)
			return &row[i];
		if (!row[i]->used)
			best = &row[i];
	}
	return best;
}

/* Two rounds of the hand find every entry unused at last. */
static void
make_room(struct kept *kept, size_t len)
{
	size_t steps = 2 * PLACES;

	while (kept->len > kept->limit - len && steps-- > 0) {
		struct entry **place = &kept->places[kept->hand];

		kept->hand = (kept->hand + 1) % PLACES;
		if (*place == NULL)
			continue;
		if ((*place)->used)
			(*place)->used = false;
		else
			forget(kept, place);
	}
}

void
kept_add(struct kept *kept, const struct kept_key *key, uint64_t version,
    uint64_t now_ms, struct reply *reply)
{
	const struct registry_answer *answer = reply_answer(reply);
	struct entry *entry = malloc(sizeof(*entry) + key->target.len);

	if (entry == NULL)
		return; /* it is not kept, then */
	*entry = (struct entry){
		.hash = hash_key(kept, key),
		.version = version,
		.made_ms = now_ms,
		.reply = reply_keep(reply),
		.choice = key->choice,
		.immutable = answer->cache == REGISTRY_IMMUTABLE &&
		    answer->status == 200,
		.target_len = key->target.len,
	};
	if (key->target.len > 0)
		memcpy(entry->target, key->target.ptr, key->target.len);
	size_t len = entry_len(entry);

	if (len > kept->limit / LARGEST_PART) {
		reply_drop(entry->reply);
		free(entry);
		return;
	}
	struct entry **row = &kept->places[entry->hash % ROWS * WAYS];

	pthread_mutex_lock(&kept->lock);
	struct entry **place = choose_place(row, key, entry->hash);

	forget(kept, place);
	make_room(kept, len);
	*place = entry;
	kept->len += len;
	pthread_mutex_unlock(&kept->lock);
}

size_t
kept_len(struct kept *kept)
{
	pthread_mutex_lock(&kept->lock);
	size_t len = kept->len;

	pthread_mutex_unlock(&kept->lock);
	return len;
}
