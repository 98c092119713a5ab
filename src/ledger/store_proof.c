/* SPDX-License-Identifier: ISC */
/* Proofs of inclusion in the newest tree, from stored nodes alone. */
#include "ledger/store_private.h"

/*
 * Sums up the peaks from the right, once for each tree: below[level] is the
 * subtree of all that lies right of the peaks of that level and above.
 */
static enum err
sum_edge(struct ledger *l)
{
	uint64_t size = l->head.tree.size;
	struct merkle_hash hash = { { 0 } };
	bool any = false;

	for (unsigned level = 0; level < STORE_LEVELS; level++) {
		struct merkle_hash peak;

		l->edge.below[level] = hash;
		if ((size >> level & 1) == 0)
			continue;
		enum err err =
		    store_read_node(l, level, (size >> level) - 1, &peak);

		if (err != ERR_OK)
			return err;
		hash = any ? merkle_node(l->world.hooks, &peak, &hash) : peak;
		any = true;
	}
	l->edge.size = size;
	return ERR_OK;
}

static enum err
add_node(struct ledger *l, unsigned level, uint64_t index,
    struct merkle_proof *proof)
{
	return store_read_node(l, level, index, &proof->hash[proof->count++]);
}

/* The level of the peak that the entry lies under: where size and index differ
   first, as seen from above. */
static unsigned
peak_of(uint64_t size, uint64_t index)
{
	return 63 - (unsigned)__builtin_clzll(size ^ index);
}

enum err
ledger_prove(struct ledger *ledger, uint64_t index, struct merkle_proof *ret)
{
	uint64_t size = ledger->head.tree.size;
	struct merkle_proof proof;
	enum err err = ERR_OK;

	if (index >= size)
		return ERR_LIMIT;
	if (ledger->edge.size != size)
		err = sum_edge(ledger);
	unsigned peak = peak_of(size, index);

	proof.count = 0;
	for (unsigned level = 0; level < peak && err == ERR_OK; level++)
		err = add_node(ledger, level, index >> level ^ 1, &proof);
	/* All that is right of it, if anything is; then the peaks left of it. */
	if (err == ERR_OK && (size & (((uint64_t)1 << peak) - 1)) != 0)
		proof.hash[proof.count++] = ledger->edge.below[peak];
	for (unsigned level = peak + 1; level < STORE_LEVELS && err == ERR_OK;
	     level++)
		if ((size >> level & 1) == 1)
			err = add_node(
			    ledger, level, (size >> level) - 1, &proof);
	if (err == ERR_OK)
		*ret = proof;
	return err;
}
