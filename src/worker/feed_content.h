/* SPDX-License-Identifier: ISC */
/* One file of feeds, however it is packed, read to its last record. */
#ifndef WORKER_FEED_CONTENT_H
#define WORKER_FEED_CONTENT_H

#include "advisories/feed.h"
#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "base/out.h"

#include <stdbool.h>
#include <stdint.h>

/* A handle: feed_content_open() to feed_content_close(). */
struct feed_content {
	const struct feed_sink *sink; /* borrowed */
	struct arena work;	      /* for one record */
	uint64_t left;		      /* bytes that may still be unpacked */
	struct out member;	      /* a name in an archive */
};

/* What one file held. */
struct feed_tally {
	struct feed_info info[FEED_KIND_COUNT]; /* by kind, of all members */
	bool is_broken;				/* it could not be read (on) */
	struct fault first;  /* of that, or of its first broken record */
	struct bytes member; /* where that is, in an archive; borrows until
				the next file */
};

struct feed_content feed_content_open(const struct feed_sink *sink);
void feed_content_close(struct feed_content *c);

/*
 * Reads feeds as they are, in streams of gzip, xz, Zstandard or bzip2 (one or
 * several in a row), in zip or tar, and in one another up to LIMIT_FEED_DEPTH:
 * known by content, never by name. What is none of them is FEED_NONE and left
 * alone. A record that has a member of an archive to itself and is broken is
 * left out and counted. ERR_OK also when the file is broken: *ret tells.
 * ERR_MEMORY, and what the sink gives that is no fault of the input.
 */
enum err feed_content_read(
    struct feed_content *c, struct bytes in, struct feed_tally *ret);

#endif
