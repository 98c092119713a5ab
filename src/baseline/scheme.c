/* SPDX-License-Identifier: ISC */
/* Reads schemes.tsv. */
#include "baseline/scheme.h"

#include "baseline/table_file_private.h"

static const char *const columns[] = { "scheme", "level", "framework",
	"modality", "accepts", NULL };

enum err
schemes_read(const struct data_set *data, struct arena *arena,
    struct scheme_list *ret, struct fault *ret_fault)
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
		while ((err = table_file_next(&t)) == ERR_OK)
			l.list[l.count++] = (struct scheme_row){
				.scheme = table_field(&t.table, "scheme"),
				.level = table_field(&t.table, "level"),
				.framework = table_field(&t.table, "framework"),
				.modality = table_field(&t.table, "modality"),
				.accepts = table_field(&t.table, "accepts"),
			};
	}
	if (err != ERR_END) {
		*ret_fault = t.fault;
		return err;
	}
	*ret = l;
	return ERR_OK;
}
