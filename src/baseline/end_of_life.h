/* SPDX-License-Identifier: ISC */
/* When the maintainers of a branch stopped to mend it. */
#ifndef BASELINE_END_OF_LIFE_H
#define BASELINE_END_OF_LIFE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/data.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All bytes borrow from the data set. */
struct end_of_life {
	struct bytes components; /* names, ';' between them */
	struct bytes branch;	 /* start of its versions: "1.0.2" */
	struct bytes ended;	 /* "2019-12-31" */
	uint64_t ended_secs;	 /* Unix seconds of the day's end */
	struct bytes source;
	bool weak_tls; /* of the SSL 2 and 3 generation */
};

struct end_of_life_list {
	struct end_of_life *list;
	size_t count;
};

/* Reads end-of-life.tsv; errors as catalogue_read. */
enum err end_of_life_read(const struct data_set *data, struct arena *arena,
    struct end_of_life_list *ret, struct fault *ret_fault);

/*
 * The row with the longest branch that `version` belongs to, or NULL: 1.0.2
 * covers 1.0.2, 1.0.2f and 1.0.2.1, not 1.0.20.
 */
const struct end_of_life *end_of_life_find(const struct end_of_life_list *list,
    struct bytes component, struct bytes version);

/* Unix seconds at the end of a day "2019-12-31" (UTC); false if it is none. */
bool end_of_life_day(struct bytes text, uint64_t *ret);

#endif
