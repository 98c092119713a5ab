/* SPDX-License-Identifier: ISC */
/* Sets of rules. */
#include "baseline/rule_set.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* Both sides of every word's end. */
static const size_t places[] = { 0, 1, 62, 63, 64, 65, 126, RULES_MAX - 1 };
#define PLACE_COUNT (sizeof(places) / sizeof(places[0]))

static void
a_set_holds_what_was_added_and_nothing_else(void **state)
{
	(void)state;
	for (size_t i = 0; i < PLACE_COUNT; i++) {
		struct rule_set set = { .word = { 0 } };

		assert_true(rule_set_is_empty(&set));
		rule_set_add(&set, places[i]);
		rule_set_add(&set, places[i]);
		assert_false(rule_set_is_empty(&set));
		assert_int_equal(rule_set_count(&set), 1);
		for (size_t k = 0; k < RULES_MAX; k++)
			assert_int_equal(rule_set_has(&set, k), k == places[i]);
	}
}

static void
all_rules_fit(void **state)
{
	struct rule_set set = { .word = { 0 } };

	(void)state;
	for (size_t i = 0; i < RULES_MAX; i++)
		rule_set_add(&set, i);
	assert_int_equal(rule_set_count(&set), RULES_MAX);
}

static void
sets_are_joined_and_compared_over_all_words(void **state)
{
	struct rule_set one = { .word = { 0 } };
	struct rule_set other = { .word = { 0 } };
	struct rule_set common;

	(void)state;
	rule_set_add(&one, 3);
	rule_set_add(&one, 100);
	rule_set_add(&other, 100);
	rule_set_add(&other, 5);
	common = rule_set_common(&one, &other);
	assert_int_equal(rule_set_count(&common), 1);
	assert_true(rule_set_has(&common, 100));
	rule_set_join(&one, &other);
	assert_int_equal(rule_set_count(&one), 3);
	assert_true(rule_set_has(&one, 5));
	assert_int_equal(rule_set_count(&other), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_set_holds_what_was_added_and_nothing_else),
		cmocka_unit_test(all_rules_fit),
		cmocka_unit_test(sets_are_joined_and_compared_over_all_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
