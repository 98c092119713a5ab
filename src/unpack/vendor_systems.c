/* SPDX-License-Identifier: ISC */
/* What boot loaders and whole systems put around themselves. */
#include "unpack/vendor.h"
#include "unpack/vendor_private.h"

#include "base/cursor.h"

/* MediaTek's header of boot loaders, secure worlds, modems, kernels. */
static const struct vendor_row mtk_rows[] = {
	{
	    .says = "MediaTek",
	    .magic = { { 0, 4, "\x88\x16\x88\x58" } },
	    .header_len = 512,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32LE, 4, 0 } },
	    .text = { { "name", 8, 32, true } },
	    .authenticity = AUTHENTICITY_UNKNOWN,
	    .encrypted = ANSWER_NO,
	},
};
VENDOR_FUNCTIONS(mtk, mtk_rows)
const struct format mtk_format = {
	.name = "mtk-image",
	.magic = { MAGIC(0, "\x88\x16\x88\x58") },
	.probe = mtk_probe,
	.open = mtk_open,
	.next = vendor_next,
	.close = vendor_close,
};

#define MTK_FLASH_ROW(mark)                                                    \
	{                                                                      \
		.says = "MediaTek flash", .magic = { { 0, 16, mark } },        \
		.header_len = 512, .counts = VENDOR_TO_END,                    \
		.authenticity = AUTHENTICITY_UNKNOWN, .encrypted = ANSWER_NO,  \
	}

static const struct vendor_row mtk_flash_rows[] = {
	MTK_FLASH_ROW("SF_BOOT\0\0\0\0\0\x01\0\0\0"),
	MTK_FLASH_ROW("EMMC_BOOT\0\0\0\x01\0\0\0"),
	MTK_FLASH_ROW("NOR_BOOT\0\0\0\0\x01\0\0\0"),
};
VENDOR_FORMAT(mtk_flash, mtk_flash_rows, "mtk-flash");

/* Windows CE: records of address, length and sum; one of address 0 ends. */
#define WINCE_HEADER_LEN 15
#define WINCE_RECORD_LEN ((size_t)12)

struct record {
	uint32_t address;
	size_t at, len;
	bool right;
};

static bool
wince_next(struct cursor *c, struct record *ret)
{
	struct record r = { .address = cur_u32le(c, "address") };

	r.len = cur_u32le(c, "length");
	uint32_t wanted = cur_u32le(c, "sum");
	uint32_t sum = 0;

	r.at = c->pos;
	if (!cur_ok(c))
		return false;
	if (r.address != 0) {
		struct bytes content = cur_bytes(c, r.len, "content");

		for (size_t i = 0; i < content.len; i++)
			sum += content.ptr[i];
	}
	r.right = sum == wanted;
	if (cur_ok(c))
		*ret = r;
	return cur_ok(c);
}

static bool
wince_check(const struct vendor_image *image, struct format_info *info)
{
	struct cursor c =
	    cur_open_at(image->in, WINCE_HEADER_LEN, "wince record");
	struct record r = { .address = 1 };
	size_t count = 0;

	while (r.address != 0) {
		if (!wince_next(&c, &r) || !r.right)
			return false;
		count++;
	}
	info->size = c.pos;
	format_detail(info, ", %zu records, sums agree", count - 1);
	return count > 1;
}

static void
wince_parts(const struct vendor_image *image, struct slices *to)
{
	struct cursor c =
	    cur_open_at(image->in, WINCE_HEADER_LEN, "wince record");
	struct record r;

	while (wince_next(&c, &r) && r.address != 0)
		slices_add(to, r.at, r.len, false);
}

static const struct vendor_row wince_rows[] = {
	{
	    .says = "Windows CE",
	    .magic = { { 0, 7, "B000FF\n" } },
	    .header_len = WINCE_HEADER_LEN,
	    .counts = VENDOR_TO_END,
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	    .check = wince_check,
	    .parts = wince_parts,
	},
};
VENDOR_FORMAT(wince, wince_rows, "wince");

static const struct vendor_row zboot_rows[] = {
	{
	    .says = "ZBOOT",
	    .magic = { { 0, 4, "FNIB" } },
	    .header_len = 32,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32LE, 24, 0 } },
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	},
};
VENDOR_FORMAT(zboot, zboot_rows, "zboot");

/* Recognised; what lies where inside is not public. */
static const struct vendor_row cisco_rows[] = {
	{
	    .says = "Cisco for VxWorks",
	    .magic = { { 0, 8, "CI032.00" } },
	    .header = { VENDOR_U32LE, 8, 0 },
	    .counts = VENDOR_TO_END,
	    .text = { { "version", 64, 32, true } },
	    .authenticity = AUTHENTICITY_UNKNOWN,
	    .encrypted = ANSWER_UNKNOWN,
	},
};
VENDOR_FORMAT(cisco, cisco_rows, "cisco");

#define LANCOM_ROW(mark, kind)                                                 \
	{                                                                      \
		.says = (kind), .magic = { { 0, 4, mark } }, .header_len = 22, \
		.counts = VENDOR_TO_END,                                       \
		.text = { { "version", 18, 4, true },                          \
			{ "model", 22, 32, true } },                           \
		.authenticity = AUTHENTICITY_UNKNOWN,                          \
		.encrypted = ANSWER_UNKNOWN,                                   \
	}

static const struct vendor_row lancom_rows[] = {
	LANCOM_ROW("ELSF", "LANCOM firmware"),
	LANCOM_ROW("ELSB", "LANCOM loader"),
};
VENDOR_FORMAT(lancom, lancom_rows, "lancom");

/* A MessagePack array says what follows; its first byte tells it. */
#define PAT_HEADER_LEN 8

static bool
pat_check(const struct vendor_image *image, struct format_info *info)
{
	(void)info; /* nothing to add */
	return (image->in.ptr[PAT_HEADER_LEN] & 0xf0) == 0x90;
}

static const struct vendor_row synology_rows[] = {
	{
	    .says = "Synology archive, encrypted",
	    .magic = { { 1, 3, "\xad\xbe\xef" } },
	    .header_len = PAT_HEADER_LEN,
	    .header = { VENDOR_U32LE, 4, 0 },
	    .counts = VENDOR_TO_END,
	    .authenticity = AUTHENTICITY_UNKNOWN,
	    .encrypted = ANSWER_YES,
	    .check = pat_check,
	},
};
VENDOR_FORMAT(synology, synology_rows, "synology");
