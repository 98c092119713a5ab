/* SPDX-License-Identifier: ISC */
/* The payload of a correction: a clerical error, and what is right. */
#ifndef STATEMENT_CORRECTION_H
#define STATEMENT_CORRECTION_H

#include "base/bytes.h"
#include "base/err.h"
#include "codec/cbor.h"

#include <stdint.h>

#define CORRECTION_FIELD_MAX 64
#define CORRECTION_TEXT_MAX 512

/* Plain data; texts are borrowed. It is shown beside what it corrects, and
   changes no right, level or status. */
struct correction {
	uint64_t statement;  /* ledger index of what was wrong */
	struct bytes field;  /* 1 to 64 bytes */
	struct bytes value;  /* 1 to 512 bytes: what is right */
	struct bytes reason; /* 1 to 512 bytes */
};

/* {-70004: [statement, field, value, reason]} */
const char *correction_check(const struct correction *c);
void correction_put(struct cbor_writer *w, const struct correction *c);
enum err correction_read(
    struct bytes payload, struct correction *ret, struct fault *ret_fault);

#endif
