/* SPDX-License-Identifier: ISC */
/* Takes paths apart at their last '!'. */
#include "inspect/names.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

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

/* Whether a folder for samples begins with the slash at the start of this. */
static bool
begins_with_sample_folder(struct bytes path)
{
	static const char *const folders[] = { "/doc/", "/docs/", "/man/",
		"/examples/", "/example/", "/samples/" };

	if (path.len < 2 || strchr("dems", path.ptr[1]) == NULL)
		return false; /* as most do */
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (bytes_starts(path, bytes_of(folders[i])))
			return true;
	return false;
}

bool
name_is_sample(struct bytes name)
{
	static const char *const endings[] = { ".example", ".sample", ".dist",
		"-example", "-sample", ".md", ".rst", ".tmpl", ".template" };

	for (size_t at = bytes_find_byte(name, '/', 0); at != SIZE_MAX;
	     at = bytes_find_byte(name, '/', at + 1))
		if (begins_with_sample_folder(bytes_from(name, at)))
			return true;
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (bytes_ends(name, bytes_of(endings[i])))
			return true;
	return false;
}

struct bytes
name_known(struct bytes path)
{
	for (size_t at = path.len; at > 1; at--)
		if (path.ptr[at - 1] == '/' && path.ptr[at - 2] == '!')
			return bytes_from(path, at - 1);
	return path;
}
