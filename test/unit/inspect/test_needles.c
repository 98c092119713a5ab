/* SPDX-License-Identifier: ISC */
/* What is in a file and what is not, for each needle at each place. */
#include "inspect/needles.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FIELD_LEN 200

static struct needles *needles;

static int
open_needles(void **state)
{
	(void)state;
	return needles_open(&needles) == ERR_OK ? 0 : -1;
}

static int
close_needles(void **state)
{
	(void)state;
	needles_close(needles);
	return 0;
}

static void
each_is_found_wherever_it_stands(void **state)
{
	(void)state;
	for (unsigned i = 0; i < NEEDLE_COUNT; i++) {
		struct bytes needle = needle_bytes((enum needle)i);

		for (size_t at = 0; at + needle.len <= FIELD_LEN; at++) {
			/* on the heap and as long: a read behind it is seen */
			uint8_t *field = malloc(FIELD_LEN);

			assert_non_null(field);
			memset(field, '.', FIELD_LEN);
			memcpy(field + at, needle.ptr, needle.len);
			struct bytes in = { field, FIELD_LEN };
			uint64_t held = needles_in(needles, in);

			assert_true(held == UINT64_C(1) << i);
			assert_int_equal(
			    needle_find(in, held, (enum needle)i, 0), at);
			assert_int_equal(
			    needle_find(in, held, (enum needle)i, at + 1),
			    SIZE_MAX);
			field[at + needle.len - 1] ^= 1;
			assert_true((needles_in(needles, in) >> i & 1) == 0);
			free(field);
		}
	}
}

static void
two_that_overlap_are_both_found(void **state)
{
	struct bytes in = BYTES("x/home/Users/y-----BEGIN AKIAIza");

	(void)state;
	assert_true(needles_in(needles, in) ==
	    (UINT64_C(1) << NEEDLE_HOME | UINT64_C(1) << NEEDLE_USERS |
		UINT64_C(1) << NEEDLE_PEM | UINT64_C(1) << NEEDLE_AWS_AKIA |
		UINT64_C(1) << NEEDLE_GOOGLE));
}

static void
what_nobody_asked_for_is_searched_for(void **state)
{
	(void)state;
	assert_true(needles_in(needles, BYTES("")) == 0);
	assert_true(needles_in(needles, (struct bytes){ NULL, 0 }) == 0);
	assert_int_equal(
	    needle_find(BYTES("a/home/b"), NEEDLES_ALL, NEEDLE_HOME, 0), 1);
	assert_int_equal(
	    needle_find(BYTES("a/home/b"), 0, NEEDLE_HOME, 0), SIZE_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_found_wherever_it_stands),
		cmocka_unit_test(two_that_overlap_are_both_found),
		cmocka_unit_test(what_nobody_asked_for_is_searched_for),
	};

	return cmocka_run_group_tests(tests, open_needles, close_needles);
}
