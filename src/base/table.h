/* SPDX-License-Identifier: ISC */
/* The project's own tab-separated tables (data/): header line, no quoting. */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include "base/bytes.h"
#include "base/err.h"

#include <stddef.h>

#define TABLE_COLUMNS 16

/*
 * Lines that start with '#' and empty lines are skipped; the first other line
 * names the columns. Every row must have as many fields as the header.
 */
struct table {
	struct bytes rest;
	struct bytes column[TABLE_COLUMNS];
	size_t column_count;
	struct bytes field[TABLE_COLUMNS]; /* of the current row */
	size_t line; /* number of the current line, from 1 */
};

/* Borrows `in`. ERR_MALFORMED: no header, or too many columns. */
enum err table_open(struct bytes in, struct table *ret);

/* The next row: ERR_OK, ERR_END, or ERR_MALFORMED (see t->line). */
enum err table_next(struct table *t);

/* The current row's field by column name; empty when there is no such. */
struct bytes table_field(const struct table *t, const char *column);

#endif
