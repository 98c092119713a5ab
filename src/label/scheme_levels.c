/* SPDX-License-Identifier: ISC */
/* Reads data/scheme-levels.tsv. */
#include "label/scheme_levels.h"

#include "base/table_file.h"
#include "statement/label_claims.h"

/* The longest life that a label may have, in days: ten years. */
#define DAYS_MAX 3650

static enum err
read_number(
    struct table_file *t, const char *column, uint64_t max, unsigned *ret)
{
	uint64_t value;

	if (!bytes_to_u64(table_field(&t->table, column), &value) ||
	    value == 0 || value > max)
		return table_file_fail(t, column);
	*ret = (unsigned)value;
	return ERR_OK;
}

static enum err
read_row(struct table_file *t, struct scheme_level *ret)
{
	struct scheme_level level = {
		.scheme = table_field(&t->table, "scheme"),
		.name = table_field(&t->table, "level"),
	};
	enum err err = read_number(t, "number", LABEL_LEVEL_MAX, &level.number);

	if (err == ERR_OK)
		err = read_number(t, "max_days", DAYS_MAX, &level.max_days);
	if (err == ERR_OK)
		err = table_file_yes(t, "unread", &level.unread);
	if (err == ERR_OK)
		err = table_file_yes(t, "declaration", &level.declaration);
	if (err == ERR_OK)
		err = table_file_yes(t, "support", &level.support);
	if (err == ERR_OK)
		*ret = level;
	return err;
}

enum err
scheme_level_find(const struct data_set *data, struct bytes scheme,
    struct bytes name, unsigned number, struct scheme_level *ret)
{
	static const char *const columns[] = { "scheme", "level", "number",
		"unread", "declaration", "support", "max_days", NULL };
	struct table_file t;
	enum err err =
	    table_file_open(data, BYTES("scheme-levels.tsv"), columns, &t);

	while (err == ERR_OK) {
		struct scheme_level level = { 0 };

		err = table_file_next(&t);
		if (err == ERR_OK)
			err = read_row(&t, &level);
		if (err != ERR_OK || !bytes_equal(level.scheme, scheme))
			continue;
		if (name.len > 0 ? !bytes_equal(level.name, name)
				 : level.number != number)
			continue;
		*ret = level;
		return ERR_OK;
	}
	return err;
}
