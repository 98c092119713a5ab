/* SPDX-License-Identifier: ISC */
/* Foretells which SquashFS blocks the reader will ask for, and when. */
#include "unpack/squashfs_private.h"

#include "base/number.h"

#include <stdlib.h>

struct squashfs_scout {
	struct squashfs_walk walk;
	bool in_file;
	struct squashfs_inode inode; /* the file whose blocks come */
	struct cursor lens;	     /* of its blocks to come */
	struct squashfs_place place; /* of the last one */
	uint64_t made;		     /* bytes of the file before the next */
	/* Which fragments the reader will hold then; without content. */
	struct squashfs_fragment fragment[SQUASHFS_FRAGMENTS_CACHED];
	uint64_t clock;
};

static enum err
take_inode(const struct squashfs *fs, struct squashfs_scout *scout,
    uint64_t ref, struct squashfs_inode *inode)
{
	struct fault fault;

	if (squashfs_read_inode(fs, ref, inode) != ERR_OK)
		return ERR_OK;
	if (inode->kind == NODE_DIRECTORY)
		return squashfs_walk_enter(fs, &scout->walk, inode, 0, &fault);
	if (inode->kind != NODE_FILE)
		return ERR_OK;
	scout->in_file = true;
	scout->inode = *inode;
	scout->lens = cur_open(inode->block_lens, "squashfs inode");
	scout->place = (struct squashfs_place){ .at = inode->start };
	scout->made = 0;
	return ERR_OK;
}

enum err
squashfs_scout_open(const struct squashfs *fs, struct squashfs_scout **ret)
{
	struct squashfs_scout *scout = calloc(1, sizeof(*scout));
	struct squashfs_inode root;
	enum err err = ERR_MEMORY;

	if (scout == NULL)
		return ERR_MEMORY;
	err = squashfs_walk_open(fs, &scout->walk);
	if (err == ERR_OK)
		err = take_inode(fs, scout, fs->super.root, &root);
	if (err != ERR_OK) {
		squashfs_scout_close(scout);
		return err;
	}
	*ret = scout;
	return ERR_OK;
}

void
squashfs_scout_close(struct squashfs_scout *scout)
{
	if (scout == NULL)
		return;
	squashfs_walk_close(&scout->walk);
	free(scout);
}

/* False when nobody has to unpack it: a hole, stored, not there. */
static bool
is_packed(const struct squashfs *fs, const struct squashfs_place *place,
    size_t want, struct squashfs_block *ret)
{
	struct cursor c = cur_open(fs->in, "squashfs");

	if (place->len == 0 || (place->len & SQUASHFS_STORED) != 0)
		return false;
	cur_seek(&c, place->at, "data block");
	*ret = (struct squashfs_block){
		.packed =
		    cur_bytes(&c, squashfs_packed_len(place), "data block"),
		.want = want,
	};
	return cur_ok(&c);
}

/* The file's tail: false when the reader will have the fragment already. */
static bool
next_fragment(const struct squashfs *fs, struct squashfs_scout *scout,
    struct squashfs_block *ret)
{
	uint32_t index = scout->inode.fragment;
	struct squashfs_place place;

	scout->in_file = false;
	if (scout->made >= scout->inode.size ||
	    squashfs_read_fragment_entry(fs, index, &place) != ERR_OK)
		return false;
	struct squashfs_fragment *f =
	    squashfs_fragment_slot(scout->fragment, index);
	bool held = f->used && f->index == index;

	f->used = true;
	f->index = index;
	f->last_use = ++scout->clock;
	return !held && is_packed(fs, &place, fs->super.block_size, ret);
}

static bool
next_in_file(const struct squashfs *fs, struct squashfs_scout *scout,
    struct squashfs_block *ret)
{
	while (cur_left(&scout->lens) > 0) {
		uint64_t left = scout->inode.size - scout->made;
		size_t want = fs->super.block_size;

		if (want > left)
			want = (size_t)left;
		if (want == 0 || scout->made + want > LIMIT_FILE_LEN) {
			scout->in_file = false;
			return false;
		}
		scout->place.at += squashfs_packed_len(&scout->place);
		scout->place.len =
		    cur_u32(&scout->lens, fs->super.big, "block_list");
		scout->made += want;
		if (is_packed(fs, &scout->place, want, ret))
			return true;
	}
	return next_fragment(fs, scout, ret);
}

enum err
squashfs_scout_next(const struct squashfs *fs, struct squashfs_scout *scout,
    struct squashfs_block *ret)
{
	struct squashfs_inode inode;
	struct squashfs_entry entry;
	size_t path_len;

	for (;;) {
		if (scout->in_file && next_in_file(fs, scout, ret))
			return ERR_OK;
		if (scout->in_file)
			continue;
		enum err err =
		    squashfs_walk_next(fs, &scout->walk, &entry, &path_len);

		if (err == ERR_OK)
			err = take_inode(fs, scout, entry.inode, &inode);
		if (err != ERR_OK)
			return ERR_END;
	}
}
