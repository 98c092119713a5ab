/* SPDX-License-Identifier: ISC */
/* Known containers in disguise: changed magics, enciphered headers. */
#include "unpack/vendor.h"
#include "unpack/vendor_private.h"

#include "base/cursor.h"
#include "base/number.h"
#include "codec/crc.h"
#include "codec/decompress.h"

#include <string.h>

/* A zip's first member, under another magic. */
static bool
zip_check(const struct vendor_image *image, struct format_info *info)
{
	struct cursor c = cur_open_at(image->in, 4, "zip member");
	uint32_t version = cur_u16le(&c, "version");

	cur_skip(&c, 2, "flags");
	uint32_t method = cur_u16le(&c, "method");

	cur_skip(&c, 16, "times, crc and sizes");
	size_t name_len = cur_u16le(&c, "name length");

	cur_skip(&c, 2, "extra length");
	struct bytes name = vendor_text_of(image->in, c.pos, name_len);

	(void)info; /* nothing to add */
	return cur_ok(&c) && (version & 0xff) <= 63 &&
	    (method == 0 || method == 8) && name.len > 0 &&
	    name.len == name_len;
}

static enum err
dahua_decode(const struct vendor_image *image, struct out *to)
{
	out_text(to, "PK");
	out_put(to, bytes_from(image->in, 2));
	return to->failed;
}

static const struct vendor_row dahua_rows[] = {
	{
	    .says = "zip that begins with DH",
	    .magic = { { 0, 4, "DH\x03\x04" } },
	    .counts = VENDOR_TO_END,
	    .authenticity = AUTHENTICITY_NONE,
	    .encrypted = ANSWER_NO,
	    .check = zip_check,
	    .decode = dahua_decode,
	},
};

VENDOR_FORMAT(dahua, dahua_rows, "dahua");

/* Signatures of members, directory and end each have two bytes changed. */
static enum err
instar_decode(const struct vendor_image *image, struct out *to)
{
	static const char *const marks[][2] = { { "\x03\x07", "\x03\x04" },
		{ "\x05\x09", "\x05\x06" }, { "\x01\x08", "\x01\x02" } };
	size_t from = to->len;

	out_put(to, image->in);
	if (to->failed != ERR_OK)
		return to->failed;
	for (size_t at = from; at + 4 <= to->len; at++) {
		if (to->ptr[at] != 'P' || to->ptr[at + 1] != 'K')
			continue;
		for (size_t i = 0; i < 3; i++)
			if (memcmp(to->ptr + at + 2, marks[i][0], 2) == 0) {
				memcpy(to->ptr + at + 2, marks[i][1], 2);
				break;
			}
	}
	return ERR_OK;
}

#define BNEG_SIZES                                                             \
	{                                                                      \
		{ VENDOR_U32LE, 12, 0 },                                       \
		{                                                              \
			VENDOR_U32LE, 16, 0                                    \
		}                                                              \
	}

static void
bneg_parts(const struct vendor_image *image, struct slices *to)
{
	size_t first = vendor_u32le(image->in, 12);

	slices_add(to, image->header_len, first, false);
	slices_add(
	    to, image->header_len + first, vendor_u32le(image->in, 16), false);
}

static const struct vendor_row instar_rows[] = {
	{
	    .says = "zip with changed signatures",
	    .magic = { { 0, 4, "PK\x03\x07" } },
	    .counts = VENDOR_TO_END,
	    .authenticity = AUTHENTICITY_NONE,
	    .encrypted = ANSWER_NO,
	    .check = zip_check,
	    .decode = instar_decode,
	},
	{
	    .says = "BNEG",
	    .magic = { { 0, 12, "BNEG\x01\0\0\0\x01\0\0\0" } },
	    .header_len = 20,
	    .counts = VENDOR_PAYLOAD,
	    .size = BNEG_SIZES,
	    .authenticity = AUTHENTICITY_NONE,
	    .encrypted = ANSWER_NO,
	    .parts = bneg_parts,
	},
};

VENDOR_FORMAT(instar, instar_rows, "instar");

/* Hikvision: only the header is mixed with a known key. */
#define HIK_HEADER_MAX ((size_t)0x10000)
#define HIK_FIRST_ENTRY ((size_t)64)
#define HIK_ENTRY_LEN ((size_t)44)
#define HIK_NAME_LEN ((size_t)32)
#define HIK_HEADER_LEN_AT 8
#define HIK_COUNT_AT 12

static const uint8_t hik_key[] = { 0xba, 0xcd, 0xbc, 0xfe, 0xd6, 0xca, 0xdd,
	0xd3, 0xba, 0xb9, 0xa3, 0xab, 0xbf, 0xcb, 0xb5, 0xbe };

static uint32_t
hik_u32(struct bytes in, size_t at)
{
	uint32_t value = vendor_u32le(in, at);

	for (size_t i = 0; i < 4; i++)
		value ^= (uint32_t)hik_key[(at + i + ((at + i) >> 4)) % 16]
		    << (8 * i);
	return value;
}

/* Offset and size; which stands first differs from maker's tool to tool. */
static bool
hik_entry(struct bytes in, size_t number, size_t *ret_at, size_t *ret_len)
{
	size_t place = HIK_FIRST_ENTRY + number * HIK_ENTRY_LEN + HIK_NAME_LEN;
	size_t header = hik_u32(in, HIK_HEADER_LEN_AT);
	bool offset_first =
	    hik_u32(in, HIK_FIRST_ENTRY + HIK_NAME_LEN) == header;
	size_t one = hik_u32(in, place);
	size_t two = hik_u32(in, place + 4);
	size_t at = offset_first ? one : two;
	size_t len = offset_first ? two : one;

	if (at < HIK_FIRST_ENTRY || at > in.len || len > in.len - at)
		return false;
	*ret_at = at;
	*ret_len = len;
	return true;
}

static bool
hik_check(const struct vendor_image *image, struct format_info *info)
{
	size_t header = hik_u32(image->in, HIK_HEADER_LEN_AT);
	size_t count = hik_u32(image->in, HIK_COUNT_AT);
	size_t end = header;

	if (header < HIK_FIRST_ENTRY || header > HIK_HEADER_MAX || count == 0 ||
	    count > (header - HIK_FIRST_ENTRY) / HIK_ENTRY_LEN)
		return false;
	for (size_t i = 0; i < count; i++) {
		size_t at;
		size_t len;

		if (!hik_entry(image->in, i, &at, &len))
			return false;
		if (at + len > end)
			end = at + len;
	}
	info->size = end;
	format_detail(info, ", header obfuscated, %zu files", count);
	return end > header;
}

static void
hik_parts(const struct vendor_image *image, struct slices *to)
{
	size_t count = hik_u32(image->in, HIK_COUNT_AT);
	size_t at;
	size_t len;

	for (size_t i = 0; i < count; i++)
		if (hik_entry(image->in, i, &at, &len))
			slices_add(to, at, len, false);
}

static const struct vendor_row hikvision_rows[] = {
	{
	    .says = "Hikvision",
	    .magic = { { 0, 4, "\xe9\x9a\xf7\xb6" } },
	    .header_len = HIK_FIRST_ENTRY,
	    .counts = VENDOR_TO_END,
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	    .check = hik_check,
	    .parts = hik_parts,
	},
	{
	    .says = "Hikvision HK20, AES",
	    .magic = { { 0, 4, "\xf2\x86\x8e\xce" } },
	    .header_len = HIK_FIRST_ENTRY,
	    .counts = VENDOR_TO_END,
	    .authenticity = AUTHENTICITY_UNKNOWN,
	    .encrypted = ANSWER_YES,
	},
	{
	    .says = "Hikvision HK30, AES",
	    .magic = { { 0, 4, "\xf2\x86\x8f\xce" } },
	    .header_len = HIK_FIRST_ENTRY,
	    .counts = VENDOR_TO_END,
	    .authenticity = AUTHENTICITY_UNKNOWN,
	    .encrypted = ANSWER_YES,
	},
};

VENDOR_FORMAT(hikvision, hikvision_rows, "hikvision");

/* QNAP: what precedes a trailer of 74 bytes is enciphered in part. */
#define QNAP_TRAILER_LEN ((size_t)74)

static bool
qnap_check(const struct vendor_image *image, struct format_info *info)
{
	size_t trailer = image->in.len - QNAP_TRAILER_LEN;
	size_t len = vendor_u32le(image->in, trailer + 6);
	struct bytes device = vendor_text_of(image->in, trailer + 10, 16);

	if (len == 0 || len > trailer || device.len == 0)
		return false;
	vendor_say_text(info, "device", device);
	vendor_say_text(
	    info, "version", vendor_text_of(image->in, trailer + 26, 16));
	format_detail(info, ", PC1 over the first %zu bytes", len);
	return true;
}

static void
qnap_parts(const struct vendor_image *image, struct slices *to)
{
	size_t trailer = image->in.len - QNAP_TRAILER_LEN;
	size_t len = vendor_u32le(image->in, trailer + 6);

	slices_add(to, 0, len, false);
	slices_add(to, len, trailer - len, false);
}

static const struct vendor_row qnap_rows[] = {
	{
	    .says = "QNAP",
	    .magic = { { VENDOR_FROM_END | QNAP_TRAILER_LEN, 6, "icpnas" } },
	    .counts = VENDOR_TO_END,
	    .tail_len = QNAP_TRAILER_LEN,
	    .authenticity = AUTHENTICITY_NONE,
	    .encrypted = ANSWER_YES,
	    .check = qnap_check,
	    .parts = qnap_parts,
	},
};

VENDOR_FORMAT(qnap, qnap_rows, "qnap");

/* AVM's EVA kernel: LZMA without the usual header. */
#define EVA_HEADER_LEN 36
#define EVA_TAIL_LEN ((size_t)12)
#define EVA_LEN_AT 4
#define EVA_PACKED_LEN_AT 16
#define EVA_LEN_PLAIN_AT 20
#define EVA_CRC_AT 24
#define EVA_PROPS_AT 28
#define LZMA_PROPS_MAX 225

static bool
eva_check(const struct vendor_image *image, struct format_info *info)
{
	size_t packed = vendor_u32le(image->in, EVA_PACKED_LEN_AT);
	struct bytes data = bytes_slice(image->in, EVA_HEADER_LEN, packed);

	if (image->in.ptr[EVA_PROPS_AT] >= LZMA_PROPS_MAX ||
	    packed > image->total - EVA_HEADER_LEN)
		return false;
	format_detail(info, ", loads at %08x, %u bytes",
	    vendor_u32le(image->in, 8),
	    vendor_u32le(image->in, EVA_LEN_PLAIN_AT));
	if (!image->cut_short)
		format_detail(info, ", CRC %s",
		    crc32_of(data) == vendor_u32le(image->in, EVA_CRC_AT)
			? "agrees"
			: "is wrong");
	return true;
}

static enum err
eva_decode(const struct vendor_image *image, struct out *to)
{
	size_t packed = vendor_u32le(image->in, EVA_PACKED_LEN_AT);
	struct out stream = out_open(image->in.len + 13);
	size_t used;

	out_put(&stream, bytes_slice(image->in, EVA_PROPS_AT, 5));
	out_u64le(&stream, vendor_u32le(image->in, EVA_LEN_PLAIN_AT));
	out_put(&stream, bytes_slice(image->in, EVA_HEADER_LEN, packed));
	enum err err = stream.failed;

	if (err == ERR_OK)
		err = decompress_stream(
		    CODEC_LZMA, out_bytes(&stream), to, &used);
	out_close(&stream);
	return err;
}

static const struct vendor_row avm_rows[] = {
	{
	    .says = "EVA",
	    .magic = { { 0, 4, "\x81\x12\xed\xfe" },
		{ 12, 4, "\x01\x02\x5a\x07" } },
	    .header_len = EVA_HEADER_LEN,
	    .counts = VENDOR_TOTAL,
	    .size = { { VENDOR_U32LE, EVA_LEN_AT, 0 } },
	    .size_plus = 12 + EVA_TAIL_LEN,
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	    .check = eva_check,
	    .decode = eva_decode,
	},
};

VENDOR_FORMAT(avm_kernel, avm_rows, "avm-kernel");
