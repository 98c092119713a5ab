/* SPDX-License-Identifier: ISC */
/* What COSE's messages have in common: two headers and a signature. */
#ifndef CRYPTO_COSE_PRIVATE_H
#define CRYPTO_COSE_PRIVATE_H

#include "crypto/cose.h"

/* Tags: RFC 9052 table 1, RFC 8392 §6. */
#define COSE_TAG_ENCRYPT0 16
#define COSE_TAG_MAC0 17
#define COSE_TAG_SIGN1 18
#define COSE_TAG_CWT 61
#define COSE_TAG_ENCRYPT 96
#define COSE_TAG_MAC 97
#define COSE_TAG_SIGN 98

/* Labels in one header, or in `crit`; statements have a dozen. */
#define COSE_LABELS_MAX 64

struct cose_headers {
	struct bytes protected_map; /* empty when the map is */
	struct bytes unprotected;
	int64_t alg; /* COSE_ALG_NONE when it is not protected */
	struct bytes kid;
};

/* Reads the two headers that messages and signers begin with; what
   cose_read_sign1() says of them holds. */
void cose_read_headers(struct cbor_reader *r, struct cose_headers *ret);

/* Likewise those that name the algorithm: strict rules ask for it. */
void cose_read_signer_headers(struct cbor_reader *r, struct cose_headers *ret);

/*
 * Reads the tags before a message, which must be `want`; whether it was there.
 * Strict rules ask for it alone; else it may be missing, or stand in a CWT's.
 * Another message's is ERR_UNSUPPORTED.
 */
bool cose_read_tags(struct cbor_reader *r, uint64_t want);

/* A payload: bytes, or nil, which is detached. */
struct bytes cose_read_payload(struct cbor_reader *r, bool *ret_detached);

/* Whether that algorithm is the key's, by its new or its old number. */
bool cose_key_takes_alg(const struct cose_key *key, int64_t alg);

/* Whether the key made the signature over `message`: ERR_OK, ERR_CHECKSUM. */
enum err cose_check_signature(const struct cose_key *key,
    const struct crypto_hooks *hooks, struct bytes message,
    struct bytes signature);

#endif
