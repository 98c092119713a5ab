/* SPDX-License-Identifier: ISC */
/* Tests of making foreign text safe for where it goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"

static void
assert_written(void (*put)(struct out *o, struct bytes in), struct bytes in,
    struct bytes wanted)
{
	struct out o = out_open(4096);

	put(&o, in);
	if (!bytes_equal(out_bytes(&o), wanted))
		fail_msg("got \"%.*s\"", (int)o.len, (const char *)o.ptr);
	out_close(&o);
}

static void
utf8_is_checked_strictly(void **state)
{
	(void)state;
	assert_int_equal(text_utf8_len(BYTES("a")), 1);
	assert_int_equal(text_utf8_len(BYTES("\xc3\xa9")), 2);
	assert_int_equal(text_utf8_len(BYTES("\xe2\x82\xac")), 3);
	assert_int_equal(text_utf8_len(BYTES("\xf0\x9f\x94\x92")), 4);
	assert_int_equal(text_utf8_len(BYTES("\xc0\xaf")), 0); /* overlong */
	assert_int_equal(
	    text_utf8_len(BYTES("\xe0\x80\xaf")), 0); /* overlong */
	assert_int_equal(
	    text_utf8_len(BYTES("\xed\xa0\x80")), 0); /* surrogate */
	assert_int_equal(text_utf8_len(BYTES("\xf4\x90\x80\x80")), 0);
	assert_int_equal(text_utf8_len(BYTES("\xe2\x82")), 0); /* cut */
	assert_int_equal(text_utf8_len(BYTES("")), 0);
}

static void
no_control_reaches_a_terminal(void **state)
{
	(void)state;
	assert_written(text_put_terminal, BYTES("a\x1b[2J\nb\x7f"),
	    BYTES("a\\x1b[2J\\x0ab\\x7f"));
	assert_written(text_put_terminal,
	    BYTES("\xc2\x9b"
		  "1m"),
	    BYTES("\\xc2\\x9b1m")); /* C1 */
	assert_written(text_put_terminal,
	    BYTES("a\xe2\x80\xae"
		  "b"),
	    BYTES("a\\xe2\\x80\\xaeb")); /* right-to-left override */
	assert_written(
	    text_put_terminal, BYTES("\xff\xc3\xa9"), BYTES("\\xff\xc3\xa9"));
}

static void
no_markup_reaches_a_page(void **state)
{
	(void)state;
	assert_written(text_put_html, BYTES("<a href=\"x\">'&</a>"),
	    BYTES("&lt;a href=&quot;x&quot;&gt;&#39;&amp;&lt;/a&gt;"));
	assert_written(text_put_html, BYTES("\x01\xff"),
	    BYTES("\xef\xbf\xbd\xef\xbf\xbd"));
}

static void
json_strings_are_escaped(void **state)
{
	(void)state;
	assert_written(text_put_json, BYTES("a\"\\\n\t\x01\xff"),
	    BYTES("a\\\"\\\\\\n\\t\\u0001\xef\xbf\xbd"));
	assert_written(text_put_json, BYTES("\xc2\x9b\xe2\x80\xae\xc3\xa9"),
	    BYTES("\\u009b\\u202e\xc3\xa9"));
}

static void
text_files_are_told_from_binaries(void **state)
{
	(void)state;
	assert_true(text_is_text(BYTES("#!/bin/sh\n\ttelnetd &\n")));
	assert_false(text_is_text(BYTES("\x7f"
					"ELF\x01\x00")));
	assert_false(text_is_text(BYTES("\x01\x02\x03")));
	assert_false(text_is_text(BYTES("")));
}

static void
excerpts_widen_to_the_printable_run(void **state)
{
	struct bytes in = BYTES("x\0one two three\0y");

	(void)state;
	assert_true(
	    bytes_equal(text_excerpt(in, 6, 3, 100), BYTES("one two three")));
	assert_int_equal(text_excerpt(in, 6, 3, 5).len, 5);
	/* A place past the end: the last run. */
	assert_true(bytes_equal(text_excerpt(in, 99, 3, 5), BYTES("y")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf8_is_checked_strictly),
		cmocka_unit_test(no_control_reaches_a_terminal),
		cmocka_unit_test(no_markup_reaches_a_page),
		cmocka_unit_test(json_strings_are_escaped),
		cmocka_unit_test(text_files_are_told_from_binaries),
		cmocka_unit_test(excerpts_widen_to_the_printable_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
