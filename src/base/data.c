/* SPDX-License-Identifier: ISC */
/* Finds a file in a data set. */
#include "base/data.h"

struct bytes
data_find(const struct data_set *set, const char *name)
{
	struct bytes wanted = bytes_of(name);

	for (size_t i = 0; i < set->count; i++)
		if (bytes_equal(bytes_of(set->file[i].name), wanted))
			return set->file[i].content;
	return (struct bytes){ NULL, 0 };
}
