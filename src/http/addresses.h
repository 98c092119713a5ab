/* SPDX-License-Identifier: ISC */
/* Who asks how often: connections and requests of each address. */
#ifndef HTTP_ADDRESSES_H
#define HTTP_ADDRESSES_H

#include "base/bytes.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is counted apart. */
enum addresses_deed {
	ADDRESSES_READ, /* GET and HEAD */
	ADDRESSES_SEND, /* everything else */
};
#define ADDRESSES_DEEDS 2

/* Requests that an address has saved up at most, and gets back each second. */
struct addresses_rate {
	unsigned burst;
	unsigned per_sec;
};
struct addresses_limits {
	unsigned connections; /* at one time */
	struct addresses_rate rate[ADDRESSES_DEEDS];
};

/*
 * A table of fixed size that threads share. It knows an address by a keyed hash
 * alone, and forgets first who has been silent longest and is not connected.
 * Where all places of an address are taken by others who are connected it is
 * not counted: the limit on connections in all still holds. A handle.
 */
struct addresses;

/* Bytes of the key; random ones, so that nobody can choose his place. */
#define ADDRESSES_KEY_LEN 16

/* ERR_MEMORY. */
enum err addresses_open(const struct addresses_limits *limits,
    const uint8_t key[ADDRESSES_KEY_LEN], struct addresses **ret);
void addresses_close(struct addresses *table);

/* What an address is known by, never 0: the 4 bytes of IPv4 (also written as
   IPv6), the first 8 of 16 of IPv6 (one customer's network), else all. 0 when
   the machine fails; it is then counted nowhere. */
uint64_t addresses_name(const struct addresses *table, struct bytes address);

/* One connection more; false when there are too many, and then not counted. */
bool addresses_enter(struct addresses *table, uint64_t name, uint64_t now_ms);
/* The end of one that was let in. */
void addresses_leave(struct addresses *table, uint64_t name);

/* One request: 0 when it is within the rate, else the seconds until one is. */
unsigned addresses_spend(struct addresses *table, uint64_t name,
    enum addresses_deed deed, uint64_t now_ms);

/* The address at the end of a list with ',' between them (X-Forwarded-For), or
   an IPv6 one in brackets, as bytes for addresses_name(); false when it is
   none. */
bool addresses_read_last(struct bytes list, uint8_t room[16], size_t *ret_len);

#endif
