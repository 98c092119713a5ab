/* SPDX-License-Identifier: ISC */
/* Reads the project's own tab-separated tables. */
#include "base/table.h"

static bool
next_line(struct table *t, struct bytes *ret)
{
	while (bytes_next_line(&t->rest, ret)) {
		t->line++;
		if (ret->len > 0 && ret->ptr[0] != '#')
			return true;
	}
	return false;
}

static bool
split(struct bytes line, struct bytes *field, size_t *ret_count)
{
	size_t count = 0;
	struct bytes part;

	while (bytes_next_field(&line, '\t', &part)) {
		if (count == TABLE_COLUMNS)
			return false;
		field[count++] = part;
	}
	*ret_count = count;
	return true;
}

enum err
table_open(struct bytes in, struct table *ret)
{
	struct table t = { .rest = in };
	struct bytes line;

	if (!next_line(&t, &line) || !split(line, t.column, &t.column_count))
		return ERR_MALFORMED;
	*ret = t;
	return ERR_OK;
}

enum err
table_next(struct table *t)
{
	struct bytes line;
	size_t count;

	if (!next_line(t, &line))
		return ERR_END;
	if (!split(line, t->field, &count) || count != t->column_count)
		return ERR_MALFORMED;
	return ERR_OK;
}

struct bytes
table_field(const struct table *t, const char *column)
{
	for (size_t i = 0; i < t->column_count; i++)
		if (bytes_equal_text(t->column[i], column))
			return t->field[i];
	return (struct bytes){ NULL, 0 };
}
