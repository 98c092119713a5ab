/* SPDX-License-Identifier: ISC */
/* Opens tables of the data set and says where they are wrong. */
#include "declare/tables_private.h"

enum err
rows_fail(const struct rows *rows, const char *what, struct fault *ret_fault)
{
	*ret_fault =
	    (struct fault){ ERR_MALFORMED, rows->table.line, rows->name, what };
	return ERR_MALFORMED;
}

static bool
has_column(const struct table *table, const char *name)
{
	for (size_t i = 0; i < table->column_count; i++)
		if (bytes_equal_text(table->column[i], name))
			return true;
	return false;
}

enum err
rows_open(const struct data_set *data, const char *name,
    const char *const *columns, struct rows *ret, struct fault *ret_fault)
{
	struct rows rows = { .name = name };
	struct bytes content = data_find(data, name);
	enum err err;

	if (content.len == 0)
		return rows_fail(&rows, "the file is missing", ret_fault);
	if (table_open(content, &rows.table) != ERR_OK)
		return rows_fail(&rows, "no header line", ret_fault);
	for (; *columns != NULL; columns++)
		if (!has_column(&rows.table, *columns))
			return rows_fail(&rows, *columns, ret_fault);
	struct rows all = rows;

	while ((err = rows_next(&all, ret_fault)) == ERR_OK)
		rows.count++;
	if (err != ERR_END)
		return err;
	*ret = rows;
	return ERR_OK;
}

enum err
rows_next(struct rows *rows, struct fault *ret_fault)
{
	enum err err = table_next(&rows->table);

	if (err == ERR_OK || err == ERR_END)
		return err;
	return rows_fail(rows, "number of fields", ret_fault);
}

struct bytes
rows_field(const struct rows *rows, const char *column)
{
	return table_field(&rows->table, column);
}

bool
rows_list_has(struct bytes list, struct bytes part)
{
	struct bytes each;

	while (list.len > 0 && bytes_next_field(&list, ';', &each))
		if (bytes_equal(each, part))
			return true;
	return false;
}
