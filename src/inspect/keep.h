/* SPDX-License-Identifier: ISC */
/* The tree as seen so far: names, modes, links, and texts worth a later look. */
#ifndef INSPECT_KEEP_H
#define INSPECT_KEEP_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "unpack/unpack.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kept {
	struct bytes path; /* whole: squashfs@0x0!/etc/inittab */
	struct bytes root; /* its containers: squashfs@0x0! */
	struct bytes name; /* inside them: /etc/inittab */
	struct bytes link; /* symlink target, else empty */
	struct bytes text; /* whole content when kept, else empty */
	enum node_kind kind;
	uint32_t mode;
	uint32_t uid, gid;
	uint64_t size;
	struct kept *next_in_bucket;
};

/* In the order in which they were seen, plus an index by path. */
struct keep {
	struct arena arena;
	struct kept **list;
	size_t count;
	size_t cap;
	struct kept **bucket;
	size_t bucket_count;
	size_t text_len; /* bytes of kept texts */
};

struct keep keep_open(size_t limit);
void keep_close(struct keep *keep);

/*
 * Remembers a node. `with_text` keeps its content too (while
 * LIMIT_KEPT_TEXTS_LEN lasts). NULL in *ret when the limit is reached.
 */
enum err keep_add(struct keep *keep, const struct unpack_event *file,
    bool with_text, struct kept **ret);

/* The node `name` below the same containers `root`, or NULL. No links
   followed. */
const struct kept *keep_find(
    const struct keep *keep, struct bytes root, struct bytes name);

/* Likewise, following symlinks in every part of the name (bounded). */
const struct kept *keep_resolve(
    const struct keep *keep, struct bytes root, struct bytes name);

/*
 * The program a command name means: looked for in the usual PATH (or as given
 * when it starts with '/'), links followed; NULL when there is none.
 * *ret_applet_of, when not NULL, tells whether it is a link to busybox.
 */
const struct kept *keep_find_program(const struct keep *keep, struct bytes root,
    struct bytes command, bool *ret_busybox);

#endif
