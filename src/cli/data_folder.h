/* SPDX-License-Identifier: ISC */
/* --data DIR: the user's own data files in place of those compiled in. */
#ifndef CLI_DATA_FOLDER_H
#define CLI_DATA_FOLDER_H

#include "base/arena.h"
#include "base/data.h"

/*
 * The set `base` with each file that is in the folder (or one folder down)
 * put in place of the one of its name, or added. All lies in the arena. False
 * when the folder or a file cannot be read: *ret_name (in the arena, or
 * `folder`) and *ret_why (static) say which and why.
 */
bool data_folder_read(const char *folder, const struct data_set *base,
    struct arena *arena, struct data_set *ret, const char **ret_name,
    const char **ret_why);

#endif
