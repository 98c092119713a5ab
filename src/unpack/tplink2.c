/* SPDX-License-Identifier: ISC */
/* TP-Link header versions 2 and 3: 512 bytes, big-endian but for the first
   word; and SafeLoader, a table of flash partitions in text. */
#include "base/cursor.h"
#include "base/limits.h"
#include "base/number.h"
#include "unpack/vendor.h"
#include "unpack/vendor_private.h"

#define HEADER_LEN ((size_t)512)
#define HEADER_MD5_AT ((size_t)0x40)
#define HEADER_LEN_AT 0x70
#define HEADER_PARTS_AT 0x74
#define HEADER_PARTS 3
#define HEADER_MARK_AT 0x8c
#define HEADER_SIGNATURE_AT ((size_t)0x94)
#define HEADER_SIGNATURE_LEN ((size_t)128)
#define MD5_LEN ((size_t)16)

/* Both have been public for years: accidents only. */
static const char *const salts[] = {
	"\xdc\xd7\x3a\xa5\xc3\x95\x98\xfb\xdc\xf9\xe7\xf4\x0e\xae\x47\x37",
	"\x8c\xef\x33\x5f\xd5\xc5\xce\xfa\xac\x9c\x28\xda\xb2\xe9\x0f\x42",
};

static bool
md5_agrees(struct bytes in, size_t at, const char *salt)
{
	struct bytes piece[] = { bytes_slice(in, 0, at),
		{ (const uint8_t *)salt, MD5_LEN },
		bytes_from(in, at + MD5_LEN) };

	return vendor_hash_agrees(
	    HASH_MD5, piece, 3, bytes_slice(in, at, MD5_LEN));
}

/* Kernel, root and boot loader lie inside, whichever there are. */
static bool
parts_lie_inside(struct bytes in, size_t total)
{
	size_t there = 0;

	for (size_t i = 0; i < HEADER_PARTS; i++) {
		size_t at = vendor_u32be(in, HEADER_PARTS_AT + i * 8);
		size_t len = vendor_u32be(in, HEADER_PARTS_AT + i * 8 + 4);

		if (at > total || len > total - at)
			return false;
		there += len > 0;
	}
	return there > 0;
}

static bool
header_check(const struct vendor_image *image, struct format_info *info)
{
	struct bytes in = image->in;
	bool agrees = !image->cut_short &&
	    (md5_agrees(in, HEADER_MD5_AT, salts[0]) ||
		md5_agrees(in, HEADER_MD5_AT, salts[1]));
	bool marked = vendor_u32be(in, HEADER_MARK_AT) >> 16 == 0x55aa;

	if (!parts_lie_inside(in, image->total) || (!agrees && !marked))
		return false;
	format_detail(info, ", board %08x.%u", vendor_u32be(in, 0x34),
	    vendor_u32be(in, 0x38));
	if (!image->cut_short)
		format_detail(info, ", MD5 with the public salt %s",
		    agrees ? "agrees" : "is wrong");
	return true;
}

/* A signature stands in what version 2 leaves empty. */
static bool
header3_check(const struct vendor_image *image, struct format_info *info)
{
	if (!header_check(image, info))
		return false;
	if (vendor_is_blank(bytes_slice(
		image->in, HEADER_SIGNATURE_AT, HEADER_SIGNATURE_LEN)))
		return true;
	info->authenticity = AUTHENTICITY_SIGNED;
	format_detail(info, ", RSA signature");
	return true;
}

static const struct vendor_row header2_rows[] = {
	{
	    .says = "header version 2",
	    .magic = { { 0, 4, "\x02\x00\x00\x00" }, { 0x50, 4, "\0\0\0\0" } },
	    .header_len = HEADER_LEN,
	    .counts = VENDOR_TOTAL,
	    .size = { { VENDOR_U32BE, HEADER_LEN_AT, 0 } },
	    .text = { { "version", 4, 48, true } },
	    .authenticity = AUTHENTICITY_HASH,
	    .encrypted = ANSWER_NO,
	    .check = header_check,
	},
};

VENDOR_FORMAT(tplink2, header2_rows, "tplink2");

static const struct vendor_row header3_rows[] = {
	{
	    .says = "header version 3",
	    .magic = { { 0, 4, "\x03\x00\x00\x00" } },
	    .header_len = HEADER_LEN,
	    .counts = VENDOR_TOTAL,
	    .size = { { VENDOR_U32BE, HEADER_LEN_AT, 0 } },
	    .text = { { "version", 4, 48, true } },
	    .authenticity = AUTHENTICITY_HASH,
	    .encrypted = ANSWER_NO,
	    .check = header3_check,
	},
};

VENDOR_FORMAT(tplink_header3, header3_rows, "tplink3");

#define LOADER_MD5_AT ((size_t)4)
#define LOADER_INFO_AT ((size_t)0x14)
#define LOADER_TABLE_AT ((size_t)0x1014)
#define LOADER_TABLE_LEN ((size_t)0x800)
#define LOADER_RSA_AT ((size_t)0x110)
#define LOADER_SIGNATURE_AT ((size_t)0x130)
#define LOADER_SECRET_AT ((size_t)0x230)
#define PARTS_MAX 64
#define META_MAX 4096U

static const char loader_salt[] =
    "\x7a\x2b\x15\xed\x9b\x98\x59\x6d\xe5\x04\xab\x44\xac\x2a\x9f\x4e";

struct part {
	struct bytes name;
	size_t at, len;
};

struct loader {
	size_t total;
	struct part part[PARTS_MAX];
	size_t parts;
	size_t signature_len; /* 0: none */
	bool cloud;
	bool secret; /* no table can be read */
};

static bool
read_hex(struct bytes text, size_t *ret)
{
	struct vendor_number number = { VENDOR_HEX, 2, 8 };
	uint64_t value;

	if (!bytes_starts(text, BYTES("0x")) || text.len > 10)
		return false;
	number.len = (uint32_t)text.len - 2;
	if (!vendor_number_read(text, &number, &value))
		return false;
	*ret = (size_t)value;
	return true;
}

/* "fwup-ptn NAME base 0x... size 0x...", with a tab at the end. */
static bool
read_part(struct bytes line, struct part *ret)
{
	static const char *const words[] = { "fwup-ptn", NULL, "base", NULL,
		"size", NULL };
	struct bytes value[3] = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
	struct part p = { .at = 0 };
	struct bytes word;

	for (size_t i = 0; i < 6; i++) {
		if (!bytes_next_word(&line, &word))
			return false;
		if (words[i] == NULL)
			value[i / 2] = word;
		else if (!bytes_equal_text(word, words[i]))
			return false;
	}
	p.name = value[0];
	if (!read_hex(value[1], &p.at) || !read_hex(value[2], &p.len))
		return false;
	*ret = p;
	return true;
}

/* Lines up to a byte that is no text; false unless there are good ones. */
static bool
read_table(struct bytes in, struct loader *l)
{
	struct bytes rest = bytes_slice(in, LOADER_TABLE_AT, LOADER_TABLE_LEN);
	struct bytes line;
	struct part p;

	while (l->parts < PARTS_MAX && bytes_next_line(&rest, &line)) {
		if (!read_part(line, &p))
			break;
		p.at += LOADER_TABLE_AT;
		if (p.at == LOADER_TABLE_AT || p.at > l->total ||
		    p.len > l->total - p.at)
			return false;
		l->part[l->parts++] = p;
	}
	return l->parts > 0;
}

/* Signed kinds say so where others have text or ff. */
static void
read_signature(struct bytes in, struct loader *l)
{
	uint32_t kind = vendor_u32be(in, LOADER_RSA_AT);

	l->cloud =
	    bytes_starts(bytes_from(in, LOADER_INFO_AT), BYTES("fw-type:"));
	if (!l->cloud || (kind != 0x100 && kind != 0x200))
		return;
	size_t len = kind == 0x100 ? 128 : 256;

	if (!vendor_is_blank(bytes_slice(in, LOADER_SIGNATURE_AT, len)))
		l->signature_len = len;
}

static enum err
read_loader(struct bytes in, struct loader *ret)
{
	struct loader l = { .total = vendor_u32be(in, 0) };

	if (l.total <= LOADER_TABLE_AT + LOADER_TABLE_LEN ||
	    in.len <= LOADER_TABLE_AT + LOADER_TABLE_LEN ||
	    in.len < l.total / 2)
		return ERR_MALFORMED;
	read_signature(in, &l);
	l.secret = !read_table(in, &l);
	if (l.secret && (!l.cloud || l.parts > 0))
		return ERR_MALFORMED;
	*ret = l;
	return ERR_OK;
}

/* The salt stands in front of what is hashed, not in the digest's place. */
static bool
loader_md5_agrees(struct bytes image)
{
	struct bytes piece[] = { { (const uint8_t *)loader_salt, MD5_LEN },
		bytes_from(image, LOADER_INFO_AT) };

	return vendor_hash_agrees(
	    HASH_MD5, piece, 2, bytes_slice(image, LOADER_MD5_AT, MD5_LEN));
}

/* soft-version: a length and a zero, then either text or packed numbers. */
static void
describe_version(
    struct bytes in, const struct part *p, struct format_info *info)
{
	struct bytes meta = bytes_slice(in, p->at, p->len);
	size_t len = vendor_u32be(meta, 0);

	if (!bytes_equal_text(p->name, "soft-version") || len > META_MAX)
		return;
	struct bytes text = vendor_text_of(meta, 8, len);

	if (text.len > 0)
		vendor_say_text(info, "version", text);
	else if (meta.len >= 12 && meta.ptr[8] == 0xff)
		format_detail(info, ", version %u.%u.%u", meta.ptr[9],
		    meta.ptr[10], meta.ptr[11]);
}

/* The first device of the list stands for all. */
static void
describe_support(
    struct bytes in, const struct part *p, struct format_info *info)
{
	struct bytes meta = bytes_slice(in, p->at, p->len);
	size_t len = vendor_u32be(meta, 0);
	struct bytes line;

	if (!bytes_equal_text(p->name, "support-list") || len > META_MAX)
		return;
	struct bytes rest = bytes_slice(meta, 8, len);

	while (bytes_next_line(&rest, &line))
		if (bytes_starts(line, BYTES("{"))) {
			vendor_say_text(
			    info, "for", vendor_text_of(line, 0, line.len));
			return;
		}
}

static enum err
loader_probe(struct bytes in, struct format_info *ret)
{
	struct loader l;
	enum err err = read_loader(in, &l);

	if (err != ERR_OK)
		return err;
	struct bytes image = bytes_slice(in, 0, l.total);
	bool whole = image.len == l.total;
	bool agrees = whole && loader_md5_agrees(image);

	/* Nothing else proves one whose contents are encrypted. */
	if (l.secret && !agrees && l.signature_len == 0)
		return ERR_MALFORMED;
	struct format_info info = {
		.size = image.len,
		.authenticity = l.signature_len > 0 ? AUTHENTICITY_SIGNED
						    : AUTHENTICITY_HASH,
		.encrypted = l.secret ? ANSWER_YES : ANSWER_NO,
		.rollback = l.signature_len > 0 ? ANSWER_UNKNOWN : ANSWER_NO,
	};

	format_detail(&info, "SafeLoader, %zu partitions", l.parts);
	for (size_t i = 0; i < l.parts; i++) {
		describe_version(image, &l.part[i], &info);
		describe_support(image, &l.part[i], &info);
	}
	if (l.signature_len > 0)
		format_detail(
		    &info, ", RSA-%zu signature", l.signature_len * 8);
	if (l.secret)
		format_detail(&info, ", AES-128-CBC");
	if (!whole)
		format_detail(&info, ", cut short");
	else
		format_detail(&info, ", MD5 with the public salt %s",
		    agrees ? "agrees" : "is wrong");
	*ret = info;
	return ERR_OK;
}

static enum err
loader_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct loader l;
	struct slices *s;
	enum err err = read_loader(in, &l);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		err = slices_open(in, &s);
	if (err != ERR_OK)
		return err;
	if (l.secret)
		slices_add(
		    s, LOADER_SECRET_AT, l.total - LOADER_SECRET_AT, false);
	for (size_t i = 0; i < l.parts; i++)
		slices_add(s, l.part[i].at, l.part[i].len, false);
	*ret_handle = s;
	return ERR_OK;
}

const struct format tplink_safeloader_format = {
	.name = "tplink3",
	.only_at_start = true,
	.probe = loader_probe,
	.open = loader_open,
	.next = slices_next,
	.close = slices_close,
};
