/* SPDX-License-Identifier: ISC */
/* The Merkle tree: against the drafts' own sums, and against a plain reading of
   RFC 9162 §2.1.1. */
#include "ledger/merkle.h"

#include "base/limits.h"
#include "base/out.h"
#include "tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SIZE 130

static const struct crypto_hooks *hooks = &crypto_hooks_default;

/* Entry i is the one byte i, as draft-ietf-plants-merkle-tree-certs C.1 has
   it. */
static struct tree *
open_tree(size_t size)
{
	struct tree *tree = tree_open(hooks, size);

	for (size_t i = 0; i < size; i++) {
		uint8_t entry = (uint8_t)i;

		tree_add(tree, (struct bytes){ &entry, 1 });
	}
	return tree;
}

/* MTH(D[start:end]) as the text defines it. */
static struct merkle_hash
plain_hash(const struct tree *tree, uint64_t start, uint64_t end)
{
	uint64_t k = 1;

	if (start == end)
		return merkle_empty(hooks);
	if (end - start == 1)
		return tree->level[0][start];
	while (2 * k < end - start)
		k *= 2;
	struct merkle_hash left = plain_hash(tree, start, start + k);
	struct merkle_hash right = plain_hash(tree, start + k, end);

	return merkle_node(hooks, &left, &right);
}

static void
put_range(struct out *o, uint64_t start, uint64_t end)
{
	out_text(o, "[");
	out_decimal(o, start);
	out_text(o, ", ");
	out_decimal(o, end);
	out_text(o, ")");
}

static void
put_hash(struct out *o, const struct merkle_hash *hash)
{
	out_text(o, " ");
	out_hex_bytes(o, (struct bytes){ hash->byte, SHA256_LEN });
}

static void
put_proof(struct out *o, const struct merkle_proof *proof)
{
	for (size_t i = 0; i < proof->count; i++)
		put_hash(o, &proof->hash[i]);
	out_text(o, "\n");
}

static void
assert_sum(struct out *o, const char *wanted)
{
	struct bytes all = out_bytes(o);
	uint8_t sum[SHA256_LEN];
	struct out hex = out_open(128);

	assert_int_equal(o->failed, ERR_OK);
	hooks->sha256(hooks->context, &all, 1, sum);
	out_hex_bytes(&hex, (struct bytes){ sum, sizeof(sum) });
	out_u8(&hex, 0);
	assert_string_equal((const char *)hex.ptr, wanted);
	out_close(&hex);
	out_close(o);
}

/* The draft sums up empty subtrees, too; here nobody makes a proof of nothing.
   The test adds their lines. */
static bool
is_line(uint64_t start, uint64_t end)
{
	return start == end || merkle_is_subtree(start, end);
}

static void
merkle_hashes_every_subtree_as_the_draft_sums_them(void **state)
{
	struct tree *tree = open_tree(SIZE);
	struct merkle_nodes nodes = tree_nodes(tree);
	struct out o = out_open(16 * MIB);

	(void)state;
	for (uint64_t end = 0; end <= SIZE; end++) {
		for (uint64_t start = 0; start <= end; start++) {
			struct merkle_hash hash = merkle_empty(hooks);

			if (!is_line(start, end))
				continue;
			if (start < end)
				assert_int_equal(merkle_hash_of(hooks, &nodes,
						     start, end, &hash),
				    ERR_OK);
			put_range(&o, start, end);
			put_hash(&o, &hash);
			out_text(&o, "\n");
		}
	}
	assert_sum(&o,
	    "b82806ad4265bb151c1119c0f4db437bb4d1a1f887b3a7fba1cd4ebf552e3e81");
	tree_close(tree);
}

/* The subtree as a tree of its own. */
static struct tree *
open_part(const struct tree *tree, uint64_t start, uint64_t end)
{
	struct tree *part = tree_open(hooks, (size_t)(end - start));

	for (uint64_t i = start; i < end; i++)
		tree_add_leaf(part, &tree->level[0][i]);
	return part;
}

static void
merkle_proves_inclusion_in_every_subtree_as_the_draft_sums_it(void **state)
{
	struct tree *tree = open_tree(SIZE);
	struct out o = out_open(64 * MIB);
	struct merkle_proof proof;

	(void)state;
	for (uint64_t end = 0; end <= SIZE; end++) {
		for (uint64_t start = 0; start < end; start++) {
			if (!merkle_is_subtree(start, end))
				continue;
			struct tree *part = open_part(tree, start, end);
			struct merkle_nodes nodes = tree_nodes(part);
			struct merkle_head head = { end - start,
				plain_hash(tree, start, end) };

			for (uint64_t i = 0; i < end - start; i++) {
				assert_int_equal(
				    merkle_prove_inclusion(
					hooks, &nodes, i, end - start, &proof),
				    ERR_OK);
				assert_int_equal(
				    merkle_verify_inclusion(hooks,
					&part->level[0][i], i, &head,
					merkle_path_of(&proof)),
				    ERR_OK);
				out_decimal(&o, start + i);
				out_text(&o, " ");
				put_range(&o, start, end);
				put_proof(&o, &proof);
			}
			tree_close(part);
		}
	}
	assert_sum(&o,
	    "ac2a8f989e44d99e399db448050ff5f19757df53cfb716aa81015d3955d8163f");
	tree_close(tree);
}

/* Each proof verifies; one hash less, one more or one bit elsewhere does not. */
static void
assert_only_this_verifies(const struct merkle_subtree *subtree,
    const struct merkle_head *head, struct merkle_proof proof)
{
	struct merkle_path path = { proof.hash, proof.count };
	struct merkle_subtree other = *subtree;
	struct merkle_head other_head = *head;

	assert_int_equal(
	    merkle_verify_subtree(hooks, subtree, head, path), ERR_OK);
	if (path.count > 0) {
		path.count--;
		assert_int_not_equal(
		    merkle_verify_subtree(hooks, subtree, head, path), ERR_OK);
		path.count++;
		proof.hash[path.count / 2].byte[31] ^= 1;
		assert_int_equal(
		    merkle_verify_subtree(hooks, subtree, head, path),
		    ERR_CHECKSUM);
		proof.hash[path.count / 2].byte[31] ^= 1;
	}
	proof.hash[path.count++] = subtree->hash;
	assert_int_equal(
	    merkle_verify_subtree(hooks, subtree, head, path), ERR_MALFORMED);
	path.count--;
	other.hash.byte[0] ^= 0x80;
	assert_int_equal(
	    merkle_verify_subtree(hooks, &other, head, path), ERR_CHECKSUM);
	other_head.root.byte[7] ^= 1;
	assert_int_equal(
	    merkle_verify_subtree(hooks, subtree, &other_head, path),
	    ERR_CHECKSUM);
}

/* One line of the sum: the proof of a subtree in a tree of that size. */
static void
put_subtree(struct out *o, struct tree *tree, const struct merkle_head *head,
    uint64_t start, uint64_t end)
{
	struct merkle_nodes nodes = tree_nodes(tree);
	struct merkle_subtree subtree = { start, end, { { 0 } } };
	struct merkle_proof proof = { .count = 0 };

	put_range(o, start, end);
	out_text(o, " ");
	out_decimal(o, head->size);
	if (start < end) {
		assert_int_equal(merkle_prove_subtree(hooks, &nodes, start, end,
				     head->size, &proof),
		    ERR_OK);
		subtree.hash = plain_hash(tree, start, end);
		assert_only_this_verifies(&subtree, head, proof);
	}
	put_proof(o, &proof);
}

static void
merkle_proves_every_subtree_as_the_draft_sums_it(void **state)
{
	struct tree *tree = open_tree(SIZE);
	struct out o = out_open(256 * MIB);

	(void)state;
	for (uint64_t n = 0; n <= SIZE; n++) {
		struct merkle_head head = { n, plain_hash(tree, 0, n) };

		for (uint64_t end = 0; end <= n; end++)
			for (uint64_t start = 0; start <= end; start++)
				if (is_line(start, end))
					put_subtree(
					    &o, tree, &head, start, end);
	}
	assert_sum(&o,
	    "10fa99b37bf9bf9ffa26b412fbd98bd75363256d0b75d61bc4538b9c9c5a0a74");
	tree_close(tree);
}

/* RFC 6962's own tree, whose entries are of many lengths. */
static void
merkle_hashes_the_reference_tree(void **state)
{
	static const struct {
		struct bytes entry;
		const char *root; /* with it */
	} rows[] = {
		{ { NULL, 0 },
		    "6e340b9cffb37a989ca544e6bb780a2c"
		    "78901d3fb33738768511a30617afa01d" },
		{ { (const uint8_t *)"\x00", 1 },
		    "fac54203e7cc696cf0dfcb42c92a1d9d"
		    "baf70ad9e621f4bd8d98662f00e3c125" },
		{ { (const uint8_t *)"\x10", 1 },
		    "aeb6bcfe274b70a14fb067a5e5578264"
		    "db0fa9b51af5e0ba159158f329e06e77" },
		{ { (const uint8_t *)"\x20\x21", 2 },
		    "d37ee418976dd95753c1c73862b9398f"
		    "a2a2cf9b4ff0fdfe8b30cd95209614b7" },
		{ { (const uint8_t *)"\x30\x31", 2 },
		    "4e3bbb1f7b478dcfe71fb631631519a3"
		    "bca12c9aefca1612bfce4c13a86264d4" },
		{ { (const uint8_t *)"\x40\x41\x42\x43", 4 },
		    "76e67dadbcdf1e10e1b74ddc608abd2f"
		    "98dfb16fbce75277b5232a127f2087ef" },
		{ { (const uint8_t *)"\x50\x51\x52\x53\x54\x55\x56\x57", 8 },
		    "ddb89be403809e325750d3d263cd7892"
		    "9c2942b7942a34b77e122c9594a74c8c" },
		{ { (const uint8_t *)"\x60\x61\x62\x63\x64\x65\x66\x67"
				     "\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
		      16 },
		    "5dc9da79a70659a9ad559cb701ded9a2"
		    "ab9d823aad2f4960cfe370eff4604328" },
	};
	struct tree *tree = tree_open(hooks, 8);

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		struct merkle_hash root;
		struct out hex = out_open(128);

		tree_add(tree, rows[i].entry);
		root = merkle_frontier_root(hooks, &tree->frontier);
		out_hex_bytes(&hex, (struct bytes){ root.byte, SHA256_LEN });
		out_u8(&hex, 0);
		assert_string_equal((const char *)hex.ptr, rows[i].root);
		out_close(&hex);
	}
	tree_close(tree);
}

static void
merkle_finds_the_root_in_four_ways(void **state)
{
	struct tree *tree = open_tree(SIZE);
	struct merkle_nodes nodes = tree_nodes(tree);
	struct tree *grown = tree_open(hooks, SIZE);

	(void)state;
	for (uint64_t n = 0; n <= SIZE; n++) {
		struct merkle_hash plain = plain_hash(tree, 0, n);
		struct merkle_hash root =
		    merkle_frontier_root(hooks, &grown->frontier);
		struct merkle_frontier read;

		assert_true(merkle_equal(&root, &plain));
		assert_int_equal(
		    merkle_hash_of(hooks, &nodes, 0, n, &root), ERR_OK);
		assert_true(merkle_equal(&root, &plain));
		assert_int_equal(
		    merkle_frontier_read(&nodes, n, &read), ERR_OK);
		root = merkle_frontier_root(hooks, &read);
		assert_true(merkle_equal(&root, &plain));
		for (uint64_t first = 0; first <= n; first++) {
			struct merkle_run run = { first, tree->level[0] + first,
				(size_t)(n - first) };

			assert_int_equal(
			    merkle_root_again(
				hooks, first > 0 ? &nodes : NULL, run, &root),
			    ERR_OK);
			assert_true(merkle_equal(&root, &plain));
		}
		if (n < SIZE)
			tree_add_leaf(grown, &tree->level[0][n]);
	}
	tree_close(grown);
	tree_close(tree);
}

/* From every size by every number of leaves, with a hook for many or without. */
static void
grow_by_many(
    const struct crypto_hooks *h, struct tree *tree, uint64_t from, uint64_t to)
{
	static struct merkle_hash room[MERKLE_LEVELS][SIZE + 1];
	struct merkle_hash *node[MERKLE_LEVELS];
	struct merkle_nodes nodes = tree_nodes(tree);
	struct merkle_frontier frontier;

	for (unsigned level = 0; level < MERKLE_LEVELS; level++)
		node[level] = room[level];
	assert_int_equal(merkle_frontier_read(&nodes, from, &frontier), ERR_OK);
	assert_int_equal(merkle_frontier_extend(h, &frontier,
			     tree->level[0] + from, (size_t)(to - from), node),
	    ERR_OK);
	assert_int_equal(frontier.size, to);
	struct merkle_hash plain = plain_hash(tree, 0, to);
	struct merkle_hash root = merkle_frontier_root(h, &frontier);

	assert_true(merkle_equal(&root, &plain));
	for (unsigned level = 0; to >> level > 0; level++)
		assert_memory_equal(room[level],
		    tree->level[level] + (from >> level),
		    ((to >> level) - (from >> level)) * sizeof(root));
}

static void
merkle_grows_by_many_as_by_one(void **state)
{
	struct tree *tree = open_tree(SIZE);
	struct crypto_hooks one_by_one = *hooks;

	(void)state;
	one_by_one.sha256_many = NULL;
	for (uint64_t from = 0; from <= SIZE; from++)
		for (uint64_t to = from; to <= SIZE; to++) {
			grow_by_many(hooks, tree, from, to);
			grow_by_many(&one_by_one, tree, from, to);
		}
	tree_close(tree);
}

static void
merkle_does_not_grow_above_its_limit(void **state)
{
	struct merkle_hash leaf[2] = { 0 };
	struct merkle_hash room[MERKLE_LEVELS];
	struct merkle_hash *node[MERKLE_LEVELS];
	struct merkle_frontier frontier = { .size = MERKLE_SIZE_MAX - 1 };

	(void)state;
	for (unsigned level = 0; level < MERKLE_LEVELS; level++)
		node[level] = &room[level];
	assert_int_equal(
	    merkle_frontier_extend(hooks, &frontier, leaf, 2, node), ERR_LIMIT);
	assert_int_equal(frontier.size, MERKLE_SIZE_MAX - 1);
	assert_int_equal(
	    merkle_frontier_extend(hooks, &frontier, leaf, 1, node), ERR_OK);
	assert_int_equal(frontier.size, MERKLE_SIZE_MAX);
}

static void
merkle_hashes_many_as_one(void **state)
{
	struct tree *tree = open_tree(SIZE);
	struct crypto_hooks one_by_one = *hooks;
	uint8_t byte[SIZE];
	struct bytes entry[SIZE];
	struct merkle_hash got[SIZE];

	(void)state;
	one_by_one.sha256_many = NULL;
	for (size_t i = 0; i < SIZE; i++) {
		byte[i] = (uint8_t)i;
		entry[i] = (struct bytes){ &byte[i], 1 };
	}
	for (size_t count = 0; count <= SIZE; count++)
		for (unsigned many = 0; many < 2; many++) {
			const struct crypto_hooks *h =
			    many == 1 ? hooks : &one_by_one;

			memset(got, 0, sizeof(got));
			merkle_leaves(h, entry, count, got);
			assert_memory_equal(
			    got, tree->level[0], count * sizeof(*got));
			merkle_pairs(h, tree->level[0], count / 2, got);
			assert_memory_equal(
			    got, tree->level[1], count / 2 * sizeof(*got));
		}
	tree_close(tree);
}

static void
merkle_notices_a_flipped_leaf_when_hashing_again(void **state)
{
	struct tree *tree = open_tree(SIZE);
	struct merkle_nodes nodes = tree_nodes(tree);
	struct merkle_hash leaf[30];
	struct merkle_run run = { 100, leaf, 30 };
	struct merkle_hash plain = plain_hash(tree, 0, SIZE);
	struct merkle_hash root;

	(void)state;
	memcpy(leaf, tree->level[0] + 100, sizeof(leaf));
	for (size_t i = 0; i < 30; i++) {
		leaf[i].byte[i] ^= 0x10;
		assert_int_equal(
		    merkle_root_again(hooks, &nodes, run, &root), ERR_OK);
		assert_false(merkle_equal(&root, &plain));
		leaf[i].byte[i] ^= 0x10;
	}
	tree_close(tree);
}

static void
merkle_refuses_what_is_no_subtree(void **state)
{
	static const uint64_t good[][2] = { { 0, 1 }, { 4, 8 }, { 8, 13 },
		{ 0, 13 }, { 2, 4 }, { 6, 8 }, { 0, MERKLE_SIZE_MAX },
		{ MERKLE_SIZE_MAX - 1, MERKLE_SIZE_MAX },
		{ (uint64_t)1 << 61, MERKLE_SIZE_MAX } };
	static const uint64_t bad[][2] = { { 0, 0 }, { 4, 4 }, { 5, 4 },
		{ 2, 6 }, { 5, 8 }, { 17, 20 }, { 3, 7 }, { 7, 9 },
		{ 0, MERKLE_SIZE_MAX + 1 }, { 0, UINT64_MAX },
		{ (uint64_t)1 << 63, UINT64_MAX } };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(merkle_is_subtree(good[i][0], good[i][1]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(merkle_is_subtree(bad[i][0], bad[i][1]));
}

static void
merkle_takes_an_empty_subtree_for_what_it_is(void **state)
{
	struct merkle_head none = { 0, merkle_empty(hooks) };
	struct merkle_head head = { 2, { { 5 } } };
	struct merkle_subtree empty = { 1, 1, merkle_empty(hooks) };
	struct merkle_path path = { &empty.hash, 0 };

	(void)state;
	assert_int_equal(
	    merkle_verify_subtree(hooks, &empty, &head, path), ERR_OK);
	assert_int_equal(
	    merkle_verify_subtree(hooks, &empty, &none, path), ERR_MALFORMED);
	empty.hash.byte[3] ^= 1;
	assert_int_equal(
	    merkle_verify_subtree(hooks, &empty, &head, path), ERR_CHECKSUM);
	/* But no tree follows from none. */
	assert_int_equal(
	    merkle_verify_consistency(hooks, &none, &none, path), ERR_OK);
	assert_int_equal(merkle_verify_consistency(hooks, &none, &head, path),
	    ERR_MALFORMED);
	none.root.byte[0] ^= 1;
	assert_int_equal(
	    merkle_verify_consistency(hooks, &none, &none, path), ERR_CHECKSUM);
}

static void
merkle_leaves_the_result_alone_when_it_fails(void **state)
{
	struct merkle_hash zero = { { 0 } };
	struct merkle_hash root = { { 7 } };
	struct merkle_subtree first = { 0, 1, zero };
	struct merkle_proof proof = { .count = 5 };
	struct merkle_path path = { proof.hash, 0 };

	(void)state;
	assert_int_equal(
	    merkle_climb(hooks, &first, 2, path, &root), ERR_MALFORMED);
	assert_int_equal(
	    merkle_climb(hooks, &first, 0, path, &root), ERR_MALFORMED);
	assert_int_equal(
	    merkle_climb(hooks, &first, UINT64_MAX, path, &root), ERR_LIMIT);
	path.count = 64;
	assert_int_equal(
	    merkle_climb(hooks, &first, 2, path, &root), ERR_LIMIT);
	assert_int_equal(
	    merkle_prove_inclusion(hooks, NULL, 1, 1, &proof), ERR_MALFORMED);
	assert_int_equal(
	    merkle_prove_inclusion(hooks, NULL, UINT64_MAX, UINT64_MAX, &proof),
	    ERR_MALFORMED);
	assert_int_equal(
	    merkle_prove_consistency(hooks, NULL, 5, 4, &proof), ERR_MALFORMED);
	assert_int_equal(merkle_prove_consistency(
			     hooks, NULL, 5, MERKLE_SIZE_MAX + 1, &proof),
	    ERR_LIMIT);
	assert_int_equal(root.byte[0], 7);
	assert_int_equal(proof.count, 5);
}

static void
merkle_reads_hashes_of_32_bytes_only(void **state)
{
	uint8_t bytes[64 * SHA256_LEN] = { 1 };
	struct merkle_hash hash = { { 9 } };
	struct merkle_proof proof = { .count = 9 };

	(void)state;
	for (size_t len = 0; len < 40; len++) {
		if (len == SHA256_LEN)
			continue;
		assert_int_equal(
		    merkle_read_hash((struct bytes){ bytes, len }, &hash),
		    ERR_MALFORMED);
		assert_int_equal(hash.byte[0], 9);
	}
	assert_int_equal(
	    merkle_read_hash((struct bytes){ bytes, SHA256_LEN }, &hash),
	    ERR_OK);
	assert_int_equal(hash.byte[0], 1);
	assert_int_equal(merkle_read_proof((struct bytes){ bytes, 33 }, &proof),
	    ERR_MALFORMED);
	assert_int_equal(
	    merkle_read_proof((struct bytes){ bytes, sizeof(bytes) }, &proof),
	    ERR_LIMIT);
	assert_int_equal(proof.count, 9);
	assert_int_equal(
	    merkle_read_proof(
		(struct bytes){ bytes, (size_t)MERKLE_PROOF_MAX * SHA256_LEN },
		&proof),
	    ERR_OK);
	assert_int_equal(proof.count, MERKLE_PROOF_MAX);
}

static enum err
read_any(void *context, unsigned level, uint64_t index, struct merkle_hash *ret)
{
	(void)context;
	*ret = (struct merkle_hash){ { (uint8_t)level, (uint8_t)index } };
	return ERR_OK;
}

static void
merkle_proves_in_the_largest_tree(void **state)
{
	static const uint64_t size = MERKLE_SIZE_MAX - 1;
	const struct merkle_nodes nodes = { read_any, NULL };
	struct merkle_proof proof;
	struct merkle_head head;
	struct merkle_hash leaf;

	(void)state;
	head.size = size;
	assert_int_equal(
	    merkle_hash_of(hooks, &nodes, 0, size, &head.root), ERR_OK);
	/* The last leaf's path is the root's parts but one. */
	assert_int_equal(
	    merkle_prove_inclusion(hooks, &nodes, size - 1, size, &proof),
	    ERR_OK);
	assert_int_equal(proof.count, 61);
	assert_int_equal(read_any(NULL, 0, size - 1, &leaf), ERR_OK);
	assert_int_equal(merkle_verify_inclusion(hooks, &leaf, size - 1, &head,
			     merkle_path_of(&proof)),
	    ERR_OK);
	assert_int_equal(
	    merkle_prove_consistency(hooks, &nodes, 1, size, &proof), ERR_OK);
	assert_int_equal(proof.count, 62);
	assert_int_equal(
	    merkle_prove_consistency(hooks, &nodes, size - 1, size, &proof),
	    ERR_OK);
	assert_int_equal(merkle_prove_consistency(hooks, &nodes,
			     MERKLE_SIZE_MAX - 1, MERKLE_SIZE_MAX, &proof),
	    ERR_OK);
	assert_int_equal(proof.count, MERKLE_PROOF_MAX);
}

static enum err
read_none(
    void *context, unsigned level, uint64_t index, struct merkle_hash *ret)
{
	(void)context;
	(void)level;
	(void)index;
	(void)ret;
	return ERR_SYSTEM;
}

static void
merkle_passes_on_what_reading_fails_with(void **state)
{
	const struct merkle_nodes nodes = { read_none, NULL };
	struct merkle_proof proof = { .count = 5 };
	struct merkle_frontier frontier = { .size = 7 };
	struct merkle_hash root = { { 7 } };
	struct merkle_run run = { 3, &root, 1 };

	(void)state;
	assert_int_equal(
	    merkle_hash_of(hooks, &nodes, 0, 7, &root), ERR_SYSTEM);
	assert_int_equal(
	    merkle_prove_inclusion(hooks, &nodes, 3, 7, &proof), ERR_SYSTEM);
	assert_int_equal(
	    merkle_frontier_read(&nodes, 9, &frontier), ERR_SYSTEM);
	assert_int_equal(
	    merkle_root_again(hooks, &nodes, run, &root), ERR_SYSTEM);
	assert_int_equal(proof.count, 5);
	assert_int_equal(frontier.size, 7);
	assert_int_equal(root.byte[0], 7);
}

static void
merkle_proves_with_few_reads(void **state)
{
	struct tree *tree = open_tree(SIZE);
	struct merkle_nodes nodes = tree_nodes(tree);
	struct merkle_proof proof;

	(void)state;
	for (uint64_t i = 0; i < SIZE; i++) {
		tree->reads = 0;
		assert_int_equal(
		    merkle_prove_inclusion(hooks, &nodes, i, SIZE, &proof),
		    ERR_OK);
		assert_true(tree->reads <= 8 + 1);
	}
	tree_close(tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    merkle_hashes_every_subtree_as_the_draft_sums_them),
		cmocka_unit_test(
		    merkle_proves_inclusion_in_every_subtree_as_the_draft_sums_it),
		cmocka_unit_test(
		    merkle_proves_every_subtree_as_the_draft_sums_it),
		cmocka_unit_test(merkle_hashes_the_reference_tree),
		cmocka_unit_test(merkle_finds_the_root_in_four_ways),
		cmocka_unit_test(merkle_grows_by_many_as_by_one),
		cmocka_unit_test(merkle_does_not_grow_above_its_limit),
		cmocka_unit_test(merkle_hashes_many_as_one),
		cmocka_unit_test(
		    merkle_notices_a_flipped_leaf_when_hashing_again),
		cmocka_unit_test(merkle_refuses_what_is_no_subtree),
		cmocka_unit_test(merkle_takes_an_empty_subtree_for_what_it_is),
		cmocka_unit_test(merkle_leaves_the_result_alone_when_it_fails),
		cmocka_unit_test(merkle_reads_hashes_of_32_bytes_only),
		cmocka_unit_test(merkle_proves_in_the_largest_tree),
		cmocka_unit_test(merkle_passes_on_what_reading_fails_with),
		cmocka_unit_test(merkle_proves_with_few_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
