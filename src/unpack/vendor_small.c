/* SPDX-License-Identifier: ISC */
/* Formats that are one row each, of routers and other devices. */
#include "unpack/vendor.h"
#include "unpack/vendor_private.h"

#include <string.h>

#define BOSCH_SIGNATURE_AT 76
#define BOSCH_SIGNATURE_LEN 256
#define AIROHA_HEADER_LEN 272
#define AIROHA_ENCODING_AT 260
#define AIROHA_INTEGRITY_AT 261

static const struct vendor_row tplink_rtos_rows[] = {
	{
	    .says = "TP-Link RTOS",
	    .magic = { { 0, 4, "\x00\x14\x2f\xc0" }, { 20, 4, "IMG0" } },
	    .header_len = 0x94,
	    .counts = VENDOR_TOTAL,
	    .size = { { VENDOR_U32BE, 24, 0 } },
	    .size_plus = 20,
	    .authenticity = AUTHENTICITY_UNKNOWN,
	    .encrypted = ANSWER_NO,
	},
};
VENDOR_FORMAT(tplink_rtos, tplink_rtos_rows, "tplink-rtos");

static const struct vendor_row poray_rows[] = {
	{
	    .says = "Poray, obfuscated",
	    .magic = { { 8, 20,
		"\x00\x00\x0e\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" } },
	    .header_len = 28,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32LE, 4, 0 } },
	    .tail_len = 2,
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	},
};
VENDOR_FORMAT(poray, poray_rows, "poray");

static const struct vendor_row meraki_rows[] = {
	{
	    .says = "Meraki",
	    .magic = { { 0, 8, "\x8e\x73\xed\x8a\x00\x00\x04\x00" } },
	    .header_len = 0x400,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32BE, 8, 0 } },
	    .sum = { { "SHA-1", VENDOR_SHA1, 12, VENDOR_HEADER, VENDOR_END,
		true, false } },
	    .authenticity = AUTHENTICITY_HASH,
	    .encrypted = ANSWER_NO,
	},
};
VENDOR_FORMAT(meraki, meraki_rows, "meraki");

static const struct vendor_row ruckus_rows[] = {
	{
	    .says = "Ruckus",
	    .magic = { { 0, 4, "RCKS" } },
	    .header_len = 160,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32BE, 16, 0 } },
	    .sum = { { "MD5", VENDOR_MD5, 24, VENDOR_HEADER, VENDOR_END, true,
		false } },
	    .authenticity = AUTHENTICITY_HASH,
	    .encrypted = ANSWER_NO,
	},
};
VENDOR_FORMAT(ruckus, ruckus_rows, "ruckus");

static const struct vendor_row qding_rows[] = {
	{
	    .says = "Qding",
	    .magic = { { 48, 4, "\x12\x02\x15\x20" } },
	    .header_len = 1024,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32LE, 72, 0 }, { VENDOR_U32LE, 76, 0 } },
	    .sum = { { "SHA-1", VENDOR_SHA1, 52, VENDOR_HEADER, VENDOR_END,
		false, false } },
	    .authenticity = AUTHENTICITY_HASH,
	    .encrypted = ANSWER_NO,
	},
};
VENDOR_FORMAT(qding, qding_rows, "qding");

static const struct vendor_row cellvision_rows[] = {
	{
	    .says = "CAS",
	    .magic = { { 20, 12,
		"\x55\xaa\x41\x52\x41\x47\x4f\x52\x4e\x2d\xf2\xd3" } },
	    .header = { VENDOR_U32LE, 4, 0 },
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32LE, 8, 0 } },
	    .authenticity = AUTHENTICITY_UNKNOWN,
	    .encrypted = ANSWER_NO,
	},
};
VENDOR_FORMAT(cellvision, cellvision_rows, "cellvision");

static const struct vendor_row zcomax_rows[] = {
	{
	    .says = "ZComax",
	    .magic = { { 0, 4, "firm" }, { 16, 4, "Kimg" } },
	    .header_len = 16,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32LE, 4, 0 } },
	    .authenticity = AUTHENTICITY_UNKNOWN,
	    .encrypted = ANSWER_NO,
	},
};
VENDOR_FORMAT(zcomax, zcomax_rows, "zcomax");

static const struct vendor_row myloader_rows[] = {
	{
	    .says = "MyLoader",
	    .magic = { { 0, 8, "\x00MYL\0\0\0\0" }, { 16, 2, "\xf6\x11" } },
	    .header_len = 48,
	    .counts = VENDOR_TO_END,
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	},
};
VENDOR_FORMAT(myloader, myloader_rows, "myloader");

static const struct vendor_row titan_rows[] = {
	{
	    .says = "NSP",
	    .magic = { { 0, 4, "CDTM" } },
	    .header = { VENDOR_U32LE, 16, 0 },
	    .counts = VENDOR_TOTAL,
	    .size = { { VENDOR_U32LE, 32, 0 } },
	    .authenticity = AUTHENTICITY_UNKNOWN,
	    .encrypted = ANSWER_NO,
	},
};
VENDOR_FORMAT(titan, titan_rows, "titan");

/* Stands between the parts of older images. */
static const struct vendor_row packimg_rows[] = {
	{
	    .says = "PackImg",
	    .magic = { { 0, 12, "--PaCkImGs--" } },
	    .header_len = 32,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32LE, 16, 0 } },
	    .authenticity = AUTHENTICITY_NONE,
	    .encrypted = ANSWER_NO,
	},
	{
	    .says = "PackImg",
	    .magic = { { 0, 12, "--PaCkImGs--" } },
	    .header_len = 32,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32BE, 16, 0 } },
	    .authenticity = AUTHENTICITY_NONE,
	    .encrypted = ANSWER_NO,
	},
};
VENDOR_FUNCTIONS(packimg, packimg_rows)
const struct format packimg_format = {
	.name = "packimg",
	.magic = { MAGIC(0, "--PaCkImGs--") },
	.probe = packimg_probe,
	.open = packimg_open,
	.next = vendor_next,
	.close = vendor_close,
};

static const struct vendor_row openssl_rows[] = {
	{
	    .says = "openssl enc, password unknown",
	    .magic = { { 0, 8, "Salted__" } },
	    .header_len = 16,
	    .counts = VENDOR_TO_END,
	    .authenticity = AUTHENTICITY_NONE,
	    .encrypted = ANSWER_YES,
	},
};
VENDOR_FORMAT(openssl_enc, openssl_rows, "openssl-enc");

static bool
airoha_check(const struct vendor_image *image, struct format_info *info)
{
	uint8_t encoding = image->in.ptr[AIROHA_ENCODING_AT];
	uint8_t integrity = image->in.ptr[AIROHA_INTEGRITY_AT];

	if (encoding > 3 || integrity > 2)
		return false;
	if (encoding >= 2)
		info->encrypted = ANSWER_YES;
	if (integrity == 1)
		info->authenticity = AUTHENTICITY_HASH;
	else if (integrity == 2)
		info->authenticity = AUTHENTICITY_SIGNED;
	format_detail(info, ", encoding %u, integrity %u", encoding, integrity);
	return true;
}

static const struct vendor_row airoha_rows[] = {
	{
	    .says = "Airoha FOTA",
	    .magic = { { 256, 4, "\x11\x00\x0a\x00" },
		{ 240, 16,
		    "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
		    "\xff\xff" } },
	    .header = { VENDOR_U32LE, 262, 0 },
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32LE, 266, 0 } },
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	    .check = airoha_check,
	},
};
VENDOR_FORMAT(airoha, airoha_rows, "airoha");

static const struct vendor_row moxa_rows[] = {
	{
	    .says = "Moxa",
	    .magic = { { 0, 4, "*FRM" }, { 12, 4, "\x60\x00\x02\x00" } },
	    .header_len = 96,
	    .counts = VENDOR_TOTAL,
	    .size = { { VENDOR_U32LE, 8, 0 } },
	    .authenticity = AUTHENTICITY_UNKNOWN,
	    .encrypted = ANSWER_UNKNOWN,
	},
};
VENDOR_FORMAT(moxa, moxa_rows, "moxa");

static const struct vendor_row autel_rows[] = {
	{
	    .says = "Autel, obfuscated",
	    .magic = { { 12, 4, "\x20\x00\x00\x00" },
		{ 16, 15, "Copyright Autel" } },
	    .header_len = 32,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32LE, 8, 0 } },
	    .authenticity = AUTHENTICITY_UNKNOWN,
	    .encrypted = ANSWER_NO,
	},
};
VENDOR_FORMAT(autel, autel_rows, "autel");

static const struct vendor_row tesla_rows[] = {
	{
	    .says = "SBFH",
	    .magic = { { 0, 8, "SBFH\x1c\x01\x00\x00" }, { 284, 4, "MRVL" } },
	    .header_len = 284,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32LE, 15, 0 } },
	    .authenticity = AUTHENTICITY_UNKNOWN,
	    .encrypted = ANSWER_NO,
	},
};
VENDOR_FORMAT(tesla, tesla_rows, "tesla");

static bool
bosch_check(const struct vendor_image *image, struct format_info *info)
{
	if (!vendor_is_blank(bytes_slice(
		image->in, BOSCH_SIGNATURE_AT, BOSCH_SIGNATURE_LEN)))
		info->authenticity = AUTHENTICITY_SIGNED;
	return true;
}

static const struct vendor_row bosch_rows[] = {
	{
	    .says = "Bosch, encrypted with a secret key",
	    .magic = { { 0, 4, "\x10\x12\x20\x03" } },
	    .header_len = 0x400,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32BE, 16, 0 } },
	    .authenticity = AUTHENTICITY_UNKNOWN,
	    .encrypted = ANSWER_YES,
	    .check = bosch_check,
	},
};
VENDOR_FORMAT(bosch, bosch_rows, "bosch");

static const struct vendor_row gm8126_rows[] = {
	{
	    .says = "GM8126",
	    .magic = { { 0, 8, "GM8126\0\0" } },
	    .header_len = 0x100,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32BE, 8, 0 } },
	    .authenticity = AUTHENTICITY_NONE,
	    .encrypted = ANSWER_NO,
	},
};
VENDOR_FORMAT(gm8126, gm8126_rows, "gm8126");
