/* SPDX-License-Identifier: ISC */
/* Which verdicts earn which level. */
#ifndef BASELINE_SCHEME_H
#define BASELINE_SCHEME_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/data.h"
#include "base/err.h"

#include <stddef.h>

/* All bytes borrow from the data set. */
struct scheme_row {
	struct bytes scheme;
	struct bytes level; /* levels rise down the table */
	struct bytes framework;
	struct bytes modality; /* concerns those that start with it */
	struct bytes accepts;  /* verdicts and reasons, ';' between them */
};

struct scheme_list {
	struct scheme_row *list;
	size_t count;
};

/* Reads schemes.tsv; errors as catalogue_read. */
enum err schemes_read(const struct data_set *data, struct arena *arena,
    struct scheme_list *ret, struct fault *ret_fault);

#endif
