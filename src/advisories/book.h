/* SPDX-License-Identifier: ISC */
/* Compiled feeds: one run of bytes to look things up in, without parsing. */
#ifndef ADVISORIES_BOOK_H
#define ADVISORIES_BOOK_H

#include "advisories/feed.h"
#include "advisories/product_names.h"
#include "advisories/vex.h"
#include "advisories/vulnerability.h"
#include "base/bytes.h"
#include "base/err.h"
#include "base/out.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Collects what feeds say. A handle. */
struct book_maker;

/* `limit`: bytes that it may hold; `names` (or NULL) is borrowed. ERR_MEMORY. */
enum err book_maker_open(
    size_t limit, const struct product_names *names, struct book_maker **ret);
void book_maker_close(struct book_maker *m);

/* Copies all it is given; ERR_LIMIT, ERR_MEMORY. Borrows the maker. */
struct feed_sink book_maker_sink(struct book_maker *m);

/* A file that was read through; to be told of in reports. `name` is foreign. */
enum err book_maker_note(
    struct book_maker *m, struct bytes name, const struct feed_info *info);

/* Appends the book; the same files in the same order give the same bytes. */
enum err book_maker_write(struct book_maker *m, struct out *to);

/* What the book is made from, and how far it reaches. */
struct book_feed {
	struct bytes name;
	struct feed_info info; /* without `first` */
};

/* Whole catalogues of exploited vulnerabilities have more entries: CISA's had
   1404 in August 2025, ENISA's 1639 in July 2026. Pages of an answer are none. */
#define BOOK_CATALOGUE_MIN 1000

struct book_health {
	size_t feed_count;
	uint64_t vulnerabilities; /* with at least one claim */
	uint64_t claims;
	uint64_t exploited;	  /* ids that somebody says are exploited */
	uint64_t exploited_known; /* of these, with a claim */
	uint64_t scores;
	uint64_t statements; /* of VEX */
	/* Unix seconds: of KEV, or of EUVD where that is whole; 0: none */
	int64_t newest_catalogue;
	int64_t newest_claim; /* of what says which versions; 0: none */
};

#define BOOK_SECTION_COUNT 9

/* An opened book; borrows its bytes. */
struct book {
	struct bytes in;
	struct book_health health;
	/* the rest is book.c's and matching.c's */
	struct bytes section[BOOK_SECTION_COUNT];
};

/*
 * Looks at the header and the sections' bounds only; whatever is read later is
 * checked then. ERR_TRUNCATED, ERR_MALFORMED, ERR_UNSUPPORTED (another
 * version of the format).
 */
enum err book_open(struct bytes in, struct book *ret);

/* The feed number i < health.feed_count. ERR_MALFORMED. */
enum err book_feed_at(const struct book *b, size_t i, struct book_feed *ret);

#endif
