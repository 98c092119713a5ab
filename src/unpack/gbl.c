/* SPDX-License-Identifier: ISC */
/* Silicon Labs GBL version 3 and its elder EBL: tags up to one with a CRC. */
#include "base/cursor.h"
#include "codec/crc.h"
#include "unpack/mcu.h"
#include "unpack/signatures.h"
#include "unpack/slices.h"

#define TAG_HEADER 0x03a617ebU
#define TAG_APPLICATION 0xf40a0af4U
#define TAG_BOOTLOADER 0xf50909f5U
#define TAG_SE_UPGRADE 0x5ea617ebU
#define TAG_PROGRAM 0xfe0101feU
#define TAG_ERASE_PROGRAM 0xfd0303fdU
#define TAG_PROGRAM_LZ4 0xfd0505fdU
#define TAG_PROGRAM_LZMA 0xfd0707fdU
#define TAG_METADATA 0xf60808f6U
#define TAG_CERTIFICATE 0xf30b0bf3U
#define TAG_SIGNATURE 0xf70a0af7U
#define TAG_ENCRYPTED 0xf90707f9U
#define TAG_END 0xfc0404fcU
#define GBL_VERSION 0x03000000U
#define TYPE_ENCRYPTED 0x001U
#define TYPE_SIGNED 0x100U
#define TAG_LEN ((size_t)8)
#define TAGS_MAX 4096

struct tag {
	uint32_t id;
	size_t at;
	struct bytes content;
};

/* False at the end and where the rest is no tag. */
static bool
next_tag(struct cursor *c, struct tag *ret)
{
	struct tag t = { .at = c->pos };

	t.id = cur_u32le(c, "tag");
	size_t len = cur_u32le(c, "length");

	if (!cur_ok(c) || len > cur_left(c))
		return false;
	if (len > 0)
		t.content = cur_bytes(c, len, "content");
	*ret = t;
	return true;
}

static enum err
read_header(struct cursor *c, uint32_t *ret_type)
{
	if (cur_u32le(c, "header tag") != TAG_HEADER)
		cur_fail(c, ERR_MALFORMED, 0, "header tag");
	if (cur_u32le(c, "header length") != 8)
		cur_fail(c, ERR_MALFORMED, 4, "header length");
	uint32_t version = cur_u32le(c, "version");
	uint32_t type = cur_u32le(c, "type");

	if ((version & 0xff000000U) != GBL_VERSION)
		cur_fail(c, ERR_UNSUPPORTED, 8, "version");
	if ((type & ~(TYPE_ENCRYPTED | TYPE_SIGNED)) != 0)
		cur_fail(c, ERR_UNSUPPORTED, 12, "type");
	if (c->fault.code == ERR_OK)
		*ret_type = type;
	return c->fault.code;
}

/* Quotes what is text, on one line. */
static void
describe_metadata(struct bytes in, struct format_info *info)
{
	format_detail(info, ", metadata ");
	for (size_t i = 0; i < in.len && i < 80; i++)
		if (in.ptr[i] > 0x20 && in.ptr[i] < 0x7f)
			format_detail(info, "%c", in.ptr[i]);
}

static void
describe_application(struct bytes in, struct format_info *info)
{
	struct cursor c = cur_open(in, "gbl application info");
	uint32_t type = cur_u32le(&c, "type");
	uint32_t version = cur_u32le(&c, "version");

	if (cur_ok(&c))
		format_detail(info, ", application type 0x%x version 0x%x",
		    type, version);
}

/* The end tag's CRC makes the sum over all of it a fixed number: compared
   here the plain way, with what stands before its own field. */
static bool
crc_agrees(struct bytes in, const struct tag *end)
{
	struct cursor c = cur_open(end->content, "gbl end");
	uint32_t wanted = cur_u32le(&c, "crc");

	return cur_ok(&c) &&
	    crc32_of(bytes_slice(in, 0, end->at + TAG_LEN)) == wanted;
}

/* What the tags said. */
struct tags {
	bool signature, certificate, end, crc_agrees;
	size_t size;
};

static void
walk(struct bytes in, struct tags *t, struct format_info *info)
{
	struct cursor c = cur_open(in, "gbl tag");
	struct tag tag;

	for (size_t i = 0; i < TAGS_MAX && !t->end; i++) {
		if (!next_tag(&c, &tag))
			return;
		t->size = c.pos;
		if (tag.id == TAG_APPLICATION)
			describe_application(tag.content, info);
		else if (tag.id == TAG_METADATA)
			describe_metadata(tag.content, info);
		else if (tag.id == TAG_SIGNATURE && tag.content.len == 64)
			t->signature = true;
		else if (tag.id == TAG_CERTIFICATE)
			t->certificate = true;
		else if (tag.id == TAG_END)
			t->end = true;
	}
	if (t->end)
		t->crc_agrees = crc_agrees(in, &tag);
}

static enum err
gbl_probe(struct bytes in, struct format_info *ret)
{
	struct cursor c = cur_open(in, "gbl header");
	struct format_info info = { .rollback = ANSWER_UNKNOWN };
	struct tags t = { .size = 0 };
	uint32_t type;
	enum err err = read_header(&c, &type);

	if (err != ERR_OK)
		return err;
	format_detail(&info, "type 0x%x", type);
	walk(in, &t, &info);
	info.encrypted = (type & TYPE_ENCRYPTED) != 0 ? ANSWER_YES : ANSWER_NO;
	info.authenticity = t.signature ? AUTHENTICITY_SIGNED
	    : t.end			? AUTHENTICITY_CRC
					: AUTHENTICITY_UNKNOWN;
	info.size = t.end ? t.size : in.len;
	if (t.certificate)
		format_detail(&info, ", certificate");
	if (t.signature)
		format_detail(
		    &info, ", ECDSA P-256 signature (key in the device)");
	if (t.end)
		format_detail(
		    &info, ", CRC %s", t.crc_agrees ? "agrees" : "is wrong");
	else
		format_detail(&info, ", cut short");
	*ret = info;
	return ERR_OK;
}

/* Bytes of a tag's content before the program: its address in flash. */
static size_t
program_at(uint32_t id)
{
	switch (id) {
	case TAG_PROGRAM:
	case TAG_ERASE_PROGRAM:
		return 4;
	case TAG_BOOTLOADER:
	case TAG_SE_UPGRADE:
		return 8; /* version and address, or length and version */
	default:	  /* a foreign number */
		return 0;
	}
}

static bool
is_payload(uint32_t id)
{
	return id == TAG_PROGRAM || id == TAG_ERASE_PROGRAM ||
	    id == TAG_BOOTLOADER || id == TAG_SE_UPGRADE ||
	    id == TAG_PROGRAM_LZ4 || id == TAG_PROGRAM_LZMA ||
	    id == TAG_METADATA || id == TAG_ENCRYPTED;
}

static enum err
gbl_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct cursor c = cur_open(in, "gbl tag");
	struct slices *s;
	struct tag t;
	enum err err = slices_open(in, &s);

	(void)budget; /* nothing is made */
	if (err != ERR_OK)
		return err;
	while (next_tag(&c, &t) && t.id != TAG_END) {
		size_t skip = program_at(t.id);

		if (is_payload(t.id) && t.content.len > skip)
			slices_add(s, t.at + TAG_LEN + skip,
			    t.content.len - skip, true);
	}
	*ret_handle = s;
	return ERR_OK;
}

const struct format gbl_format = {
	.name = "gbl",
	.magic = { MAGIC(0, "\xeb\x17\xa6\x03\x08\x00\x00\x00") },
	.probe = gbl_probe,
	.open = gbl_open,
	.next = slices_next,
	.close = slices_close,
};

/* EBL: tags of two bytes, big-endian, each with a length of two bytes. */
#define EBL_HEADER 0x0000
#define EBL_ENCRYPTED_HEADER 0xfb05
#define EBL_SIGNATURE 0xe350
#define EBL_PROGRAM 0xfe01
#define EBL_ERASE_PROGRAM 0xfd03
#define EBL_ENCRYPTED 0xf906
#define EBL_END 0xfc04
#define EBL_TAG_LEN ((size_t)4)

struct ebl_tag {
	uint16_t id;
	size_t at;
	struct bytes content;
};

static bool
next_ebl_tag(struct cursor *c, struct ebl_tag *ret)
{
	struct ebl_tag t = { .at = c->pos };

	t.id = cur_u16be(c, "tag");
	size_t len = cur_u16be(c, "length");

	if (!cur_ok(c) || len > cur_left(c))
		return false;
	if (len > 0)
		t.content = cur_bytes(c, len, "content");
	*ret = t;
	return true;
}

static enum err
ebl_probe(struct bytes in, struct format_info *ret)
{
	struct cursor c = cur_open(in, "ebl tag");
	struct format_info info = { .encrypted = ANSWER_NO };
	bool is_signed = false;
	struct ebl_tag t = { .id = EBL_HEADER };

	/* From the header to an end tag whose CRC agrees, or it is none. */
	while (t.id != EBL_END) {
		if (!next_ebl_tag(&c, &t))
			return ERR_TRUNCATED;
		if (t.at == 0 && t.id != EBL_HEADER &&
		    t.id != EBL_ENCRYPTED_HEADER)
			return ERR_MALFORMED;
		if (t.id == EBL_ENCRYPTED_HEADER || t.id == EBL_ENCRYPTED)
			info.encrypted = ANSWER_YES;
		is_signed |= t.id == EBL_SIGNATURE;
	}
	if (t.content.len != 4 ||
	    crc32_of(bytes_slice(in, 0, c.pos)) != 0x2144df1cU)
		return ERR_CHECKSUM; /* the sum with its own CRC is fixed */
	info.size = c.pos;
	info.authenticity = is_signed ? AUTHENTICITY_SIGNED : AUTHENTICITY_CRC;
	format_detail(&info, "EBL, CRC agrees%s",
	    is_signed ? ", signature, not verified" : "");
	*ret = info;
	return ERR_OK;
}

static enum err
ebl_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct cursor c = cur_open(in, "ebl tag");
	struct slices *s;
	struct ebl_tag t;
	enum err err = slices_open(in, &s);

	(void)budget; /* nothing is made */
	if (err != ERR_OK)
		return err;
	while (next_ebl_tag(&c, &t) && t.id != EBL_END)
		if ((t.id == EBL_PROGRAM || t.id == EBL_ERASE_PROGRAM) &&
		    t.content.len > 4)
			slices_add(
			    s, t.at + EBL_TAG_LEN + 4, t.content.len - 4, true);
	*ret_handle = s;
	return ERR_OK;
}

const struct format ebl_format = {
	.name = "ebl",
	.magic = { MAGIC(0, "\x00\x00\x00\x8c"), MAGIC(0, "\xfb\x05") },
	.only_at_start = true,
	.probe = ebl_probe,
	.open = ebl_open,
	.next = slices_next,
	.close = slices_close,
};
