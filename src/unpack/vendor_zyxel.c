/* SPDX-License-Identifier: ISC */
/* ZyXEL: ZyNOS, ZLD and the ras images of its access points. */
#include "unpack/vendor.h"
#include "unpack/vendor_private.h"

#define RAS_HEADER_LEN 0x10000
#define RAS_SUMMED_LEN ((size_t)2048)
#define RAS_SUM_AT 40
#define ROM_LEN 48
#define ROM_TYPE_MAX 15
#define ROM_COMPRESSED 0x80
#define ZLD_FILES_MAX 4096

/* Sum of bytes as System V's sum(1) folds it; four bytes may be replaced. */
static uint32_t
sysv_sum(struct bytes in, size_t at, const uint8_t *instead)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < in.len; i++)
		sum += i >= at && i < at + 4 ? instead[i - at] : in.ptr[i];
	sum = (sum & 0xffff) + (sum >> 16);
	return (sum & 0xffff) + (sum >> 16);
}

/* While the header is summed, the root's sum stands in its own sum's place. */
static bool
ras_check(const struct vendor_image *image, struct format_info *info)
{
	struct bytes head = bytes_slice(image->in, 0, RAS_SUMMED_LEN);

	if (sysv_sum(head, RAS_SUM_AT, image->in.ptr) !=
	    vendor_u32be(image->in, RAS_SUM_AT))
		return false;
	format_detail(info, ", header sum agrees");
	return true;
}

/* A module of ZyNOS, compressed or not. */
static bool
rom_check(const struct vendor_image *image, struct format_info *info)
{
	const uint8_t *p = image->in.ptr;
	bool compressed = (p[18] & ROM_COMPRESSED) != 0;
	size_t len = vendor_u32be(image->in, compressed ? 14 : 10);

	if (p[9] > ROM_TYPE_MAX || len == 0 || len > image->in.len - ROM_LEN)
		return false;
	info->size = ROM_LEN + len;
	format_detail(
	    info, ", type %u, %s", p[9], compressed ? "compressed" : "stored");
	return true;
}

static bool
zld_check(const struct vendor_image *image, struct format_info *info)
{
	bool big = image->row->size[0].kind == VENDOR_U32BE;
	const uint8_t *p = image->in.ptr + 10;
	unsigned files =
	    big ? (unsigned)p[0] << 8 | p[1] : (unsigned)p[1] << 8 | p[0];

	if (files == 0 || files > ZLD_FILES_MAX)
		return false;
	format_detail(info, ", %u files", files);
	return true;
}

static const struct vendor_row zyxel_rows[] = {
	{
	    .says = "ZLD little endian",
	    .magic = { { 4, 4, "\xaf\xbe\xad\xde" } },
	    .header_len = 104,
	    .counts = VENDOR_TOTAL,
	    .size = { { VENDOR_U32LE, 24, 0 } },
	    .fills = true,
	    .text = { { "model", 72, 32, true } },
	    .authenticity = AUTHENTICITY_UNKNOWN,
	    .encrypted = ANSWER_UNKNOWN,
	    .check = zld_check,
	},
	{
	    .says = "ZLD big endian",
	    .magic = { { 4, 4, "\xde\xad\xbe\xaf" } },
	    .header_len = 104,
	    .counts = VENDOR_TOTAL,
	    .size = { { VENDOR_U32BE, 24, 0 } },
	    .fills = true,
	    .text = { { "model", 72, 32, true } },
	    .authenticity = AUTHENTICITY_UNKNOWN,
	    .encrypted = ANSWER_UNKNOWN,
	    .check = zld_check,
	},
	{
	    .says = "ZyNOS",
	    .magic = { { 6, 3, "SIG" } },
	    .header_len = ROM_LEN,
	    .counts = VENDOR_TO_END,
	    .text = { { "version", 24, 15, true } },
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	    .check = rom_check,
	},
	{
	    .says = "ras",
	    .header_len = RAS_HEADER_LEN,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32BE, 4, 0 }, { VENDOR_U32BE, 112, 0 } },
	    .text = { { "version", 8, 32, true }, { "model", 44, 64, true } },
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	    .check = ras_check,
	},
};

VENDOR_FORMAT(zyxel, zyxel_rows, "zyxel");
