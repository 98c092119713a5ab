/* SPDX-License-Identifier: ISC */
/* Rights by ledger index, suspension, hints, recognitions: without memory. */
#include "trust_world.h"

static const struct world_scope all_levels[] = { { "hallmark", 3, NULL },
	{ 0 } };

static struct trust_question
question(const struct world *w, enum who who, uint64_t index, int64_t time)
{
	return (struct trust_question){
		.body = w->id[who],
		.scheme = BYTES("hallmark"),
		.level = 3,
		.index = index,
		.time = time,
	};
}

static enum trust_answer
answer(const struct world *w, enum who who, uint64_t index, int64_t time)
{
	struct trust_question q = question(w, who, index, time);

	return trust_right(trust_records(w->state), &q).answer;
}

static void
the_index_decides_not_the_claimed_time(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	world_accredit(&w, LAB_A, 3); /* 0 */
	w.now += DAY;
	assert_int_equal(world_withdraw(&w, LAB_A, false), ADMITTED); /* 1 */
	w.now += DAY;
	world_accredit(&w, LAB_A, 3); /* 2 */
	world_accredit(&w, LAB_B, 1); /* 3 */
	assert_int_equal(answer(&w, LAB_A, 0, T0), TRUST_NOT_YET);
	assert_int_equal(answer(&w, LAB_A, 1, T0), TRUST_YES);
	assert_int_equal(answer(&w, LAB_A, 2, T0), TRUST_WITHDRAWN);
	assert_int_equal(answer(&w, LAB_A, 3, T0), TRUST_YES);
	assert_int_equal(answer(&w, LAB_A, 3, T0 - 101 * DAY), TRUST_TOO_EARLY);
	assert_int_equal(answer(&w, LAB_B, 9, T0), TRUST_LEVEL);
	assert_int_equal(answer(&w, LAB_C, 9, T0), TRUST_UNKNOWN);
	world_close(&w);
}

static void
an_end_is_the_first_second_without_a_right(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	assert_int_equal(world_accredit_by(&w, OWNER, LAB_A, ACCREDIT,
			     all_levels, false, T0 + DAY),
	    ADMITTED);
	assert_int_equal(answer(&w, LAB_A, 5, T0 + DAY - 1), TRUST_YES);
	assert_int_equal(answer(&w, LAB_A, 5, T0 + DAY), TRUST_TOO_LATE);
	world_close(&w);
}

static void
a_suspension_of_all_labels_can_be_lifted(void **state)
{
	struct world w;
	struct trust_question q;

	(void)state;
	world_open(&w);
	world_accredit(&w, LAB_A, 3); /* 0 */
	q = question(&w, LAB_A, 1, T0);
	w.now += 1;
	assert_int_equal(world_withdraw(&w, LAB_A, true), ADMITTED);
	const struct trust_record *by =
	    trust_find_suspension(trust_records(w.state), &q);

	assert_null(by); /* the withdrawal stands at 1 itself: see below */
	q.index = 0;
	by = trust_find_suspension(trust_records(w.state), &q);
	assert_non_null(by);
	assert_int_equal(by->index, 1);
	w.now += 1;
	world_accredit(&w, LAB_A, 3);
	assert_null(trust_find_suspension(trust_records(w.state), &q));
	world_close(&w);
}

static void
a_short_hint_may_meet_several_bodies(void **state)
{
	struct world w;
	const struct trust_record *record;
	struct trust_record copies[3];
	size_t at = 0;
	unsigned seen = 0;

	(void)state;
	world_open(&w);
	world_accredit(&w, LAB_A, 3);
	world_accredit(&w, LAB_B, 3);
	w.now += 1;
	world_accredit(&w, LAB_A, 2);
	struct trust_list list = trust_records(w.state);

	memcpy(copies, list.record, sizeof(copies));
	memcpy(copies[1].body, copies[0].body, 4); /* the trap: a collision */
	list.record = copies;
	while (trust_next_body(
	    list, (struct bytes){ copies[0].body, 4 }, &at, &record)) {
		/* each body once, with its newest record */
		assert_int_equal(record->index, seen == 0 ? 2 : 1);
		seen++;
	}
	assert_int_equal(seen, 2);
	at = 0;
	assert_true(trust_next_body(
	    list, (struct bytes){ copies[0].body, SHA256_LEN }, &at, &record));
	assert_false(trust_next_body(
	    list, (struct bytes){ copies[0].body, SHA256_LEN }, &at, &record));
	world_close(&w);
}

static void
recognise(struct world *w, const char *theirs, unsigned level, int64_t from,
    int64_t until)
{
	uint8_t room[512];
	struct cbor_writer payload = cbor_writer_open(room, sizeof(room));
	struct recognition c = {
		.their_domain = bytes_of(theirs),
		.their_scheme = BYTES("label"),
		.their_level = BYTES("any"),
		.our_scheme = BYTES("cls-iot"),
		.our_level = level,
		.conditions = BYTES(""),
		.source = BYTES("https://owner.example/mra"),
		.from = from,
		.until = until,
	};

	recognition_put(&payload, &c);
	assert_int_equal(world_say(w, OWNER, STATEMENT_RECOGNITION,
			     "recognition/cls-iot", 0, &payload),
	    ADMITTED);
}

static unsigned
count_recognitions(const struct world *w, unsigned level, int64_t time)
{
	const struct trust_recognition *found;
	size_t at = 0;
	unsigned count = 0;

	while (trust_next_recognition(trust_recognitions(w->state),
	    BYTES("cls-iot"), level, time, &at, &found))
		count++;
	return count;
}

static void
recognitions_hold_in_their_time_and_the_last_counts(void **state)
{
	struct world w;
	uint8_t room[512];
	struct cbor_writer payload = cbor_writer_open(room, sizeof(room));

	(void)state;
	world_open(&w);
	recognise(&w, "Finland", 3, T0, 0);
	recognise(&w, "Germany", 2, T0 + DAY, T0 + 9 * DAY);
	assert_int_equal(count_recognitions(&w, 0, T0 - 1), 0);
	assert_int_equal(count_recognitions(&w, 0, T0), 1);
	assert_int_equal(count_recognitions(&w, 0, T0 + DAY), 2);
	assert_int_equal(count_recognitions(&w, 2, T0 + DAY), 1);
	assert_int_equal(count_recognitions(&w, 0, T0 + 9 * DAY), 1);
	recognise(&w, "Finland", 3, T0, T0 + 2 * DAY); /* ends it */
	assert_int_equal(count_recognitions(&w, 0, T0 + 3 * DAY), 1);
	/* bodies do not recognise */
	world_accredit(&w, LAB_A, 3);
	struct recognition c = {
		.their_domain = BYTES("x"),
		.their_scheme = BYTES("x"),
		.their_level = BYTES("x"),
		.our_scheme = BYTES("cls-iot"),
		.our_level = 1,
		.source = BYTES("x"),
		.from = T0,
	};

	recognition_put(&payload, &c);
	assert_int_equal(
	    world_say(&w, LAB_A, STATEMENT_RECOGNITION, "x", 0, &payload),
	    REFUSED_ROLE);
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_index_decides_not_the_claimed_time),
		cmocka_unit_test(an_end_is_the_first_second_without_a_right),
		cmocka_unit_test(a_suspension_of_all_labels_can_be_lifted),
		cmocka_unit_test(a_short_hint_may_meet_several_bodies),
		cmocka_unit_test(
		    recognitions_hold_in_their_time_and_the_last_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
