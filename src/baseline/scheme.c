/* SPDX-License-Identifier: ISC */
/* Reads schemes.tsv. */
#include "baseline/scheme.h"

#include "base/table_file.h"

static const char *const columns[] = { "scheme", "level", "framework",
	"requirement", "modality", "accepts", NULL };

/* A name that nobody judges would ask for nothing. */
static enum err
check_names(struct table_file *t, const struct catalogue *catalogue,
    const struct scheme_row *row)
{
	size_t framework;
	size_t requirement;

	if (!catalogue_find_framework(catalogue, row->framework, &framework) ||
	    !catalogue->framework[framework].judged)
		return table_file_fail(t, "framework");
	if (row->requirement.len > 0 &&
	    !catalogue_find_requirement(&catalogue->framework[framework],
		row->requirement, &requirement))
		return table_file_fail(t, "requirement");
	return scheme_accepts_known(row->accepts)
	    ? ERR_OK
	    : table_file_fail(t, "accepts");
}

static enum err
read_row(struct table_file *t, const struct catalogue *catalogue,
    struct scheme_row *row)
{
	row->scheme = table_field(&t->table, "scheme");
	row->level = table_field(&t->table, "level");
	row->framework = table_field(&t->table, "framework");
	row->requirement = table_field(&t->table, "requirement");
	row->modality = table_field(&t->table, "modality");
	row->accepts = table_field(&t->table, "accepts");
	if (row->scheme.len == 0 || row->level.len == 0)
		return table_file_fail(t, "empty scheme or level");
	return check_names(t, catalogue, row);
}

bool
scheme_find(const struct scheme_list *schemes, struct bytes name)
{
	for (size_t i = 0; i < schemes->count; i++)
		if (bytes_equal(schemes->list[i].scheme, name))
			return true;
	return false;
}

enum err
schemes_read(const struct data_set *data, const struct catalogue *catalogue,
    struct arena *arena, struct scheme_list *ret, struct fault *ret_fault)
{
	struct scheme_list l = { 0 };
	struct table_file t;
	enum err err = table_file_open(data, BYTES("schemes.tsv"), columns, &t);

	if (err == ERR_OK && t.row_count == 0)
		err = table_file_fail(&t, "no scheme");
	if (err == ERR_OK) {
		l.list = arena_take_array(arena, t.row_count, sizeof(*l.list));
		if (l.list == NULL)
			return ERR_MEMORY;
		while ((err = table_file_next(&t)) == ERR_OK) {
			err = read_row(&t, catalogue, &l.list[l.count]);
			if (err != ERR_OK)
				break;
			l.count++;
		}
	}
	if (err != ERR_END) {
		*ret_fault = t.fault;
		return err;
	}
	*ret = l;
	return ERR_OK;
}
