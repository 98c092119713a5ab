/* SPDX-License-Identifier: ISC */
/* What the readers of VEX share. */
#ifndef ADVISORIES_FEED_VEX_PRIVATE_H
#define ADVISORIES_FEED_VEX_PRIVATE_H

#include "advisories/feed_private.h"

/* The document that statements are from. */
struct feed_vex {
	struct bytes author;
	struct bytes id;
	int64_t time;
	uint32_t order; /* of the next statement */
};

/*
 * Hands a statement on with what its document says: author, id, its time
 * where the statement has none, and its place. More than LIMIT_VEX_STATEMENTS
 * break the record: ERR_LIMIT.
 */
void feed_vex_put(
    struct feed *f, struct feed_vex *document, struct vex_statement *statement);

/* Whether an algorithm's name means SHA-256: "SHA-256", "sha256". */
bool feed_vex_is_sha256(struct bytes algorithm);

/* Keeps the first text that says something. */
void feed_vex_keep(struct bytes *to, struct bytes text);

#endif
