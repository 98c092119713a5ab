/* SPDX-License-Identifier: ISC */
/* Through libcrypto; what it refuses is simply not verified. */
#include "unpack/signatures.h"

#include "unpack/carve.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

#define AES_LEN ((size_t)16)
#define SHA256_LEN ((size_t)32)
/* A message of fewer bits has its length in two bytes, any other in four. */
#define MMO_SHORT_BITS ((uint64_t)1 << 16)
/* Largest numbers and points of a key. */
#define NUMBER_MAX_LEN ((size_t)1024)
#define LOOK_LEN ((size_t)8192)

bool
digest_agrees(enum hash hash, struct bytes in, struct bytes wanted)
{
	uint8_t digest[HASH_MAX_LEN];

	return wanted.len >= 4 && wanted.len <= hash_len(hash) &&
	    hash_of(hash, in, digest) == ERR_OK &&
	    memcmp(digest, wanted.ptr, wanted.len) == 0;
}

/* h := AES(key h, block) xor block. */
static bool
mmo_step(EVP_CIPHER_CTX *ctx, const uint8_t *block, uint8_t h[AES_LEN])
{
	uint8_t made[AES_LEN];
	int len = 0;

	if (EVP_EncryptInit_ex(ctx, NULL, NULL, h, NULL) != 1 ||
	    EVP_EncryptUpdate(ctx, made, &len, block, (int)AES_LEN) != 1 ||
	    len != (int)AES_LEN)
		return false;
	for (size_t i = 0; i < AES_LEN; i++)
		h[i] = made[i] ^ block[i];
	return true;
}

/* The last blocks: what is left, a one bit, zeros, the length in bits. */
static size_t
mmo_pad(struct bytes in, uint8_t to[2 * AES_LEN])
{
	uint64_t bits = (uint64_t)in.len * 8;
	bool small = bits < MMO_SHORT_BITS;
	size_t tail = in.len % AES_LEN;
	size_t end =
	    tail + 1 > AES_LEN - (small ? 2 : 6) ? 2 * AES_LEN : AES_LEN;
	size_t at = end - (small ? 2 : 6);

	memset(to, 0, 2 * AES_LEN);
	if (tail > 0)
		memcpy(to, in.ptr + in.len - tail, tail);
	to[tail] = 0x80;
	for (size_t i = small ? 2 : 4; i > 0; i--)
		to[at++] = (uint8_t)(bits >> (8 * (i - 1)));
	return end;
}

bool
digest_aes_mmo(struct bytes in, uint8_t ret[16])
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t h[AES_LEN] = { 0 };
	uint8_t last[2 * AES_LEN];
	size_t last_len = mmo_pad(in, last);
	bool ok = ctx != NULL &&
	    EVP_EncryptInit_ex(ctx, EVP_aes_128_ecb(), NULL, h, NULL) == 1;

	for (size_t at = 0; ok && at + AES_LEN <= in.len; at += AES_LEN)
		ok = mmo_step(ctx, in.ptr + at, h);
	for (size_t at = 0; ok && at < last_len; at += AES_LEN)
		ok = mmo_step(ctx, last + at, h);
	EVP_CIPHER_CTX_free(ctx);
	if (ok)
		memcpy(ret, h, AES_LEN);
	return ok;
}

size_t
reverse_bytes(struct bytes in, uint8_t *to, size_t cap)
{
	if (in.len > cap)
		in.len = cap;
	for (size_t i = 0; i < in.len; i++)
		to[i] = in.ptr[in.len - 1 - i];
	return in.len;
}

static int
hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

size_t
hex_decode(struct bytes text, uint8_t *to, size_t cap)
{
	size_t len = text.len / 2;

	if (text.len % 2 != 0 || len > cap)
		return 0;
	for (size_t i = 0; i < len; i++) {
		int high = hex_digit(text.ptr[2 * i]);
		int low = hex_digit(text.ptr[2 * i + 1]);

		if (high < 0 || low < 0)
			return 0;
		to[i] = (uint8_t)(high << 4 | low);
	}
	return len;
}

static EVP_PKEY *
make_key(const char *type, OSSL_PARAM_BLD *build)
{
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *key = NULL;

	if (params == NULL || ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params);
	return key;
}

EVP_PKEY *
signature_rsa_key(struct bytes modulus, struct bytes exponent)
{
	EVP_PKEY *key = NULL;
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	BIGNUM *n = NULL;
	BIGNUM *e = NULL;

	if (modulus.len <= NUMBER_MAX_LEN && exponent.len <= 8) {
		n = BN_lebin2bn(modulus.ptr, (int)modulus.len, NULL);
		e = BN_lebin2bn(exponent.ptr, (int)exponent.len, NULL);
	}
	if (build != NULL && n != NULL && e != NULL && !BN_is_zero(n) &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1)
		key = make_key("RSA", build);
	OSSL_PARAM_BLD_free(build);
	BN_free(n);
	BN_free(e);
	return key;
}

EVP_PKEY *
signature_ec_key(const char *curve, struct bytes x, struct bytes y)
{
	uint8_t point[2 * 32 + 1] = { 4 }; /* not compressed */
	EVP_PKEY *key = NULL;
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();

	if (x.len > 32 || y.len != x.len || build == NULL)
		goto done;
	(void)reverse_bytes(x, point + 1, 32);
	(void)reverse_bytes(y, point + 1 + x.len, 32);
	if (OSSL_PARAM_BLD_push_utf8_string(
		build, OSSL_PKEY_PARAM_GROUP_NAME, curve, 0) == 1 &&
	    OSSL_PARAM_BLD_push_octet_string(
		build, OSSL_PKEY_PARAM_PUB_KEY, point, 1 + 2 * x.len) == 1)
		key = make_key("EC", build);
done:
	OSSL_PARAM_BLD_free(build);
	return key;
}

static bool
set_padding(EVP_PKEY_CTX *ctx, enum signature_scheme scheme)
{
	switch (scheme) {
	case SIGNATURE_RSA_PSS:
		return EVP_PKEY_CTX_set_rsa_padding(
			   ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
		    EVP_PKEY_CTX_set_rsa_pss_saltlen(
			ctx, RSA_PSS_SALTLEN_DIGEST) == 1;
	case SIGNATURE_RSA_PKCS1:
		return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) ==
		    1;
	case SIGNATURE_DER:
		return true;
	}
	return false;
}

bool
signature_verify(EVP_PKEY *key, enum signature_scheme scheme,
    struct bytes sha256, struct bytes signature)
{
	EVP_PKEY_CTX *ctx = key != NULL ? EVP_PKEY_CTX_new(key, NULL) : NULL;
	bool ok = ctx != NULL && sha256.len == SHA256_LEN &&
	    EVP_PKEY_verify_init(ctx) == 1 && set_padding(ctx, scheme) &&
	    EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) == 1 &&
	    EVP_PKEY_verify(
		ctx, signature.ptr, signature.len, sha256.ptr, sha256.len) == 1;

	EVP_PKEY_CTX_free(ctx);
	return ok;
}

void
signature_detail_digest(struct format_info *info, struct bytes sha256)
{
	format_detail(info, ", key ");
	for (size_t i = 0; i < sha256.len; i++)
		format_detail(info, "%02x", sha256.ptr[i]);
}

void
signature_detail_key(struct format_info *info, EVP_PKEY *key)
{
	uint8_t digest[HASH_MAX_LEN];
	unsigned char *der = NULL;
	int len = key != NULL ? i2d_PUBKEY(key, &der) : 0;

	if (len > 0 &&
	    hash_of(HASH_SHA256, (struct bytes){ der, (size_t)len }, digest) ==
		ERR_OK)
		signature_detail_digest(
		    info, (struct bytes){ digest, SHA256_LEN });
	OPENSSL_free(der);
}

enum answer
payload_is_encrypted(struct bytes payload)
{
	static const struct bytes magics[] = {
		{ (const uint8_t *)"\x1f\x8b\x08", 3 }, /* gzip */
		{ (const uint8_t *)"\xfd"
				   "7zXZ",
		    5 },				/* xz */
		{ (const uint8_t *)"\x5d\x00\x00", 3 }, /* lzma */
		{ (const uint8_t *)"BZh", 3 },
		{ (const uint8_t *)"\x28\xb5\x2f\xfd", 4 }, /* zstd */
		{ (const uint8_t *)"hsqs", 4 },
		{ (const uint8_t *)"\x78\x01", 2 }, /* zlib */
		{ (const uint8_t *)"\x78\x5e", 2 },
		{ (const uint8_t *)"\x78\x9c", 2 },
		{ (const uint8_t *)"\x78\xda", 2 },
	};

	if (payload.len == 0)
		return ANSWER_UNKNOWN;
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (bytes_starts(payload, magics[i]))
			return ANSWER_NO;
	struct carve_gap gap =
	    carve_next_gap(bytes_slice(payload, 0, LOOK_LEN));

	return gap.state == CHUNK_READ ? ANSWER_NO : ANSWER_UNKNOWN;
}

int
detail_text_len(struct bytes in)
{
	size_t len = 0;

	while (len < in.len && in.ptr[len] >= 0x20 && in.ptr[len] < 0x7f)
		len++;
	return (int)len;
}
