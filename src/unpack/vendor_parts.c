/* SPDX-License-Identifier: ISC */
/* Vendor containers of several parts that name where each lies. */
#include "unpack/vendor.h"
#include "unpack/vendor_private.h"

#include "base/cursor.h"
#include "codec/crc.h"

#include <string.h>

/* D-Link DNS-323 and its kin: up to three or four parts, summed by XOR. */
#define FRODO_MAGIC_AT 36
#define FRODO_PARTS 4

static size_t
frodo_parts(const struct vendor_image *image)
{
	return image->row->magic[0].at == FRODO_MAGIC_AT ? 3 : 4;
}

static uint32_t
xor_of_words(struct bytes in)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 4 <= in.len; i += 4)
		sum ^= vendor_u32le(in, i);
	return sum;
}

static bool
frodo_check(const struct vendor_image *image, struct format_info *info)
{
	size_t parts = frodo_parts(image);
	size_t end = image->header_len;
	size_t right = 0;

	for (size_t i = 0; i < parts; i++) {
		size_t at = vendor_u32le(image->in, i * 8);
		size_t len = vendor_u32le(image->in, i * 8 + 4);

		if (len == 0) {
			right++;
			continue;
		}
		if (at < image->header_len || at > image->in.len ||
		    len > image->in.len - at)
			return false;
		right += xor_of_words(bytes_slice(image->in, at, len)) ==
		    vendor_u32le(image->in, parts * 8 + i * 4);
		if (at + len > end)
			end = at + len;
	}
	if (end == image->header_len)
		return false;
	info->size = end;
	format_detail(
	    info, ", sums %s", right == parts ? "agree" : "are wrong");
	return true;
}

static void
frodo_slices(const struct vendor_image *image, struct slices *to)
{
	for (size_t i = 0; i < frodo_parts(image); i++)
		slices_add(to, vendor_u32le(image->in, i * 8),
		    vendor_u32le(image->in, i * 8 + 4), false);
}

#define FRODO_ROW(text, at, len, literal, header)                              \
	{                                                                      \
		.says = (text), .magic = { { at, len, literal } },             \
		.header_len = (header), .counts = VENDOR_TO_END,               \
		.authenticity = AUTHENTICITY_CRC, .encrypted = ANSWER_NO,      \
		.check = frodo_check, .parts = frodo_slices,                   \
	}

static const struct vendor_row dns323_rows[] = {
	FRODO_ROW("FrodoII", FRODO_MAGIC_AT, 12,
	    "\x55\xaa"
	    "FrodoII\0\x55\xaa",
	    64),
	FRODO_ROW("Chopper", FRODO_MAGIC_AT, 12,
	    "\x55\xaa"
	    "Chopper\0\x55\xaa",
	    64),
	FRODO_ROW("Gandolf", FRODO_MAGIC_AT, 12,
	    "\x55\xaa"
	    "Gandolf\0\x55\xaa",
	    64),
	FRODO_ROW("DNS-325", 48, 12,
	    "\x55\xaa"
	    "DNS-325\0\x55\xaa",
	    128),
	FRODO_ROW("DNS-320", 48, 12,
	    "\x55\xaa"
	    "DNS323D1\x55\xaa",
	    128),
	FRODO_ROW("DNS-320B", 48, 12,
	    "\x55\xaa"
	    "DNS320B\0\x55\xaa",
	    128),
	FRODO_ROW("DNS-320L", 48, 12,
	    "\x55\xaa"
	    "DNS320L\0\x55\xaa",
	    128),
	FRODO_ROW("DNS-327L", 48, 12,
	    "\x55\xaa"
	    "DNS327L\0\x55\xaa",
	    128),
};

VENDOR_FORMAT(dns323, dns323_rows, "dns323");

/* HP's bundles and packages: a table of contents with 64-bit numbers. */
#define HP_ENTRIES_MAX 4096U

static size_t
hp_entry_len(const struct vendor_image *image)
{
	return image->in.ptr[1] == 'p' ? 276 : 16;
}

static bool
hp_entry(const struct vendor_image *image, size_t number, uint64_t *ret_at,
    uint64_t *ret_len)
{
	size_t len = hp_entry_len(image);
	struct cursor c = cur_open_at(
	    image->in, vendor_u32le(image->in, 8) + number * len, "hp entry");

	if (len > 16)
		cur_skip(&c, 256, "name");
	uint64_t at = cur_u64le(&c, "offset");
	uint64_t size = cur_u64le(&c, "size");

	if (!cur_ok(&c) || at > image->in.len || size > image->in.len - at)
		return false;
	*ret_at = at;
	*ret_len = size;
	return true;
}

static bool
hp_check(const struct vendor_image *image, struct format_info *info)
{
	uint32_t count = vendor_u32le(image->in, 16);
	uint64_t end = 0;
	uint64_t at;
	uint64_t len;

	if (count == 0 || count > HP_ENTRIES_MAX)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!hp_entry(image, i, &at, &len))
			return false;
		if (at + len > end)
			end = at + len;
	}
	if (end <= image->header_len)
		return false;
	info->size = (size_t)end;
	format_detail(info, ", %u parts", count);
	return true;
}

static void
hp_parts(const struct vendor_image *image, struct slices *to)
{
	uint32_t count = vendor_u32le(image->in, 16);
	uint64_t at;
	uint64_t len;

	for (size_t i = 0; i < count && hp_entry(image, i, &at, &len); i++)
		slices_add(to, (size_t)at, (size_t)len, false);
}

static const struct vendor_row hp_rows[] = {
	{
	    .says = "HP bundle",
	    .magic = { { 0, 8, "ibdl\x01\x00\x01\x00" } },
	    .header_len = 20,
	    .counts = VENDOR_TO_END,
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	    .check = hp_check,
	    .parts = hp_parts,
	},
	{
	    .says = "HP package",
	    .magic = { { 0, 8, "ipkg\x01\x00\x03\x00" } },
	    .header_len = 20,
	    .counts = VENDOR_TO_END,
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	    .check = hp_check,
	    .parts = hp_parts,
	},
};

VENDOR_FORMAT(hp, hp_rows, "hp");

/* MikroTik: items of type, length and content. */
#define NPK_SIGNATURE 9
#define NPK_ARCHITECTURE 16
#define NPK_SQUASHFS 21
#define NPK_ECKCDSA 23
#define NPK_HEADER 1
#define NPK_FILES 4

struct item {
	uint32_t type;
	struct bytes content;
	size_t at;
};

static bool
npk_next(struct cursor *c, struct item *ret)
{
	struct item item = { .type = cur_u16le(c, "type") };
	size_t len = cur_u32le(c, "length");

	item.at = c->pos;
	item.content = cur_bytes(c, len, "content");
	if (cur_ok(c))
		*ret = item;
	return cur_ok(c);
}

static bool
npk_check(const struct vendor_image *image, struct format_info *info)
{
	struct cursor c = cur_open_at(image->in, 8, "npk");
	struct item item;
	size_t items = 0;

	while (npk_next(&c, &item)) {
		items++;
		if (item.type == NPK_HEADER)
			vendor_say_text(info, "package",
			    vendor_text_of(item.content, 0, 16));
		else if (item.type == NPK_ARCHITECTURE)
			vendor_say_text(info, "for",
			    vendor_text_of(item.content, 0, item.content.len));
		else if ((item.type == NPK_SIGNATURE ||
			     item.type == NPK_ECKCDSA) &&
		    item.content.len > 0 && !vendor_is_blank(item.content))
			info->authenticity = AUTHENTICITY_SIGNED;
	}
	format_detail(info, ", %zu items", items);
	return items > 0 && (image->cut_short || c.pos == image->in.len);
}

static void
npk_parts(const struct vendor_image *image, struct slices *to)
{
	struct cursor c = cur_open_at(image->in, 8, "npk");
	struct item item;

	while (npk_next(&c, &item))
		if (item.type == NPK_SQUASHFS || item.type == NPK_FILES)
			slices_add(to, item.at, item.content.len, false);
}

static const struct vendor_row npk_rows[] = {
	{
	    .says = "NPK",
	    .magic = { { 0, 4, "\x1e\xf1\xd0\xba" } },
	    .header_len = 8,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32LE, 4, 0 } },
	    .authenticity = AUTHENTICITY_NONE,
	    .encrypted = ANSWER_NO,
	    .check = npk_check,
	    .parts = npk_parts,
	},
};

VENDOR_FORMAT(mikrotik_npk, npk_rows, "mikrotik-npk");

/* Ubiquiti: a header with the version, parts, an end with CRC or RSA. */
#define UBNT_HEADER_LEN 268U
#define UBNT_CRC_AT 260
#define UBNT_PART_LEN ((size_t)56)
#define UBNT_PART_TAIL ((size_t)8)
#define UBNT_SIGNATURE_LEN ((size_t)256)

/* The part at `at`; false when none stands there. */
static bool
ubnt_part(struct bytes in, size_t at, size_t *ret_len)
{
	struct bytes part = bytes_from(in, at);
	size_t len = vendor_u32be(part, 48);

	if (!bytes_starts(part, BYTES("PART")) ||
	    part.len < UBNT_PART_LEN + UBNT_PART_TAIL ||
	    len > part.len - UBNT_PART_LEN - UBNT_PART_TAIL)
		return false;
	*ret_len = len;
	return true;
}

/* "END." with a CRC of all before it, or "ENDS" with a signature. */
static bool
ubnt_end(struct bytes in, size_t at, struct format_info *info)
{
	struct bytes end = bytes_from(in, at);

	if (bytes_starts(end, BYTES("ENDS"))) {
		struct bytes signature =
		    bytes_slice(end, 4, UBNT_SIGNATURE_LEN);

		if (signature.len == UBNT_SIGNATURE_LEN &&
		    !vendor_is_blank(signature))
			info->authenticity = AUTHENTICITY_SIGNED;
		format_detail(info, ", RSA-2048 signature");
		info->size = at + 4 + signature.len +
		    bytes_slice(end, 4 + signature.len, 4).len;
		return true;
	}
	if (!bytes_starts(end, BYTES("END.")) || end.len < 12)
		return false;
	format_detail(info, ", CRC %s",
	    crc32_of(bytes_slice(in, 0, at)) == vendor_u32be(end, 4)
		? "agrees"
		: "is wrong");
	info->size = at + 12;
	return true;
}

static bool
ubnt_check(const struct vendor_image *image, struct format_info *info)
{
	size_t at = UBNT_HEADER_LEN;
	size_t parts = 0;
	size_t len;

	while (ubnt_part(image->in, at, &len)) {
		parts++;
		at += UBNT_PART_LEN + len + UBNT_PART_TAIL;
	}
	if (parts == 0)
		return false;
	format_detail(info, ", %zu parts", parts);
	info->size = at;
	if (!ubnt_end(image->in, at, info))
		format_detail(info, ", no end");
	return true;
}

static void
ubnt_parts(const struct vendor_image *image, struct slices *to)
{
	size_t at = UBNT_HEADER_LEN;
	size_t len;

	while (ubnt_part(image->in, at, &len)) {
		slices_add(to, at + UBNT_PART_LEN, len, false);
		at += UBNT_PART_LEN + len + UBNT_PART_TAIL;
	}
}

#define UBNT_ROW(mark)                                                         \
	{                                                                      \
		.says = (mark), .magic = { { 0, 4, mark } },                   \
		.header_len = UBNT_HEADER_LEN, .counts = VENDOR_TO_END,        \
		.text = { { "version", 4, 256, true } },                       \
		.sum = { { "header CRC", VENDOR_CRC32, UBNT_CRC_AT, 0,         \
		    UBNT_CRC_AT, true, true } },                               \
		.authenticity = AUTHENTICITY_CRC, .encrypted = ANSWER_NO,      \
		.check = ubnt_check, .parts = ubnt_parts,                      \
	}

static const struct vendor_row ubnt_rows[] = {
	UBNT_ROW("UBNT"),
	UBNT_ROW("OPEN"),
	UBNT_ROW("GEOS"),
};

VENDOR_FORMAT(ubnt, ubnt_rows, "ubnt");

/* Xerox: lines of "%%NAME = value", then a tar or gzip. */
#define XEROX_HEADER_MAX ((size_t)16384)

static size_t
xerox_header_len(struct bytes in)
{
	struct bytes head = bytes_slice(in, 0, XEROX_HEADER_MAX);
	size_t at = bytes_find(head, BYTES("%%XRXend"), 0);
	size_t end =
	    at == SIZE_MAX ? SIZE_MAX : bytes_find_byte(head, '\n', at);

	return end == SIZE_MAX ? 0 : end + 1;
}

static bool
xerox_check(const struct vendor_image *image, struct format_info *info)
{
	size_t len = xerox_header_len(image->in);
	struct bytes rest = bytes_slice(image->in, 0, len);
	struct bytes line;
	struct bytes name;

	while (bytes_next_line(&rest, &line)) {
		if (!bytes_next_field(&line, '=', &name))
			continue;
		struct bytes value = vendor_text_of(line, 0, line.len);

		name = bytes_trim(name);
		if (bytes_ends(name, BYTES("DLM_NAME")))
			vendor_say_text(info, "name", value);
		else if (bytes_ends(name, BYTES("DLM_VERSION")))
			vendor_say_text(info, "version", value);
		else if (bytes_ends(name, BYTES("DLM_SIGNATURE")) &&
		    value.len > 0)
			info->authenticity = AUTHENTICITY_HASH;
	}
	return len > 0;
}

static void
xerox_parts(const struct vendor_image *image, struct slices *to)
{
	size_t len = xerox_header_len(image->in);

	slices_add(to, len, image->in.len - len, false);
}

static const struct vendor_row xerox_rows[] = {
	{
	    .says = "Xerox DLM",
	    .magic = { { 0, 10, "%%XRXbegin" } },
	    .header_len = 11,
	    .counts = VENDOR_TO_END,
	    .authenticity = AUTHENTICITY_NONE,
	    .encrypted = ANSWER_NO,
	    .check = xerox_check,
	    .parts = xerox_parts,
	},
};

VENDOR_FORMAT(xerox_dlm, xerox_rows, "xerox-dlm");
