/* SPDX-License-Identifier: ISC */
/* EcoNet's headers, and DrayTek, which has one like them. */
#include "unpack/vendor.h"
#include "unpack/vendor_private.h"

#define ECONET_ROW(kind, mark)                                                 \
	{                                                                      \
		.says = (kind), .magic = { { 0, 4, mark } },                   \
		.header = { VENDOR_U32BE, 4, 0 }, .counts = VENDOR_TOTAL,      \
		.size = { { VENDOR_U32BE, 8, 0 } },                            \
		.text = { { "version", 16, 32, false } },                      \
		.sum = { { "CRC", VENDOR_CRC32_PLAIN, 12, VENDOR_HEADER,       \
		    VENDOR_END, true, false } },                               \
		.authenticity = AUTHENTICITY_CRC, .encrypted = ANSWER_NO,      \
		.check = econet_check,                                         \
	}

static bool
econet_check(const struct vendor_image *image, struct format_info *info)
{
	(void)info; /* nothing to add */
	return image->header_len >= 28 && image->header_len <= 4096;
}

static const struct vendor_row econet_rows[] = {
	ECONET_ROW("EcoNet 2RDH", "2RDH"),
	ECONET_ROW("EcoNet 0RDH", "0RDH"),
	{
	    .says = "EcoNet HDR2",
	    .magic = { { 0, 8, "HDR2\x00\x01\x00\x00" } },
	    .header_len = 256,
	    .counts = VENDOR_TOTAL,
	    .size = { { VENDOR_U32LE, 8, 0 } },
	    .text = { { "version", 16, 32, false } },
	    .sum = { { "CRC", VENDOR_CRC32_PLAIN, 12, VENDOR_HEADER, VENDOR_END,
		false, false } },
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	},
};

VENDOR_FORMAT(econet, econet_rows, "econet-trx");

#define RTOS_HEADER_LEN 256
#define RTOS_MARK_MAX ((size_t)0x40000)

/* A boot loader stands before the system; a mark of four bytes ends it. */
static size_t
draytek_rtos_at(struct bytes in)
{
	struct bytes mark = BYTES("\xa5\x5a\xa5\x5a");
	size_t at = bytes_find(
	    bytes_slice(in, 0, RTOS_MARK_MAX), mark, RTOS_HEADER_LEN);

	if (at == SIZE_MAX ||
	    !bytes_starts(bytes_from(in, at + 8), BYTES("\xaa\x1d\x7f\x50")))
		return SIZE_MAX;
	return at + 8;
}

static bool
draytek_check(const struct vendor_image *image, struct format_info *info)
{
	size_t at = draytek_rtos_at(image->in);

	if (at == SIZE_MAX ||
	    vendor_u32be(image->in, at - 4) > image->in.len - at)
		return false;
	format_detail(info, ", compressed system at 0x%zx", at);
	return true;
}

static void
draytek_parts(const struct vendor_image *image, struct slices *to)
{
	size_t at = draytek_rtos_at(image->in);
	size_t len = vendor_u32be(image->in, at - 4);

	slices_add(to, RTOS_HEADER_LEN, at - 8 - RTOS_HEADER_LEN, false);
	slices_add(to, at, len, false);
	slices_add(to, at + len, image->in.len - at - len, false);
}

static const struct vendor_row draytek_rows[] = {
	ECONET_ROW("DrayTek for Linux", "2RHD"),
	{
	    .says = "DrayOS",
	    .header_len = RTOS_HEADER_LEN,
	    .counts = VENDOR_TOTAL,
	    .size = { { VENDOR_U32BE, 0, 0 } },
	    .fills = true,
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	    .check = draytek_check,
	    .parts = draytek_parts,
	},
};

VENDOR_FORMAT(draytek, draytek_rows, "draytek");
