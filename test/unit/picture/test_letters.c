/* SPDX-License-Identifier: ISC */
/* Tests of foreign text in pictures. */
#include "picture/picture_private.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void
assert_clean(struct bytes in, const char *want)
{
	struct out o = out_open(1000);

	letters_put_clean(&o, in);
	assert_int_equal(o.failed, ERR_OK);
	assert_int_equal(o.len, strlen(want));
	assert_true(bytes_equal_text(out_bytes(&o), want));
	out_close(&o);
}

static void
foreign_text_becomes_letters_of_one_line(void **state)
{
	(void)state;
	assert_clean(BYTES("  Argentum\t\n  Ltd "), "Argentum Ltd");
	assert_clean(BYTES("Gr\xc3\xbc\xc3\x9f"), "Gr\xc3\xbc\xc3\x9f");
	assert_clean(BYTES("a\x1b[31mb"), "a" LETTER_REPLACEMENT "[31mb");
	assert_clean(
	    BYTES("a\xff\x7f"), "a" LETTER_REPLACEMENT LETTER_REPLACEMENT);
	assert_clean(BYTES("\xc2\x85x"), LETTER_REPLACEMENT "x");
	assert_clean(BYTES("\xef\xbf\xbf\xef\xbf\xbe\xef\xbf\xbd"),
	    LETTER_REPLACEMENT LETTER_REPLACEMENT LETTER_REPLACEMENT);
	assert_clean(BYTES("\xc3"), LETTER_REPLACEMENT);
	assert_clean((struct bytes){ NULL, 0 }, "");
}

static void
widths_are_those_of_helvetica(void **state)
{
	(void)state;
	assert_int_equal(letters_width_um(BYTES("AV"), 1000, false), 1334);
	assert_int_equal(letters_width_um(BYTES("AV"), 1000, true), 1389);
	assert_int_equal(letters_width_um(BYTES("~ "), 2000, false), 1724);
	assert_int_equal(letters_width_um(BYTES("\xc3\xbc"), 1000, true), 700);
	assert_int_equal(
	    letters_width_um(BYTES("\xe4\xb8\xad"), 1000, false), 1000);
	assert_int_equal(letters_width_um(BYTES(""), 1000, false), 0);
	assert_true(letters_are_ascii(BYTES(" ~")));
	assert_false(letters_are_ascii(BYTES("\x7f")));
	assert_false(letters_are_ascii(BYTES("\xc3\xbc")));
}

static void
lines_break_at_blanks_or_inside_of_long_words(void **state)
{
	struct bytes rest = BYTES("one two threefour");

	(void)state;
	/* 0.556 each, but for t, r, f, l and the blank */
	assert_true(bytes_equal_text(
	    letters_take_line(&rest, 4000, 1000, false), "one two"));
	assert_true(bytes_equal_text(
	    letters_take_line(&rest, 2400, 1000, false), "three"));
	assert_true(bytes_equal_text(
	    letters_take_line(&rest, 9000, 1000, false), "four"));
	assert_int_equal(rest.len, 0);
}

static void
a_line_takes_at_least_one_letter_and_no_half_ones(void **state)
{
	struct bytes rest = BYTES("\xe4\xb8\xad\xe4\xb8\xad");

	(void)state;
	assert_int_equal(letters_take_line(&rest, 1, 1000, false).len, 3);
	assert_int_equal(letters_take_line(&rest, 0, 1000, false).len, 3);
	assert_int_equal(rest.len, 0);
	assert_int_equal(letters_take_line(&rest, 0, 1000, false).len, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(foreign_text_becomes_letters_of_one_line),
		cmocka_unit_test(widths_are_those_of_helvetica),
		cmocka_unit_test(lines_break_at_blanks_or_inside_of_long_words),
		cmocka_unit_test(
		    a_line_takes_at_least_one_letter_and_no_half_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
