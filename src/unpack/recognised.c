/* SPDX-License-Identifier: ISC */
/* File systems that are found and measured; their readers are to come. */
#include "unpack/recognised.h"

#include "base/cursor.h"
#include "base/number.h"
#include "codec/crc.h"

#define UBI_HEADER_LEN ((size_t)64)
#define UBI_CRC_AT ((size_t)60)

/* UBI and UBIFS take zlib's CRC-32 without its final inversion. */
static uint32_t
ubi_crc(struct bytes in)
{
	return ~crc32_of(in);
}

static bool
is_ubi_header(struct bytes in)
{
	struct cursor c = cur_open(in, "ubi header");

	if (!bytes_equal(cur_bytes(&c, 4, "magic"), BYTES("UBI#")) ||
	    cur_u8(&c, "version") != 1)
		return false;
	cur_seek(&c, UBI_CRC_AT, "hdr_crc");
	uint32_t crc = cur_u32be(&c, "hdr_crc");

	return cur_ok(&c) && crc == ubi_crc(bytes_slice(in, 0, UBI_CRC_AT));
}

static enum err
ubi_probe(struct bytes in, struct format_info *ret)
{
	if (!is_ubi_header(in))
		return ERR_MALFORMED;
	/* The next header tells the size of an erase block. */
	size_t block = bytes_find(in, BYTES("UBI#"), UBI_HEADER_LEN);

	while (block != SIZE_MAX && !is_ubi_header(bytes_from(in, block)))
		block = bytes_find(in, BYTES("UBI#"), block + 1);
	if (block == SIZE_MAX)
		block = in.len;
	size_t size = block;
	size_t count = 1;

	while (size < in.len && is_ubi_header(bytes_from(in, size))) {
		size += block;
		count++;
	}
	*ret = (struct format_info){ .size = size };
	format_detail(ret, "%zu erase blocks of %zu bytes", count, block);
	return ERR_OK;
}

const struct format ubi_format = {
	.name = "ubi",
	.magic = { MAGIC(0, "UBI#") },
	.probe = ubi_probe,
};

#define UBIFS_SUPERBLOCK_LEN ((size_t)4096)
#define UBIFS_SUPERBLOCK_TYPE 6

static enum err
ubifs_probe(struct bytes in, struct format_info *ret)
{
	struct cursor c = cur_open(in, "ubifs superblock");

	cur_skip(&c, 4, "magic");
	uint32_t crc = cur_u32le(&c, "crc");

	cur_skip(&c, 8, "sqnum");
	if (cur_u32le(&c, "len") != UBIFS_SUPERBLOCK_LEN)
		cur_fail(&c, ERR_MALFORMED, 16, "len");
	if (cur_u8(&c, "node_type") != UBIFS_SUPERBLOCK_TYPE)
		cur_fail(&c, ERR_MALFORMED, 20, "node_type");
	cur_skip(&c, 3 + 4 + 4 + 4, "group, key, flags, min_io_size");
	uint32_t leb_size = cur_u32le(&c, "leb_size");
	uint32_t leb_count = cur_u32le(&c, "leb_cnt");
	size_t size;

	if (!size_mul(leb_size, leb_count, &size) || size == 0)
		cur_fail(&c, ERR_MALFORMED, 36, "leb_size, leb_cnt");
	if (cur_ok(&c) &&
	    crc != ubi_crc(bytes_slice(in, 8, UBIFS_SUPERBLOCK_LEN - 8)))
		cur_fail(&c, ERR_CHECKSUM, 4, "crc");
	if (c.fault.code != ERR_OK)
		return c.fault.code;
	*ret = (struct format_info){ .size = size_min(size, in.len) };
	format_detail(ret, "%u blocks of %u bytes", leb_count, leb_size);
	return ERR_OK;
}

const struct format ubifs_format = {
	.name = "ubifs",
	.magic = { MAGIC(0, "\x31\x18\x10\x06") },
	.probe = ubifs_probe,
};

static enum err
cramfs_probe(struct bytes in, struct format_info *ret)
{
	struct cursor c = cur_open(in, "cramfs superblock");
	bool big = bytes_starts(in, BYTES("\x28\xcd\x3d\x45"));

	cur_skip(&c, 4, "magic");
	uint32_t size = cur_u32(&c, big, "size");

	cur_skip(&c, 8, "flags, future");
	if (!bytes_equal(cur_bytes(&c, 16, "signature"),
		BYTES("Compressed ROMFS")))
		cur_fail(&c, ERR_MALFORMED, 16, "signature");
	if (size < 76)
		cur_fail(&c, ERR_MALFORMED, 4, "size");
	if (c.fault.code != ERR_OK)
		return c.fault.code;
	*ret = (struct format_info){ .size = size };
	format_detail(ret, "%s endian", big ? "big" : "little");
	return ERR_OK;
}

const struct format cramfs_format = {
	.name = "cramfs",
	.magic = { MAGIC(0, "\x45\x3d\xcd\x28"), MAGIC(0, "\x28\xcd\x3d\x45") },
	.probe = cramfs_probe,
};

#define ROMFS_SUM_LEN ((size_t)512)

static enum err
romfs_probe(struct bytes in, struct format_info *ret)
{
	struct cursor c = cur_open(in, "romfs superblock");
	uint32_t sum = 0;

	cur_skip(&c, 8, "magic");
	uint32_t size = cur_u32be(&c, "full size");
	struct cursor words = cur_open(
	    bytes_slice(in, 0, size_min(size, ROMFS_SUM_LEN)), "romfs words");

	while (cur_left(&words) >= 4)
		sum += cur_u32be(&words, "checksum");
	if (cur_ok(&c) && (sum != 0 || size < 32))
		cur_fail(&c, ERR_CHECKSUM, 12, "checksum");
	cur_skip(&c, 4, "checksum");
	struct bytes name =
	    cur_text(&c, size_min(cur_left(&c), 64), "volume name");

	if (c.fault.code != ERR_OK)
		return c.fault.code;
	*ret = (struct format_info){ .size = size };
	format_detail(ret, "volume \"%.*s\"", (int)name.len,
	    (const char *)name.ptr);
	return ERR_OK;
}

const struct format romfs_format = {
	.name = "romfs",
	.magic = { MAGIC(0, "-rom1fs-") },
	.probe = romfs_probe,
};

#define EXT_SUPERBLOCK_AT ((size_t)1024)

static enum err
ext_probe(struct bytes in, struct format_info *ret)
{
	struct cursor c = cur_open_at(in, EXT_SUPERBLOCK_AT, "ext superblock");
	uint32_t inodes = cur_u32le(&c, "s_inodes_count");
	uint32_t blocks = cur_u32le(&c, "s_blocks_count_lo");

	cur_skip(&c, 12, "counts");
	uint32_t first = cur_u32le(&c, "s_first_data_block");
	uint32_t log = cur_u32le(&c, "s_log_block_size");
	size_t size = 0;

	cur_seek(&c, EXT_SUPERBLOCK_AT + 0x4c, "s_rev_level");
	uint32_t revision = cur_u32le(&c, "s_rev_level");

	if (log > 6 || first > 1 || revision > 1 || inodes == 0 ||
	    !size_mul(blocks, (size_t)1024 << (log & 7), &size) || size == 0)
		cur_fail(&c, ERR_MALFORMED, EXT_SUPERBLOCK_AT, "superblock");
	if (c.fault.code != ERR_OK)
		return c.fault.code;
	*ret = (struct format_info){ .size = size_min(size, in.len) };
	format_detail(ret, "%u inodes, %u blocks", inodes, blocks);
	return ERR_OK;
}

const struct format ext_format = {
	.name = "ext",
	.magic = { MAGIC(0x438, "\x53\xef") },
	.probe = ext_probe,
};

static enum err
erofs_probe(struct bytes in, struct format_info *ret)
{
	struct cursor c = cur_open_at(in, 1024, "erofs superblock");

	cur_skip(&c, 12, "magic, checksum, feature_compat");
	uint8_t log = cur_u8(&c, "blkszbits");

	cur_seek(&c, 1024 + 36, "blocks");
	uint32_t blocks = cur_u32le(&c, "blocks");
	size_t size = 0;

	if (log < 9 || log > 16 || blocks == 0 ||
	    !size_mul(blocks, (size_t)1 << (log & 31), &size))
		cur_fail(&c, ERR_MALFORMED, 1024 + 12, "blkszbits, blocks");
	if (c.fault.code != ERR_OK)
		return c.fault.code;
	*ret = (struct format_info){ .size = size_min(size, in.len) };
	format_detail(ret, "%u blocks", blocks);
	return ERR_OK;
}

const struct format erofs_format = {
	.name = "erofs",
	.magic = { MAGIC(1024, "\xe2\xe1\xf5\xe0") },
	.probe = erofs_probe,
};

#define SPARSE_HEADER_LEN 28
#define SPARSE_CHUNK_LEN 12

static enum err
android_sparse_probe(struct bytes in, struct format_info *ret)
{
	struct cursor c = cur_open(in, "sparse header");

	cur_skip(&c, 4, "magic");
	if (cur_u16le(&c, "major_version") != 1)
		cur_fail(&c, ERR_UNSUPPORTED, 4, "major_version");
	cur_skip(&c, 2, "minor_version");
	if (cur_u16le(&c, "file_hdr_sz") != SPARSE_HEADER_LEN ||
	    cur_u16le(&c, "chunk_hdr_sz") != SPARSE_CHUNK_LEN)
		cur_fail(&c, ERR_MALFORMED, 8, "file_hdr_sz, chunk_hdr_sz");
	uint32_t block_len = cur_u32le(&c, "blk_sz");
	uint32_t blocks = cur_u32le(&c, "total_blks");
	uint32_t chunks = cur_u32le(&c, "total_chunks");

	cur_skip(&c, 4, "image_checksum");
	for (uint32_t i = 0; i < chunks && cur_ok(&c); i++) {
		cur_skip(&c, 8, "chunk header");
		uint32_t total = cur_u32le(&c, "total_sz");

		if (total < SPARSE_CHUNK_LEN)
			cur_fail(&c, ERR_MALFORMED, c.pos, "total_sz");
		cur_seek(&c, (uint64_t)c.pos + total - SPARSE_CHUNK_LEN,
		    "total_sz");
	}
	if (c.fault.code != ERR_OK)
		return c.fault.code;
	*ret = (struct format_info){ .size = c.pos };
	format_detail(ret, "%u blocks of %u bytes in %u chunks", blocks,
	    block_len, chunks);
	return ERR_OK;
}

const struct format android_sparse_format = {
	.name = "android-sparse",
	.magic = { MAGIC(0, "\x3a\xff\x26\xed") },
	.probe = android_sparse_probe,
};

/* An object header: type, parent 1 (root), no sum (ffff), a name. */
static enum err
yaffs2_probe(struct bytes in, struct format_info *ret)
{
	struct cursor c = cur_open(in, "yaffs2 object header");
	bool big = bytes_starts(in, BYTES("\0\0\0"));
	uint32_t type = cur_u32(&c, big, "type");
	uint32_t parent = cur_u32(&c, big, "parent_obj_id");

	if (type < 1 || type > 5 || parent != 1)
		cur_fail(&c, ERR_MALFORMED, 0, "type, parent_obj_id");
	if (cur_u16le(&c, "sum") != 0xffff)
		cur_fail(&c, ERR_MALFORMED, 8, "sum");
	struct bytes name = cur_text(&c, 256, "name");

	if (name.len == 256)
		cur_fail(&c, ERR_MALFORMED, 10, "name");
	if (c.fault.code != ERR_OK)
		return c.fault.code;
	*ret = (struct format_info){ .size = in.len };
	format_detail(ret, "%s endian", big ? "big" : "little");
	return ERR_OK;
}

const struct format yaffs2_format = {
	.name = "yaffs2",
	.magic = { MAGIC(4, "\x01\x00\x00\x00\xff\xff"),
	    MAGIC(4, "\x00\x00\x00\x01\xff\xff") },
	.only_at_start = true,
	.probe = yaffs2_probe,
};
