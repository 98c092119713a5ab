/* SPDX-License-Identifier: ISC */
/* The payload of a recognition: whose label counts as which of ours. */
#ifndef STATEMENT_RECOGNITION_H
#define STATEMENT_RECOGNITION_H

#include "base/bytes.h"
#include "base/err.h"
#include "codec/cbor.h"

#include <stdint.h>

#define RECOGNITION_TEXT_MAX 128
#define RECOGNITION_CONDITIONS_MAX 512

/* Plain data; texts are borrowed. */
struct recognition {
	struct bytes their_domain; /* "Finland, Traficom" */
	struct bytes their_scheme;
	struct bytes their_level; /* in their words */
	struct bytes our_scheme;  /* 1 to 16 bytes, as in labels */
	unsigned our_level;
	struct bytes conditions; /* for people; may be empty */
	struct bytes source;	 /* URL of the arrangement */
	int64_t from;
	int64_t until; /* 0: open */
};

/*
 * {-70002: [their domain, their scheme, their level, our scheme, our level,
 * conditions, source, from, until or null]}
 */
const char *recognition_check(const struct recognition *c);
void recognition_put(struct cbor_writer *w, const struct recognition *c);
enum err recognition_read(
    struct bytes payload, struct recognition *ret, struct fault *ret_fault);

#endif
