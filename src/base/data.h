/* SPDX-License-Identifier: ISC */
/* The files under data/ as the program sees them. */
#ifndef BASE_DATA_H
#define BASE_DATA_H

#include "base/bytes.h"

#include <stddef.h>

struct data_file {
	const char *name; /* "rules.tsv", "catalogues/en303645.tsv" */
	struct bytes content;
	const uint8_t *sha256; /* of content; NULL: nobody computed it */
};

/* A set of data files: the one compiled in, or one read from --data DIR. */
struct data_set {
	const struct data_file *file;
	size_t count;
};

/* The content of a file; {NULL, 0} when the set has none of that name. */
struct bytes data_find(const struct data_set *set, const char *name);

/* The set compiled into the program; static. */
const struct data_set *data_embedded(void);

#endif
