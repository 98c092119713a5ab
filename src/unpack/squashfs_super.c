/* SPDX-License-Identifier: ISC */
/* The superblock of SquashFS, three layouts in two byte orders. */
#include "unpack/squashfs_private.h"

#define MAJOR_AT 28

/* 4.x numbers its compressors as enum squashfs_packing does. */
#define COMPRESSORS SQUASHFS_ZSTD

static void
read_super_2(struct cursor *c, struct squashfs_super *s)
{
	bool big = s->big;

	cur_seek(c, 4, "superblock");
	s->inode_count = cur_u32(c, big, "inodes");
	s->bytes_used = cur_u32(c, big, "bytes_used_2");
	s->id_table = cur_u32(c, big, "uid_start_2");
	s->gid_table = cur_u32(c, big, "guid_start_2");
	s->inode_table = cur_u32(c, big, "inode_table_start_2");
	s->directory_table = cur_u32(c, big, "directory_table_start_2");
	(void)cur_u32(c, big, "s_major, s_minor");
	(void)cur_u16(c, big, "block_size_1");
	s->block_log = cur_u16(c, big, "block_log");
	s->flags = cur_u8(c, "flags");
	s->id_count = cur_u8(c, "no_uids");
	s->gid_count = cur_u8(c, "no_guids");
	(void)cur_u32(c, big, "mkfs_time");
	s->root = cur_u64(c, big, "root_inode");
	s->block_size = cur_u32(c, big, "block_size");
	s->fragment_count = cur_u32(c, big, "fragments");
	s->fragment_table = cur_u32(c, big, "fragment_table_start_2");
	s->export_table = SQUASHFS_NO_TABLE;
	s->xattr_table = SQUASHFS_NO_TABLE;
}

/* 3.x keeps the layout of 2.x and repeats the offsets in 64 bits behind it. */
static void
read_super_3(struct cursor *c, struct squashfs_super *s)
{
	bool big = s->big;

	read_super_2(c, s);
	s->bytes_used = cur_u64(c, big, "bytes_used");
	s->id_table = cur_u64(c, big, "uid_start");
	s->gid_table = cur_u64(c, big, "guid_start");
	s->inode_table = cur_u64(c, big, "inode_table_start");
	s->directory_table = cur_u64(c, big, "directory_table_start");
	s->fragment_table = cur_u64(c, big, "fragment_table_start");
	s->export_table = cur_u64(c, big, "lookup_table_start");
}

static void
read_super_4(struct cursor *c, struct squashfs_super *s)
{
	bool big = s->big;

	cur_seek(c, 4, "superblock");
	s->inode_count = cur_u32(c, big, "inodes");
	(void)cur_u32(c, big, "mkfs_time");
	s->block_size = cur_u32(c, big, "block_size");
	s->fragment_count = cur_u32(c, big, "fragments");
	uint16_t compressor = cur_u16(c, big, "compression");

	if (compressor < 1 || compressor > COMPRESSORS)
		cur_fail(c, ERR_MALFORMED, 20, "compression");
	s->declared = compressor <= COMPRESSORS
	    ? (enum squashfs_packing)compressor
	    : SQUASHFS_UNKNOWN;
	s->block_log = cur_u16(c, big, "block_log");
	s->flags = cur_u16(c, big, "flags");
	s->id_count = cur_u16(c, big, "no_ids");
	(void)cur_u32(c, big, "s_major, s_minor");
	s->root = cur_u64(c, big, "root_inode");
	s->bytes_used = cur_u64(c, big, "bytes_used");
	s->id_table = cur_u64(c, big, "id_table_start");
	s->xattr_table = cur_u64(c, big, "xattr_id_table_start");
	s->inode_table = cur_u64(c, big, "inode_table_start");
	s->directory_table = cur_u64(c, big, "directory_table_start");
	s->fragment_table = cur_u64(c, big, "fragment_table_start");
	s->export_table = cur_u64(c, big, "lookup_table_start");
	s->gid_table = SQUASHFS_NO_TABLE;
}

/* Tables lie behind the superblock and inside what the image uses. */
static bool
is_inside(const struct squashfs_super *s, uint64_t table, size_t super_len)
{
	return table >= super_len && table < s->bytes_used;
}

static void
check_super(struct cursor *c, const struct squashfs_super *s)
{
	size_t len = c->pos;

	if (s->block_log < SQUASHFS_BLOCK_LOG_MIN ||
	    s->block_log > SQUASHFS_BLOCK_LOG_MAX ||
	    s->block_size != (uint32_t)1 << s->block_log)
		cur_fail(c, ERR_MALFORMED, len, "block_size, block_log");
	if (s->inode_count == 0)
		cur_fail(c, ERR_MALFORMED, 4, "inodes");
	if (!is_inside(s, s->inode_table, len))
		cur_fail(c, ERR_MALFORMED, len, "inode_table_start");
	if (!is_inside(s, s->directory_table, len) ||
	    s->directory_table <= s->inode_table)
		cur_fail(c, ERR_MALFORMED, len, "directory_table_start");
	if (s->fragment_count > 0 && !is_inside(s, s->fragment_table, len))
		cur_fail(c, ERR_MALFORMED, len, "fragment_table_start");
	if (s->id_count > 0 && !is_inside(s, s->id_table, len))
		cur_fail(c, ERR_MALFORMED, len, "id_table_start");
	if (s->root >> 16 >= s->directory_table - s->inode_table ||
	    (s->root & 0xffff) >= SQUASHFS_METADATA_LEN)
		cur_fail(c, ERR_MALFORMED, len, "root_inode");
}

enum err
squashfs_read_super(struct bytes in, struct squashfs_super *ret)
{
	struct cursor c = cur_open_at(in, MAJOR_AT, "squashfs superblock");
	struct squashfs_super s = { 0 };

	/* Vendors' magics say little; the version shows the byte order. */
	s.major = cur_u16(&c, false, "s_major");
	s.big = s.major > UINT8_MAX;
	cur_seek(&c, MAJOR_AT, "s_major");
	s.major = cur_u16(&c, s.big, "s_major");
	s.minor = cur_u16(&c, s.big, "s_minor");
	if (!cur_ok(&c))
		return c.fault.code;
	switch (s.major) {
	case 2:
		read_super_2(&c, &s);
		break;
	case 3:
		read_super_3(&c, &s);
		break;
	case 4:
		read_super_4(&c, &s);
		break;
	default:
		return ERR_UNSUPPORTED;
	}
	if (cur_ok(&c))
		check_super(&c, &s);
	if (cur_ok(&c))
		*ret = s;
	return c.fault.code;
}

uint64_t
squashfs_table_end(const struct squashfs_super *super, uint64_t start)
{
	const uint64_t tables[] = { super->id_table, super->gid_table,
		super->inode_table, super->directory_table,
		super->fragment_table, super->export_table,
		super->xattr_table };
	uint64_t end = super->bytes_used;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (tables[i] > start && tables[i] < end)
			end = tables[i];
	return end;
}
