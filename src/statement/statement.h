/* SPDX-License-Identifier: ISC */
/* A statement: one COSE_Sign1 with claims in its header, read and made. */
#ifndef STATEMENT_STATEMENT_H
#define STATEMENT_STATEMENT_H

#include "base/bytes.h"
#include "base/err.h"
#include "codec/cbor.h"
#include "crypto/cose.h"
#include "crypto/hooks.h"
#include "crypto/signer.h"
#include "statement/kinds.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An entry of the ledger has a length of 16 bits. */
#define STATEMENT_LEN_MAX ((size_t)65535)
#define STATEMENT_ISS_MAX 255
#define STATEMENT_SUB_MAX 255
#define STATEMENT_TYPE_MAX 127
#define STATEMENT_LOCATION_MAX 255
#define STATEMENT_TOOL_MAX 64
/* No protected header of ours is longer. */
#define STATEMENT_PROTECTED_MAX 1280
/* Room that verifying takes besides the statement's own length. */
#define STATEMENT_TBS_MORE 32

/* All that the protected header says; plain data, texts are borrowed. */
struct statement_header {
	enum statement_kind kind;
	enum cose_alg alg;	 /* COSE_ALG_ED25519 or COSE_ALG_ESP256 */
	const uint8_t *kid;	 /* 32 bytes: RFC 9679 thumbprint */
	struct bytes iss;	 /* a URI, 1 to 255 bytes */
	struct bytes sub;	 /* 1 to 255 bytes */
	int64_t iat;		 /* seconds since 1970 */
	int64_t exp;		 /* 0: none; else later than iat */
	struct bytes tool, data; /* claim -70005; both empty: none */
	/* hash envelopes only */
	struct bytes preimage_type; /* media type of what was hashed */
	struct bytes location;	    /* where that is; may be empty */
};

struct statement {
	struct statement_header header;
	struct bytes payload; /* CBOR map, or 32 bytes in an envelope */
	struct cose_sign1 cose;
	struct bytes raw; /* all of it, as it was read */
};

/*
 * Reads one, strictly: deterministic CBOR, tag 18, the header exactly as
 * statement_put_header() writes it, a payload of its kind's form (its fields
 * are read by the file of its kind), `sub` of the form that the kind has. The
 * unprotected header may hold countersignatures (11) and receipts (394).
 * Nothing is copied: *ret borrows `in`. Says nothing of the signature.
 *   ERR_MALFORMED    the fault says which field
 *   ERR_UNSUPPORTED  another algorithm or kind
 *   ERR_LIMIT        longer than STATEMENT_LEN_MAX
 */
enum err statement_read(
    struct bytes in, struct statement *ret, struct fault *ret_fault);

/*
 * Whether that key signed it and is the one its header names. `room` is
 * working space of `cap` bytes: raw.len + STATEMENT_TBS_MORE is enough.
 * ERR_CHECKSUM: not that key's signature, or another key's statement.
 */
enum err statement_verify(const struct statement *s, const struct cose_key *key,
    const struct crypto_hooks *hooks, uint8_t *room, size_t cap);

/* Whether the unprotected header is empty: what a ledger takes. */
bool statement_is_leaf(const struct statement *s);

/*
 * The bytes that the ledger holds: tagged and deterministic with {} in the
 * unprotected header (RFC 9943 §5.1.1.1; notes: the tag is part of the leaf).
 * Borrows raw when it is so already, else is written to `room`. ERR_LIMIT.
 */
enum err statement_leaf(
    const struct statement *s, uint8_t *room, size_t cap, struct bytes *ret);

/*
 * SHA-256 over what is signed without the signature, so that one who can turn
 * a signature into another (ECDSA) does not get a second statement.
 */
void statement_content_id(const struct statement *s,
    const struct crypto_hooks *hooks, uint8_t ret[SHA256_LEN]);

/* Whether all fields are in their ranges; says which is not (static), or
   NULL. */
const char *statement_check_header(const struct statement_header *h);

/* The protected header's map. The header must be checked. */
void statement_put_header(
    struct cbor_writer *w, const struct statement_header *h);

/*
 * Signs: header->alg and header->kid are set from the signer's key. `room` of
 * `cap` bytes holds the result (and, while working, what is signed): payload
 * and STATEMENT_PROTECTED_MAX and 128 are enough.
 *   ERR_MALFORMED  a field is out of its range, or the payload has not its
 *                  kind's form: *ret_field says which (static)
 *   ERR_LIMIT      the room, or STATEMENT_LEN_MAX
 *   ERR_SYSTEM     the key cannot be used
 */
enum err statement_make(const struct statement_header *header,
    struct bytes payload, const struct signer *signer,
    const struct crypto_hooks *hooks, uint8_t *room, size_t cap,
    struct bytes *ret, const char **ret_field);

#endif
