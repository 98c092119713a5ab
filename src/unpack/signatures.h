/* SPDX-License-Identifier: ISC */
/* Checks that several formats make: digests, and signatures by a key inside. */
#ifndef UNPACK_SIGNATURES_H
#define UNPACK_SIGNATURES_H

#include "base/bytes.h"
#include "crypto/hash.h"
#include "unpack/format.h"

#include <openssl/evp.h>
#include <stdbool.h>

/* Whether `wanted` is the digest of `in`, or its first bytes (at least 4). */
bool digest_agrees(enum hash hash, struct bytes in, struct bytes wanted);

/*
 * The digest of ZigBee: Matyas, Meyer and Oseas over AES-128. False when the
 * library refuses. Source: ZigBee Specification 05-3474, annex B.6.
 */
bool digest_aes_mmo(struct bytes in, uint8_t ret[16]);

/* An RSA public key from little-endian numbers; NULL: none. The caller frees
   with EVP_PKEY_free(). */
EVP_PKEY *signature_rsa_key(struct bytes modulus, struct bytes exponent);

/* A P-256 or P-192 key ("prime256v1", "prime192v1") from x and y,
   little-endian. Likewise. */
EVP_PKEY *signature_ec_key(const char *curve, struct bytes x, struct bytes y);

enum signature_scheme {
	SIGNATURE_RSA_PSS, /* salt as long as the digest */
	SIGNATURE_RSA_PKCS1,
	SIGNATURE_DER, /* ECDSA, as DER */
};

/* Whether `signature` (big-endian or DER) over this SHA-256 verifies. */
bool signature_verify(EVP_PKEY *key, enum signature_scheme scheme,
    struct bytes sha256, struct bytes signature);

/*
 * Appends ", key 0123…": the key's SHA-256 as SubjectPublicKeyInfo in hex,
 * behind the word by which inspectors find it.
 */
void signature_detail_key(struct format_info *info, EVP_PKEY *key);

/* The same for a digest that a format stores. */
void signature_detail_digest(struct format_info *info, struct bytes sha256);

/* Up to `cap` bytes in the other order; returns how many. */
size_t reverse_bytes(struct bytes in, uint8_t *to, size_t cap);

/* Reads all of `text` as hex; returns the number of bytes, 0 when it is none,
   or more than `cap`. */
size_t hex_decode(struct bytes text, uint8_t *to, size_t cap);

/*
 * Whether a payload is encrypted, as far as its first bytes tell: ANSWER_NO
 * when they are of a known compression or not random, else unknown.
 */
enum answer payload_is_encrypted(struct bytes payload);

/* Text for a detail: in[0, n) printable ASCII, the rest left out. */
int detail_text_len(struct bytes in);

#endif
