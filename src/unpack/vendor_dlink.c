/* SPDX-License-Identifier: ISC */
/* D-Link and those who make its devices: Alpha, Cameo, JBOOT's. */
#include "unpack/vendor.h"
#include "unpack/vendor_private.h"

#include "base/cursor.h"
#include "base/number.h"

#include <string.h>

#define SHRS_IV_AT 12
#define SHRS_PLAIN_LEN_AT 8
#define SHRS_SHA512_AT 156
#define SHRS_SIGNATURES_AT 732
#define SHRS_HEADER_LEN 0x6dc
#define SHA512_LEN 64
#define AES_BLOCK ((size_t)16)
#define ENCRPTED_BLOCK_LEN ((size_t)0x20000)
#define MH01_HEADER_LEN ((size_t)16)
#define JBOOT_HEADER_LEN ((size_t)80)
#define JBOOT_LEN_AT 44
#define JBOOT_SIGNATURE_MAX 1024U
#define PKG_ENTRY_LEN ((size_t)28)
#define PKG_NAME_LEN 16U
#define PKG_FILE 0x100U
#define PKG_SIGNATURE 0x103U

/* Published in the GPL sources of the devices. */
static const uint8_t shrs_key[] = { 0xc0, 0x5f, 0xbf, 0x19, 0x36, 0xc9, 0x94,
	0x29, 0xce, 0x2a, 0x07, 0x81, 0xf0, 0x8d, 0x6a, 0xd8 };

static bool
shrs_check(const struct vendor_image *image, struct format_info *info)
{
	struct bytes payload = vendor_payload(image);
	struct bytes plain =
	    bytes_slice(payload, 0, vendor_u32be(image->in, SHRS_PLAIN_LEN_AT));
	struct bytes wanted =
	    bytes_slice(image->in, SHRS_SHA512_AT, SHA512_LEN);
	bool agrees = vendor_hash_agrees(HASH_SHA512, &plain, 1, wanted) ||
	    vendor_hash_agrees(HASH_SHA512, &payload, 1, wanted);

	/* The two lengths differ by what fills the last block. */
	if (!agrees && plain.len + AES_BLOCK < payload.len)
		return false;
	format_detail(info, ", SHA-512 %s", agrees ? "agrees" : "is wrong");
	if (!vendor_is_blank(bytes_slice(image->in, SHRS_SIGNATURES_AT,
		SHRS_HEADER_LEN - SHRS_SIGNATURES_AT)))
		info->authenticity = AUTHENTICITY_SIGNED;
	return true;
}

static enum err
shrs_decode(const struct vendor_image *image, struct out *to)
{
	return vendor_aes_cbc(vendor_payload(image),
	    (struct bytes){ shrs_key, sizeof(shrs_key) },
	    image->in.ptr + SHRS_IV_AT, to);
}

static enum err
encrpted_decode(const struct vendor_image *image, struct out *to)
{
	return vendor_encrpted_img(
	    vendor_payload(image), ENCRPTED_BLOCK_LEN, to);
}

/* One MH01 in another: the outer holds the inner and its signature, the inner
   an initial value and what OpenSSL encrypted. */
static bool
mh01_check(const struct vendor_image *image, struct format_info *info)
{
	bool big = image->row->size[0].kind == VENDOR_U32BE;
	size_t first =
	    big ? vendor_u32be(image->in, 4) : vendor_u32le(image->in, 4);
	size_t second =
	    big ? vendor_u32be(image->in, 8) : vendor_u32le(image->in, 8);
	struct bytes one = bytes_slice(image->in, MH01_HEADER_LEN, first);
	struct bytes two =
	    bytes_slice(image->in, MH01_HEADER_LEN + first, second);

	if (bytes_starts(one, BYTES("MH01"))) {
		if (!vendor_is_blank(two))
			info->authenticity = AUTHENTICITY_SIGNED;
		format_detail(info, ", signature of %zu bytes", two.len);
		return true;
	}
	if (!bytes_starts(two, BYTES("Salted__")))
		return false;
	format_detail(info, ", AES-128-CBC");
	return true;
}

static void
mh01_parts(const struct vendor_image *image, struct slices *to)
{
	bool big = image->row->size[0].kind == VENDOR_U32BE;
	size_t first =
	    big ? vendor_u32be(image->in, 4) : vendor_u32le(image->in, 4);
	size_t second =
	    big ? vendor_u32be(image->in, 8) : vendor_u32le(image->in, 8);

	slices_add(to, MH01_HEADER_LEN, first, false);
	slices_add(to, MH01_HEADER_LEN + first, second, false);
}

/* Whether a header stands there whose data lie inside. */
static bool
jboot_header(struct bytes in, size_t at, size_t *ret_len)
{
	struct bytes header = bytes_slice(in, at, JBOOT_HEADER_LEN);
	size_t len = vendor_u32le(header, JBOOT_LEN_AT);

	if (header.len < JBOOT_HEADER_LEN ||
	    memcmp(header.ptr + 64, "BH\x02", 4) != 0 || header.ptr[26] != 1 ||
	    header.ptr[27] != 0 || len == 0 ||
	    len > in.len - at - JBOOT_HEADER_LEN)
		return false;
	*ret_len = len;
	return true;
}

static bool
jboot_check(const struct vendor_image *image, struct format_info *info)
{
	size_t len;

	if (!jboot_header(image->in, 0, &len))
		return false;
	if (!bytes_starts(image->in, BYTES("DLK6E")) ||
	    len > JBOOT_SIGNATURE_MAX)
		return true;
	struct bytes first = bytes_slice(image->in, JBOOT_HEADER_LEN, len);

	if (!vendor_is_blank(first))
		info->authenticity = AUTHENTICITY_SIGNED;
	info->encrypted = ANSWER_YES;
	format_detail(info, ", signature of %zu bytes, AES", len);
	return true;
}

static void
jboot_parts(const struct vendor_image *image, struct slices *to)
{
	size_t at = 0;
	size_t len;

	for (size_t i = 0;
	     i < SLICES_PARTS_MAX - 1 && jboot_header(image->in, at, &len);
	     i++) {
		slices_add(to, at + JBOOT_HEADER_LEN, len, false);
		at += JBOOT_HEADER_LEN + len;
	}
	slices_add(to, at, image->in.len - at, false);
}

/* The factory's mark differs from the update's in one byte. */
static bool
stag_check(const struct vendor_image *image, struct format_info *info)
{
	(void)info; /* nothing to add */
	return image->in.ptr[0] == 0x04 || image->in.ptr[0] == 0xff;
}

static bool
tlv_check(const struct vendor_image *image, struct format_info *info)
{
	bool salted = bytes_starts(vendor_payload(image), BYTES("Salted__"));

	info->encrypted = salted ? ANSWER_YES : ANSWER_NO;
	if (salted)
		format_detail(
		    info, ", AES-256-CBC, its key made of the header's texts");
	return true;
}

static bool
dap_check(const struct vendor_image *image, struct format_info *info)
{
	(void)info; /* nothing to add */
	return image->header_len == 64 || image->header_len == 80 ||
	    image->header_len == 84;
}

struct pkg_entry {
	uint32_t type;
	size_t at, len;
};

static bool
pkg_next(struct cursor *c, struct pkg_entry *ret)
{
	struct pkg_entry e = { .type = 0 };

	if (cur_u32be(c, "header length") != PKG_ENTRY_LEN)
		cur_fail(c, ERR_MALFORMED, c->pos, "header length");
	e.type = cur_u16be(c, "type");
	cur_skip(c, 2, "pad");
	e.len = cur_u32be(c, "size");
	cur_skip(c, PKG_NAME_LEN, "name");
	e.at = c->pos;
	cur_skip(c, e.len, "content");
	if (cur_ok(c))
		*ret = e;
	return cur_ok(c);
}

static bool
pkg_check(const struct vendor_image *image, struct format_info *info)
{
	struct cursor c = cur_open(image->in, "fpkg");
	struct pkg_entry e;
	size_t files = 0;

	cur_seek(&c, vendor_u32be(image->in, 8), "first entry");
	while (pkg_next(&c, &e)) {
		if (e.type == PKG_FILE)
			files++;
		else if (e.type == PKG_SIGNATURE)
			info->authenticity = AUTHENTICITY_SIGNED;
	}
	format_detail(info, ", %zu files", files);
	return files > 0;
}

static void
pkg_parts(const struct vendor_image *image, struct slices *to)
{
	struct cursor c = cur_open(image->in, "fpkg");
	struct pkg_entry e;

	cur_seek(&c, vendor_u32be(image->in, 8), "first entry");
	while (pkg_next(&c, &e))
		if (e.type == PKG_FILE)
			slices_add(to, e.at, e.len, false);
}

static bool
deaf_check(const struct vendor_image *image, struct format_info *info)
{
	(void)info; /* nothing to add */
	return image->in.ptr[4] == 0x86 || image->in.ptr[4] == 0x87;
}

static const struct vendor_row dlink_rows[] = {
	{
	    .says = "SHRS, AES-128-CBC with a published key",
	    .magic = { { 0, 4, "SHRS" } },
	    .header_len = SHRS_HEADER_LEN,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32BE, 4, 0 } },
	    .authenticity = AUTHENTICITY_HASH,
	    .encrypted = ANSWER_YES,
	    .check = shrs_check,
	    .decode = shrs_decode,
	},
	{
	    .says = "encrpted_img, AES-256-CBC with a published key",
	    .magic = { { 0, 12, "encrpted_img" } },
	    .header_len = 16,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32BE, 12, 0 } },
	    .authenticity = AUTHENTICITY_NONE,
	    .encrypted = ANSWER_YES,
	    .decode = encrpted_decode,
	},
	{
	    .says = "MH01",
	    .magic = { { 0, 4, "MH01" }, { 12, 2, "\x2b\x1a" } },
	    .header_len = MH01_HEADER_LEN,
	    .counts = VENDOR_TOTAL,
	    .size = { { VENDOR_U32LE, 4, 0 }, { VENDOR_U32LE, 8, 0 } },
	    .size_plus = MH01_HEADER_LEN,
	    .authenticity = AUTHENTICITY_NONE,
	    .encrypted = ANSWER_YES,
	    .check = mh01_check,
	    .parts = mh01_parts,
	},
	{
	    .says = "MH01",
	    .magic = { { 0, 4, "MH01" }, { 12, 2, "\x1a\x2b" } },
	    .header_len = MH01_HEADER_LEN,
	    .counts = VENDOR_TOTAL,
	    .size = { { VENDOR_U32BE, 4, 0 }, { VENDOR_U32BE, 8, 0 } },
	    .size_plus = MH01_HEADER_LEN,
	    .authenticity = AUTHENTICITY_NONE,
	    .encrypted = ANSWER_YES,
	    .check = mh01_check,
	    .parts = mh01_parts,
	},
	{
	    .says = "JBOOT",
	    .magic = { { 64, 4, "BH\x02" }, { 26, 2, "\x01" } },
	    .header_len = JBOOT_HEADER_LEN,
	    .counts = VENDOR_TO_END,
	    .text = { { "board", 0, 12, true } },
	    .authenticity = AUTHENTICITY_NONE,
	    .encrypted = ANSWER_NO,
	    .check = jboot_check,
	    .parts = jboot_parts,
	},
	{
	    .says = "JBOOT STAG",
	    .magic = { { 1, 3, "\x04\x24\x2b" }, { 16, 2, "\x24\x21" },
		{ 16 + 36, 2, "\x28" } },
	    .header_len = 16 + 40,
	    .counts = VENDOR_TOTAL,
	    .size = { { VENDOR_U32LE, 8, 0 } },
	    .size_plus = 16,
	    .sum = { { "header CRC", VENDOR_CRC32, 16 + 32, 16, VENDOR_HEADER,
		false, true } },
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	    .check = stag_check,
	},
	{
	    .says = "JBOOT SCH2",
	    .magic = { { 0, 2, "\x24\x21" }, { 36, 2, "\x28" } },
	    .header_len = 40,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32LE, 8, 0 } },
	    .sum = { { "header CRC", VENDOR_CRC32, 32, 0, VENDOR_HEADER, false,
		true } },
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	},
	{
	    .says = "TLV",
	    .magic = { { 0, 4, "\x64\x80\x19\x40" } },
	    .header_len = 0x74,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32LE, 0x70, 0 } },
	    .text = { { "model", 4, 32, true }, { "board", 0x24, 32, false } },
	    .sum = { { "MD5", VENDOR_MD5_HEX, 0x4c, 0x6c, VENDOR_END, false,
		false } },
	    .authenticity = AUTHENTICITY_HASH,
	    .encrypted = ANSWER_NO,
	    .check = tlv_check,
	},
	{
	    .says = "DKBS",
	    .magic = { { 7, 6, "_dkbs_" } },
	    .header_len = 0xa0,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32BE, 0x68, 0 } },
	    .text = { { "board", 0, 32, true },
		{ "version", 0x28, 32, false } },
	    .authenticity = AUTHENTICITY_NONE,
	    .encrypted = ANSWER_NO,
	},
	{
	    .says = "DKBS",
	    .magic = { { 7, 6, "_dkbs_" } },
	    .header_len = 0xa0,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32LE, 0x68, 0 } },
	    .text = { { "board", 0, 32, true },
		{ "version", 0x28, 32, false } },
	    .authenticity = AUTHENTICITY_NONE,
	    .encrypted = ANSWER_NO,
	},
	{
	    .says = "DHP",
	    .magic = { { 0, 3, "bgn" }, { 11, 1, "\xb1" } },
	    .header_len = 20,
	    .counts = VENDOR_TOTAL,
	    .size = { { VENDOR_U32BE, 12, 0 } },
	    .sum = { { "CRC", VENDOR_CKSUM, 16, 0, VENDOR_END, true, true } },
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	},
	{
	    .says = "DAP, version 2",
	    .magic = { { 0, 4, "\x48\x00\x00\x00" } },
	    .header_len = 72,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32BE, 8, 0 } },
	    .text = { { "board", 16, 32, true }, { "version", 48, 16, false } },
	    .sum = { { "sum", VENDOR_BYTE_SUM, 4, VENDOR_HEADER, VENDOR_END,
		true, true } },
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	},
	{
	    .says = "FPKG",
	    .magic = { { 0, 8, "FPKG\x01\x00\x00\x00" } },
	    .header_len = 12,
	    .counts = VENDOR_TO_END,
	    .authenticity = AUTHENTICITY_NONE,
	    .encrypted = ANSWER_UNKNOWN,
	    .check = pkg_check,
	    .parts = pkg_parts,
	},
	{
	    .says = "CPKG",
	    .magic = { { 0, 8, "CPKG\x01\x00\x00\x00" } },
	    .header_len = 12,
	    .counts = VENDOR_TO_END,
	    .authenticity = AUTHENTICITY_NONE,
	    .encrypted = ANSWER_UNKNOWN,
	    .check = pkg_check,
	    .parts = pkg_parts,
	},
	{
	    .says = "archive of gzip members",
	    .magic = { { 0, 4, "\xde\xaf\xbe\xad" } },
	    .header_len = 5,
	    .counts = VENDOR_TO_END,
	    .authenticity = AUTHENTICITY_NONE,
	    .encrypted = ANSWER_NO,
	    .check = deaf_check,
	},
	{
	    .says = "AIH0",
	    .magic = { { 0, 4, "AIH0" } },
	    .header_len = 48,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32BE, 12, 0 } },
	    .text = { { "version", 32, 16, false } },
	    .authenticity = AUTHENTICITY_UNKNOWN,
	    .encrypted = ANSWER_NO,
	},
	/* Those without a magic: their sums and texts are one. */
	{
	    .says = "DAP",
	    .header = { VENDOR_U8, 55, 0 },
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32BE, 60, 0 } },
	    .text = { { "model", 4, 20, true }, { "board", 24, 30, true } },
	    .sum = { { "sum", VENDOR_BYTE_SUM, 0, VENDOR_HEADER, VENDOR_END,
		true, true } },
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	    .check = dap_check,
	},
	{
	    .says = "Cameo",
	    .header = { VENDOR_U8, 78, 0 },
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32BE, 4, 0 } },
	    .text = { { "model", 12, 20, true }, { "board", 32, 30, true },
		{ "version", 66, 12, false } },
	    .sum = { { "sum", VENDOR_BYTE_SUM, 0, VENDOR_HEADER, VENDOR_END,
		true, true } },
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	    .check = dap_check,
	},
	{
	    .says = "encimg, AES-256-CBC with a published key",
	    .counts = VENDOR_TO_END,
	    .authenticity = AUTHENTICITY_NONE,
	    .encrypted = ANSWER_YES,
	    .check = vendor_alpha_check,
	    .decode = vendor_alpha_decode,
	},
};

VENDOR_FORMAT(dlink, dlink_rows, "dlink");
