/* SPDX-License-Identifier: ISC */
/* The way through a SquashFS tree: each directory once, in its own order. */
#include "unpack/squashfs_private.h"

#include <stdlib.h>

/* Listings may be walked so often in all: legitimate ones are not shared. */
#define LISTING_RATIO 2

enum err
squashfs_walk_open(const struct squashfs *fs, struct squashfs_walk *ret)
{
	uint8_t *seen = calloc(fs->inodes.len / 8 + 1, 1);

	if (seen == NULL)
		return ERR_MEMORY;
	*ret = (struct squashfs_walk){
		.seen = seen,
		.listing_left = fs->directories.len * LISTING_RATIO,
	};
	return ERR_OK;
}

void
squashfs_walk_close(struct squashfs_walk *walk)
{
	free(walk->seen);
	free(walk->frame);
}

static enum err
push_frame(struct squashfs_walk *walk, struct squashfs_frame frame)
{
	if (walk->frame_count == walk->frame_cap) {
		size_t cap = walk->frame_cap > 0 ? walk->frame_cap * 2 : 16;
		struct squashfs_frame *bigger =
		    realloc(walk->frame, cap * sizeof(*bigger));

		if (bigger == NULL)
			return ERR_MEMORY;
		walk->frame = bigger;
		walk->frame_cap = cap;
	}
	walk->frame[walk->frame_count++] = frame;
	return ERR_OK;
}

/* Whether this inode was met before; afterwards it was. */
static bool
was_seen(struct squashfs_walk *walk, const struct squashfs_inode *inode)
{
	uint8_t bit = (uint8_t)(1 << inode->at % 8);
	bool seen = (walk->seen[inode->at / 8] & bit) != 0;

	walk->seen[inode->at / 8] |= bit;
	return seen;
}

enum err
squashfs_walk_enter(const struct squashfs *fs, struct squashfs_walk *walk,
    const struct squashfs_inode *inode, size_t path_len,
    struct fault *ret_fault)
{
	struct squashfs_frame frame = { .path_len = path_len };

	*ret_fault = (struct fault){
		.at = fs->super.directory_table + inode->start,
		.format = "squashfs",
		.field = "directory listing",
	};
	if (was_seen(walk, inode)) {
		ret_fault->code = ERR_MALFORMED;
		ret_fault->field = "directory met twice";
		return ERR_OK;
	}
	ret_fault->code = squashfs_read_listing(fs, inode, &frame.listing);
	if (frame.listing.rest.len > walk->listing_left) {
		ret_fault->code = ERR_LIMIT;
		return ERR_OK;
	}
	walk->listing_left -= frame.listing.rest.len;
	return push_frame(walk, frame);
}

enum err
squashfs_walk_next(const struct squashfs *fs, struct squashfs_walk *walk,
    struct squashfs_entry *ret, size_t *ret_path_len)
{
	while (walk->frame_count > 0) {
		struct squashfs_frame *frame =
		    &walk->frame[walk->frame_count - 1];

		if (squashfs_next_entry(fs, &frame->listing, ret) == ERR_OK) {
			*ret_path_len = frame->path_len;
			return ERR_OK;
		}
		walk->frame_count--; /* its fault was told with it */
	}
	return ERR_END;
}
