/* SPDX-License-Identifier: ISC */
/* COSE receipts (RFC 9942): proofs that a ledger signs, in CBOR. */
#ifndef LEDGER_RECEIPT_H
#define LEDGER_RECEIPT_H

#include "base/bytes.h"
#include "base/err.h"
#include "codec/cbor.h"
#include "crypto/cose.h"
#include "crypto/hooks.h"
#include "crypto/signer.h"
#include "ledger/merkle.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the largest receipt that we write, and of what is signed in it. */
#define RECEIPT_LEN_MAX ((size_t)4096)
#define RECEIPT_NAME_MAX ((size_t)512)

/* The verifiable data structure RFC9162_SHA256; no other is read. */
#define RECEIPT_VDS_RFC9162 1

enum receipt_kind {
	RECEIPT_INCLUSION,
	RECEIPT_CONSISTENCY,
};

/*
 * One receipt with one proof. Size, index and path are not signed, only the
 * root is: they are of worth after verifying alone. Borrows the input.
 */
struct receipt {
	struct cose_sign1 message;
	enum receipt_kind kind;
	uint64_t size;	/* of the tree; of consistency, of the newer one */
	uint64_t index; /* of consistency, the older size */
	struct merkle_proof path;
	struct bytes iss; /* both may be empty */
	struct bytes sub;
};

/*
 * Reads one, tagged or not. ERR_UNSUPPORTED: another vds, or more proofs than
 * one; ERR_MALFORMED: not this structure, a hash that has not 32 bytes, an
 * index or sizes that cannot be; ERR_LIMIT: sizes or a path too large.
 */
enum err receipt_read(
    struct bytes in, struct receipt *ret, struct fault *ret_fault);

/*
 * One answer: whether the entry with this leaf hash is in the tree whose root
 * this key signed. An attached payload must be the root computed. *ret is the
 * tree. ERR_CHECKSUM, ERR_MALFORMED (a path that does not fit; a consistency
 * receipt), ERR_UNSUPPORTED (the algorithm).
 */
enum err receipt_verify_inclusion(const struct receipt *receipt,
    const struct cose_key *key, const struct crypto_hooks *hooks,
    const struct merkle_hash *leaf, struct merkle_head *ret);

/* Whether the tree whose root this key signed begins with the older one, whose
   size must be the receipt's. *ret is the newer tree. Errors as above. */
enum err receipt_verify_consistency(const struct receipt *receipt,
    const struct cose_key *key, const struct crypto_hooks *hooks,
    const struct merkle_head *older, struct merkle_head *ret);

/* What a receipt says about its issuer. */
struct receipt_about {
	const struct signer *signer;
	const struct crypto_hooks *hooks;
	struct bytes iss;
	struct bytes sub;
};

/*
 * Makes a receipt in borrowed room, RECEIPT_LEN_MAX being enough for names of
 * RECEIPT_NAME_MAX together. Inclusion has its root detached, consistency its
 * newer root attached. ERR_LIMIT, ERR_MALFORMED (no such entry; an empty older
 * tree), ERR_SYSTEM, or what read() of the nodes says.
 */
enum err receipt_make_inclusion(const struct receipt_about *about,
    const struct merkle_nodes *nodes, uint64_t index, uint64_t size,
    uint8_t *room, size_t cap, struct bytes *ret);
enum err receipt_make_consistency(const struct receipt_about *about,
    const struct merkle_nodes *nodes, uint64_t older, uint64_t newer,
    uint8_t *room, size_t cap, struct bytes *ret);

/*
 * Receipts in a statement's unprotected header (label 394), borrowed one by
 * one; ERR_END behind the last. `from` is 0 at first and counts them. Both the
 * byte strings of RFC 9942 and the bare ones of RFC 9943's grammar are read.
 */
enum err receipt_find(struct bytes statement, size_t *from, struct bytes *ret,
    struct fault *ret_fault);

/* Writes the statement with one more receipt in its unprotected header; what
   else stands there stays. What cose_read_sign1() says; ERR_MALFORMED also when
   the label stands in the protected header, ERR_LIMIT when w is too small. */
enum err receipt_attach(
    struct bytes statement, struct bytes receipt, struct cbor_writer *w);

/* Writes the statement without any receipt; likewise. */
enum err receipt_detach(struct bytes statement, struct cbor_writer *w);

#endif
