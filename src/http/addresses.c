/* SPDX-License-Identifier: ISC */
/* A hash table of eight places a row, with a bucket of tokens in each. */
#include "http/addresses.h"

#include "crypto/hash.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define ROWS 4096
#define WAYS 8
#define TOKEN 1000 /* tokens are counted in thousandths: a millisecond's part */

struct place {
	uint64_t name; /* 0: empty */
	uint64_t seen_ms;
	uint64_t tokens[ADDRESSES_DEEDS]; /* in thousandths */
	unsigned connections;
};

struct addresses {
	pthread_mutex_t lock;
	struct addresses_limits limits;
	uint8_t key[ADDRESSES_KEY_LEN];
	struct place rows[ROWS][WAYS];
};

enum err
addresses_open(const struct addresses_limits *limits,
    const uint8_t key[ADDRESSES_KEY_LEN], struct addresses **ret)
{
	struct addresses *table = calloc(1, sizeof(*table));

	if (table == NULL)
		return ERR_MEMORY;
	if (pthread_mutex_init(&table->lock, NULL) != 0) {
		free(table);
		return ERR_MEMORY;
	}
	table->limits = *limits;
	memcpy(table->key, key, ADDRESSES_KEY_LEN);
	*ret = table;
	return ERR_OK;
}

void
addresses_close(struct addresses *table)
{
	if (table == NULL)
		return;
	pthread_mutex_destroy(&table->lock);
	free(table);
}

uint64_t
addresses_name(const struct addresses *table, struct bytes address)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	uint8_t text[ADDRESSES_KEY_LEN + 16] = { 0 };
	uint8_t digest[HASH_MAX_LEN];
	uint64_t name = 0;

	if (address.len == 16 && memcmp(address.ptr, mapped, 12) == 0)
		address = bytes_from(address, 12);
	if (address.len == 16)
		address.len = 8;
	address = bytes_slice(address, 0, 16);
	memcpy(text, table->key, ADDRESSES_KEY_LEN);
	if (address.len > 0)
		memcpy(text + ADDRESSES_KEY_LEN, address.ptr, address.len);
	struct bytes all = { text, ADDRESSES_KEY_LEN + address.len };

	if (hash_of(HASH_SHA256, all, digest) != ERR_OK)
		return 0;
	for (size_t i = 0; i < 8; i++)
		name = name << 8 | digest[i];
	return name != 0 ? name : 1;
}

static void
fill(const struct addresses *table, struct place *place, uint64_t now_ms)
{
	uint64_t past = now_ms > place->seen_ms ? now_ms - place->seen_ms : 0;

	for (size_t i = 0; i < ADDRESSES_DEEDS; i++) {
		const struct addresses_rate *rate = &table->limits.rate[i];
		uint64_t full = (uint64_t)rate->burst * TOKEN;
		/* a rate of per_sec tokens is as many thousandths each ms */
		uint64_t left = full - place->tokens[i];

		if (rate->per_sec > 0 && past > left / rate->per_sec)
			place->tokens[i] = full;
		else
			place->tokens[i] += past * rate->per_sec;
	}
	if (past > 0)
		place->seen_ms = now_ms;
}

/* The place of a name, maybe a new one; NULL when there is none to have. */
static struct place *
find_place(struct addresses *table, uint64_t name, uint64_t now_ms)
{
	struct place *row = table->rows[name % ROWS];
	struct place *best = NULL;

	if (name == 0)
		return NULL;
	for (size_t i = 0; i < WAYS; i++) {
		if (row[i].name == name) {
			fill(table, &row[i], now_ms);
			return &row[i];
		}
		if (row[i].connections == 0 &&
		    (best == NULL || row[i].seen_ms < best->seen_ms))
			best = &row[i];
	}
	if (best == NULL)
		return NULL;
	*best = (struct place){ .name = name, .seen_ms = now_ms };
	for (size_t i = 0; i < ADDRESSES_DEEDS; i++)
		best->tokens[i] = (uint64_t)table->limits.rate[i].burst * TOKEN;
	return best;
}

bool
addresses_enter(struct addresses *table, uint64_t name, uint64_t now_ms)
{
	bool enters = true;

	pthread_mutex_lock(&table->lock);
	struct place *place = find_place(table, name, now_ms);

	if (place != NULL) {
		enters = place->connections < table->limits.connections;
		if (enters)
			place->connections++;
	}
	pthread_mutex_unlock(&table->lock);
	return enters;
}

void
addresses_leave(struct addresses *table, uint64_t name)
{
	struct place *row = table->rows[name % ROWS];

	pthread_mutex_lock(&table->lock);
	for (size_t i = 0; i < WAYS; i++)
		if (name != 0 && row[i].name == name && row[i].connections > 0)
			row[i].connections--;
	pthread_mutex_unlock(&table->lock);
}

unsigned
addresses_spend(struct addresses *table, uint64_t name,
    enum addresses_deed deed, uint64_t now_ms)
{
	uint64_t per_sec = table->limits.rate[deed].per_sec;
	unsigned secs = 0;

	pthread_mutex_lock(&table->lock);
	struct place *place = find_place(table, name, now_ms);

	if (place != NULL && place->tokens[deed] >= TOKEN)
		place->tokens[deed] -= TOKEN;
	else if (place != NULL)
		secs = per_sec > 0 ? 1 +
			(unsigned)((TOKEN - place->tokens[deed]) /
			    (per_sec * TOKEN))
				   : 60;
	pthread_mutex_unlock(&table->lock);
	return secs;
}

bool
addresses_read_last(struct bytes list, uint8_t room[16], size_t *ret_len)
{
	char text[INET6_ADDRSTRLEN + 1] = "";
	struct bytes last = { 0 };
	struct bytes field;

	while (bytes_next_field(&list, ',', &field))
		last = bytes_trim(field);
	if (last.len >= 2 && last.ptr[0] == '[' &&
	    last.ptr[last.len - 1] == ']')
		last = bytes_slice(last, 1, last.len - 2);
	if (last.len == 0 || last.len >= sizeof(text) ||
	    memchr(last.ptr, 0, last.len) != NULL)
		return false;
	memcpy(text, last.ptr, last.len);
	if (inet_pton(AF_INET, text, room) == 1)
		*ret_len = 4;
	else if (inet_pton(AF_INET6, text, room) == 1)
		*ret_len = 16;
	else
		return false;
	return true;
}
