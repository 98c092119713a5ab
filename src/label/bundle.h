/* SPDX-License-Identifier: ISC */
/* What a verifier fetches once a day: head, hashes, trust list, status lists. */
#ifndef LABEL_BUNDLE_H
#define LABEL_BUNDLE_H

#include "base/bytes.h"
#include "base/err.h"
#include "codec/cbor.h"
#include "crypto/cose.h"
#include "crypto/hooks.h"
#include "ledger/merkle.h"
#include "ledger/policy.h"
#include "trust/record.h"

#include <stddef.h>
#include <stdint.h>

/* Bytes of a bundle: 100 million labels take 15 MB of hashes and 30 of lists. */
#define BUNDLE_LEN_MAX ((size_t)64 << 20)
/* Statements of the trust list; status lists; an issuer's name. */
#define BUNDLE_TRUST_MAX ((size_t)65536)
#define BUNDLE_LISTS_MAX ((size_t)256)
#define BUNDLE_ISS_MAX ((size_t)255)
/* Bytes of the protected header that says who made it and until when. */
#define BUNDLE_HEADER_MAX ((size_t)512)

#define BUNDLE_TYP "application/vnd.hallmark.bundle+cose"
#define BUNDLE_CONTENT_TYPE "application/vnd.hallmark.bundle+cbor"

/* Keys of the content's map. */
enum bundle_key {
	BUNDLE_CHECKPOINT = 1,
	BUNDLE_TILES = 2,
	BUNDLE_TAIL = 3,
	BUNDLE_TRUST = 4,
	BUNDLE_STATUS = 5,
};

/* What is signed about a bundle; borrows. */
struct bundle_header {
	enum cose_alg alg;
	const uint8_t *kid; /* SHA256_LEN: the ledger's key */
	struct bytes iss;   /* the ledger's origin */
	int64_t issued;
	int64_t expires;
};

/* Writes the protected header's map, at most BUNDLE_HEADER_MAX bytes. */
void bundle_put_header(
    struct cbor_writer *w, const struct bundle_header *header);

/* Bytes of status list `number`, not packed, in a tree of that size. */
size_t bundle_list_len(uint64_t number, uint64_t tree_size);

/* A status list, inflated. */
struct bundle_list {
	struct bytes bytes; /* STATUS_LIST_BITS for each label */
	int64_t issued;
	int64_t expires;
};

/* An opened bundle. Only bundle_open() makes one; all is verified. It borrows
   the file and the memory. */
struct bundle {
	const struct crypto_hooks *hooks;
	struct bytes origin;
	int64_t issued;
	int64_t expires; /* whether it has, the reader of a label asks */
	struct merkle_head head;
	int64_t head_time; /* of the newest cosignature; 0 without one */
	unsigned witnesses;
	struct bytes tiles; /* a hash for each full tile of 256 leaves */
	struct bytes tail;  /* leaf hashes behind the last full tile */
	struct trust_list trust;
	const struct bundle_list *list; /* list N: labels N << 20 and on */
	size_t list_count;
};

/* The memory that bundle_open() wants for this file. Verifies nothing, but is
   bounded by what is present: the trust list by its own length, status lists by
   256 KiB each. As bundle_open(). */
enum err bundle_memory_needed(
    struct bytes file, size_t *ret, struct fault *ret_fault);

/*
 * Opens a bundle: the ledger's signature by a `log` key of the policy, the
 * quorum of witnesses on the checkpoint, the tree's root from the hashes, each
 * statement of the trust list by an `owner` key and its place in the tree, each
 * status list's signature. It takes no heap: *ret and all that it needs lie in
 * `memory`, which has `memory_len` bytes. The hooks must stay as long as *ret;
 * the policy need not.
 *   ERR_CHECKSUM     one of these proofs is wrong: the fault's field says which
 *   ERR_UNSUPPORTED  a hook is missing for a key
 *   ERR_MEMORY       memory_len is below bundle_memory_needed()
 *   ERR_MALFORMED, ERR_TRUNCATED, ERR_LIMIT
 */
enum err bundle_open(struct bytes file, const struct policy *policy,
    const struct crypto_hooks *hooks, void *memory, size_t memory_len,
    const struct bundle **ret, struct fault *ret_fault);

/*
 * Whether the entry with this leaf hash stands at the index; `proof` is its
 * COMPACT_PROOF_LEN sibling hashes inside a full tile (ERR_TRUNCATED when there
 * are none), and not needed behind the last full tile. ERR_END: the tree ends
 * before. ERR_CHECKSUM: something else stands there.
 */
enum err bundle_verify_leaf(const struct bundle *bundle,
    const struct merkle_hash *leaf, uint64_t index, struct bytes proof);

#endif
