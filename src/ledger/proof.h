/* SPDX-License-Identifier: ISC */
/* A proof that stands alone, as text (C2SP tlog-proof@v1). */
#ifndef LEDGER_PROOF_H
#define LEDGER_PROOF_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/out.h"
#include "ledger/merkle.h"
#include "ledger/policy.h"

#include <stddef.h>
#include <stdint.h>

/* Bytes of a proof: its hashes, something extra and a note. */
#define PROOF_LEN_MAX ((size_t)2 * 1024 * 1024)

/* Borrows what it was read from. */
struct proof {
	struct bytes extra; /* base64, nobody vouches for it; may be empty */
	uint64_t index;
	struct merkle_proof path;
	struct bytes checkpoint; /* a whole note, not looked at yet */
};

/* ERR_MALFORMED, ERR_TRUNCATED, ERR_LIMIT. */
enum err proof_read(
    struct bytes in, struct proof *ret, struct fault *ret_fault);

/* Appends it; `extra` is bytes (not base64) and left out when empty. */
void proof_put(struct out *o, struct bytes extra, uint64_t index,
    struct merkle_path path, struct bytes checkpoint);

/*
 * Whether an entry with this leaf hash is in a ledger that the policy trusts,
 * quorum included. As policy_verify() and merkle_verify_inclusion().
 */
enum err proof_verify(const struct proof *proof, const struct policy *policy,
    const struct crypto_hooks *hooks, const struct merkle_hash *leaf,
    struct checkpoint *ret, struct policy_verdict *ret_verdict,
    struct fault *ret_fault);

#endif
