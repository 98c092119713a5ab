/* SPDX-License-Identifier: ISC */
/* How a ledger is served: paths of tiles, and entries in bundles. */
#ifndef LEDGER_TILE_H
#define LEDGER_TILE_H

#include "base/bytes.h"
#include "base/cursor.h"
#include "base/err.h"
#include "base/out.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* C2SP tlog-tiles: hashes of a full tile, and its bytes. */
#define TILE_WIDTH 256
#define TILE_LEN ((size_t)8192)
/* Binary levels of the tree in one level of tiles. */
#define TILE_HEIGHT 8
/* The highest level of tiles that a tree of 2^62 entries has. */
#define TILE_LEVEL_MAX 7
/* An entry is written behind a length of two bytes. */
#define TILE_ENTRY_MAX ((size_t)65535)
/* Bytes of the longest path, its final zero included. */
#define TILE_PATH_MAX 64

enum tile_kind {
	TILE_HASHES,
	TILE_ENTRIES, /* a bundle of up to 256 entries */
};

struct tile {
	enum tile_kind kind;
	unsigned level; /* 0 of a bundle */
	uint64_t index;
	unsigned width; /* 1 to 256; less than 256 is a partial tile */
};

/*
 * The path below the ledger's address, such as "tile/1/x001/234.p/7" or
 * "tile/entries/000". The tile must be one that tile_read_path() could give.
 */
void tile_write_path(const struct tile *tile, char ret[TILE_PATH_MAX]);

/* Reads the same; other spellings (an "x" too many, leading zeroes, ".p/256")
   are ERR_MALFORMED, levels above TILE_LEVEL_MAX and indexes that lie outside
   of every tree ERR_LIMIT. */
enum err tile_read_path(struct bytes path, struct tile *ret);

/* The width that this tile has in a tree of `size` entries: 256, less at the
   right edge, 0 when it is not there. */
unsigned tile_width(
    enum tile_kind kind, unsigned level, uint64_t index, uint64_t size);

/* Whether a ledger of that size has to serve the tile: all of its hashes are
   there. (Partial tiles need be kept for published sizes only.) */
bool tile_is_in(const struct tile *tile, uint64_t size);

/* The next entry of a bundle, borrowed; ERR_END behind the last one. */
enum err tile_read_entry(struct cursor *c, struct bytes *ret);

/* Appends an entry to a bundle; ERR_LIMIT of one above TILE_ENTRY_MAX, else
   what `o` says. */
enum err tile_put_entry(struct out *o, struct bytes entry);

#endif
