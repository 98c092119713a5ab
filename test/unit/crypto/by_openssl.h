/* SPDX-License-Identifier: ISC */
/* Signatures of certificates' keys, also those that our hooks do not do. */
#ifndef TEST_UNIT_CRYPTO_BY_OPENSSL_H
#define TEST_UNIT_CRYPTO_BY_OPENSSL_H

#include "crypto/cose.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static inline X509 *
openssl_certificate(struct bytes der)
{
	const uint8_t *at = der.ptr;
	X509 *certificate = d2i_X509(NULL, &at, (long)der.len);

	assert_non_null(certificate);
	return certificate;
}

/* The key of a certificate, if it is on P-256. */
static inline bool
openssl_read_key(EVP_PKEY *pkey, struct cose_key *ret)
{
	uint8_t *point = NULL;
	bool good = EVP_PKEY_get_base_id(pkey) == EVP_PKEY_EC &&
	    EVP_PKEY_get1_encoded_public_key(pkey, &point) == 1 + P256_KEY_LEN;

	*ret = (struct cose_key){ .curve = COSE_CURVE_P256 };
	if (good)
		memcpy(ret->point, point + 1, P256_KEY_LEN);
	OPENSSL_free(point);
	return good;
}

/* r, then s, as the DER that OpenSSL wants; the caller frees it. */
static inline size_t
openssl_der_of(struct bytes signature, uint8_t **ret)
{
	int half = (int)(signature.len / 2);
	ECDSA_SIG *pair = ECDSA_SIG_new();
	int len;

	*ret = NULL;
	assert_int_equal(
	    ECDSA_SIG_set0(pair, BN_bin2bn(signature.ptr, half, NULL),
		BN_bin2bn(signature.ptr + half, half, NULL)),
	    1);
	len = i2d_ECDSA_SIG(pair, ret);
	ECDSA_SIG_free(pair);
	assert_true(len > 0);
	return (size_t)len;
}

/*
 * RSASSA-PSS or ECDSA on any curve over the bytes that we say are signed: of
 * an algorithm that we do not do, so the parsing is shown.
 */
static inline bool
openssl_verify(EVP_PKEY *key, const EVP_MD *hash, struct bytes message,
    struct bytes signature)
{
	bool rsa = EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA;
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *options = NULL;
	uint8_t *der = NULL;
	bool good;

	if (!rsa)
		signature.len = openssl_der_of(signature, &der);
	assert_int_equal(
	    EVP_DigestVerifyInit(context, &options, hash, NULL, key), 1);
	if (rsa) {
		assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(
				     options, RSA_PKCS1_PSS_PADDING),
		    1);
		assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(
				     options, RSA_PSS_SALTLEN_DIGEST),
		    1);
	}
	good = EVP_DigestVerify(context, rsa ? signature.ptr : der,
		   signature.len, message.ptr, message.len) == 1;
	OPENSSL_free(der);
	EVP_MD_CTX_free(context);
	return good;
}

#endif
