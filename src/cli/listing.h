/* SPDX-License-Identifier: ISC */
/* A node as a line of text, as `ls -l` writes it, or as a JSON object. */
#ifndef CLI_LISTING_H
#define CLI_LISTING_H

#include "base/out.h"
#include "worker/wire.h"

/* The path alone, escaped for a terminal, and LF. */
void listing_put_path(struct out *to, const struct wire_entry *entry);

/* Mode, owner, group, size or device numbers, path, link target, LF. */
void listing_put_long(struct out *to, const struct wire_entry *entry);

/* One object without LF, keys in fixed order. */
void listing_put_json(struct out *to, const struct wire_entry *entry);

/* "file", "directory", "symlink", … as in --json; static. */
const char *listing_kind_text(enum node_kind kind);

#endif
