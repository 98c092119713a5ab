/* SPDX-License-Identifier: ISC */
/* GPT: a header and entries at the start of the disk, and again at its end. */
#include "base/cursor.h"
#include "base/limits.h"
#include "base/number.h"
#include "codec/crc.h"
#include "unpack/disks.h"
#include "unpack/partitions.h"
#include "unpack/utf16.h"

#include <string.h>

#define HEADER_MIN_LEN ((size_t)92)
#define CRC_AT ((size_t)16)
#define ENTRY_MIN_LEN 128
#define ENTRIES_MAX 1024 /* 128 by far the most usual */
#define GUID_LEN ((size_t)16)
#define NAME_LEN ((size_t)72)
#define MBR_TABLE_AT ((size_t)446)
#define MBR_ENTRY_LEN ((size_t)16)
#define MBR_ENTRIES 4
#define MBR_TYPE_AT 4
#define TYPE_PROTECTIVE 0xee

struct header {
	uint64_t lba, other_lba; /* of this header, of the other one */
	uint64_t last_usable;
	uint64_t entries_lba;
	uint32_t entries, entry_len;
	struct bytes table; /* all entries */
	bool table_right;
};

struct disk {
	size_t sector_len;
	struct header header; /* which was read */
	bool backup;	      /* it is the one at the end */
	bool both;	      /* and the other one is right too */
	struct header other;
	bool hybrid; /* the MBR names partitions besides the guard */
};

struct entry {
	struct bytes type;    /* GUID_LEN */
	uint64_t first, last; /* sectors, both inclusive */
	char name[UTF16_ROOM(NAME_LEN)];
};

static bool
crc_agrees(struct bytes raw, uint32_t crc)
{
	static const uint8_t zero[4] = { 0 };
	uint32_t made = crc32_of(bytes_slice(raw, 0, CRC_AT));

	made = crc32_add(made, (struct bytes){ zero, sizeof(zero) });
	return crc32_add(made, bytes_from(raw, CRC_AT + 4)) == crc;
}

/* The header at sector `lba`; its table's checksum is told, not required. */
static enum err
read_header(
    struct bytes in, uint64_t lba, size_t sector_len, struct header *ret)
{
	if (lba > (in.len - size_min(in.len, 1)) / sector_len)
		return ERR_TRUNCATED;
	size_t at = (size_t)lba * sector_len;
	struct cursor c = cur_open_at(in, at, "gpt header");
	struct header h = { 0 };

	if (!bytes_equal(cur_bytes(&c, 8, "Signature"), BYTES("EFI PART")))
		cur_fail(&c, ERR_MALFORMED, at, "Signature");
	if (cur_u32le(&c, "Revision") >> 16 != 1)
		cur_fail(&c, ERR_UNSUPPORTED, at + 8, "Revision");
	size_t len = cur_u32le(&c, "HeaderSize");
	uint32_t crc = cur_u32le(&c, "HeaderCRC32");

	(void)cur_u32le(&c, "Reserved");
	h.lba = cur_u64le(&c, "MyLBA");
	h.other_lba = cur_u64le(&c, "AlternateLBA");
	(void)cur_u64le(&c, "FirstUsableLBA");
	h.last_usable = cur_u64le(&c, "LastUsableLBA");
	(void)cur_bytes(&c, GUID_LEN, "DiskGUID");
	h.entries_lba = cur_u64le(&c, "PartitionEntryLBA");
	h.entries = cur_u32le(&c, "NumberOfPartitionEntries");
	h.entry_len = cur_u32le(&c, "SizeOfPartitionEntry");
	uint32_t table_crc = cur_u32le(&c, "PartitionEntryArrayCRC32");

	if (!cur_ok(&c))
		return c.fault.code;
	if (len < HEADER_MIN_LEN || len > sector_len || h.lba != lba)
		return ERR_MALFORMED;
	if (!crc_agrees(bytes_slice(in, at, len), crc))
		return ERR_CHECKSUM;
	if (h.entries == 0 || h.entries > ENTRIES_MAX ||
	    h.entry_len < ENTRY_MIN_LEN || h.entry_len > sector_len ||
	    h.entry_len % 8 != 0 || h.entries_lba > in.len / sector_len)
		return ERR_MALFORMED;
	size_t table_len = (size_t)h.entries * h.entry_len;

	h.table =
	    bytes_slice(in, (size_t)h.entries_lba * sector_len, table_len);
	h.table_right =
	    h.table.len == table_len && crc32_of(h.table) == table_crc;
	*ret = h;
	return ERR_OK;
}

/* Whether the MBR in front has a guard over the GPT, and what else. */
static bool
has_guard(struct bytes in, bool *ret_hybrid)
{
	bool guard = false;
	size_t others = 0;

	if (!bytes_equal(bytes_slice(in, 510, 2), BYTES("\x55\xaa")))
		return false;
	for (size_t i = 0; i < MBR_ENTRIES; i++) {
		uint8_t type =
		    in.ptr[MBR_TABLE_AT + i * MBR_ENTRY_LEN + MBR_TYPE_AT];

		if (type == TYPE_PROTECTIVE)
			guard = true;
		else if (type != 0)
			others++;
	}
	*ret_hybrid = guard && others > 0;
	return guard;
}

/* The primary header, or the backup when only that is right. */
static bool
find_headers(struct bytes in, size_t sector_len, bool guard, struct disk *ret)
{
	struct disk d = { .sector_len = sector_len };
	bool first = read_header(in, 1, sector_len, &d.header) == ERR_OK;
	uint64_t last = in.len / sector_len;

	if (first)
		last = d.header.other_lba + 1;
	else if (!guard)
		return false;
	bool second = last > 2 &&
	    read_header(in, last - 1, sector_len, &d.other) == ERR_OK &&
	    d.other.table_right;

	if (!first && !second)
		return false;
	d.both = first && second && d.header.table_right;
	if (second && (!first || !d.header.table_right)) {
		struct header swap = d.header;

		d.header = d.other;
		d.other = swap;
		d.backup = true;
	}
	*ret = d;
	return true;
}

static enum err
read_disk(struct bytes in, struct disk *ret)
{
	static const size_t sector_lens[] = { 512, 4096 };
	bool hybrid = false;
	bool guard = has_guard(in, &hybrid);

	for (size_t i = 0; i < sizeof(sector_lens) / sizeof(sector_lens[0]);
	     i++)
		if (find_headers(in, sector_lens[i], guard, ret)) {
			ret->hybrid = hybrid;
			return ERR_OK;
		}
	return ERR_MALFORMED;
}

/* Entry `number`; false when it is not used, or not there. */
static bool
read_entry(const struct header *h, size_t number, struct entry *ret)
{
	static const uint8_t unused[GUID_LEN] = { 0 };
	struct cursor c =
	    cur_open_at(h->table, number * h->entry_len, "gpt entry");

	ret->type = cur_bytes(&c, GUID_LEN, "PartitionTypeGUID");
	cur_skip(&c, GUID_LEN, "UniquePartitionGUID");
	ret->first = cur_u64le(&c, "StartingLBA");
	ret->last = cur_u64le(&c, "EndingLBA");
	cur_skip(&c, 8, "Attributes");
	(void)utf16_to_utf8(
	    cur_bytes(&c, NAME_LEN, "PartitionName"), ret->name);
	return cur_ok(&c) && memcmp(ret->type.ptr, unused, GUID_LEN) != 0;
}

/* Source: UEFI Specification 2.10 §5.3.3, table 5.7; the others' makers. The
   first three fields are little-endian. */
static const char *
type_text(struct bytes type)
{
	static const struct {
		const char *guid;
		const char *text;
	} rows[] = {
		{ "\x28\x73\x2a\xc1\x1f\xf8\xd2\x11\xba\x4b\x00\xa0\xc9\x3e"
		  "\xc9\x3b",
		    "EFI system" },
		{ "\xaf\x3d\xc6\x0f\x83\x84\x72\x47\x8e\x79\x3d\x69\xd8\x47"
		  "\x7d\xe4",
		    "Linux" },
		{ "\xa2\xa0\xd0\xeb\xe5\xb9\x33\x44\x87\xc0\x68\xb6\xb7\x26"
		  "\x99\xc7",
		    "basic data" },
		{ "\x48\x61\x68\x21\x49\x64\x6f\x6e\x74\x4e\x65\x65\x64\x45"
		  "\x46\x49",
		    "BIOS boot" },
		{ "\x6d\xfd\x57\x06\xab\xa4\xc4\x43\x84\xe5\x09\x33\xc8\x4b"
		  "\x4f\x4f",
		    "Linux swap" },
		{ "\x45\xb0\x21\xb9\xf0\x1d\xc3\x41\xaf\x44\x4c\x6f\x28\x0d"
		  "\x3f\xae",
		    "Linux root (aarch64)" },
		{ "\x10\xd7\xda\x69\xe4\x2c\x3c\x4e\xb1\x6c\x21\xa1\xd4\x9a"
		  "\xbe\xd3",
		    "Linux root (arm)" },
		{ "\xe3\xbc\x68\x4f\xcd\xe8\xb1\x4d\x96\xe7\xfb\xca\xf9\x84"
		  "\xb7\x09",
		    "Linux root (x86-64)" },
		{ "\x5d\x2a\x3a\xfe\x32\x4f\xa7\x41\xb7\x25\xac\xcc\x32\x85"
		  "\xa3\x09",
		    "ChromeOS kernel" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (memcmp(type.ptr, rows[i].guid, GUID_LEN) == 0)
			return rows[i].text;
	return "other";
}

static void
detail_entries(const struct disk *d, struct format_info *info)
{
	size_t used = 0;
	struct entry e;

	for (size_t i = 0; i < d->header.entries; i++)
		if (read_entry(&d->header, i, &e))
			used++;
	format_detail(info, "%zu-byte sectors, %zu partition%s", d->sector_len,
	    used, used == 1 ? "" : "s");
	if (d->hybrid)
		format_detail(info, ", hybrid MBR");
	if (d->backup)
		format_detail(info, ", read from the backup");
	else if (!d->header.table_right)
		format_detail(info, ", entries fail their checksum");
	else if (!d->both)
		format_detail(info, ", no backup");
	for (size_t i = 0; i < d->header.entries; i++)
		if (read_entry(&d->header, i, &e))
			format_detail(
			    info, ", \"%s\" %s", e.name, type_text(e.type));
}

/* Bytes through the backup, or at least through the last partition. */
static size_t
disk_len(const struct disk *d, struct bytes in)
{
	const struct header *h = &d->header;
	uint64_t sectors = h->last_usable;

	if (h->lba > sectors)
		sectors = h->lba;
	if (h->other_lba > sectors)
		sectors = h->other_lba;
	if (sectors >= in.len / d->sector_len)
		return in.len;
	return (size_t)(sectors + 1) * d->sector_len;
}

static enum err
probe(struct bytes in, struct format_info *ret)
{
	struct disk d;
	enum err err = read_disk(in, &d);

	if (err != ERR_OK)
		return err;
	*ret = (struct format_info){ .size = disk_len(&d, in) };
	detail_entries(&d, ret);
	return ERR_OK;
}

static void
add_own(struct partitions *p, const struct disk *d, const struct header *h)
{
	size_t len = 0;

	if (size_round_up(
		(size_t)h->entries * h->entry_len, d->sector_len, &len))
		partitions_add_own(p, h->entries_lba * d->sector_len, len);
	partitions_add_own(p, h->lba * d->sector_len, d->sector_len);
}

static void
add_entries(struct partitions *p, const struct disk *d)
{
	uint64_t sectors_max = UINT64_MAX / d->sector_len;
	struct entry e;

	for (size_t i = 0; i < d->header.entries; i++) {
		if (!read_entry(&d->header, i, &e))
			continue;
		if (e.first > e.last || e.last >= sectors_max)
			partitions_fail(p, ERR_MALFORMED);
		else
			partitions_add(p, e.first * d->sector_len,
			    (e.last - e.first + 1) * d->sector_len,
			    bytes_of(e.name));
	}
}

static enum err
open_gpt(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct partitions *p;
	struct disk d;
	enum err err = read_disk(in, &d);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		err = partitions_open(in, "gpt", &p);
	if (err != ERR_OK)
		return err;
	partitions_add_own(p, 0, d.sector_len);
	add_own(p, &d, &d.header);
	if (d.both)
		add_own(p, &d, &d.other);
	if (!d.header.table_right)
		partitions_fail(p, ERR_CHECKSUM);
	add_entries(p, &d);
	partitions_finish(p);
	*ret_handle = p;
	return ERR_OK;
}

const struct format gpt_format = {
	.name = "gpt",
	.magic = { MAGIC(512, "EFI PART"), MAGIC(4096, "EFI PART"),
	    MAGIC(510, "\x55\xaa") },
	.only_at_start = true,
	.probe = probe,
	.open = open_gpt,
	.next = partitions_next,
	.used = partitions_used,
	.close = partitions_close,
};
