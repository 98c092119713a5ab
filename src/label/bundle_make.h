/* SPDX-License-Identifier: ISC */
/* Makes the bundle of a ledger: what bundle_open() opens. */
#ifndef LABEL_BUNDLE_MAKE_H
#define LABEL_BUNDLE_MAKE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "base/out.h"
#include "crypto/hooks.h"
#include "crypto/signer.h"
#include "label/bundle.h"
#include "label/compact.h"
#include "ledger/merkle.h"
#include "trust/state.h"

#include <stdint.h>

/* A ledger to read from. Errors of its functions are passed on. */
struct bundle_source {
	/* The bytes of an entry; borrowed until the next call. */
	enum err (*entry)(void *context, uint64_t index, struct bytes *ret);
	void *context;
	struct merkle_nodes nodes;
};

struct bundle_wish {
	struct bytes checkpoint; /* the signed note, cosignatures included */
	/* Where the registry publishes; "/status/0" goes behind it. Without a
	   slash at its end. */
	struct bytes uri;
	int64_t issued;
	int64_t expires;
};

/*
 * Replays the first `size` entries into a new state, as a monitor who trusts
 * what the ledger has admitted (no signature is verified again): what
 * bundle_make() wants. Owners and hooks are borrowed by the state. What does
 * not belong into the ledger gives no right. ERR_MEMORY, or the source's.
 */
enum err bundle_replay(const struct bundle_source *source, uint64_t size,
    struct arena *arena, const struct crypto_hooks *hooks,
    const struct cose_key *owner, size_t owner_count, struct trust_state **ret);

/*
 * Appends the bundle. `state` must have taken as many entries as the checkpoint
 * counts (ERR_MALFORMED), `signer` is the ledger's key, whose note signature is
 * on the checkpoint. Working memory is in the arena. ERR_LIMIT, ERR_MEMORY,
 * ERR_SYSTEM (the key), or the source's.
 */
enum err bundle_make(const struct bundle_wish *wish,
    const struct bundle_source *source, const struct trust_state *state,
    const struct signer *signer, const struct crypto_hooks *hooks,
    struct arena *arena, struct out *ret);

/*
 * The eight hashes that a label in a full tile carries for ever; what
 * compact.proof wants. ERR_END while its tile is not full in a tree of `size`
 * entries, or the source's error.
 */
enum err bundle_tile_proof(const struct bundle_source *source,
    const struct crypto_hooks *hooks, uint64_t index, uint64_t size,
    uint8_t ret[COMPACT_PROOF_LEN]);

/* The status lists alone (list `number`: labels number << 20 and on), as a
   registry serves them at "/status/N". As above. */
enum err bundle_make_status(const struct bundle_wish *wish, uint64_t number,
    const struct trust_state *state, const struct signer *signer,
    const struct crypto_hooks *hooks, struct arena *arena, struct out *ret);

#endif
