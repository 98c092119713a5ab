/* SPDX-License-Identifier: ISC */
/* What there is to say about a key: its kind, size and fingerprint. */
#ifndef INSPECT_PKEY_H
#define INSPECT_PKEY_H

#include "base/bytes.h"
#include "base/err.h"

#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PKEY_TYPE_LEN 40
#define PKEY_HEX_LEN 65

/* The public side of a key; no secret ever gets in here. */
struct pkey_facts {
	char type[PKEY_TYPE_LEN];	/* "RSA 2048", "EC P-256", "Ed25519" */
	char spki_sha256[PKEY_HEX_LEN]; /* lower-case hex, or "" */
	unsigned bits;
};

/* Fills in all of it; false when the library cannot. */
bool pkey_describe(EVP_PKEY *key, struct pkey_facts *ret);

/*
 * Reads a DER private key: PKCS#8, PKCS#1, SEC1 or DSA. `in` may go on behind
 * it; *ret_used says how long it is. A key whose parts contradict each other
 * (RSA: p times q is not n) is none. False when there is none.
 */
bool pkey_read_private(
    struct bytes in, struct pkey_facts *ret, size_t *ret_used);

/* Reads a DER SubjectPublicKeyInfo, or with `pkcs1` an RSAPublicKey. */
bool pkey_read_public(struct bytes in, bool pkcs1, struct pkey_facts *ret);

/* From numbers as SSH and OpenPGP store them (big-endian). */
bool pkey_from_rsa(struct bytes n, struct bytes e, struct pkey_facts *ret);
bool pkey_from_dsa(struct bytes p, struct bytes q, struct bytes g,
    struct bytes y, struct pkey_facts *ret);
/* `curve` is the SSH name: nistp256, nistp384, nistp521. */
bool pkey_from_ec(
    struct bytes curve, struct bytes point, struct pkey_facts *ret);
bool pkey_from_ed25519(struct bytes public_key, struct pkey_facts *ret);

/* Whether p times q is n. */
bool pkey_factors_agree(struct bytes n, struct bytes p, struct bytes q);

/* The name of a published key in data/known-keys.tsv; empty when unknown. */
struct bytes pkey_known_name(struct bytes table, const char *spki_sha256);

#endif
