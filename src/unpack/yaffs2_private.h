/* SPDX-License-Identifier: ISC */
/* What the files of YAFFS2 share: chunks and their tags. */
#ifndef UNPACK_YAFFS2_PRIVATE_H
#define UNPACK_YAFFS2_PRIVATE_H

#include "base/bytes.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define YAFFS2_ROOT 1
#define YAFFS2_UNLINKED 3 /* the directories of what was removed */
#define YAFFS2_DELETED 4

enum yaffs2_type {
	YAFFS2_FILE = 1,
	YAFFS2_SYMLINK = 2,
	YAFFS2_DIRECTORY = 3,
	YAFFS2_HARD_LINK = 4,
	YAFFS2_SPECIAL = 5,
};

struct yaffs2_geometry {
	bool big;
	size_t chunk_len;   /* data */
	size_t spare_len;   /* behind it */
	size_t tags_at;	    /* in the spare bytes */
	bool first_version; /* YAFFS1: 512 + 16, other tags */
};

struct yaffs2_tags {
	uint32_t sequence; /* of the erase block */
	uint32_t object;
	uint32_t chunk; /* 0: the object's header; else data, from 1 */
	uint32_t len;	/* of the data */
};

/* Byte order and sizes by the first chunks; false when nothing fits. */
bool yaffs2_find_geometry(struct bytes in, struct yaffs2_geometry *ret);

/* ERR_END: the chunk is erased; ERR_MALFORMED: no tags; ERR_TRUNCATED. */
enum err yaffs2_read_tags(struct bytes in, const struct yaffs2_geometry *g,
    size_t at, struct yaffs2_tags *ret);

struct yaffs2_header {
	uint32_t type, parent;
	struct bytes name;
	uint32_t mode, uid, gid, mtime;
	uint64_t size;	     /* of a file */
	uint32_t equivalent; /* of a hard link: the object that is meant */
	struct bytes alias;  /* of a symlink */
	uint32_t device;
};

/* The object header at an offset; ERR_MALFORMED, ERR_TRUNCATED. */
enum err yaffs2_read_header(
    struct bytes in, bool big, size_t at, struct yaffs2_header *ret);

#endif
