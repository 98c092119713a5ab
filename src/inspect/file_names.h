/* SPDX-License-Identifier: ISC */
/* Components whose file name carries the upstream version. */
#ifndef INSPECT_FILE_NAMES_H
#define INSPECT_FILE_NAMES_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"

#include <stddef.h>

struct file_name_row;

/* A handle. */
struct file_names {
	struct file_name_row *rows; /* in the arena of file_names_open() */
	size_t count;
	void *match; /* working memory of the matcher */
};

struct file_name {
	struct bytes component, cpe, purl;
	struct bytes version; /* borrows the path asked about */
};

/*
 * Reads file-names.tsv; rows are in the arena and borrow `table`. An empty
 * table is none. ERR_MALFORMED (line in ret_fault->at), ERR_MEMORY.
 */
enum err file_names_open(struct bytes table, struct arena *arena,
    struct file_names *ret, struct fault *ret_fault);
void file_names_close(struct file_names *names);

/*
 * The component that the last part of `path` names with its version. ERR_END
 * when there is none, ERR_MEMORY.
 */
enum err file_names_find(
    const struct file_names *names, struct bytes path, struct file_name *ret);

#endif
