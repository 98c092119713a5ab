/* SPDX-License-Identifier: ISC */
/* Superblock, inodes and blocks of ext. */
#include "base/cursor.h"
#include "base/number.h"
#include "unpack/ext_private.h"

#include <stdlib.h>
#include <string.h>

#define INODE_MIN_LEN 128
#define RO_COMPAT_BIGALLOC 0x200u
#define DESCRIPTOR_LEN ((size_t)32)
#define DIRECT_BLOCKS 12
#define ATTRIBUTES_MAGIC 0xea020000u
#define ATTRIBUTE_SYSTEM 7
#define EXTENT_MAGIC 0xf30a
#define EXTENT_LEN ((size_t)12)
#define EXTENT_DEPTH_MAX 5
#define EXTENT_LEN_MAX 32768u /* more: that much less, and not written yet */

/* Fields that older revisions do not have, or not so long. */
static void
settle_super(struct ext_super *s, uint32_t revision, uint64_t blocks_high)
{
	if (revision == 0) {
		s->inode_len = INODE_MIN_LEN;
		s->compat = 0;
		s->incompat = 0;
	}
	if ((s->incompat & EXT_64BIT) != 0)
		s->blocks |= blocks_high << 32;
	else
		s->descriptor_len = DESCRIPTOR_LEN;
}

/* What the fields say together, once all are read. */
static bool
is_super_right(const struct ext_super *s)
{
	return s->inode_len >= INODE_MIN_LEN && s->inode_len <= s->block_len &&
	    (s->inode_len & (s->inode_len - 1)) == 0 &&
	    s->descriptor_len >= DESCRIPTOR_LEN &&
	    s->descriptor_len <= s->block_len && s->blocks > 0 &&
	    s->blocks <= SIZE_MAX / s->block_len;
}

enum err
ext_read_super(struct bytes in, struct ext_super *ret)
{
	struct bytes raw = bytes_slice(in, EXT_SUPER_AT, 1024);
	struct cursor c = cur_open(raw, "ext superblock");
	struct ext_super s = { 0 };

	s.inodes = cur_u32le(&c, "s_inodes_count");
	s.blocks = cur_u32le(&c, "s_blocks_count_lo");
	cur_seek(&c, 0x14, "s_first_data_block");
	s.first_block = cur_u32le(&c, "s_first_data_block");
	uint32_t log = cur_u32le(&c, "s_log_block_size");

	cur_seek(&c, 0x20, "s_blocks_per_group");
	uint32_t blocks_per_group = cur_u32le(&c, "s_blocks_per_group");

	cur_seek(&c, 0x28, "s_inodes_per_group");
	s.inodes_per_group = cur_u32le(&c, "s_inodes_per_group");
	cur_seek(&c, 0x38, "s_magic");
	uint16_t magic = cur_u16le(&c, "s_magic");

	cur_seek(&c, 0x4c, "s_rev_level");
	uint32_t revision = cur_u32le(&c, "s_rev_level");

	cur_seek(&c, 0x58, "s_inode_size");
	s.inode_len = cur_u16le(&c, "s_inode_size");
	uint16_t group = cur_u16le(&c, "s_block_group_nr");
	s.compat = cur_u32le(&c, "s_feature_compat");
	s.incompat = cur_u32le(&c, "s_feature_incompat");
	bool clusters =
	    (cur_u32le(&c, "s_feature_ro_compat") & RO_COMPAT_BIGALLOC) != 0;

	cur_seek(&c, 0x78, "s_volume_name");
	s.volume = cur_text(&c, 16, "s_volume_name");
	cur_seek(&c, 0xe0, "s_journal_inum");
	s.journal_ino = cur_u32le(&c, "s_journal_inum");
	cur_seek(&c, 0xfe, "s_desc_size");
	s.descriptor_len = cur_u16le(&c, "s_desc_size");
	cur_seek(&c, 0x150, "s_blocks_count_hi");
	uint64_t blocks_high = cur_u32le(&c, "s_blocks_count_hi");

	if (!cur_ok(&c))
		return c.fault.code;
	if (magic != 0xef53 || log > 6 || revision > 1 ||
	    s.first_block != (log == 0 && !clusters ? 1 : 0) || s.inodes == 0 ||
	    s.inodes_per_group == 0 || blocks_per_group == 0)
		return ERR_MALFORMED;
	s.block_len = (size_t)1024 << log;
	settle_super(&s, revision, blocks_high);
	if ((group != 0 && revision > 0) || !is_super_right(&s))
		return ERR_MALFORMED;
	*ret = s;
	return ERR_OK;
}

uint64_t
ext_size(const struct ext_super *s)
{
	return s->blocks * s->block_len; /* ext_read_super(): it fits */
}

size_t
ext_find_patch(const struct ext *fs, uint64_t block)
{
	size_t low = 0;
	size_t high = fs->patch_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (fs->patch[middle].block < block)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct bytes
ext_bytes(const struct ext *fs, size_t at, size_t len)
{
	size_t block_len = fs->super.block_len;
	uint64_t block = at / block_len;
	size_t number = ext_find_patch(fs, block);

	len = size_min(len, block_len - at % block_len);
	if (number < fs->patch_count && fs->patch[number].block == block)
		return bytes_slice(fs->patch[number].data, at % block_len, len);
	return bytes_slice(fs->in, size_min(at, fs->in.len), len);
}

struct bytes
ext_block(const struct ext *fs, uint64_t block)
{
	size_t len = fs->super.block_len;

	if (block == 0 || block >= fs->in.len / len)
		return (struct bytes){ NULL, 0 };
	return ext_bytes(fs, (size_t)block * len, len);
}

/* Where the table of a group's inodes begins, as a block. */
static enum err
find_table(const struct ext *fs, uint32_t group, uint64_t *ret)
{
	const struct ext_super *s = &fs->super;
	/* Behind the block with the superblock, which is at 1024 always. */
	size_t first = s->block_len == 1024 ? 2 : 1;
	size_t at = first * s->block_len + (size_t)group * s->descriptor_len;
	struct cursor c = cur_open(
	    ext_bytes(fs, at, s->descriptor_len), "ext group descriptor");

	cur_skip(&c, 8, "bitmaps");
	uint64_t block = cur_u32le(&c, "bg_inode_table_lo");

	if (s->descriptor_len >= 64) {
		cur_skip(&c, 0x28 - 12, "counts");
		block |= (uint64_t)cur_u32le(&c, "bg_inode_table_hi") << 32;
	}
	if (!cur_ok(&c))
		return c.fault.code;
	if (block == 0 || block >= s->blocks)
		return ERR_MALFORMED;
	*ret = block;
	return ERR_OK;
}

enum err
ext_read_inode(const struct ext *fs, uint32_t ino, struct ext_inode *ret)
{
	const struct ext_super *s = &fs->super;
	uint64_t table;

	if (ino == 0 || ino > s->inodes)
		return ERR_MALFORMED;
	enum err err = find_table(fs, (ino - 1) / s->inodes_per_group, &table);

	if (err != ERR_OK)
		return err;
	/* Less than blocks * block_len, which fits, and 2^32 * 64 KiB. */
	uint64_t at = table * s->block_len +
	    (uint64_t)((ino - 1) % s->inodes_per_group) * s->inode_len;

	if (at >= fs->in.len)
		return ERR_TRUNCATED;
	struct cursor c =
	    cur_open(ext_bytes(fs, (size_t)at, s->inode_len), "ext inode");
	struct ext_inode i = { .at = (size_t)at };

	i.mode = cur_u16le(&c, "i_mode");
	i.uid = cur_u16le(&c, "i_uid");
	i.size = cur_u32le(&c, "i_size_lo");
	cur_skip(&c, 8, "i_atime, i_ctime");
	i.mtime = cur_u32le(&c, "i_mtime");
	cur_skip(&c, 4, "i_dtime");
	i.gid = cur_u16le(&c, "i_gid");
	cur_skip(&c, 6, "i_links_count, i_blocks_lo");
	i.flags = cur_u32le(&c, "i_flags");
	cur_skip(&c, 4, "osd1");
	i.map = cur_bytes(&c, EXT_MAP_LEN, "i_block");
	cur_skip(&c, 8, "i_generation, i_file_acl_lo");
	uint64_t size_high = cur_u32le(&c, "i_size_high");

	cur_skip(&c, 8, "i_obso_faddr, l_i_blocks_high, l_i_file_acl_high");
	i.uid |= (uint32_t)cur_u16le(&c, "l_i_uid_high") << 16;
	i.gid |= (uint32_t)cur_u16le(&c, "l_i_gid_high") << 16;
	if (!cur_ok(&c))
		return c.fault.code;
	if ((i.mode & 0170000) == 0100000)
		i.size |= size_high << 32;
	*ret = i;
	return ERR_OK;
}

static uint32_t
pointer_at(struct bytes table, uint64_t number)
{
	struct cursor c = cur_open_at(table, (size_t)number * 4, "ext pointer");

	return cur_u32le(&c, "pointer");
}

/* Direct, indirect, double and triple indirect blocks. */
static enum err
map_pointers(const struct ext *fs, const struct ext_inode *inode,
    uint64_t logical, struct ext_run *ret)
{
	uint64_t per_block = fs->super.block_len / 4;
	uint64_t span = 1; /* blocks behind a pointer of the current table */
	size_t level = 0;

	if (logical < DIRECT_BLOCKS) {
		uint32_t block = pointer_at(inode->map, logical);

		*ret = (struct ext_run){ block == 0, block, 1 };
		return ERR_OK;
	}
	logical -= DIRECT_BLOCKS;
	while (logical >= span * per_block) {
		logical -= span * per_block;
		span *= per_block;
		if (++level == 3)
			return ERR_MALFORMED;
	}
	uint32_t block = pointer_at(inode->map, DIRECT_BLOCKS + level);

	for (;;) {
		struct bytes table = ext_block(fs, block);

		if (block == 0) { /* all behind it is a hole */
			*ret = (struct ext_run){ true, 0, 1 };
			return ERR_OK;
		}
		if (table.len == 0)
			return ERR_TRUNCATED;
		block = pointer_at(table, logical / span);
		if (span == 1)
			break;
		logical %= span;
		span /= per_block;
	}
	*ret = (struct ext_run){ block == 0, block, 1 };
	return ERR_OK;
}

struct extent_node {
	struct bytes entries; /* EXTENT_LEN each */
	size_t count;
	uint16_t depth;
};

static enum err
read_extent_node(struct bytes in, struct extent_node *ret)
{
	struct cursor c = cur_open(in, "ext extent header");
	struct extent_node n = { 0 };

	if (cur_u16le(&c, "eh_magic") != EXTENT_MAGIC)
		cur_fail(&c, ERR_MALFORMED, 0, "eh_magic");
	n.count = cur_u16le(&c, "eh_entries");
	cur_skip(&c, 2, "eh_max");
	n.depth = cur_u16le(&c, "eh_depth");
	cur_skip(&c, 4, "eh_generation");
	if (n.count * EXTENT_LEN > cur_left(&c))
		cur_fail(&c, ERR_MALFORMED, 2, "eh_entries");
	if (!cur_ok(&c))
		return c.fault.code;
	n.entries = bytes_slice(in, c.pos, n.count * EXTENT_LEN);
	*ret = n;
	return ERR_OK;
}

static uint32_t
extent_start(const struct extent_node *n, size_t number)
{
	return pointer_at(n->entries, number * (EXTENT_LEN / 4));
}

/* Number of entries that begin at or before the block. */
static size_t
count_before(const struct extent_node *n, uint64_t logical)
{
	size_t low = 0;
	size_t high = n->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (extent_start(n, middle) <= logical)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct ext_run
read_extent(const struct extent_node *n, size_t number, uint64_t logical,
    uint64_t hole_end)
{
	struct cursor c =
	    cur_open_at(n->entries, number * EXTENT_LEN, "ext extent");
	uint64_t start = cur_u32le(&c, "ee_block");
	uint64_t len = cur_u16le(&c, "ee_len");
	uint64_t block = (uint64_t)cur_u16le(&c, "ee_start_hi") << 32;
	bool hole = len > EXTENT_LEN_MAX;

	block |= cur_u32le(&c, "ee_start_lo");
	if (hole)
		len -= EXTENT_LEN_MAX;
	if (logical - start >= len)
		return (struct ext_run){ true, 0, hole_end - logical };
	return (struct ext_run){ hole, block + (logical - start),
		len - (logical - start) };
}

static enum err
map_extents(const struct ext *fs, const struct ext_inode *inode,
    uint64_t logical, struct ext_run *ret)
{
	struct bytes raw = inode->map;
	uint64_t end = (uint64_t)UINT32_MAX + 1; /* of what is looked at */
	uint16_t depth = EXTENT_DEPTH_MAX + 1;

	if (logical >= end)
		return ERR_MALFORMED;
	for (;;) {
		struct extent_node n = { 0 };
		enum err err = read_extent_node(raw, &n);

		if (err != ERR_OK)
			return err;
		if (n.depth >= depth) /* it must fall on the way down */
			return ERR_MALFORMED;
		depth = n.depth;
		size_t number = count_before(&n, logical);

		if (number < n.count && extent_start(&n, number) < end)
			end = extent_start(&n, number);
		if (end <= logical) /* they are not in order */
			return ERR_MALFORMED;
		if (number == 0) {
			*ret = (struct ext_run){ true, 0, end - logical };
			return ERR_OK;
		}
		if (depth == 0) {
			*ret = read_extent(&n, number - 1, logical, end);
			return ERR_OK;
		}
		struct cursor c = cur_open_at(n.entries,
		    (number - 1) * EXTENT_LEN + 4, "ext extent index");
		uint64_t block = cur_u32le(&c, "ei_leaf_lo");

		block |= (uint64_t)cur_u16le(&c, "ei_leaf_hi") << 32;
		raw = ext_block(fs, block);
		if (raw.len == 0)
			return ERR_TRUNCATED;
	}
}

enum err
ext_map(const struct ext *fs, const struct ext_inode *inode, uint64_t logical,
    struct ext_run *ret)
{
	if ((inode->flags & EXT_INODE_EXTENTS) != 0)
		return map_extents(fs, inode, logical, ret);
	return map_pointers(fs, inode, logical, ret);
}

/* What the journal has of a run, over file[at, at + len). */
static void
copy_patches(struct ext *fs, uint64_t block, size_t at, size_t len)
{
	size_t block_len = fs->super.block_len;

	for (size_t i = ext_find_patch(fs, block); i < fs->patch_count; i++) {
		uint64_t skip = fs->patch[i].block - block;

		if (skip >= (len + block_len - 1) / block_len)
			return;
		size_t to = (size_t)skip * block_len;

		memcpy(fs->file + at + to, fs->patch[i].data.ptr,
		    size_min(len - to, block_len));
	}
}

/* One run of a file into fs->file[at, size); the bytes dealt with. */
static size_t
copy_run(struct ext *fs, const struct ext_inode *inode, size_t at, size_t size,
    struct node *node)
{
	size_t block_len = fs->super.block_len;
	struct ext_run run = { true, 0, 1 };
	enum err err = ext_map(fs, inode, at / block_len, &run);
	size_t len = size - at;

	if (run.count < (len + block_len - 1) / block_len)
		len = (size_t)run.count * block_len;
	if (err == ERR_OK && !run.hole) {
		uint64_t from = run.block >= fs->super.blocks
		    ? fs->in.len
		    : run.block * block_len;
		struct bytes data = bytes_slice(
		    fs->in, size_min((size_t)from, fs->in.len), len);

		if (data.len > 0)
			memcpy(fs->file + at, data.ptr, data.len);
		copy_patches(fs, run.block, at, data.len);
		if (data.len < len)
			err = ERR_TRUNCATED;
	}
	if (err != ERR_OK)
		node_fail(node, err, inode->at, "ext", "i_block");
	return len;
}

static bool
is_inline(const struct ext_inode *inode, const struct node *node)
{
	if ((inode->flags & EXT_INODE_INLINE) != 0)
		return true;
	return node->kind == NODE_SYMLINK && inode->size < EXT_MAP_LEN &&
	    (inode->flags & EXT_INODE_EXTENTS) == 0;
}

struct bytes
ext_inline_tail(const struct ext *fs, const struct ext_inode *inode)
{
	struct bytes raw = ext_bytes(fs, inode->at, fs->super.inode_len);
	struct cursor c = cur_open_at(raw, INODE_MIN_LEN, "ext attributes");
	size_t first = INODE_MIN_LEN + cur_u16le(&c, "i_extra_isize") + 4;

	cur_seek(&c, first - 4, "h_magic");
	if (cur_u32le(&c, "h_magic") != ATTRIBUTES_MAGIC)
		return (struct bytes){ NULL, 0 };
	while (cur_ok(&c)) {
		size_t name_len = cur_u8(&c, "e_name_len");
		uint8_t space = cur_u8(&c, "e_name_index");
		size_t at = cur_u16le(&c, "e_value_offs");

		(void)cur_u32le(&c, "e_value_inum");
		size_t len = cur_u32le(&c, "e_value_size");

		(void)cur_u32le(&c, "e_hash");
		if (name_len == 0 && space == 0)
			break;
		struct bytes name = name_len > 0
		    ? cur_bytes(&c, name_len, "e_name")
		    : BYTES(""); /* an ACL's */

		if (space == ATTRIBUTE_SYSTEM && bytes_equal_text(name, "data"))
			return bytes_slice(raw, first + at, len);
		if (name_len % 4 != 0)
			cur_skip(&c, 4 - name_len % 4, "padding");
	}
	return (struct bytes){ NULL, 0 };
}

/* The content is in the inode itself: in i_block, and what follows. */
static enum err
read_inline(struct ext *fs, const struct ext_inode *inode, struct node *node,
    struct bytes *ret)
{
	struct bytes tail = { NULL, 0 };
	size_t len = EXT_MAP_LEN;

	if (inode->size <= EXT_MAP_LEN) {
		*ret = bytes_slice(inode->map, 0, (size_t)inode->size);
		return ERR_OK;
	}
	tail = ext_inline_tail(fs, inode);
	if (inode->size - len > tail.len)
		node_fail(node, ERR_TRUNCATED, inode->at, "ext", "inline data");
	else
		tail.len = (size_t)inode->size - len;
	if (budget_take(fs->budget, len + tail.len) != ERR_OK)
		return ERR_LIMIT;
	fs->file = malloc(len + tail.len);
	if (fs->file == NULL)
		return ERR_MEMORY;
	memcpy(fs->file, inode->map.ptr, len);
	if (tail.len > 0)
		memcpy(fs->file + len, tail.ptr, tail.len);
	*ret = (struct bytes){ fs->file, len + tail.len };
	return ERR_OK;
}

enum err
ext_read_data(struct ext *fs, const struct ext_inode *inode, struct node *node,
    struct bytes *ret)
{
	size_t size = LIMIT_FILE_LEN;

	node->size = inode->size;
	if ((inode->flags & EXT_INODE_ENCRYPTED) != 0) {
		node_fail(node, ERR_ENCRYPTED, inode->at, "ext", "i_flags");
		return ERR_OK;
	}
	if (is_inline(inode, node))
		return read_inline(fs, inode, node, ret);
	if (inode->size > size)
		node_fail(node, ERR_LIMIT, inode->at, "ext", "i_size");
	else
		size = (size_t)inode->size;
	if (size == 0)
		return ERR_OK;
	if (budget_take(fs->budget, size) != ERR_OK)
		return ERR_LIMIT;
	fs->file = calloc(1, size);
	if (fs->file == NULL)
		return ERR_MEMORY;
	for (size_t at = 0; at < size;)
		at += copy_run(fs, inode, at, size, node);
	*ret = (struct bytes){ fs->file, size };
	return ERR_OK;
}
