/* SPDX-License-Identifier: ISC */
/* What the files of JFFS2 share: the log of nodes, and the file system. */
#ifndef UNPACK_JFFS2_PRIVATE_H
#define UNPACK_JFFS2_PRIVATE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "base/limits.h"
#include "codec/decompress.h"
#include "unpack/format.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JFFS2_HEADER_LEN ((size_t)12)

enum jffs2_node_type {
	JFFS2_DIRENT = 0xe001,
	JFFS2_INODE = 0xe002,
	JFFS2_CLEANMARKER = 0x2003,
	JFFS2_PADDING = 0x2004,
	JFFS2_SUMMARY = 0x2006,
	JFFS2_XATTR = 0xe008,
	JFFS2_XREF = 0xe009,
};

/* A node whose header is right; all of it is there. */
struct jffs2_node {
	size_t at;
	size_t len;    /* header included */
	uint16_t type; /* obsolete nodes have another than the ones above */
};

/* A position in the log. */
struct jffs2_walk {
	struct bytes in; /* borrowed */
	bool big;
	size_t pos;
	size_t end;	   /* behind the last node */
	bool cut;	   /* `in` ends inside a node */
	bool gap;	   /* erased flash lies between the last node and pos */
	size_t marker_gcd; /* of the offsets of clean markers */
	size_t gap_gcd;	   /* of the offsets of nodes behind a gap */
};

/* The byte order by the first node's magic; false when it is none. */
bool jffs2_walk_open(struct bytes in, struct jffs2_walk *ret);

/*
 * The next node, over erased flash and broken nodes; ERR_END when there is
 * none within reach (one erase block of garbage).
 */
enum err jffs2_walk_next(struct jffs2_walk *w, struct jffs2_node *ret);

/* Bytes of an erase block as the nodes seen so far suggest; a power of two. */
size_t jffs2_walk_block_len(const struct jffs2_walk *w);

/* Bytes of the file system once the walk has ended. */
size_t jffs2_walk_size(const struct jffs2_walk *w);

/* The parts of a directory entry that matter. */
struct jffs2_dirent {
	uint32_t parent, version, ino;
	uint8_t type; /* DT_ value */
	struct bytes name;
};

struct jffs2_inode {
	uint32_t ino, version, mode;
	uint16_t uid, gid;
	uint32_t size; /* of the whole file as of this version */
	uint32_t mtime;
	uint32_t offset, len; /* where in the file its data goes */
	uint8_t compressor;
	struct bytes data; /* compressed */
};

/* Read a node; ERR_CHECKSUM (node, name or data) or ERR_MALFORMED. */
enum err jffs2_read_dirent(const struct jffs2_walk *w,
    const struct jffs2_node *node, struct jffs2_dirent *ret);
enum err jffs2_read_inode(const struct jffs2_walk *w,
    const struct jffs2_node *node, bool check_data, struct jffs2_inode *ret);

#define JFFS2_DEPTH_MAX 256

struct jffs2_inode_ref {
	uint32_t ino, version;
	size_t at, len;
};

struct jffs2_dirent_ref {
	struct jffs2_dirent d;
	bool entered; /* in a directory's first entry: it was listed already */
};

struct jffs2_level {
	size_t at, end; /* entries still to be listed */
	size_t path_len;
};

struct jffs2 {
	struct jffs2_walk walk;
	struct budget *budget;
	struct arena arena;
	struct jffs2_inode_ref *inode;
	size_t inode_count;
	struct jffs2_dirent_ref *dirent;
	size_t dirent_count;
	struct fault broken; /* the first node that was ignored */
	bool begun;
	struct jffs2_level level[JFFS2_DEPTH_MAX];
	size_t depth;
	char path[LIMIT_PATH_LEN];
	struct bytes content; /* of the current node; borrows file */
	uint8_t *file;	      /* owned, taken when needed */
	uint8_t *page;	      /* likewise: one decoded data node */
	struct block_decoder *zlib, *lzo, *rtime;
};

/* The inode node inode[number], read anew. */
struct jffs2_inode jffs2_inode_at(const struct jffs2 *fs, size_t number);

/*
 * The data of the nodes inode[from, to), which are one inode's and not none,
 * into fs->content; node->size says how long it should be, node->fault what is
 * amiss. ERR_LIMIT: the budget is used up; ERR_MEMORY.
 */
enum err jffs2_read_data(
    struct jffs2 *fs, size_t from, size_t to, struct node *node);

/*
 * Decodes one page of exactly `len` bytes. Linux since 2.6 gave each of the two
 * kinds the other's number, so the other one is tried where this one does not
 * end with its input. ERR_MALFORMED: neither does. Source: Linux
 * fs/jffs2/compr_rubin.c.
 */
enum err jffs2_decode_rubin(
    bool own_model, struct bytes in, uint8_t *to, size_t len);

/* Records what is wrong with one node unless there is something already. */
void jffs2_fail_node(
    struct node *node, enum err code, size_t at, const char *field);

#endif
