/* SPDX-License-Identifier: ISC */
/* Words of scripts, counted. */
#include "inspect/word_counts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void
a_word_is_absent_there_or_there_more_than_once(void **state)
{
	struct word_counts w = { 0 };

	(void)state;
	assert_int_equal(word_counts_of(&w, BYTES("start")), 0);
	assert_int_equal(
	    word_counts_add(&w, BYTES("start() {\n\tstop_all; start2\n}")),
	    ERR_OK);
	assert_int_equal(word_counts_of(&w, BYTES("start")), 1);
	assert_int_equal(word_counts_of(&w, BYTES("stop")), 0);
	assert_int_equal(word_counts_of(&w, BYTES("stop_all")), 1);
	assert_int_equal(word_counts_add(&w, BYTES("start")), ERR_OK);
	assert_int_equal(word_counts_add(&w, BYTES("start")), ERR_OK);
	assert_int_equal(word_counts_of(&w, BYTES("start")), 2);
	word_counts_close(&w);
}

static void
many_words_are_all_found_again(void **state)
{
	struct word_counts w = { 0 };
	char word[24];

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		(void)snprintf(word, sizeof(word), "-w%u-", i);
		assert_int_equal(word_counts_add(&w, bytes_of(word)), ERR_OK);
	}
	for (unsigned i = 0; i < 20000; i++) {
		(void)snprintf(word, sizeof(word), "w%u", i);
		assert_int_equal(word_counts_of(&w, bytes_of(word)), 1);
	}
	assert_int_equal(word_counts_of(&w, BYTES("w20000")), 0);
	word_counts_close(&w);
}

static void
a_name_with_a_dash_is_no_word(void **state)
{
	(void)state;
	assert_true(word_counts_is_word(BYTES("check_image2")));
	assert_false(word_counts_is_word(BYTES("check-image")));
	assert_false(word_counts_is_word(BYTES("")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_word_is_absent_there_or_there_more_than_once),
		cmocka_unit_test(many_words_are_all_found_again),
		cmocka_unit_test(a_name_with_a_dash_is_no_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
