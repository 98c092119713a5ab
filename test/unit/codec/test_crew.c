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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_job_is_run_once),
		cmocka_unit_test(a_job_can_be_handed_in_again),
		cmocka_unit_test(what_is_taken_back_does_not_run_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
