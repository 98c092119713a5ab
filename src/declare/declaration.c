/* SPDX-License-Identifier: ISC */
/* Looks answers up. */
#include "declare/declaration.h"

const struct declared *
declaration_find(const struct declaration *declaration, struct bytes table,
    struct bytes row, struct bytes field)
{
	for (size_t i = 0; i < declaration->count; i++) {
		const struct declared *d = &declaration->list[i];

		if (bytes_equal(d->field, field) && bytes_equal(d->row, row) &&
		    bytes_equal(d->table, table))
			return d;
	}
	return NULL;
}
