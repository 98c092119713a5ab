/* SPDX-License-Identifier: ISC */
/* What the files of ext share: superblock, inodes, where their blocks lie. */
#ifndef UNPACK_EXT_PRIVATE_H
#define UNPACK_EXT_PRIVATE_H

#include "base/arena.h"
#include "unpack/tree.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXT_SUPER_AT ((size_t)1024)
#define EXT_ROOT_INO 2
#define EXT_MAP_LEN ((size_t)60) /* i_block */

enum ext_compat {
	EXT_HAS_JOURNAL = 0x4,
};

enum ext_incompat {
	EXT_FILETYPE = 0x2,
	EXT_RECOVER = 0x4,
	EXT_EXTENTS = 0x40,
	EXT_64BIT = 0x80,
	EXT_MMP = 0x100,
	EXT_FLEX_BG = 0x200,
	EXT_EA_INODE = 0x400,
	EXT_CSUM_SEED = 0x2000,
	EXT_LARGEDIR = 0x4000,
	EXT_INLINE_DATA = 0x8000,
	EXT_ENCRYPT = 0x10000,
	EXT_CASEFOLD = 0x20000,
	EXT_INCOMPAT_READ = 0x3e7c6, /* all of the above */
};

enum ext_inode_flag {
	EXT_INODE_ENCRYPTED = 0x800,
	EXT_INODE_EXTENTS = 0x80000,
	EXT_INODE_INLINE = 0x10000000,
};

struct ext_super {
	uint32_t inodes;
	uint64_t blocks;
	uint32_t first_block;
	size_t block_len;
	uint32_t inodes_per_group;
	size_t inode_len;
	size_t descriptor_len;
	uint32_t compat, incompat;
	uint32_t journal_ino; /* 0: none in here */
	struct bytes volume;
};

/* ERR_TRUNCATED, ERR_MALFORMED. */
enum err ext_read_super(struct bytes in, struct ext_super *ret);

/* Bytes of the file system as the superblock says. */
uint64_t ext_size(const struct ext_super *s);

struct ext_inode {
	size_t at;
	uint32_t mode, uid, gid;
	uint64_t size;
	uint32_t mtime;
	uint32_t flags;
	struct bytes map; /* i_block: EXT_MAP_LEN bytes */
};

/* A block as the journal has it. */
struct ext_patch {
	uint64_t block;
	uint32_t sequence; /* of the transaction */
	size_t order;	   /* in it; SIZE_MAX: the block was revoked */
	struct bytes data; /* in the input, or in the arena */
};

struct ext {
	struct bytes in;
	struct ext_patch *patch; /* owned; sorted by block */
	size_t patch_count;
	struct arena journal;	/* blocks that are not as they stand there */
	enum err journal_state; /* why it was not applied, or not wholly */
	struct budget *budget;
	struct ext_super super;
	bool begun;
	struct visits visits; /* directories, by inode */
	uint8_t *file;	      /* owned: content of the current file */
	struct tree tree;
};

/* ERR_MALFORMED: there is no such inode; ERR_TRUNCATED. */
enum err ext_read_inode(
    const struct ext *fs, uint32_t ino, struct ext_inode *ret);

/* Blocks that lie side by side, or a hole. */
struct ext_run {
	bool hole;
	uint64_t block;
	uint64_t count; /* at least 1; may run past the end of the file */
};

/* Where block `logical` of a file lies. ERR_MALFORMED, ERR_TRUNCATED. */
enum err ext_map(const struct ext *fs, const struct ext_inode *inode,
    uint64_t logical, struct ext_run *ret);

/*
 * Has the blocks of the journal's committed transactions stand in for those of
 * the file system from now on. ERR_UNSUPPORTED (another device's journal, fast
 * commits), ERR_CHECKSUM (some blocks are left out), ERR_MALFORMED, ERR_LIMIT,
 * ERR_MEMORY. Source: Linux Documentation/filesystems/ext4/journal.rst.
 */
enum err ext_read_journal(struct ext *fs);

/* The first patch for this block or one behind it: a number up to
   patch_count. */
size_t ext_find_patch(const struct ext *fs, uint64_t block);

/* Bytes of one block of the file system, by their offset in it; fewer, or
   none, where it ends. */
struct bytes ext_bytes(const struct ext *fs, size_t at, size_t len);

/* One block of the file system; empty when it is not there. */
struct bytes ext_block(const struct ext *fs, uint64_t block);

/*
 * What an inode keeps of its content behind i_block: the extended attribute
 * "system.data" inside the inode. Empty when there is none.
 */
struct bytes ext_inline_tail(
    const struct ext *fs, const struct ext_inode *inode);

/*
 * The content of a file or a link into *ret (which borrows fs->file or the
 * input); what is amiss goes into the node's fault, and zeros into its place.
 * ERR_LIMIT: the budget is used up; ERR_MEMORY.
 */
enum err ext_read_data(struct ext *fs, const struct ext_inode *inode,
    struct node *node, struct bytes *ret);

#endif
