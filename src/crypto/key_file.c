/* SPDX-License-Identifier: ISC */
/* Private keys made, read, written and used: libsodium and libcrypto. */
#include "crypto/key_file.h"

#include "base/cursor.h"
#include "base/limits.h"
#include "crypto/key_file_private.h"

#include <assert.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <sodium/crypto_sign.h>
#include <string.h>

#define POINT_LEN (1 + P256_KEY_LEN) /* 04, x, y */
#define DER_SIGNATURE_MAX 72

static enum err
sign_ed25519(void *context, struct bytes message, uint8_t ret[SIGNATURE_LEN])
{
	const struct secret_key *key = context;
	uint8_t none = 0;

	return crypto_sign_detached(ret, NULL,
		   message.len > 0 ? message.ptr : &none, message.len,
		   key->ed25519) == 0
	    ? ERR_OK
	    : ERR_SYSTEM;
}

/* DER as r, then s. */
static enum err
unwrap_signature(const uint8_t *der, size_t len, uint8_t ret[SIGNATURE_LEN])
{
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)len);
	int half = SIGNATURE_LEN / 2;
	enum err err = ERR_SYSTEM;

	if (sig != NULL &&
	    BN_bn2binpad(ECDSA_SIG_get0_r(sig), ret, half) == half &&
	    BN_bn2binpad(ECDSA_SIG_get0_s(sig), ret + half, half) == half)
		err = ERR_OK;
	ECDSA_SIG_free(sig);
	return err;
}

static enum err
sign_p256(void *context, struct bytes message, uint8_t ret[SIGNATURE_LEN])
{
	const struct secret_key *key = context;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t der[DER_SIGNATURE_MAX];
	uint8_t signature[SIGNATURE_LEN] = { 0 };
	size_t len = sizeof(der);
	enum err err = ERR_SYSTEM;

	if (ctx != NULL &&
	    EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key->p256) == 1 &&
	    EVP_DigestSign(ctx, der, &len,
		message.len > 0 ? message.ptr : signature, message.len) == 1)
		err = unwrap_signature(der, len, signature);
	EVP_MD_CTX_free(ctx);
	if (err == ERR_OK)
		memcpy(ret, signature, sizeof(signature));
	else
		ERR_clear_error();
	return err;
}

/* The key pair as libcrypto wants it: group, number, point. */
static EVP_PKEY *
open_pair(const BIGNUM *number, const uint8_t point[POINT_LEN])
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	OSSL_PARAM *params = NULL;
	EVP_PKEY *pair = NULL;

	if (build != NULL && ctx != NULL &&
	    OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME,
		SN_X9_62_prime256v1, 0) == 1 &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, number) ==
		1 &&
	    OSSL_PARAM_BLD_push_octet_string(
		build, OSSL_PKEY_PARAM_PUB_KEY, point, POINT_LEN) == 1)
		params = OSSL_PARAM_BLD_to_param(build);
	if (params != NULL && EVP_PKEY_fromdata_init(ctx) == 1 &&
	    EVP_PKEY_fromdata(ctx, &pair, EVP_PKEY_KEYPAIR, params) != 1)
		pair = NULL;
	OSSL_PARAM_free(params); /* wipes what is in the secure heap */
	OSSL_PARAM_BLD_free(build);
	EVP_PKEY_CTX_free(ctx);
	return pair;
}

/* The point of a number below the curve's order. */
static enum err
multiply(const EC_GROUP *group, const BIGNUM *number, uint8_t ret[POINT_LEN])
{
	EC_POINT *point = EC_POINT_new(group);
	enum err err = ERR_SYSTEM;

	if (point != NULL &&
	    EC_POINT_mul(group, point, number, NULL, NULL, NULL) == 1 &&
	    EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, ret,
		POINT_LEN, NULL) == POINT_LEN)
		err = ERR_OK;
	EC_POINT_free(point);
	return err;
}

static enum err
make_p256(struct secret_key *key, struct cose_key *public)
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	BIGNUM *number = BN_secure_new();
	uint8_t point[POINT_LEN];
	enum err err = ERR_SYSTEM;

	if (group == NULL || number == NULL ||
	    BN_bin2bn(key->number, KEY_NUMBER_LEN, number) == NULL)
		goto done;
	BN_set_flags(number, BN_FLG_CONSTTIME);
	if (BN_is_zero(number) ||
	    BN_cmp(number, EC_GROUP_get0_order(group)) >= 0) {
		err = ERR_MALFORMED;
		goto done;
	}
	err = multiply(group, number, point);
	if (err != ERR_OK)
		goto done;
	key->p256 = open_pair(number, point);
	if (key->p256 == NULL)
		err = ERR_SYSTEM;
	else
		memcpy(public->point, point + 1, P256_KEY_LEN);
done:
	BN_clear_free(number);
	EC_GROUP_free(group);
	if (err == ERR_SYSTEM)
		ERR_clear_error();
	return err;
}

static enum err
make_ed25519(struct secret_key *key, struct cose_key *public)
{
	return crypto_sign_seed_keypair(
		   public->point, key->ed25519, key->number) == 0
	    ? ERR_OK
	    : ERR_SYSTEM;
}

enum err
key_file_make(enum cose_curve curve, const uint8_t random[KEY_FILE_RANDOM_LEN],
    struct signer *ret)
{
	struct secret_key *key = OPENSSL_secure_zalloc(sizeof(*key));
	bool is_ed25519 = curve == COSE_CURVE_ED25519;
	struct signer signer = {
		.key = { .curve = curve },
		.sign = is_ed25519 ? sign_ed25519 : sign_p256,
		.context = key,
	};
	enum err err;

	if (key == NULL)
		return ERR_MEMORY;
	memcpy(key->number, random, KEY_NUMBER_LEN);
	err = is_ed25519 ? make_ed25519(key, &signer.key)
			 : make_p256(key, &signer.key);
	if (err == ERR_OK)
		*ret = signer;
	else
		key_file_close(&signer);
	return err;
}

const struct secret_key *
key_file_secret(const struct signer *signer)
{
	assert(signer->sign == sign_ed25519 || signer->sign == sign_p256);
	return signer->context;
}

void
key_file_close(struct signer *signer)
{
	struct secret_key *key = signer->context;

	if (key != NULL) {
		EVP_PKEY_free(key->p256);
		OPENSSL_secure_clear_free(key, sizeof(*key));
	}
	*signer = (struct signer){ .sign = NULL };
}

const char *
key_file_why(enum err err)
{
	switch (err) {
	case ERR_ENCRYPTED:
		return "is encrypted: it needs a passphrase";
	case ERR_CHECKSUM:
		return "does not open: the passphrase is wrong";
	case ERR_UNSUPPORTED:
		return "is a key, or encrypted in a way, that is not read "
		       "here: Ed25519 or P-256 as PKCS#8 is";
	case ERR_LIMIT:
		return "asks for too much work or memory to open it";
	case ERR_TRUNCATED:
	case ERR_MALFORMED:
		return "is not a private key as PKCS#8 PEM";
	case ERR_OK:
	case ERR_END:
	case ERR_MEMORY:
	case ERR_SYSTEM:
		break;
	}
	return err_text(err);
}
