/* SPDX-License-Identifier: ISC */
/* A table of the data set, with errors that name file and line. */
#ifndef BASE_TABLE_FILE_H
#define BASE_TABLE_FILE_H

#include "base/bytes.h"
#include "base/data.h"
#include "base/err.h"
#include "base/table.h"

#include <stdbool.h>
#include <stddef.h>

struct table_file {
	const char *name; /* the data set's; borrowed */
	struct table table;
	size_t row_count; /* rows in the whole file */
	struct fault fault;
};

/*
 * Opens the file called `name` and counts its rows, so that lists can be
 * taken in one piece. `columns` are the names that must be there, ended by
 * NULL. On failure ret->fault says why.
 */
enum err table_file_open(const struct data_set *data, struct bytes name,
    const char *const *columns, struct table_file *ret);

/* ERR_OK, ERR_END, or ERR_MALFORMED with t->fault set. */
enum err table_file_next(struct table_file *t);

/* Sets t->fault to the current line; always ERR_MALFORMED. */
enum err table_file_fail(struct table_file *t, const char *field);

/* A field that must be "yes" or "no". */
enum err table_file_yes(struct table_file *t, const char *column, bool *ret);

/* The number of parts of a list with ';' between them. */
size_t table_list_count(struct bytes list);

/* Whether the list with ';' between its parts has this one. */
bool table_list_has(struct bytes list, struct bytes part);

#endif
