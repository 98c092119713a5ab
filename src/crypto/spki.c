/* SPDX-License-Identifier: ISC */
/* SubjectPublicKeyInfo of two kinds: all but the key is the same each time. */
#include "crypto/spki.h"

#include "base/cursor.h"
#include "codec/base64.h"

#include <assert.h>
#include <string.h>

/*
 * DER leaves no choice, so what stands in front of the key is compared, not
 * parsed. RFC 8410 §4; RFC 5480 §2: id-ecPublicKey, secp256r1, a BIT STRING
 * without unused bits, 04 for a point that is not compressed.
 */
static const uint8_t ed25519_head[] = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
	0x2b, 0x65, 0x70, 0x03, 0x21, 0x00 };
static const uint8_t p256_head[] = { 0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a,
	0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
	0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04 };

static const struct {
	struct bytes head;
	size_t len; /* of the key behind it */
} kinds[] = {
	[COSE_CURVE_ED25519] = { { ed25519_head, sizeof(ed25519_head) },
	    ED25519_KEY_LEN },
	[COSE_CURVE_P256] = { { p256_head, sizeof(p256_head) }, P256_KEY_LEN },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* RFC 7468 §2 and §13. */
#define PEM_BEGIN BYTES("-----BEGIN PUBLIC KEY-----")
#define PEM_END BYTES("-----END PUBLIC KEY-----")
#define PEM_LINE_LEN 64
#define PEM_BODY_LEN 124 /* SPKI_MAX_LEN bytes as base64 */

#define DER_SEQUENCE 0x30
#define DER_LONG 0x80 /* the length's length stands in the low bits */

size_t
spki_write(const struct cose_key *key, uint8_t ret[SPKI_MAX_LEN])
{
	struct bytes head = kinds[key->curve].head;

	memcpy(ret, head.ptr, head.len);
	memcpy(ret + head.len, key->point, kinds[key->curve].len);
	return head.len + kinds[key->curve].len;
}

/* Why it is none of ours: another key's, or no SEQUENCE of that length. */
static enum err
blame(struct bytes der)
{
	struct cursor c = cur_open(der, "public key");
	uint8_t tag = cur_u8(&c, "SubjectPublicKeyInfo");
	size_t len = cur_u8(&c, "SubjectPublicKeyInfo");
	size_t more = len & ~(size_t)DER_LONG;

	if (tag != DER_SEQUENCE)
		cur_fail(&c, ERR_MALFORMED, 0, "SubjectPublicKeyInfo");
	if (len >= DER_LONG && (more < 1 || more > 2)) {
		cur_fail(&c, ERR_MALFORMED, 1, "SubjectPublicKeyInfo");
	} else if (len >= DER_LONG) {
		len = 0;
		for (size_t i = 0; i < more; i++)
			len = len << 8 | cur_u8(&c, "SubjectPublicKeyInfo");
	}
	if (!cur_ok(&c))
		return c.fault.code;
	if (len > cur_left(&c))
		return ERR_TRUNCATED;
	return len < cur_left(&c) ? ERR_MALFORMED : ERR_UNSUPPORTED;
}

enum err
spki_read(struct bytes der, struct cose_key *ret)
{
	for (size_t i = 0; i < KINDS; i++) {
		struct bytes head = kinds[i].head;
		struct cose_key key = { .curve = (enum cose_curve)i };

		if (!bytes_starts(der, head) ||
		    der.len != head.len + kinds[i].len)
			continue;
		memcpy(key.point, der.ptr + head.len, kinds[i].len);
		*ret = key;
		return ERR_OK;
	}
	return blame(der);
}

void
spki_put_pem(struct out *o, const struct cose_key *key)
{
	uint8_t der[SPKI_MAX_LEN];
	uint8_t room[PEM_BODY_LEN];
	struct bytes body = { NULL, 0 };
	struct bytes in = { der, spki_write(key, der) };
	enum err err =
	    base64_encode(BASE64_STANDARD, in, room, sizeof(room), &body);

	assert(err == ERR_OK); /* the room is as long as the longest */
	out_put(o, PEM_BEGIN);
	out_u8(o, '\n');
	for (size_t at = 0; at < body.len; at += PEM_LINE_LEN) {
		out_put(o, bytes_slice(body, at, PEM_LINE_LEN));
		out_u8(o, '\n');
	}
	out_put(o, PEM_END);
	out_u8(o, '\n');
}

/* Gathers the block's lines in `room`; its length, or an error. */
static enum err
read_body(struct bytes *rest, uint8_t room[PEM_BODY_LEN], size_t *ret_len)
{
	struct bytes line = { NULL, 0 };
	size_t len = 0;

	while (bytes_next_line(rest, &line)) {
		line = bytes_trim(line);
		if (bytes_equal(line, PEM_END)) {
			*ret_len = len;
			return ERR_OK;
		}
		if (line.len > PEM_BODY_LEN - len)
			return ERR_UNSUPPORTED; /* longer than ours can be */
		if (line.len > 0)
			memcpy(room + len, line.ptr, line.len);
		len += line.len;
	}
	return ERR_TRUNCATED;
}

enum err
spki_read_pem(struct bytes pem, struct cose_key *ret)
{
	uint8_t text[PEM_BODY_LEN];
	uint8_t der[SPKI_MAX_LEN];
	struct bytes line = { NULL, 0 };
	struct bytes body = { NULL, 0 };
	bool begins = false;
	size_t len = 0;
	size_t at = 0;

	while (!begins && bytes_next_line(&pem, &line))
		begins = bytes_equal(bytes_trim(line), PEM_BEGIN);
	if (!begins)
		return ERR_MALFORMED;
	enum err err = read_body(&pem, text, &len);

	if (err == ERR_OK)
		err = base64_decode(BASE64_STANDARD,
		    (struct bytes){ text, len }, der, sizeof(der), &body, &at);
	return err == ERR_OK ? spki_read(body, ret) : err;
}
