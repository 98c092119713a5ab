/* SPDX-License-Identifier: ISC */
/* Zigbee OTA upgrade files, and the wrapper that IKEA puts around some. */
#include "base/cursor.h"
#include "unpack/mcu.h"
#include "unpack/signatures.h"
#include "unpack/slices.h"

#define FILE_MAGIC 0x0beef11eU
#define HEADER_VERSION 0x0100
#define HEADER_LEN ((size_t)56)
#define HEADER_MAX_LEN ((size_t)256)
#define FIELD_CREDENTIAL 0x01
#define FIELD_DESTINATION 0x02
#define FIELD_HARDWARE 0x04
#define STRING_LEN ((size_t)32)
#define ELEMENT_LEN ((size_t)6)
#define MMO_LEN ((size_t)16)
#define VENDOR_TAG 0xf000 /* and above: the maker's own */

enum tag {
	TAG_IMAGE = 0,
	TAG_SIGNATURE = 1,
	TAG_CERTIFICATE = 2,
	TAG_INTEGRITY = 3,
	TAG_SIGNATURE_2 = 5, /* cryptographic suite 2 */
	TAG_CERTIFICATE_2 = 6,
};

struct header {
	size_t len;
	size_t total;
	uint16_t maker, type;
	uint32_t version;
	struct bytes text;
};

struct element {
	uint16_t tag;
	size_t at; /* of its tag */
	struct bytes content;
};

static enum err
read_header(struct cursor *c, struct header *ret)
{
	struct header h = { 0 };
	size_t wanted = HEADER_LEN;

	if (cur_u32le(c, "file identifier") != FILE_MAGIC)
		cur_fail(c, ERR_MALFORMED, 0, "file identifier");
	if (cur_u16le(c, "header version") != HEADER_VERSION)
		cur_fail(c, ERR_UNSUPPORTED, 4, "header version");
	h.len = cur_u16le(c, "header length");
	uint16_t fields = cur_u16le(c, "field control");

	h.maker = cur_u16le(c, "manufacturer code");
	h.type = cur_u16le(c, "image type");
	h.version = cur_u32le(c, "file version");
	(void)cur_u16le(c, "stack version");
	h.text = cur_text(c, STRING_LEN, "header string");
	h.total = cur_u32le(c, "total image size");
	wanted += (fields & FIELD_CREDENTIAL) != 0 ? 1 : 0;
	wanted += (fields & FIELD_DESTINATION) != 0 ? 8 : 0;
	wanted += (fields & FIELD_HARDWARE) != 0 ? 4 : 0;
	if (h.len < wanted || h.len > HEADER_MAX_LEN)
		cur_fail(c, ERR_MALFORMED, 6, "header length");
	if (h.total < h.len + ELEMENT_LEN)
		cur_fail(c, ERR_MALFORMED, 52, "total image size");
	cur_seek(c, h.len, "header");
	if (c->fault.code == ERR_OK)
		*ret = h;
	return c->fault.code;
}

/* False at the end, and where the rest is no element. */
static bool
next_element(struct cursor *c, struct element *ret)
{
	struct element e = { .at = c->pos };

	if (!cur_ok(c) || cur_left(c) < ELEMENT_LEN)
		return false;
	e.tag = cur_u16le(c, "tag");
	size_t len = cur_u32le(c, "length");

	if (len > cur_left(c))
		return false;
	if (len > 0)
		e.content = cur_bytes(c, len, "element");
	*ret = e;
	return true;
}

/* What the elements said. */
struct seen {
	bool signature, hash, hash_agrees;
	bool vendor; /* an element of the maker's: may be a signature */
	bool gbl;    /* the image says for itself what vouches for it */
	enum answer encrypted;
};

static bool
integrity_agrees(struct bytes file, const struct element *e)
{
	uint8_t digest[MMO_LEN];

	return e->content.len == MMO_LEN &&
	    digest_aes_mmo(bytes_slice(file, 0, e->at), digest) &&
	    bytes_equal((struct bytes){ digest, MMO_LEN }, e->content);
}

static void
take_element(struct bytes file, const struct element *e, struct seen *s,
    struct format_info *info)
{
	switch (e->tag) {
	case TAG_IMAGE:
		s->gbl = bytes_starts(e->content, BYTES("\xeb\x17\xa6\x03"));
		s->encrypted = payload_is_encrypted(e->content);
		return;
	case TAG_SIGNATURE:
	case TAG_SIGNATURE_2:
		s->signature = true;
		return;
	case TAG_CERTIFICATE:
	case TAG_CERTIFICATE_2:
		return;
	case TAG_INTEGRITY:
		s->hash = true;
		s->hash_agrees = integrity_agrees(file, e);
		return;
	default: /* a foreign number */
		s->vendor |= e->tag >= VENDOR_TAG;
		format_detail(
		    info, ", element 0x%x %zu bytes", e->tag, e->content.len);
		return;
	}
}

/*
 * Nothing in the standard hides what a signature of the maker's own is, and a
 * GBL inside is signed by itself: then this container does not know.
 */
static enum authenticity
authenticity_of(const struct seen *s)
{
	if (s->signature)
		return AUTHENTICITY_SIGNED;
	if (s->hash)
		return AUTHENTICITY_HASH;
	if (s->vendor || s->gbl)
		return AUTHENTICITY_UNKNOWN;
	return AUTHENTICITY_NONE;
}

static enum err
zigbee_probe(struct bytes in, struct format_info *ret)
{
	struct cursor c = cur_open(in, "zigbee ota header");
	struct seen seen = { .encrypted = ANSWER_UNKNOWN };
	struct format_info info = { .rollback = ANSWER_UNKNOWN };
	struct element e;
	struct header h;
	enum err err = read_header(&c, &h);
	size_t count = 0;

	if (err != ERR_OK)
		return err;
	struct bytes file = bytes_slice(in, 0, h.total);

	format_detail(&info, "maker 0x%04x type 0x%04x version 0x%08x \"%.*s\"",
	    h.maker, h.type, h.version, detail_text_len(h.text),
	    (const char *)h.text.ptr);
	c = cur_open_at(file, h.len, "zigbee ota element");
	while (next_element(&c, &e)) {
		take_element(file, &e, &seen, &info);
		count++;
	}
	bool whole = file.len == h.total && cur_left(&c) == 0;

	if (count == 0 && file.len == h.total)
		return ERR_MALFORMED; /* two magic words, nothing behind */
	info.size = file.len;
	info.encrypted = seen.encrypted;
	info.authenticity =
	    whole ? authenticity_of(&seen) : AUTHENTICITY_UNKNOWN;
	info.may_be_signed =
	    seen.vendor && info.authenticity == AUTHENTICITY_UNKNOWN;
	if (seen.signature)
		format_detail(&info, ", ECDSA signature, not verified");
	if (seen.hash)
		format_detail(&info, ", AES-MMO hash %s",
		    seen.hash_agrees ? "agrees" : "is wrong");
	if (!whole)
		format_detail(&info, ", cut short");
	*ret = info;
	return ERR_OK;
}

static enum err
zigbee_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct cursor c = cur_open(in, "zigbee ota header");
	struct element e;
	struct header h;
	struct slices *s;
	enum err err = read_header(&c, &h);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		err = slices_open(in, &s);
	if (err != ERR_OK)
		return err;
	while (next_element(&c, &e))
		if (e.tag != TAG_SIGNATURE && e.tag != TAG_INTEGRITY &&
		    e.tag != TAG_CERTIFICATE && e.tag != TAG_SIGNATURE_2 &&
		    e.tag != TAG_CERTIFICATE_2)
			slices_add(s, e.at + ELEMENT_LEN, e.content.len, true);
	if (c.pos + ELEMENT_LEN < in.len) /* an element that is cut short */
		slices_add(s, c.pos, in.len - c.pos, false);
	*ret_handle = s;
	return ERR_OK;
}

const struct format zigbee_format = {
	.name = "zigbee-ota",
	.magic = { MAGIC(0, "\x1e\xf1\xee\x0b\x00\x01") },
	.probe = zigbee_probe,
	.open = zigbee_open,
	.next = slices_next,
	.close = slices_close,
};

/* IKEA's wrapper: where the file inside lies, and behind it a signature whose
   key is in the gateway. */
struct wrapper {
	size_t at, len;
};

static enum err
read_wrapper(struct bytes in, struct wrapper *ret)
{
	struct cursor c = cur_open(in, "ngis header");
	struct wrapper w;

	if (!bytes_equal(cur_bytes(&c, 4, "magic"), BYTES("NGIS")))
		cur_fail(&c, ERR_MALFORMED, 0, "magic");
	cur_skip(&c, 12, "reserved");
	w.at = cur_u32le(&c, "offset");
	w.len = cur_u32le(&c, "size");
	if (!cur_ok(&c))
		return c.fault.code;
	if (w.at < c.pos || w.len == 0)
		return ERR_MALFORMED;
	if (w.at > in.len || w.len > in.len - w.at)
		return ERR_TRUNCATED;
	*ret = w;
	return ERR_OK;
}

static enum err
ngis_probe(struct bytes in, struct format_info *ret)
{
	struct wrapper w;
	enum err err = read_wrapper(in, &w);

	if (err != ERR_OK)
		return err;
	if (!bytes_starts(bytes_from(in, w.at), BYTES("\x1e\xf1\xee\x0b")))
		return ERR_MALFORMED;
	*ret = (struct format_info){ .size = in.len,
		.may_be_signed = w.at + w.len < in.len };
	format_detail(ret, "zigbee-ota at 0x%zx, %zu bytes behind it", w.at,
	    in.len - w.at - w.len);
	return ERR_OK;
}

static enum err
ngis_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct wrapper w;
	struct slices *s;
	enum err err = read_wrapper(in, &w);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		err = slices_open(in, &s);
	if (err != ERR_OK)
		return err;
	slices_add(s, w.at, w.len, true);
	*ret_handle = s;
	return ERR_OK;
}

const struct format ngis_format = {
	.name = "ngis",
	.magic = { MAGIC(0, "NGIS") },
	.only_at_start = true, /* it covers all that is left */
	.probe = ngis_probe,
	.open = ngis_open,
	.next = slices_next,
	.close = slices_close,
};
