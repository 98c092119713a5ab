/* SPDX-License-Identifier: ISC */
/* Verifier keys: reading, writing, and the id that lines are found by. */
#include "crypto/vkey.h"

#include "base/text.h"
#include "codec/base64.h"
#include "crypto/spki.h"

#include <assert.h>
#include <string.h>

#define ID_DIGITS 8
#define MLDSA44_KEY_LEN 1312
#define MATERIAL_MAX_LEN (1 + MLDSA44_KEY_LEN) /* with the type */

/* The blanks of Unicode that are not ASCII (White_Space of PropList.txt). */
static bool
is_blank(uint32_t point)
{
	switch (point) {
	case 0x85:
	case 0xa0:
	case 0x1680:
	case 0x2028:
	case 0x2029:
	case 0x202f:
	case 0x205f:
	case 0x3000:
		return true;
	default:
		return point >= 0x2000 && point <= 0x200a;
	}
}

/* The code point of a valid sequence of `len` bytes. */
static uint32_t
code_point(const uint8_t *in, size_t len)
{
	uint32_t point = len == 1 ? in[0] : in[0] & (0xffU >> (len + 1));

	for (size_t i = 1; i < len; i++)
		point = point << 6 | (in[i] & 0x3fU);
	return point;
}

bool
vkey_name_is_good(struct bytes name)
{
	if (name.len == 0 || name.len > VKEY_NAME_LEN)
		return false;
	for (size_t at = 0; at < name.len;) {
		size_t len = text_utf8_len(bytes_from(name, at));

		if (len == 0)
			return false;
		uint32_t point = code_point(name.ptr + at, len);

		if (point <= ' ' || point == '+' || point == 0x7f ||
		    is_blank(point))
			return false;
		at += len;
	}
	return true;
}

static uint32_t
first_bytes(const uint8_t digest[SHA256_LEN])
{
	return (uint32_t)digest[0] << 24 | (uint32_t)digest[1] << 16 |
	    (uint32_t)digest[2] << 8 | digest[3];
}

/* The id of what stands behind the second '+', decoded. */
static uint32_t
id_of(const struct crypto_hooks *hooks, struct bytes name, uint8_t type,
    struct bytes key)
{
	static const uint8_t newline = '\n';
	uint8_t digest[SHA256_LEN];
	uint8_t log_id[SHA256_LEN];
	struct bytes part[] = { name, { &newline, 1 }, { &type, 1 }, key };

	if (type == VKEY_ECDSA) {
		hooks->sha256(hooks->context, &key, 1, digest);
		return first_bytes(digest);
	}
	if (type == VKEY_RFC6962) { /* static-ct-api: the log's id is hashed */
		hooks->sha256(hooks->context, &key, 1, log_id);
		part[3] = (struct bytes){ log_id, sizeof(log_id) };
	}
	hooks->sha256(
	    hooks->context, part, sizeof(part) / sizeof(part[0]), digest);
	return first_bytes(digest);
}

/* The type and the key as they are encoded in base64; their length. */
static size_t
write_material(enum vkey_type type, const struct cose_key *key,
    uint8_t ret[1 + SPKI_MAX_LEN])
{
	ret[0] = (uint8_t)type;
	if (type == VKEY_ECDSA || type == VKEY_RFC6962)
		return 1 + spki_write(key, ret + 1);
	memcpy(ret + 1, key->point, ED25519_KEY_LEN);
	return 1 + ED25519_KEY_LEN;
}

uint32_t
vkey_id(const struct crypto_hooks *hooks, enum vkey_type type,
    struct bytes name, const struct cose_key *key)
{
	uint8_t room[1 + SPKI_MAX_LEN];
	struct bytes material = { room, write_material(type, key, room) };

	return id_of(hooks, name, room[0], bytes_from(material, 1));
}

/* Eight digits in either case: nobody writes capitals, Go reads them. */
static bool
read_id(struct bytes digits, uint32_t *ret)
{
	uint32_t id = 0;

	if (digits.len != ID_DIGITS)
		return false;
	for (size_t i = 0; i < ID_DIGITS; i++) {
		uint8_t digit = bytes_lower(digits.ptr[i]);

		if (digit >= '0' && digit <= '9')
			id = id << 4 | (uint32_t)(digit - '0');
		else if (digit >= 'a' && digit <= 'f')
			id = id << 4 | (uint32_t)(digit - 'a' + 10);
		else
			return false;
	}
	*ret = id;
	return true;
}

static enum err
read_spki(struct bytes in, struct vkey *vkey)
{
	enum err err = spki_read(in, &vkey->key);

	if (err == ERR_OK && vkey->key.curve != COSE_CURVE_P256)
		err = ERR_UNSUPPORTED;
	vkey->usable = err == ERR_OK;
	return err;
}

/* The key by its type. */
static enum err
read_key(uint8_t type, struct bytes in, struct vkey *vkey)
{
	switch (type) {
	case VKEY_ED25519:
	case VKEY_COSIGNATURE:
		if (in.len != ED25519_KEY_LEN)
			return ERR_MALFORMED;
		vkey->key.curve = COSE_CURVE_ED25519;
		memcpy(vkey->key.point, in.ptr, ED25519_KEY_LEN);
		vkey->usable = true;
		return ERR_OK;
	case VKEY_ECDSA:
		return read_spki(in, vkey);
	case VKEY_RFC6962: {
		/* Logs of old have RSA keys: known, but not verified. */
		enum err err = read_spki(in, vkey);

		return err == ERR_UNSUPPORTED ? ERR_OK : err;
	}
	case VKEY_MLDSA44:
		return in.len == MLDSA44_KEY_LEN ? ERR_OK : ERR_MALFORMED;
	case VKEY_PRIVATE:
		return ERR_OK;
	default:
		return ERR_UNSUPPORTED;
	}
}

enum err
vkey_read(struct bytes text, const struct crypto_hooks *hooks, struct vkey *ret)
{
	struct vkey vkey = { .usable = false };
	uint8_t room[MATERIAL_MAX_LEN];
	struct bytes material = { NULL, 0 };
	struct bytes digits = { NULL, 0 };
	struct bytes rest = text;
	uint32_t id = 0;
	size_t at = 0;

	if (text.len > VKEY_TEXT_LEN)
		return ERR_LIMIT;
	if (bytes_find_byte(text, '+', 0) == SIZE_MAX ||
	    !bytes_next_field(&rest, '+', &vkey.name) ||
	    bytes_find_byte(rest, '+', 0) == SIZE_MAX ||
	    !bytes_next_field(&rest, '+', &digits) ||
	    !vkey_name_is_good(vkey.name) || !read_id(digits, &id))
		return ERR_MALFORMED;
	if (base64_decode(BASE64_STANDARD, rest, room, sizeof(room), &material,
		&at) != ERR_OK ||
	    material.len < 2)
		return ERR_MALFORMED;
	struct bytes key = bytes_from(material, 1);
	enum err err = read_key(room[0], key, &vkey);

	if (err != ERR_OK)
		return err;
	vkey.type = (enum vkey_type)room[0]; /* read_key() knew it */
	vkey.id = id_of(hooks, vkey.name, room[0], key);
	if (vkey.id != id)
		return ERR_CHECKSUM;
	*ret = vkey;
	return ERR_OK;
}

/* Whether a key of that curve can be of that type, and be written. */
static bool
fits(enum vkey_type type, enum cose_curve curve)
{
	switch (type) {
	case VKEY_ED25519:
	case VKEY_COSIGNATURE:
		return curve == COSE_CURVE_ED25519;
	case VKEY_ECDSA:
	case VKEY_RFC6962:
		return curve == COSE_CURVE_P256;
	case VKEY_MLDSA44:
	case VKEY_PRIVATE:
		break;
	}
	return false;
}

enum err
vkey_write(const struct crypto_hooks *hooks, enum vkey_type type,
    struct bytes name, const struct cose_key *key, uint8_t ret[VKEY_TEXT_LEN],
    size_t *ret_len)
{
	static const char hex[] = "0123456789abcdef";
	uint8_t material[1 + SPKI_MAX_LEN];
	struct bytes text = { NULL, 0 };
	size_t at = name.len;

	if (!vkey_name_is_good(name) || !fits(type, key->curve))
		return ERR_MALFORMED;
	uint32_t id = vkey_id(hooks, type, name, key);

	memcpy(ret, name.ptr, name.len);
	ret[at++] = '+';
	for (unsigned i = 0; i < ID_DIGITS; i++)
		ret[at++] = (uint8_t)hex[id >> (28 - 4 * i) & 0xf];
	ret[at++] = '+';
	enum err err = base64_encode(BASE64_STANDARD,
	    (struct bytes){ material, write_material(type, key, material) },
	    ret + at, VKEY_TEXT_LEN - at, &text);

	assert(err == ERR_OK); /* a name and an SPKI are far shorter */
	*ret_len = at + text.len;
	return ERR_OK;
}
