/* SPDX-License-Identifier: ISC */
/* Which verdicts earn which level. */
#ifndef BASELINE_SCHEME_H
#define BASELINE_SCHEME_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/data.h"
#include "base/err.h"
#include "baseline/catalogue.h"

#include <stdbool.h>
#include <stddef.h>

/* All bytes borrow from the data set. */
struct scheme_row {
	struct bytes scheme;
	struct bytes level; /* levels rise down the table */
	struct bytes framework;
	struct bytes requirement; /* this one; empty: all of them */
	struct bytes modality;	  /* concerns those that start with it */
	struct bytes accepts;	  /* words of levels.c, ';' between them */
};

struct scheme_list {
	struct scheme_row *list;
	size_t count;
};

/* Reads schemes.tsv, which names what the catalogue has; errors as
   catalogue_read. */
enum err schemes_read(const struct data_set *data,
    const struct catalogue *catalogue, struct arena *arena,
    struct scheme_list *ret, struct fault *ret_fault);

/* Whether there is a scheme of this name. */
bool scheme_find(const struct scheme_list *schemes, struct bytes name);

/* Whether levels.c knows all of the words. */
bool scheme_accepts_known(struct bytes accepts);

#endif
