/* SPDX-License-Identifier: ISC */
/* Targets, the table of routes, Accept. */
#include "base/bytes.h"
#include "registry/route_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static uint8_t room[REGISTRY_TARGET_MAX];

static void
targets_are_decoded_once(void **state)
{
	static const struct {
		const char *target;
		const char *path;
		size_t count;
		const char *last;
	} cases[] = {
		{ "/", "/", 0, "" },
		{ "/?a=b", "/", 0, "" },
		{ "/label/17", "/label/17", 2, "17" },
		{ "/search/words/a%20b", "/search/words/a b", 3, "a b" },
		{ "/search/words/a%2Fb", "/search/words/a/b", 3, "a/b" },
		{ "/search/words/%2541", "/search/words/%41", 3, "%41" },
		{ "/search/words/%C3%A4", "/search/words/\xc3\xa4", 3,
		    "\xc3\xa4" },
		{ "/search/words/a+b", "/search/words/a+b", 3, "a+b" },
		{ "/a/", "/a/", 2, "" },
		{ "/a//b", "/a//b", 3, "b" },
		{ "/de", "/", 0, "" },
		{ "/de/", "/", 0, "" },
		{ "/de/how", "/how", 1, "how" },
		{ "/dex/how", "/dex/how", 2, "how" },
		{ "/label/..%41", "/label/..A", 2, "..A" },
		{ "/a/...", "/a/...", 2, "..." },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct route_target t;

		assert_int_equal(
		    route_read_target(bytes_of(cases[i].target), room, &t),
		    ERR_OK);
		assert_true(bytes_equal_text(t.path, cases[i].path));
		assert_int_equal(t.count, cases[i].count);
		if (t.count > 0)
			assert_true(bytes_equal_text(
			    t.segment[t.count - 1], cases[i].last));
	}
}

static void
broken_targets_are_refused(void **state)
{
	static const char *const cases[] = { "", "label", "?", "*",
		"http://host/", "/%", "/%4", "/%zz", "/%00", "/a%00b", "/%0a",
		"/a\nb", "/a b", "/\x7f", "/%7F", "/.", "/..", "/a/..", "/a/.",
		"/%2e%2e/a", "/%2E", "/.%2e", "/\xff", "/%ff", "/%c3",
		"/%c3/%a4", "/%c0%af", "/%ed%a0%80", "/%f4%90%80%80",
		"/1/2/3/4/5/6/7/8/9/10/11/12/13" };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct route_target t = { .count = 77 };

		if (route_read_target(bytes_of(cases[i]), room, &t) !=
			ERR_MALFORMED ||
		    t.count != 77)
			fail_msg("%s", cases[i]);
	}
}

static void
long_targets_are_refused(void **state)
{
	uint8_t target[REGISTRY_TARGET_MAX + 1];
	struct route_target t;

	(void)state;
	memset(target, 'a', sizeof(target));
	target[0] = '/';
	assert_int_equal(
	    route_read_target(
		(struct bytes){ target, sizeof(target) - 1 }, room, &t),
	    ERR_OK);
	assert_int_equal(
	    route_read_target(
		(struct bytes){ target, sizeof(target) }, room, &t),
	    ERR_LIMIT);
}

/* The pattern with something in the place of its parts. */
static const char *
sample(const struct route *route, char *text, size_t cap)
{
	size_t len = 0;

	for (const char *at = route->pattern; *at != 0; at++) {
		if (*at != '{') {
			text[len++] = *at;
			continue;
		}
		text[len++] = '7';
		at = strchr(at, '}');
		assert_non_null(at);
		assert_true(len + 8 < cap);
	}
	text[len] = 0;
	return text;
}

static void
find(const char *target, enum registry_method method, struct route_match *ret)
{
	struct route_target t;

	assert_int_equal(route_read_target(bytes_of(target), room, &t), ERR_OK);
	route_find(&t, method, ret);
}

static void
every_row_is_found_by_its_pattern_and_misses_others(void **state)
{
	(void)state;
	for (size_t i = 0; i < route_count; i++) {
		const struct route *route = &routes[i];
		char text[200];
		struct route_match match;

		find(sample(route, text, sizeof(text) - 10), route->method,
		    &match);
		if (match.route != route)
			fail_msg("%s", text);
		assert_true((match.methods & 1U << route->method) != 0);
		find(text, REGISTRY_OTHER, &match);
		assert_null(match.route);
		if (strstr(route->pattern, "...}") != NULL)
			continue;
		(void)strncat(text, "/x/y/z", 7);
		find(text, route->method, &match);
		assert_true(match.route != route);
	}
}

static void
rows_have_what_they_need(void **state)
{
	(void)state;
	for (size_t i = 0; i < route_count; i++) {
		const struct route *route = &routes[i];

		assert_true(route->pattern[0] == '/');
		/* what programs use is described */
		assert_true(
		    route->id != NULL || (!route->is_api && !route->forms));
		assert_int_equal(route->id != NULL, route->summary != NULL);
		assert_true(route->run != NULL || route->page != NULL);
		assert_true(route->is_api || route->form == REGISTRY_HTML);
		assert_true(!route->is_api || route->form != REGISTRY_HTML);
		assert_true(!route->forms || route->run != NULL);
		for (size_t k = 0; k < i; k++) {
			assert_true(route->id == NULL || routes[k].id == NULL ||
			    strcmp(routes[k].id, route->id) != 0);
			assert_true(routes[k].method != route->method ||
			    strcmp(routes[k].pattern, route->pattern) != 0);
		}
	}
}

static void
suffixes_choose_the_form(void **state)
{
	struct route_match match;

	(void)state;
	find("/label/17.json", REGISTRY_GET, &match);
	assert_string_equal(match.route->pattern, "/label/{index}");
	assert_true(match.has_form);
	assert_int_equal(match.form, REGISTRY_JSON);
	assert_true(bytes_equal_text(match.part[0], "17"));
	find("/label/17.cbor", REGISTRY_GET, &match);
	assert_int_equal(match.form, REGISTRY_CBOR);
	find("/trust.json", REGISTRY_GET, &match);
	assert_string_equal(match.route->pattern, "/trust");
	find("/label/.json", REGISTRY_GET, &match);
	assert_false(match.has_form);
	find("/label/17.xml", REGISTRY_GET, &match);
	assert_false(match.has_form);
	find("/checkpoint.json", REGISTRY_GET, &match);
	assert_null(match.route);
	find("/label/17/qr.svg", REGISTRY_GET, &match);
	assert_string_equal(match.route->id, "getLabelQrSvg");
}

static void
empty_segments_and_encoded_slashes_find_nothing(void **state)
{
	static const char *const cases[] = { "/label/", "/label//17", "//",
		"/label/17/", "/checkpoint/", "/tile/0%2F000", "/nowhere",
		"/de/checkpoint", "/de/tile/0/000", "/fr/feed.atom" };
	struct route_match match;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		find(cases[i], REGISTRY_GET, &match);
		if (match.route != NULL || match.methods != 0)
			fail_msg("%s", cases[i]);
	}
	find("/de/label/17", REGISTRY_GET, &match);
	assert_string_equal(match.route->id, "getLabel");
}

static void
accept_chooses_by_weight_then_by_name(void **state)
{
	const unsigned all =
	    1U << REGISTRY_HTML | 1U << REGISTRY_JSON | 1U << REGISTRY_CBOR;
	static const struct {
		const char *accept;
		enum registry_form otherwise;
		bool some;
		enum registry_form form;
	} cases[] = {
		{ "", REGISTRY_HTML, true, REGISTRY_HTML },
		{ "*/*", REGISTRY_HTML, true, REGISTRY_HTML },
		{ "*/*", REGISTRY_JSON, true, REGISTRY_JSON },
		{ "application/json", REGISTRY_HTML, true, REGISTRY_JSON },
		{ "APPLICATION/JSON", REGISTRY_HTML, true, REGISTRY_JSON },
		{ "application/json, text/plain, */*", REGISTRY_HTML, true,
		    REGISTRY_JSON },
		{ "text/html,application/xhtml+xml,application/xml;q=0.9,"
		  "*/*;q=0.8",
		    REGISTRY_JSON, true, REGISTRY_HTML },
		{ "application/json;q=0.4, application/cbor;q=0.5",
		    REGISTRY_HTML, true, REGISTRY_CBOR },
		{ "application/*;q=0.5, application/cbor", REGISTRY_JSON, true,
		    REGISTRY_CBOR },
		{ "text/*", REGISTRY_JSON, true, REGISTRY_HTML },
		{ "application/json;q=0, */*", REGISTRY_JSON, true,
		    REGISTRY_HTML },
		{ "application/json;q=2, text/html;q=0.1", REGISTRY_JSON, true,
		    REGISTRY_HTML },
		{ "application/json;q=0.1234", REGISTRY_HTML, false,
		    REGISTRY_HTML },
		{ "application/json; charset=\"a,b\" ; q=0.7, text/html;q=0.6",
		    REGISTRY_HTML, true, REGISTRY_JSON },
		{ "image/png", REGISTRY_HTML, false, REGISTRY_HTML },
		{ "*/*;q=0", REGISTRY_HTML, false, REGISTRY_HTML },
		{ ",,;;q,\"", REGISTRY_HTML, false, REGISTRY_HTML },
		{ "text/html;q=1.000", REGISTRY_JSON, true, REGISTRY_HTML },
		{ "text/html;q=1.001", REGISTRY_JSON, false, REGISTRY_JSON },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum registry_form form = cases[i].otherwise;
		bool some = route_choose_form(
		    bytes_of(cases[i].accept), all, cases[i].otherwise, &form);

		if (some != cases[i].some || form != cases[i].form)
			fail_msg("%s", cases[i].accept);
	}
}

static void
numbers_and_hex_have_one_spelling(void **state)
{
	static const char *const bad[] = { "", "-1", "+1", "01", "1 ", "0x1",
		"1099511627776", "18446744073709551616", "1e3" };
	uint64_t number = 5;
	uint8_t bytes[2] = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(route_number(bytes_of(bad[i]), &number));
	assert_int_equal(number, 5);
	assert_true(route_number(BYTES("0"), &number));
	assert_int_equal(number, 0);
	assert_true(route_number(BYTES("1099511627775"), &number));
	assert_true(route_hex(BYTES("0aff"), bytes, 2));
	assert_int_equal(bytes[1], 0xff);
	assert_false(route_hex(BYTES("0aFF"), bytes, 2));
	assert_false(route_hex(BYTES("0af"), bytes, 2));
	assert_false(route_hex(BYTES("0aff00"), bytes, 2));
}

static void
fields_of_forms_are_decoded(void **state)
{
	static const struct {
		const char *form;
		const char *value; /* NULL: none */
	} cases[] = {
		{ "q=a+b%21", "a b!" },
		{ "x=1&q=2&q=3", "2" },
		{ "q=", "" },
		{ "q", "" },
		{ "qq=1", NULL },
		{ "", NULL },
		{ "q=%zz", NULL },
		{ "q=%ff", NULL },
		{ "q=%00", NULL },
		{ "q=%0D%0A", "\r\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena arena = arena_open(4096);
		struct route_call call = { .arena = &arena };
		struct bytes value;
		bool found =
		    route_field(&call, bytes_of(cases[i].form), "q", &value);

		assert_int_equal(found, cases[i].value != NULL);
		if (found)
			assert_true(bytes_equal_text(value, cases[i].value));
		arena_close(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(targets_are_decoded_once),
		cmocka_unit_test(broken_targets_are_refused),
		cmocka_unit_test(long_targets_are_refused),
		cmocka_unit_test(
		    every_row_is_found_by_its_pattern_and_misses_others),
		cmocka_unit_test(rows_have_what_they_need),
		cmocka_unit_test(suffixes_choose_the_form),
		cmocka_unit_test(
		    empty_segments_and_encoded_slashes_find_nothing),
		cmocka_unit_test(accept_chooses_by_weight_then_by_name),
		cmocka_unit_test(numbers_and_hex_have_one_spelling),
		cmocka_unit_test(fields_of_forms_are_decoded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
