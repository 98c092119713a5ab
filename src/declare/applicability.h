/* SPDX-License-Identifier: ISC */
/* Whether a provision applies to a product, computed from its features. */
#ifndef DECLARE_APPLICABILITY_H
#define DECLARE_APPLICABILITY_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/data.h"
#include "base/err.h"
#include "declare/declaration.h"

#include <stddef.h>

enum applies {
	APPLIES_UNKNOWN, /* a feature it hangs on has no answer */
	APPLIES_YES,
	APPLIES_NO,
};

struct applicability {
	struct bytes provision; /* "5.1-2" */
	struct bytes modality;	/* "M", "R", "M C" … as in the catalogue */
	enum applies applies;
	/* The key of en303645-conditions.tsv that decided: the first that is
	   answered no, else the first without an answer; empty when no key is
	   asked for or all hold. */
	struct bytes key;
	/* Not empty: the features alone would say APPLIES_NO by `key`, but it is
	   the provision's own measure that is missing. This sentence says why that
	   is no ground; applies is APPLIES_YES. */
	struct bytes circular;
};

/*
 * One for each row of catalogues/en303645.tsv, in its order, in the arena; the
 * texts borrow the data set. An answer counts when it is "yes" or "no".
 * ERR_MALFORMED with *ret_fault naming file (format), line (at) and what is
 * wrong (field); ERR_MEMORY.
 */
enum err applicability_compute(const struct data_set *data,
    const struct declaration *declaration, struct arena *arena,
    struct applicability **ret, size_t *ret_count, struct fault *ret_fault);

/* The one of this provision, or NULL. */
const struct applicability *applicability_find(
    const struct applicability *list, size_t count, struct bytes provision);

/* "unknown", "yes", "no"; static. */
const char *applies_text(enum applies applies);

#endif
