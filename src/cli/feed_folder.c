/* SPDX-License-Identifier: ISC */
/* Walks a folder level by level: no folder is open below another. */
#include "cli/feed_folder.h"

#include "base/err.h"
#include "base/limits.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FIRST_ROOM ((size_t)64)

/* Folders that are still to be looked through. */
struct below {
	const char *name; /* "" for the folder itself */
	unsigned depth;
	struct below *next;
};

struct walk {
	const char *path;
	struct arena *arena;
	struct feed_folder *folder;
	struct below *first;
	struct below **last;
};

static enum exit_code
say(const char *about, enum exit_code code, const char *why)
{
	cli_say(about, why != NULL ? why : "unknown error");
	return code;
}

static enum exit_code
say_memory(const struct walk *w)
{
	return say(w->path, EXIT_MACHINE, err_text(ERR_MEMORY));
}

/* "left/right" in the arena, or NULL. */
static char *
join(struct arena *arena, const char *left, const char *right)
{
	size_t len = strlen(left) + 1 + strlen(right) + 1;
	char *path = arena_take(arena, len);
	size_t left_len = strlen(left);

	if (path == NULL)
		return NULL;
	bool slash = left_len > 0 && left[left_len - 1] != '/';

	(void)snprintf(path, len, "%s%s%s", left, slash ? "/" : "", right);
	return path;
}

static struct feed_folder_file
describe(const char *name, const char *path, const struct stat *st)
{
	return (struct feed_folder_file){
		.name = bytes_of(name),
		.path = path,
		.size = (uint64_t)st->st_size,
		.changed = (int64_t)st->st_mtim.tv_sec * 1000000000 +
		    st->st_mtim.tv_nsec,
	};
}

static enum exit_code
add_file(struct walk *w, const struct feed_folder_file *file)
{
	struct feed_folder *f = w->folder;

	if (f->count == f->room) {
		size_t room = f->room > 0 ? 2 * f->room : FIRST_ROOM;
		struct feed_folder_file *files =
		    arena_take_array(w->arena, room, sizeof(*files));

		if (files == NULL)
			return say_memory(w);
		if (f->count > 0)
			memcpy(files, f->files, f->count * sizeof(*files));
		f->files = files;
		f->room = room;
	}
	if (f->count == LIMIT_FEED_FILES)
		return say(w->path, EXIT_INPUT,
		    "holds too many files (over 500000): pack them");
	f->files[f->count++] = *file;
	return EXIT_YES;
}

/* A download that failed leaves an empty file: that is no feed of nothing. */
static enum exit_code
take_file(struct walk *w, const struct feed_folder_file *file)
{
	if (file->size == 0)
		return say(file->path, EXIT_INPUT, "is empty");
	if (file->size > LIMIT_FEED_FILE_LEN)
		return say(
		    file->path, EXIT_INPUT, "is too large (over 2048 MiB)");
	return add_file(w, file);
}

static enum exit_code
take_folder(struct walk *w, const char *name, unsigned depth)
{
	if (depth > LIMIT_FEED_FOLDERS)
		return say(name, EXIT_INPUT,
		    "lies too deep (over 8 folders in one another)");
	struct below *below = arena_take(w->arena, sizeof(*below));

	if (below == NULL)
		return say_memory(w);
	*below = (struct below){ .name = name, .depth = depth };
	*w->last = below;
	w->last = &below->next;
	return EXIT_YES;
}

static enum exit_code
take_entry(struct walk *w, const struct below *below, const char *entry)
{
	const char *name = join(w->arena, below->name, entry);
	const char *path = name != NULL ? join(w->arena, w->path, name) : NULL;
	struct stat itself;
	struct stat st;

	if (path == NULL)
		return say_memory(w);
	if (lstat(path, &itself) != 0 || stat(path, &st) != 0)
		return say(path, EXIT_INPUT, strerrordesc_np(errno));
	if (S_ISDIR(itself.st_mode))
		return take_folder(w, name, below->depth + 1);
	if (!S_ISREG(st.st_mode)) {
		cli_say(path,
		    S_ISDIR(st.st_mode) ? "is a link to a folder: left alone"
					: "is no plain file: left alone");
		return EXIT_YES;
	}
	const struct feed_folder_file file = describe(name, path, &st);

	if (strcmp(entry, FEED_FOLDER_BOOK) != 0)
		return take_file(w, &file);
	if (below->depth == 0)
		w->folder->book = file;
	return EXIT_YES;
}

static enum exit_code
look_through(struct walk *w, const struct below *below)
{
	const char *path = below->name[0] != '\0'
	    ? join(w->arena, w->path, below->name)
	    : w->path;
	struct dirent **entries = NULL;
	enum exit_code code = EXIT_YES;

	if (path == NULL)
		return say_memory(w);
	int count = scandir(path, &entries, NULL, NULL);

	if (count < 0)
		return say(path, EXIT_INPUT, strerrordesc_np(errno));
	for (int i = 0; i < count; i++) {
		const char *entry = entries[i]->d_name;

		if (code == EXIT_YES && entry[0] != '.')
			code = take_entry(w, below, entry);
		free(entries[i]);
	}
	free(entries);
	return code;
}

static int
compare(const void *left, const void *right)
{
	const struct feed_folder_file *l = left;
	const struct feed_folder_file *r = right;

	return bytes_compare(l->name, r->name);
}

static enum exit_code
read_folder(struct walk *w)
{
	enum exit_code code = take_folder(w, "", 0);

	for (const struct below *b = w->first; b != NULL && code == EXIT_YES;
	     b = b->next)
		code = look_through(w, b);
	if (code != EXIT_YES)
		return code;
	if (w->folder->count > 0)
		qsort(w->folder->files, w->folder->count,
		    sizeof(*w->folder->files), compare);
	if (w->folder->count == 0 && w->folder->book.path == NULL)
		return say(w->path, EXIT_INPUT, "holds no feed");
	return EXIT_YES;
}

static enum exit_code
read_single(struct walk *w, const struct stat *st)
{
	const char *slash = strrchr(w->path, '/');
	const struct feed_folder_file file =
	    describe(slash != NULL ? slash + 1 : w->path, w->path, st);

	if (!bytes_ends(file.name, BYTES(".book")))
		return take_file(w, &file);
	w->folder->book = file;
	return EXIT_YES;
}

enum exit_code
feed_folder_read(const char *path, struct arena *arena, struct feed_folder *ret)
{
	struct feed_folder folder = { .count = 0 };
	struct walk w = {
		.path = path,
		.arena = arena,
		.folder = &folder,
	};
	struct stat st;
	enum exit_code code;

	w.last = &w.first;
	if (stat(path, &st) != 0)
		return say(path, EXIT_INPUT, strerrordesc_np(errno));
	folder.is_folder = S_ISDIR(st.st_mode);
	if (folder.is_folder)
		code = read_folder(&w);
	else if (S_ISREG(st.st_mode))
		code = read_single(&w, &st);
	else
		code = say(path, EXIT_INPUT,
		    "is neither a folder nor a plain "
		    "file");
	if (code == EXIT_YES)
		*ret = folder;
	return code;
}
