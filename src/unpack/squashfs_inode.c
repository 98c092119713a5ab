/* SPDX-License-Identifier: ISC */
/* Inodes and directory listings of SquashFS 2 to 4. */
#include "unpack/squashfs_private.h"

/* Types as stored; those of 4.x with extended attributes lie 7 above. */
enum inode_type {
	TYPE_DIRECTORY = 1,
	TYPE_FILE,
	TYPE_SYMLINK,
	TYPE_BLOCK,
	TYPE_CHAR,
	TYPE_FIFO,
	TYPE_SOCKET,
	TYPE_LONG_DIRECTORY,
	TYPE_LONG_FILE,
};
#define TYPE_EXTENDED 7
#define TYPE_MAX 14

/* Before 4: a group of this index is the user's number. */
#define GID_AS_UID 0xff

/* From 3.x on a listing's size counts "." and ".." as three bytes. */
#define LISTING_EXTRA 3

#define BLOCK_LEN_LEN 4

/* An integer of up to eight bytes. */
static uint64_t
read_uint(struct cursor *c, size_t n, bool big, const char *field)
{
	struct bytes in = cur_bytes(c, n, field);
	uint64_t value = 0;

	for (size_t i = 0; i < in.len; i++)
		value = value << 8 | in.ptr[big ? i : in.len - 1 - i];
	return value;
}

/* Two bit fields of one integer, filled from the byte order's first end. */
struct bit_pair {
	uint64_t first;
	uint64_t second;
};

static struct bit_pair
read_bits(struct cursor *c, unsigned first_bits, unsigned second_bits, bool big,
    const char *field)
{
	uint64_t value =
	    read_uint(c, (first_bits + second_bits) / 8, big, field);
	uint64_t first_mask = ((uint64_t)1 << first_bits) - 1;
	uint64_t second_mask = ((uint64_t)1 << second_bits) - 1;

	if (big)
		return (struct bit_pair){ value >> second_bits,
			value & second_mask };
	return (struct bit_pair){ value & first_mask, value >> first_bits };
}

/* Before 4 two plain arrays; the count bounds the index. */
static uint32_t
read_old_id(
    const struct squashfs *fs, uint64_t table, uint32_t count, uint32_t index)
{
	struct cursor c = cur_open(fs->in, "squashfs");

	if (index >= count)
		return 0;
	cur_seek(&c, table, "id table");
	cur_skip(&c, (size_t)index * 4, "id table");
	return cur_u32(&c, fs->super.big, "id");
}

static uint32_t
read_id(const struct squashfs *fs, uint32_t index)
{
	size_t at = (size_t)index * 4;
	struct cursor c =
	    cur_open(squashfs_table_from(&fs->ids,
			 at / SQUASHFS_METADATA_LEN * SQUASHFS_METADATA_LEN,
			 (uint32_t)(at % SQUASHFS_METADATA_LEN)),
		"squashfs");

	if (index >= fs->super.id_count)
		return 0;
	return cur_u32(&c, fs->super.big, "id");
}

/* What all inodes begin with; the type is returned. */
static unsigned
read_base(struct cursor *c, const struct squashfs *fs, struct squashfs_inode *n)
{
	const struct squashfs_super *super = &fs->super;
	bool big = super->big;

	if (super->major >= 4) {
		unsigned type = cur_u16(c, big, "inode_type");

		n->mode = cur_u16(c, big, "mode");
		n->uid = read_id(fs, cur_u16(c, big, "uid"));
		n->gid = read_id(fs, cur_u16(c, big, "guid"));
		n->mtime = cur_u32(c, big, "mtime");
		n->number = cur_u32(c, big, "inode_number");
		return type;
	}
	struct bit_pair type_mode =
	    read_bits(c, 4, 12, big, "inode_type, mode");
	uint32_t uid = cur_u8(c, "uid");
	uint32_t gid = cur_u8(c, "guid");

	n->mode = (uint32_t)type_mode.second;
	n->uid = read_old_id(fs, super->id_table, super->id_count, uid);
	n->gid = n->uid;
	if (gid != GID_AS_UID)
		n->gid =
		    read_old_id(fs, super->gid_table, super->gid_count, gid);
	if (super->major == 3) {
		n->mtime = cur_u32(c, big, "mtime");
		n->number = cur_u32(c, big, "inode_number");
	}
	return (unsigned)type_mode.first;
}

/* The lengths of the data blocks: what the tail's fragment holds is not one. */
static void
read_block_lens(
    struct cursor *c, const struct squashfs *fs, struct squashfs_inode *n)
{
	uint64_t count = n->size >> fs->super.block_log;
	bool tail = (n->size & (fs->super.block_size - 1)) != 0;

	if (n->fragment == SQUASHFS_NO_FRAGMENT && tail)
		count++;
	if (!cur_ok(c))
		return;
	if (count > cur_left(c) / BLOCK_LEN_LEN) { /* before it is multiplied */
		cur_fail(c, ERR_TRUNCATED, c->pos, "block_list");
		return;
	}
	n->block_lens = cur_bytes(c, count * BLOCK_LEN_LEN, "block_list");
}

static void
read_file(struct cursor *c, const struct squashfs *fs, bool is_long,
    struct squashfs_inode *n)
{
	bool big = fs->super.big;
	unsigned major = fs->super.major;

	n->kind = NODE_FILE;
	if (major == 2)
		n->mtime = cur_u32(c, big, "mtime");
	if (major == 3 && is_long)
		(void)cur_u32(c, big, "nlink");
	if (major == 2 || (major == 4 && !is_long))
		n->start = cur_u32(c, big, "start_block");
	else
		n->start = cur_u64(c, big, "start_block");
	if (major == 4 && is_long) {
		n->size = cur_u64(c, big, "file_size");
		(void)cur_u64(c, big, "sparse");
		(void)cur_u32(c, big, "nlink");
	}
	n->fragment = cur_u32(c, big, "fragment");
	n->fragment_at = cur_u32(c, big, "offset");
	if (major == 4 && is_long)
		(void)cur_u32(c, big, "xattr");
	else if (is_long)
		n->size = cur_u64(c, big, "file_size");
	else
		n->size = cur_u32(c, big, "file_size");
	read_block_lens(c, fs, n);
}

static void
read_directory_4(
    struct cursor *c, bool big, bool is_long, struct squashfs_inode *n)
{
	if (!is_long) {
		n->start = cur_u32(c, big, "start_block");
		(void)cur_u32(c, big, "nlink");
		n->size = cur_u16(c, big, "file_size");
		n->offset = cur_u16(c, big, "offset");
		return;
	}
	(void)cur_u32(c, big, "nlink");
	n->size = cur_u32(c, big, "file_size");
	n->start = cur_u32(c, big, "start_block");
	(void)cur_u32(c, big, "parent_inode");
	(void)cur_u16(c, big, "i_count");
	n->offset = cur_u16(c, big, "offset");
}

static void
read_directory(struct cursor *c, const struct squashfs *fs, bool is_long,
    struct squashfs_inode *n)
{
	bool big = fs->super.big;

	n->kind = NODE_DIRECTORY;
	if (fs->super.major >= 4) {
		read_directory_4(c, big, is_long, n);
	} else {
		if (fs->super.major == 3)
			(void)cur_u32(c, big, "nlink");
		struct bit_pair pair = read_bits(
		    c, is_long ? 27 : 19, 13, big, "file_size, offset");

		n->size = pair.first;
		n->offset = (uint32_t)pair.second;
		if (fs->super.major == 2)
			n->mtime = cur_u32(c, big, "mtime");
		n->start = read_uint(
		    c, fs->super.major == 2 ? 3 : 4, big, "start_block");
	}
	if (fs->super.major >= 3)
		n->size -= n->size < LISTING_EXTRA ? n->size : LISTING_EXTRA;
}

static void
read_symlink(
    struct cursor *c, const struct squashfs *fs, struct squashfs_inode *n)
{
	bool big = fs->super.big;
	uint32_t len;

	n->kind = NODE_SYMLINK;
	if (fs->super.major >= 3)
		(void)cur_u32(c, big, "nlink");
	if (fs->super.major >= 4)
		len = cur_u32(c, big, "symlink_size");
	else
		len = cur_u16(c, big, "symlink_size");
	n->size = len;
	n->link = cur_bytes(c, len, "symlink");
}

static void
read_device(
    struct cursor *c, const struct squashfs *fs, struct squashfs_inode *n)
{
	bool big = fs->super.big;

	if (fs->super.major >= 3)
		(void)cur_u32(c, big, "nlink");
	if (fs->super.major >= 4)
		n->device = cur_u32(c, big, "rdev");
	else
		n->device = cur_u16(c, big, "rdev");
}

static void
read_by_type(struct cursor *c, const struct squashfs *fs, unsigned type,
    struct squashfs_inode *n)
{
	bool is_long = type > TYPE_EXTENDED;

	switch (is_long ? type - TYPE_EXTENDED : type) {
	case TYPE_DIRECTORY:
		read_directory(c, fs, is_long, n);
		return;
	case TYPE_FILE:
		read_file(c, fs, is_long, n);
		return;
	case TYPE_SYMLINK:
		read_symlink(c, fs, n);
		return;
	case TYPE_BLOCK:
		n->kind = NODE_BLOCK;
		read_device(c, fs, n);
		return;
	case TYPE_CHAR:
		n->kind = NODE_CHAR;
		read_device(c, fs, n);
		return;
	case TYPE_FIFO:
		n->kind = NODE_FIFO;
		return;
	case TYPE_SOCKET:
		n->kind = NODE_SOCKET;
		return;
	default:
		cur_fail(c, ERR_MALFORMED, 0, "inode_type");
	}
}

/* Long types per version: 2.x has directories, 3.x files too, 4.x all. */
static bool
is_known_type(unsigned major, unsigned type)
{
	static const unsigned highest[] = {
		[2] = TYPE_LONG_DIRECTORY,
		[3] = TYPE_LONG_FILE,
		[4] = TYPE_MAX,
	};

	return type >= TYPE_DIRECTORY && type <= highest[major];
}

enum err
squashfs_read_inode(
    const struct squashfs *fs, uint64_t ref, struct squashfs_inode *ret)
{
	struct bytes in = squashfs_table_from(
	    &fs->inodes, ref >> 16, (uint32_t)(ref & 0xffff));
	struct cursor c = cur_open(in, "squashfs inode");
	struct squashfs_inode n = { .fragment = SQUASHFS_NO_FRAGMENT };

	if (in.len == 0)
		return ERR_TRUNCATED;
	unsigned type = read_base(&c, fs, &n);

	if (cur_ok(&c) && !is_known_type(fs->super.major, type))
		return ERR_MALFORMED;
	read_by_type(&c, fs, type, &n);
	n.mode &= 07777;
	n.at = (size_t)(in.ptr - fs->inodes.ptr);
	if (cur_ok(&c))
		*ret = n;
	return c.fault.code;
}

static enum err
read_run_header(
    const struct squashfs *fs, struct cursor *c, struct squashfs_listing *l)
{
	bool big = fs->super.big;

	if (fs->super.major >= 4)
		l->left = cur_u32(c, big, "count");
	else
		l->left = cur_u8(c, "count");
	if (fs->super.major == 2)
		l->inode_block = (uint32_t)read_uint(c, 3, big, "start_block");
	else
		l->inode_block = cur_u32(c, big, "start_block");
	if (fs->super.major >= 3)
		(void)cur_u32(c, big, "inode_number");
	/* stored less one; the kernel takes no more than 256 of them */
	if (cur_ok(c) && l->left > 255)
		cur_fail(c, ERR_MALFORMED, c->pos, "count");
	l->left++;
	return c->fault.code;
}

enum err
squashfs_next_entry(const struct squashfs *fs, struct squashfs_listing *listing,
    struct squashfs_entry *ret)
{
	struct cursor c = cur_open(listing->rest, "squashfs directory");
	struct squashfs_listing l = *listing;
	struct squashfs_entry e = { 0 };
	bool big = fs->super.big;
	size_t name_len;
	uint64_t offset;

	if (l.left == 0 && l.rest.len == 0)
		return ERR_END;
	if (l.left == 0 && read_run_header(fs, &c, &l) != ERR_OK)
		return c.fault.code;
	if (fs->super.major >= 4) {
		offset = cur_u16(&c, big, "offset");
		(void)cur_u16(&c, big, "inode_number");
		e.type = cur_u16(&c, big, "type");
		name_len = cur_u16(&c, big, "size");
	} else {
		struct bit_pair pair =
		    read_bits(&c, 13, 3, big, "offset, type");

		offset = pair.first;
		e.type = (unsigned)pair.second;
		name_len = cur_u8(&c, "size");
		if (fs->super.major == 3)
			(void)cur_u16(&c, big, "inode_number");
	}
	e.name = cur_bytes(&c, name_len + 1, "name"); /* stored less one */
	e.inode = (uint64_t)l.inode_block << 16 | offset;
	if (!cur_ok(&c))
		return c.fault.code;
	l.left--;
	l.rest = bytes_from(l.rest, c.pos);
	*listing = l;
	*ret = e;
	return ERR_OK;
}

/* Walks the listing once, so that its fault can be told with the directory. */
enum err
squashfs_read_listing(const struct squashfs *fs,
    const struct squashfs_inode *inode, struct squashfs_listing *ret)
{
	struct squashfs_listing walk = { 0 };
	struct squashfs_entry entry;
	struct bytes all = { NULL, 0 };
	enum err err = ERR_OK;

	*ret = (struct squashfs_listing){ 0 };
	if (inode->size == 0)
		return ERR_OK;
	all =
	    squashfs_table_from(&fs->directories, inode->start, inode->offset);
	walk.rest = bytes_slice(all, 0, (size_t)inode->size);
	*ret = walk;
	while (err == ERR_OK)
		err = squashfs_next_entry(fs, &walk, &entry);
	if (err == ERR_END) {
		if (walk.left == 0 && all.len >= inode->size)
			return ERR_OK;
		err = ERR_TRUNCATED;
	}
	/* what the last good entry left is not walked again */
	ret->rest.len -= walk.rest.len;
	return err;
}
