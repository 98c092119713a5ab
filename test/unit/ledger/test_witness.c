/* SPDX-License-Identifier: ISC */
/* Tests of the witness' state machine and of taking witnesses' answers. */
#include "ledger/witness.h"

#include "ledger/checkpoint.h"
#include "ledger/cosignature.h"
#include "signers.h"
#include "tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define ORIGIN "log.example/1"
#define OTHER "log.example/2"
#define NAME "witness.example"
#define NOW 1795305600
#define ENTRIES 20

/* A log, a witness, and what the witness remembers. */
struct scene {
	struct tree *tree;
	struct merkle_head head[ENTRIES + 1]; /* by size */
	struct signer log, wrong, signer, second;
	struct out policy_text;
	struct policy policy;
	struct witness_memory memory;
	struct witness witness;
	struct merkle_head stored;
	bool load_fails, store_fails;
	struct merkle_head rival; /* stored just before ours; size 0: none */
	unsigned stores;
	struct out kept; /* the checkpoint that was stored last */
	struct out body;
	struct witness_answer answer;
};

static enum err
load(void *context, struct bytes origin, struct merkle_head *ret)
{
	struct scene *s = context;

	assert_true(bytes_equal_text(origin, ORIGIN));
	if (s->load_fails)
		return ERR_SYSTEM;
	*ret = s->stored;
	return ERR_OK;
}

static enum err
check_and_store(void *context, struct bytes origin, uint64_t old_size,
    const struct merkle_head *head, struct bytes checkpoint, bool *ret_stored)
{
	struct scene *s = context;

	assert_true(bytes_equal_text(origin, ORIGIN));
	assert_int_equal(s->body.len, 0); /* nothing is let out before */
	if (s->store_fails)
		return ERR_SYSTEM;
	if (s->rival.size > 0)
		s->stored = s->rival;
	*ret_stored = s->stored.size == old_size;
	if (*ret_stored) {
		s->stored = *head;
		s->kept.len = 0;
		out_put(&s->kept, checkpoint);
		s->stores++;
	}
	return ERR_OK;
}

static int
setup(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->tree = tree_open(&crypto_hooks_default, 32);
	s->head[0].root = merkle_empty(&crypto_hooks_default);
	for (unsigned i = 0; i < ENTRIES; i++) {
		uint8_t entry = (uint8_t)i;

		tree_add(s->tree, (struct bytes){ &entry, 1 });
		s->head[i + 1].size = i + 1;
		s->head[i + 1].root = merkle_frontier_root(
		    &crypto_hooks_default, &s->tree->frontier);
	}
	s->log = signers_make(1);
	s->wrong = signers_make(2);
	s->signer = signers_make(3);
	s->second = signers_make(4);
	s->policy_text = out_open(4096);
	signers_put_log(&s->policy_text, ORIGIN, &s->log);
	signers_put_witness(&s->policy_text, NAME, &s->signer);
	signers_put_witness(&s->policy_text, "second.example", &s->second);
	out_text(&s->policy_text,
	    "group both all " NAME " second.example\nquorum both\n");
	signers_read_policy(&s->policy_text, &s->policy);
	s->memory = (struct witness_memory){ load, check_and_store, s };
	s->witness = (struct witness){
		.policy = &s->policy,
		.name = BYTES(NAME),
		.signer = &s->signer,
		.memory = &s->memory,
		.hooks = &crypto_hooks_default,
		.now = NOW,
	};
	s->kept = out_open(1 << 16);
	s->body = out_open(1 << 16);
	*state = s;
	return 0;
}

static int
teardown(void **state)
{
	struct scene *s = *state;

	tree_close(s->tree);
	key_file_close(&s->log);
	key_file_close(&s->wrong);
	key_file_close(&s->signer);
	key_file_close(&s->second);
	out_close(&s->policy_text);
	out_close(&s->kept);
	out_close(&s->body);
	free(s);
	return 0;
}

/* How a request is put together, and what may be wrong with it. */
struct ask {
	uint64_t old;
	uint64_t size;
	bool bad_proof;
	bool other_origin;
	bool bad_signature;
	bool bad_root;
	bool more_hashes;
};

static void
put_checkpoint(struct scene *s, const struct ask *ask, struct out *ret)
{
	struct merkle_head head = s->head[ask->size];

	if (ask->bad_root)
		head.root.byte[0] ^= 1;
	assert_int_equal(checkpoint_sign(ret, &crypto_hooks_default,
			     bytes_of(ask->other_origin ? OTHER : ORIGIN),
			     &head, ask->bad_signature ? &s->wrong : &s->log),
	    ERR_OK);
}

static void
put_request(struct scene *s, const struct ask *ask, struct out *ret)
{
	struct merkle_nodes nodes = tree_nodes(s->tree);
	struct merkle_proof proof = { .count = 0 };
	struct out note = out_open(4096);

	if (ask->old < ask->size)
		assert_int_equal(merkle_prove_consistency(&crypto_hooks_default,
				     &nodes, ask->old, ask->size, &proof),
		    ERR_OK);
	if (ask->more_hashes)
		proof.hash[proof.count++] = s->head[1].root;
	if (ask->bad_proof && proof.count > 0)
		proof.hash[0].byte[0] ^= 1;
	put_checkpoint(s, ask, &note);
	witness_put_request(ret, ask->old, &proof, out_bytes(&note));
	assert_int_equal(ret->failed, ERR_OK);
	out_close(&note);
}

/* Asks and gives the status. */
static int
ask_with(struct scene *s, struct ask ask)
{
	struct out request = out_open(1 << 16);

	put_request(s, &ask, &request);
	s->body.len = 0;
	assert_int_equal(witness_add_checkpoint(&s->witness,
			     out_bytes(&request), &s->body, &s->answer),
	    ERR_OK);
	out_close(&request);
	return (int)s->answer.status;
}

static int
ask_growth(struct scene *s, uint64_t old, uint64_t size)
{
	return ask_with(s, (struct ask){ .old = old, .size = size });
}

static bool
body_is(const struct scene *s, const char *text)
{
	return bytes_equal_text(out_bytes(&s->body), text);
}

static void
a_witness_cosigns_what_grows(void **state)
{
	struct scene *s = *state;
	static const uint64_t sizes[] = { 1, 1, 2, 7, 8, 8, 9, 20 };
	uint64_t old = 0;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		assert_int_equal(ask_growth(s, old, sizes[i]), 200);
		assert_int_equal(s->stored.size, sizes[i]);
		assert_int_equal(s->stores, i + 1);
		assert_string_equal(s->answer.why, "");
		old = sizes[i];
	}
}

static void
its_answer_is_a_cosignature_and_so_is_what_it_remembers(void **state)
{
	struct scene *s = *state;
	struct policy_verdict verdict;
	struct checkpoint checkpoint;
	struct fault fault;

	assert_int_equal(ask_growth(s, 0, 5), 200);
	assert_int_equal(
	    policy_judge(&s->policy, &crypto_hooks_default, out_bytes(&s->kept),
		&checkpoint, &verdict, &fault),
	    ERR_OK);
	assert_int_equal(verdict.witnesses, 1);
	assert_int_equal(verdict.newest, NOW);
	assert_int_equal(checkpoint.head.size, 5);
	assert_true(bytes_ends(out_bytes(&s->kept), out_bytes(&s->body)));
	assert_true(
	    bytes_starts(out_bytes(&s->body), BYTES("\xe2\x80\x94 " NAME " ")));
}

static void
its_checks_come_in_the_specified_order(void **state)
{
	struct scene *s = *state;
	static const struct {
		struct ask ask;
		int status;
	} cases[] = {
		/* each row has all that is wrong in the rows below it, too */
		{ { .old = 9,
		      .size = 7,
		      .other_origin = true,
		      .bad_signature = true,
		      .bad_root = true },
		    404 },
		{ { .old = 9,
		      .size = 7,
		      .bad_signature = true,
		      .bad_root = true },
		    403 },
		{ { .old = 9, .size = 7, .bad_root = true }, 400 },
		{ { .old = 3, .size = 7, .bad_proof = true, .bad_root = true },
		    409 },
		{ { .old = 5, .size = 7, .bad_proof = true, .bad_root = true },
		    422 },
		{ { .old = 5, .size = 7, .bad_proof = true }, 422 },
		{ { .old = 5, .size = 7, .bad_root = true }, 422 },
		{ { .old = 5, .size = 7, .more_hashes = true }, 422 },
		{ { .old = 5, .size = 5, .bad_root = true }, 422 },
		{ { .old = 5, .size = 5, .more_hashes = true }, 422 },
		{ { .old = 0, .size = 7 }, 409 },
		{ { .old = 6, .size = 7 }, 409 },
	};

	assert_int_equal(ask_growth(s, 0, 5), 200);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(ask_with(s, cases[i].ask), cases[i].status);
		assert_int_equal(s->stored.size, 5);
		assert_int_equal(s->stores, 1);
		assert_true(s->answer.why[0] != '\0');
		if (cases[i].status == 409) {
			assert_true(body_is(s, "5\n"));
			assert_string_equal(s->answer.type, "text/x.tlog.size");
		} else {
			assert_true(body_is(s, ""));
		}
	}
	assert_int_equal(ask_growth(s, 5, 7), 200);
}

static void
it_does_not_go_back(void **state)
{
	struct scene *s = *state;

	assert_int_equal(ask_growth(s, 0, 8), 200);
	assert_int_equal(ask_growth(s, 0, 4), 409);
	assert_int_equal(ask_growth(s, 4, 4), 409);
	assert_int_equal(ask_growth(s, 8, 4), 400);
	assert_int_equal(s->stored.size, 8);
}

static void
an_empty_tree_has_but_one_root(void **state)
{
	struct scene *s = *state;

	assert_int_equal(
	    ask_with(s, (struct ask){ .size = 0, .bad_root = true }), 422);
	assert_int_equal(ask_growth(s, 0, 0), 200);
	assert_int_equal(
	    ask_with(s, (struct ask){ .size = 3, .more_hashes = true }), 422);
	assert_int_equal(ask_growth(s, 0, 3), 200);
}

/* The race of the specification: B was stored while A was being checked. */
static void
the_second_of_two_racing_requests_gets_no_signature(void **state)
{
	struct scene *s = *state;

	assert_int_equal(ask_growth(s, 0, 4), 200);
	s->rival = s->head[9];
	assert_int_equal(ask_growth(s, 4, 6), 409);
	assert_true(body_is(s, "9\n"));
	assert_int_equal(s->stored.size, 9);
	assert_int_equal(s->stores, 1);
}

static void
what_cannot_be_remembered_is_not_signed(void **state)
{
	struct scene *s = *state;

	s->load_fails = true;
	assert_int_equal(ask_growth(s, 0, 4), 500);
	assert_true(body_is(s, ""));
	s->load_fails = false;
	s->store_fails = true;
	assert_int_equal(ask_growth(s, 0, 4), 500);
	assert_true(body_is(s, ""));
	assert_int_equal(s->stored.size, 0);
}

static void
every_prefix_of_a_request_is_refused(void **state)
{
	struct scene *s = *state;
	struct out request = out_open(1 << 16);
	struct ask ask = { .old = 3, .size = 7 };

	assert_int_equal(ask_growth(s, 0, 3), 200);
	put_request(s, &ask, &request);
	for (size_t len = 0; len < request.len; len++) {
		s->body.len = 0;
		assert_int_equal(witness_add_checkpoint(&s->witness,
				     (struct bytes){ request.ptr, len },
				     &s->body, &s->answer),
		    ERR_OK);
		/* 403: all is there but a whole signature */
		assert_true(s->answer.status == WITNESS_BAD_REQUEST ||
		    (s->answer.status == WITNESS_FORBIDDEN &&
			len + 200 > request.len));
		assert_int_equal(s->body.len, 0);
	}
	assert_int_equal(s->stores, 1);
	out_close(&request);
}

static void
a_request_reads_as_it_was_written(void **state)
{
	struct scene *s = *state;
	struct out request = out_open(1 << 16);
	struct out again = out_open(1 << 16);
	struct ask ask = { .old = 3, .size = 19 };
	struct witness_request r;
	struct fault fault;

	put_request(s, &ask, &request);
	assert_int_equal(
	    witness_read_request(out_bytes(&request), &r, &fault), ERR_OK);
	assert_int_equal(r.old_size, 3);
	assert_true(r.proof.count > 0);
	witness_put_request(&again, r.old_size, &r.proof, r.checkpoint);
	assert_true(bytes_equal(out_bytes(&request), out_bytes(&again)));
	out_close(&request);
	out_close(&again);
}

#define HASH "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"

static void
a_broken_request_names_its_field(void **state)
{
	static const struct {
		const char *text;
		enum err err;
		uint64_t at;
		const char *field;
	} cases[] = {
		{ "", ERR_TRUNCATED, 0, "old size" },
		{ "old 1", ERR_TRUNCATED, 0, "old size" },
		{ "old\n", ERR_MALFORMED, 0, "old size" },
		{ "old \n", ERR_MALFORMED, 0, "old size" },
		{ "old 01\n", ERR_MALFORMED, 0, "old size" },
		{ "old -1\n", ERR_MALFORMED, 0, "old size" },
		{ "old 1 \n", ERR_MALFORMED, 0, "old size" },
		{ "old 1\r\n", ERR_MALFORMED, 0, "old size" },
		{ "Old 1\n", ERR_MALFORMED, 0, "old size" },
		{ "old 18446744073709551616\n", ERR_MALFORMED, 0, "old size" },
		{ "old 1\n", ERR_TRUNCATED, 6, "consistency proof" },
		{ "old 1\n" HASH, ERR_TRUNCATED, 51, "consistency proof" },
		{ "old 1\nAAAA\n", ERR_MALFORMED, 6, "consistency proof" },
		{ "old 1\n" HASH "x\n", ERR_MALFORMED, 51,
		    "consistency proof" },
		{ "old 1\nAAAA" HASH, ERR_MALFORMED, 6, "consistency proof" },
		{ "old 1\n\n", ERR_TRUNCATED, 7, "checkpoint" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct witness_request r = { .old_size = 99 };
		struct fault fault = { 0 };

		assert_int_equal(
		    witness_read_request(bytes_of(cases[i].text), &r, &fault),
		    cases[i].err);
		assert_int_equal(fault.at, cases[i].at);
		assert_string_equal(fault.field, cases[i].field);
		assert_int_equal(r.old_size, 99);
	}
}

static void
a_proof_has_at_most_63_hashes(void **state)
{
	struct witness_request r;
	struct fault fault;
	struct out o = out_open(1 << 16);

	(void)state;
	for (unsigned count = 63; count <= 64; count++) {
		o.len = 0;
		out_text(&o, "old 1\n");
		for (unsigned i = 0; i < count; i++)
			out_text(&o, HASH);
		out_text(&o, "\nx");
		assert_int_equal(
		    witness_read_request(out_bytes(&o), &r, &fault),
		    count == 63 ? ERR_OK : ERR_LIMIT);
	}
	out_close(&o);
}

/* ---- answers taken ---- */

static void
put_line(struct scene *s, struct out *o, const char *name,
    const struct signer *signer, const struct ask *ask)
{
	struct out note = out_open(4096);
	struct checkpoint checkpoint;
	struct note read;
	struct fault fault;

	put_checkpoint(s, ask, &note);
	assert_int_equal(
	    checkpoint_read(out_bytes(&note), &checkpoint, &read, &fault),
	    ERR_OK);
	assert_int_equal(cosignature_put(o, &crypto_hooks_default,
			     bytes_of(name), signer, NOW, checkpoint.text),
	    ERR_OK);
	out_close(&note);
}

static void
answers_are_collected_until_the_quorum(void **state)
{
	struct scene *s = *state;
	struct ask ask = { .size = 6 };
	struct out base = out_open(1 << 16);
	struct out one = out_open(1 << 16);
	struct out both = out_open(1 << 16);
	struct out again = out_open(1 << 16);
	struct out line = out_open(1 << 16);
	struct witness_taken t;

	put_checkpoint(s, &ask, &base);
	put_line(s, &line, "stranger.example", &s->wrong, &ask);
	put_line(s, &line, NAME, &s->signer, &ask);
	assert_int_equal(witness_take_answer(&s->policy, &crypto_hooks_default,
			     out_bytes(&base), out_bytes(&line), &one, &t),
	    ERR_OK);
	assert_int_equal(t.taken, 1);
	assert_int_equal(t.unknown, 1);
	assert_false(t.quorum);
	assert_int_equal(
	    bytes_find(out_bytes(&one), BYTES("stranger"), 0), SIZE_MAX);
	line.len = 0;
	put_line(s, &line, "second.example", &s->second, &ask);
	assert_int_equal(witness_take_answer(&s->policy, &crypto_hooks_default,
			     out_bytes(&one), out_bytes(&line), &both, &t),
	    ERR_OK);
	assert_int_equal(t.taken, 1);
	assert_true(t.quorum);
	assert_int_equal(witness_take_answer(&s->policy, &crypto_hooks_default,
			     out_bytes(&both), out_bytes(&line), &again, &t),
	    ERR_OK);
	assert_int_equal(t.taken, 0);
	assert_int_equal(t.known, 1);
	assert_true(t.quorum);
	assert_true(bytes_equal(out_bytes(&both), out_bytes(&again)));
	out_close(&base);
	out_close(&one);
	out_close(&both);
	out_close(&again);
	out_close(&line);
}

static void
a_wrong_cosignature_is_not_taken(void **state)
{
	struct scene *s = *state;
	struct ask ask = { .size = 6 };
	struct ask later = { .size = 7 };
	struct out base = out_open(1 << 16);
	struct out line = out_open(1 << 16);
	struct out note = out_open(1 << 16);
	struct witness_taken t = { .taken = 99 };

	put_checkpoint(s, &ask, &base);
	put_line(s, &line, "second.example", &s->second, &ask);
	put_line(s, &line, NAME, &s->signer, &later);
	assert_int_equal(witness_take_answer(&s->policy, &crypto_hooks_default,
			     out_bytes(&base), out_bytes(&line), &note, &t),
	    ERR_CHECKSUM);
	assert_int_equal(witness_take_answer(&s->policy, &crypto_hooks_default,
			     out_bytes(&base), BYTES("5\n"), &note, &t),
	    ERR_MALFORMED);
	/* not even when the checkpoint itself is another's */
	base.len = 0;
	ask.bad_signature = true;
	put_checkpoint(s, &ask, &base);
	line.len = 0;
	put_line(s, &line, NAME, &s->signer, &ask);
	assert_int_equal(witness_take_answer(&s->policy, &crypto_hooks_default,
			     out_bytes(&base), out_bytes(&line), &note, &t),
	    ERR_CHECKSUM);
	assert_int_equal(note.len, 0);
	assert_int_equal(t.taken, 99);
	out_close(&base);
	out_close(&line);
	out_close(&note);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_witness_cosigns_what_grows, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    its_answer_is_a_cosignature_and_so_is_what_it_remembers,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(
		    its_checks_come_in_the_specified_order, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    it_does_not_go_back, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    an_empty_tree_has_but_one_root, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    the_second_of_two_racing_requests_gets_no_signature, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(
		    what_cannot_be_remembered_is_not_signed, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    every_prefix_of_a_request_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    a_request_reads_as_it_was_written, setup, teardown),
		cmocka_unit_test(a_broken_request_names_its_field),
		cmocka_unit_test(a_proof_has_at_most_63_hashes),
		cmocka_unit_test_setup_teardown(
		    answers_are_collected_until_the_quorum, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    a_wrong_cosignature_is_not_taken, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
