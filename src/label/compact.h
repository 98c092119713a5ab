/* SPDX-License-Identifier: ISC */
/* The small form of a label that fits into a QR code. */
#ifndef LABEL_COMPACT_H
#define LABEL_COMPACT_H

#include "base/bytes.h"
#include "base/err.h"
#include "codec/cbor.h"
#include "crypto/cose.h"
#include "crypto/hooks.h"
#include "statement/label_claims.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The first element: another number is another form. */
#define COMPACT_FORM 1

/* First bytes of the body's key thumbprint: a hint, not a name. */
#define COMPACT_KID_LEN 4

/* The sibling hashes of a leaf inside its tile of 256. */
#define COMPACT_PROOF_LEN ((size_t)8 * SHA256_LEN)

/* Bytes of the form, and of the statement that it stands for: more than the
   largest label takes. */
#define COMPACT_MAX_LEN ((size_t)1024)
#define COMPACT_STATEMENT_MAX_LEN ((size_t)2048)

/*
 * The array [1, kid, index or null, iat, exp, payload, signature, proof],
 * deterministic CBOR. All of it borrows the input.
 */
struct compact {
	struct bytes kid; /* COMPACT_KID_LEN */
	bool logged;	  /* index is known */
	uint64_t index;
	int64_t issued;
	int64_t expires;
	struct bytes payload;	/* the statement's payload: one CBOR map */
	struct bytes signature; /* SIGNATURE_LEN */
	struct bytes proof;	/* empty, or COMPACT_PROOF_LEN */
};

/* Reads the array and nothing else, strictly; what the payload's map says is
   not looked into. A proof without an index is ERR_MALFORMED. */
enum err compact_read(
    struct bytes in, struct compact *ret, struct fault *ret_fault);

void compact_put(struct cbor_writer *w, const struct compact *compact);

/*
 * Takes a label statement (tagged COSE_Sign1) apart into the compact form; the
 * unprotected header is left behind. Not logged, no proof: the caller adds
 * them. Borrows the statement. ERR_MALFORMED when it is not a label, or not one
 * that compact_rebuild() would bring back byte by byte.
 */
enum err compact_from_statement(struct bytes statement,
    const struct crypto_hooks *hooks, struct compact *ret,
    struct fault *ret_fault);

/* Who signed, as the verifier's trust list knows it; borrowed. */
struct compact_body {
	const struct cose_key *key;
	const uint8_t *kid; /* the key's thumbprint, SHA256_LEN */
	struct bytes iss;
};

/*
 * The exact statement that the compact form stands for, as that body signed it,
 * from the claims that its payload was read to. `room` has
 * STATEMENT_PROTECTED_MAX bytes for the header, which *ret borrows, as it does
 * the form and the body. Verifies nothing. ERR_MALFORMED when no statement has
 * such a header, ERR_LIMIT.
 */
enum err compact_rebuild(const struct compact *compact,
    const struct compact_body *body, const struct label_claims *claims,
    const struct crypto_hooks *hooks, uint8_t *room, struct cose_sign1 *ret);

#endif
