/* SPDX-License-Identifier: ISC */
/* Superblocks of file systems that nothing here reads further. */
#include "unpack/volumes.h"

#include "base/cursor.h"
#include "base/number.h"
#include "codec/crc.h"
#include "unpack/signatures.h"

#define BTRFS_SUPER_AT ((size_t)0x10000)
#define BTRFS_SUPER_LEN ((size_t)4096)
#define REISERFS_SUPER_AT ((size_t)0x10000)
#define SMALL_SUPER_AT ((size_t)1024) /* of Minix, F2FS, HFS+ */
#define EXTRA_LEN ((size_t)512)

static bool
is_block_len(uint64_t len)
{
	return len >= 512 && len <= 65536 && (len & (len - 1)) == 0;
}

/* `count` blocks of `len` bytes, or what is there of them. */
static enum err
measure(struct bytes in, uint64_t count, uint64_t len, struct format_info *ret)
{
	if (!is_block_len(len) || count == 0 || count > UINT64_MAX / len)
		return ERR_MALFORMED;
	uint64_t size = count * len;

	*ret = (struct format_info){
		.size = size < in.len ? (size_t)size : in.len,
		.encrypted = ANSWER_NO,
		.authenticity = AUTHENTICITY_NONE,
	};
	format_detail(ret, "%llu blocks of %llu bytes",
	    (unsigned long long)count, (unsigned long long)len);
	if (size > in.len)
		format_detail(ret, ", cut short");
	return ERR_OK;
}

static void
detail_volume(struct format_info *info, struct bytes name)
{
	int len = detail_text_len(name);

	if (len > 0)
		format_detail(
		    info, ", volume \"%.*s\"", len, (const char *)name.ptr);
}

/* The boot sector's copy stands behind the last sector that it counts. */
static enum err
ntfs_probe(struct bytes in, struct format_info *ret)
{
	struct cursor c = cur_open_at(in, 11, "ntfs boot sector");
	uint64_t sector_len = cur_u16le(&c, "bytes_per_sector");
	uint8_t per_cluster = cur_u8(&c, "sectors_per_cluster");

	cur_skip(&c, 7, "reserved");
	uint8_t media = cur_u8(&c, "media_type");

	cur_seek(&c, 40, "sectors_per_volume");
	uint64_t sectors = cur_u64le(&c, "sectors_per_volume");
	uint64_t first = cur_u64le(&c, "mft_clst");

	cur_seek(&c, 510, "signature");
	if (cur_u16le(&c, "signature") != 0xaa55)
		cur_fail(&c, ERR_MALFORMED, 510, "signature");
	if (!cur_ok(&c))
		return c.fault.code;
	if (per_cluster == 0 || (media != 0xf8 && media != 0) ||
	    sectors == UINT64_MAX || first == 0 || first >= sectors)
		return ERR_MALFORMED;
	return measure(in, sectors + 1, sector_len, ret);
}

const struct format ntfs_format = {
	.name = "ntfs",
	.magic = { MAGIC(3, "NTFS    ") },
	.only_at_start = true,
	.probe = ntfs_probe,
};

static enum err
exfat_probe(struct bytes in, struct format_info *ret)
{
	struct cursor c = cur_open_at(in, 72, "exfat boot sector");
	uint64_t sectors = cur_u64le(&c, "VolumeLength");

	cur_seek(&c, 108, "BytesPerSectorShift");
	uint8_t shift = cur_u8(&c, "BytesPerSectorShift");

	cur_skip(&c, 1, "SectorsPerClusterShift");
	uint8_t tables = cur_u8(&c, "NumberOfFats");

	cur_seek(&c, 510, "BootSignature");
	if (cur_u16le(&c, "BootSignature") != 0xaa55)
		cur_fail(&c, ERR_MALFORMED, 510, "BootSignature");
	if (!cur_ok(&c))
		return c.fault.code;
	if (shift < 9 || shift > 12 || tables < 1 || tables > 2)
		return ERR_MALFORMED;
	return measure(in, sectors, UINT64_C(1) << shift, ret);
}

const struct format exfat_format = {
	.name = "exfat",
	.magic = { MAGIC(3, "EXFAT   ") },
	.only_at_start = true,
	.probe = exfat_probe,
};

static enum err
f2fs_probe(struct bytes in, struct format_info *ret)
{
	struct cursor c =
	    cur_open_at(in, SMALL_SUPER_AT + 8, "f2fs superblock");
	uint32_t sector_bits = cur_u32le(&c, "log_sectorsize");
	uint32_t sectors_bits = cur_u32le(&c, "log_sectors_per_block");
	uint32_t block_bits = cur_u32le(&c, "log_blocksize");

	cur_skip(&c, 16, "log_blocks_per_seg … checksum_offset");
	uint64_t blocks = cur_u64le(&c, "block_count");

	if (!cur_ok(&c))
		return c.fault.code;
	if (block_bits < 12 || block_bits > 16 ||
	    sector_bits + sectors_bits != block_bits)
		return ERR_MALFORMED;
	return measure(in, blocks, UINT64_C(1) << block_bits, ret);
}

const struct format f2fs_format = {
	.name = "f2fs",
	.magic = { MAGIC(1024, "\x10\x20\xf5\xf2") },
	.only_at_start = true,
	.probe = f2fs_probe,
};

/* Where the areas of a Minix file system are; they follow each other. */
struct minix {
	uint64_t inodes, inode_len, zones, inode_map, zone_map, first;
	uint64_t block_len;
	uint16_t log;
};

static enum err
read_minix_12(struct bytes in, struct minix *ret)
{
	struct cursor c = cur_open_at(in, SMALL_SUPER_AT, "minix superblock");
	struct minix m = { .block_len = 1024 };

	m.inodes = cur_u16le(&c, "s_ninodes");
	m.zones = cur_u16le(&c, "s_nzones");
	m.inode_map = cur_u16le(&c, "s_imap_blocks");
	m.zone_map = cur_u16le(&c, "s_zmap_blocks");
	m.first = cur_u16le(&c, "s_firstdatazone");
	m.log = cur_u16le(&c, "s_log_zone_size");
	(void)cur_u32le(&c, "s_max_size");
	uint16_t magic = cur_u16le(&c, "s_magic");
	uint16_t state = cur_u16le(&c, "s_state");
	uint64_t zones = cur_u32le(&c, "s_zones");
	bool second = magic == 0x2468 || magic == 0x2478;

	m.inode_len = second ? 64 : 32;
	if (second)
		m.zones = zones;
	if (state > 3)
		cur_fail(&c, ERR_MALFORMED, SMALL_SUPER_AT + 18, "s_state");
	*ret = m;
	return c.fault.code;
}

static enum err
read_minix_3(struct bytes in, struct minix *ret)
{
	struct cursor c = cur_open_at(in, SMALL_SUPER_AT, "minix superblock");
	struct minix m = { .inode_len = 64 };

	m.inodes = cur_u32le(&c, "s_ninodes");
	(void)cur_u16le(&c, "s_pad0");
	m.inode_map = cur_u16le(&c, "s_imap_blocks");
	m.zone_map = cur_u16le(&c, "s_zmap_blocks");
	m.first = cur_u16le(&c, "s_firstdatazone");
	m.log = cur_u16le(&c, "s_log_zone_size");
	cur_skip(&c, 6, "s_pad1, s_max_size");
	m.zones = cur_u32le(&c, "s_zones");
	cur_skip(&c, 4, "s_magic, s_pad2");
	m.block_len = cur_u16le(&c, "s_blocksize");
	*ret = m;
	return c.fault.code;
}

/* The magic has two bytes: the rest must fit together. */
static enum err
minix_probe(struct bytes in, struct format_info *ret)
{
	struct bytes third = bytes_slice(in, SMALL_SUPER_AT + 24, 2);
	struct minix m = { 0 };
	enum err err = bytes_equal(third, BYTES("\x5a\x4d"))
	    ? read_minix_3(in, &m)
	    : read_minix_12(in, &m);

	if (err != ERR_OK)
		return err;
	uint64_t bits = m.block_len * 8;

	if (m.inodes == 0 || m.log != 0 || m.zone_map == 0 ||
	    !is_block_len(m.block_len) ||
	    m.inode_map != (m.inodes + bits) / bits ||
	    m.zone_map > m.zones / bits + 1 ||
	    m.first !=
		2 + m.inode_map + m.zone_map +
		    (m.inodes * m.inode_len + m.block_len - 1) / m.block_len ||
	    m.first >= m.zones)
		return ERR_MALFORMED;
	return measure(in, m.zones, m.block_len, ret);
}

const struct format minix_format = {
	.name = "minix",
	.magic = { MAGIC(1040, "\x7f\x13"), MAGIC(1040, "\x8f\x13"),
	    MAGIC(1040, "\x68\x24"), MAGIC(1040, "\x78\x24"),
	    MAGIC(1048, "\x5a\x4d") },
	.only_at_start = true,
	.probe = minix_probe,
};

static enum err
btrfs_probe(struct bytes in, struct format_info *ret)
{
	struct bytes raw = bytes_slice(in, BTRFS_SUPER_AT, BTRFS_SUPER_LEN);
	struct cursor c = cur_open(raw, "btrfs superblock");
	uint32_t sum = cur_u32le(&c, "csum");

	cur_seek(&c, 0x30, "bytenr");
	if (cur_u64le(&c, "bytenr") != BTRFS_SUPER_AT)
		cur_fail(&c, ERR_MALFORMED, 0x30, "bytenr");
	cur_seek(&c, 0x90, "sectorsize");
	uint64_t sector_len = cur_u32le(&c, "sectorsize");

	cur_seek(&c, 0xc4, "csum_type");
	uint16_t sum_type = cur_u16le(&c, "csum_type");

	cur_seek(&c, 0xd1, "dev_item.total_bytes");
	uint64_t size = cur_u64le(&c, "dev_item.total_bytes");

	cur_seek(&c, 0x12b, "label");
	struct bytes label = cur_text(&c, 256, "label");

	cur_seek(&c, BTRFS_SUPER_LEN, "padding");
	if (!cur_ok(&c))
		return c.fault.code;
	if (sum_type == 0 &&
	    ~crc32c_add(UINT32_MAX, bytes_from(raw, 32)) != sum)
		return ERR_CHECKSUM;
	if (!is_block_len(sector_len))
		return ERR_MALFORMED;
	enum err err = measure(in, size / sector_len, sector_len, ret);

	if (err == ERR_OK)
		detail_volume(ret, label);
	return err;
}

const struct format btrfs_format = {
	.name = "btrfs",
	.magic = { MAGIC(0x10040, "_BHRfS_M") },
	.only_at_start = true,
	.probe = btrfs_probe,
};

static enum err
xfs_probe(struct bytes in, struct format_info *ret)
{
	struct cursor c = cur_open_at(in, 4, "xfs superblock");
	uint64_t block_len = cur_u32be(&c, "sb_blocksize");
	uint64_t blocks = cur_u64be(&c, "sb_dblocks");

	cur_seek(&c, 100, "sb_versionnum");
	unsigned version = cur_u16be(&c, "sb_versionnum") & 15;
	uint64_t sector_len = cur_u16be(&c, "sb_sectsize");

	cur_skip(&c, 4, "sb_inodesize, sb_inopblock");
	struct bytes name = cur_text(&c, 12, "sb_fname");
	uint8_t block_bits = cur_u8(&c, "sb_blocklog");

	if (!cur_ok(&c))
		return c.fault.code;
	if (version < 1 || version > 5 || !is_block_len(sector_len) ||
	    block_bits > 16 || block_len != UINT64_C(1) << block_bits)
		return ERR_MALFORMED;
	enum err err = measure(in, blocks, block_len, ret);

	if (err == ERR_OK)
		detail_volume(ret, name);
	return err;
}

const struct format xfs_format = {
	.name = "xfs",
	.magic = { MAGIC(0, "XFSB") },
	.only_at_start = true,
	.probe = xfs_probe,
};

static enum err
hfsplus_probe(struct bytes in, struct format_info *ret)
{
	struct cursor c =
	    cur_open_at(in, SMALL_SUPER_AT + 40, "hfs+ volume header");
	uint64_t block_len = cur_u32be(&c, "blockSize");
	uint64_t blocks = cur_u32be(&c, "totalBlocks");
	uint64_t unused = cur_u32be(&c, "freeBlocks");

	if (!cur_ok(&c))
		return c.fault.code;
	if (unused >= blocks)
		return ERR_MALFORMED;
	return measure(in, blocks, block_len, ret);
}

const struct format hfsplus_format = {
	.name = "hfsplus",
	.magic = { MAGIC(1024, "H+\x00\x04"), MAGIC(1024, "HX\x00\x05") },
	.only_at_start = true,
	.probe = hfsplus_probe,
};

static enum err
reiserfs_probe(struct bytes in, struct format_info *ret)
{
	struct cursor c =
	    cur_open_at(in, REISERFS_SUPER_AT, "reiserfs superblock");
	uint64_t blocks = cur_u32le(&c, "s_block_count");
	uint64_t unused = cur_u32le(&c, "s_free_blocks");

	cur_seek(&c, REISERFS_SUPER_AT + 44, "s_blocksize");
	uint64_t block_len = cur_u16le(&c, "s_blocksize");

	if (!cur_ok(&c))
		return c.fault.code;
	if (unused >= blocks)
		return ERR_MALFORMED;
	return measure(in, blocks, block_len, ret);
}

const struct format reiserfs_format = {
	.name = "reiserfs",
	.magic = { MAGIC(0x10034, "ReIsErFs"), MAGIC(0x10034, "ReIsEr2Fs"),
	    MAGIC(0x10034, "ReIsEr3Fs") },
	.only_at_start = true,
	.probe = reiserfs_probe,
};

/* How long it is its header does not say: to the end of the partition. */
static enum err
luks_probe(struct bytes in, struct format_info *ret)
{
	struct cursor c = cur_open_at(in, 6, "luks header");
	uint16_t version = cur_u16be(&c, "version");

	if (version != 1 && version != 2)
		cur_fail(&c, ERR_UNSUPPORTED, 6, "version");
	struct bytes cipher = cur_text(&c, 32, "cipherName");
	struct bytes mode = cur_text(&c, 32, "cipherMode");

	cur_seek(&c, EXTRA_LEN, "key slots");
	if (!cur_ok(&c))
		return c.fault.code;
	*ret = (struct format_info){ .size = in.len, .encrypted = ANSWER_YES };
	format_detail(ret, "LUKS%u", version);
	if (version == 1)
		format_detail(ret, ", %.*s-%.*s", detail_text_len(cipher),
		    (const char *)cipher.ptr, detail_text_len(mode),
		    (const char *)mode.ptr);
	return ERR_OK;
}

const struct format luks_format = {
	.name = "luks",
	.magic = { MAGIC(0, "LUKS\xba\xbe") },
	.only_at_start = true,
	.probe = luks_probe,
};
