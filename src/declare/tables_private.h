/* SPDX-License-Identifier: ISC */
/* A table of the data set, with faults that name file and line. */
#ifndef DECLARE_TABLES_PRIVATE_H
#define DECLARE_TABLES_PRIVATE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/data.h"
#include "base/err.h"
#include "base/table.h"

#include <stdbool.h>
#include <stddef.h>

struct rows {
	const char *name; /* the file's; static */
	struct table table;
	size_t count; /* in the whole file */
};

/* Opens and counts. `columns`, ended by NULL, must be there. ERR_MALFORMED
   with *ret_fault. */
enum err rows_open(const struct data_set *data, const char *name,
    const char *const *columns, struct rows *ret, struct fault *ret_fault);

/* ERR_OK, ERR_END, or ERR_MALFORMED with *ret_fault. */
enum err rows_next(struct rows *rows, struct fault *ret_fault);

/* Always ERR_MALFORMED: `what` of the current row is wrong. */
enum err rows_fail(
    const struct rows *rows, const char *what, struct fault *ret_fault);

/* The field of the current row. */
struct bytes rows_field(const struct rows *rows, const char *column);

/* Whether a list with ';' between its parts has this one. */
bool rows_list_has(struct bytes list, struct bytes part);

#endif
