/* SPDX-License-Identifier: ISC */
/* What the files of FAT share: the boot sector and the chains of clusters. */
#ifndef UNPACK_FAT_PRIVATE_H
#define UNPACK_FAT_PRIVATE_H

#include "unpack/tree.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FAT_ENTRY_LEN ((size_t)32)
#define FAT_LABEL_LEN ((size_t)11)

struct fat_super {
	unsigned bits; /* 12, 16 or 32 */
	size_t cluster_len;
	uint64_t size;	     /* bytes of the file system */
	struct bytes table;  /* the copy in use, cut where the input ends */
	bool copies_differ;  /* what is there of them */
	uint64_t root_at;    /* FAT12, FAT16: bytes */
	size_t root_len;     /* likewise */
	uint32_t root_first; /* FAT32: a cluster */
	uint64_t data_at;    /* bytes: of cluster 2 */
	uint32_t clusters;   /* numbers from 2 to clusters + 1 */
	struct bytes label;  /* of the boot sector, or empty */
};

/* ERR_TRUNCATED, ERR_MALFORMED. */
enum err fat_read_super(struct bytes in, struct fat_super *ret);

struct fat {
	struct bytes in;
	struct budget *budget;
	struct fat_super super;
	struct visits visits; /* clusters, by number */
	bool begun;
	uint8_t *file; /* owned: content of the current file */
	struct tree tree;
};

/*
 * The cluster behind another one. ERR_END: it was the last; ERR_MALFORMED: bad
 * or free; ERR_TRUNCATED: that part of the table is not there.
 */
enum err fat_next_cluster(
    const struct fat_super *s, uint32_t cluster, uint32_t *ret);

/* The bytes of a cluster; cut, or empty, where the input ends. */
struct bytes fat_cluster(
    struct bytes in, const struct fat_super *s, uint32_t cluster);

/*
 * The content of a file into the node; what is amiss is its fault.
 * ERR_LIMIT: the budget is used up; ERR_MEMORY.
 */
enum err fat_read_file(
    struct fat *fs, uint32_t first, uint32_t size, struct node *node);

#endif
