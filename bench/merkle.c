/* SPDX-License-Identifier: ISC */
/* How fast the sums are, by the time of one core, in memory: nodes, proofs made and
   verified, a cosigned checkpoint, a receipt. */
#include "../test/unit/ledger/tree.h"
#include "crypto/key_file.h"
#include "ledger/cosignature.h"
#include "ledger/policy.h"
#include "ledger/receipt.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define SIZE ((uint64_t)1 << 20)
#define WITNESSES 3

static const struct crypto_hooks *hooks = &crypto_hooks_default;

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void
print(const char *what, double count, double begun)
{
	(void)printf("%-34s %12.0f/s\n", what, count / (now() - begun));
}

static void
demand(bool holds, const char *what)
{
	if (holds)
		return;
	(void)fprintf(stderr, "%s failed\n", what);
	exit(1);
}

static void
bench_nodes(void)
{
	struct merkle_hash hash = { { 1 } };
	double begun = now();

	for (unsigned i = 0; i < 2000000; i++)
		hash = merkle_node(hooks, &hash, &hash);
	print("nodes hashed", 2e6, begun);
}

static struct tree *
bench_growing(void)
{
	struct tree *tree = tree_open(hooks, SIZE);
	double begun = now();

	for (uint64_t i = 0; i < SIZE; i++) {
		uint8_t entry[200] = { (uint8_t)i, (uint8_t)(i >> 8),
			(uint8_t)(i >> 16) };

		tree_add(tree, (struct bytes){ entry, sizeof(entry) });
	}
	print("entries of 200 bytes added", (double)SIZE, begun);
	return tree;
}

static void
bench_proofs(struct tree *tree)
{
	struct merkle_nodes nodes = tree_nodes(tree);
	struct merkle_head head = { SIZE,
		merkle_frontier_root(hooks, &tree->frontier) };
	static struct merkle_proof proofs[4096];
	double begun = now();

	for (uint64_t i = 0; i < 1 << 20; i++)
		demand(merkle_prove_inclusion(hooks, &nodes, i * 7919 % SIZE,
			   SIZE, &proofs[i % 4096]) == ERR_OK,
		    "a proof");
	print("inclusion proofs made (2^20)", 1 << 20, begun);
	begun = now();
	for (uint64_t i = 0; i < 1 << 17; i++)
		demand(
		    merkle_prove_inclusion(hooks, &nodes, i * 7919 % (SIZE - 1),
			SIZE - 1, &proofs[i % 4096]) == ERR_OK,
		    "a proof");
	print("inclusion proofs made (2^20 - 1)", 1 << 17, begun);
	for (uint64_t i = 0; i < 4096; i++)
		demand(merkle_prove_inclusion(
			   hooks, &nodes, i, SIZE, &proofs[i]) == ERR_OK,
		    "a proof");
	begun = now();
	for (uint64_t i = 0; i < 1 << 17; i++)
		demand(merkle_verify_inclusion(hooks, &tree->level[0][i % 4096],
			   i % 4096, &head,
			   merkle_path_of(&proofs[i % 4096])) == ERR_OK,
		    "verifying");
	print("inclusion proofs verified (20)", 1 << 17, begun);
}

static struct signer
open_key(uint8_t number, enum vkey_type type, const char *name, struct out *o)
{
	uint8_t random[KEY_FILE_RANDOM_LEN];
	uint8_t text[VKEY_TEXT_LEN];
	struct signer signer;
	size_t len = 0;

	memset(random, number, sizeof(random));
	demand(key_file_make(COSE_CURVE_ED25519, random, &signer) == ERR_OK &&
		vkey_write(hooks, type, bytes_of(name), &signer.key, text,
		    &len) == ERR_OK,
	    "a key");
	out_put(o, (struct bytes){ text, len });
	out_text(o, "\n");
	return signer;
}

/* A policy with three witnesses, all of them wanted. */
static void
bench_checkpoint(struct tree *tree)
{
	static struct policy policy;
	struct out text = out_open(1 << 16);
	struct out note = out_open(1 << 16);
	struct merkle_head head = { SIZE,
		merkle_frontier_root(hooks, &tree->frontier) };
	struct signer witness[WITNESSES];
	struct policy_verdict verdict;
	struct checkpoint checkpoint;
	struct fault fault;

	out_text(&text, "log ");
	struct signer signer =
	    open_key(9, VKEY_ED25519, "bench.example", &text);
	demand(checkpoint_sign(&note, hooks, BYTES("bench.example"), &head,
		   &signer) == ERR_OK,
	    "signing");
	struct bytes body = bytes_slice(out_bytes(&note), 0,
	    bytes_find(out_bytes(&note), BYTES("\n\n"), 0) + 1);

	for (uint8_t i = 0; i < WITNESSES; i++) {
		char name[] = "w0.example";
		struct out copy = out_open(4096);

		name[1] = (char)('0' + i);
		out_put(&copy, body);
		out_text(&text, "witness ");
		out_text(&text, name);
		out_text(&text, " ");
		witness[i] = open_key(i, VKEY_COSIGNATURE, name, &text);
		demand(cosignature_put(&note, hooks, bytes_of(name),
			   &witness[i], 1700000000, out_bytes(&copy)) == ERR_OK,
		    "cosigning");
		out_close(&copy);
		body = bytes_slice(out_bytes(&note), 0, body.len);
	}
	out_text(&text,
	    "group all-of-them all w0.example w1.example "
	    "w2.example\nquorum all-of-them\n");
	demand(
	    policy_read(out_bytes(&text), 0, hooks, &policy, &fault) == ERR_OK,
	    "the policy");
	double begun = now();

	for (unsigned i = 0; i < 2000; i++)
		demand(policy_verify(&policy, hooks, out_bytes(&note),
			   &checkpoint, &verdict, &fault) == ERR_OK,
		    "verifying");
	print("checkpoints verified (1 + 3 keys)", 2000, begun);
	for (size_t i = 0; i < WITNESSES; i++)
		key_file_close(&witness[i]);
	key_file_close(&signer);
	out_close(&text);
	out_close(&note);
}

static void
bench_receipts(struct tree *tree)
{
	static uint8_t room[RECEIPT_LEN_MAX];
	struct out unused = out_open(4096);
	struct signer signer = open_key(9, VKEY_ED25519, "x", &unused);
	struct merkle_nodes nodes = tree_nodes(tree);
	const struct receipt_about about = { &signer, hooks,
		BYTES("https://bench.example"), BYTES("bench") };
	struct receipt receipt;
	struct merkle_head head;
	struct fault fault;
	struct bytes made;
	double begun = now();

	for (unsigned i = 0; i < 10000; i++)
		demand(receipt_make_inclusion(&about, &nodes, i, SIZE, room,
			   sizeof(room), &made) == ERR_OK,
		    "a receipt");
	print("receipts made", 10000, begun);
	begun = now();
	for (unsigned i = 0; i < 5000; i++)
		demand(receipt_read(made, &receipt, &fault) == ERR_OK &&
			receipt_verify_inclusion(&receipt, &signer.key, hooks,
			    &tree->level[0][9999], &head) == ERR_OK,
		    "verifying");
	print("receipts verified", 5000, begun);
	key_file_close(&signer);
	out_close(&unused);
}

int
main(void)
{
	struct tree *tree;

	bench_nodes();
	tree = bench_growing();
	bench_proofs(tree);
	bench_checkpoint(tree);
	bench_receipts(tree);
	tree_close(tree);
	return 0;
}
