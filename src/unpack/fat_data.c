/* SPDX-License-Identifier: ISC */
/* Boot sector, table and clusters of FAT. */
#include "base/cursor.h"
#include "base/number.h"
#include "unpack/fat_private.h"

#include <stdlib.h>
#include <string.h>

/* Fewer clusters than these: FAT12, FAT16 (§3.5 of the specification). */
#define FAT12_CLUSTERS 4085
#define FAT16_CLUSTERS 65525
#define FAT32_CLUSTERS 0x0ffffff5

/* Fields of the boot sector, before they are understood. */
struct boot {
	uint8_t jump[3];
	size_t sector_len, sectors_per_cluster, reserved, tables;
	size_t root_entries;
	uint8_t media;
	uint64_t sectors, sectors_per_table;
	bool is_fat32;
	uint16_t flags;
	uint32_t root_first;
	struct bytes label;
};

static enum err
read_boot(struct bytes in, struct boot *ret)
{
	struct cursor c = cur_open(in, "fat boot sector");
	struct boot b = { 0 };

	for (size_t i = 0; i < sizeof(b.jump); i++)
		b.jump[i] = cur_u8(&c, "BS_jmpBoot");
	cur_skip(&c, 8, "BS_OEMName");
	b.sector_len = cur_u16le(&c, "BPB_BytsPerSec");
	b.sectors_per_cluster = cur_u8(&c, "BPB_SecPerClus");
	b.reserved = cur_u16le(&c, "BPB_RsvdSecCnt");
	b.tables = cur_u8(&c, "BPB_NumFATs");
	b.root_entries = cur_u16le(&c, "BPB_RootEntCnt");
	b.sectors = cur_u16le(&c, "BPB_TotSec16");
	b.media = cur_u8(&c, "BPB_Media");
	b.sectors_per_table = cur_u16le(&c, "BPB_FATSz16");
	cur_skip(&c, 8, "BPB_SecPerTrk, BPB_NumHeads, BPB_HiddSec");
	uint32_t sectors_32 = cur_u32le(&c, "BPB_TotSec32");

	b.is_fat32 = b.sectors_per_table == 0;
	if (b.sectors == 0)
		b.sectors = sectors_32;
	if (b.is_fat32) {
		b.sectors_per_table = cur_u32le(&c, "BPB_FATSz32");
		b.flags = cur_u16le(&c, "BPB_ExtFlags");
		if (cur_u16le(&c, "BPB_FSVer") != 0)
			cur_fail(&c, ERR_UNSUPPORTED, 42, "BPB_FSVer");
		b.root_first = cur_u32le(&c, "BPB_RootClus");
		cur_skip(&c, 16, "BPB_FSInfo, BPB_BkBootSec, reserved");
	}
	cur_skip(&c, 2, "BS_DrvNum, reserved");
	bool has_label = cur_u8(&c, "BS_BootSig") == 0x29;

	cur_skip(&c, 4, "BS_VolID");
	b.label = cur_bytes(&c, FAT_LABEL_LEN, "BS_VolLab");
	if (!has_label)
		b.label.len = 0;
	cur_seek(&c, 510, "signature");
	if (cur_u16le(&c, "signature") != 0xaa55)
		cur_fail(&c, ERR_MALFORMED, 510, "signature");
	if (!cur_ok(&c))
		return c.fault.code;
	*ret = b;
	return ERR_OK;
}

static bool
is_power_of_two(size_t n)
{
	return n > 0 && (n & (n - 1)) == 0;
}

static bool
boot_is_plausible(const struct boot *b)
{
	bool jump =
	    (b->jump[0] == 0xeb && b->jump[2] == 0x90) || b->jump[0] == 0xe9;

	return jump && is_power_of_two(b->sector_len) && b->sector_len >= 512 &&
	    b->sector_len <= 4096 && is_power_of_two(b->sectors_per_cluster) &&
	    b->reserved > 0 && (b->tables == 1 || b->tables == 2) &&
	    (b->media == 0xf0 || b->media >= 0xf8) && b->sectors > 0 &&
	    b->sectors_per_table > 0 &&
	    (b->is_fat32 ? b->root_entries == 0 && b->root_first >= 2
			 : b->root_entries > 0);
}

/* A table begins with the medium and ones. */
static bool
table_begins(struct bytes table, uint8_t media)
{
	return table.len > 3 && table.ptr[0] == media && table.ptr[1] == 0xff;
}

static struct bytes
table_at(struct bytes in, const struct boot *b, size_t number)
{
	uint64_t len = b->sectors_per_table * b->sector_len;
	uint64_t at = b->reserved * b->sector_len + number * len;

	if (at >= in.len)
		return (struct bytes){ NULL, 0 };
	return bytes_slice(in, (size_t)at, size_min((size_t)len, in.len));
}

/* Chooses the copy: FAT32 may say which; else the first that begins right. */
static enum err
find_table(struct bytes in, const struct boot *b, struct fat_super *s)
{
	size_t active =
	    b->is_fat32 && (b->flags & 0x80) != 0 ? b->flags & 15 : 0;

	if (active >= b->tables)
		return ERR_MALFORMED;
	s->table = table_at(in, b, active);
	for (size_t i = 0; i < b->tables; i++) {
		struct bytes other = table_at(in, b, i);

		if (!table_begins(s->table, b->media))
			s->table = other;
		else if (other.len > 0 &&
		    memcmp(s->table.ptr, other.ptr,
			size_min(other.len, s->table.len)) != 0)
			s->copies_differ = true;
	}
	return table_begins(s->table, b->media) ? ERR_OK : ERR_MALFORMED;
}

static bool
count_clusters(const struct boot *b, struct fat_super *s)
{
	uint64_t sector_len = b->sector_len;
	uint64_t root_sectors =
	    (b->root_entries * FAT_ENTRY_LEN + sector_len - 1) / sector_len;
	uint64_t root = b->reserved + b->tables * b->sectors_per_table;
	uint64_t data = root + root_sectors;

	if (data >= b->sectors)
		return false;
	uint64_t count = (b->sectors - data) / b->sectors_per_cluster;

	s->bits = count < FAT12_CLUSTERS ? 12 : 16;
	if (b->is_fat32)
		s->bits = 32;
	else if (count >= FAT16_CLUSTERS)
		return false;
	/* No more than the table has entries for. */
	uint64_t room = b->sectors_per_table * sector_len * 8 / s->bits;

	if (room < 3)
		return false;
	if (count > room - 2)
		count = room - 2;
	if (count == 0 || count > FAT32_CLUSTERS)
		return false;
	s->clusters = (uint32_t)count;
	s->cluster_len = b->sectors_per_cluster * b->sector_len;
	s->root_at = root * sector_len;
	s->root_len = b->root_entries * FAT_ENTRY_LEN;
	s->root_first = b->root_first;
	s->data_at = data * sector_len;
	s->size = b->sectors * sector_len;
	return true;
}

enum err
fat_read_super(struct bytes in, struct fat_super *ret)
{
	struct fat_super s = { 0 };
	struct boot b = { 0 };
	enum err err = read_boot(in, &b);

	if (err != ERR_OK)
		return err;
	if (!boot_is_plausible(&b) || !count_clusters(&b, &s))
		return ERR_MALFORMED;
	err = find_table(in, &b, &s);
	if (err != ERR_OK)
		return err;
	s.label = b.label;
	*ret = s;
	return ERR_OK;
}

enum err
fat_next_cluster(const struct fat_super *s, uint32_t cluster, uint32_t *ret)
{
	uint32_t next;
	uint32_t mask = s->bits == 32 ? 0x0fffffff : (1u << s->bits) - 1;
	size_t at = (size_t)cluster * s->bits / 8;
	struct cursor c = cur_open_at(s->table, at, "fat table");

	if (s->bits == 32)
		next = cur_u32le(&c, "entry");
	else
		next = cur_u16le(&c, "entry");
	if (s->bits == 12 && cluster % 2 == 1)
		next >>= 4;
	next &= mask;
	if (!cur_ok(&c))
		return c.fault.code;
	if (next >= (mask & ~7u))
		return ERR_END;
	if (next < 2 || next - 2 >= s->clusters)
		return ERR_MALFORMED;
	*ret = next;
	return ERR_OK;
}

struct bytes
fat_cluster(struct bytes in, const struct fat_super *s, uint32_t cluster)
{
	uint64_t at = s->data_at + (uint64_t)(cluster - 2) * s->cluster_len;

	if (at >= in.len)
		return (struct bytes){ NULL, 0 };
	return bytes_slice(in, (size_t)at, s->cluster_len);
}

/* Clusters of a file that lie side by side. */
struct run {
	uint32_t first;
	uint32_t count;
};

/*
 * The run at the start of a chain, of at most `most` clusters, none of which
 * may have been met before; *ret_next is the cluster behind it, 0 when the
 * chain ends there.
 */
static enum err
read_run(struct fat *fs, uint32_t first, uint64_t most, struct run *ret,
    uint32_t *ret_next)
{
	struct run run = { .first = first };
	uint32_t cluster = first;
	uint32_t next = 0;

	for (;;) {
		if (cluster < 2 || cluster - 2 >= fs->super.clusters)
			return ERR_MALFORMED;
		if (cluster >= fs->visits.count)
			return ERR_TRUNCATED;
		if (!visits_add(&fs->visits, cluster))
			return ERR_MALFORMED;
		run.count++;
		next = 0;
		if (run.count == most)
			break; /* what follows is not the file's */
		enum err err = fat_next_cluster(&fs->super, cluster, &next);

		if (err == ERR_END)
			break;
		if (err != ERR_OK)
			return err;
		if (next != cluster + 1)
			break;
		cluster = next;
	}
	*ret = run;
	*ret_next = next;
	return ERR_OK;
}

/* Bytes of a run, no more than are wanted. */
static struct bytes
run_bytes(const struct fat *fs, const struct run *run, size_t wanted)
{
	struct bytes start = fat_cluster(fs->in, &fs->super, run->first);
	uint64_t len = (uint64_t)run->count * fs->super.cluster_len;

	if (start.len == 0)
		return start;
	if (len > wanted)
		len = wanted;
	return bytes_slice(bytes_from(fs->in, (size_t)(start.ptr - fs->in.ptr)),
	    0, (size_t)len);
}

/* A file in several pieces. */
static enum err
copy_runs(struct fat *fs, struct bytes begin, uint32_t next, size_t size,
    struct node *node)
{
	size_t len = begin.len;
	enum err err = ERR_OK;

	if (budget_take(fs->budget, size) != ERR_OK)
		return ERR_LIMIT;
	fs->file = malloc(size);
	if (fs->file == NULL)
		return ERR_MEMORY;
	memcpy(fs->file, begin.ptr, begin.len);
	while (err == ERR_OK && len < size) {
		uint64_t most = (size - len + fs->super.cluster_len - 1) /
		    fs->super.cluster_len;
		struct run run;

		err = next == 0 ? ERR_MALFORMED
				: read_run(fs, next, most, &run, &next);
		if (err != ERR_OK)
			break;
		struct bytes part = run_bytes(fs, &run, size - len);

		if (part.len > 0)
			memcpy(fs->file + len, part.ptr, part.len);
		len += part.len;
		if (len < size && part.len % fs->super.cluster_len != 0)
			err = ERR_TRUNCATED;
	}
	if (err != ERR_OK)
		node_fail(node, err, len, "fat", "cluster chain");
	node->content = (struct bytes){ fs->file, len };
	return ERR_OK;
}

enum err
fat_read_file(struct fat *fs, uint32_t first, uint32_t size, struct node *node)
{
	uint64_t most = ((uint64_t)size + fs->super.cluster_len - 1) /
	    fs->super.cluster_len;
	size_t wanted = size_min(size, LIMIT_FILE_LEN);
	struct run run;
	uint32_t next = 0;

	node->size = size;
	if (size == 0)
		return ERR_OK;
	if (size > LIMIT_FILE_LEN)
		node_fail(node, ERR_LIMIT, 0, "fat", "DIR_FileSize");
	enum err err = most > fs->super.clusters
	    ? ERR_MALFORMED
	    : read_run(fs, first, most, &run, &next);

	if (err != ERR_OK) {
		node_fail(node, err, 0, "fat", "cluster chain");
		return ERR_OK;
	}
	struct bytes begin = run_bytes(fs, &run, wanted);

	if (begin.len < wanted && next != 0 && begin.len > 0)
		return copy_runs(fs, begin, next, wanted, node);
	if (begin.len < wanted)
		node_fail(node,
		    next == 0 &&
			    (uint64_t)run.count * fs->super.cluster_len < size
			? ERR_MALFORMED
			: ERR_TRUNCATED,
		    0, "fat", "cluster chain");
	node->content = begin;
	node->in_place = begin.len > 0;
	if (node->in_place)
		node->at = (size_t)(begin.ptr - fs->in.ptr);
	return ERR_OK;
}
