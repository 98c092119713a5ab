/* SPDX-License-Identifier: ISC */
/* Reads a ledger from static files, as they are served (C2SP tlog-tiles). */
#ifndef LEDGER_STATIC_H
#define LEDGER_STATIC_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/out.h"
#include "crypto/hooks.h"
#include "ledger/merkle.h"
#include "ledger/tile.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A bundle: 256 entries of at most 65535 bytes behind their lengths. */
#define STATIC_BUNDLE_LEN ((size_t)TILE_WIDTH * (TILE_ENTRY_MAX + 2))

/* Where the files are. read() appends the file to `to`, whose limit holds:
   ERR_END when there is none, ERR_LIMIT when it is longer, ERR_SYSTEM. */
struct static_files {
	enum err (*read)(void *context, const char *path, struct out *to);
	void *context;
};

/* The last tile read, of one level. */
struct static_tile {
	uint64_t index;
	unsigned width; /* 0: none */
	struct merkle_hash hash[TILE_WIDTH];
};

/*
 * A handle of about 66 KiB: static_open() to static_close(). Nothing that it
 * gives is verified: whoever uses it compares with a root that was signed.
 */
struct static_log {
	const struct crypto_hooks *hooks;
	const struct static_files *files;
	uint64_t size;
	struct static_tile tile[TILE_LEVEL_MAX + 1];
	uint64_t bundle_index;
	unsigned bundle_width; /* 0: none */
	struct out bundle;
};

/* `size` is that of a published checkpoint: it says which partial tiles there
   are. Opens no file yet. */
void static_open(struct static_log *ret, const struct crypto_hooks *hooks,
    const struct static_files *files, uint64_t size);
void static_close(struct static_log *log);

/*
 * A tile of hashes, in the width that it has in a tree of the log's size; a full
 * one is taken where the partial one is gone, and cut. Borrowed until the next
 * of its level. ERR_END: no such file; ERR_TRUNCATED, ERR_LIMIT: it has another
 * length.
 */
enum err static_read_tile(struct static_log *log, unsigned level,
    uint64_t index, const struct static_tile **ret);

/* Likewise the bundle of entries, cut behind the last of that width. Borrowed
   until the next one. ERR_MALFORMED, too. */
enum err static_read_bundle(
    struct static_log *log, uint64_t index, struct bytes *ret);

/* One entry, appended to `o`. ERR_LIMIT past the size. */
enum err static_put_entry(
    struct static_log *log, uint64_t index, struct out *o);

/* The tiles as nodes; borrows the log. */
struct merkle_nodes static_nodes(struct static_log *log);

#endif
