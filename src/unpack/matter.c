/* SPDX-License-Identifier: ISC */
/* Matter OTA: a TLV header with the digest of the payload behind it. */
#include "base/cursor.h"
#include "unpack/mcu.h"
#include "unpack/signatures.h"
#include "unpack/slices.h"

#define FILE_MAGIC 0x1beef11eU
#define FIXED_LEN ((size_t)16)

/* Matter Core Specification, appendix A: control octets. */
#define TLV_STRUCT 0x15
#define TLV_CONTEXT 0x20
#define TLV_CONTEXT_MASK 0xe0
#define TLV_TYPE_MASK 0x1f
#define TLV_UTF8_1 0x0c
#define TLV_UTF8_2 0x0d
#define TLV_BYTES_1 0x10
#define TLV_END 0x18

struct header {
	uint64_t total;
	size_t len; /* of the TLV structure */
	uint64_t vendor, product, version, payload_len, digest_type;
	struct bytes text, digest;
};

struct item {
	uint8_t tag;
	uint64_t number;
	struct bytes bytes;
};

/* Numbers of 1 to 8 bytes, texts and octets with a length of 1 or 2 bytes. */
static bool
read_item(struct cursor *c, uint8_t control, struct item *ret)
{
	uint8_t type = control & TLV_TYPE_MASK;
	struct item item = { 0 };
	size_t len = 0;

	if ((control & TLV_CONTEXT_MASK) != TLV_CONTEXT)
		return false;
	item.tag = cur_u8(c, "tag");
	switch (type) {
	case 4: /* unsigned, 1, 2, 4, 8 bytes */
		item.number = cur_u8(c, "number");
		break;
	case 5:
		item.number = cur_u16le(c, "number");
		break;
	case 6:
		item.number = cur_u32le(c, "number");
		break;
	case 7:
		item.number = cur_u64le(c, "number");
		break;
	case TLV_UTF8_1:
	case TLV_BYTES_1:
		len = cur_u8(c, "length");
		break;
	case TLV_UTF8_2:
	case TLV_BYTES_1 + 1:
		len = cur_u16le(c, "length");
		break;
	default: /* a foreign number: nothing else is in this header */
		return false;
	}
	if (len > 0)
		item.bytes = cur_bytes(c, len, "value");
	*ret = item;
	return cur_ok(c);
}

static void
take_item(const struct item *item, struct header *h)
{
	switch (item->tag) {
	case 0:
		h->vendor = item->number;
		break;
	case 1:
		h->product = item->number;
		break;
	case 2:
		h->version = item->number;
		break;
	case 3:
		h->text = item->bytes;
		break;
	case 4:
		h->payload_len = item->number;
		break;
	case 8:
		h->digest_type = item->number;
		break;
	case 9:
		h->digest = item->bytes;
		break;
	default: /* a foreign number: of no interest */
		break;
	}
}

static enum err
read_header(struct bytes in, struct header *ret)
{
	struct cursor c = cur_open(in, "matter ota header");
	struct header h = { 0 };

	if (cur_u32le(&c, "FileIdentifier") != FILE_MAGIC)
		cur_fail(&c, ERR_MALFORMED, 0, "FileIdentifier");
	h.total = cur_u64le(&c, "TotalSize");
	h.len = cur_u32le(&c, "HeaderSize");
	struct cursor t =
	    cur_open(bytes_slice(in, FIXED_LEN, h.len), "matter ota header");

	if (cur_ok(&c) && t.in.len < h.len)
		return ERR_TRUNCATED;
	if (!cur_ok(&c) || cur_u8(&t, "structure") != TLV_STRUCT)
		return ERR_MALFORMED;
	for (;;) {
		uint8_t control = cur_u8(&t, "control octet");
		struct item item;

		if (control == TLV_END)
			break;
		if (!cur_ok(&t) || !read_item(&t, control, &item))
			return ERR_MALFORMED;
		take_item(&item, &h);
	}
	if (!cur_ok(&t) || cur_left(&t) > 0 || h.payload_len == 0 ||
	    h.total < FIXED_LEN + h.len ||
	    h.payload_len != h.total - FIXED_LEN - h.len)
		return ERR_MALFORMED;
	*ret = h;
	return ERR_OK;
}

/* Source: IANA "Named Information Hash Algorithm Registry". */
static bool
find_hash(uint64_t type, enum hash *ret_hash, size_t *ret_len)
{
	static const struct {
		enum hash hash;
		size_t len;
	} hashes[] = {
		[1] = { HASH_SHA256, 32 },
		[2] = { HASH_SHA256, 16 },
		[3] = { HASH_SHA256, 15 },
		[4] = { HASH_SHA256, 12 },
		[5] = { HASH_SHA256, 8 },
		[6] = { HASH_SHA256, 4 },
		[7] = { HASH_SHA384, 48 },
		[8] = { HASH_SHA512, 64 },
	};

	if (type == 0 || type >= sizeof(hashes) / sizeof(hashes[0]))
		return false;
	*ret_hash = hashes[type].hash;
	*ret_len = hashes[type].len;
	return true;
}

static enum err
matter_probe(struct bytes in, struct format_info *ret)
{
	struct format_info info = { .authenticity = AUTHENTICITY_HASH };
	enum hash hash;
	size_t len;
	struct header h;
	enum err err = read_header(in, &h);

	if (err != ERR_OK)
		return err;
	struct bytes payload = bytes_from(in, FIXED_LEN + h.len);
	bool whole = payload.len >= h.payload_len;

	if (whole)
		payload = bytes_slice(payload, 0, (size_t)h.payload_len);
	info.size = FIXED_LEN + h.len + payload.len;
	info.encrypted = payload_is_encrypted(payload);
	format_detail(&info,
	    "vendor 0x%04x, product 0x%04x, version %u \"%.*s\"",
	    (unsigned)h.vendor, (unsigned)h.product, (unsigned)h.version,
	    detail_text_len(h.text), (const char *)h.text.ptr);
	if (!whole)
		format_detail(&info, ", cut short");
	else if (!find_hash(h.digest_type, &hash, &len))
		format_detail(&info, ", digest of unknown type %u",
		    (unsigned)h.digest_type);
	else
		format_detail(&info, ", digest %s",
		    h.digest.len == len &&
			    digest_agrees(hash, payload, h.digest)
			? "agrees"
			: "is wrong");
	*ret = info;
	return ERR_OK;
}

static enum err
matter_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct header h;
	struct slices *s;
	enum err err = read_header(in, &h);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		err = slices_open(in, &s);
	if (err != ERR_OK)
		return err;
	slices_add(s, FIXED_LEN + h.len, (size_t)h.payload_len, true);
	*ret_handle = s;
	return ERR_OK;
}

const struct format matter_format = {
	.name = "matter-ota",
	.magic = { MAGIC(0, "\x1e\xf1\xee\x1b") },
	.probe = matter_probe,
	.open = matter_open,
	.next = slices_next,
	.close = slices_close,
};
