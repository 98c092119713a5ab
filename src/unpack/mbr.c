/* SPDX-License-Identifier: ISC */
/* MBR: four partitions, one of which may hold a chain of others. */
#include "base/cursor.h"
#include "base/number.h"
#include "unpack/disks.h"
#include "unpack/partitions.h"

#define TABLE_AT ((size_t)446)
#define MARK_AT ((size_t)510)
#define RECORD_LEN ((size_t)512)
#define ENTRIES 4
#define SECTOR_LEN ((size_t)512)
#define BIG_SECTOR_LEN ((size_t)4096)
#define LOGICAL_MAX 60 /* Linux stops at 255; tools at 60 */
#define TYPE_PROTECTIVE 0xee

struct entry {
	uint8_t status, type;
	uint64_t start, len; /* sectors */
};

struct record {
	struct entry entry[ENTRIES];
};

struct table {
	struct record record;
	size_t sector_len;
	uint64_t end; /* bytes: of the last partition */
};

static bool
is_extended(uint8_t type)
{
	return type == 0x05 || type == 0x0f || type == 0x85;
}

static const char *
type_text(uint8_t type)
{
	static const struct {
		uint8_t type;
		const char *text;
	} rows[] = {
		{ 0x01, "FAT12" },
		{ 0x04, "FAT16" },
		{ 0x05, "extended" },
		{ 0x06, "FAT16" },
		{ 0x07, "NTFS or exFAT" },
		{ 0x0b, "FAT32" },
		{ 0x0c, "FAT32" },
		{ 0x0e, "FAT16" },
		{ 0x0f, "extended" },
		{ 0x82, "Linux swap" },
		{ 0x83, "Linux" },
		{ 0x85, "extended" },
		{ 0x8e, "Linux LVM" },
		{ 0xa2, "boot loader" }, /* Altera's */
		{ 0xda, "data" },
		{ 0xee, "GPT" },
		{ 0xef, "EFI system" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].type == type)
			return rows[i].text;
	return "of another type";
}

/* A boot record with its mark; entries as they are. */
static enum err
read_record(struct bytes in, uint64_t at, struct record *ret)
{
	struct record r = { 0 };

	if (at > in.len || in.len - at < RECORD_LEN)
		return ERR_TRUNCATED;
	struct cursor c = cur_open_at(in, (size_t)at + TABLE_AT, "mbr");

	for (size_t i = 0; i < ENTRIES; i++) {
		r.entry[i].status = cur_u8(&c, "boot indicator");
		cur_skip(&c, 3, "starting CHS");
		r.entry[i].type = cur_u8(&c, "OS type");
		cur_skip(&c, 3, "ending CHS");
		r.entry[i].start = cur_u32le(&c, "starting LBA");
		r.entry[i].len = cur_u32le(&c, "size in LBA");
	}
	if (cur_u16le(&c, "signature") != 0xaa55)
		cur_fail(&c, ERR_MALFORMED, (size_t)at + MARK_AT, "signature");
	if (!cur_ok(&c))
		return c.fault.code;
	*ret = r;
	return ERR_OK;
}

/* Whether a value can be an entry; boot code and text hardly ever are. */
static bool
entry_is_plausible(const struct entry *e)
{
	if (e->status != 0 && e->status != 0x80)
		return false;
	if (e->type == 0)
		return e->status == 0 && e->start == 0 && e->len == 0;
	return e->start > 0 && e->len > 0;
}

static bool
entries_overlap(const struct entry *a, const struct entry *b)
{
	return a->type != 0 && b->type != 0 && a->start < b->start + b->len &&
	    b->start < a->start + a->len;
}

/*
 * All entries plausible, apart from each other, begun inside the image, and
 * only the last of them may be cut by its end (images are cut; GPT's guard
 * covers whatever size the disk may have).
 */
static bool
record_is_plausible(const struct record *r, uint64_t sectors)
{
	size_t used = 0;
	size_t active = 0;
	size_t cut = 0;

	for (size_t i = 0; i < ENTRIES; i++) {
		const struct entry *e = &r->entry[i];

		if (!entry_is_plausible(e))
			return false;
		if (e->type == 0)
			continue;
		if (e->start >= sectors)
			return false;
		used++;
		active += e->status == 0x80 ? 1 : 0;
		cut += e->len > sectors - e->start ? 1 : 0;
		for (size_t k = 0; k < i; k++)
			if (entries_overlap(e, &r->entry[k]))
				return false;
	}
	return used > 0 && active <= 1 && cut <= 1;
}

/* Partitions that start as file systems or boot records do. */
static size_t
count_starts(struct bytes in, const struct record *r, size_t sector_len)
{
	size_t count = 0;

	for (size_t i = 0; i < ENTRIES; i++) {
		uint64_t at = r->entry[i].start * sector_len;

		if (r->entry[i].type == 0 || at >= in.len)
			continue;
		struct bytes part = bytes_from(in, (size_t)at);

		if (bytes_equal(
			bytes_slice(part, MARK_AT, 2), BYTES("\x55\xaa")) ||
		    bytes_equal(
			bytes_slice(part, 0x438, 2), BYTES("\x53\xef")) ||
		    bytes_starts(part, BYTES("hsqs")))
			count++;
	}
	return count;
}

/* The table does not say how long sectors are: 512 bytes unless only 4096 lead
   to something. */
static enum err
read_table(struct bytes in, struct table *ret)
{
	struct table t = { .sector_len = SECTOR_LEN };
	enum err err = read_record(in, 0, &t.record);

	if (err != ERR_OK)
		return err;
	if (!record_is_plausible(&t.record, in.len / SECTOR_LEN))
		return ERR_MALFORMED;
	if (count_starts(in, &t.record, SECTOR_LEN) == 0 &&
	    count_starts(in, &t.record, BIG_SECTOR_LEN) > 0 &&
	    record_is_plausible(&t.record, in.len / BIG_SECTOR_LEN))
		t.sector_len = BIG_SECTOR_LEN;
	for (size_t i = 0; i < ENTRIES; i++) {
		const struct entry *e = &t.record.entry[i];
		uint64_t end = (e->start + e->len) * t.sector_len;

		if (e->type != 0 && end > t.end)
			t.end = end;
	}
	*ret = t;
	return ERR_OK;
}

static enum err
probe(struct bytes in, struct format_info *ret)
{
	struct format_info info = { .size = in.len };
	struct table t;
	enum err err = read_table(in, &t);
	const char *comma = "";

	if (err != ERR_OK)
		return err;
	if (t.end < in.len)
		info.size = (size_t)t.end;
	if (t.sector_len != SECTOR_LEN)
		format_detail(&info, "%zu-byte sectors, ", t.sector_len);
	for (size_t i = 0; i < ENTRIES; i++) {
		const struct entry *e = &t.record.entry[i];

		if (e->type == 0)
			continue;
		format_detail(&info, "%s%s (%02x)", comma, type_text(e->type),
		    (unsigned)e->type);
		comma = ", ";
	}
	if (t.end > in.len && t.record.entry[0].type != TYPE_PROTECTIVE)
		format_detail(&info, ", cut short");
	*ret = info;
	return ERR_OK;
}

/*
 * Logical partitions: a record each, with its partition counted from the
 * record and the next record counted from the extended partition. They may come
 * in any order; a ring ends at the limit.
 */
static void
add_logical(struct partitions *p, struct bytes in, const struct table *t,
    const struct entry *extended)
{
	uint64_t at = extended->start;
	uint64_t end = extended->start + extended->len;

	for (size_t i = 0; i < LOGICAL_MAX; i++) {
		struct record r;

		if (read_record(in, at * t->sector_len, &r) != ERR_OK ||
		    !entry_is_plausible(&r.entry[0]) ||
		    !entry_is_plausible(&r.entry[1])) {
			partitions_fail(p, ERR_MALFORMED);
			return;
		}
		const struct entry *e = &r.entry[0];
		const struct entry *next = &r.entry[1];

		partitions_add_own(p, at * t->sector_len, RECORD_LEN);
		if (e->type != 0 &&
		    (e->start >= end - at || e->len > end - at - e->start)) {
			partitions_fail(p, ERR_MALFORMED);
			return;
		}
		if (e->type != 0)
			partitions_add(p, (at + e->start) * t->sector_len,
			    e->len * t->sector_len, (struct bytes){ NULL, 0 });
		if (next->type == 0)
			return;
		if (!is_extended(next->type) || next->start >= extended->len) {
			partitions_fail(p, ERR_MALFORMED);
			return;
		}
		at = extended->start + next->start;
	}
	partitions_fail(p, ERR_LIMIT);
}

static enum err
open_mbr(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct partitions *p;
	struct table t;
	enum err err = read_table(in, &t);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		err = partitions_open(in, "mbr", &p);
	if (err != ERR_OK)
		return err;
	partitions_add_own(p, 0, RECORD_LEN);
	for (size_t i = 0; i < ENTRIES; i++) {
		const struct entry *e = &t.record.entry[i];
		uint64_t len = e->len * t.sector_len;

		if (e->type == 0)
			continue;
		if (e->type == TYPE_PROTECTIVE) { /* whatever is there of it */
			uint64_t at = e->start * t.sector_len;

			len = at < in.len && len > in.len - at ? in.len - at
							       : len;
		}
		if (is_extended(e->type))
			add_logical(p, in, &t, e);
		else
			partitions_add(p, e->start * t.sector_len, len,
			    (struct bytes){ NULL, 0 });
	}
	partitions_finish(p);
	*ret_handle = p;
	return ERR_OK;
}

const struct format mbr_format = {
	.name = "mbr",
	.magic = { MAGIC(MARK_AT, "\x55\xaa") },
	.only_at_start = true,
	.probe = probe,
	.open = open_mbr,
	.next = partitions_next,
	.used = partitions_used,
	.close = partitions_close,
};
