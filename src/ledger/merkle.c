/* SPDX-License-Identifier: ISC */
/* The Merkle tree: one algorithm verifies all proofs, another makes them. */
#include "ledger/merkle.h"

#include <assert.h>
#include <string.h>

struct merkle_path
merkle_path_of(const struct merkle_proof *proof)
{
	return (struct merkle_path){ proof->hash, proof->count };
}

bool
merkle_equal(const struct merkle_hash *a, const struct merkle_hash *b)
{
	return memcmp(a->byte, b->byte, sizeof(a->byte)) == 0;
}

enum err
merkle_read_hash(struct bytes in, struct merkle_hash *ret)
{
	if (in.len != SHA256_LEN)
		return ERR_MALFORMED;
	memcpy(ret->byte, in.ptr, SHA256_LEN);
	return ERR_OK;
}

enum err
merkle_read_proof(struct bytes in, struct merkle_proof *ret)
{
	if (in.len % SHA256_LEN != 0)
		return ERR_MALFORMED;
	if (in.len / SHA256_LEN > MERKLE_PROOF_MAX)
		return ERR_LIMIT;
	ret->count = in.len / SHA256_LEN;
	for (size_t i = 0; i < ret->count; i++)
		memcpy(ret->hash[i].byte, in.ptr + i * SHA256_LEN, SHA256_LEN);
	return ERR_OK;
}

struct merkle_hash
merkle_empty(const struct crypto_hooks *hooks)
{
	struct merkle_hash hash;

	hooks->sha256(hooks->context, NULL, 0, hash.byte);
	return hash;
}

/* What a leaf's hash begins with, and a node's. */
#define LEAF_FIRST 0x00
#define NODE_FIRST 0x01

struct merkle_hash
merkle_leaf(const struct crypto_hooks *hooks, struct bytes entry)
{
	static const uint8_t first[1] = { LEAF_FIRST };
	const struct bytes part[] = { { first, sizeof(first) }, entry };
	struct merkle_hash hash;

	hooks->sha256(hooks->context, part, 2, hash.byte);
	return hash;
}

struct merkle_hash
merkle_node(const struct crypto_hooks *hooks, const struct merkle_hash *left,
    const struct merkle_hash *right)
{
	uint8_t both[1 + 2 * SHA256_LEN] = { NODE_FIRST };
	const struct bytes part = { both, sizeof(both) };
	struct merkle_hash hash;

	memcpy(both + 1, left->byte, SHA256_LEN);
	memcpy(both + 1 + SHA256_LEN, right->byte, SHA256_LEN);
	hooks->sha256(hooks->context, &part, 1, hash.byte);
	return hash;
}

void
merkle_leaves(const struct crypto_hooks *hooks, const struct bytes *entry,
    size_t count, struct merkle_hash *ret)
{
	if (count > 0 && hooks->sha256_many != NULL) {
		hooks->sha256_many(
		    hooks->context, LEAF_FIRST, entry, count, ret[0].byte);
		return;
	}
	for (size_t i = 0; i < count; i++)
		ret[i] = merkle_leaf(hooks, entry[i]);
}

/* Pairs that are handed to the hook at a time. */
#define PAIRS 64

void
merkle_pairs(const struct crypto_hooks *hooks, const struct merkle_hash *child,
    size_t count, struct merkle_hash *ret)
{
	struct bytes pair[PAIRS];

	while (count > 0 && hooks->sha256_many != NULL) {
		size_t n = count < PAIRS ? count : PAIRS;

		for (size_t i = 0; i < n; i++)
			pair[i] = (struct bytes){ child[2 * i].byte,
				2 * sizeof(*child) };
		hooks->sha256_many(
		    hooks->context, NODE_FIRST, pair, n, ret[0].byte);
		child += 2 * n;
		ret += n;
		count -= n;
	}
	for (size_t i = 0; i < count; i++)
		ret[i] = merkle_node(hooks, &child[2 * i], &child[2 * i + 1]);
}

/* The largest power of two that is below n, which is at least 2. */
static uint64_t
split_of(uint64_t n)
{
	return (uint64_t)1 << (63 - __builtin_clzll(n - 1));
}

bool
merkle_is_subtree(uint64_t start, uint64_t end)
{
	if (start >= end || end > MERKLE_SIZE_MAX)
		return false;
	if (end - start == 1)
		return true;
	return start % (2 * split_of(end - start)) == 0;
}

/*
 * Where the proof has come to, as the draft names it: the positions on the
 * level reached of the subtree's first and last entry and the tree's last one,
 * and what the hashes so far make of the subtree and of the tree.
 */
struct climb {
	uint64_t fn;
	uint64_t sn;
	uint64_t tn;
	struct merkle_hash fr;
	struct merkle_hash sr;
};

static void
climb_up(struct climb *c)
{
	c->fn >>= 1;
	c->sn >>= 1;
	c->tn >>= 1;
}

/* To the largest subtree that is known from the start: the subtree itself or
   the one at its right end, with which the proof then begins (steps 3, 4). */
static void
climb_to_known(struct climb *c)
{
	if (c->sn == c->tn) {
		while (c->fn != c->sn)
			climb_up(c);
	} else {
		while (c->fn != c->sn && (c->sn & 1) == 1)
			climb_up(c);
	}
}

/* Step 7. */
static void
climb_take(const struct crypto_hooks *hooks, struct climb *c,
    const struct merkle_hash *p)
{
	if ((c->sn & 1) == 1 || c->sn == c->tn) {
		if (c->fn < c->sn)
			c->fr = merkle_node(hooks, p, &c->fr);
		c->sr = merkle_node(hooks, p, &c->sr);
		while ((c->sn & 1) == 0) /* tn is not 0, so sn is not */
			climb_up(c);
	} else {
		c->sr = merkle_node(hooks, &c->sr, p);
	}
	climb_up(c);
}

enum err
merkle_climb(const struct crypto_hooks *hooks,
    const struct merkle_subtree *subtree, uint64_t size,
    struct merkle_path path, struct merkle_hash *ret_root)
{
	if (size > MERKLE_SIZE_MAX || path.count > MERKLE_PROOF_MAX)
		return ERR_LIMIT;
	if (!merkle_is_subtree(subtree->start, subtree->end) ||
	    subtree->end > size)
		return ERR_MALFORMED;
	struct climb c = {
		.fn = subtree->start,
		.sn = subtree->end - 1,
		.tn = size - 1,
		.fr = subtree->hash,
		.sr = subtree->hash,
	};
	size_t used = 0;

	climb_to_known(&c);
	if (c.fn != c.sn) {
		if (path.count == 0)
			return ERR_MALFORMED;
		c.fr = path.hash[0];
		c.sr = path.hash[0];
		used = 1;
	}
	for (; used < path.count; used++) {
		if (c.tn == 0)
			return ERR_MALFORMED;
		climb_take(hooks, &c, &path.hash[used]);
	}
	if (c.tn != 0)
		return ERR_MALFORMED;
	if (!merkle_equal(&c.fr, &subtree->hash))
		return ERR_CHECKSUM;
	*ret_root = c.sr;
	return ERR_OK;
}

/* Nothing is part of everything, if it is called what it is. */
static enum err
verify_empty(const struct crypto_hooks *hooks,
    const struct merkle_subtree *subtree, const struct merkle_head *head,
    struct merkle_path path)
{
	struct merkle_hash empty = merkle_empty(hooks);

	if (head->size > MERKLE_SIZE_MAX)
		return ERR_LIMIT;
	if (subtree->end > head->size || path.count > 0)
		return ERR_MALFORMED;
	if (!merkle_equal(&subtree->hash, &empty))
		return ERR_CHECKSUM;
	if (head->size == 0 && !merkle_equal(&head->root, &empty))
		return ERR_CHECKSUM;
	return ERR_OK;
}

enum err
merkle_verify_subtree(const struct crypto_hooks *hooks,
    const struct merkle_subtree *subtree, const struct merkle_head *head,
    struct merkle_path path)
{
	struct merkle_hash root;
	enum err err;

	if (subtree->start == subtree->end)
		return verify_empty(hooks, subtree, head, path);
	err = merkle_climb(hooks, subtree, head->size, path, &root);
	if (err != ERR_OK)
		return err;
	return merkle_equal(&root, &head->root) ? ERR_OK : ERR_CHECKSUM;
}

enum err
merkle_verify_inclusion(const struct crypto_hooks *hooks,
    const struct merkle_hash *leaf, uint64_t index,
    const struct merkle_head *head, struct merkle_path path)
{
	if (index >= MERKLE_SIZE_MAX) /* or its end would wrap */
		return ERR_MALFORMED;
	const struct merkle_subtree entry = { index, index + 1, *leaf };

	return merkle_verify_subtree(hooks, &entry, head, path);
}

enum err
merkle_verify_consistency(const struct crypto_hooks *hooks,
    const struct merkle_head *older, const struct merkle_head *newer,
    struct merkle_path path)
{
	const struct merkle_subtree all = { 0, older->size, older->root };

	if (older->size == 0 && newer->size > 0)
		return ERR_MALFORMED;
	return merkle_verify_subtree(hooks, &all, newer, path);
}

enum err
merkle_hash_of(const struct crypto_hooks *hooks,
    const struct merkle_nodes *nodes, uint64_t start, uint64_t end,
    struct merkle_hash *ret)
{
	struct merkle_hash hash = { 0 };
	bool any = false;

	if (end > MERKLE_SIZE_MAX)
		return ERR_LIMIT;
	if (start == 0 && end == 0) {
		*ret = merkle_empty(hooks);
		return ERR_OK;
	}
	if (!merkle_is_subtree(start, end))
		return ERR_MALFORMED;
	/* A subtree is as many complete ones, the largest on the left, as its
	   width has bits. From the right, each new one is a left sibling. */
	for (uint64_t left = end - start; left > 0; left &= left - 1) {
		unsigned level = (unsigned)__builtin_ctzll(left);
		struct merkle_hash node;

		end -= (uint64_t)1 << level;
		enum err err =
		    nodes->read(nodes->context, level, end >> level, &node);

		if (err != ERR_OK)
			return err;
		hash = any ? merkle_node(hooks, &node, &hash) : node;
		any = true;
	}
	*ret = hash;
	return ERR_OK;
}

/* A proof in the making: hashes from the root downwards. */
struct prover {
	const struct crypto_hooks *hooks;
	const struct merkle_nodes *nodes;
	struct merkle_proof proof;
	enum err err;
};

static void
prove_add(struct prover *p, uint64_t start, uint64_t end)
{
	assert(p->proof.count < MERKLE_PROOF_MAX);
	if (p->err == ERR_OK)
		p->err = merkle_hash_of(p->hooks, p->nodes, start, end,
		    &p->proof.hash[p->proof.count]);
	p->proof.count++;
}

/*
 * SUBTREE_SUBPROOF of §4.4.1 as a loop: [from, to) is the part of the tree that
 * is being parted, [start, to or less) what is to be proven in it. Once the
 * subtree has been parted itself (only one with a start at `from` can be), the
 * rest of it is no more known to the verifier and becomes part of the proof.
 */
static void
prove_down(struct prover *p, uint64_t start, uint64_t end, uint64_t size)
{
	uint64_t from = 0;
	uint64_t to = size;
	bool known = true;

	while (p->err == ERR_OK && (start != from || end != to)) {
		uint64_t middle = from + split_of(to - from);

		if (end <= middle) {
			prove_add(p, middle, to);
			to = middle;
			continue;
		}
		prove_add(p, from, middle);
		if (start < middle) {
			start = middle;
			known = false;
		}
		from = middle;
	}
	if (!known)
		prove_add(p, from, to);
}

enum err
merkle_prove_subtree(const struct crypto_hooks *hooks,
    const struct merkle_nodes *nodes, uint64_t start, uint64_t end,
    uint64_t size, struct merkle_proof *ret)
{
	struct prover p = { .hooks = hooks, .nodes = nodes };

	if (size > MERKLE_SIZE_MAX)
		return ERR_LIMIT;
	if (!merkle_is_subtree(start, end) || end > size)
		return ERR_MALFORMED;
	p.proof.count = 0;
	p.err = ERR_OK;
	prove_down(&p, start, end, size);
	if (p.err != ERR_OK)
		return p.err;
	ret->count = p.proof.count;
	for (size_t i = 0; i < p.proof.count; i++)
		ret->hash[i] = p.proof.hash[p.proof.count - 1 - i];
	return ERR_OK;
}

enum err
merkle_prove_inclusion(const struct crypto_hooks *hooks,
    const struct merkle_nodes *nodes, uint64_t index, uint64_t size,
    struct merkle_proof *ret)
{
	if (index >= MERKLE_SIZE_MAX)
		return ERR_MALFORMED;
	return merkle_prove_subtree(hooks, nodes, index, index + 1, size, ret);
}

enum err
merkle_prove_consistency(const struct crypto_hooks *hooks,
    const struct merkle_nodes *nodes, uint64_t older, uint64_t newer,
    struct merkle_proof *ret)
{
	if (newer > MERKLE_SIZE_MAX)
		return ERR_LIMIT;
	if (older == 0) {
		ret->count = 0;
		return ERR_OK;
	}
	return merkle_prove_subtree(hooks, nodes, 0, older, newer, ret);
}

enum err
merkle_frontier_read(const struct merkle_nodes *nodes, uint64_t size,
    struct merkle_frontier *ret)
{
	struct merkle_frontier frontier = { .size = size };

	if (size > MERKLE_SIZE_MAX)
		return ERR_LIMIT;
	for (unsigned level = 0; level < MERKLE_LEVELS; level++) {
		enum err err;

		if ((size >> level & 1) == 0)
			continue;
		err = nodes->read(nodes->context, level, (size >> level) - 1,
		    &frontier.peak[level]);
		if (err != ERR_OK)
			return err;
	}
	*ret = frontier;
	return ERR_OK;
}

unsigned
merkle_frontier_append(const struct crypto_hooks *hooks,
    struct merkle_frontier *frontier, const struct merkle_hash *leaf,
    struct merkle_hash *ret_node)
{
	unsigned level = 0;

	if (frontier->size >= MERKLE_SIZE_MAX)
		return 0;
	ret_node[0] = *leaf;
	while ((frontier->size >> level & 1) == 1) {
		ret_node[level + 1] = merkle_node(
		    hooks, &frontier->peak[level], &ret_node[level]);
		level++;
	}
	frontier->peak[level] = ret_node[level];
	frontier->size++;
	return level + 1;
}

/* The new nodes of a level, `count` of them, become the peak and the nodes above;
   returns how many those are. */
static size_t
extend_level(const struct crypto_hooks *hooks, struct merkle_frontier *frontier,
    unsigned level, size_t count, struct merkle_hash *const *ret_level)
{
	const struct merkle_hash *node = ret_level[level];
	struct merkle_hash *peak = &frontier->peak[level];
	/* The first one may have its left sibling in the old tree. */
	size_t odd = frontier->size >> level & 1;
	size_t above = (odd + count) / 2;

	if (above > 0 && odd == 1)
		ret_level[level + 1][0] = merkle_node(hooks, peak, node);
	if (above > odd)
		merkle_pairs(
		    hooks, node + odd, above - odd, ret_level[level + 1] + odd);
	if (((odd + count) & 1) == 1)
		*peak = node[count - 1];
	return above;
}

enum err
merkle_frontier_extend(const struct crypto_hooks *hooks,
    struct merkle_frontier *frontier, const struct merkle_hash *leaf,
    size_t count, struct merkle_hash *const ret_level[MERKLE_LEVELS])
{
	size_t nodes = count;

	if (count > MERKLE_SIZE_MAX - frontier->size)
		return ERR_LIMIT;
	if (count > 0)
		memcpy(ret_level[0], leaf, count * sizeof(*leaf));
	for (unsigned level = 0; nodes > 0; level++)
		nodes = extend_level(hooks, frontier, level, nodes, ret_level);
	frontier->size += count;
	return ERR_OK;
}

struct merkle_hash
merkle_frontier_root(
    const struct crypto_hooks *hooks, const struct merkle_frontier *frontier)
{
	struct merkle_hash hash = { 0 };
	bool any = false;

	for (unsigned level = 0; level < MERKLE_LEVELS; level++) {
		const struct merkle_hash *peak = &frontier->peak[level];

		if ((frontier->size >> level & 1) == 0)
			continue;
		hash = any ? merkle_node(hooks, peak, &hash) : *peak;
		any = true;
	}
	return any ? hash : merkle_empty(hooks);
}

/* Leaves of a complete subtree that are summed up level by level. */
#define COMPLETE_MAX 128

/* MTH of so many leaves, a power of two. */
static struct merkle_hash
hash_complete(const struct crypto_hooks *hooks, const struct merkle_hash *leaf,
    size_t width)
{
	struct merkle_hash one[COMPLETE_MAX / 2];
	struct merkle_hash other[COMPLETE_MAX / 4];

	if (width == 1)
		return leaf[0];
	merkle_pairs(hooks, leaf, width /= 2, one);
	while (width > 1) {
		merkle_pairs(hooks, one, width /= 2, other);
		memcpy(one, other, width * sizeof(*one));
	}
	return one[0];
}

/* MTH(D[start:end]); halves of it that are complete and lie before the run are
   read. Recurses as deep as the tree is high. */
static enum err
hash_again(const struct crypto_hooks *hooks, const struct merkle_nodes *nodes,
    const struct merkle_run *run, const uint64_t range[2],
    struct merkle_hash *ret)
{
	uint64_t width = range[1] - range[0];
	struct merkle_hash left;
	struct merkle_hash right;

	if (range[1] <= run->first && (width & (width - 1)) == 0) {
		unsigned level = (unsigned)__builtin_ctzll(width);

		return nodes->read(
		    nodes->context, level, range[0] >> level, ret);
	}
	if (range[0] >= run->first && width <= COMPLETE_MAX &&
	    (width & (width - 1)) == 0) {
		*ret = hash_complete(
		    hooks, run->leaf + (range[0] - run->first), (size_t)width);
		return ERR_OK;
	}
	uint64_t middle = range[0] + split_of(width);
	enum err err = hash_again(
	    hooks, nodes, run, (const uint64_t[2]){ range[0], middle }, &left);

	if (err == ERR_OK)
		err = hash_again(hooks, nodes, run,
		    (const uint64_t[2]){ middle, range[1] }, &right);
	if (err != ERR_OK)
		return err;
	*ret = merkle_node(hooks, &left, &right);
	return ERR_OK;
}

enum err
merkle_root_again(const struct crypto_hooks *hooks,
    const struct merkle_nodes *nodes, struct merkle_run run,
    struct merkle_hash *ret)
{
	struct merkle_hash root;

	if (run.first > MERKLE_SIZE_MAX ||
	    run.count > MERKLE_SIZE_MAX - run.first)
		return ERR_LIMIT;
	const uint64_t all[2] = { 0, run.first + run.count };

	if (all[1] == 0) {
		*ret = merkle_empty(hooks);
		return ERR_OK;
	}
	enum err err = hash_again(hooks, nodes, &run, all, &root);

	if (err == ERR_OK)
		*ret = root;
	return err;
}
