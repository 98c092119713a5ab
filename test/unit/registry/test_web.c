/* SPDX-License-Identifier: ISC */
/* Nothing that is written becomes markup unless it was meant to. */
#include "registry/web.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define DOCTYPE "<!DOCTYPE html>\n"

static void
is_written(struct out *o, const char *expected)
{
	struct bytes want = bytes_of(expected);
	struct bytes got = out_bytes(o);

	assert_int_equal(o->failed, ERR_OK);
	if (!bytes_equal(got, want))
		fail_msg("%.*s", (int)got.len, (const char *)got.ptr);
	out_close(o);
}

static void
elements_end_in_their_order(void **state)
{
	struct out o = out_open(KIB);
	struct web w = web_open(&o);

	(void)state;
	web_begin_class(&w, "p", "lead");
	web_put(&w, "a");
	web_void(&w, "br");
	web_begin(&w, "b");
	web_end(&w);
	web_leaf(&w, "i", NULL, BYTES("c"));
	web_end(&w);
	is_written(&o, DOCTYPE "<p class=\"lead\">a<br><b></b><i>c</i></p>");
}

static void
text_and_values_are_escaped(void **state)
{
	struct out o = out_open(KIB);
	struct web w = web_open(&o);

	(void)state;
	web_begin(&w, "p");
	web_attribute(&w, "title", BYTES("\"<'&>"));
	web_flag(&w, "hidden");
	web_put(&w, "</p><script>'\"&");
	web_end(&w);
	is_written(&o,
	    DOCTYPE "<p title=\"&quot;&lt;&#39;&amp;&gt;\" hidden>"
		    "&lt;/p&gt;&lt;script&gt;&#39;&quot;&amp;</p>");
}

static void
what_turns_text_around_becomes_visible(void **state)
{
	/* U+202E, U+2066, U+061C, U+200F, controls, and what is no UTF-8 */
	static const uint8_t bad[][4] = {
		{ 0xe2, 0x80, 0xae },
		{ 0xe2, 0x81, 0xa6 },
		{ 0xd8, 0x9c },
		{ 0xe2, 0x80, 0x8f },
		{ 0x01 },
		{ 0x7f },
		{ 0xc2, 0x85 },
		{ 0xff },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct out o = out_open(KIB);
		struct web w = web_open(&o);

		web_put(&w, (const char *)bad[i]);
		is_written(&o, DOCTYPE "\xef\xbf\xbd");
	}
}

static void
a_value_in_parts_holds_no_element(void **state)
{
	struct out o = out_open(KIB);
	struct web w = web_open(&o);
	uint8_t id[] = { 0x0a, 0xff };

	(void)state;
	web_begin(&w, "a");
	web_begin_value(&w, "href");
	web_put(&w, "/x/");
	web_hex(&w, (struct bytes){ id, 2 });
	web_put(&w, "?");
	web_number(&w, 17);
	web_end_value(&w);
	web_end(&w);
	web_begin_plain(&w, "title");
	web_put(&w, "<b>");
	web_end_plain(&w);
	is_written(
	    &o, DOCTYPE "<a href=\"/x/0aff?17\"></a><title>&lt;b&gt;</title>");
}

static void
only_addresses_that_cannot_run_are_linked(void **state)
{
	static const struct {
		const char *url;
		bool ok;
	} cases[] = {
		{ "https://a.example/x?y=z#f", true },
		{ "HTTP://a.example", true },
		{ "/label/17", true },
		{ "#main", true },
		{ "", false },
		{ "https://", false },
		{ "//a.example/x", false },
		{ "javascript:alert(1)", false },
		{ "JavaScript:alert(1)", false },
		{ " javascript:alert(1)", false },
		{ "java\tscript:alert(1)", false },
		{ "data:text/html,x", false },
		{ "vbscript:x", false },
		{ "ftp://a.example/", false },
		{ "label/17", false },
		{ "/\\a.example", false },
		{ "https://a.example/\"onx", false },
		{ "https://a.example/ x", false },
		{ "https://\xc3\xa4.example/", false },
		{ "https://a.example/\n", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes url = bytes_of(cases[i].url);
		struct out o = out_open(KIB);
		struct web w = web_open(&o);

		if (web_url_ok(url) != cases[i].ok)
			fail_msg("%s", cases[i].url);
		web_begin(&w, "a");
		web_url(&w, "href", url);
		web_end(&w);
		assert_true((bytes_find(out_bytes(&o), BYTES("href"), 0) !=
				SIZE_MAX) == cases[i].ok);
		out_close(&o);
	}
}

static void
a_segment_is_percent_encoded(void **state)
{
	struct out o = out_open(KIB);

	(void)state;
	web_put_encoded(&o, BYTES("aZ09-._~ /?#%\"<\xc3\xa9"));
	is_written(&o, "aZ09-._~%20%2F%3F%23%25%22%3C%C3%A9");
}

static void
a_full_writer_fails_and_says_so(void **state)
{
	struct out o = out_open(40);
	struct web w = web_open(&o);

	(void)state;
	web_begin(&w, "p");
	for (size_t i = 0; i < 100; i++)
		web_put(&w, "text");
	web_end(&w);
	assert_int_equal(o.failed, ERR_LIMIT);
	out_close(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elements_end_in_their_order),
		cmocka_unit_test(text_and_values_are_escaped),
		cmocka_unit_test(what_turns_text_around_becomes_visible),
		cmocka_unit_test(a_value_in_parts_holds_no_element),
		cmocka_unit_test(only_addresses_that_cannot_run_are_linked),
		cmocka_unit_test(a_segment_is_percent_encoded),
		cmocka_unit_test(a_full_writer_fails_and_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
