/* SPDX-License-Identifier: ISC */
/* Reads and compares CPE names. */
#ifndef ADVISORIES_CPE_H
#define ADVISORIES_CPE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum cpe_field {
	CPE_PART, /* a, o, h */
	CPE_VENDOR,
	CPE_PRODUCT,
	CPE_VERSION,
	CPE_UPDATE,
	CPE_EDITION,
	CPE_LANGUAGE,
	CPE_SW_EDITION,
	CPE_TARGET_SW,
	CPE_TARGET_HW,
	CPE_OTHER,
	CPE_FIELD_COUNT
};

/* Values without escapes, lower case; "*" is any, "-" is none. What stood
   escaped as "\*" or "\-" alone is told by `literal`. */
struct cpe {
	struct bytes field[CPE_FIELD_COUNT];
	bool literal[CPE_FIELD_COUNT];
	/* bytes at either end of the value that are wildcards: one '*', or
	   any number of '?' */
	uint16_t wild_start[CPE_FIELD_COUNT];
	uint16_t wild_end[CPE_FIELD_COUNT];
};

/*
 * A formatted string "cpe:2.3:…" or a URI "cpe:/…" (2.2, packed editions
 * too). Source: NISTIR 7695 §6. ERR_MALFORMED, ERR_LIMIT, ERR_MEMORY.
 */
enum err cpe_read(struct bytes in, struct arena *arena, struct cpe *ret);

enum cpe_relation {
	CPE_DISJOINT,
	CPE_EQUAL,
	CPE_SUBSET,
	CPE_SUPERSET,
	CPE_UNDEFINED
};

/* What `of` is to `to` in one field. Source: NISTIR 7696 §6.2, wildcards at
   the ends included. */
enum cpe_relation cpe_compare(
    const struct cpe *of, const struct cpe *to, enum cpe_field field);

bool cpe_is_any(const struct cpe *cpe, enum cpe_field field);
bool cpe_is_none(const struct cpe *cpe, enum cpe_field field);

#endif
