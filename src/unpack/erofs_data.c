/* SPDX-License-Identifier: ISC */
/* Superblock and inodes of EROFS, and contents that are not compressed. */
#include "base/cursor.h"
#include "base/number.h"
#include "codec/crc.h"
#include "unpack/erofs_private.h"

#include <stdlib.h>
#include <string.h>

#define SUPER_LEN ((size_t)128)
#define COMPAT_SUM 0x1u
#define COMPACT_LEN ((size_t)32)
#define EXTENDED_LEN ((size_t)64)
#define ATTRIBUTES_LEN ((size_t)12) /* their header */
#define CHUNK_BITS_MASK 0x1fu
#define CHUNK_INDEXES 0x20u
#define NO_BLOCK UINT32_MAX

/* The superblock's own checksum covers the rest of its block. */
static bool
sum_agrees(struct bytes in, size_t block_len, uint32_t wanted)
{
	static const uint8_t zero[4] = { 0 };
	size_t len = block_len;

	if (len > EROFS_SUPER_AT)
		len -= EROFS_SUPER_AT;
	struct bytes raw = bytes_slice(in, EROFS_SUPER_AT, len);
	uint32_t crc = crc32c_add(UINT32_MAX, bytes_slice(raw, 0, 4));

	crc = crc32c_add(crc, (struct bytes){ zero, sizeof(zero) });
	return raw.len == len && crc32c_add(crc, bytes_from(raw, 8)) == wanted;
}

enum err
erofs_read_super(struct bytes in, struct erofs_super *ret)
{
	struct cursor c = cur_open_at(in, EROFS_SUPER_AT, "erofs superblock");
	struct erofs_super s = { 0 };

	if (cur_u32le(&c, "magic") != 0xe0f5e1e2)
		cur_fail(&c, ERR_MALFORMED, EROFS_SUPER_AT, "magic");
	uint32_t sum = cur_u32le(&c, "checksum");
	uint32_t compat = cur_u32le(&c, "feature_compat");

	s.block_bits = cur_u8(&c, "blkszbits");
	(void)cur_u8(&c, "sb_extslots");
	s.root = cur_u16le(&c, "root_nid");
	s.inodes = cur_u64le(&c, "inos");
	s.time = cur_u64le(&c, "build_time");
	(void)cur_u32le(&c, "build_time_nsec");
	uint64_t blocks = cur_u32le(&c, "blocks");
	uint64_t first = cur_u32le(&c, "meta_blkaddr");

	(void)cur_u32le(&c, "xattr_blkaddr");
	cur_skip(&c, 16, "uuid");
	s.volume = cur_text(&c, 16, "volume_name");
	s.incompat = cur_u32le(&c, "feature_incompat");
	s.algorithms = cur_u16le(&c, "available_compr_algs");
	(void)cur_u16le(&c, "extra_devices");
	(void)cur_u16le(&c, "devt_slotoff");
	uint8_t directory_bits = cur_u8(&c, "dirblkbits");

	cur_skip(&c, 5, "xattr_prefix_count, xattr_prefix_start");
	s.packed = cur_u64le(&c, "packed_nid");
	cur_skip(&c, 24, "reserved");
	if (!cur_ok(&c))
		return c.fault.code;
	if (s.block_bits < 9 || s.block_bits > 16 || blocks == 0 ||
	    first >= blocks || directory_bits > 4)
		return ERR_MALFORMED;
	s.block_len = (size_t)1 << s.block_bits;
	s.directory_block_len = s.block_len << directory_bits;
	s.size = blocks << s.block_bits;
	s.inodes_at = first << s.block_bits;
	if (s.root * EROFS_INODE_UNIT >= s.size - s.inodes_at)
		return ERR_MALFORMED;
	s.has_sum = (compat & COMPAT_SUM) != 0;
	s.sum_right = s.has_sum && sum_agrees(in, s.block_len, sum);
	*ret = s;
	return ERR_OK;
}

struct bytes
erofs_bytes(const struct erofs *fs, uint64_t at, size_t len)
{
	if (at > fs->in.len || len > fs->in.len - at)
		return (struct bytes){ NULL, 0 };
	return bytes_slice(fs->in, (size_t)at, len);
}

enum err
erofs_read_inode(
    const struct erofs *fs, uint64_t number, struct erofs_inode *ret)
{
	struct erofs_inode i = { 0 };

	if (number > fs->in.len / EROFS_INODE_UNIT)
		return ERR_MALFORMED;
	i.at = fs->super.inodes_at + number * EROFS_INODE_UNIT;
	if (i.at > fs->in.len)
		return ERR_TRUNCATED;
	struct cursor c = cur_open_at(fs->in, (size_t)i.at, "erofs inode");
	uint16_t format = cur_u16le(&c, "i_format");
	size_t attributes = cur_u16le(&c, "i_xattr_icount");
	bool extended = (format & 1) != 0;
	unsigned layout = format >> 1 & 7;

	if (format >> 4 != 0 || layout > EROFS_CHUNKS)
		cur_fail(&c, ERR_UNSUPPORTED, (size_t)i.at, "i_format");
	i.layout = (enum erofs_layout)layout;
	i.mode = cur_u16le(&c, "i_mode");
	cur_skip(&c, 2, "i_nlink, or i_reserved");
	i.size = extended ? cur_u64le(&c, "i_size") : cur_u32le(&c, "i_size");
	if (!extended)
		cur_skip(&c, 4, "i_reserved");
	i.place = cur_u32le(&c, "i_u");
	(void)cur_u32le(&c, "i_ino");
	i.uid = extended ? cur_u32le(&c, "i_uid") : cur_u16le(&c, "i_uid");
	i.gid = extended ? cur_u32le(&c, "i_gid") : cur_u16le(&c, "i_gid");
	i.mtime = extended ? cur_u64le(&c, "i_mtime") : fs->super.time;
	i.end = i.at + (extended ? EXTENDED_LEN : COMPACT_LEN);
	if (attributes > 0)
		i.end += ATTRIBUTES_LEN + 4 * (attributes - 1);
	if (!cur_ok(&c))
		return c.fault.code;
	*ret = i;
	return ERR_OK;
}

/* Where byte `at` of a chunked file lies; *ret_hole when nowhere. */
static enum err
find_chunk(const struct erofs *fs, const struct erofs_inode *inode, uint64_t at,
    uint64_t *ret, bool *ret_hole)
{
	unsigned bits = fs->super.block_bits + (inode->place & CHUNK_BITS_MASK);
	bool indexes = (inode->place & CHUNK_INDEXES) != 0;
	uint64_t unit = indexes ? 8 : 4;
	uint64_t table = (inode->end + unit - 1) & ~(unit - 1);
	uint16_t device = 0;

	if ((inode->place & 0xffff & ~(CHUNK_BITS_MASK | CHUNK_INDEXES)) != 0)
		return ERR_UNSUPPORTED;
	uint64_t entry = table + (at >> bits) * unit;

	if (entry > fs->in.len)
		return ERR_TRUNCATED;
	struct cursor c = cur_open_at(fs->in, (size_t)entry, "erofs chunk");

	if (indexes) {
		(void)cur_u16le(&c, "advise");
		device = cur_u16le(&c, "device_id");
	}
	uint32_t block = cur_u32le(&c, "blkaddr");

	if (!cur_ok(&c))
		return c.fault.code;
	if (device != 0)
		return ERR_UNSUPPORTED; /* its bytes are in another file */
	*ret_hole = block == NO_BLOCK;
	*ret = ((uint64_t)block << fs->super.block_bits) +
	    (at & ((UINT64_C(1) << bits) - 1));
	return ERR_OK;
}

/*
 * Where byte `at` of a file that is not compressed lies, and how many follow
 * it there at least.
 */
struct place {
	uint64_t at, len;
	bool hole;
};

static enum err
find_place(const struct erofs *fs, const struct erofs_inode *inode, uint64_t at,
    struct place *ret)
{
	uint64_t block_len = fs->super.block_len;
	uint64_t left = inode->size - at;
	struct place p = { .len = left };

	if (inode->layout == EROFS_CHUNKS) {
		unsigned bits =
		    fs->super.block_bits + (inode->place & CHUNK_BITS_MASK);
		uint64_t rest =
		    (UINT64_C(1) << bits) - (at & ((UINT64_C(1) << bits) - 1));
		enum err err = find_chunk(fs, inode, at, &p.at, &p.hole);

		if (err != ERR_OK)
			return err;
		if (rest < left)
			p.len = rest;
		*ret = p;
		return ERR_OK;
	}
	p.at = ((uint64_t)inode->place << fs->super.block_bits) + at;
	if (inode->layout == EROFS_INLINE) {
		uint64_t tail = (inode->size - 1) / block_len * block_len;

		if (at < tail) {
			p.len = tail - at;
		} else {
			p.at = inode->end + (at - tail);
			/* It does not go on in the next block. */
			if (inode->end % block_len + (inode->size - tail) >
			    block_len)
				return ERR_MALFORMED;
		}
	}
	*ret = p;
	return ERR_OK;
}

struct bytes
erofs_directory_block(
    const struct erofs *fs, const struct erofs_inode *inode, uint64_t number)
{
	struct bytes none = { NULL, 0 };
	size_t len = fs->super.directory_block_len;
	uint64_t at = number * len;
	struct place p;

	if (inode->layout == EROFS_FULL_INDEX ||
	    inode->layout == EROFS_COMPACT_INDEX || at >= inode->size)
		return none;
	if (inode->size - at < len)
		len = (size_t)(inode->size - at);
	if (find_place(fs, inode, at, &p) != ERR_OK || p.hole || p.len < len)
		return none;
	return erofs_bytes(fs, p.at, len);
}

/* Piece by piece; what is not there stays zero. */
static void
copy_places(struct erofs *fs, const struct erofs_inode *inode, size_t size,
    struct node *node)
{
	size_t at = 0;

	while (at < size) {
		struct place p = { .len = size - at };
		enum err err = find_place(fs, inode, at, &p);
		size_t len = size - at;

		if (err == ERR_OK && p.len < len)
			len = (size_t)p.len;
		if (err == ERR_OK && !p.hole) {
			struct bytes data = erofs_bytes(fs, p.at, len);

			if (data.len > 0)
				memcpy(fs->file + at, data.ptr, len);
			else
				err = ERR_TRUNCATED;
		}
		if (err != ERR_OK) {
			node_fail(
			    node, err, (size_t)inode->at, "erofs", "data");
			if (inode->layout != EROFS_CHUNKS)
				return;
			len = size_min(fs->super.block_len, size - at);
		}
		at += len;
	}
}

static bool
is_compressed(const struct erofs_inode *inode)
{
	return inode->layout == EROFS_FULL_INDEX ||
	    inode->layout == EROFS_COMPACT_INDEX;
}

enum err
erofs_read_data(struct erofs *fs, const struct erofs_inode *inode,
    struct node *node, struct bytes *ret)
{
	size_t size = LIMIT_FILE_LEN;
	struct place p;

	node->size = inode->size;
	if (inode->size > size)
		node_fail(
		    node, ERR_LIMIT, (size_t)inode->at, "erofs", "i_size");
	else
		size = (size_t)inode->size;
	if (size == 0)
		return ERR_OK;
	if (!is_compressed(inode) && find_place(fs, inode, 0, &p) == ERR_OK &&
	    !p.hole && p.len >= size) {
		*ret = erofs_bytes(fs, p.at, size);
		if (ret->len == size)
			return ERR_OK;
	}
	if (budget_take(fs->budget, size) != ERR_OK)
		return ERR_LIMIT;
	fs->file = calloc(1, size);
	if (fs->file == NULL)
		return ERR_MEMORY;
	*ret = (struct bytes){ fs->file, size };
	if (is_compressed(inode))
		return erofs_decompress(fs, inode, fs->file, size, node);
	copy_places(fs, inode, size, node);
	return ERR_OK;
}

enum err
erofs_read_packed(struct erofs *fs, uint64_t at, size_t len, struct bytes *ret)
{
	struct erofs_inode inode;
	struct node node = { .kind = NODE_FILE };
	struct bytes packed = { NULL, 0 };
	uint8_t *file = fs->file;
	enum err err = ERR_OK;

	if (!fs->packed_tried && fs->super.packed != 0 &&
	    (fs->super.incompat & EROFS_FRAGMENTS) != 0 &&
	    erofs_read_inode(fs, fs->super.packed, &inode) == ERR_OK) {
		fs->packed_tried = true; /* so that it cannot ask for itself */
		fs->file = NULL;
		err = erofs_read_data(fs, &inode, &node, &packed);
		fs->packed_file = fs->file;
		fs->file = file;
		if (err == ERR_OK && node.fault.code == ERR_OK)
			fs->packed = packed;
	}
	*ret = (struct bytes){ NULL, 0 };
	if (err == ERR_OK && at <= fs->packed.len && len <= fs->packed.len - at)
		*ret = bytes_slice(fs->packed, (size_t)at, len);
	return err;
}
