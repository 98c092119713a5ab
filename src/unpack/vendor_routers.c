/* SPDX-License-Identifier: ISC */
/* Headers of routers and access points that need no room of their own. */
#include "unpack/vendor.h"
#include "unpack/vendor_private.h"

#include "base/number.h"

#include <string.h>

#define MD5_LEN 16
#define SHA1_LEN 20
#define SENAO_MD5_AT 40
#define SENAO_TYPE_AT 28
#define SENAO_TYPE_MAX 12
#define SENAO_KEY_LEN 8
#define EDIMAX_SUM_AT 50
#define EDIMAX_SUM_XOR 0xb9
#define REALTEK_HEADER_LEN ((size_t)16)
#define REALTEK_LEN_AT 12
#define PLANEX_HEADER_LEN ((size_t)34)
#define LUXUL_BLOBS_AT 36
#define LUXUL_BLOB_SIGNATURE 2
#define CI_HEADER_LEN 65536
#define CE_ENTRIES_AT 38
#define CE_ENTRY_LEN 72
#define CE_ENTRIES_MAX 64

/* What lies under the obfuscation must have the header's MD5. */
static bool
senao_key_fits(const struct vendor_image *image, struct bytes key)
{
	struct bytes payload = vendor_payload(image);
	struct out plain = out_open(payload.len);
	bool fits = false;

	if (vendor_xor(payload, key, &plain) == ERR_OK) {
		struct bytes all = out_bytes(&plain);

		fits = vendor_hash_agrees(HASH_MD5, &all, 1,
		    bytes_slice(image->in, SENAO_MD5_AT, MD5_LEN));
	}
	out_close(&plain);
	return fits;
}

/* Each byte in turn is mixed with the key moved by one bit more. */
static struct bytes
senao_key(const struct vendor_image *image, uint8_t key[SENAO_KEY_LEN])
{
	uint32_t word = image->row->magic[0].at == 92 ? 0x5678 : 0x1688;

	for (unsigned i = 0; i < SENAO_KEY_LEN; i++)
		key[i] = (uint8_t)(word >> i);
	return (struct bytes){ key, SENAO_KEY_LEN };
}

static bool
senao_check(const struct vendor_image *image, struct format_info *info)
{
	uint8_t key[SENAO_KEY_LEN];
	uint32_t type = vendor_u32be(image->in, SENAO_TYPE_AT);

	if (type == 0 || type > SENAO_TYPE_MAX)
		return false;
	format_detail(info, ", type %u", type);
	if (!image->cut_short)
		format_detail(info, ", MD5 %s",
		    senao_key_fits(image, senao_key(image, key)) ? "agrees"
								 : "is wrong");
	return true;
}

static bool
engenius_check(const struct vendor_image *image, struct format_info *info)
{
	(void)info; /* nothing to add */
	/* Both makers' numbers, below 64 Ki, in a row. */
	return vendor_u32be(image->in, 4) <= 0xffff &&
	    vendor_u32be(image->in, 8) <= 0xffff;
}

static enum err
senao_decode(const struct vendor_image *image, struct out *to)
{
	uint8_t key[SENAO_KEY_LEN];

	return vendor_xor(vendor_payload(image), senao_key(image, key), to);
}

static const struct vendor_row senao_rows[] = {
	{
	    .says = "Senao for all models, obfuscated",
	    .magic = { { 92, 4, "\x12\x34\x56\x78" }, { 96, 3, "all" },
		{ 36, 4, "\0\0\0\0" } },
	    .header_len = 0x88,
	    .header = { VENDOR_U32BE, 0x84, 0 },
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32BE, 32, 0 } },
	    .text = { { "version", 12, 16, true } },
	    .authenticity = AUTHENTICITY_HASH,
	    .encrypted = ANSWER_NO,
	    .check = senao_check,
	    .decode = senao_decode,
	},
	{
	    .says = "Senao, obfuscated",
	    .magic = { { 92, 4, "\x12\x34\x56\x78" }, { 36, 4, "\0\0\0\0" } },
	    .header_len = 0x60,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32BE, 32, 0 } },
	    .text = { { "version", 12, 16, true } },
	    .authenticity = AUTHENTICITY_HASH,
	    .encrypted = ANSWER_NO,
	    .check = senao_check,
	    .decode = senao_decode,
	},
	{
	    .says = "EnGenius, obfuscated",
	    .magic = { { 0xb4, 4, "\x30\x47\x16\x88" } },
	    .header_len = 0xb8,
	    .counts = VENDOR_TO_END,
	    .text = { { "version", 12, 16, false } },
	    .authenticity = AUTHENTICITY_HASH,
	    .encrypted = ANSWER_NO,
	    .check = engenius_check,
	    .decode = senao_decode,
	},
	{
	    .says = "EnGenius, obfuscated",
	    .magic = { { 0x7c, 4, "\x30\x47\x16\x88" } },
	    .header_len = 0x80,
	    .counts = VENDOR_TO_END,
	    .text = { { "version", 12, 16, false } },
	    .authenticity = AUTHENTICITY_HASH,
	    .encrypted = ANSWER_NO,
	    .check = engenius_check,
	    .decode = senao_decode,
	},
};

VENDOR_FORMAT(senao, senao_rows, "senao");

static bool
edimax_check(const struct vendor_image *image, struct format_info *info)
{
	struct bytes payload = vendor_payload(image);
	uint32_t sum = 0;

	for (size_t i = 0; i < payload.len; i++)
		sum += payload.ptr[i];
	if (!image->cut_short)
		format_detail(info, ", sum %s",
		    ((sum ^ EDIMAX_SUM_XOR) & 0xff) ==
			    image->in.ptr[EDIMAX_SUM_AT]
			? "agrees"
			: "is wrong");
	return true;
}

#define EDIMAX_WORDS(order)                                                    \
	{                                                                      \
		{                                                              \
			"sum", order, 0, VENDOR_HEADER, VENDOR_END, false,     \
			    true                                               \
		}                                                              \
	}

static const struct vendor_row edimax_rows[] = {
	{
	    .says = "CSYS",
	    .magic = { { 0, 4, "CSYS" }, { 4, 4, "\x00\x00\x50\x80" } },
	    .header_len = 12,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32LE, 8, 0 } },
	    .sum = EDIMAX_WORDS(VENDOR_LE16_TO_0),
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	},
	{
	    .says = "CSYS with model, little endian",
	    .magic = { { 0, 4, "CSYS" } },
	    .header_len = 20,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32LE, 16, 0 } },
	    .text = { { "model", 12, 4, true } },
	    .sum = EDIMAX_WORDS(VENDOR_LE16_TO_0),
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	},
	{
	    .says = "CSYS with model, big endian",
	    .magic = { { 0, 4, "CSYS" } },
	    .header_len = 20,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32BE, 16, 0 } },
	    .text = { { "model", 12, 4, true } },
	    .sum = EDIMAX_WORDS(VENDOR_BE16_TO_0),
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	},
	{
	    .says = "eDiMaX",
	    .magic = { { 0, 6, "eDiMaX" } },
	    .header_len = 94,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32BE, 51, 0 } },
	    .text = { { "model", 16, 32, false }, { "version", 63, 14, false },
		{ "partition", 78, 16, false } },
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	    .check = edimax_check,
	},
};

VENDOR_FORMAT(edimax, edimax_rows, "edimax");

/* Web pages, kernels with and without root, root file systems, boot loaders. */
static const char *const realtek_marks[] = { "cs6c", "cs6b", "csys", "cr6c",
	"cr6b", "csro", "w6cg", "w6cv", "r6cr", "r6br", "root", "boot" };

static bool
realtek_segment(struct bytes in, size_t at, size_t *ret_len)
{
	struct bytes segment = bytes_from(in, at);
	size_t len = vendor_u32be(segment, REALTEK_LEN_AT);
	bool known = false;

	if (segment.len <= REALTEK_HEADER_LEN || len == 0 ||
	    len > segment.len - REALTEK_HEADER_LEN)
		return false;
	for (size_t i = 0; i < sizeof(realtek_marks) / sizeof(realtek_marks[0]);
	     i++)
		known |= memcmp(segment.ptr, realtek_marks[i], 4) == 0;
	if (known)
		*ret_len = len;
	return known;
}

static bool
realtek_check(const struct vendor_image *image, struct format_info *info)
{
	static const struct vendor_sum words = { "sum", VENDOR_BE16_TO_0, 0,
		REALTEK_HEADER_LEN, VENDOR_END, false, true };
	size_t at = 0;
	size_t len;
	size_t count = 0;

	for (; count < SLICES_PARTS_MAX && realtek_segment(image->in, at, &len);
	     count++) {
		struct vendor_image segment = {
			.row = image->row,
			.in = bytes_slice(
			    image->in, at, REALTEK_HEADER_LEN + len),
			.total = REALTEK_HEADER_LEN + len,
		};

		if (!vendor_sum_agrees(&segment, &words))
			break;
		at += REALTEK_HEADER_LEN + len;
	}
	if (count == 0)
		return false;
	info->size = at;
	format_detail(info, ", %zu parts from \"%.4s\", sums agree", count,
	    (const char *)image->in.ptr);
	return true;
}

static void
realtek_parts(const struct vendor_image *image, struct slices *to)
{
	size_t at = 0;
	size_t len;

	for (size_t i = 0;
	     i < SLICES_PARTS_MAX && realtek_segment(image->in, at, &len);
	     i++) {
		slices_add(to, at + REALTEK_HEADER_LEN, len, false);
		at += REALTEK_HEADER_LEN + len;
	}
}

static const struct vendor_row realtek_rows[] = {
	{
	    .says = "RTK0",
	    .magic = { { 0, 4, "RTK0" } },
	    .header_len = 4,
	    .header = { VENDOR_U32LE, 16, 0 },
	    .counts = VENDOR_TOTAL,
	    .size = { { VENDOR_U32LE, 4, 0 } },
	    .fills = true,
	    .authenticity = AUTHENTICITY_NONE,
	    .encrypted = ANSWER_NO,
	},
	{
	    .says = "Realtek",
	    .header_len = REALTEK_HEADER_LEN,
	    .counts = VENDOR_TO_END,
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	    .check = realtek_check,
	    .parts = realtek_parts,
	},
};

VENDOR_FORMAT(realtek, realtek_rows, "realtek");

static const struct vendor_row jcg_rows[] = {
	{
	    .says = "JCG",
	    .magic = { { 0, 4, "YSZJ" }, { 36, 4, "\0\0\0\x01" } },
	    .header_len = 512,
	    .counts = VENDOR_TO_END,
	    .sum = { { "header CRC", VENDOR_CRC32, 508, 0, VENDOR_HEADER, true,
			 true },
		{ "CRC", VENDOR_CRC32, 504, VENDOR_HEADER, VENDOR_END, true,
		    false } },
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	},
};

VENDOR_FORMAT(jcg, jcg_rows, "jcg");

/* The SHA-1 begins with a number that names the model. */
static bool
planex_check(const struct vendor_image *image, struct format_info *info)
{
	for (uint8_t model = 2; model <= 4; model += 2) {
		uint8_t seed[] = { 0, 0, 0, model };
		struct bytes piece[] = { { seed, sizeof(seed) },
			vendor_payload(image) };

		if (!vendor_hash_agrees(HASH_SHA1, piece, 2,
			bytes_slice(image->in, 0, SHA1_LEN)))
			continue;
		format_detail(info, ", model %u, SHA-1 agrees", model);
		return true;
	}
	return false;
}

static const struct vendor_row planex_rows[] = {
	{
	    .says = "Planex",
	    .header_len = PLANEX_HEADER_LEN,
	    .counts = VENDOR_PAYLOAD,
	    .size = { { VENDOR_U32BE, 30, 0 } },
	    .fills = true,
	    .text = { { "version", 20, 8, true } },
	    .authenticity = AUTHENTICITY_HASH,
	    .encrypted = ANSWER_NO,
	    .check = planex_check,
	},
};

VENDOR_FORMAT(planex, planex_rows, "planex");

/* Blobs "D#" stand between header and image; one may be a signature. */
static bool
luxul_check(const struct vendor_image *image, struct format_info *info)
{
	size_t at = vendor_u32le(image->in, LUXUL_BLOBS_AT);
	struct bytes blob = bytes_slice(image->in, at, 8);

	if (blob.len < 8 || memcmp(blob.ptr, "D#", 2) != 0)
		return true;
	if (blob.ptr[2] == LUXUL_BLOB_SIGNATURE && blob.ptr[3] == 0) {
		info->authenticity = AUTHENTICITY_SIGNED;
		format_detail(
		    info, ", signature of %u bytes", vendor_u32le(blob, 4));
	}
	return true;
}

static const struct vendor_row luxul_rows[] = {
	{
	    .says = "Luxul",
	    .magic = { { 0, 4, "LXL#" } },
	    .header = { VENDOR_U32LE, 8, 0 },
	    .counts = VENDOR_TO_END,
	    .text = { { "board", 16, 16, true } },
	    .authenticity = AUTHENTICITY_NONE,
	    .encrypted = ANSWER_NO,
	    .check = luxul_check,
	},
};

VENDOR_FORMAT(luxul, luxul_rows, "luxul");

/* Digits say how long kernel and root are; the first may be rounded up. */
static bool
ci_check(const struct vendor_image *image, struct format_info *info)
{
	struct vendor_number kernel = { VENDOR_HEX, 2, 8 };
	struct vendor_number rootfs = { VENDOR_HEX, 10, 8 };
	uint64_t kernel_len;
	uint64_t rootfs_len;

	if (!vendor_number_read(image->in, &kernel, &kernel_len) ||
	    !vendor_number_read(image->in, &rootfs, &rootfs_len) ||
	    kernel_len + rootfs_len > image->in.len - image->header_len)
		return false;
	format_detail(info, ", kernel %llu and root %llu bytes",
	    (unsigned long long)kernel_len, (unsigned long long)rootfs_len);
	return true;
}

static bool
ce_check(const struct vendor_image *image, struct format_info *info)
{
	struct vendor_number count = { VENDOR_HEX, 36, 2 };
	uint64_t entries;
	uint64_t total = 0;

	if (!vendor_number_read(image->in, &count, &entries) || entries == 0 ||
	    entries > CE_ENTRIES_MAX)
		return false;
	for (size_t i = 0; i < entries; i++) {
		uint32_t at = CE_ENTRIES_AT + (uint32_t)i * CE_ENTRY_LEN;
		struct vendor_number size = { VENDOR_HEX, at + 32, 8 };
		uint64_t len;

		if (!vendor_number_read(image->in, &size, &len))
			return false;
		total += len;
	}
	if (total > image->in.len - image->header_len)
		return false;
	format_detail(info, ", %llu parts", (unsigned long long)entries);
	return true;
}

static const struct vendor_row combined_rows[] = {
	{
	    .says = "combined image",
	    .magic = { { 0, 2, "CI" } },
	    .header_len = CI_HEADER_LEN,
	    .counts = VENDOR_TO_END,
	    .text = { { "digits", 2, 48, true } },
	    .sum = { { "MD5", VENDOR_MD5_HEX, 18, VENDOR_HEADER, VENDOR_END,
		false, false } },
	    .authenticity = AUTHENTICITY_HASH,
	    .encrypted = ANSWER_NO,
	    .check = ci_check,
	},
	{
	    .says = "combined extended image",
	    .magic = { { 0, 2, "CE" } },
	    .header_len = CI_HEADER_LEN,
	    .counts = VENDOR_TO_END,
	    .text = { { "type", 4, 32, true } },
	    .authenticity = AUTHENTICITY_HASH,
	    .encrypted = ANSWER_NO,
	    .check = ce_check,
	},
};

VENDOR_FORMAT(combined_image, combined_rows, "combined-image");
