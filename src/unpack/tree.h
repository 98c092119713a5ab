/* SPDX-License-Identifier: ISC */
/* The way through the directories of a file system, without recursion. */
#ifndef UNPACK_TREE_H
#define UNPACK_TREE_H

#include "base/limits.h"
#include "unpack/format.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TREE_DEPTH_MAX 256

/* A directory being listed. What its numbers mean is the format's affair. */
struct tree_level {
	uint64_t id;
	uint64_t at, end; /* entries still to be listed */
	size_t path_len;
};

/* Set up with tree_open(); nothing is to be released. */
struct tree {
	const char *format; /* static; goes into faults */
	struct tree_level level[TREE_DEPTH_MAX];
	size_t depth;
	size_t path_len; /* of the node that was named last */
	bool cut;	 /* its name did not fit */
	char path[LIMIT_PATH_LEN];
};

void tree_open(struct tree *t, const char *format);

/* The directory being listed, without those that have no entries left; NULL
   when there is none. */
struct tree_level *tree_top(struct tree *t);

/* Makes `node` the root directory. */
void tree_name_root(struct tree *t, struct node *node);

/*
 * Names `node`, an entry of the directory being listed. A name that no kernel
 * would have written ("", "..", "a/b") is the node's fault and gets '_' in its
 * place; one that makes the path too long is cut.
 */
void tree_name(struct tree *t, struct bytes name, struct node *node);

/* Lists the directory that was named last next; `node`'s fault if it cannot. */
void tree_enter(
    struct tree *t, const struct tree_level *level, struct node *node);

/* Which of `count` places were seen: a bit for each. A handle. */
struct visits {
	uint8_t *bits; /* owned */
	size_t count;
};

/* ERR_LIMIT (LIMIT_INDEX_LEN), ERR_MEMORY. */
enum err visits_open(size_t count, struct visits *ret);
void visits_close(struct visits *v);

/* False when the place was seen before, or is none. */
bool visits_add(struct visits *v, uint64_t place);

#endif
