/* SPDX-License-Identifier: ISC */
/* What happened how often, and its text for Prometheus. */
#ifndef HTTP_COUNTS_H
#define HTTP_COUNTS_H

#include "base/bytes.h"
#include "base/out.h"
#include "registry/source.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Kinds of targets, by the first segment of the path. */
enum counts_class {
	COUNTS_LABEL,
	COUNTS_PRODUCT,
	COUNTS_SEARCH,
	COUNTS_ENTRIES,
	COUNTS_LEDGER, /* checkpoint, tiles, status lists, bundle, keys */
	COUNTS_ASSETS,
	COUNTS_OPERATION, /* healthz, metrics */
	COUNTS_PAGE,	  /* all others */
};
#define COUNTS_CLASSES 8

/* Why a client was sent away before anyone looked at what he wants. */
enum counts_refusal {
	COUNTS_FULL,	     /* connections in all */
	COUNTS_ADDRESS,	     /* connections of one address */
	COUNTS_RATE,	     /* 429 */
	COUNTS_SLOW,	     /* a deadline passed */
	COUNTS_UNUSED,	     /* likewise, and nothing had come: browsers open
				connections ahead */
	COUNTS_MALFORMED,    /* 400, 505 */
	COUNTS_TARGET,	     /* 414 */
	COUNTS_HEADERS,	     /* 431 */
	COUNTS_BODY,	     /* 413 */
	COUNTS_BUSY,	     /* 503: no room, or too many statements */
	COUNTS_SILENT,	     /* 503: the store does not answer */
	COUNTS_DISCONNECTED, /* the client went away in the middle */
};
#define COUNTS_REFUSALS 12

/* 1xx to 5xx, by their first digit; 0 for none. */
#define COUNTS_STATUSES 6
/* Bounds of the histogram of seconds, and one bucket for what is above. */
#define COUNTS_BOUNDS 14

/* Zeroed at first. Of one thread each, so that writing takes no lock; anyone
   may read. */
struct counts {
	atomic_uint_least64_t requests[COUNTS_CLASSES][COUNTS_STATUSES];
	atomic_uint_least64_t buckets[COUNTS_BOUNDS + 1];
	atomic_uint_least64_t microseconds;
	atomic_uint_least64_t body_bytes;
	atomic_uint_least64_t refusals[COUNTS_REFUSALS];
	atomic_uint_least64_t accepted;
	atomic_uint_least64_t connections; /* now */
	atomic_uint_least64_t kept_hits;
	atomic_uint_least64_t kept_misses;
	atomic_uint_least64_t outcomes[REGISTRY_OUTCOMES];
};

/* Adds to a field that this thread alone writes. */
void counts_add(atomic_uint_least64_t *field, uint64_t n);

enum counts_class counts_class_of(struct bytes target);

/* One answered request. */
void counts_request(struct counts *counts, enum counts_class class,
    unsigned status, uint64_t microseconds, size_t body_len);

/* "rate"; static. */
const char *counts_refusal_word(enum counts_refusal refusal);

/* What stands beside the counts. */
struct counts_gauges {
	bool store_answers;
	uint64_t ledger_size; /* when it does */
	uint64_t version;     /* of the store's state */
	uint64_t kept_len, room_len;
	uint64_t waiting_statements;
	uint64_t resident_len; /* 0: not known */
	double cpu_secs;
};

/* The text format 0.0.4, of the sums of all threads. */
void counts_write(struct out *o, const struct counts *all, size_t count,
    const struct counts_gauges *gauges);

#endif
