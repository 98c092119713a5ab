/* SPDX-License-Identifier: ISC */
/* What the owner has stopped, and what clocks may not do. */
#include "trust_world.h"

#include <stdlib.h>

/* The owner's stop cannot be shaken off by the body, alone or with another. */
static void
what_the_owner_stopped_stays_stopped(void **state)
{
	struct world *w = *state;
	struct label_claims claims = test_claims();

	world_accredit(w, LAB_A, 3);
	assert_int_equal(world_label(w, LAB_A, &claims), ADMITTED); /* 1 */
	w->now += DAY;
	assert_int_equal(
	    world_change(w, OWNER, 1, STATUS_SUSPEND, &claims, NULL), ADMITTED);
	w->now += DAY;
	assert_int_equal(
	    world_change(w, LAB_A, 1, STATUS_REVOKE, &claims, NULL), ADMITTED);
	w->now += DAY;
	assert_int_equal(world_label(w, LAB_A, &claims), REFUSED_BY_OWNER);
	assert_int_equal(w->answer.other, 1);
}

static void
a_stopped_label_goes_to_nobody_but_by_the_owner(void **state)
{
	struct world *w = *state;
	struct label_claims claims = test_claims();

	world_accredit(w, LAB_A, 3);
	world_accredit(w, LAB_B, 3);
	assert_int_equal(world_label(w, LAB_A, &claims), ADMITTED); /* 2 */
	assert_int_equal(
	    world_change(w, LAB_A, 2, STATUS_TRANSFER, &claims, w->id[LAB_B]),
	    ADMITTED);
	assert_int_equal(
	    world_change(w, OWNER, 2, STATUS_SUSPEND, &claims, NULL), ADMITTED);
	/* Neither what was agreed before nor a second agreement. */
	assert_int_equal(world_label(w, LAB_B, &claims), REFUSED_SECOND_LABEL);
	w->now += DAY;
	assert_int_equal(
	    world_change(w, LAB_A, 2, STATUS_TRANSFER, &claims, w->id[LAB_B]),
	    REFUSED_BY_OWNER);
	assert_int_equal(
	    world_change(w, OWNER, 2, STATUS_TRANSFER, &claims, w->id[LAB_B]),
	    ADMITTED);
	assert_int_equal(world_label(w, LAB_B, &claims), ADMITTED);
}

static void
a_clock_ahead_does_not_keep_the_owner_off(void **state)
{
	struct world *w = *state;
	struct label_claims claims = test_claims();

	world_accredit(w, LAB_A, 3);
	w->now =
	    T0 + ADMISSION_SKEW_SECS; /* the label's, and then a change's */
	assert_int_equal(world_label(w, LAB_A, &claims), ADMITTED); /* 1 */
	assert_int_equal(
	    world_change(w, LAB_A, 1, STATUS_SUSPEND, &claims, NULL), ADMITTED);
	w->now = T0 + 10;
	assert_int_equal(
	    world_change(w, LAB_A, 1, STATUS_REINSTATE, &claims, NULL),
	    REFUSED_OLDER);
	assert_int_equal(
	    world_change(w, OWNER, 1, STATUS_SUSPEND, &claims, NULL), ADMITTED);
	/* The owner's own order counts. */
	w->now = T0 + 9;
	assert_int_equal(
	    world_change(w, OWNER, 1, STATUS_REINSTATE, &claims, NULL),
	    REFUSED_OLDER);
	assert_int_equal(world_status(w, 1), TRUST_SUSPENDED);
}

static void
the_owner_does_not_speak_in_a_bodys_name(void **state)
{
	struct world *w = *state;
	struct label_claims claims = test_claims();

	world_accredit(w, LAB_A, 3);
	assert_int_equal(world_label(w, LAB_A, &claims), ADMITTED); /* 1 */
	w->iss = world_iss[LAB_A];
	assert_int_equal(
	    world_change(w, OWNER, 1, STATUS_SUSPEND, &claims, NULL),
	    REFUSED_ISSUER);
	w->iss = "https://owner.example/office";
	assert_int_equal(
	    world_change(w, OWNER, 1, STATUS_SUSPEND, &claims, NULL), ADMITTED);
}

/* Who reads the log later knows no clock: what the ledger takes with one must
   be admitted without. */
static void
what_a_clock_lets_in_a_later_reader_admits(void **state)
{
	static const struct world_scope scope[] = { { "hallmark", 3, NULL },
		{ 0 } };
	struct world *w = *state;
	struct label_claims claims = test_claims();

	world_accredit(w, LAB_A, 3);
	world_accredit(w, LAB_B, 3);
	w->said = test_label(&w->signer[LAB_A], &claims, world_iss[LAB_A], T0,
	    T0 + 10 * DAY, w->room);
	assert_int_equal(world_admit(w, w->said), ADMITTED); /* 2 */
	/* Signed while the first runs, handed in when it is over. */
	w->now = T0 + 11 * DAY;
	w->said = test_label(&w->signer[LAB_B], &claims, world_iss[LAB_B],
	    T0 + 9 * DAY, T0 + 400 * DAY, w->room);
	assert_int_equal(world_admit(w, w->said), REFUSED_SECOND_LABEL);
	assert_int_equal(world_label(w, LAB_B, &claims), ADMITTED);
	/* An owner's clock ahead proves a time that ends a right. */
	assert_int_equal(world_accredit_by(w, OWNER, LAB_C, ACCREDIT, scope,
			     false, w->now + 100),
	    ADMITTED);
	w->now += 200;
	world_accredit(w, LAB_A, 2);
	w->now -= 150;
	claims.scheme = BYTES("hallmark");
	claims.product.version = BYTES("another");
	assert_int_equal(world_label(w, LAB_C, &claims), REFUSED_NO_RIGHT);
	assert_int_equal(w->answer.answer, TRUST_TOO_LATE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(what_the_owner_stopped_stays_stopped),
		WORLD_TEST(a_stopped_label_goes_to_nobody_but_by_the_owner),
		WORLD_TEST(a_clock_ahead_does_not_keep_the_owner_off),
		WORLD_TEST(the_owner_does_not_speak_in_a_bodys_name),
		WORLD_TEST(what_a_clock_lets_in_a_later_reader_admits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
