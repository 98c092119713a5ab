/* SPDX-License-Identifier: ISC */
/* The hooks with libcrypto and libsodium. */

/*
 * OpenSSL 3 calls SHA256_Init() and EC_KEY deprecated and offers EVP instead.
 * EVP takes heap memory for each digest and looks the algorithm up each time
 * (2.8 million tree nodes a second instead of 9.5), and makes a key from bytes
 * through a list of parameters. Both old interfaces are there in all of 3.x.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto/hooks.h"
#include "crypto/sha256_many.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <openssl/sha.h>
#include <sodium/crypto_sign.h>
#include <string.h>

static void
sum_sha256(const void *context, const struct bytes *part, size_t count,
    uint8_t ret[SHA256_LEN])
{
	SHA256_CTX sum;

	(void)context;
	/* These three give a status only because others of their kind do. */
	(void)SHA256_Init(&sum);
	for (size_t i = 0; i < count; i++)
		if (part[i].len > 0)
			(void)SHA256_Update(&sum, part[i].ptr, part[i].len);
	(void)SHA256_Final(ret, &sum);
}

static void
sum_sha256_many(const void *context, uint8_t first, const struct bytes *rest,
    size_t count, uint8_t *ret)
{
	bool many = count >= SHA256_MANY_COUNT_MIN &&
	    sha256_many(first, rest, count, ret);

	for (size_t i = 0; i < count; i++) {
		const struct bytes part[2] = { { &first, 1 }, rest[i] };

		if (!many || rest[i].len > SHA256_MANY_LEN_MAX)
			sum_sha256(context, part, 2, ret + i * SHA256_LEN);
	}
}

/*
 * libsodium needs no sodium_init() for this: that seeds its random numbers and
 * picks code for other functions by the processor.
 */
static bool
verify_ed25519(const void *context, const uint8_t key[ED25519_KEY_LEN],
    struct bytes message, const uint8_t signature[SIGNATURE_LEN])
{
	uint8_t none = 0;

	(void)context;
	return crypto_sign_verify_detached(signature,
		   message.len > 0 ? message.ptr : &none, message.len,
		   key) == 0;
}

/* The key of a point; NULL when it is not on the curve. */
static EC_KEY *
open_p256(const uint8_t point[P256_KEY_LEN])
{
	EC_KEY *key = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1);
	const EC_GROUP *group = key != NULL ? EC_KEY_get0_group(key) : NULL;
	EC_POINT *public = group != NULL ? EC_POINT_new(group) : NULL;
	uint8_t coded[1 + P256_KEY_LEN] = { POINT_CONVERSION_UNCOMPRESSED };
	bool good = false;

	/* It looks whether the point is on the curve; as the curve's order is
	   prime that is all there is to look at. */
	memcpy(coded + 1, point, P256_KEY_LEN);
	if (public != NULL)
		good = EC_POINT_oct2point(
			   group, public, coded, sizeof(coded), NULL) == 1 &&
		    EC_KEY_set_public_key(key, public) == 1;
	EC_POINT_free(public);
	if (good)
		return key;
	EC_KEY_free(key);
	return NULL;
}

/* r and s as OpenSSL wants them; NULL when there is no memory. */
static ECDSA_SIG *
open_signature(const uint8_t signature[SIGNATURE_LEN])
{
	ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(signature, SIGNATURE_LEN / 2, NULL);
	BIGNUM *s =
	    BN_bin2bn(signature + SIGNATURE_LEN / 2, SIGNATURE_LEN / 2, NULL);

	if (sig != NULL && r != NULL && s != NULL &&
	    ECDSA_SIG_set0(sig, r, s) == 1)
		return sig;
	ECDSA_SIG_free(sig);
	BN_free(r);
	BN_free(s);
	return NULL;
}

static bool
verify_p256(const void *context, const uint8_t key[P256_KEY_LEN],
    struct bytes message, const uint8_t signature[SIGNATURE_LEN])
{
	uint8_t digest[SHA256_LEN];
	EC_KEY *ec = open_p256(key);
	ECDSA_SIG *sig = ec != NULL ? open_signature(signature) : NULL;
	bool good = false;

	if (sig != NULL) {
		sum_sha256(context, &message, 1, digest);
		good = ECDSA_do_verify(digest, SHA256_LEN, sig, ec) == 1;
	}
	ECDSA_SIG_free(sig);
	EC_KEY_free(ec);
	if (!good)
		ERR_clear_error(); /* else the thread's list keeps it */
	return good;
}

const struct crypto_hooks crypto_hooks_default = {
	.sha256 = sum_sha256,
	.sha256_many = sum_sha256_many,
	.ed25519_verify = verify_ed25519,
	.p256_verify = verify_p256,
};
