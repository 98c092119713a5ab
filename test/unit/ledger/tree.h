/* SPDX-License-Identifier: ISC */
/* A Merkle tree in memory, all nodes of it, for tests. */
#ifndef TREE_H
#define TREE_H

#include "ledger/merkle.h"

#include <assert.h>
#include <stdlib.h>

/* A handle: tree_open(), tree_add(), tree_close(). */
struct tree {
	const struct crypto_hooks *hooks;
	struct merkle_frontier frontier;
	struct merkle_hash *level[MERKLE_LEVELS];
	size_t cap;
	size_t reads; /* of nodes, so far */
};

static inline struct tree *
tree_open(const struct crypto_hooks *hooks, size_t cap)
{
	struct tree *tree = calloc(1, sizeof(*tree));

	assert(tree != NULL);
	tree->hooks = hooks;
	tree->cap = cap;
	for (unsigned i = 0; i < MERKLE_LEVELS && cap >> i > 0; i++) {
		tree->level[i] = calloc(cap >> i, sizeof(*tree->level[i]));
		assert(tree->level[i] != NULL);
	}
	return tree;
}

static inline void
tree_close(struct tree *tree)
{
	for (unsigned i = 0; i < MERKLE_LEVELS; i++)
		free(tree->level[i]);
	free(tree);
}

static inline void
tree_add_leaf(struct tree *tree, const struct merkle_hash *leaf)
{
	struct merkle_hash made[MERKLE_LEVELS];
	unsigned count;

	assert(tree->frontier.size < tree->cap);
	count =
	    merkle_frontier_append(tree->hooks, &tree->frontier, leaf, made);
	for (unsigned i = 0; i < count; i++)
		tree->level[i][(tree->frontier.size >> i) - 1] = made[i];
}

static inline void
tree_add(struct tree *tree, struct bytes entry)
{
	struct merkle_hash leaf = merkle_leaf(tree->hooks, entry);

	tree_add_leaf(tree, &leaf);
}

/* A node outside of the tree is a mistake of whoever asks. */
static inline enum err
tree_read(
    void *context, unsigned level, uint64_t index, struct merkle_hash *ret)
{
	struct tree *tree = context;

	assert(level < MERKLE_LEVELS);
	assert(index < tree->frontier.size >> level);
	*ret = tree->level[level][index];
	tree->reads++;
	return ERR_OK;
}

static inline struct merkle_nodes
tree_nodes(struct tree *tree)
{
	return (struct merkle_nodes){ tree_read, tree };
}

#endif
