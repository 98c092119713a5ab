/* SPDX-License-Identifier: ISC */
/* The power goes at every change to the disk: what was promised is kept. */
#include "store_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* So many disks for each place where it crashed, at the most twice as many;
   HALLMARK_ALL_DISKS takes all, which "make check-all" does. */
#define DISKS 64

/* HALLMARK_LONG: hours instead of seconds. */
static bool
is_long(void)
{
	return getenv("HALLMARK_LONG") != NULL;
}

static bool
takes_all_disks(void)
{
	return is_long() || getenv("HALLMARK_ALL_DISKS") != NULL;
}

static void
crash_at(struct scene *s, uint64_t at)
{
	fault_set_plan(
	    s->disk, (struct fault_plan){ .kind = FAULT_CRASH, .at = at });
}

/* Runs the script until the power goes; false when it comes to its end. */
static bool
run_until(struct scene *s, uint64_t at)
{
	scene_open(s, fault_open());
	crash_at(s, at);
	(void)scene_script(s, true); /* how it fails is not the question */
	return fault_struck(s->disk);
}

/* What was acknowledged is there, and the ledger goes on from it. */
static void
go_on(struct scene *s)
{
	if (scene_start(s) != ERR_OK)
		fail_msg("after the crash: %s", s->why.text);
	scene_check(s);
	assert_int_equal(scene_append(s, 130, 2), ERR_OK);
	scene_stop(s);
	assert_int_equal(scene_start(s), ERR_OK);
	scene_check(s);
	scene_stop(s);
}

/* Making a ledger either came to its end or is seen not to have. */
static bool
is_made(struct scene *s)
{
	enum err err = scene_start(s);

	scene_stop(s);
	if (err == ERR_OK)
		return true;
	assert_int_equal(s->said->shown_count, 0);
	assert_int_equal(err, ERR_MALFORMED);
	assert_true(s->why.text[0] != '\0');
	return false;
}

/* One way in which the disk may look afterwards. */
static void
come_back(const struct scene *before, uint64_t variant)
{
	struct scene after;

	scene_fork(&after, before, fault_after(before->disk, variant));
	if (before->said->shown_count > 0 || is_made(&after))
		go_on(&after);
	scene_close(&after);
}

static void
a_crash_at_every_change_loses_nothing_acknowledged(void **state)
{
	uint64_t variants = 0;
	uint64_t points = 0;
	struct scene s;

	(void)state;
	for (uint64_t at = 1; run_until(&s, at); at++) {
		uint64_t count = fault_variants(s.disk, is_long() ? 4096 : 6);

		/* of many, others at each place */
		uint64_t step = takes_all_disks() ? 1 : 1 + count / DISKS;

		for (uint64_t i = at % step; i < count; i += step) {
			come_back(&s, i);
			variants++;
		}
		points++;
		scene_close(&s);
	}
	scene_close(&s);
	print_message(
	    "%u places, %u disks\n", (unsigned)points, (unsigned)variants);
	assert_true(points > 100 && variants > 2000);
}

/* The power goes a second time, while the first crash is being recovered. */
static void
crash_again(const struct scene *before, uint64_t variant)
{
	for (uint64_t at = 1;; at++) {
		struct scene after;

		scene_fork(&after, before, fault_after(before->disk, variant));
		crash_at(&after, at);
		enum err err = scene_start(&after);

		scene_stop(&after);
		bool struck = fault_struck(after.disk);
		uint64_t count = fault_variants(after.disk, 2);

		assert_true(struck || err == ERR_OK);
		for (uint64_t i = 0; i < count && struck; i += 1 + count / 8)
			come_back(&after, i);
		scene_close(&after);
		if (!struck)
			break;
	}
}

static void
a_crash_while_recovering_loses_nothing_either(void **state)
{
	uint64_t step = is_long() ? 1 : 29;
	struct scene s;

	(void)state;
	for (uint64_t at = 70; run_until(&s, at); at += step) {
		uint64_t count = fault_variants(s.disk, 1);

		crash_again(&s, count - 1);
		if (is_long())
			crash_again(&s, 0);
		scene_close(&s);
	}
	scene_close(&s);
}

static void
the_copy_of_the_head_survives_every_crash(void **state)
{
	struct scene s;

	(void)state;
	for (uint64_t at = 1;; at++) {
		scene_open(&s, fault_open());
		s.copy = fault_open();
		assert_int_equal(scene_create(&s), ERR_OK);
		/* Here it is the copy's disk that dies. */
		fault_set_plan(s.copy,
		    (struct fault_plan){ .kind = FAULT_CRASH, .at = at });
		(void)scene_script(&s, false); /* it stops somewhere */
		bool struck = fault_struck(s.copy);
		uint64_t count = fault_variants(s.copy, 8);

		for (uint64_t i = 0; i < count && struck; i++) {
			struct scene after;

			scene_fork(&after, &s, fault_copy(s.disk));
			after.copy = fault_after(s.copy, i);
			go_on(&after);
			scene_close(&after);
		}
		scene_close(&s);
		if (!struck)
			break;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_crash_at_every_change_loses_nothing_acknowledged),
		cmocka_unit_test(a_crash_while_recovering_loses_nothing_either),
		cmocka_unit_test(the_copy_of_the_head_survives_every_crash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
