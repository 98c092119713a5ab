/* SPDX-License-Identifier: ISC */
/* Claims out of the two shapes that CVE records and NVD share. */
#ifndef ADVISORIES_FEED_CLAIMS_PRIVATE_H
#define ADVISORIES_FEED_CLAIMS_PRIVATE_H

#include "advisories/cpe.h"
#include "advisories/feed_private.h"
#include "advisories/vulnerability.h"
#include "base/bytes.h"

#include <stdbool.h>

/* What one container of a record says; {.source} at first. */
struct feed_claims {
	enum claim_source source;
	struct feed_list list; /* of struct claim */
	bool says_versions;    /* some claim has ranges */
	bool of_kernel;	       /* some claim is about Linux */
};

/* The "versions" of one product. */
struct feed_versions {
	struct feed_list ranges; /* of struct claim_range */
	enum version_scheme scheme;
	bool has_scheme; /* an entry had been read before */
	bool has_commits;
	bool from_prose;
	bool has_unread;
	bool unread_affected;	 /* what was not read says "affected" */
	struct feed_list before; /* ranges that had the same ends */
	size_t half; /* number, from 1, of a range that waits for its end */
};

/*
 * Behind a JSON_ARRAY. Ranges stand in an order in which the first one that
 * holds a version decides. Source: CVE JSON record format 5.2, "versions".
 */
void feed_read_versions(struct feed *f, struct feed_versions *to);

/* "affected", "unaffected"; CLAIM_UNKNOWN for all else. */
enum claim_status feed_status(struct bytes text);

/*
 * Behind a JSON_ARRAY: products with their versions. Source: CVE JSON record
 * format 5.2, "affected" of a container.
 */
void feed_read_affected(struct feed *f, struct feed_claims *to);

/*
 * Behind a JSON_ARRAY: nodes of CPE matches. Source: NVD API 2.0
 * "configurations", CVE JSON 5.1 "cpeApplicability".
 */
void feed_read_configurations(struct feed *f, struct feed_claims *to);

/* Behind a JSON_ARRAY of {"lang", "value"}: the first in English, else the first
   at all; escapes as they stand. */
struct bytes feed_read_description(struct feed *f);

/* False when it is none, or there is no memory (the record is broken then). */
bool feed_read_cpe(struct feed *f, struct bytes text, struct cpe *ret);

/* How a product orders its versions, whatever else is said; `otherwise` for
   all but a few. */
enum version_scheme feed_scheme_of(
    struct bytes vendor, struct bytes product, enum version_scheme otherwise);

#endif
