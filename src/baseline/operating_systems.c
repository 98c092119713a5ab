/* SPDX-License-Identifier: ISC */
/* Reads operating-systems.tsv and marks the components that it names. */
#include "baseline/operating_systems.h"

#include "base/table_file.h"

static const char *const columns[] = { "cpe", "name", NULL };

enum err
operating_systems_read(const struct data_set *data, struct arena *arena,
    struct operating_systems *ret, struct fault *ret_fault)
{
	struct operating_systems systems = { NULL, 0 };
	struct table_file t;
	enum err err =
	    table_file_open(data, BYTES("operating-systems.tsv"), columns, &t);

	if (err == ERR_OK) {
		systems.cpe =
		    arena_take_array(arena, t.row_count, sizeof(*systems.cpe));
		if (systems.cpe == NULL)
			return ERR_MEMORY;
		while ((err = table_file_next(&t)) == ERR_OK) {
			struct bytes cpe = table_field(&t.table, "cpe");

			if (bytes_find_byte(cpe, ':', 0) == SIZE_MAX) {
				err = table_file_fail(&t, "cpe");
				break;
			}
			systems.cpe[systems.count++] = cpe;
		}
	}
	if (err != ERR_END) {
		*ret_fault = t.fault;
		return err;
	}
	*ret = systems;
	return ERR_OK;
}

void
operating_systems_mark(const struct operating_systems *systems,
    struct component_item *components, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < systems->count; k++)
			if (table_list_has(components[i].cpe, systems->cpe[k]))
				components[i].operating_system = true;
}
