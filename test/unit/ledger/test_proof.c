/* SPDX-License-Identifier: ISC */
/* tlog-proofs: read as they were written, refused when broken. */
#include "ledger/proof.h"

#include "keys.h"
#include "tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct crypto_hooks *hooks = &crypto_hooks_default;

#define SIZE 21

/* A ledger of 21 entries, its checkpoint and a policy that trusts it. */
struct scene {
	struct signer signer;
	struct tree *tree;
	struct out checkpoint;
	char text[VKEY_TEXT_LEN + 64];
	struct policy policy;
};

static int
open_scene(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));
	char key[VKEY_TEXT_LEN + 1];
	struct merkle_head head;
	struct fault fault;

	assert_non_null(s);
	s->signer = keys_open(COSE_CURVE_ED25519, 1);
	s->tree = tree_open(hooks, SIZE);
	for (uint8_t i = 0; i < SIZE; i++)
		tree_add(s->tree, (struct bytes){ &i, 1 });
	head.size = SIZE;
	head.root = merkle_frontier_root(hooks, &s->tree->frontier);
	s->checkpoint = out_open(4096);
	assert_int_equal(checkpoint_sign(&s->checkpoint, hooks,
			     BYTES("log.example"), &head, &s->signer),
	    ERR_OK);
	keys_text(VKEY_ED25519, "log.example", &s->signer, key);
	(void)snprintf(s->text, sizeof(s->text), "log %s\nquorum none\n", key);
	assert_int_equal(
	    policy_read(bytes_of(s->text), 0, hooks, &s->policy, &fault),
	    ERR_OK);
	*state = s;
	return 0;
}

static int
close_scene(void **state)
{
	struct scene *s = *state;

	key_file_close(&s->signer);
	tree_close(s->tree);
	out_close(&s->checkpoint);
	free(s);
	return 0;
}

static struct out
make_proof(struct scene *s, uint64_t index, const char *extra)
{
	struct merkle_nodes nodes = tree_nodes(s->tree);
	struct out o = out_open(8192);
	struct merkle_proof path;

	assert_int_equal(
	    merkle_prove_inclusion(hooks, &nodes, index, SIZE, &path), ERR_OK);
	proof_put(&o, bytes_of(extra), index, merkle_path_of(&path),
	    out_bytes(&s->checkpoint));
	assert_int_equal(o.failed, ERR_OK);
	return o;
}

static void
proof_verifies_every_entry_and_no_other(void **state)
{
	struct scene *s = *state;

	for (uint64_t i = 0; i < SIZE; i++) {
		struct out o = make_proof(s, i, i % 2 == 0 ? "" : "more");
		struct policy_verdict verdict;
		struct checkpoint c;
		struct proof proof;
		struct fault fault;

		assert_int_equal(
		    proof_read(out_bytes(&o), &proof, &fault), ERR_OK);
		assert_int_equal(proof.index, i);
		assert_true(bytes_equal_text(
		    proof.extra, i % 2 == 0 ? "" : "bW9yZQ=="));
		for (uint64_t k = 0; k < SIZE; k++)
			assert_int_equal(
			    proof_verify(&proof, &s->policy, hooks,
				&s->tree->level[0][k], &c, &verdict, &fault),
			    k == i ? ERR_OK : ERR_CHECKSUM);
		proof.index = (i + 1) % SIZE;
		assert_int_not_equal(
		    proof_verify(&proof, &s->policy, hooks,
			&s->tree->level[0][i], &c, &verdict, &fault),
		    ERR_OK);
		out_close(&o);
	}
}

static void
proof_refuses_every_flipped_bit(void **state)
{
	struct scene *s = *state;
	struct out o = make_proof(s, 9, "");

	for (size_t bit = 0; bit < 8 * o.len; bit++) {
		struct policy_verdict verdict;
		struct checkpoint c;
		struct proof proof;
		struct fault fault;

		o.ptr[bit / 8] ^= (uint8_t)(1U << bit % 8);
		if (proof_read(out_bytes(&o), &proof, &fault) == ERR_OK)
			assert_int_not_equal(
			    proof_verify(&proof, &s->policy, hooks,
				&s->tree->level[0][9], &c, &verdict, &fault),
			    ERR_OK);
		o.ptr[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
	out_close(&o);
}

static void
proof_refuses_every_prefix(void **state)
{
	struct scene *s = *state;
	struct out o = make_proof(s, 9, "extra");

	for (size_t len = 0; len < o.len; len++) {
		struct policy_verdict verdict;
		struct checkpoint c;
		struct proof proof;
		struct fault fault;

		if (proof_read(bytes_slice(out_bytes(&o), 0, len), &proof,
			&fault) == ERR_OK)
			assert_int_not_equal(
			    proof_verify(&proof, &s->policy, hooks,
				&s->tree->level[0][9], &c, &verdict, &fault),
			    ERR_OK);
	}
	out_close(&o);
}

#define HEADER "c2sp.org/tlog-proof@v1\n"
#define HASH "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"

static void
proof_names_the_line_that_is_wrong(void **state)
{
	static const struct {
		const char *in;
		enum err err;
		uint64_t at;
		const char *field;
	} rows[] = {
		{ "", ERR_TRUNCATED, 0, "header" },
		{ "c2sp.org/tlog-proof@v2\nindex 0\n\nc\n", ERR_MALFORMED, 0,
		    "header" },
		{ HEADER, ERR_TRUNCATED, 23, "index" },
		{ HEADER "index 0\n", ERR_TRUNCATED, 31, "empty line" },
		{ HEADER "index 0\n\n", ERR_TRUNCATED, 32, "checkpoint" },
		{ HEADER "index 00\n\nc\n", ERR_MALFORMED, 23, "index" },
		{ HEADER "index -1\n\nc\n", ERR_MALFORMED, 23, "index" },
		{ HEADER "index \n\nc\n", ERR_MALFORMED, 23, "index" },
		{ HEADER "index  0\n\nc\n", ERR_MALFORMED, 23, "index" },
		{ HEADER "index 18446744073709551616\n\nc\n", ERR_MALFORMED, 23,
		    "index" },
		{ HEADER "extra \nindex 0\n\nc\n", ERR_MALFORMED, 23, "extra" },
		{ HEADER "extra AA\nindex 0\n\nc\n", ERR_MALFORMED, 23,
		    "extra" },
		{ HEADER "extra AA==\nextra AA==\nindex 0\n\nc\n",
		    ERR_MALFORMED, 34, "index" },
		{ HEADER "index 0\nAAAA\n\nc\n", ERR_MALFORMED, 31, "hash" },
		{ HEADER "index 0\n" HASH HASH "c\n", ERR_MALFORMED, 121,
		    "hash" },
		{ HEADER "index 0\r\n\r\nc\n", ERR_MALFORMED, 23, "index" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct proof proof = { .index = 99 };
		struct fault fault;

		assert_int_equal(
		    proof_read(bytes_of(rows[i].in), &proof, &fault),
		    rows[i].err);
		assert_int_equal(fault.at, rows[i].at);
		assert_string_equal(fault.field, rows[i].field);
		assert_int_equal(proof.index, 99);
	}
}

static void
proof_takes_63_hashes(void **state)
{
	struct out o = out_open(8192);
	struct proof proof;
	struct fault fault;

	(void)state;
	for (size_t count = 63; count < 65; count++) {
		o.len = 0;
		out_text(&o, HEADER "index 7\n");
		for (size_t i = 0; i < count; i++)
			out_text(&o, HASH);
		out_text(&o, "\nc\n");
		assert_int_equal(proof_read(out_bytes(&o), &proof, &fault),
		    count == 63 ? ERR_OK : ERR_LIMIT);
	}
	assert_int_equal(proof.path.count, 63);
	out_close(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(proof_verifies_every_entry_and_no_other),
		cmocka_unit_test(proof_refuses_every_flipped_bit),
		cmocka_unit_test(proof_refuses_every_prefix),
		cmocka_unit_test(proof_names_the_line_that_is_wrong),
		cmocka_unit_test(proof_takes_63_hashes),
	};

	return cmocka_run_group_tests(tests, open_scene, close_scene);
}
