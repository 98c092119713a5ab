/* SPDX-License-Identifier: ISC */
/* Ranges as people write them; texts as they stand in CVE records and EUVD. */
#include "advisories/range_text.h"

#include "base/out.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
	const char *text;
	const char *ranges; /* NULL: not surely understood */
} cases[] = {
	{ "before 1.2", "[,1.2)" },
	{ "before version 2.3.1", "[,2.3.1)" },
	{ "prior to v6.6.182", "[,6.6.182)" },
	{ "prior to Ver.1.1.1", "[,1.1.1)" },
	{ "versions earlier than 2.0", "[,2.0)" },
	{ "less than 3.1", "[,3.1)" },
	{ "< 3.4", "[,3.4)" },
	{ "<3.4", "[,3.4)" },
	{ "All versions < V4.3.8", "[,4.3.8)" },
	{ "<= 1.13.0", "[,1.13.0]" },
	{ "0 \xe2\x89\xa4"
	  "26.0",
	    "[,26.0]" },
	{ "through 2.4", "[,2.4]" },
	{ "through 2.x", "[,2.*]" },
	{ "up to 5.3", "[,5.3]" },
	{ "1.1.8 and prior", "[,1.1.8]" },
	{ "Ver.2.9 and earlier ", "[,2.9]" },
	{ "firmware version 10.1.4 and earlier", "[,10.1.4]" },
	{ "1.2 and all earlier versions", "[,1.2]" },
	{ "1.2 and before", "[,1.2]" },
	{ "1.2.x and below", "[,1.2.*]" },
	{ "2.1 or later", "[2.1,)" },
	{ ">= 8.7.2", "[8.7.2,)" },
	{ "> 1.0", "(1.0,)" },
	{ "= 0.4.7", "[0.4.7,0.4.7]" },
	{ ">= 2.0.0,< 2.9.4", "[2.0.0,2.9.4)" },
	{ ">= 5.1.0, <=5.1.3", "[5.1.0,5.1.3]" },
	{ "> 1.0 and < 2.0", "(1.0,2.0)" },
	{ ">= 6.0, <= 6.1, >= 7.0, <= 7.2", "[6.0,6.1][7.0,7.2]" },
	{ "from 1.2 to 1.4", "[1.2,1.4]" },
	{ "1.20.0 to 1.21.4", "[1.20.0,1.21.4]" },
	{ "1.0 - 1.4", "[1.0,1.4]" },
	{ "1.0 \xe2\x80\x93 1.4", "[1.0,1.4]" },
	{ "v0.1.x - v0.9.x", "[0.1,0.9.*]" },
	{ "1.0.2 <1.0.2zq", "[1.0.2,1.0.2zq)" },
	{ "unspecified <17.7", "[,17.7)" },
	{ "0.211.0, < 1.120.4", "[0.211.0,1.120.4)" },
	{ "Version 9.2.1 through 9.2.2 , Version 9.4.0 through 9.4.3",
	    "[9.2.1,9.2.2][9.4.0,9.4.3]" },
	{ "1.2, 1.3 and 1.4.x", "[1.2,1.2][1.3,1.3][1.4,1.4.*]" },
	{ "before v2.3.1, and v2.3.0a", "[,2.3.1)[2.3.0a,2.3.0a]" },
	{ "all", "[,)" },
	{ "all versions", "[,)" },

	{ "", NULL },
	{ "x", NULL },
	{ "vX", NULL },
	{ "before", NULL },
	{ "prior", NULL },
	{ "prior 2.0", NULL },
	{ "1.2 and", NULL },
	{ "and 1.2", NULL },
	{ ",1.2", NULL },
	{ "1.2,,1.3", NULL },
	{ "1.2 1.3", NULL },
	{ "1 <2 3 <4", NULL },
	{ "< x", NULL },
	{ "< 2.x", NULL },
	{ "<", NULL },
	{ ">= 1.0 firmware build 7", NULL },
	{ "all, 2.0", NULL },
	{ "1.1, 1.2, < 1.5", NULL },
	{ "5.0 and before 4.0", NULL },
	{ "V9.1 SP2", NULL },
	{ "v5.0.4 Build 20220216", NULL },
	{ "FortiOS 6.0.0 through 6.0.14", NULL },
	{ "patch: 5.2.3", NULL },
	{ "1.0.0-1.2.0, 1.3", NULL },
	{ "< 123f5e2b65dcdba8", NULL },
	{ "commits before 2ce846dd93ddb9ec", NULL },
	{ "1.2 (fixed in 1.3)", NULL },
	{ "not 1.2", NULL },
	{ "1.2 unaffected", NULL },
	{ "9.0(2 and earlier", NULL },
	{ "1.2\x01", NULL },
};

static void
put_range(struct out *o, const struct claim_range *range)
{
	out_text(o, range->from_excluded ? "(" : "[");
	out_put(o, range->from);
	out_text(o, ",");
	out_put(o, range->to);
	out_text(o, range->to_branch ? ".*" : "");
	out_text(o, range->to_included ? "]" : ")");
}

static void
a_text_is_understood_wholly_or_not_at_all(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct range_text found = { .count = 77 };
		struct out o = out_open(4096);
		bool read = range_text_read(bytes_of(cases[i].text), &found);

		if (read != (cases[i].ranges != NULL))
			fail_msg("'%s'", cases[i].text);
		if (!read)
			assert_int_equal(found.count, 77);
		for (size_t k = 0; read && k < found.count; k++)
			put_range(&o, &found.ranges[k]);
		if (read &&
		    !bytes_equal(out_bytes(&o), bytes_of(cases[i].ranges)))
			fail_msg("'%s' gives %.*s", cases[i].text, (int)o.len,
			    (const char *)o.ptr);
		out_close(&o);
	}
}

static void
more_ranges_than_there_is_room_for_are_not_read(void **state)
{
	struct out o = out_open(4096);
	struct range_text found = { .count = 77 };

	(void)state;
	out_text(&o, "1.0");
	for (unsigned i = 1; i < RANGE_TEXT_MAX; i++)
		out_text(&o, ", 1.0");
	assert_true(range_text_read(out_bytes(&o), &found));
	assert_int_equal(found.count, RANGE_TEXT_MAX);
	out_text(&o, ", 1.0");
	assert_false(range_text_read(out_bytes(&o), &found));
	out_close(&o);
}

static void
a_version_is_told_from_other_texts(void **state)
{
	static const struct {
		const char *text;
		const char *version; /* NULL: none */
	} texts[] = {
		{ "1.2", "1.2" },
		{ " v1.2 ", "1.2" },
		{ "V.1.2", "1.2" },
		{ "Ver.3.3.1.3", "3.3.1.3" },
		{ "1:1.1.1k-6.el8", "1:1.1.1k-6.el8" },
		{ "7.0(3)I6(1)", "7.0(3)I6(1)" },
		{ "2.0~rc1+git", "2.0~rc1+git" },
		{ "", NULL },
		{ "v", NULL },
		{ "R18", NULL },
		{ "2.x", NULL },
		{ "2.*", NULL },
		{ "< 2", NULL },
		{ "1.2,1.3", NULL },
		{ "1 2", NULL },
		{ "1.2.", NULL },
		{ "1.2)", NULL },
		{ "n/a", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct bytes version = BYTES("untouched");
		bool is = range_text_version(bytes_of(texts[i].text), &version);

		assert_int_equal(is, texts[i].version != NULL);
		assert_true(bytes_equal_text(
		    version, is ? texts[i].version : "untouched"));
	}
}

static void
a_dash_between_two_dotted_numbers_is_doubtful(void **state)
{
	(void)state;
	assert_true(range_text_is_doubtful(BYTES("1.0-1.2")));
	assert_false(range_text_is_doubtful(BYTES("1.0-1")));
	assert_false(range_text_is_doubtful(BYTES("1.0-rc1.2")));
	assert_false(range_text_is_doubtful(BYTES("2023-01.2")));
	assert_false(range_text_is_doubtful(BYTES("1.0-")));
	assert_false(range_text_is_doubtful(BYTES("")));
}

static void
nothing_all_and_branches_are_known(void **state)
{
	struct bytes branch = { 0 };

	(void)state;
	assert_true(range_text_is_nothing(BYTES(" N/A ")));
	assert_true(range_text_is_nothing(BYTES("Unspecified")));
	assert_true(range_text_is_nothing(BYTES("-")));
	assert_false(range_text_is_nothing(BYTES("0")));
	assert_true(range_text_is_all(BYTES("All versions")));
	assert_true(range_text_is_all(BYTES("*")));
	assert_false(range_text_is_all(BYTES("all of 2")));
	assert_true(range_text_branch(BYTES("5.10.*"), &branch));
	assert_true(bytes_equal_text(branch, "5.10"));
	assert_true(range_text_branch(BYTES("v4.X"), &branch));
	assert_true(bytes_equal_text(branch, "4"));
	assert_false(range_text_branch(BYTES("*"), &branch));
	assert_false(range_text_branch(BYTES("x.x"), &branch));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_is_understood_wholly_or_not_at_all),
		cmocka_unit_test(
		    more_ranges_than_there_is_room_for_are_not_read),
		cmocka_unit_test(a_version_is_told_from_other_texts),
		cmocka_unit_test(a_dash_between_two_dotted_numbers_is_doubtful),
		cmocka_unit_test(nothing_all_and_branches_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
