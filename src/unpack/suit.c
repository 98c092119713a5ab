/* SPDX-License-Identifier: ISC */
/* SUIT envelopes: a manifest, who vouches for it, and payloads in text keys. */
#include "base/cursor.h"
#include "unpack/signatures.h"
#include "unpack/slices.h"
#include "unpack/updates.h"

#define TAG_ENVELOPE 107
#define KEY_AUTHENTICATION 2
#define KEY_MANIFEST 3
#define MANIFEST_SEQUENCE 2
#define ALG_SHA256_NEGATIVE 15 /* -16, as CBOR stores it */
#define ALG_SHA384_NEGATIVE 42
#define ALG_SHA512_NEGATIVE 43
#define TAG_COSE_MAC0 17
#define TAG_COSE_SIGN1 18
#define TAG_COSE_MAC 97
#define TAG_COSE_SIGN 98
/* Items that one may hold; memory is not needed for them, only patience. */
#define ITEMS_MAX 100000

enum major {
	CBOR_UNSIGNED,
	CBOR_NEGATIVE,
	CBOR_BYTES,
	CBOR_TEXT,
	CBOR_ARRAY,
	CBOR_MAP,
	CBOR_TAG,
	CBOR_SIMPLE,
};

struct head {
	uint8_t major;
	uint64_t value;
};

struct envelope {
	size_t len;
	struct bytes authentication;
	struct bytes manifest; /* as it is hashed: with its head */
	struct bytes manifest_map;
	size_t payloads;
};

/* RFC 8949 §3; indefinite lengths are refused: SUIT has none. */
static bool
read_head(struct cursor *c, struct head *ret)
{
	uint8_t first = cur_u8(c, "initial byte");
	uint8_t more = first & 0x1f;
	struct head h = { .major = first >> 5, .value = more };

	if (more == 24)
		h.value = cur_u8(c, "argument");
	else if (more == 25)
		h.value = cur_u16be(c, "argument");
	else if (more == 26)
		h.value = cur_u32be(c, "argument");
	else if (more == 27)
		h.value = cur_u64be(c, "argument");
	else if (more > 27)
		cur_fail(c, ERR_MALFORMED, c->pos - 1, "argument");
	if (cur_ok(c))
		*ret = h;
	return cur_ok(c);
}

static struct bytes
read_string(struct cursor *c, uint8_t major)
{
	struct bytes none = { NULL, 0 };
	struct head h;

	if (!read_head(c, &h))
		return none;
	if (h.major != major || h.value > cur_left(c)) {
		cur_fail(c, ERR_MALFORMED, c->pos, "string");
		return none;
	}
	return cur_bytes(c, (size_t)h.value, "string");
}

static bool
skip_item(struct cursor *c)
{
	uint64_t left = 1;
	struct head h;

	for (size_t i = 0; left > 0 && i < ITEMS_MAX; i++) {
		if (!read_head(c, &h))
			return false;
		left--;
		if (h.major == CBOR_BYTES || h.major == CBOR_TEXT) {
			if (h.value > cur_left(c))
				return false;
			cur_skip(c, (size_t)h.value, "string");
		} else if (h.major == CBOR_ARRAY || h.major == CBOR_MAP) {
			if (h.value > cur_left(c)) /* a byte each, at least */
				return false;
			left += h.major == CBOR_MAP ? 2 * h.value : h.value;
		} else if (h.major == CBOR_TAG) {
			left++;
		}
	}
	return left == 0 && cur_ok(c);
}

/* Opens the map that starts at the cursor. */
static bool
read_map(struct cursor *c, uint64_t *ret_count)
{
	struct head h;

	if (!read_head(c, &h) || h.major != CBOR_MAP || h.value > cur_left(c))
		return false;
	*ret_count = h.value;
	return true;
}

static bool
read_member(struct cursor *c, struct envelope *e)
{
	struct head key;
	size_t start = c->pos;

	if (!read_head(c, &key))
		return false;
	if (key.major == CBOR_TEXT) {
		c->pos = start;
		(void)read_string(c, CBOR_TEXT);
		(void)read_string(c, CBOR_BYTES);
		e->payloads++;
		return cur_ok(c);
	}
	if (key.major != CBOR_UNSIGNED)
		return false;
	start = c->pos;
	if (key.value == KEY_AUTHENTICATION) {
		e->authentication = read_string(c, CBOR_BYTES);
	} else if (key.value == KEY_MANIFEST) {
		e->manifest_map = read_string(c, CBOR_BYTES);
		e->manifest = bytes_slice(c->in, start, c->pos - start);
	} else if (!skip_item(c)) {
		return false;
	}
	return cur_ok(c);
}

static enum err
read_envelope(struct bytes in, struct envelope *ret)
{
	struct cursor c = cur_open(in, "suit envelope");
	struct envelope e = { .len = 0 };
	struct head tag;
	uint64_t count = 0;

	if (!read_head(&c, &tag) || tag.major != CBOR_TAG ||
	    tag.value != TAG_ENVELOPE || !read_map(&c, &count) || count < 2)
		return ERR_MALFORMED;
	for (uint64_t i = 0; i < count; i++)
		if (!read_member(&c, &e))
			return cur_ok(&c) ? ERR_MALFORMED : c.fault.code;
	if (e.manifest_map.len == 0 || e.authentication.len == 0)
		return ERR_MALFORMED;
	e.len = c.pos;
	*ret = e;
	return ERR_OK;
}

static bool
digest_of_manifest_agrees(struct bytes wrapped, struct bytes manifest)
{
	struct cursor c = cur_open(wrapped, "suit digest");
	enum hash hash = HASH_SHA256;
	struct head array;
	struct head alg;

	if (!read_head(&c, &array) || array.major != CBOR_ARRAY ||
	    array.value != 2 || !read_head(&c, &alg) ||
	    alg.major != CBOR_NEGATIVE)
		return false;
	if (alg.value == ALG_SHA384_NEGATIVE)
		hash = HASH_SHA384;
	else if (alg.value == ALG_SHA512_NEGATIVE)
		hash = HASH_SHA512;
	else if (alg.value != ALG_SHA256_NEGATIVE)
		return false;
	struct bytes digest = read_string(&c, CBOR_BYTES);

	return digest.len == hash_len(hash) &&
	    digest_agrees(hash, manifest, digest);
}

struct vouchers {
	bool digest_agrees;
	size_t signatures, macs;
};

/* The digest, then COSE structures over it. */
static bool
read_vouchers(const struct envelope *e, struct vouchers *ret)
{
	struct cursor c = cur_open(e->authentication, "suit authentication");
	struct vouchers v = { 0 };
	struct head array;

	if (!read_head(&c, &array) || array.major != CBOR_ARRAY ||
	    array.value < 1)
		return false;
	v.digest_agrees =
	    digest_of_manifest_agrees(read_string(&c, CBOR_BYTES), e->manifest);
	for (uint64_t i = 1; i < array.value && cur_ok(&c); i++) {
		struct bytes block = read_string(&c, CBOR_BYTES);
		struct cursor b = cur_open(block, "suit authentication");
		struct head tag;

		if (!read_head(&b, &tag) || tag.major != CBOR_TAG)
			continue;
		v.signatures +=
		    tag.value == TAG_COSE_SIGN1 || tag.value == TAG_COSE_SIGN;
		v.macs +=
		    tag.value == TAG_COSE_MAC0 || tag.value == TAG_COSE_MAC;
	}
	if (cur_ok(&c))
		*ret = v;
	return cur_ok(&c);
}

static bool
read_sequence(struct bytes manifest, uint64_t *ret)
{
	struct cursor c = cur_open(manifest, "suit manifest");
	uint64_t count = 0;
	struct head key;
	struct head value;

	if (!read_map(&c, &count))
		return false;
	for (uint64_t i = 0; i < count && read_head(&c, &key); i++) {
		if (key.major == CBOR_UNSIGNED &&
		    key.value == MANIFEST_SEQUENCE) {
			if (!read_head(&c, &value) ||
			    value.major != CBOR_UNSIGNED)
				return false;
			*ret = value.value;
			return true;
		}
		if (!skip_item(&c))
			return false;
	}
	return false;
}

static void
judge(const struct vouchers *v, struct format_info *info)
{
	format_detail(info, ", manifest digest %s",
	    v->digest_agrees ? "agrees" : "is wrong");
	if (v->signatures > 0)
		format_detail(info,
		    ", %zu COSE signature%s (key not in the image)",
		    v->signatures, v->signatures == 1 ? "" : "s");
	if (v->macs > 0)
		format_detail(info, ", %zu COSE MAC", v->macs);
	if (v->signatures == 0 && v->macs == 0)
		format_detail(info, ", not signed");
	if (!v->digest_agrees)
		info->authenticity = AUTHENTICITY_NONE;
	else if (v->signatures > 0)
		info->authenticity = AUTHENTICITY_SIGNED;
	else if (v->macs > 0) /* by whoever has the secret: who has it? */
		info->authenticity = AUTHENTICITY_UNKNOWN;
	else
		info->authenticity = AUTHENTICITY_HASH;
}

static enum err
suit_probe(struct bytes in, struct format_info *ret)
{
	struct format_info info = { .encrypted = ANSWER_UNKNOWN };
	struct vouchers v = { 0 };
	struct envelope e;
	uint64_t sequence = 0;
	enum err err = read_envelope(in, &e);

	if (err != ERR_OK)
		return err;
	if (!read_vouchers(&e, &v) || !read_sequence(e.manifest_map, &sequence))
		return ERR_MALFORMED;
	info.size = e.len;
	/* A recipient must refuse a sequence number that is not higher. */
	info.rollback = ANSWER_YES;
	format_detail(&info, "sequence number %llu, %zu payload%s inside",
	    (unsigned long long)sequence, e.payloads,
	    e.payloads == 1 ? "" : "s");
	judge(&v, &info);
	*ret = info;
	return ERR_OK;
}

static enum err
suit_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct cursor c = cur_open(in, "suit envelope");
	struct envelope e;
	struct slices *s;
	uint64_t count = 0;
	struct head tag;
	enum err err = read_envelope(in, &e);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		err = slices_open(in, &s);
	if (err != ERR_OK)
		return err;
	(void)read_head(&c, &tag); /* all of it was read before */
	(void)read_map(&c, &count);
	for (uint64_t i = 0; i < count; i++) {
		size_t before = e.payloads;
		size_t start = c.pos;

		if (!read_member(&c, &e))
			break;
		if (e.payloads == before)
			continue;
		struct cursor p = cur_open_at(in, start, "suit payload");

		(void)read_string(&p, CBOR_TEXT);
		struct bytes content = read_string(&p, CBOR_BYTES);

		slices_add(s, p.pos - content.len, content.len, true);
	}
	*ret_handle = s;
	return ERR_OK;
}

const struct format suit_format = {
	.name = "suit",
	.magic = { MAGIC(0, "\xd8\x6b") },
	.only_at_start = true,
	.probe = suit_probe,
	.open = suit_open,
	.next = slices_next,
	.close = slices_close,
};
