/* SPDX-License-Identifier: ISC */
/* Keys through libcrypto. */
#include "inspect/pkey.h"

#include "base/table.h"
#include "crypto/hash.h"

#include <limits.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

/* Larger numbers only cost time; RSA of 16384 bits is the largest in use. */
#define NUMBER_LIMIT ((size_t)2048)

static const struct {
	const char *group; /* OpenSSL's name */
	const char *name;
	const char *ssh;
} curves[] = {
	{ "prime256v1", "P-256", "nistp256" },
	{ "secp384r1", "P-384", "nistp384" },
	{ "secp521r1", "P-521", "nistp521" },
	{ "prime192v1", "P-192", "" },
	{ "secp224r1", "P-224", "" },
};

static void
describe_ec(EVP_PKEY *key, struct pkey_facts *ret)
{
	char group[PKEY_TYPE_LEN - 4] = "";
	size_t len = 0;
	const char *name = group;

	if (EVP_PKEY_get_group_name(key, group, sizeof(group), &len) != 1)
		name = "explicit";
	for (size_t i = 0; i < sizeof(curves) / sizeof(curves[0]); i++)
		if (strcmp(group, curves[i].group) == 0)
			name = curves[i].name;
	(void)snprintf(ret->type, sizeof(ret->type), "EC %s", name);
}

static void
describe_type(EVP_PKEY *key, struct pkey_facts *ret)
{
	static const char *const plain[][2] = { { "ED25519", "Ed25519" },
		{ "ED448", "Ed448" }, { "X25519", "X25519" },
		{ "X448", "X448" } };
	const char *name = EVP_PKEY_get0_type_name(key);

	if (EVP_PKEY_is_a(key, "EC")) {
		describe_ec(key, ret);
		return;
	}
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		if (!EVP_PKEY_is_a(key, plain[i][0]))
			continue;
		(void)snprintf(ret->type, sizeof(ret->type), "%s", plain[i][1]);
		return;
	}
	(void)snprintf(ret->type, sizeof(ret->type), "%.20s %u",
	    name != NULL ? name : "unknown", ret->bits);
}

static void
put_hex(const uint8_t digest[static 32], char ret[static PKEY_HEX_LEN])
{
	for (size_t i = 0; i < 32; i++)
		(void)snprintf(ret + 2 * i, 3, "%02x", digest[i]);
}

bool
pkey_describe(EVP_PKEY *key, struct pkey_facts *ret)
{
	struct pkey_facts facts = { .bits = 0 };
	uint8_t digest[HASH_MAX_LEN];
	uint8_t *der = NULL;
	int bits = EVP_PKEY_get_bits(key);
	int len = i2d_PUBKEY(key, &der);
	bool good = len > 0 && bits > 0 &&
	    hash_of(HASH_SHA256, (struct bytes){ der, (size_t)len }, digest) ==
		ERR_OK;

	OPENSSL_free(der);
	ERR_clear_error();
	if (!good)
		return false;
	facts.bits = (unsigned)bits;
	describe_type(key, &facts);
	put_hex(digest, facts.spki_sha256);
	ERR_clear_error();
	*ret = facts;
	return true;
}

/* RSA's two primes, where it has them, against the modulus. */
static bool
rsa_is_sound(EVP_PKEY *key)
{
	BIGNUM *n = NULL;
	BIGNUM *p = NULL;
	BIGNUM *q = NULL;
	BIGNUM *product = BN_new();
	BN_CTX *ctx = BN_CTX_new();
	bool sound = product != NULL && ctx != NULL &&
	    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n) == 1 &&
	    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_FACTOR1, &p) == 1 &&
	    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_FACTOR2, &q) == 1 &&
	    BN_num_bits(n) >= 256 && (size_t)BN_num_bytes(p) <= NUMBER_LIMIT &&
	    (size_t)BN_num_bytes(q) <= NUMBER_LIMIT &&
	    BN_mul(product, p, q, ctx) == 1;

	/* Keys of three primes exist in RFC 8017 only. */
	sound = sound && BN_cmp(product, n) == 0;
	BN_free(n);
	BN_clear_free(p);
	BN_clear_free(q);
	BN_clear_free(product);
	BN_CTX_free(ctx);
	return sound;
}

/* PKCS#8 keys whose public half libcrypto computes with numbers as long as
   the input says: right ones of 4096 bits are shorter than this. */
#define COMPUTED_LIMIT ((size_t)1300)

static bool
is_costly(struct bytes in)
{
	static const struct bytes algorithms[] = {
		{ (const uint8_t *)"\x2a\x86\x48\xce\x38\x04\x01",
		    7 }, /* DSA */
		{ (const uint8_t *)"\x2a\x86\x48\xce\x3e\x02\x01", 7 }, /* DH */
		{ (const uint8_t *)"\x2a\x86\x48\x86\xf7\x0d\x01\x03", 8 },
	};
	struct bytes head = bytes_slice(in, 0, 64);
	size_t len = in.len;

	/* the length that the outer SEQUENCE claims */
	if (in.len > 4 && in.ptr[1] == 0x82)
		len = (size_t)in.ptr[2] << 8 | in.ptr[3];
	if (in.len < COMPUTED_LIMIT || len < COMPUTED_LIMIT)
		return false;
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++)
		if (bytes_find(head, algorithms[i], 0) != SIZE_MAX)
			return true;
	return false;
}

bool
pkey_read_private(struct bytes in, struct pkey_facts *ret, size_t *ret_used)
{
	const uint8_t *at = in.ptr;
	EVP_PKEY *key = NULL;
	bool good = false;

	if (in.len < 16 || in.len > LONG_MAX || in.ptr[0] != 0x30 ||
	    is_costly(in))
		return false;
	key = d2i_AutoPrivateKey(NULL, &at, (long)in.len);
	if (key != NULL && EVP_PKEY_get_bits(key) <= 16384)
		good = (!EVP_PKEY_is_a(key, "RSA") || rsa_is_sound(key)) &&
		    pkey_describe(key, ret);
	EVP_PKEY_free(key);
	ERR_clear_error();
	if (good)
		*ret_used = (size_t)(at - in.ptr);
	return good;
}

bool
pkey_read_public(struct bytes in, bool pkcs1, struct pkey_facts *ret)
{
	const uint8_t *at = in.ptr;
	EVP_PKEY *key = NULL;
	bool good = false;

	if (in.len < 16 || in.len > LONG_MAX)
		return false;
	key = pkcs1 ? d2i_PublicKey(EVP_PKEY_RSA, NULL, &at, (long)in.len)
		    : d2i_PUBKEY(NULL, &at, (long)in.len);
	if (key != NULL)
		good = pkey_describe(key, ret);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return good;
}

/* A public key of named numbers and, for EC, a group and a point. */
struct part {
	const char *name;
	struct bytes number;
};

static bool
from_parts(const char *type, const struct part *part, size_t count,
    const char *group, struct bytes point, struct pkey_facts *ret)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	BIGNUM *number[4] = { NULL, NULL, NULL, NULL };
	OSSL_PARAM *params = NULL;
	EVP_PKEY *key = NULL;
	bool good = build != NULL && ctx != NULL;

	for (size_t i = 0; good && i < count; i++) {
		good = part[i].number.len > 0 &&
		    part[i].number.len <= NUMBER_LIMIT;
		if (good)
			number[i] = BN_bin2bn(
			    part[i].number.ptr, (int)part[i].number.len, NULL);
		good = good && number[i] != NULL &&
		    OSSL_PARAM_BLD_push_BN(build, part[i].name, number[i]) == 1;
	}
	if (good && group != NULL)
		good = OSSL_PARAM_BLD_push_utf8_string(
			   build, OSSL_PKEY_PARAM_GROUP_NAME, group, 0) == 1 &&
		    OSSL_PARAM_BLD_push_octet_string(build,
			OSSL_PKEY_PARAM_PUB_KEY, point.ptr, point.len) == 1;
	if (good)
		params = OSSL_PARAM_BLD_to_param(build);
	good = params != NULL && EVP_PKEY_fromdata_init(ctx) == 1 &&
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) == 1 &&
	    pkey_describe(key, ret);
	EVP_PKEY_free(key);
	OSSL_PARAM_free(params);
	for (size_t i = 0; i < 4; i++)
		BN_free(number[i]);
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_BLD_free(build);
	ERR_clear_error();
	return good;
}

static const struct bytes no_point = { NULL, 0 };

bool
pkey_from_rsa(struct bytes n, struct bytes e, struct pkey_facts *ret)
{
	const struct part part[] = {
		{ OSSL_PKEY_PARAM_RSA_N, n },
		{ OSSL_PKEY_PARAM_RSA_E, e },
	};

	return from_parts("RSA", part, 2, NULL, no_point, ret);
}

bool
pkey_from_dsa(struct bytes p, struct bytes q, struct bytes g, struct bytes y,
    struct pkey_facts *ret)
{
	const struct part part[] = {
		{ OSSL_PKEY_PARAM_FFC_P, p },
		{ OSSL_PKEY_PARAM_FFC_Q, q },
		{ OSSL_PKEY_PARAM_FFC_G, g },
		{ OSSL_PKEY_PARAM_PUB_KEY, y },
	};

	return from_parts("DSA", part, 4, NULL, no_point, ret);
}

bool
pkey_from_ec(struct bytes curve, struct bytes point, struct pkey_facts *ret)
{
	for (size_t i = 0; i < sizeof(curves) / sizeof(curves[0]); i++)
		if (curve.len > 0 && point.len > 0 && point.len < 256 &&
		    bytes_equal_text(curve, curves[i].ssh))
			return from_parts(
			    "EC", NULL, 0, curves[i].group, point, ret);
	return false;
}

bool
pkey_from_ed25519(struct bytes public_key, struct pkey_facts *ret)
{
	EVP_PKEY *key = NULL;
	bool good = false;

	if (public_key.len != 32)
		return false;
	key = EVP_PKEY_new_raw_public_key(
	    EVP_PKEY_ED25519, NULL, public_key.ptr, public_key.len);
	if (key != NULL)
		good = pkey_describe(key, ret);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return good;
}

bool
pkey_factors_agree(struct bytes n, struct bytes p, struct bytes q)
{
	BIGNUM *number[3] = { NULL, NULL, NULL };
	const struct bytes in[3] = { n, p, q };
	BIGNUM *product = BN_new();
	BN_CTX *ctx = BN_CTX_new();
	bool good = product != NULL && ctx != NULL;

	for (size_t i = 0; good && i < 3; i++) {
		good = in[i].len > 0 && in[i].len <= NUMBER_LIMIT;
		if (good)
			number[i] = BN_bin2bn(in[i].ptr, (int)in[i].len, NULL);
		good = good && number[i] != NULL;
	}
	good = good && BN_mul(product, number[1], number[2], ctx) == 1 &&
	    BN_cmp(product, number[0]) == 0 && !BN_is_zero(product);
	for (size_t i = 0; i < 3; i++)
		BN_clear_free(number[i]);
	BN_clear_free(product);
	BN_CTX_free(ctx);
	return good;
}

struct bytes
pkey_known_name(struct bytes table, const char *spki_sha256)
{
	struct table rows;

	if (spki_sha256[0] == '\0' || table_open(table, &rows) != ERR_OK)
		return (struct bytes){ NULL, 0 };
	while (table_next(&rows) == ERR_OK)
		if (bytes_equal_text(
			table_field(&rows, "spki_sha256"), spki_sha256))
			return table_field(&rows, "name");
	return (struct bytes){ NULL, 0 };
}
