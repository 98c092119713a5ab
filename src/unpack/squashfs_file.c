/* SPDX-License-Identifier: ISC */
/* File contents of SquashFS: data blocks and fragments. */
#include "unpack/squashfs_private.h"

#include "base/number.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* The first piece of room for a content; it doubles from there. */
#define CONTENT_FIRST_LEN (256 * KIB)

/* Room above this is given back before the next file. */
#define CONTENT_KEPT_LEN (16 * MIB)

static struct fault
fault_at(enum err code, uint64_t at, const char *field)
{
	return (struct fault){
		.code = code, .at = at, .format = "squashfs", .field = field
	};
}

/* What ends the iteration, rather than one file. */
static bool
is_final(enum err err)
{
	return err == ERR_MEMORY || err == ERR_LIMIT;
}

static enum err
content_room(struct squashfs *fs, size_t need)
{
	size_t cap = fs->content_cap > 0 ? fs->content_cap : CONTENT_FIRST_LEN;

	if (need <= fs->content_cap)
		return ERR_OK;
	while (cap < need)
		cap *= 2;
	uint8_t *bigger = realloc(fs->content, cap);

	if (bigger == NULL)
		return ERR_MEMORY;
	fs->content = bigger;
	fs->content_cap = cap;
	return ERR_OK;
}

/*
 * One data block of `want` bytes at to[0]. *ret_len is how many were made;
 * when less, *ret_fault says why.
 */
static enum err
read_block(struct squashfs *fs, struct squashfs_place place, uint8_t *to,
    size_t want, size_t *ret_len, struct fault *ret_fault)
{
	size_t len = squashfs_packed_len(&place);
	struct cursor c = cur_open(fs->in, "squashfs");
	enum err err = budget_take(fs->budget, want);

	*ret_len = 0;
	if (err != ERR_OK || want == 0)
		return err;
	assert(to != NULL); /* content_room() made it */
	cur_seek(&c, place.at, "data block");
	struct bytes packed = cur_bytes(&c, len, "data block");

	if (!cur_ok(&c)) {
		*ret_fault = fault_at(ERR_TRUNCATED, place.at, "data block");
		return ERR_OK;
	}
	if (place.len == 0) { /* a hole */
		memset(to, 0, want);
		*ret_len = want;
	} else if ((place.len & SQUASHFS_STORED) != 0) {
		*ret_len = size_min(len, want);
		memcpy(to, packed.ptr, *ret_len);
	} else if (squashfs_unpack(fs, packed, to, want, ret_len) ==
	    ERR_MEMORY) {
		return ERR_MEMORY;
	}
	if (*ret_len != want || len > fs->super.block_size)
		*ret_fault = fault_at(ERR_MALFORMED, place.at, "data block");
	return ERR_OK;
}

struct squashfs_fragment *
squashfs_fragment_slot(struct squashfs_fragment slots[], uint32_t index)
{
	struct squashfs_fragment *oldest = &slots[0];

	for (size_t i = 0; i < SQUASHFS_FRAGMENTS_CACHED; i++) {
		struct squashfs_fragment *f = &slots[i];

		if (f->used && f->index == index)
			return f;
		if (f->last_use < oldest->last_use)
			oldest = f;
	}
	return oldest;
}

enum err
squashfs_read_fragment_entry(
    const struct squashfs *fs, uint32_t index, struct squashfs_place *ret)
{
	bool big = fs->super.big;
	uint64_t at = (uint64_t)index * (fs->super.major < 3 ? 8 : 16);
	struct cursor c =
	    cur_open(squashfs_table_from(&fs->fragments,
			 at / SQUASHFS_METADATA_LEN * SQUASHFS_METADATA_LEN,
			 (uint32_t)(at % SQUASHFS_METADATA_LEN)),
		"squashfs");

	if (index >= fs->super.fragment_count)
		return ERR_MALFORMED;
	struct squashfs_place place;

	place.at = fs->super.major < 3 ? cur_u32(&c, big, "start_block")
				       : cur_u64(&c, big, "start_block");
	place.len = cur_u32(&c, big, "size");
	if (cur_ok(&c))
		*ret = place;
	return c.fault.code;
}

static enum err
unpack_fragment(
    struct squashfs *fs, struct squashfs_fragment *f, struct bytes packed)
{
	size_t cap = fs->super.block_size;
	size_t len = 0;
	enum err err = budget_take(fs->budget, cap);

	if (err != ERR_OK)
		return err;
	if (f->ptr == NULL)
		f->ptr = malloc(cap);
	if (f->ptr == NULL)
		return ERR_MEMORY;
	err = squashfs_unpack(fs, packed, f->ptr, cap, &len);
	if (err == ERR_MEMORY)
		return err;
	if (err != ERR_OK)
		return ERR_MALFORMED;
	f->content = (struct bytes){ f->ptr, len };
	return ERR_OK;
}

/* Borrows until the next fragments push it out of the cache. */
static enum err
read_fragment(struct squashfs *fs, uint32_t index, struct bytes *ret)
{
	struct squashfs_fragment *f =
	    squashfs_fragment_slot(fs->fragment, index);
	struct cursor c = cur_open(fs->in, "squashfs");
	struct squashfs_place place = { 0 };

	f->last_use = ++fs->clock;
	if (f->used && f->index == index) {
		*ret = f->content;
		return ERR_OK;
	}
	enum err err = squashfs_read_fragment_entry(fs, index, &place);

	if (err != ERR_OK)
		return err;
	cur_seek(&c, place.at, "fragment");
	struct bytes packed =
	    cur_bytes(&c, squashfs_packed_len(&place), "fragment");

	if (!cur_ok(&c))
		return c.fault.code;
	f->used = false;
	f->content = packed;
	if ((place.len & SQUASHFS_STORED) == 0)
		err = unpack_fragment(fs, f, packed);
	if (err != ERR_OK)
		return err;
	f->used = true;
	f->index = index;
	*ret = f->content;
	return ERR_OK;
}

/* All data blocks; stops at the first that fails. */
static enum err
read_blocks(struct squashfs *fs, const struct squashfs_inode *inode,
    size_t *ret_len, struct fault *ret_fault)
{
	struct cursor lens = cur_open(inode->block_lens, "squashfs inode");
	struct squashfs_place place = { .at = inode->start };
	size_t made = 0;

	while (cur_left(&lens) > 0 && ret_fault->code == ERR_OK) {
		uint64_t left = inode->size - made;
		size_t want = fs->super.block_size;
		size_t len = 0;

		place.len = cur_u32(&lens, fs->super.big, "block_list");
		if (want > left)
			want = (size_t)left;
		if (want > LIMIT_FILE_LEN - made) {
			*ret_fault = fault_at(ERR_LIMIT, place.at, "file_size");
			break;
		}
		enum err err = content_room(fs, made + want);

		if (err == ERR_OK)
			err = read_block(fs, place, fs->content + made, want,
			    &len, ret_fault);
		if (err != ERR_OK)
			return err;
		made += len;
		place.at += squashfs_packed_len(&place);
	}
	*ret_len = made;
	return ERR_OK;
}

/* What lies in a fragment, behind the `made` bytes of whole blocks. */
static enum err
read_tail(struct squashfs *fs, const struct squashfs_inode *inode, size_t made,
    struct bytes *ret, struct fault *ret_fault)
{
	struct bytes fragment = { NULL, 0 };
	size_t want = (size_t)(inode->size - made);

	enum err err = read_fragment(fs, inode->fragment, &fragment);

	if (is_final(err))
		return err;
	if (err == ERR_OK &&
	    (inode->fragment_at > fragment.len ||
		want > fragment.len - inode->fragment_at))
		err = ERR_MALFORMED;
	if (err != ERR_OK)
		*ret_fault = fault_at(err, inode->start, "fragment");
	struct bytes tail = bytes_slice(fragment, inode->fragment_at, want);

	if (made == 0) { /* the usual small file: nothing to copy */
		*ret = tail;
		return ERR_OK;
	}
	err = content_room(fs, made + tail.len);
	if (err != ERR_OK)
		return err;
	if (tail.len > 0)
		memcpy(fs->content + made, tail.ptr, tail.len);
	*ret = (struct bytes){ fs->content, made + tail.len };
	return ERR_OK;
}

enum err
squashfs_read_content(struct squashfs *fs, const struct squashfs_inode *inode,
    struct bytes *ret, struct fault *ret_fault)
{
	size_t made = 0;
	struct fault fault = { 0 };

	if (fs->content_cap > CONTENT_KEPT_LEN) {
		free(fs->content);
		fs->content = NULL;
		fs->content_cap = 0;
	}
	enum err err = read_blocks(fs, inode, &made, &fault);

	if (err != ERR_OK)
		return err;
	*ret = (struct bytes){ fs->content, made };
	if (fault.code == ERR_OK && made < inode->size)
		err = read_tail(fs, inode, made, ret, &fault);
	if (err == ERR_OK)
		*ret_fault = fault;
	return err;
}
