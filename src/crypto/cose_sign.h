/* SPDX-License-Identifier: ISC */
/* COSE_Sign: a message with several signers, read and verified. */
#ifndef CRYPTO_COSE_SIGN_H
#define CRYPTO_COSE_SIGN_H

#include "crypto/cose.h"
#include "crypto/cose_signature.h"

/* RFC 9052 §4.1, taken apart; all of it borrows the input. */
struct cose_sign {
	enum cbor_rules rules; /* that it was read by */
	bool tagged;	       /* with 98; 61 around it is taken, too */
	struct bytes protected_map;
	struct bytes unprotected;
	bool detached;
	struct bytes payload;
	size_t count;		 /* of signers, at least one */
	struct bytes signatures; /* the array's bytes */
};

/* Reads one with all of its signers; errors as cose_read_sign1(). */
enum err cose_read_sign(struct bytes in, enum cbor_rules rules,
    struct cose_sign *ret, struct fault *ret_fault);

/* The signer `index`, which must be below count. */
struct cose_signature cose_sign_signature(
    const struct cose_sign *message, size_t index);

/* ["Signature", body protected, signer's protected, aad, payload]: RFC 9052
   §4.4. ERR_LIMIT. */
enum err cose_sign_to_be_signed(const struct cose_sign *message,
    const struct cose_signature *signer, struct bytes aad, struct bytes payload,
    uint8_t *room, size_t cap, struct bytes *ret);

/* Whether the key made that signer's signature; as cose_verify_sign1(). */
enum err cose_verify_sign(const struct cose_sign *message,
    const struct cose_signature *signer, const struct cose_key *key,
    const struct crypto_hooks *hooks, struct bytes payload, uint8_t *room,
    size_t cap);

#endif
