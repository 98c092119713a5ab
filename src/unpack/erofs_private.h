/* SPDX-License-Identifier: ISC */
/* What the files of EROFS share: superblock, inodes, contents. */
#ifndef UNPACK_EROFS_PRIVATE_H
#define UNPACK_EROFS_PRIVATE_H

#include "unpack/tree.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EROFS_SUPER_AT ((size_t)1024)
#define EROFS_INODE_UNIT ((size_t)32) /* inodes are numbered by these */

enum erofs_incompat {
	EROFS_ZERO_PADDING = 0x1, /* in front of compressed data */
	EROFS_COMPRESSION = 0x2,  /* its settings; and big clusters */
	EROFS_FRAGMENTS = 0x20,
	EROFS_INCOMPAT_READ = 0x7f,
};

struct erofs_super {
	unsigned block_bits;
	size_t block_len;
	uint64_t size;	       /* bytes of the file system */
	uint64_t root, packed; /* inodes; packed 0: none */
	uint64_t inodes;
	uint64_t time;
	uint64_t inodes_at; /* bytes: where number 0 would be */
	uint32_t incompat;
	uint16_t algorithms; /* a bit for each; 0 may mean LZ4 */
	size_t directory_block_len;
	struct bytes volume;
	bool has_sum, sum_right;
};

/* ERR_TRUNCATED, ERR_MALFORMED. */
enum err erofs_read_super(struct bytes in, struct erofs_super *ret);

enum erofs_layout {
	EROFS_PLAIN,
	EROFS_FULL_INDEX, /* compressed */
	EROFS_INLINE,	  /* its tail stands behind the inode */
	EROFS_COMPACT_INDEX,
	EROFS_CHUNKS,
};

struct erofs_inode {
	uint64_t at;  /* bytes */
	uint64_t end; /* of its attributes: what belongs to it follows */
	enum erofs_layout layout;
	uint32_t mode, uid, gid;
	uint64_t size;
	uint64_t mtime;
	uint32_t place; /* i_u: first block, chunk format, device */
};

struct erofs {
	struct bytes in;
	struct budget *budget;
	struct erofs_super super;
	bool begun;
	struct visits visits; /* directories, by inode */
	uint8_t *file;	      /* owned: content of the current file */
	struct bytes packed;  /* owned by packed_file, or in place */
	uint8_t *packed_file;
	bool packed_tried;
	struct tree tree;
};

/* ERR_TRUNCATED, ERR_MALFORMED, ERR_UNSUPPORTED (a newer kind). */
enum err erofs_read_inode(
    const struct erofs *fs, uint64_t number, struct erofs_inode *ret);

/* fs->in[at, at + len); empty when not all of it is there. */
struct bytes erofs_bytes(const struct erofs *fs, uint64_t at, size_t len);

/*
 * A block of `len` bytes of a directory; the last one is shorter. Empty when
 * it is not there, or compressed.
 */
struct bytes erofs_directory_block(
    const struct erofs *fs, const struct erofs_inode *inode, uint64_t number);

/*
 * The content of a file or link into *ret, which borrows fs->file or the input;
 * what is amiss goes into the node's fault, and zeros into its place.
 * ERR_LIMIT: the budget is used up; ERR_MEMORY.
 */
enum err erofs_read_data(struct erofs *fs, const struct erofs_inode *inode,
    struct node *node, struct bytes *ret);

/*
 * erofs_map.c: decompresses all of a file into to[0, size). ERR_OK even when
 * some of it is missing, which is the node's fault then. ERR_MEMORY,
 * ERR_LIMIT.
 */
enum err erofs_decompress(struct erofs *fs, const struct erofs_inode *inode,
    uint8_t *to, size_t size, struct node *node);

/* Bytes of the packed inode, where fragments of files lie; empty: not there.
   ERR_MEMORY, ERR_LIMIT. */
enum err erofs_read_packed(
    struct erofs *fs, uint64_t at, size_t len, struct bytes *ret);

#endif
