/* SPDX-License-Identifier: ISC */
/* DJI: xV4 packages of modules, and IM*H images of one module. */
#include "unpack/vendor.h"
#include "unpack/vendor_private.h"

#include "base/cursor.h"

#define PACKAGE_HEADER_LEN 64U
#define PACKAGE_ENTRY_LEN 52U
#define PACKAGE_ENTRIES_MAX 4096U
#define CRC16_LEN 2U
#define CRC16_POLYNOMIAL 0x8408U
#define CRC16_FIRST 0x3692U
#define MD5_LEN 16

struct entry {
	uint8_t target;
	unsigned coding; /* 0: plain */
	uint32_t version;
	size_t at, len;
	struct bytes md5;
};

static uint32_t
crc16(struct bytes in)
{
	uint32_t crc = CRC16_FIRST;

	for (size_t i = 0; i < in.len; i++) {
		crc ^= in.ptr[i];
		for (int bit = 0; bit < 8; bit++)
			crc =
			    crc >> 1 ^ ((crc & 1) != 0 ? CRC16_POLYNOMIAL : 0);
	}
	return crc;
}

static uint32_t
entry_count(struct bytes in)
{
	return vendor_u32le(in, 44) & 0xffff;
}

static bool
read_entry(struct bytes in, size_t number, struct entry *ret)
{
	struct cursor c = cur_open_at(
	    in, PACKAGE_HEADER_LEN + number * PACKAGE_ENTRY_LEN, "dji entry");
	struct entry e = { .target = cur_u8(&c, "target") };

	e.coding = (unsigned)cur_u8(&c, "coding") >> 4;
	cur_skip(&c, 2, "reserved");
	e.version = cur_u32le(&c, "version");
	e.at = cur_u32le(&c, "offset");
	e.len = cur_u32le(&c, "stored size");
	cur_skip(&c, 4, "size");
	e.md5 = cur_bytes(&c, MD5_LEN, "stored md5");
	if (cur_ok(&c))
		*ret = e;
	return cur_ok(&c);
}

static bool
package_check(const struct vendor_image *image, struct format_info *info)
{
	struct bytes in = image->in;
	uint32_t count = entry_count(in);
	size_t crc_at = PACKAGE_HEADER_LEN + count * PACKAGE_ENTRY_LEN;
	size_t end = 0;
	size_t right = 0;
	struct entry e;

	if (count == 0 || count > PACKAGE_ENTRIES_MAX ||
	    image->header_len != crc_at + CRC16_LEN ||
	    crc16(bytes_slice(in, 0, crc_at)) !=
		(vendor_u32le(in, crc_at) & 0xffff))
		return false;
	for (size_t i = 0; i < count && read_entry(in, i, &e); i++) {
		struct bytes part = bytes_slice(in, e.at, e.len);

		if (e.coding != 0)
			info->encrypted = ANSWER_YES;
		if (e.at + e.len > end)
			end = e.at + e.len;
		right += part.len == e.len &&
		    vendor_hash_agrees(HASH_MD5, &part, 1, e.md5);
	}
	if (end < image->header_len)
		return false;
	if (end < in.len)
		info->size = end;
	format_detail(info,
	    ", header CRC agrees, %u modules, MD5 of %zu agrees", count, right);
	return true;
}

static void
package_parts(const struct vendor_image *image, struct slices *to)
{
	uint32_t count = entry_count(image->in);
	struct entry e;

	for (size_t i = 0; i < count && read_entry(image->in, i, &e); i++)
		slices_add(to, e.at, e.len, false);
}

#define MODULE_SIGNATURE_LEN_AT 20

static bool
module_check(const struct vendor_image *image, struct format_info *info)
{
	size_t len = vendor_u32le(image->in, MODULE_SIGNATURE_LEN_AT);
	struct bytes signature = bytes_slice(image->in, image->header_len, len);

	if (image->header_len < 64 || len > 4096)
		return false;
	if (signature.len > 0 && !vendor_is_blank(signature))
		info->authenticity = AUTHENTICITY_SIGNED;
	format_detail(info, ", signature of %zu bytes", len);
	return true;
}

static void
module_parts(const struct vendor_image *image, struct slices *to)
{
	size_t at = image->header_len +
	    vendor_u32le(image->in, MODULE_SIGNATURE_LEN_AT);

	if (at < image->total)
		slices_add(to, at, image->total - at, false);
}

static const struct vendor_row dji_rows[] = {
	{
	    .says = "xV4",
	    .magic = { { 0, 4, "\x78\x56\x34\x12" } },
	    .header = { VENDOR_U16LE, 6, 0 },
	    .counts = VENDOR_TO_END,
	    .text = { { "maker", 12, 16, true }, { "model", 28, 16, false } },
	    .authenticity = AUTHENTICITY_HASH,
	    .encrypted = ANSWER_NO,
	    .check = package_check,
	    .parts = package_parts,
	},
	{
	    .says = "IM*H",
	    .magic = { { 0, 4, "IM*H" } },
	    .header = { VENDOR_U32LE, 16, 0 },
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32LE, MODULE_SIGNATURE_LEN_AT, 0 },
		{ VENDOR_U32LE, 24, 0 } },
	    .text = { { "key", 36, 4, false }, { "encryption", 44, 4, false } },
	    .authenticity = AUTHENTICITY_NONE,
	    .encrypted = ANSWER_YES,
	    .check = module_check,
	    .parts = module_parts,
	},
};

VENDOR_FORMAT(dji, dji_rows, "dji");
