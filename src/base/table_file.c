/* SPDX-License-Identifier: ISC */
/* Opens the tables of the data set and says where they are wrong. */
#include "base/table_file.h"

static const struct data_file *
find_file(const struct data_set *data, struct bytes name)
{
	for (size_t i = 0; i < data->count; i++)
		if (bytes_equal_text(name, data->file[i].name))
			return &data->file[i];
	return NULL;
}

enum err
table_file_fail(struct table_file *t, const char *field)
{
	t->fault =
	    (struct fault){ ERR_MALFORMED, t->table.line, t->name, field };
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
table_file_open(const struct data_set *data, struct bytes name,
    const char *const *columns, struct table_file *ret)
{
	const struct data_file *file = find_file(data, name);
	struct table_file t = { .name = "data set" };
	enum err err;

	*ret = t;
	if (file == NULL)
		return table_file_fail(ret, "a file is missing");
	ret->name = file->name;
	t.name = file->name;
	if (table_open(file->content, &t.table) != ERR_OK)
		return table_file_fail(ret, "no header line");
	*ret = t;
	for (; *columns != NULL; columns++)
		if (!has_column(&t.table, *columns))
			return table_file_fail(ret, *columns);
	while ((err = table_file_next(&t)) == ERR_OK)
		ret->row_count++;
	if (err == ERR_END)
		return ERR_OK;
	ret->fault = t.fault;
	return err;
}

enum err
table_file_next(struct table_file *t)
{
	enum err err = table_next(&t->table);

	if (err == ERR_MALFORMED)
		return table_file_fail(t, "number of fields");
	return err;
}

enum err
table_file_yes(struct table_file *t, const char *column, bool *ret)
{
	struct bytes field = table_field(&t->table, column);

	if (!bytes_equal_text(field, "yes") && !bytes_equal_text(field, "no"))
		return table_file_fail(t, column);
	*ret = bytes_equal_text(field, "yes");
	return ERR_OK;
}

size_t
table_list_count(struct bytes list)
{
	size_t count = 0;
	struct bytes part;

	if (list.len == 0)
		return 0;
	while (bytes_next_field(&list, ';', &part))
		count++;
	return count;
}

bool
table_list_has(struct bytes list, struct bytes wanted)
{
	struct bytes part;

	while (list.len > 0 && bytes_next_field(&list, ';', &part))
		if (bytes_equal(part, wanted))
			return true;
	return false;
}
