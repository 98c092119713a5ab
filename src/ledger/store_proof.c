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

/* The level of the peak that the entry lies under: where size and index differ
   first, as seen from above. */
static unsigned
peak_of(uint64_t size, uint64_t index)
{
	return 63 - (unsigned)__builtin_clzll(size ^ index);
}

/* Where the hashes of a proof lie: at most one of each level, so that none is
   replaced while the others are looked for. */
struct places {
	const struct merkle_hash *hash[STORE_LEVELS + 1];
	size_t count;
};

static enum err
find_path(struct ledger *l, uint64_t index, struct places *path)
{
	uint64_t size = l->edge.size;
	unsigned peak = peak_of(size, index);
	enum err err = ERR_OK;

	for (unsigned level = 0; level < peak && err == ERR_OK; level++)
		err = store_find_node(
		    l, level, index >> level ^ 1, &path->hash[path->count++]);
	/* All that is right of it, if anything is; then the peaks left of it. */
	if ((size & (((uint64_t)1 << peak) - 1)) != 0)
		path->hash[path->count++] = &l->edge.below[peak];
	for (uint64_t left = size >> peak >> 1 << peak << 1;
	     left != 0 && err == ERR_OK; left &= left - 1) {
		unsigned level = (unsigned)__builtin_ctzll(left);

		err = store_find_node(
		    l, level, (size >> level) - 1, &path->hash[path->count++]);
	}
	return err;
}

enum err
ledger_prove(struct ledger *ledger, uint64_t index, struct merkle_proof *ret)
{
	uint64_t size = ledger->head.tree.size;
	struct places path;
	enum err err = ERR_OK;

	if (index >= size)
		return ERR_LIMIT;
	if (ledger->edge.size != size)
		err = sum_edge(ledger);
	path.count = 0;
	if (err == ERR_OK)
		err = find_path(ledger, index, &path);
	if (err != ERR_OK)
		return err;
	/* All of them are on their way by now. */
	for (size_t i = 0; i < path.count; i++)
		ret->hash[i] = *path.hash[i];
	ret->count = path.count;
	return ERR_OK;
}
