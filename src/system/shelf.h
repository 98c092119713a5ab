/* SPDX-License-Identifier: ISC */
/* A folder of files with paths that are put there whole: tiles, checkpoints. */
#ifndef SYSTEM_SHELF_H
#define SYSTEM_SHELF_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/out.h"

#include <stdbool.h>

/* Bytes of a path on a shelf, its final zero included. */
#define SHELF_PATH_MAX 256

enum shelf_mode {
	SHELF_READ, /* the folder must be there */
	/* It is made if missing, and nobody else may write there meanwhile. */
	SHELF_WRITE,
	/* Likewise; if somebody does, waits until that is done. */
	SHELF_WRITE_IN_TURN,
};

/* A handle: shelf_open() to shelf_close(). */
struct shelf {
	int folder;
	int lock; /* -1 when only read */
};

/*
 * Paths are relative and lead nowhere else, not even through a link. All give
 * *ret_why in English (static) on failure and set nothing else. ERR_MALFORMED
 * when the folder is missing, is none, or another process writes to it;
 * ERR_SYSTEM.
 */
enum err shelf_open(const char *path, enum shelf_mode mode, struct shelf *ret,
    const char **ret_why);
void shelf_close(struct shelf *shelf);

/* Appends the file's content to `to`. ERR_END when there is no such file,
   ERR_LIMIT when it is longer than `to` takes, ERR_MEMORY, ERR_SYSTEM. */
enum err shelf_read(const struct shelf *shelf, const char *path, struct out *to,
    const char **ret_why);

/*
 * Puts a file there, folders above it made if missing. Readers see the old one
 * or the new one, never half. `safe`: both content and name are on stable
 * storage when it returns; otherwise after the next shelf_sync(). ERR_SYSTEM.
 */
enum err shelf_write(const struct shelf *shelf, const char *path,
    struct bytes content, bool safe, const char **ret_why);

/* Takes a folder away with the plain files in it; fine when there is none.
   ERR_SYSTEM. */
enum err shelf_remove_folder(
    const struct shelf *shelf, const char *path, const char **ret_why);

/* Everything that was written is on stable storage. ERR_SYSTEM. */
enum err shelf_sync(const struct shelf *shelf, const char **ret_why);

#endif
