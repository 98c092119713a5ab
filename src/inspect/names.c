/* SPDX-License-Identifier: ISC */
/* Takes paths apart at their last '!'. */
#include "inspect/names.h"

static size_t
name_at(struct bytes path)
{
	size_t at = path.len;

	while (at > 0 && path.ptr[at - 1] != '!')
		at--;
	return at;
}

struct bytes
name_in_container(struct bytes path)
{
	return bytes_from(path, name_at(path));
}

struct bytes
name_containers(struct bytes path)
{
	return bytes_slice(path, 0, name_at(path));
}
