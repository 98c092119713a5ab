/* SPDX-License-Identifier: ISC */
/* The table that parts an ESP32's flash, with what it names where that is. */
#include "base/cursor.h"
#include "base/limits.h"
#include "unpack/mcu.h"
#include "unpack/signatures.h"

#include <stdlib.h>

/* Source: ESP-IDF's esp_flash_partitions.h and "Partition Tables" guide. */
#define ENTRY_MAGIC 0x50aa
#define MD5_MAGIC 0xebeb
#define ENTRY_LEN ((size_t)32)
#define ENTRIES_MAX 95
#define LABEL_LEN ((size_t)16)
#define TABLE_LEN ((size_t)0xc00)
#define SECTOR_LEN ((size_t)4096)
#define FLASH_MAX_LEN ((size_t)128 * MIB)
#define TYPE_APP 0
#define TYPE_DATA 1
#define SUBTYPE_NVS 2
#define SUBTYPE_NVS_KEYS 4
#define FLAG_ENCRYPTED 1U
#define APP_MAGIC 0xe9

struct partition {
	uint8_t type, subtype;
	size_t at, len; /* in flash */
	struct bytes label;
	bool encrypted;
};

struct layout {
	size_t count;
	struct partition partition[ENTRIES_MAX];
	bool has_md5, md5_agrees;
	size_t table_len;
	/* Where in flash the table is; SIZE_MAX: what it names is not here. */
	size_t table_at;
	size_t end; /* behind the last partition that is here */
};

struct reader {
	struct bytes in;
	struct layout layout;
	size_t given;
	char name[LABEL_LEN + 2];
};

static bool
is_label(struct bytes in)
{
	return in.len > 0 && (size_t)detail_text_len(in) == in.len;
}

/* False: no entry. A label of 16 bytes has no zero behind it. */
static bool
read_entry(struct cursor *c, struct partition *ret)
{
	struct partition p = { 0 };

	if (cur_u16le(c, "magic") != ENTRY_MAGIC)
		return false;
	p.type = cur_u8(c, "type");
	p.subtype = cur_u8(c, "subtype");
	p.at = cur_u32le(c, "offset");
	p.len = cur_u32le(c, "size");
	p.label = cur_text(c, LABEL_LEN, "label");
	uint32_t flags = cur_u32le(c, "flags");

	p.encrypted = (flags & FLAG_ENCRYPTED) != 0;
	if (!cur_ok(c) || p.len == 0 || p.at % 4 != 0 || p.at > FLASH_MAX_LEN ||
	    p.len > FLASH_MAX_LEN || flags > 0xff || !is_label(p.label))
		return false;
	*ret = p;
	return true;
}

static void
read_md5(struct bytes in, size_t at, struct layout *l)
{
	struct cursor c = cur_open_at(in, at, "esp partition table");

	if (cur_u16le(&c, "magic") != MD5_MAGIC)
		return;
	cur_skip(&c, 14, "reserved");
	struct bytes digest = cur_bytes(&c, 16, "md5");

	if (!cur_ok(&c))
		return;
	l->has_md5 = true;
	l->md5_agrees = digest_agrees(HASH_MD5, bytes_slice(in, 0, at), digest);
}

/* An application where the table says one is, if the table is at `table_at`. */
static bool
fits(struct bytes in, const struct layout *l, size_t table_at)
{
	bool any = false;

	for (size_t i = 0; i < l->count; i++) {
		const struct partition *p = &l->partition[i];

		if (p->at < table_at + SECTOR_LEN)
			return false;
		size_t at = p->at - table_at;

		if (at >= in.len || p->type != TYPE_APP)
			continue;
		if (in.ptr[at] == APP_MAGIC || p->encrypted)
			any = true;
		else if (in.ptr[at] != 0xff) /* nor erased */
			return false;
	}
	return any;
}

/* The table knows where the partitions are in flash, not where it is itself:
   at 0x8000 unless configured otherwise, or right in front of the first. */
static size_t
find_table_at(struct bytes in, const struct layout *l)
{
	static const size_t usual[] = { 0x8000, 0x9000, 0xa000, 0xc000, 0xf000,
		0x10000 };
	size_t first = SIZE_MAX;

	for (size_t i = 0; i < l->count; i++)
		if (l->partition[i].at < first)
			first = l->partition[i].at;
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (fits(in, l, usual[i]))
			return usual[i];
	if (first >= SECTOR_LEN && fits(in, l, first - SECTOR_LEN))
		return first - SECTOR_LEN;
	return SIZE_MAX;
}

static enum err
read_layout(struct bytes in, struct layout *ret)
{
	struct cursor c =
	    cur_open(bytes_slice(in, 0, TABLE_LEN), "esp partition table");
	struct layout l = { .count = 0 };
	size_t at = 0;

	while (l.count < ENTRIES_MAX && read_entry(&c, &l.partition[l.count])) {
		l.count++;
		at = c.pos;
	}
	if (l.count == 0)
		return ERR_MALFORMED;
	read_md5(in, at, &l);
	/* What follows the last entry is its digest, or erased. */
	if (!l.has_md5 &&
	    !bytes_starts(bytes_from(in, at), BYTES("\xff\xff\xff\xff")))
		return ERR_MALFORMED;
	if (l.has_md5)
		at += ENTRY_LEN;
	while (at < in.len && at < TABLE_LEN && in.ptr[at] == 0xff)
		at++;
	l.table_len = at;
	l.end = at;
	l.table_at = find_table_at(in, &l);
	if (l.table_at != SIZE_MAX)
		for (size_t i = 0; i < l.count; i++) {
			const struct partition *p = &l.partition[i];
			size_t end = p->at - l.table_at + p->len;

			if (p->at - l.table_at >= in.len)
				continue;
			l.end = end > l.end ? end : l.end;
		}
	if (l.end > in.len)
		l.end = in.len;
	*ret = l;
	return ERR_OK;
}

static size_t
count_of(const struct layout *l, uint8_t type, uint8_t subtype)
{
	size_t count = 0;

	for (size_t i = 0; i < l->count; i++)
		count += l->partition[i].type == type &&
		    (type == TYPE_APP || l->partition[i].subtype == subtype);
	return count;
}

static void
describe(const struct layout *l, struct format_info *info)
{
	size_t encrypted = 0;

	for (size_t i = 0; i < l->count; i++)
		encrypted += l->partition[i].encrypted;
	format_detail(info, "%zu partitions, %zu for applications", l->count,
	    count_of(l, TYPE_APP, 0));
	if (count_of(l, TYPE_DATA, SUBTYPE_NVS_KEYS) > 0)
		format_detail(info, ", keys for an encrypted NVS");
	if (encrypted > 0)
		format_detail(info, ", %zu marked encrypted", encrypted);
	format_detail(info, ", %s",
	    !l->has_md5		? "no MD5"
		: l->md5_agrees ? "MD5 agrees"
				: "MD5 is wrong");
}

static enum err
table_probe(struct bytes in, struct format_info *ret)
{
	struct format_info info = { .encrypted = ANSWER_UNKNOWN };
	struct layout l;
	enum err err = read_layout(in, &l);

	if (err != ERR_OK)
		return err;
	info.size = l.end;
	/* The MD5 is of the table alone: of the rest it says nothing. */
	info.authenticity = AUTHENTICITY_UNKNOWN;
	describe(&l, &info);
	*ret = info;
	return ERR_OK;
}

static enum err
table_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct reader *r = calloc(1, sizeof(*r));

	(void)budget; /* nothing is made */
	if (r == NULL)
		return ERR_MEMORY;
	enum err err = read_layout(in, &r->layout);

	if (err != ERR_OK) {
		free(r);
		return err;
	}
	r->in = in;
	*ret_handle = r;
	return ERR_OK;
}

static enum err
table_next(void *handle, struct node *ret)
{
	struct reader *r = handle;
	const struct layout *l = &r->layout;

	while (l->table_at != SIZE_MAX && r->given < l->count) {
		const struct partition *p = &l->partition[r->given++];
		size_t at = p->at - l->table_at;

		if (at >= r->in.len)
			continue;
		*ret = (struct node){
			.kind = NODE_PAYLOAD,
			.size = p->len,
			.content = bytes_slice(r->in, at, p->len),
			.in_place = true,
			.at = at,
			.name = { (const uint8_t *)r->name,
			    format_clean_name(p->label, r->name) },
		};
		if (ret->name.len == 1) /* nothing but dots and slashes */
			ret->name.len = 0;
		/* The last partition is seldom written to its end. */
		ret->size = ret->content.len;
		return ERR_OK;
	}
	return ERR_END;
}

static void
table_close(void *handle)
{
	free(handle);
}

const struct format esp_partitions_format = {
	.name = "esp-partitions",
	.magic = { MAGIC(0, "\xaa\x50\x00"), MAGIC(0, "\xaa\x50\x01") },
	.probe = table_probe,
	.open = table_open,
	.next = table_next,
	.close = table_close,
};
