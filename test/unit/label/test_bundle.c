/* SPDX-License-Identifier: ISC */
/* Tests of bundles: what is made opens, and nothing else does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "label/bundle.h"
#include "label/status_list.h"
#include "sample.h"

#include <stdlib.h>
#include <string.h>

static const struct sample_right all_rights = {
	.body = SAMPLE_BODY,
	.action = ACCREDIT,
	.level = 2,
	.from = SAMPLE_NOW - 90 * SAMPLE_DAY,
};

/* Opens with as much memory as it asks for; the fault is kept. */
struct
try {
	enum err err;
	struct fault fault;
	uint64_t tree_size;
	size_t bodies;
};

static struct try
open_with(
    struct bytes file, struct bytes anchors, const struct crypto_hooks *hooks)
{
	struct policy *policy = calloc(1, sizeof(*policy));
	struct try try = { 0 };
	const struct bundle *bundle = NULL;
	void *memory = NULL;
	size_t needed = 0;

	assert_int_equal(
	    policy_read(anchors, POLICY_WITH_OWNERS, hooks, policy, &try.fault),
	    ERR_OK);
	try.err = bundle_memory_needed(file, &needed, &try.fault);
	if (try.err == ERR_OK) {
		memory = malloc(needed);
		try.err = bundle_open(
		    file, policy, hooks, memory, needed, &bundle, &try.fault);
	}
	if (try.err == ERR_OK) {
		try.tree_size = bundle->head.size;
		try.bodies = bundle->trust.count;
	} else {
		assert_null(bundle);
		assert_int_equal(try.fault.code, try.err);
		assert_non_null(try.fault.format);
		assert_non_null(try.fault.field);
	}
	free(memory);
	free(policy);
	return try;
}

static struct try
open_sample(struct sample *s, struct bytes file, const char *quorum)
{
	return open_with(
	    file, sample_anchors(s, quorum), &crypto_hooks_default);
}

/* A ledger of a full tile and a bit more, with all that a bundle can hold. */
static struct sample *
large_sample(void)
{
	struct sample *s = sample_open();

	(void)sample_accredit(s, &all_rights);
	(void)sample_label(s, &(struct sample_label){ .body = SAMPLE_BODY });
	(void)sample_recognise(s);
	sample_fill(s, 258);
	(void)sample_accredit(s,
	    &(struct sample_right){ .body = SAMPLE_BODY_P256,
		.action = ACCREDIT,
		.level = 1,
		.from = SAMPLE_NOW - 9 * SAMPLE_DAY });
	return s;
}

static void
bundle_that_is_made_opens_at_every_size(void **state)
{
	static const size_t sizes[] = { 1, 2, 3, 7, 8, 255, 256, 257, 511, 512,
		513, 767, 1024 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct sample *s = sample_open();

		(void)sample_accredit(s, &all_rights);
		sample_fill(s, sizes[i]);
		struct try try = open_sample(s, sample_bundle(s), "first");

		assert_int_equal(try.err, ERR_OK);
		assert_int_equal(try.tree_size, sizes[i]);
		assert_int_equal(try.bodies, 1);
		sample_close(s);
	}
}

static void
no_byte_of_a_bundle_can_be_changed(void **state)
{
	struct sample *s = large_sample();
	struct bytes file = sample_bundle(s);
	struct bytes anchors = sample_anchors(s, "first");
	uint8_t *copy = malloc(file.len);

	(void)state;
	assert_int_equal(
	    open_with(file, anchors, &crypto_hooks_default).err, ERR_OK);
	memcpy(copy, file.ptr, file.len);
	for (size_t i = 0; i < file.len; i++) {
		copy[i] ^= (uint8_t)(1 + (i % 7) * 8);
		struct try try = open_with((struct bytes){ copy, file.len },
		    anchors, &crypto_hooks_default);

		if (try.err == ERR_OK)
			fail_msg("byte %zu may be changed", i);
		assert_true(err_is_input(try.err));
		copy[i] = file.ptr[i];
	}
	free(copy);
	sample_close(s);
}

static void
every_prefix_of_a_bundle_is_refused(void **state)
{
	struct sample *s = large_sample();
	struct bytes file = sample_bundle(s);
	struct bytes anchors = sample_anchors(s, "first");

	(void)state;
	for (size_t len = 0; len < file.len; len += 1 + len / 97) {
		struct try try = open_with(
		    bytes_slice(file, 0, len), anchors, &crypto_hooks_default);

		assert_true(err_is_input(try.err));
	}
	sample_close(s);
}

static void
unmet_quorum_is_refused(void **state)
{
	struct sample *s = large_sample();
	struct bytes file = sample_bundle(s);

	(void)state;
	assert_int_equal(open_sample(s, file, "first").err, ERR_OK);
	assert_int_equal(open_sample(s, file, "none").err, ERR_OK);
	struct try try = open_sample(s, file, "both");

	assert_int_equal(try.err, ERR_CHECKSUM);
	assert_string_equal(try.fault.field, "quorum of witnesses");
	s->with_witness = false;
	try = open_sample(s, sample_bundle(s), "first");
	assert_int_equal(try.err, ERR_CHECKSUM);
	assert_string_equal(try.fault.field, "quorum of witnesses");
	sample_close(s);
}

static void
another_root_is_refused(void **state)
{
	struct sample *s = large_sample();

	(void)state;
	s->break_root = true; /* signed by log and witness all the same */
	struct try try = open_sample(s, sample_bundle(s), "first");

	assert_int_equal(try.err, ERR_CHECKSUM);
	assert_string_equal(try.fault.field, "root");
	sample_close(s);
}

static void
another_ledgers_bundle_is_refused(void **state)
{
	struct sample *s = large_sample();
	struct signer log = s->key[SAMPLE_LOG];
	struct bytes anchors = sample_anchors(s, "none");

	(void)state;
	s->key[SAMPLE_LOG] = s->key[SAMPLE_STRANGER];
	struct bytes file = sample_bundle(s);

	s->key[SAMPLE_LOG] = log;
	struct try try = open_with(file, anchors, &crypto_hooks_default);

	assert_int_equal(try.err, ERR_CHECKSUM);
	sample_close(s);
}

/* Accreditations that some other owner signed, in a ledger that took them. */
static void
strangers_accreditation_is_refused(void **state)
{
	struct sample *s = sample_open();
	struct signer owner = s->key[SAMPLE_OWNER];

	(void)state;
	s->key[SAMPLE_OWNER] = s->key[SAMPLE_STRANGER];
	(void)sample_accredit(s, &all_rights);
	struct bytes file = sample_bundle(s);

	s->key[SAMPLE_OWNER] = owner;
	struct try try = open_sample(s, file, "first");

	assert_int_equal(try.err, ERR_CHECKSUM);
	assert_string_equal(try.fault.field, "owner of a trust statement");
	sample_close(s);
}

static void
missing_hook_is_said(void **state)
{
	struct sample *s = large_sample();
	struct crypto_hooks hooks = crypto_hooks_default;

	(void)state;
	hooks.p256_verify = NULL;
	/* A body on P-256 needs no verifying by it before its labels come. */
	struct try try =
	    open_with(sample_bundle(s), sample_anchors(s, "first"), &hooks);

	assert_int_equal(try.err, ERR_OK);
	sample_close(s);
}

static void
memory_is_as_much_as_asked_for(void **state)
{
	struct sample *s = large_sample();
	struct bytes file = sample_bundle(s);
	struct policy *policy = calloc(1, sizeof(*policy));
	const struct bundle *bundle = NULL;
	struct fault fault;
	size_t needed = 0;

	(void)state;
	assert_int_equal(
	    policy_read(sample_anchors(s, "first"), POLICY_WITH_OWNERS,
		&crypto_hooks_default, policy, &fault),
	    ERR_OK);
	assert_int_equal(bundle_memory_needed(file, &needed, &fault), ERR_OK);
	assert_true(needed < 128 * 1024);
	/* Exactly that, at any alignment; the sanitisers watch its end. */
	for (size_t off = 0; off < 17; off += 3) {
		uint8_t *memory = malloc(needed + off);

		bundle = NULL;
		assert_int_equal(
		    bundle_open(file, policy, &crypto_hooks_default,
			memory + off, needed, &bundle, &fault),
		    ERR_OK);
		assert_non_null(bundle);
		free(memory);
	}
	bundle = NULL;
	for (size_t len = 0; len < needed; len += 1 + len / 7) {
		uint8_t *memory = malloc(len + 1);

		assert_int_equal(
		    bundle_open(file, policy, &crypto_hooks_default, memory,
			len, &bundle, &fault),
		    ERR_MEMORY);
		assert_null(bundle);
		free(memory);
	}
	free(policy);
	sample_close(s);
}

static void
status_lists_are_one_for_each_million(void **state)
{
	static const struct {
		uint64_t number, tree_size;
		size_t len;
	} cases[] = {
		{ 0, 0, 0 },
		{ 0, 1, 1 },
		{ 0, 4, 1 },
		{ 0, 5, 2 },
		{ 0, 1 << 20, 1 << 18 },
		{ 0, (1 << 20) + 1, 1 << 18 },
		{ 1, (1 << 20) + 1, 1 },
		{ 2, (1 << 20) + 1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
		    bundle_list_len(cases[i].number, cases[i].tree_size),
		    cases[i].len);
}

/* 2^20 labels in the first list, so that a second begins. */
static void
ledger_of_more_than_a_million_has_two_lists(void **state)
{
	struct sample *s = sample_open();

	(void)state;
	(void)sample_accredit(s, &all_rights);
	sample_fill(s, 256);
	s->more_tiles = (1 << 12) + 3;
	struct bytes file = sample_bundle(s);
	struct try try = open_sample(s, file, "first");

	assert_int_equal(try.err, ERR_OK);
	assert_int_equal(try.tree_size, (1 << 20) + 1024);
	assert_true(file.len > (size_t)32 << 12);
	assert_true(file.len < (size_t)33 << 12);
	sample_close(s);
}

static void
tile_proof_waits_for_a_full_tile(void **state)
{
	struct sample *s = sample_open();
	struct bundle_source source = sample_source(s);
	uint8_t proof[COMPACT_PROOF_LEN];

	(void)state;
	sample_fill(s, 300);
	assert_int_equal(
	    bundle_tile_proof(&source, &crypto_hooks_default, 3, 255, proof),
	    ERR_END);
	assert_int_equal(
	    bundle_tile_proof(&source, &crypto_hooks_default, 299, 300, proof),
	    ERR_END);
	assert_int_equal(
	    bundle_tile_proof(&source, &crypto_hooks_default, 3, 300, proof),
	    ERR_OK);
	assert_memory_equal(proof, &s->leaf[2], SHA256_LEN);
	sample_close(s);
}

static void
maker_refuses_a_state_of_another_size(void **state)
{
	struct sample *s = large_sample();
	struct bundle_source source = sample_source(s);
	struct arena arena = arena_open((size_t)16 << 20);
	struct out o = out_open(BUNDLE_LEN_MAX);
	struct trust_state *trust = NULL;
	struct bundle_wish wish = {
		.checkpoint = sample_checkpoint(s),
		.uri = BYTES(SAMPLE_URI),
		.issued = SAMPLE_NOW,
		.expires = SAMPLE_NOW + 1,
	};

	(void)state;
	assert_int_equal(
	    bundle_replay(&source, s->count - 1, &arena, &crypto_hooks_default,
		&s->key[SAMPLE_OWNER].key, 1, &trust),
	    ERR_OK);
	assert_int_equal(bundle_make(&wish, &source, trust, &s->key[SAMPLE_LOG],
			     &crypto_hooks_default, &arena, &o),
	    ERR_MALFORMED);
	assert_int_equal(o.len, 0);
	out_close(&o);
	arena_close(&arena);
	sample_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bundle_that_is_made_opens_at_every_size),
		cmocka_unit_test(no_byte_of_a_bundle_can_be_changed),
		cmocka_unit_test(every_prefix_of_a_bundle_is_refused),
		cmocka_unit_test(unmet_quorum_is_refused),
		cmocka_unit_test(another_root_is_refused),
		cmocka_unit_test(another_ledgers_bundle_is_refused),
		cmocka_unit_test(strangers_accreditation_is_refused),
		cmocka_unit_test(missing_hook_is_said),
		cmocka_unit_test(memory_is_as_much_as_asked_for),
		cmocka_unit_test(status_lists_are_one_for_each_million),
		cmocka_unit_test(ledger_of_more_than_a_million_has_two_lists),
		cmocka_unit_test(tile_proof_waits_for_a_full_tile),
		cmocka_unit_test(maker_refuses_a_state_of_another_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
