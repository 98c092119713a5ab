/* SPDX-License-Identifier: ISC */
/* Cameras and television boxes: tables of parts behind a header. */
#include "unpack/vendor.h"
#include "unpack/vendor_private.h"

#include "base/cursor.h"
#include "codec/crc.h"

#include <string.h>

/* Amlogic: items of 128 bytes, in version 2 of 576. */
#define AML_HEADER_LEN ((size_t)64)
#define AML_VERSION_AT 4
#define AML_COUNT_AT 24
#define AML_ITEMS_MAX 512U

static bool
aml_item(const struct vendor_image *image, size_t number, uint64_t *ret_at,
    uint64_t *ret_len)
{
	bool first = vendor_u32le(image->in, AML_VERSION_AT) == 1;
	struct cursor c = cur_open_at(image->in,
	    AML_HEADER_LEN + number * (first ? 128 : 576) + 16, "item");
	uint64_t at = cur_u64le(&c, "offset");
	uint64_t len = cur_u64le(&c, "size");

	if (!cur_ok(&c) || at < AML_HEADER_LEN || at > image->total ||
	    len > image->total - at)
		return false;
	*ret_at = at;
	*ret_len = len;
	return true;
}

static bool
aml_check(const struct vendor_image *image, struct format_info *info)
{
	uint32_t version = vendor_u32le(image->in, AML_VERSION_AT);
	uint32_t count = vendor_u32le(image->in, AML_COUNT_AT);
	uint64_t at;
	uint64_t len;

	if (version == 0 || version > 2 || count == 0 || count > AML_ITEMS_MAX)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!aml_item(image, i, &at, &len))
			return false;
	format_detail(info, ", version %u, %u items", version, count);
	return true;
}

static void
aml_parts(const struct vendor_image *image, struct slices *to)
{
	uint32_t count = vendor_u32le(image->in, AML_COUNT_AT);
	uint64_t at;
	uint64_t len;

	for (size_t i = 0; i < count && aml_item(image, i, &at, &len); i++)
		slices_add(to, (size_t)at, (size_t)len, false);
}

static const struct vendor_row amlogic_rows[] = {
	{
	    .says = "Amlogic",
	    .magic = { { 8, 4, "\x56\x19\xb5\x27" }, { 16, 4, "\0\0\0\0" } },
	    .header_len = AML_HEADER_LEN,
	    .counts = VENDOR_TOTAL,
	    .size = { { VENDOR_U32LE, 12, 0 } },
	    .sum = { { "CRC", VENDOR_CRC32_PLAIN, 0, 4, VENDOR_END, false,
		false } },
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_UNKNOWN,
	    .check = aml_check,
	    .parts = aml_parts,
	},
};

VENDOR_FORMAT(amlogic, amlogic_rows, "amlogic");

/* Novatek: each 16-bit word and its number add up to zero. */
#define NVT_HEADER_LEN 128
#define NVT_TABLE_AT 20
#define NVT_COUNT_AT 24
#define NVT_ENTRY_LEN 12
#define NVT_PARTS_MAX 64U
#define CKSM_DATA_LEN_AT 20

static bool
nvt_sum_agrees(struct bytes in)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < in.len; i += 2)
		sum += ((uint32_t)in.ptr[i + 1] << 8 | in.ptr[i]) +
		    (uint32_t)(i / 2);
	return (sum & 0xffff) == 0;
}

static bool
nvt_entry(const struct vendor_image *image, size_t number, size_t *ret_at,
    size_t *ret_len)
{
	size_t entry =
	    vendor_u32le(image->in, NVT_TABLE_AT) + number * NVT_ENTRY_LEN;
	size_t at = vendor_u32le(image->in, entry);
	size_t len = vendor_u32le(image->in, entry + 4);

	if (at < image->header_len || at > image->total ||
	    len > image->total - at)
		return false;
	*ret_at = at;
	*ret_len = len;
	return true;
}

static bool
nvt_check(const struct vendor_image *image, struct format_info *info)
{
	uint32_t count = vendor_u32le(image->in, NVT_COUNT_AT);
	size_t at;
	size_t len;

	if (count == 0 || count > NVT_PARTS_MAX)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!nvt_entry(image, i, &at, &len))
			return false;
	format_detail(info, ", %u parts", count);
	if (!image->cut_short)
		format_detail(info, ", sum %s",
		    nvt_sum_agrees(image->in) ? "agrees" : "is wrong");
	return true;
}

static void
nvt_parts(const struct vendor_image *image, struct slices *to)
{
	uint32_t count = vendor_u32le(image->in, NVT_COUNT_AT);
	size_t at;
	size_t len;

	for (size_t i = 0; i < count && nvt_entry(image, i, &at, &len); i++)
		slices_add(to, at, len, false);
}

static bool
cksm_check(const struct vendor_image *image, struct format_info *info)
{
	if (!image->cut_short)
		format_detail(info, ", sum %s",
		    nvt_sum_agrees(image->in) ? "agrees" : "is wrong");
	return true;
}

static const struct vendor_row novatek_rows[] = {
	{
	    .says = "NVTPACK",
	    .magic = { { 0, 16,
			   "\x07\x2e\x01\xd6\xbc\x10\x91\x4f\xb2\x8a\x35\x2f"
			   "\x82\x26\x1a\x50" },
		{ 16, 4, "\x15\x15\x07\x16" } },
	    .header_len = NVT_HEADER_LEN,
	    .counts = VENDOR_TOTAL,
	    .size = { { VENDOR_U32LE, 28, 0 } },
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	    .check = nvt_check,
	    .parts = nvt_parts,
	},
	{
	    .says = "CKSM",
	    .magic = { { 0, 4, "CKSM" }, { 4, 4, "\x19\x07\x04\x16" },
		{ 16, 4, "\x40\0\0\0" } },
	    .header_len = 64,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32LE, CKSM_DATA_LEN_AT, 0 } },
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	    .check = cksm_check,
	},
};

VENDOR_FORMAT(novatek, novatek_rows, "novatek");

/* Reolink and Swann: sections, then as many flash partitions; how many is told
   by the first one's name, which begins both tables. */
#define PAK_NAME_LEN ((size_t)32)
#define PAK_START_AT 56
#define PAK_PARTITION_LEN ((size_t)76)
#define PAK_SECTIONS_MAX 30

struct pak {
	size_t header_len; /* without the tables */
	size_t section_len;
	size_t count;
	size_t tables_end;
};

static bool
pak_read(const struct vendor_image *image, struct pak *ret)
{
	bool wide = image->row->header_len == 24;
	struct pak p = { wide ? 24 : 12, wide ? 72 : 64, 0, 0 };
	struct bytes name = bytes_slice(image->in, p.header_len, PAK_NAME_LEN);

	if (vendor_text_of(name, 0, name.len).len == 0)
		return false;
	for (p.count = 1; p.count <= PAK_SECTIONS_MAX; p.count++) {
		size_t at = p.header_len + p.count * p.section_len;

		if (bytes_equal(bytes_slice(image->in, at, PAK_NAME_LEN), name))
			break;
	}
	p.tables_end =
	    p.header_len + p.count * (p.section_len + PAK_PARTITION_LEN);
	if (p.count > PAK_SECTIONS_MAX || p.tables_end >= image->in.len)
		return false;
	*ret = p;
	return true;
}

/* Places of 8 bytes hold no more than 4 in any image that fits in memory. */
static bool
pak_section(const struct vendor_image *image, const struct pak *p,
    size_t number, size_t *ret_at, size_t *ret_len)
{
	size_t place = p->header_len + number * p->section_len + PAK_START_AT;
	size_t width = (p->section_len - PAK_START_AT) / 2;
	size_t at = vendor_u32le(image->in, place);
	size_t len = vendor_u32le(image->in, place + width);

	if (len > 0 &&
	    (at < p->tables_end || at > image->in.len ||
		len > image->in.len - at))
		return false;
	*ret_at = at;
	*ret_len = len;
	return true;
}

/* The contents, a constant, then the table of sections. */
static bool
pak_crc_agrees(const struct vendor_image *image, const struct pak *p)
{
	static const uint8_t constant[4] = { 2, 0, 0, 0 };
	uint32_t crc =
	    crc32_add(UINT32_MAX, bytes_from(image->in, p->tables_end));

	crc = crc32_add(crc, (struct bytes){ constant, sizeof(constant) });
	crc = crc32_add(crc,
	    bytes_slice(image->in, p->header_len, p->count * p->section_len));
	return ~crc == vendor_u32le(image->in, p->header_len / 3);
}

static bool
pak_check(const struct vendor_image *image, struct format_info *info)
{
	struct pak p;
	size_t sections = 0;
	size_t at;
	size_t len;

	if (!pak_read(image, &p))
		return false;
	for (size_t i = 0; i < p.count; i++) {
		if (!pak_section(image, &p, i, &at, &len))
			return false;
		sections += len > 0;
	}
	format_detail(info, ", %zu sections, CRC %s", sections,
	    pak_crc_agrees(image, &p) ? "agrees" : "is wrong");
	return sections > 0;
}

static void
pak_parts(const struct vendor_image *image, struct slices *to)
{
	struct pak p;
	size_t at;
	size_t len;

	if (!pak_read(image, &p))
		return;
	for (size_t i = 0; i < p.count; i++)
		if (pak_section(image, &p, i, &at, &len))
			slices_add(to, at, len, false);
}

/* The wide header has zeros where the narrow one has its CRC and type. */
static const struct vendor_row reolink_rows[] = {
	{
	    .says = "PAK with 64-bit offsets",
	    .magic = { { 0, 8, "\x13\x59\x72\x32\0\0\0\0" },
		{ 12, 4, "\0\0\0\0" }, { 20, 4, "\0\0\0\0" } },
	    .header_len = 24,
	    .counts = VENDOR_TO_END,
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	    .check = pak_check,
	    .parts = pak_parts,
	},
	{
	    .says = "PAK",
	    .magic = { { 0, 4, "\x13\x59\x72\x32" } },
	    .header_len = 12,
	    .counts = VENDOR_TO_END,
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	    .check = pak_check,
	    .parts = pak_parts,
	},
};

VENDOR_FORMAT(reolink, reolink_rows, "reolink");

/* Ambarella: parts with a header of 256 bytes each behind a first one. */
#define AMBA_HEADER_LEN 560
#define AMBA_PART_LEN ((size_t)256)
#define AMBA_PART_MAGIC_AT ((size_t)24)
#define AMBA_PART_MAGIC "\x90\xeb\x24\xa3"

static bool
amba_part(struct bytes in, size_t at, size_t *ret_len)
{
	struct bytes header = bytes_slice(in, at, AMBA_PART_LEN);
	size_t len = vendor_u32le(header, 12);

	if (header.len < AMBA_PART_LEN ||
	    memcmp(header.ptr + AMBA_PART_MAGIC_AT, AMBA_PART_MAGIC, 4) != 0 ||
	    len == 0 || len > in.len - at - AMBA_PART_LEN)
		return false;
	*ret_len = len;
	return true;
}

static bool
amba_check(const struct vendor_image *image, struct format_info *info)
{
	size_t at = image->header_len;
	size_t parts = 0;
	size_t right = 0;
	size_t len;

	for (; parts < SLICES_PARTS_MAX && amba_part(image->in, at, &len);
	     parts++) {
		right += crc32_of(bytes_slice(image->in, at + AMBA_PART_LEN,
			     len)) == vendor_u32le(image->in, at);
		at += AMBA_PART_LEN + len;
	}
	info->size = at;
	format_detail(info, ", %zu parts, CRCs %s", parts,
	    right == parts ? "agree" : "are wrong");
	return parts > 0;
}

static void
amba_parts(const struct vendor_image *image, struct slices *to)
{
	size_t at = image->header_len;
	size_t len;

	for (size_t i = 0;
	     i < SLICES_PARTS_MAX && amba_part(image->in, at, &len); i++) {
		slices_add(to, at + AMBA_PART_LEN, len, false);
		at += AMBA_PART_LEN + len;
	}
}

static const struct vendor_row ambarella_rows[] = {
	{
	    .says = "Ambarella",
	    .magic = { { 32, 4, "\xe6\xdf\x32\x87" },
		{ AMBA_HEADER_LEN + 24, 4, AMBA_PART_MAGIC } },
	    .header_len = AMBA_HEADER_LEN,
	    .counts = VENDOR_TO_END,
	    .text = { { "model", 0, 32, false } },
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	    .check = amba_check,
	    .parts = amba_parts,
	},
};

VENDOR_FORMAT(ambarella, ambarella_rows, "ambarella");
