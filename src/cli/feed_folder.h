/* SPDX-License-Identifier: ISC */
/* The files of a folder of feeds, found before they are handed to a worker. */
#ifndef CLI_FEED_FOLDER_H
#define CLI_FEED_FOLDER_H

#include "base/arena.h"
#include "base/bytes.h"
#include "cli/cli.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What `hallmark watch update DIR` makes; never taken for a feed. */
#define FEED_FOLDER_BOOK "advisories.book"

struct feed_folder_file {
	struct bytes name; /* below the folder; zero-terminated */
	const char *path;
	uint64_t size;
	int64_t changed; /* nanoseconds */
};

/* All of it lies in the arena that it was read with. */
struct feed_folder {
	struct feed_folder_file *files; /* sorted by name */
	size_t count;
	size_t room;
	bool is_folder;
	struct feed_folder_file book; /* path NULL: there is none */
};

/*
 * Looks through the folder, LIMIT_FEED_FOLDERS deep, or takes `path` as the one
 * feed (or, ending in ".book", the book). What begins with a dot is skipped,
 * links to files are followed, links to folders are not; of what else is no
 * plain file it says so. EXIT_INPUT, said: missing, empty or too large files,
 * too many, none; EXIT_MACHINE.
 */
enum exit_code feed_folder_read(
    const char *path, struct arena *arena, struct feed_folder *ret);

#endif
