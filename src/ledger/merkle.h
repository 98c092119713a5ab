/* SPDX-License-Identifier: ISC */
/* The Merkle tree of RFC 9162: hashes, proofs made and proofs verified. */
#ifndef LEDGER_MERKLE_H
#define LEDGER_MERKLE_H

#include "base/bytes.h"
#include "base/err.h"
#include "crypto/hooks.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Hashes of one proof: trees of at most 2^62 entries need no more. Sizes above
 * are ERR_LIMIT wherever one is given, so that no sum of two can wrap.
 */
#define MERKLE_PROOF_MAX 63
#define MERKLE_SIZE_MAX ((uint64_t)1 << 62)

/* Levels of complete subtrees: level 0 holds leaves. */
#define MERKLE_LEVELS 63

/* Always 32 bytes; what is shorter cannot be said. Plain data. */
struct merkle_hash {
	uint8_t byte[SHA256_LEN];
};

/* A tree as its head tells it. */
struct merkle_head {
	uint64_t size;
	struct merkle_hash root;
};

/* The tree's entries [start, end) as a tree of their own. */
struct merkle_subtree {
	uint64_t start;
	uint64_t end;
	struct merkle_hash hash;
};

/* A proof that is given: borrows its hashes. */
struct merkle_path {
	const struct merkle_hash *hash;
	size_t count;
};

/* A proof that is made or read: its hashes are inside. */
struct merkle_proof {
	struct merkle_hash hash[MERKLE_PROOF_MAX];
	size_t count;
};

struct merkle_path merkle_path_of(const struct merkle_proof *proof);

bool merkle_equal(const struct merkle_hash *a, const struct merkle_hash *b);

/* ERR_MALFORMED unless `in` has exactly 32 bytes. */
enum err merkle_read_hash(struct bytes in, struct merkle_hash *ret);

/* Hashes one behind the other: ERR_MALFORMED unless their length is a multiple
   of 32, ERR_LIMIT when they are more than MERKLE_PROOF_MAX. */
enum err merkle_read_proof(struct bytes in, struct merkle_proof *ret);

/* RFC 9162 §2.1.1: the empty tree, 00 || entry, 01 || left || right. */
struct merkle_hash merkle_empty(const struct crypto_hooks *hooks);
struct merkle_hash merkle_leaf(
    const struct crypto_hooks *hooks, struct bytes entry);
struct merkle_hash merkle_node(const struct crypto_hooks *hooks,
    const struct merkle_hash *left, const struct merkle_hash *right);

/* The same of many, which is faster: the leaves of `count` entries, and the nodes
   above 2 * `count` hashes that lie side by side. `ret` does not overlap what
   is given. */
void merkle_leaves(const struct crypto_hooks *hooks, const struct bytes *entry,
    size_t count, struct merkle_hash *ret);
void merkle_pairs(const struct crypto_hooks *hooks,
    const struct merkle_hash *child, size_t count, struct merkle_hash *ret);

/*
 * Whether [start, end) can be proven as one subtree: not empty, and start a
 * multiple of the smallest power of two that is not below its width.
 * draft-ietf-plants-merkle-tree-certs §4.1.
 */
bool merkle_is_subtree(uint64_t start, uint64_t end);

/*
 * The root of a tree of `size` entries that holds this subtree, as the path
 * tells it; whoever calls compares it with a root that somebody signed.
 * draft-ietf-plants-merkle-tree-certs §4.4.3, of which inclusion (an end of
 * start + 1) and consistency (a start of 0) are special cases.
 *   ERR_LIMIT      a size above MERKLE_SIZE_MAX, or too many hashes
 *   ERR_MALFORMED  no such subtree in such a tree, or a path of a wrong length
 *   ERR_CHECKSUM   the path does not lead through the subtree's hash
 */
enum err merkle_climb(const struct crypto_hooks *hooks,
    const struct merkle_subtree *subtree, uint64_t size,
    struct merkle_path path, struct merkle_hash *ret_root);

/*
 * Whether the tree holds the subtree. As merkle_climb(), and ERR_CHECKSUM when
 * the root is another. An empty subtree (an end that is its start, the empty
 * tree's hash, no path) is held by every tree that is as large, whatever its
 * root; the draft wants it so. Nothing below it asks that question.
 */
enum err merkle_verify_subtree(const struct crypto_hooks *hooks,
    const struct merkle_subtree *subtree, const struct merkle_head *head,
    struct merkle_path path);

/* Whether entry `index` of the tree has this leaf hash. For an entry of a
   subtree give its place in there, the subtree's width and hash. */
enum err merkle_verify_inclusion(const struct crypto_hooks *hooks,
    const struct merkle_hash *leaf, uint64_t index,
    const struct merkle_head *head, struct merkle_path path);

/* Whether the newer tree begins with the older one. An older tree without
   entries is ERR_MALFORMED unless the newer is the same one: nothing follows
   from it. */
enum err merkle_verify_consistency(const struct crypto_hooks *hooks,
    const struct merkle_head *older, const struct merkle_head *newer,
    struct merkle_path path);

/*
 * Where stored hashes come from. read() gives the hash of the complete subtree
 * [index << level, (index + 1) << level); it is asked only for those that lie
 * in a tree of the size given to the function that asks. Its error is passed on.
 */
struct merkle_nodes {
	enum err (*read)(void *context, unsigned level, uint64_t index,
	    struct merkle_hash *ret);
	void *context;
};

/* The hash of the subtree [start, end), from at most 62 nodes; with a start of
   0 a tree's root. ERR_MALFORMED when it is none (but [0, 0) is the empty
   tree), ERR_LIMIT. */
enum err merkle_hash_of(const struct crypto_hooks *hooks,
    const struct merkle_nodes *nodes, uint64_t start, uint64_t end,
    struct merkle_hash *ret);

/* What merkle_verify_subtree() wants; §4.4.1 there. ERR_MALFORMED when there is
   no such subtree in a tree of that size, ERR_LIMIT. */
enum err merkle_prove_subtree(const struct crypto_hooks *hooks,
    const struct merkle_nodes *nodes, uint64_t start, uint64_t end,
    uint64_t size, struct merkle_proof *ret);

/* The path of entry `index`, its own sibling first. */
enum err merkle_prove_inclusion(const struct crypto_hooks *hooks,
    const struct merkle_nodes *nodes, uint64_t index, uint64_t size,
    struct merkle_proof *ret);

/* An older size of 0 gives no hashes. */
enum err merkle_prove_consistency(const struct crypto_hooks *hooks,
    const struct merkle_nodes *nodes, uint64_t older, uint64_t newer,
    struct merkle_proof *ret);

/*
 * The right edge of a growing tree: peak[level] is the complete subtree of
 * 2^level entries wherever `size` has that bit, and else of no meaning. All
 * zero is the empty tree.
 */
struct merkle_frontier {
	uint64_t size;
	struct merkle_hash peak[MERKLE_LEVELS];
};

/* Of a tree that is stored. ERR_LIMIT, or what read() says. */
enum err merkle_frontier_read(const struct merkle_nodes *nodes, uint64_t size,
    struct merkle_frontier *ret);

/*
 * Adds a leaf. The subtrees that it completes go to ret_node, which has room
 * for MERKLE_LEVELS: on level 0 the leaf itself, on each level up to the
 * returned count the one with index (size >> level) - 1, by the new size. Of a
 * full tree (MERKLE_SIZE_MAX) nothing is changed and 0 returned.
 */
unsigned merkle_frontier_append(const struct crypto_hooks *hooks,
    struct merkle_frontier *frontier, const struct merkle_hash *leaf,
    struct merkle_hash *ret_node);

/*
 * The same of many leaves, which is faster. The subtrees of level L that they
 * complete, from index `size` >> L by the old size on, go to ret_level[L] side by
 * side, (new size >> L) - (old size >> L) of them; the leaves themselves to
 * ret_level[0]. ERR_LIMIT, and nothing is changed, when the tree would be above
 * MERKLE_SIZE_MAX.
 */
enum err merkle_frontier_extend(const struct crypto_hooks *hooks,
    struct merkle_frontier *frontier, const struct merkle_hash *leaf,
    size_t count, struct merkle_hash *const ret_level[MERKLE_LEVELS]);

struct merkle_hash merkle_frontier_root(
    const struct crypto_hooks *hooks, const struct merkle_frontier *frontier);

/* Leaf hashes `first` and on, in memory. */
struct merkle_run {
	uint64_t first;
	const struct merkle_hash *leaf;
	size_t count;
};

/*
 * The root of a tree that ends with this run, by another way than the
 * frontier's: from the top down, as RFC 9162 §2.1.1 defines it. Whatever lies
 * wholly before the run is read as nodes (NULL when the run begins at 0), the
 * rest is hashed anew. Recurses to a depth of 63. ERR_LIMIT, or what read()
 * says.
 */
enum err merkle_root_again(const struct crypto_hooks *hooks,
    const struct merkle_nodes *nodes, struct merkle_run run,
    struct merkle_hash *ret);

#endif
