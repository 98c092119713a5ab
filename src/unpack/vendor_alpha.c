/* SPDX-License-Identifier: ISC */
/* Alpha Networks, which makes devices of D-Link's and others: wrgg headers and
   the coding of its images. */
#include "unpack/vendor.h"
#include "unpack/vendor_private.h"

#include <string.h>

#define AES_BLOCK ((size_t)16)

/* Boards whose encimg is known: how their images begin, the name, and what
   key and initial value are mixed of (32 and 16 characters). */
static const struct alpha {
	const char *start, *name, *seeds;
} alphas[] = {
	{ "\x35\x66\x6f\x68", "wapac25_dlink.2015_dap1665",
	    "EfCHXytwsC6F0zsedwZc+9vDbCjE3ge4ggPy917jwESpnfXm" },
	{ "\x68\x01\xcc\xfb", "wapac28_dlink.2015_dap1720",
	    "qBiz6o/1RVQTtJBd3FS7FDbqogE8yoBmEfDMqWWxHCOhEqgY" },
	{ "\xdf\x8c\x39\x0d", "wrgac43s_dlink.2015_dir822c1",
	    "KNpsEntCcsep1jdFIs3wnXySKRGNCGmfuph587JdKHrtAUlr" },
	{ "\xf5\x2a\xa0\xb4", "wrgac65_dlink.2015_dir842",
	    "xQYoRZeD726UAbRb846kO7TeNw8eZa6uzufEbNF3kUafxFiE" },
	{ "\x21\xdd\xda\x00", "wrgac65_dlink.2015_dir842EU",
	    "xQYoRZeD726UAbRb846kO7TeNw8eZa6uzufEbNF3kUafxFiE" },
	{ "\xe3\x13\x00\x5b", "wrgac05_dlob.hans_dir850l",
	    "BIuS1CVMEQG+0pUeE99jnR+vLlLd9unrf3+odwHhmJL1ceW1" },
	{ "\x0a\x14\xe4\x24", "wrgac25_dlink.2013gui_dir850l",
	    "qQehHMEmEPQ5izL+cabn8bNHZXHjkp6WMmb+IKQgnO8OuF4b" },
	{ "\x4c\x1b\x95\xaf", "wrgac37_dlink.2013gui_dir859",
	    "KY0H9R2PDL3eu1J4uCVd1CK7BJ7vF1kcqbStAzIRvWeQHz5U" },
};

static const struct alpha *
alpha_of(struct bytes in)
{
	for (size_t i = 0; i < sizeof(alphas) / sizeof(alphas[0]); i++)
		if (in.len > AES_BLOCK &&
		    memcmp(in.ptr, alphas[i].start, 4) == 0)
			return &alphas[i];
	return NULL;
}

static bool
alpha_begins_well(struct bytes in, struct bytes name, const char *seeds)
{
	struct out first = out_open(AES_BLOCK);
	bool well = vendor_encimg(bytes_slice(in, 0, AES_BLOCK), name, seeds,
			&first) == ERR_OK &&
	    (bytes_starts(out_bytes(&first), BYTES("\x5e\xa3\xa4\x17")) ||
		bytes_starts(out_bytes(&first), BYTES("\xd0\x0d\xfe\xed")) ||
		bytes_starts(out_bytes(&first), BYTES("\x5d\x00\x00\x80")));

	out_close(&first);
	return well;
}

/* Nothing in it is a magic; that the known key opens it is proof. */
bool
vendor_alpha_check(const struct vendor_image *image, struct format_info *info)
{
	const struct alpha *alpha = alpha_of(image->in);

	if (alpha == NULL ||
	    !alpha_begins_well(image->in, bytes_of(alpha->name), alpha->seeds))
		return false;
	format_detail(info, ", board %s", alpha->name);
	return true;
}

enum err
vendor_alpha_decode(const struct vendor_image *image, struct out *to)
{
	const struct alpha *alpha = alpha_of(image->in);

	if (alpha == NULL)
		return ERR_UNSUPPORTED;
	return vendor_encimg(
	    image->in, bytes_of(alpha->name), alpha->seeds, to);
}

#define WRGG03_MD5_AT 144
#define WRGG03_HASHED_AT 108
#define WRGG03_HEADER_LEN 160
#define WRGG02_MD5_AT 80
#define WRGG02_HASHED_AT 44
#define WRGG02_HEADER_LEN 96
#define MD5_LEN 16
#define WRGG_SIGN_LEN 32

static const char wrgg_seeds[] =
    "oVhq0hvXHdfaGFLdubM4/QvuVHdKee7v0BO5nlYankuVBe4s";

static bool
wrgg_check(const struct vendor_image *image, struct format_info *info)
{
	bool third = image->row->header_len == WRGG03_HEADER_LEN;
	size_t md5_at = third ? WRGG03_MD5_AT : WRGG02_MD5_AT;
	size_t from = third ? WRGG03_HASHED_AT : WRGG02_HASHED_AT;
	struct bytes sign = vendor_text_of(image->in, 0, WRGG_SIGN_LEN);
	struct bytes payload = vendor_payload(image);
	struct bytes piece[] = { bytes_slice(image->in, from, md5_at - from),
		payload };
	bool agrees = vendor_hash_agrees(
	    HASH_MD5, piece, 2, bytes_slice(image->in, md5_at, MD5_LEN));

	if (!image->cut_short)
		format_detail(info, ", MD5 %s", agrees ? "agrees" : "is wrong");
	if (third && payload.len >= AES_BLOCK &&
	    alpha_begins_well(payload, sign, wrgg_seeds)) {
		info->encrypted = ANSWER_YES;
		format_detail(info, ", AES-256-CBC with a published key");
	}
	return true;
}

static enum err
wrgg_decode(const struct vendor_image *image, struct out *to)
{
	struct bytes sign = vendor_text_of(image->in, 0, WRGG_SIGN_LEN);
	struct bytes payload = vendor_payload(image);

	if (payload.len < AES_BLOCK ||
	    !alpha_begins_well(payload, sign, wrgg_seeds))
		return ERR_UNSUPPORTED;
	return vendor_encimg(payload, sign, wrgg_seeds, to);
}

#define WRGG03_MAGIC                                                           \
	{                                                                      \
		32, 8, "\x21\x03\x08\x20\x21\x03\x08\x20"                      \
	}
#define WRGG03_TEXT                                                            \
	{                                                                      \
		{ "board", 0, WRGG_SIGN_LEN, true },                           \
		    { "version", 40, 16, false }, { "model", 56, 16, false },  \
	}

static const struct vendor_row wrgg_rows[] = {
	{
	    .says = "wrgg03 little endian",
	    .magic = { WRGG03_MAGIC },
	    .header_len = WRGG03_HEADER_LEN,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32LE, 104, 0 } },
	    .text = WRGG03_TEXT,
	    .authenticity = AUTHENTICITY_HASH,
	    .encrypted = ANSWER_NO,
	    .check = wrgg_check,
	    .decode = wrgg_decode,
	},
	{
	    .says = "wrgg03 big endian",
	    .magic = { WRGG03_MAGIC },
	    .header_len = WRGG03_HEADER_LEN,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32BE, 104, 0 } },
	    .text = WRGG03_TEXT,
	    .authenticity = AUTHENTICITY_HASH,
	    .encrypted = ANSWER_NO,
	    .check = wrgg_check,
	    .decode = wrgg_decode,
	},
	{
	    .says = "wrgg02",
	    .magic = { { 32, 8, "\x20\x02\x04\x20\x20\x02\x04\x20" } },
	    .header_len = WRGG02_HEADER_LEN,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32LE, 40, 0 } },
	    .text = { { "board", 0, WRGG_SIGN_LEN, true },
		{ "device", 48, 32, false } },
	    .authenticity = AUTHENTICITY_HASH,
	    .encrypted = ANSWER_NO,
	    .check = wrgg_check,
	},
};

VENDOR_FORMAT(wrgg, wrgg_rows, "wrgg");
