/* SPDX-License-Identifier: ISC */
/* Tests of verifying labels: what may be said of one, and what never. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "label/compact_text.h"
#include "label/verify.h"
#include "sample.h"

#include <stdlib.h>
#include <string.h>

/* A ledger as it opens for a verifier. */
struct view {
	struct policy *policy;
	void *memory;
	const struct bundle *bundle;
};

/* Of what the sample is now. */
static void
open_view(struct sample *s, struct view *view)
{
	struct bytes file = sample_bundle(s);
	struct fault fault = { 0 };
	size_t needed = 0;

	*view = (struct view){ .policy = calloc(1, sizeof(struct policy)) };
	assert_non_null(view->policy);
	assert_int_equal(
	    policy_read(sample_anchors(s, "first"), POLICY_WITH_OWNERS,
		&crypto_hooks_default, view->policy, &fault),
	    ERR_OK);
	assert_int_equal(bundle_memory_needed(file, &needed, &fault), ERR_OK);
	view->memory = malloc(needed);
	assert_non_null(view->memory);
	if (bundle_open(file, view->policy, &crypto_hooks_default, view->memory,
		needed, &view->bundle, &fault) != ERR_OK)
		fail_msg("%s: %s", fault.format, fault.field);
}

static void
close_view(struct view *view)
{
	free(view->memory);
	free(view->policy);
}

static uint8_t verify_room[LABEL_VERIFY_ROOM];

static struct label_answers
ask(const struct bundle *bundle, struct bytes compact, int64_t now)
{
	struct label_answers answers;
	struct fault fault;
	enum err err =
	    label_verify(bundle, compact, now, verify_room, &answers, &fault);

	assert_int_equal(err, ERR_OK);
	return answers;
}

/* Opens what the sample is now, asks once, closes. */
static struct label_answers
ask_once(struct sample *s, struct bytes compact, int64_t now)
{
	struct view view;

	open_view(s, &view);
	struct label_answers answers = ask(view.bundle, compact, now);

	/* what is borrowed goes away */
	answers.origin = (struct bytes){ NULL, 0 };
	answers.body_iss = (struct bytes){ NULL, 0 };
	answers.body_name = (struct bytes){ NULL, 0 };
	close_view(&view);
	return answers;
}

static struct label_answers
ask_now(struct sample *s, uint64_t index)
{
	return ask_once(s, sample_compact(s, index), SAMPLE_NOW);
}

static const struct sample_right all_rights = {
	.body = SAMPLE_BODY,
	.action = ACCREDIT,
	.level = 2,
	.from = SAMPLE_NOW - 90 * SAMPLE_DAY,
};

/* A body that has labelled one release: the label's index. */
static uint64_t
label_one(struct sample *s)
{
	(void)sample_accredit(s, &all_rights);
	return sample_label(s, &(struct sample_label){ .body = SAMPLE_BODY });
}

static int
setup(void **state)
{
	*state = sample_open();
	return 0;
}

static int
teardown(void **state)
{
	sample_close(*state);
	return 0;
}

static void
good_label_gets_three_good_answers(void **state)
{
	struct sample *s = *state;

	(void)sample_accredit(s, &all_rights);
	(void)sample_recognise(s);
	uint64_t index = sample_label(
	    s, &(struct sample_label){ .body = SAMPLE_BODY, .release = 1 });
	struct view view;

	open_view(s, &view);
	struct label_answers a =
	    ask(view.bundle, sample_compact(s, index), SAMPLE_NOW);

	assert_true(label_is_good(&a));
	assert_int_equal(a.issuer, LABEL_ISSUER_YES);
	assert_int_equal(a.presence, LABEL_PRESENCE_YES);
	assert_int_equal(a.status, LABEL_STATUS_VALID);
	assert_int_equal(a.clock, LABEL_CLOCK_IN_TIME);
	assert_true(bytes_equal_text(a.body_name, "Testhaus"));
	assert_true(bytes_equal_text(a.body_iss, "https://testhaus.example"));
	assert_true(bytes_equal_text(a.origin, SAMPLE_ORIGIN));
	assert_true(bytes_equal_text(a.claims.maker, "Argentum Devices"));
	assert_int_equal(a.tree_size, 3);
	assert_int_equal(a.witnesses, 1);
	assert_int_equal(a.head_time, SAMPLE_NOW - 60);
	assert_int_equal(a.status_as_of, SAMPLE_NOW);
	assert_int_equal(a.judged_at, index);
	close_view(&view);
}

static void
label_in_a_full_tile_is_proven_by_eight_hashes(void **state)
{
	struct sample *s = *state;

	(void)sample_accredit(s, &all_rights);
	for (unsigned i = 0; i < 600; i++)
		(void)sample_label(s,
		    &(struct sample_label){
			.body = SAMPLE_BODY, .release = i });
	struct view view;

	open_view(s, &view);
	for (uint64_t i = 1; i < s->count; i += 37) {
		struct bytes compact = sample_compact(s, i);
		struct label_answers a = ask(view.bundle, compact, SAMPLE_NOW);

		assert_true(label_is_good(&a));
		assert_int_equal(a.index, i);
		if (i < 512)
			assert_true(compact.len > 256 + 100);
	}
	/* Without them nothing is said of a full tile, and no status. */
	struct label_answers a = ask(view.bundle,
	    sample_compact_of(
		s, s->entry[40], true, 40, (struct bytes){ NULL, 0 }),
	    SAMPLE_NOW);

	assert_int_equal(a.issuer, LABEL_ISSUER_YES);
	assert_int_equal(a.presence, LABEL_PRESENCE_NO_PROOF);
	assert_int_equal(a.status, LABEL_STATUS_UNKNOWN);
	assert_int_equal(a.judged_at, s->count);
	close_view(&view);
}

/* Every byte of a label, every change of one bit and of all. */
static void
no_byte_of_a_label_can_be_changed(void **state)
{
	struct sample *s = *state;

	(void)sample_accredit(s, &all_rights);
	(void)sample_accredit(s,
	    &(struct sample_right){ .body = SAMPLE_BODY_P256,
		.action = ACCREDIT,
		.level = 2,
		.from = SAMPLE_NOW - 90 * SAMPLE_DAY });
	uint64_t index[2] = {
		sample_label(s,
		    &(struct sample_label){ .body = SAMPLE_BODY,
			.release = 1,
			.support_until = SAMPLE_NOW + SAMPLE_DAY }),
		sample_label(s,
		    &(struct sample_label){
			.body = SAMPLE_BODY_P256, .release = 2 }),
	};
	sample_fill(s, 300);
	struct view view;

	open_view(s, &view);
	for (unsigned k = 0; k < 2; k++) {
		struct bytes good = sample_compact(s, index[k]);
		struct label_answers a;
		struct fault fault;
		uint8_t copy[COMPACT_MAX_LEN];

		a = ask(view.bundle, good, SAMPLE_NOW);
		assert_true(label_is_good(&a));
		for (size_t i = 0; i < good.len * 9; i++) {
			unsigned bit = (unsigned)(i % 9);

			memcpy(copy, good.ptr, good.len);
			copy[i / 9] ^= (uint8_t)(bit < 8 ? 1U << bit : 0xff);
			enum err err = label_verify(view.bundle,
			    (struct bytes){ copy, good.len }, SAMPLE_NOW,
			    verify_room, &a, &fault);

			if (err == ERR_OK && label_is_good(&a))
				fail_msg("byte %zu may be changed", i / 9);
			if (err == ERR_OK)
				assert_true(a.issuer != LABEL_ISSUER_YES ||
				    a.presence != LABEL_PRESENCE_YES);
		}
	}
	close_view(&view);
}

static void
every_prefix_of_a_label_is_refused(void **state)
{
	struct sample *s = *state;
	struct label_answers a = { .tree_size = 77 };
	struct fault fault;
	struct view view;

	uint64_t index = label_one(s);
	open_view(s, &view);
	struct bytes good = sample_compact(s, index);

	for (size_t len = 0; len < good.len; len++) {
		enum err err =
		    label_verify(view.bundle, bytes_slice(good, 0, len),
			SAMPLE_NOW, verify_room, &a, &fault);

		assert_true(err_is_input(err));
		assert_int_equal(fault.code, err);
		assert_int_equal(a.tree_size, 77);
	}
	close_view(&view);
}

static void
either_carrier_is_verified(void **state)
{
	struct sample *s = *state;
	uint8_t text[COMPACT_TEXT_MAX_LEN];
	struct label_answers a;
	struct bytes carrier;
	struct fault fault;
	struct view view;

	uint64_t index = label_one(s);
	open_view(s, &view);
	struct bytes good = sample_compact(s, index);

	assert_int_equal(
	    compact_to_url(good, BYTES("registry.example"), text, &carrier),
	    ERR_OK);
	assert_int_equal(label_verify_text(view.bundle, carrier, SAMPLE_NOW,
			     verify_room, &a, &fault),
	    ERR_OK);
	assert_true(label_is_good(&a));
	assert_int_equal(compact_to_text(good, text, &carrier), ERR_OK);
	assert_int_equal(label_verify_text(view.bundle, carrier, SAMPLE_NOW,
			     verify_room, &a, &fault),
	    ERR_OK);
	assert_true(label_is_good(&a));
	assert_int_equal(label_verify_text(view.bundle, BYTES("HC1:ABC"),
			     SAMPLE_NOW, verify_room, &a, &fault),
	    ERR_UNSUPPORTED);
	close_view(&view);
}

static void
unknown_key_and_strangers_signature_are_told_apart(void **state)
{
	struct sample *s = *state;

	(void)sample_accredit(s, &all_rights);
	struct bytes statement = sample_statement(
	    s, &(struct sample_label){ .body = SAMPLE_STRANGER });
	uint64_t index = sample_put(s, statement);
	struct label_answers a = ask_now(s, index);

	assert_int_equal(a.issuer, LABEL_ISSUER_UNKNOWN_KEY);
	assert_int_equal(a.presence, LABEL_PRESENCE_UNKNOWN);
	assert_int_equal(a.status, LABEL_STATUS_UNKNOWN);

	/* A stranger who borrows the body's hint. */
	struct compact forged;
	struct fault fault;
	uint8_t room[COMPACT_MAX_LEN];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));
	uint8_t kid[SHA256_LEN];

	assert_int_equal(compact_from_statement(
			     statement, &crypto_hooks_default, &forged, &fault),
	    ERR_OK);
	cose_key_thumbprint(
	    &crypto_hooks_default, &s->key[SAMPLE_BODY].key, kid);
	forged.kid = (struct bytes){ kid, COMPACT_KID_LEN };
	forged.logged = true;
	forged.index = index;
	compact_put(&w, &forged);
	a = ask_once(s, cbor_written(&w), SAMPLE_NOW);
	assert_int_equal(a.issuer, LABEL_ISSUER_FORGED);
	assert_int_equal(a.presence, LABEL_PRESENCE_UNKNOWN);
}

static void
p256_body_is_verified_and_may_be_left_out(void **state)
{
	struct sample *s = *state;
	struct crypto_hooks hooks = crypto_hooks_default;
	struct view view;

	hooks.p256_verify = NULL;
	(void)sample_accredit(s,
	    &(struct sample_right){ .body = SAMPLE_BODY_P256,
		.action = ACCREDIT,
		.level = 1,
		.from = SAMPLE_NOW - 90 * SAMPLE_DAY });
	uint64_t index =
	    sample_label(s, &(struct sample_label){ .body = SAMPLE_BODY_P256 });
	struct bytes compact = sample_compact(s, index);

	open_view(s, &view);
	struct label_answers a = ask(view.bundle, compact, SAMPLE_NOW);

	assert_true(label_is_good(&a));
	struct bundle bundle = *view.bundle;

	bundle.hooks = &hooks;
	a = ask(&bundle, compact, SAMPLE_NOW);
	assert_int_equal(a.issuer, LABEL_ISSUER_UNSUPPORTED);
	assert_int_equal(a.presence, LABEL_PRESENCE_UNKNOWN);
	close_view(&view);
}

static void
withdrawn_body_cannot_backdate(void **state)
{
	struct sample *s = *state;
	struct sample_right withdrawal = all_rights;

	withdrawal.action = WITHDRAW;
	(void)sample_accredit(s, &all_rights);
	uint64_t before = sample_label(
	    s, &(struct sample_label){ .body = SAMPLE_BODY, .release = 1 });
	(void)sample_accredit(s, &withdrawal);
	/* iat of before the withdrawal, but logged after it */
	const struct sample_label late = { .body = SAMPLE_BODY,
		.release = 2,
		.issued = SAMPLE_NOW - 80 * SAMPLE_DAY };
	uint64_t after = sample_label(s, &late);
	struct bytes statement = s->entry[after];
	struct label_answers a = ask_now(s, before);

	assert_true(label_is_good(&a));
	a = ask_now(s, after);
	assert_int_equal(a.issuer, LABEL_ISSUER_WITHDRAWN);
	assert_int_equal(a.presence, LABEL_PRESENCE_YES);
	assert_false(label_is_good(&a));
	/* It names the index of its good label, */
	a = ask_once(s,
	    sample_compact_of(
		s, statement, true, before, (struct bytes){ NULL, 0 }),
	    SAMPLE_NOW);
	assert_int_equal(a.issuer, LABEL_ISSUER_WITHDRAWN);
	assert_int_equal(a.presence, LABEL_PRESENCE_NO);
	assert_int_equal(a.judged_at, s->count);
	/* or none at all. */
	a = ask_once(s,
	    sample_compact_of(
		s, statement, false, 0, (struct bytes){ NULL, 0 }),
	    SAMPLE_NOW);
	assert_int_equal(a.issuer, LABEL_ISSUER_WITHDRAWN);
	assert_int_equal(a.presence, LABEL_PRESENCE_NOT_YET);
}

static void
withdrawal_may_suspend_what_was_labelled(void **state)
{
	struct sample *s = *state;
	struct sample_right withdrawal = all_rights;

	withdrawal.action = WITHDRAW;
	withdrawal.suspend_labels = true;
	uint64_t before = label_one(s);
	(void)sample_accredit(s, &withdrawal);
	struct label_answers a = ask_now(s, before);

	assert_int_equal(a.issuer, LABEL_ISSUER_YES);
	assert_int_equal(a.presence, LABEL_PRESENCE_YES);
	assert_int_equal(a.status, LABEL_STATUS_SUSPENDED);
}

static void
rights_end_at_level_and_dates(void **state)
{
	struct sample *s = *state;
	struct sample_right right = all_rights;

	right.until = SAMPLE_NOW - 10 * SAMPLE_DAY;
	(void)sample_accredit(s, &right);
	const struct {
		struct sample_label label;
		enum label_issuer issuer;
	} cases[] = {
		{ { .body = SAMPLE_BODY,
		      .release = 1,
		      .level = 3,
		      .issued = SAMPLE_NOW - 20 * SAMPLE_DAY },
		    LABEL_ISSUER_LEVEL },
		{ { .body = SAMPLE_BODY,
		      .release = 2,
		      .issued = SAMPLE_NOW - 5 * SAMPLE_DAY },
		    LABEL_ISSUER_DATES },
		{ { .body = SAMPLE_BODY,
		      .release = 3,
		      .issued = SAMPLE_NOW - 95 * SAMPLE_DAY },
		    LABEL_ISSUER_DATES },
		{ { .body = SAMPLE_BODY,
		      .release = 4,
		      .level = 2,
		      .issued = SAMPLE_NOW - 20 * SAMPLE_DAY },
		    LABEL_ISSUER_YES },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t index = sample_label(s, &cases[i].label);
		struct label_answers a = ask_now(s, index);

		assert_int_equal(a.issuer, cases[i].issuer);
		assert_int_equal(a.presence, LABEL_PRESENCE_YES);
	}
}

static void
label_logged_before_its_accreditation_has_no_right(void **state)
{
	struct sample *s = *state;

	uint64_t index =
	    sample_label(s, &(struct sample_label){ .body = SAMPLE_BODY });
	(void)sample_accredit(s, &all_rights);
	struct label_answers a = ask_now(s, index);

	assert_int_equal(a.issuer, LABEL_ISSUER_NOT_ACCREDITED);
	assert_int_equal(a.presence, LABEL_PRESENCE_YES);
}

/* The name of then is in the signed bytes, so a new one must not break it. */
static void
renamed_body_keeps_its_labels(void **state)
{
	struct sample *s = *state;
	struct sample_right renamed = all_rights;

	renamed.name = "Testhaus und Partner";
	uint64_t index = label_one(s);
	(void)sample_accredit(s, &renamed);
	struct label_answers a = ask_now(s, index);

	assert_true(label_is_good(&a));
}

static void
status_statements_are_told(void **state)
{
	struct sample *s = *state;
	struct sample_label label = { .body = SAMPLE_BODY };
	uint64_t index[5];

	(void)sample_accredit(s, &all_rights);
	for (unsigned i = 0; i < 5; i++) {
		label.release = i;
		index[i] = sample_label(s, &label);
	}
	(void)sample_status(s, SAMPLE_BODY, index[1], STATUS_SUSPEND);
	(void)sample_status(s, SAMPLE_BODY, index[2], STATUS_REVOKE);
	(void)sample_status(s, SAMPLE_BODY, index[3], STATUS_SUSPEND);
	(void)sample_status(s, SAMPLE_BODY, index[3], STATUS_REINSTATE);
	label.issued = SAMPLE_NOW - SAMPLE_DAY / 2;
	uint64_t newer = sample_label(s, &label); /* of release 4 */
	static const enum label_status want[5] = {
		LABEL_STATUS_VALID,
		LABEL_STATUS_SUSPENDED,
		LABEL_STATUS_REVOKED,
		LABEL_STATUS_VALID,
		LABEL_STATUS_SUPERSEDED,
	};

	for (unsigned i = 0; i < 5; i++) {
		struct label_answers a = ask_now(s, index[i]);

		assert_int_equal(a.issuer, LABEL_ISSUER_YES);
		assert_int_equal(a.presence, LABEL_PRESENCE_YES);
		assert_int_equal(a.status, want[i]);
		assert_int_equal(
		    label_is_good(&a), want[i] == LABEL_STATUS_VALID);
	}
	struct label_answers a = ask_now(s, newer);

	assert_true(label_is_good(&a));
}

/* A ledger that took what it should have refused: the entry is there, and the
   list must not call it valid. */
static void
label_that_was_not_admitted_is_not_valid(void **state)
{
	struct sample *s = *state;
	struct sample_right right = all_rights;
	struct sample_label label = { .body = SAMPLE_BODY, .release = 1 };

	(void)sample_accredit(s, &all_rights);
	right.body = SAMPLE_BODY_P256;
	(void)sample_accredit(s, &right);
	uint64_t first = sample_label(s, &label);

	label.body = SAMPLE_BODY_P256;
	uint64_t second = sample_label(s, &label);
	struct label_answers a = ask_now(s, second);

	assert_int_equal(a.issuer, LABEL_ISSUER_YES);
	assert_int_equal(a.presence, LABEL_PRESENCE_YES);
	assert_int_equal(a.status, LABEL_STATUS_REVOKED);
	a = ask_now(s, first);
	assert_true(label_is_good(&a));
}

static void
label_newer_than_the_bundle_is_not_yet_found(void **state)
{
	struct sample *s = *state;
	struct view view;

	(void)sample_accredit(s, &all_rights);
	open_view(s, &view);
	uint64_t index =
	    sample_label(s, &(struct sample_label){ .body = SAMPLE_BODY });
	struct label_answers a =
	    ask(view.bundle, sample_compact(s, index), SAMPLE_NOW);

	assert_int_equal(a.issuer, LABEL_ISSUER_YES);
	assert_int_equal(a.presence, LABEL_PRESENCE_NOT_YET);
	assert_int_equal(a.status, LABEL_STATUS_UNKNOWN);
	a = ask(view.bundle,
	    sample_compact_of(
		s, s->entry[index], false, 0, (struct bytes){ NULL, 0 }),
	    SAMPLE_NOW);
	assert_int_equal(a.presence, LABEL_PRESENCE_NOT_YET);
	assert_false(label_is_good(&a));
	close_view(&view);
}

static void
clock_has_its_own_answer(void **state)
{
	struct sample *s = *state;

	(void)sample_accredit(s, &all_rights);
	s->expires = SAMPLE_NOW + 800 * SAMPLE_DAY;
	uint64_t index = sample_label(s,
	    &(struct sample_label){ .body = SAMPLE_BODY,
		.release = 1,
		.expires = SAMPLE_NOW + 200 * SAMPLE_DAY,
		.support_until = SAMPLE_NOW + 100 * SAMPLE_DAY });
	uint64_t later = sample_label(s,
	    &(struct sample_label){ .body = SAMPLE_BODY,
		.release = 2,
		.issued = SAMPLE_NOW + 2 * SAMPLE_DAY });
	static const struct {
		int64_t days;
		enum label_clock clock;
	} cases[] = {
		{ -1, LABEL_CLOCK_UNKNOWN },
		{ 0, LABEL_CLOCK_IN_TIME },
		{ 99, LABEL_CLOCK_IN_TIME },
		{ 100, LABEL_CLOCK_SUPPORT_ENDED },
		{ 199, LABEL_CLOCK_SUPPORT_ENDED },
		{ 200, LABEL_CLOCK_EXPIRED },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct label_answers a = ask_once(s, sample_compact(s, index),
		    SAMPLE_NOW + cases[i].days * SAMPLE_DAY);

		assert_int_equal(a.clock, cases[i].clock);
		assert_int_equal(a.status, LABEL_STATUS_VALID);
		assert_int_equal(
		    label_is_good(&a), cases[i].clock == LABEL_CLOCK_IN_TIME);
	}
	struct label_answers a = ask_now(s, later);

	assert_int_equal(a.clock, LABEL_CLOCK_NOT_YET);
}

static void
expired_bundle_gives_no_status(void **state)
{
	struct sample *s = *state;

	uint64_t index = label_one(s);
	struct label_answers a =
	    ask_once(s, sample_compact(s, index), s->expires - 1);

	assert_true(label_is_good(&a));
	a = ask_once(s, sample_compact(s, index), s->expires);
	assert_int_equal(a.issuer, LABEL_ISSUER_YES);
	assert_int_equal(a.presence, LABEL_PRESENCE_YES);
	assert_int_equal(a.status, LABEL_STATUS_STALE);
	assert_false(label_is_good(&a));
}

static void
without_a_status_list_the_status_is_unknown(void **state)
{
	struct sample *s = *state;
	struct view view;

	uint64_t index = label_one(s);
	open_view(s, &view);
	struct bundle bundle = *view.bundle;
	struct bundle_list shorter = bundle.list[0];

	shorter.bytes.len = 0;
	bundle.list = &shorter;
	struct label_answers a =
	    ask(&bundle, sample_compact(s, index), SAMPLE_NOW);

	assert_int_equal(a.presence, LABEL_PRESENCE_YES);
	assert_int_equal(a.status, LABEL_STATUS_UNKNOWN);
	bundle.list_count = 0;
	a = ask(&bundle, sample_compact(s, index), SAMPLE_NOW);
	assert_int_equal(a.status, LABEL_STATUS_UNKNOWN);
	assert_false(label_is_good(&a));
	close_view(&view);
}

static void
every_answer_has_its_words(void **state)
{
	(void)state;
	for (int i = 0; i <= LABEL_ISSUER_DATES; i++)
		for (int j = 0; j < i; j++)
			assert_string_not_equal(
			    label_issuer_text((enum label_issuer)i),
			    label_issuer_text((enum label_issuer)j));
	for (int i = 0; i <= LABEL_PRESENCE_NO; i++)
		assert_true(
		    strlen(label_presence_text((enum label_presence)i)) > 3);
	for (int i = 0; i <= LABEL_STATUS_STALE; i++)
		assert_true(
		    strlen(label_status_text((enum label_status)i)) > 3);
	for (int i = 0; i <= LABEL_CLOCK_SUPPORT_ENDED; i++)
		assert_true(strlen(label_clock_text((enum label_clock)i)) > 3);
}

#define SAMPLE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SAMPLE_TEST(good_label_gets_three_good_answers),
		SAMPLE_TEST(label_in_a_full_tile_is_proven_by_eight_hashes),
		SAMPLE_TEST(no_byte_of_a_label_can_be_changed),
		SAMPLE_TEST(every_prefix_of_a_label_is_refused),
		SAMPLE_TEST(either_carrier_is_verified),
		SAMPLE_TEST(unknown_key_and_strangers_signature_are_told_apart),
		SAMPLE_TEST(p256_body_is_verified_and_may_be_left_out),
		SAMPLE_TEST(withdrawn_body_cannot_backdate),
		SAMPLE_TEST(withdrawal_may_suspend_what_was_labelled),
		SAMPLE_TEST(rights_end_at_level_and_dates),
		SAMPLE_TEST(label_logged_before_its_accreditation_has_no_right),
		SAMPLE_TEST(renamed_body_keeps_its_labels),
		SAMPLE_TEST(status_statements_are_told),
		SAMPLE_TEST(label_that_was_not_admitted_is_not_valid),
		SAMPLE_TEST(label_newer_than_the_bundle_is_not_yet_found),
		SAMPLE_TEST(clock_has_its_own_answer),
		SAMPLE_TEST(expired_bundle_gives_no_status),
		SAMPLE_TEST(without_a_status_list_the_status_is_unknown),
		cmocka_unit_test(every_answer_has_its_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
