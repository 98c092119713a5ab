/* SPDX-License-Identifier: ISC */
/* A real folder of the disk as base/folder.h wants it. */
#ifndef SYSTEM_FOLDER_H
#define SYSTEM_FOLDER_H

#include "base/folder.h"

#include <stdbool.h>

/*
 * Fills *ret for the folder `path`; folder_close() releases it, after every
 * file of it was closed. With `create` the folder is made if it is missing (its
 * parent must be there) and its name is on stable storage. Names of files must
 * not lead out of the folder. ERR_MALFORMED, ERR_SYSTEM, as there.
 */
enum err folder_open(
    const char *path, bool create, struct folder *ret, const char **ret_why);

/* An empty struct is fine. */
void folder_close(struct folder *folder);

#endif
