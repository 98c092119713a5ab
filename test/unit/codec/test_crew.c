/* SPDX-License-Identifier: ISC */
/* Tests of the second pair of hands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/crew.h"

#define JOBS 64

struct sum {
	unsigned from, result;
	unsigned runs;
};

static void
add_up(void *context)
{
	struct sum *sum = context;

	sum->runs++;
	for (unsigned i = sum->from; i < sum->from + 20000; i++)
		sum->result += i % 7;
}

static void
every_job_is_run_once(void **state)
{
	struct crew_job job[JOBS];
	struct sum sum[JOBS];
	struct crew *crew;

	(void)state;
	assert_int_equal(crew_open(CREW_WAITED_FOR, &crew), ERR_OK);
	for (unsigned i = 0; i < JOBS; i++) {
		sum[i] = (struct sum){ .from = i };
		job[i] = (struct crew_job){ .run = add_up, .context = &sum[i] };
		crew_hand_in(crew, &job[i]);
	}
	for (unsigned i = JOBS; i > 0; i--) { /* the last one first */
		struct sum alone = { .from = i - 1 };

		crew_finish(crew, &job[i - 1]);
		add_up(&alone);
		assert_int_equal(sum[i - 1].runs, 1);
		assert_int_equal(sum[i - 1].result, alone.result);
	}
	crew_close(crew);
}

static void
a_job_can_be_handed_in_again(void **state)
{
	struct sum sum = { .from = 0 };
	struct crew_job job = { .run = add_up, .context = &sum };
	struct crew *crew;

	(void)state;
	assert_int_equal(crew_open(CREW_WAITED_FOR, &crew), ERR_OK);
	for (unsigned i = 1; i <= 50; i++) {
		crew_hand_in(crew, &job);
		crew_finish(crew, &job);
		assert_int_equal(sum.runs, i);
	}
	crew_close(crew);
}

static void
what_is_taken_back_does_not_run_later(void **state)
{
	struct crew_job job[JOBS];
	struct sum sum[JOBS];
	struct crew *crew;

	(void)state;
	assert_int_equal(crew_open(CREW_WAITED_FOR, &crew), ERR_OK);
	for (unsigned i = 0; i < JOBS; i++) {
		sum[i] = (struct sum){ .from = i };
		job[i] = (struct crew_job){ .run = add_up, .context = &sum[i] };
		crew_hand_in(crew, &job[i]);
	}
	for (unsigned i = 0; i < JOBS; i++) {
		crew_take_back(crew, &job[i]);
		assert_int_equal(job[i].state, CREW_IDLE);
		assert_in_range(sum[i].runs, 0, 1);
		sum[i].runs = 100;
	}
	crew_close(crew);
	for (unsigned i = 0; i < JOBS; i++)
		assert_int_equal(sum[i].runs, 100);
}

/* What goes through two crews, in the order in which it was handed in. */
struct parcel {
	struct crew *second;
	struct crew_job begin, end;
	unsigned number;
	unsigned *expected; /* the second crew's */
};

static void
end_parcel(void *context)
{
	struct parcel *parcel = context;

	assert_int_equal(parcel->number, (*parcel->expected)++);
}

static void
begin_parcel(void *context)
{
	struct parcel *parcel = context;

	crew_hand_in(parcel->second, &parcel->end);
	/* from here on the parcel may be another one */
}

/* A ring of a few places: each is taken again as soon as its parcel came out. */
static void
jobs_hand_each_other_on_in_order(void **state)
{
	struct parcel ring[4] = { 0 };
	struct crew *first;
	struct crew *second;
	unsigned expected = 0;

	(void)state;
	assert_int_equal(crew_open(CREW_WAITED_FOR, &first), ERR_OK);
	assert_int_equal(crew_open(CREW_WAITED_FOR, &second), ERR_OK);
	for (unsigned i = 0; i < 20000; i++) {
		struct parcel *parcel = &ring[i % 4];

		if (i >= 4) {
			crew_wait(second, &parcel->end);
			assert_true(crew_is_done(second, &parcel->end));
		}
		*parcel = (struct parcel){ .second = second,
			.begin = { .run = begin_parcel,
			    .context = parcel,
			    .loose = true },
			.end = { .run = end_parcel, .context = parcel },
			.number = i,
			.expected = &expected };
		crew_promise(second, &parcel->end);
		crew_hand_in(first, &parcel->begin);
	}
	for (unsigned i = 0; i < 4; i++)
		crew_wait(second, &ring[i].end);
	assert_int_equal(expected, 20000);
	assert_false(crew_has_next(first));
	crew_close(first);
	crew_close(second);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_job_is_run_once),
		cmocka_unit_test(a_job_can_be_handed_in_again),
		cmocka_unit_test(what_is_taken_back_does_not_run_later),
		cmocka_unit_test(jobs_hand_each_other_on_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
