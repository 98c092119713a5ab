/* SPDX-License-Identifier: ISC */
/* COSE_Sign1 and COSE_Key, read and written without memory of their own. */
#ifndef CRYPTO_COSE_H
#define CRYPTO_COSE_H

#include "base/bytes.h"
#include "base/err.h"
#include "codec/cbor.h"
#include "crypto/hooks.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* RFC 9053, 9864 (fully specified: written), and their older names (read). */
enum cose_alg {
	COSE_ALG_NONE = 0,
	COSE_ALG_ESP256 = -9,
	COSE_ALG_ED25519 = -19,
	COSE_ALG_ES256 = -7,  /* read as ESP256 when the key is on P-256 */
	COSE_ALG_EDDSA = -8,  /* read as Ed25519 when the key is one */
	COSE_ALG_PS256 = -37, /* known, never verified here */
};

/* Header labels: RFC 9052 §3.1, 9338, 9360, 9596, 9597, 9942, 9995. */
enum cose_label {
	COSE_HEADER_ALG = 1,
	COSE_HEADER_CRIT = 2,
	COSE_HEADER_CONTENT_TYPE = 3,
	COSE_HEADER_KID = 4,
	COSE_HEADER_COUNTERSIGNATURE = 11,
	COSE_HEADER_CWT_CLAIMS = 15,
	COSE_HEADER_TYP = 16,
	COSE_HEADER_X5CHAIN = 33,
	COSE_HEADER_X5T = 34,
	COSE_HEADER_PAYLOAD_HASH_ALG = 258,
	COSE_HEADER_PREIMAGE_TYPE = 259,
	COSE_HEADER_PAYLOAD_LOCATION = 260,
	COSE_HEADER_RECEIPTS = 394,
	COSE_HEADER_VDS = 395,
	COSE_HEADER_VDP = 396,
};

enum cose_curve {
	COSE_CURVE_ED25519,
	COSE_CURVE_P256
};

/* A public key; plain data. */
struct cose_key {
	enum cose_curve curve;
	uint8_t point[P256_KEY_LEN]; /* Ed25519: 32 bytes, else x and y */
};

/* Bytes of point in use: 32 or 64. */
size_t cose_key_len(const struct cose_key *key);
bool cose_key_equal(const struct cose_key *a, const struct cose_key *b);
/* The algorithm that statements of this key carry: -19 or -9. */
enum cose_alg cose_key_alg(const struct cose_key *key);

/* As a COSE_Key map with kty, crv, x (and y): deterministic. RFC 9052 §7. */
void cose_key_put(struct cbor_writer *w, const struct cose_key *key);
/* Reads one; members that we do not need are passed over. A private key in it
   is ERR_MALFORMED: it must not travel here. */
enum err cose_key_read(struct cbor_reader *r, struct cose_key *ret);
/* RFC 9679 §3: SHA-256 over the required members. What our kids are. */
void cose_key_thumbprint(const struct crypto_hooks *hooks,
    const struct cose_key *key, uint8_t ret[SHA256_LEN]);

/*
 * A COSE_Sign1, taken apart; all of it borrows the input. Numbers of the two
 * headers are looked up by cose_find().
 */
struct cose_sign1 {
	bool tagged;		    /* with 18; 61 around it is taken, too */
	struct bytes protected_map; /* the map's bytes; empty when it is */
	struct bytes unprotected;   /* the map's bytes */
	bool detached;		    /* the payload is nil */
	struct bytes payload;
	struct bytes signature;
	int64_t alg;	  /* protected; COSE_ALG_NONE when absent */
	struct bytes kid; /* protected, else unprotected; may be empty; of text,
			     too, with CBOR_RELAXED */
};

/*
 * Reads one. With CBOR_STRICT all of it must be deterministic, tagged with 18
 * alone, alg protected. On failure *ret is untouched and the fault says where:
 *   ERR_TRUNCATED    the input ends too early
 *   ERR_MALFORMED    a structure is wrong; a label stands in both headers (but
 *                    a kid, with CBOR_RELAXED: the protected one counts);
 *                    `crit` names what is not in the protected header
 *   ERR_UNSUPPORTED  another message of COSE; `crit` names a label that enum
 *                    cose_label does not know; an algorithm that is text
 *   ERR_LIMIT        more than 64 labels in a header
 * With CBOR_RELAXED an algorithm that is not protected is none.
 */
enum err cose_read_sign1(struct bytes in, enum cbor_rules rules,
    struct cose_sign1 *ret, struct fault *ret_fault);

/* The value of a label in a header map (protected_map or unprotected) as the
   bytes of one CBOR item; empty when there is none. */
struct bytes cose_find(struct bytes map, int64_t label, enum cbor_rules rules);

/*
 * The bytes that are signed (RFC 9052 §4.4) in borrowed room of `cap`:
 * ["Signature1", protected, external_aad, payload]. ERR_LIMIT.
 */
enum err cose_to_be_signed(struct bytes protected_map, struct bytes aad,
    struct bytes payload, uint8_t *room, size_t cap, struct bytes *ret);

/*
 * Whether the key signed it. `payload` replaces a detached one (else the
 * message's own is used and `payload` must be empty). `room` as above.
 * ERR_OK, ERR_CHECKSUM (the signature is not that key's), ERR_UNSUPPORTED (the
 * algorithm is not the key's), ERR_LIMIT.
 */
enum err cose_verify_sign1(const struct cose_sign1 *message,
    const struct cose_key *key, const struct crypto_hooks *hooks,
    struct bytes payload, uint8_t *room, size_t cap);

/* The message's bytes from its parts, tagged; `unprotected` is a whole map,
   empty bytes for an empty one. A NULL payload.ptr writes nil. */
void cose_put_sign1(struct cbor_writer *w, struct bytes protected_map,
    struct bytes unprotected, struct bytes payload, struct bytes signature);

#endif
