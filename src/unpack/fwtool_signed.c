/* SPDX-License-Identifier: ISC */
/* OpenWrt images that end with a signature: which one, and whether it holds. */
#include "base/cursor.h"
#include "base/limits.h"
#include "codec/crc.h"
#include "unpack/headers.h"
#include "unpack/signatures.h"
#include "unpack/slices.h"

#include <openssl/evp.h>
#include <string.h>

/* Source: fwtool's fwimage.h: the trailer stands behind what it describes. */
#define MAGIC_FWX0 0x46577830U
#define TRAILER_LEN ((size_t)16)
#define TYPE_SIGNATURE 0
#define SIGNATURE_MAX_LEN (64 * KIB)

/* usign: "Ed", the key's fingerprint, then key or signature; as base64 behind
   a line of comment. Source: usign's main.c. */
#define FINGERPRINT_LEN ((size_t)8)
#define KEY_LEN ((size_t)(2 + 8 + 32))
#define SIGNATURE_LEN ((size_t)(2 + 8 + 64))
#define BASE64_MAX ((size_t)104)
#define KEYS_MAX 8

struct image {
	struct bytes data, vouchers;
};

struct vouchers {
	uint8_t signature[SIGNATURE_LEN]; /* the last: of the data */
	bool has_signature;
	uint8_t key[KEYS_MAX][KEY_LEN];
	size_t key_count;
};

static enum err
read_image(struct bytes in, struct image *ret)
{
	if (in.len < TRAILER_LEN)
		return ERR_TRUNCATED;
	size_t at = in.len - TRAILER_LEN;
	struct cursor c = cur_open_at(in, at, "fwtool trailer");

	if (cur_u32be(&c, "magic") != MAGIC_FWX0)
		cur_fail(&c, ERR_MALFORMED, at, "magic");
	uint32_t crc = cur_u32be(&c, "crc32");

	if (cur_u8(&c, "type") != TYPE_SIGNATURE)
		cur_fail(&c, ERR_MALFORMED, at + 8, "type");
	cur_skip(&c, 3, "pad");
	size_t size = cur_u32be(&c, "size");

	if (size <= TRAILER_LEN || size > SIGNATURE_MAX_LEN || size >= in.len)
		cur_fail(&c, ERR_MALFORMED, at + 12, "size");
	/* not inverted at its end */
	if (cur_ok(&c) && ~crc32_of(bytes_slice(in, 0, at)) != crc)
		cur_fail(&c, ERR_CHECKSUM, at + 4, "crc32");
	if (!cur_ok(&c))
		return c.fault.code;
	ret->data = bytes_slice(in, 0, in.len - size);
	ret->vouchers = bytes_slice(in, in.len - size, size - TRAILER_LEN);
	return ERR_OK;
}

/* The bytes of a line of base64; 0: it is none. */
static size_t
decode_line(struct bytes line, uint8_t to[BASE64_MAX])
{
	uint8_t made[BASE64_MAX];
	size_t padding = 0;

	if (line.len == 0 || line.len % 4 != 0 || line.len > BASE64_MAX)
		return 0;
	while (padding < 2 && line.ptr[line.len - 1 - padding] == '=')
		padding++;
	int len = EVP_DecodeBlock(made, line.ptr, (int)line.len);

	if (len < 0 || (size_t)len < padding)
		return 0;
	memcpy(to, made, (size_t)len - padding);
	return (size_t)len - padding;
}

static void
take_line(struct bytes line, struct vouchers *v)
{
	uint8_t bytes[BASE64_MAX];
	size_t len = decode_line(bytes_trim(line), bytes);

	if (len < 2 || bytes[0] != 'E' || bytes[1] != 'd')
		return;
	if (len == SIGNATURE_LEN) {
		memcpy(v->signature, bytes, SIGNATURE_LEN);
		v->has_signature = true;
	} else if (len == KEY_LEN && v->key_count < KEYS_MAX) {
		memcpy(v->key[v->key_count++], bytes, KEY_LEN);
	}
}

/*
 * usign's files stand in ucert's chain as they are, between binary: each is
 * known by its first line. What ucert appends last is the image's signature.
 * Source: ucert's ucert.c.
 */
static void
read_vouchers(struct bytes in, struct vouchers *ret)
{
	struct bytes comment = BYTES("untrusted comment:");
	size_t at = bytes_find(in, comment, 0);

	while (at != SIZE_MAX) {
		struct bytes rest = bytes_from(in, at);
		struct bytes line;

		(void)bytes_next_line(&rest, &line); /* the comment */
		/* A final line feed may be missing: then zeros follow. */
		size_t len = 0;

		while (len < rest.len && rest.ptr[len] > 0x20 &&
		    rest.ptr[len] < 0x7f)
			len++;
		take_line(bytes_slice(rest, 0, len), ret);
		at = bytes_find(in, comment, at + comment.len);
	}
}

static EVP_PKEY *
find_key(const struct vouchers *v)
{
	for (size_t i = 0; i < v->key_count; i++)
		if (memcmp(v->key[i] + 2, v->signature + 2, FINGERPRINT_LEN) ==
		    0)
			return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519,
			    NULL, v->key[i] + 2 + FINGERPRINT_LEN, 32);
	return NULL;
}

static bool
verify(EVP_PKEY *key, const struct vouchers *v, struct bytes data)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok = ctx != NULL &&
	    EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key) == 1 &&
	    EVP_DigestVerify(ctx, v->signature + 2 + FINGERPRINT_LEN, 64,
		data.ptr, data.len) == 1;

	EVP_MD_CTX_free(ctx);
	return ok;
}

static void
judge(const struct image *m, struct format_info *info)
{
	struct vouchers v = { .has_signature = false };

	read_vouchers(m->vouchers, &v);
	if (!v.has_signature) {
		info->authenticity = AUTHENTICITY_UNKNOWN;
		format_detail(info, ", not usign's");
		return;
	}
	EVP_PKEY *key = find_key(&v);

	format_detail(info, ", usign Ed25519 by ");
	for (size_t i = 0; i < FINGERPRINT_LEN; i++)
		format_detail(info, "%02x", v.signature[2 + i]);
	if (key == NULL) {
		info->authenticity = AUTHENTICITY_SIGNED;
		format_detail(info, " (key not in the image)");
		return;
	}
	/* Whether a device trusts that key, its own files say. */
	bool right = verify(key, &v, m->data);

	info->authenticity = right ? AUTHENTICITY_SIGNED : AUTHENTICITY_NONE;
	format_detail(info, " %s the key in its certificate",
	    right ? "verifies with" : "does not verify with");
	if (right)
		signature_detail_key(info, key);
	EVP_PKEY_free(key);
}

static enum err
signed_probe(struct bytes in, struct format_info *ret)
{
	struct format_info info = { .encrypted = ANSWER_NO };
	struct image m;
	enum err err = read_image(in, &m);

	if (err != ERR_OK)
		return err;
	info.size = in.len;
	format_detail(&info, "signature of %zu bytes", m.data.len);
	judge(&m, &info);
	*ret = info;
	return ERR_OK;
}

static enum err
signed_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct slices *s;
	struct image m;
	enum err err = read_image(in, &m);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		err = slices_open(in, &s);
	if (err != ERR_OK)
		return err;
	slices_add(s, 0, m.data.len, false);
	*ret_handle = s;
	return ERR_OK;
}

const struct format fwtool_signed_format = {
	.name = "fwtool",
	.only_at_start = true, /* known by the end of its input */
	.probe = signed_probe,
	.open = signed_open,
	.next = slices_next,
	.close = slices_close,
};
