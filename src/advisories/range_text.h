/* SPDX-License-Identifier: ISC */
/* Ranges of versions as people write them. */
#ifndef ADVISORIES_RANGE_TEXT_H
#define ADVISORIES_RANGE_TEXT_H

#include "advisories/vulnerability.h"
#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>

/* Ranges in one text; one with more is left unread. */
#define RANGE_TEXT_MAX 16

struct range_text {
	struct claim_range ranges[RANGE_TEXT_MAX]; /* without a status */
	size_t count;
};

/*
 * "before 1.2", "< 3.4", ">= 2.0, < 2.3", "1.0.2 <1.0.2zq", "1.0 - 1.4", "1.2
 * and earlier", "1.2, 1.3 and 1.4.x", "all versions". False, and *ret
 * untouched, for any text of which one word is not surely understood. The
 * ranges borrow `text`.
 */
bool range_text_read(struct bytes text, struct range_text *ret);

/* A version by itself: begins with a digit ('v' dropped before it), nothing in
   it that would make it a range or a sentence. False for "x", "2.x", "< 2". */
bool range_text_version(struct bytes text, struct bytes *ret);

/* "1.0-1.2" is a range, or a version with a package's revision: who knows. */
bool range_text_is_doubtful(struct bytes version);

/* Says "from the first" or "up to the last": "*", "all versions". */
bool range_text_is_all(struct bytes text);

/* Says nothing: "", "-", "n/a", "unspecified", "unknown" … */
bool range_text_is_nothing(struct bytes text);

/* "5.10.*", "5.10.x" are the branch "5.10". */
bool range_text_branch(struct bytes text, struct bytes *ret);

#endif
