/* SPDX-License-Identifier: ISC */
/* The JSON writer: commas, escapes, lines. */
#include "codec/json.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void
assert_written(struct out *to, const char *wanted)
{
	assert_int_equal(to->failed, ERR_OK);
	out_u8(to, 0);
	assert_string_equal((const char *)to->ptr, wanted);
	out_close(to);
}

static void
json_puts_commas_between_members_only(void **state)
{
	struct out to = out_open(1000);
	struct json j = json_open(&to);

	(void)state;
	json_begin_object(&j, JSON_INLINE);
	json_number(&j, "a", UINT64_MAX);
	json_key(&j, "b");
	json_begin_array(&j, JSON_INLINE);
	json_put_null(&j);
	json_put_bool(&j, true);
	json_begin_array(&j, JSON_INLINE);
	json_end(&j);
	json_begin_object(&j, JSON_INLINE);
	json_end(&j);
	json_end(&j);
	json_bool(&j, "c", false);
	json_end(&j);
	assert_written(&to,
	    "{\"a\":18446744073709551615,\"b\":[null,true,[],{}],"
	    "\"c\":false}\n");
}

static void
json_gives_each_member_a_line_when_asked(void **state)
{
	struct out to = out_open(1000);
	struct json j = json_open(&to);

	(void)state;
	json_begin_object(&j, JSON_LINES);
	json_key(&j, "list");
	json_begin_array(&j, JSON_LINES);
	json_begin_object(&j, JSON_INLINE);
	json_string(&j, "x", "1");
	json_string(&j, "y", "2");
	json_end(&j);
	json_put_string(&j, "");
	json_end(&j);
	json_key(&j, "none");
	json_begin_array(&j, JSON_LINES);
	json_end(&j);
	json_end(&j);
	assert_written(&to,
	    "{\n  \"list\":[\n    {\"x\":\"1\",\"y\":\"2\"},\n    \"\"\n  ],\n"
	    "  \"none\":[]\n}\n");
}

static void
json_escapes_what_would_end_or_break_a_string(void **state)
{
	struct out to = out_open(1000);
	struct json j = json_open(&to);

	(void)state;
	json_begin_object(&j, JSON_INLINE);
	json_key_text(&j, BYTES("k\"\\"));
	json_put_text(&j, BYTES("\"\\\n\t\x01\x00\xff\xc3\xa9"));
	json_end(&j);
	assert_written(&to,
	    "{\"k\\\"\\\\\":\"\\\"\\\\\\n\\t\\u0001\\u0000\xef\xbf\xbd\xc3\xa9"
	    "\"}\n");
}

static void
json_writes_fractions_as_decimals(void **state)
{
	static const struct {
		double value;
		unsigned decimals;
		const char *wanted;
	} cases[] = {
		{ 0, 3, "0.000\n" },
		{ 0.1236, 3, "0.124\n" },
		{ 12.999, 2, "13.00\n" },
		{ 7.5, 0, "8\n" },
		{ -1, 2, "0.00\n" },
		{ NAN, 2, "0.00\n" },
		{ INFINITY, 1, "1000000000000.0\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct out to = out_open(100);
		struct json j = json_open(&to);

		json_put_fixed(&j, cases[i].value, cases[i].decimals);
		out_u8(&to, '\n');
		assert_written(&to, cases[i].wanted);
	}
}

static void
json_stops_at_the_limit_of_its_output(void **state)
{
	(void)state;
	for (size_t limit = 0; limit < 9; limit++) {
		struct out to = out_open(limit);
		struct json j = json_open(&to);

		json_begin_array(&j, JSON_INLINE);
		json_put_number(&j, 12345);
		json_put_bool(&j, true);
		json_end(&j);
		assert_int_equal(to.failed, ERR_LIMIT);
		assert_true(to.len <= limit);
		out_close(&to);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_puts_commas_between_members_only),
		cmocka_unit_test(json_gives_each_member_a_line_when_asked),
		cmocka_unit_test(json_escapes_what_would_end_or_break_a_string),
		cmocka_unit_test(json_writes_fractions_as_decimals),
		cmocka_unit_test(json_stops_at_the_limit_of_its_output),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
