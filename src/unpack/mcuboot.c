/* SPDX-License-Identifier: ISC */
/* MCUboot: a header, the image, and records (TLVs) that vouch for it. */
#include "base/cursor.h"
#include "base/number.h"
#include "unpack/mcu.h"
#include "unpack/signatures.h"
#include "unpack/slices.h"

#define IMAGE_MAGIC 0x96f3b83dU
#define HEADER_LEN ((size_t)32)
#define INFO_MAGIC 0x6907
#define PROTECTED_MAGIC 0x6908
#define INFO_LEN ((size_t)4)
#define FLAGS_ENCRYPTED 0x0cU
#define TLV_KEY_HASH 0x01
#define TLV_COUNTER 0x50

struct image {
	size_t header_len, body_len, protected_len;
	uint32_t flags, build;
	uint8_t major, minor;
	uint16_t revision;
};

/* What the records said. */
struct records {
	bool whole; /* they end where they say */
	bool hash, hash_agrees;
	const char *signature; /* its kind, or NULL */
	bool encrypted;
	bool counter;
	uint32_t counter_value;
	struct bytes key_hash; /* SHA-256, or empty */
};

static enum err
read_header(struct cursor *c, struct image *ret)
{
	struct image m = { 0 };

	if (cur_u32le(c, "ih_magic") != IMAGE_MAGIC)
		cur_fail(c, ERR_MALFORMED, 0, "ih_magic");
	(void)cur_u32le(c, "ih_load_addr");
	m.header_len = cur_u16le(c, "ih_hdr_size");
	m.protected_len = cur_u16le(c, "ih_protect_tlv_size");
	m.body_len = cur_u32le(c, "ih_img_size");
	m.flags = cur_u32le(c, "ih_flags");
	m.major = cur_u8(c, "iv_major");
	m.minor = cur_u8(c, "iv_minor");
	m.revision = cur_u16le(c, "iv_revision");
	m.build = cur_u32le(c, "iv_build_num");
	if (cur_u32le(c, "_pad1") != 0)
		cur_fail(c, ERR_MALFORMED, 28, "_pad1");
	if (m.header_len < HEADER_LEN)
		cur_fail(c, ERR_MALFORMED, 8, "ih_hdr_size");
	if (m.body_len == 0)
		cur_fail(c, ERR_MALFORMED, 12, "ih_img_size");
	if (c->fault.code == ERR_OK)
		*ret = m;
	return c->fault.code;
}

/* IMAGE_TLV_*: what signs, and by which algorithm. */
static const char *
signature_kind(uint16_t type)
{
	switch (type) {
	case 0x20:
		return "RSA-PSS 2048";
	case 0x21:
		return "ECDSA P-224";
	case 0x22:
		return "ECDSA";
	case 0x23:
		return "RSA-PSS 3072";
	case 0x24:
		return "Ed25519";
	default: /* a foreign number */
		return NULL;
	}
}

static void
take_hash(
    uint16_t type, struct bytes value, struct bytes hashed, struct records *r)
{
	enum hash hash = type == 0x10 ? HASH_SHA256
	    : type == 0x11	      ? HASH_SHA384
				      : HASH_SHA512;

	r->hash = true;
	r->hash_agrees =
	    value.len == hash_len(hash) && digest_agrees(hash, hashed, value);
}

static void
take_record(uint16_t type, struct bytes value, struct bytes hashed,
    bool is_protected, struct records *r)
{
	struct cursor c = cur_open(value, "mcuboot tlv");

	if (type >= 0x10 && type <= 0x12)
		take_hash(type, value, hashed, r);
	else if (signature_kind(type) != NULL && value.len >= 32)
		r->signature = signature_kind(type);
	else if (type >= 0x30 && type <= 0x33)
		r->encrypted = true;
	else if (type == TLV_KEY_HASH && value.len == 32)
		r->key_hash = value;
	else if (type == TLV_COUNTER && is_protected && value.len == 4) {
		r->counter = true;
		r->counter_value = cur_u32le(&c, "security counter");
	}
}

/* One list of records; false when there is none or it is broken. */
static bool
read_list(
    struct cursor *c, uint16_t magic, struct bytes hashed, struct records *r)
{
	size_t start = c->pos;

	if (cur_u16le(c, "it_magic") != magic)
		return false;
	size_t len = cur_u16le(c, "it_tlv_tot");

	if (!cur_ok(c) || len < INFO_LEN || len > c->in.len - start)
		return false;
	while (cur_ok(c) && c->pos - start < len) {
		uint16_t type = cur_u16le(c, "it_type");
		uint16_t value_len = cur_u16le(c, "it_len");
		struct bytes value = { NULL, 0 };

		if (value_len > 0)
			value = cur_bytes(c, value_len, "value");
		if (!cur_ok(c) || c->pos - start > len)
			return false;
		take_record(type, value, hashed, magic == PROTECTED_MAGIC, r);
	}
	return cur_ok(c);
}

/*
 * The hash covers header, image and the protected list; *ret_end is behind
 * all lists.
 */
static bool
read_records(struct bytes in, const struct image *m, struct records *ret,
    size_t *ret_end)
{
	size_t body_end = m->header_len + m->body_len;
	struct cursor c = cur_open_at(in, body_end, "mcuboot tlv");
	struct bytes hashed = bytes_slice(in, 0, body_end + m->protected_len);
	struct records r = { .whole = false };

	if (m->protected_len > 0 &&
	    (!read_list(&c, PROTECTED_MAGIC, hashed, &r) ||
		c.pos != body_end + m->protected_len))
		return false;
	if (!read_list(&c, INFO_MAGIC, hashed, &r))
		return false;
	r.whole = true;
	*ret = r;
	*ret_end = c.pos;
	return true;
}

static void
describe(const struct records *r, struct format_info *info)
{
	if (!r->whole) {
		format_detail(info, ", cut short");
		info->authenticity = AUTHENTICITY_UNKNOWN;
		return;
	}
	info->authenticity = AUTHENTICITY_NONE;
	if (r->hash) {
		info->authenticity = AUTHENTICITY_HASH;
		format_detail(info, ", hash %s",
		    r->hash_agrees     ? "agrees"
			: r->encrypted ? "is of the plain image"
				       : "is wrong");
	}
	if (r->counter)
		format_detail(info, ", security counter %u", r->counter_value);
	info->rollback = r->counter ? ANSWER_YES : ANSWER_UNKNOWN;
	if (r->signature != NULL) {
		/* The key itself is the boot loader's: not in the image. */
		info->authenticity = AUTHENTICITY_SIGNED;
		format_detail(info, ", %s signature", r->signature);
	}
	if (r->key_hash.len > 0)
		signature_detail_digest(info, r->key_hash);
}

/* An image that its records do not follow must at least look like one. */
static bool
is_plausible(const struct image *m, struct bytes in)
{
	return m->header_len % 4 == 0 && m->flags < 0x10000 &&
	    in.len >= m->header_len && m->major < 100;
}

static enum err
mcuboot_probe(struct bytes in, struct format_info *ret)
{
	struct cursor c = cur_open(in, "mcuboot header");
	struct records r = { .whole = false };
	struct image m;
	size_t end = 0;
	enum err err = read_header(&c, &m);

	if (err != ERR_OK)
		return err;
	if (!read_records(in, &m, &r, &end)) {
		/* whole, but no records: not one of these */
		if (m.header_len + m.body_len < in.len || !is_plausible(&m, in))
			return ERR_MALFORMED;
		end = in.len;
	}
	bool encrypted = r.encrypted || (m.flags & FLAGS_ENCRYPTED) != 0;
	struct format_info info = {
		.size = end,
		.encrypted = encrypted ? ANSWER_YES : ANSWER_NO,
	};

	format_detail(&info, "version %u.%u.%u+%u", m.major, m.minor,
	    m.revision, m.build);
	describe(&r, &info);
	*ret = info;
	return ERR_OK;
}

static enum err
mcuboot_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct cursor c = cur_open(in, "mcuboot header");
	struct slices *s;
	struct image m;
	enum err err = read_header(&c, &m);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		err = slices_open(in, &s);
	if (err != ERR_OK)
		return err;
	slices_add(s, m.header_len, m.body_len, true);
	*ret_handle = s;
	return ERR_OK;
}

const struct format mcuboot_format = {
	.name = "mcuboot",
	.magic = { MAGIC(0, "\x3d\xb8\xf3\x96") },
	.probe = mcuboot_probe,
	.open = mcuboot_open,
	.next = slices_next,
	.close = slices_close,
};
