/* SPDX-License-Identifier: ISC */
/* What the files of the SquashFS reader share. */
#ifndef UNPACK_SQUASHFS_PRIVATE_H
#define UNPACK_SQUASHFS_PRIVATE_H

#include "base/bytes.h"
#include "base/cursor.h"
#include "base/err.h"
#include "base/limits.h"
#include "codec/decompress.h"
#include "unpack/format.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SQUASHFS_METADATA_LEN 8192
#define SQUASHFS_BLOCK_LOG_MIN 12
#define SQUASHFS_BLOCK_LOG_MAX 20
#define SQUASHFS_NO_FRAGMENT UINT32_MAX
#define SQUASHFS_NO_TABLE UINT64_MAX

/* A block's stored length: this bit says that it is not compressed. */
#define SQUASHFS_STORED ((uint32_t)1 << 24)

enum squashfs_flag {
	SQUASHFS_CHECK_BYTE = 0x0004, /* before 4: a byte behind lengths */
};

/* How blocks are compressed; zero: not found out. */
enum squashfs_packing {
	SQUASHFS_UNKNOWN,
	SQUASHFS_ZLIB,
	SQUASHFS_LZMA, /* with the 13-byte header of LZMA-alone */
	SQUASHFS_LZO,
	SQUASHFS_XZ,
	SQUASHFS_LZ4,
	SQUASHFS_ZSTD,
	SQUASHFS_LZMA_SHORT, /* 5 bytes of properties, no size */
	SQUASHFS_LZMA_RAW,   /* properties known outside, bytes to skip */
};
#define SQUASHFS_PACKINGS (SQUASHFS_LZMA_RAW + 1)

struct squashfs_super {
	uint16_t major, minor;
	bool big;			/* byte order, bit fields included */
	enum squashfs_packing declared; /* 4.x says so; else unknown */
	uint32_t inode_count;
	uint32_t block_size;
	uint16_t block_log;
	uint16_t flags;
	uint32_t fragment_count;
	uint32_t id_count;  /* 4.x: of one table for both */
	uint32_t gid_count; /* before 4 */
	uint64_t root;	    /* block << 16 | offset */
	uint64_t bytes_used;
	uint64_t id_table; /* before 4: of users */
	uint64_t gid_table;
	uint64_t inode_table;
	uint64_t directory_table;
	uint64_t fragment_table;
	uint64_t export_table;
	uint64_t xattr_table;
};

/*
 * Reads the superblock at in[0] and checks that its fields agree with each
 * other; tables may lie behind the input's end. ERR_TRUNCATED, ERR_MALFORMED,
 * ERR_UNSUPPORTED (1.x, or above 4).
 */
enum err squashfs_read_super(struct bytes in, struct squashfs_super *ret);

/* The end of the table that starts at `start`: where the next one does. */
uint64_t squashfs_table_end(const struct squashfs_super *super, uint64_t start);

/* One metadata block of a table. */
struct squashfs_meta_block {
	uint64_t at; /* from the table's start, packed */
	size_t to;   /* in the table's bytes, unpacked */
	bool bad;    /* gives no bytes */
};

/* A table of metadata blocks, unpacked. */
struct squashfs_table {
	uint8_t *ptr; /* owned */
	size_t len;
	size_t cap;
	struct squashfs_meta_block *block; /* owned; sorted by `at` */
	size_t block_count;
	size_t block_cap;
	bool any_bad;
};

#define SQUASHFS_FRAGMENTS_CACHED 4

struct squashfs_fragment {
	bool used;
	uint32_t index;
	uint64_t last_use;
	struct bytes content; /* into ptr, or the image when stored */
	uint8_t *ptr;	      /* owned; block_size bytes, or NULL */
};

struct squashfs_inode {
	enum node_kind kind;
	uint32_t mode;
	uint32_t uid, gid;
	uint32_t number; /* 0 in 2.x */
	uint64_t mtime;
	uint64_t size; /* of a file's content or a directory's listing */
	uint32_t device;
	struct bytes link;
	uint64_t start;	 /* first data block, or listing's block */
	uint32_t offset; /* in the listing's block */
	uint32_t fragment;
	uint32_t fragment_at;
	struct bytes block_lens; /* four bytes each */
	size_t at;		 /* in the unpacked inode table */
};

/* One name in a directory. */
struct squashfs_entry {
	struct bytes name;
	uint64_t inode; /* block << 16 | offset */
	unsigned type;	/* 1 to 7 (or as 4.x extends it); the inode's counts */
};

/* A run of entries whose inodes share a metadata block. */
struct squashfs_listing {
	struct bytes rest;
	uint32_t left; /* entries before the next header */
	uint32_t inode_block;
};

/* The directory being walked. */
struct squashfs_frame {
	struct squashfs_listing listing;
	size_t path_len;
};

/* A walk through the tree. */
struct squashfs_walk {
	uint8_t *seen; /* owned; a bit for each byte of the inode table */
	size_t listing_left;
	struct squashfs_frame *frame; /* owned */
	size_t frame_count;
	size_t frame_cap;
};

/* The handle. */
struct squashfs {
	struct bytes in; /* the image; borrowed */
	struct budget *budget;
	struct squashfs_super super;

	/* decoding (squashfs_block.c) */
	enum squashfs_packing packing;
	bool guessing;		     /* take no other packing than that */
	struct lzma_props raw_props; /* with SQUASHFS_LZMA_RAW */
	size_t raw_skip;
	struct block_decoder *decoder[SQUASHFS_PACKINGS];

	/* tables (squashfs_table.c) */
	size_t index_left; /* of LIMIT_INDEX_LEN */
	struct squashfs_table inodes;
	struct squashfs_table directories;
	struct squashfs_table fragments;
	struct squashfs_table ids;

	/* contents (squashfs_file.c) */
	struct squashfs_fragment fragment[SQUASHFS_FRAGMENTS_CACHED];
	uint64_t clock;
	uint8_t *content;
	size_t content_cap;
	struct squashfs_ahead *ahead; /* NULL: nobody to help */

	/* the tree (squashfs.c) */
	bool started;
	struct squashfs_walk walk;
	uint8_t *path;
};

/* squashfs_block.c */

/* Unpacks a block of at most cap bytes; takes from the budget. */
enum err squashfs_unpack(struct squashfs *fs, struct bytes packed, uint8_t *to,
    size_t cap, size_t *ret_len);

/* English for a packing; static. */
const char *squashfs_packing_text(enum squashfs_packing packing);

/*
 * Finds out how blocks are compressed by reading the root directory with each
 * candidate. ERR_UNSUPPORTED when none fits; ERR_TRUNCATED when the tables are
 * not there.
 */
enum err squashfs_find_packing(struct squashfs *fs);

void squashfs_close_decoders(struct squashfs *fs);

/* Whether a helper can unpack such blocks too: by which codec. */
bool squashfs_packing_codec(
    enum squashfs_packing packing, enum block_codec *ret);

/* squashfs_walk.c */

/* ERR_MEMORY. A walk that is all zero may be closed, too. */
enum err squashfs_walk_open(
    const struct squashfs *fs, struct squashfs_walk *ret);
void squashfs_walk_close(struct squashfs_walk *walk);

/*
 * The entries of this directory come next. *ret_fault says what is wrong with
 * it (code ERR_OK: nothing); what is readable is walked all the same.
 * path_len is given back with each entry. ERR_MEMORY.
 */
enum err squashfs_walk_enter(const struct squashfs *fs,
    struct squashfs_walk *walk, const struct squashfs_inode *inode,
    size_t path_len, struct fault *ret_fault);

/* The next entry; ERR_END. */
enum err squashfs_walk_next(const struct squashfs *fs,
    struct squashfs_walk *walk, struct squashfs_entry *ret,
    size_t *ret_path_len);

/* squashfs_scout.c */

/* A compressed block that a file's content needs. */
struct squashfs_block {
	struct bytes packed; /* borrows the image */
	size_t want;	     /* bytes that it unpacks to, at most */
};

/* Runs ahead of the reader over the same tree. A handle. */
struct squashfs_scout;

enum err squashfs_scout_open(
    const struct squashfs *fs, struct squashfs_scout **ret);
void squashfs_scout_close(struct squashfs_scout *scout);

/* The next block in the order in which they will be asked for; ERR_END, also
   when memory is out. */
enum err squashfs_scout_next(const struct squashfs *fs,
    struct squashfs_scout *scout, struct squashfs_block *ret);

/* squashfs_ahead.c */

/* Has the crew unpack blocks before they are asked for. Nothing happens
   without a crew in the budget. */
void squashfs_ahead_open(struct squashfs *fs);
void squashfs_ahead_close(struct squashfs *fs);

/* The block, if it was unpacked ahead and well; else the caller does it. Its
   bytes are the budget's when they are asked for. */
bool squashfs_ahead_take(struct squashfs *fs, struct bytes packed, uint8_t *to,
    size_t cap, size_t *ret_len);

/* squashfs_table.c */

/*
 * The metadata block at in[at]: its packed bytes and where the next begins.
 */
enum err squashfs_meta_at(const struct squashfs *fs, uint64_t at,
    struct bytes *ret_packed, bool *ret_stored, uint64_t *ret_next);

/* Appends one metadata block; ERR_LIMIT, ERR_MEMORY, or as unpacking fails. */
enum err squashfs_table_add(struct squashfs *fs, struct squashfs_table *table,
    uint64_t start, uint64_t at, uint64_t *ret_next);

/* Reads the four tables. Only an unreadable inode table is a failure. */
enum err squashfs_read_tables(struct squashfs *fs);

void squashfs_table_close(struct squashfs_table *table);

/*
 * The table's bytes from a place on, up to where they stop being readable;
 * empty when there is no such place.
 */
struct bytes squashfs_table_from(
    const struct squashfs_table *table, uint64_t block, uint32_t offset);

/* squashfs_inode.c */

/* Reads the inode at a reference; *ret borrows the inode table. */
enum err squashfs_read_inode(
    const struct squashfs *fs, uint64_t ref, struct squashfs_inode *ret);

/*
 * A directory's listing; ERR_TRUNCATED or ERR_MALFORMED says that *ret holds
 * only its readable beginning.
 */
enum err squashfs_read_listing(const struct squashfs *fs,
    const struct squashfs_inode *inode, struct squashfs_listing *ret);

/* The next entry: ERR_OK, ERR_END, ERR_TRUNCATED, ERR_MALFORMED. */
enum err squashfs_next_entry(const struct squashfs *fs,
    struct squashfs_listing *listing, struct squashfs_entry *ret);

/* squashfs_file.c */

/* Where a block or fragment lies, and its length with the stored bit. */
struct squashfs_place {
	uint64_t at;
	uint32_t len;
};

static inline size_t
squashfs_packed_len(const struct squashfs_place *place)
{
	return place->len & (SQUASHFS_STORED - 1);
}

/* The place of a fragment; ERR_MALFORMED, ERR_TRUNCATED. */
enum err squashfs_read_fragment_entry(
    const struct squashfs *fs, uint32_t index, struct squashfs_place *ret);

/* The slot that holds this fragment, or the one to put it into: of
   SQUASHFS_FRAGMENTS_CACHED. */
struct squashfs_fragment *squashfs_fragment_slot(
    struct squashfs_fragment slots[], uint32_t index);

/*
 * A file's content, good until the next call. *ret is what could be read,
 * *ret_fault why it is not all. Fails when the budget or memory ends.
 */
enum err squashfs_read_content(struct squashfs *fs,
    const struct squashfs_inode *inode, struct bytes *ret,
    struct fault *ret_fault);

#endif
