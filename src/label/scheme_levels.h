/* SPDX-License-Identifier: ISC */
/* The levels of each scheme by number, and what a label of each asks for. */
#ifndef LABEL_SCHEME_LEVELS_H
#define LABEL_SCHEME_LEVELS_H

#include "base/bytes.h"
#include "base/data.h"
#include "base/err.h"

#include <stdbool.h>

/* One row of data/scheme-levels.tsv; bytes borrow the data set. */
struct scheme_level {
	struct bytes scheme, name;
	unsigned number;   /* from 1, in the order of the table */
	bool unread;	   /* an image with unread bytes will do */
	bool declaration;  /* a declaration is needed */
	bool support;	   /* with an end of support */
	unsigned max_days; /* longest life of a label */
};

/*
 * Finds a level by its name or, when `name` is empty, by its number. ERR_END:
 * there is none; ERR_MALFORMED: the table is broken.
 */
enum err scheme_level_find(const struct data_set *data, struct bytes scheme,
    struct bytes name, unsigned number, struct scheme_level *ret);

#endif
