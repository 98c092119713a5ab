/* SPDX-License-Identifier: ISC */
/* Broadcom's own headers, and Linksys, Gemtek and Motorola, which build on
   it. */
#include "unpack/vendor.h"
#include "unpack/vendor_private.h"

#include "codec/crc.h"

#define TAG_LEN 256
#define TAG_CFE_LEN_AT 84
#define TAG_ROOTFS_LEN_AT 106
#define TAG_KERNEL_LEN_AT 128
#define TAG_IMAGE_CRC_AT 216
#define TAG_HEADER_CRC_AT 236
#define WFI_TAIL_LEN ((size_t)20)
#define STORE_HEADER_LEN 92
#define STORE_CRC_AT ((size_t)84)
#define STORE_NAME_MIN 4
#define CRC16_POLYNOMIAL 0x1021U
#define FOOTER_LEN 256
#define FOOTER_TEXT_LEN 32

static bool
tag_check(const struct vendor_image *image, struct format_info *info)
{
	uint32_t crc = ~crc32_of(vendor_payload(image));

	/* OpenWrt lets it cover less than the image. */
	if (!image->cut_short &&
	    crc == vendor_u32be(image->in, TAG_IMAGE_CRC_AT))
		format_detail(info, ", image CRC agrees");
	return true;
}

#define TAG_ROW(signature)                                                     \
	{                                                                      \
		.says = "BCM963xx tag",                                        \
		.magic = { { 4, sizeof(signature) - 1, signature } },          \
		.header_len = TAG_LEN, .counts = VENDOR_PAYLOAD,               \
		.size = { { VENDOR_DECIMAL, 62, 10 } },                        \
		.text = { { "chip", 38, 6, true },                             \
			{ "board", 44, 16, false } },                          \
		.sum = { { "header CRC", VENDOR_CRC32_PLAIN,                   \
		    TAG_HEADER_CRC_AT, 0, TAG_HEADER_CRC_AT, true, true } },   \
		.authenticity = AUTHENTICITY_CRC, .encrypted = ANSWER_NO,      \
		.check = tag_check,                                            \
	}

static const struct vendor_row tag_rows[] = {
	TAG_ROW("Broadcom Corporatio"),
	TAG_ROW("AAAAAAAA Corporatio"),
	TAG_ROW("OpenWRT BCM963xx"),
};

VENDOR_FUNCTIONS(bcm_tag, tag_rows)

const struct format bcm_tag_format = {
	.name = "bcm-tag",
	.magic = { MAGIC(4, "Broadcom Corporatio"),
	    MAGIC(4, "AAAAAAAA Corporatio"), MAGIC(4, "OpenWRT BCM963xx") },
	.probe = bcm_tag_probe,
	.open = bcm_tag_open,
	.next = vendor_next,
	.close = vendor_close,
};

/* The boot loader reads these 20 bytes from the end of what it was sent. */
static bool
wfi_check(const struct vendor_image *image, struct format_info *info)
{
	size_t end = image->in.len - WFI_TAIL_LEN;

	if (~crc32_of(bytes_slice(image->in, 0, end)) !=
	    vendor_u32le(image->in, end))
		return false;
	format_detail(
	    info, ", chip %x, CRC agrees", vendor_u32le(image->in, end + 8));
	return true;
}

static const struct vendor_row wfi_rows[] = {
	{
	    .says = "WFI tag version 5732",
	    .magic = { { VENDOR_FROM_END | 16, 4, "\x32\x57\x00\x00" } },
	    .counts = VENDOR_TO_END,
	    .tail_len = WFI_TAIL_LEN,
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	    .check = wfi_check,
	},
	{
	    .says = "WFI tag version 5731",
	    .magic = { { VENDOR_FROM_END | 16, 4, "\x31\x57\x00\x00" } },
	    .counts = VENDOR_TO_END,
	    .tail_len = WFI_TAIL_LEN,
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	    .check = wfi_check,
	},
};

VENDOR_FORMAT(bcm_wfi, wfi_rows, "bcm-wfi");

static uint32_t
crc16(struct bytes in)
{
	uint32_t crc = 0xffff;

	for (size_t i = 0; i < in.len; i++) {
		crc ^= (uint32_t)in.ptr[i] << 8;
		for (int bit = 0; bit < 8; bit++)
			crc =
			    (crc << 1 ^
				((crc & 0x8000) != 0 ? CRC16_POLYNOMIAL : 0)) &
			    0xffff;
	}
	return crc ^ 0xffff;
}

static bool
store_check(const struct vendor_image *image, struct format_info *info)
{
	uint32_t wanted = vendor_u32be(image->in, STORE_CRC_AT) >> 16;

	if (vendor_text_of(image->in, 20, 48).len < STORE_NAME_MIN ||
	    crc16(bytes_slice(image->in, 0, STORE_CRC_AT)) != wanted)
		return false;
	format_detail(info, ", header CRC agrees");
	return true;
}

static const struct vendor_row store_rows[] = {
	{
	    .says = "ProgramStore",
	    .header_len = STORE_HEADER_LEN,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32BE, 12, 0 } },
	    .text = { { "file", 20, 48, true } },
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	    .check = store_check,
	},
};

VENDOR_FORMAT(bcm_programstore, store_rows, "bcm-programstore");

static void
no_parts(const struct vendor_image *image, struct slices *to)
{
	(void)image; /* a footer describes what stands before it */
	(void)to;
}

static const struct vendor_row footer_rows[] = {
	{
	    .says = "footer",
	    .magic = { { 0, 9, ".LINKSYS." } },
	    .header_len = FOOTER_TEXT_LEN,
	    .counts = VENDOR_TOTAL,
	    .size_plus = FOOTER_LEN,
	    .text = { { "version", 9, 8, true }, { "type", 17, 15, true },
		{ "CRC", 32, 8, true } },
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_UNKNOWN,
	    .parts = no_parts,
	},
};

VENDOR_FUNCTIONS(linksys_footer, footer_rows)

const struct format linksys_footer_format = {
	.name = "linksys",
	.magic = { MAGIC(0, ".LINKSYS.") },
	.probe = linksys_footer_probe,
	.open = linksys_footer_open,
	.next = vendor_next,
	.close = vendor_close,
};

static const struct vendor_row linksys_rows[] = {
	{
	    .says = "U2ND",
	    .magic = { { 14, 4, "U2ND" }, { 4, 4, "\0\0\0\0" },
		{ 19, 11, "\0\0\0\0\0\0\0\0\0\0\0" } },
	    .header_len = 32,
	    .counts = VENDOR_TO_END,
	    .text = { { "board", 0, 4, true } },
	    .authenticity = AUTHENTICITY_NONE,
	    .encrypted = ANSWER_NO,
	},
	{
	    .says = "CHDR",
	    .magic = { { 0, 4, "CHDR" } },
	    .header_len = 16,
	    .counts = VENDOR_TOTAL,
	    .size = { { VENDOR_U32LE, 4, 0 } },
	    .sum = { { "CRC", VENDOR_CRC32_PLAIN, 8, 12, VENDOR_END, false,
		true } },
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	},
};

VENDOR_FORMAT(linksys, linksys_rows, "linksys");

static const struct vendor_row gemtek_rows[] = {
	{
	    .says = "Gemtek",
	    .magic = { { 0, 4, "GMTK" } },
	    .header_len = 32,
	    .counts = VENDOR_TOTAL,
	    .size = { { VENDOR_U32LE, 12, 0 } },
	    .sum = { { "CRC", VENDOR_CRC32, 16, 0, VENDOR_END, false, true } },
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	},
	{
	    .says = "Gemtek",
	    .magic = { { 0, 4, "A600" } },
	    .header_len = 32,
	    .counts = VENDOR_TOTAL,
	    .size = { { VENDOR_U32LE, 12, 0 } },
	    .sum = { { "CRC", VENDOR_CRC32, 16, 0, VENDOR_END, false, true } },
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	},
};

VENDOR_FORMAT(gemtek, gemtek_rows, "gemtek");

static const struct vendor_row motorola_rows[] = {
	{
	    .says = "Motorola",
	    .magic = { { 4, 3, "\x10\x57\x70" } },
	    .header_len = 8,
	    .counts = VENDOR_TO_END,
	    .sum = { { "CRC", VENDOR_CRC32_PLAIN, 0, 4, VENDOR_END, true,
		true } },
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	},
};

VENDOR_FORMAT(motorola, motorola_rows, "motorola");
