/* SPDX-License-Identifier: ISC */
/* Reads a folder of data files, and the folders in it. */
#include "cli/data_folder.h"

#include "base/limits.h"
#include "system/file.h"
#include "worker/data_pack.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct reading {
	const char *folder;
	struct arena *arena;
	struct data_file *file; /* room for DATA_PACK_FILES */
	size_t count;
	const char *failed_name;
	const char *why;
};

static bool
fail(struct reading *r, const char *name, const char *why)
{
	r->failed_name = name;
	r->why = why != NULL ? why : "unknown error";
	return false;
}

/* Replaces the file of that name, or adds one. */
static bool
put(struct reading *r, const char *name, struct bytes content)
{
	size_t i = 0;

	while (i < r->count && strcmp(r->file[i].name, name) != 0)
		i++;
	if (i == DATA_PACK_FILES)
		return fail(r, name, "too many data files");
	r->file[i] = (struct data_file){ name, content, NULL };
	if (i == r->count)
		r->count++;
	return true;
}

static bool
read_file(struct reading *r, const char *path, const char *name)
{
	const char *why;
	struct bytes map = { NULL, 0 };
	struct bytes copy;
	size_t len;
	int fd;

	if (file_read_sealed(path, DATA_PACK_LEN, &fd, &len, &why) != ERR_OK)
		return fail(r, name, why);
	if (file_map_sealed(fd, len, &map) != ERR_OK) {
		(void)close(fd); /* was only read */
		return fail(r, name, "cannot be mapped");
	}
	copy = arena_copy(r->arena, map);
	file_unmap(map);
	(void)close(fd); /* was only read */
	if (copy.len != len)
		return fail(r, name, "is too large");
	return put(r, name, copy);
}

/* "sub/name" in the arena, or NULL. */
static char *
join(struct arena *arena, const char *left, const char *right)
{
	size_t len = strlen(left) + 1 + strlen(right) + 1;
	char *path = arena_take(arena, len);

	if (path != NULL && left[0] == '\0')
		(void)snprintf(path, len, "%s", right);
	else if (path != NULL)
		(void)snprintf(path, len, "%s/%s", left, right);
	return path;
}

static bool read_folder(struct reading *r, const char *below, bool go_down);

/* `below` is the folder's name inside the data folder, "" for itself. */
static bool
read_entry(
    struct reading *r, const char *below, const char *entry, bool go_down)
{
	const char *name = join(r->arena, below, entry);
	const char *path =
	    name != NULL ? join(r->arena, r->folder, name) : NULL;
	struct stat st;

	if (path == NULL)
		return fail(r, r->folder, "out of memory");
	if (stat(path, &st) != 0)
		return fail(r, name, strerrordesc_np(errno));
	if (S_ISDIR(st.st_mode))
		return !go_down || read_folder(r, name, false);
	return !S_ISREG(st.st_mode) || st.st_size == 0 ||
	    read_file(r, path, name);
}

/* One level down at most: the second call has go_down false. */
static bool
read_folder(struct reading *r, const char *below, bool go_down)
{
	const char *path = join(r->arena, r->folder, below);
	struct dirent **entries = NULL;
	int count =
	    path != NULL ? scandir(path, &entries, NULL, alphasort) : -1;
	bool good = count >= 0;

	if (!good)
		(void)fail(r, below[0] != '\0' ? below : r->folder,
		    strerrordesc_np(errno));
	for (int i = 0; i < count; i++) {
		const char *entry = entries[i]->d_name;

		if (good && entry[0] != '.')
			good = read_entry(r, below, entry, go_down);
		free(entries[i]);
	}
	free(entries);
	return good;
}

bool
data_folder_read(const char *folder, const struct data_set *base,
    struct arena *arena, struct data_set *ret, const char **ret_name,
    const char **ret_why)
{
	struct reading r = {
		.folder = folder,
		.arena = arena,
		.file = arena_take_array(
		    arena, DATA_PACK_FILES, sizeof(struct data_file)),
		.failed_name = folder,
		.why = "out of memory",
	};
	bool good = r.file != NULL;

	for (size_t i = 0; good && i < base->count; i++)
		good = put(&r, base->file[i].name, base->file[i].content);
	good = good && read_folder(&r, "", true);
	if (good) {
		*ret = (struct data_set){ r.file, r.count };
	} else {
		*ret_name = r.failed_name;
		*ret_why = r.why;
	}
	return good;
}
