/* SPDX-License-Identifier: ISC */
/* Lists of numbers and scanned texts; forms, CSV. */
#include "api_world.h"

#include "label/compact_text.h"
#include "registry/csv.h"
#include "registry/form.h"
#include "registry/label_text.h"
#include "registry/xml.h"

#include <stdio.h>

/* A label, its text in both carriers, and one of another body's key. */
struct stock {
	struct api_world a;
	char url[2048];
	char text[2048];
	char unlogged[2048];
	char foreign[2048];
};

static void
write_text(const struct compact *c, bool url, char *ret)
{
	uint8_t room[COMPACT_MAX_LEN];
	uint8_t text[COMPACT_TEXT_MAX_LEN];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));
	struct bytes made = { NULL, 0 };

	compact_put(&w, c);
	if (url)
		assert_int_equal(compact_to_url(cbor_written(&w),
				     BYTES("registry.example"), text, &made),
		    ERR_OK);
	else
		assert_int_equal(
		    compact_to_text(cbor_written(&w), text, &made), ERR_OK);
	memcpy(ret, made.ptr, made.len);
	ret[made.len] = 0;
}

static void
open_stock(struct stock *s, bool full)
{
	struct label_claims claims = test_claims();
	struct compact compact;
	struct fault fault;
	uint8_t room[TEST_ROOM];
	struct bytes other;

	api_world_open(&s->a);
	api_accredit(&s->a, LAB_A, "Lab", world_iss[LAB_A]);
	claims.maker = BYTES("=1+1");
	assert_int_equal(api_label_of(&s->a, &claims), 1);
	if (full)
		api_fill(&s->a, 300);
	assert_int_equal(compact_from_statement(s->a.entry[1],
			     &crypto_hooks_default, &compact, &fault),
	    ERR_OK);
	write_text(&compact, false, s->unlogged);
	compact.logged = true;
	compact.index = 1;
	write_text(&compact, true, s->url);
	write_text(&compact, false, s->text);
	/* the same words under another key, or never handed in */
	other = test_label(&s->a.w.signer[LAB_C], &claims, world_iss[LAB_C],
	    s->a.w.now, s->a.w.now + DAY, room);
	assert_int_equal(compact_from_statement(
			     other, &crypto_hooks_default, &compact, &fault),
	    ERR_OK);
	write_text(&compact, false, s->foreign);
}

static unsigned
check(struct stock *s, const char *accept, const char *list)
{
	return api_post(&s->a, "/check", "text/csv", accept, bytes_of(list));
}

static int
setup(void **state)
{
	struct stock *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	open_stock(s, false);
	*state = s;
	return 0;
}

static int
teardown(void **state)
{
	struct stock *s = *state;

	api_world_close(&s->a);
	free(s);
	return 0;
}

static void
numbers_and_addresses_are_found(void **state)
{
	static const char *const lists[] = { "1", "#1", "\"1\"", "x;1",
		"sku,label\r\n4711x,1\r\n", "https://registry.example/label/1",
		"\xef\xbb\xbflabel\n1\n", "1\t2027-01-01", " 1 ",
		"\"a \"\"quoted\"\" name\";\"1\"" };
	struct stock *s = *state;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		assert_int_equal(check(s, "application/json", lists[i]), 200);
		api_is_json(&s->a);
		if (!api_find(&s->a, "\"found\":1,"))
			fail_msg("%s: %.*s", lists[i], (int)s->a.body.len,
			    (const char *)s->a.body.ptr);
		api_has(&s->a, "\"standing\":\"valid\"");
		api_has(&s->a, "\"index\":1,");
	}
}

static void
numbers_without_a_label_are_told(void **state)
{
	struct stock *s = *state;

	assert_int_equal(
	    check(s, "application/json", "0\n7\n99999999999999\nhallo\n"), 200);
	api_has(&s->a, "\"no-label\":2,");
	api_has(&s->a, "\"unreadable\":2\n");
}

static void
texts_are_compared_with_the_ledger(void **state)
{
	struct stock *s = *state;
	struct out list = out_open(1 << 16);

	out_text(&list, "text\n");
	out_text(&list, s->url);
	out_text(&list, "\n");
	out_text(&list, s->text);
	out_text(&list, "\n\"");
	out_text(&list, s->unlogged);
	out_text(&list, "\"\n");
	out_text(&list, s->foreign);
	assert_int_equal(api_post(&s->a, "/check", "text/csv",
			     "application/json", out_bytes(&list)),
	    200);
	out_close(&list);
	api_has(&s->a, "\"found\":3,");
	api_has(&s->a, "\"not-logged\":1,");
}

/* Each character of the code changed: it is the same label or named so. */
static void
a_changed_text_is_never_found(void **state)
{
	struct stock *s = *state;
	size_t len = strlen(s->url);
	size_t forged = 0;

	for (size_t i = strlen("https://registry.example/V#"); i < len; i++) {
		char was = s->url[i];

		s->url[i] = was == 'A' ? 'B' : 'A';
		assert_int_equal(check(s, "application/json", s->url), 200);
		api_has(&s->a, "\"found\":0,");
		forged += api_find(&s->a, "\"answer\":\"forged\"");
		s->url[i] = was;
	}
	assert_true(forged > len / 4);
}

static void
a_proof_must_be_the_tiles(void **state)
{
	struct stock *s = *state;
	struct compact compact;
	struct registry_request request = { .target = BYTES("/") };
	struct registry_answer answer = { 0 };
	struct arena arena = arena_open(1 << 20);
	struct route_call call = {
		.registry = s->a.registry,
		.request = &request,
		.arena = &arena,
		.answer = &answer,
	};
	uint8_t proof[COMPACT_PROOF_LEN];
	char text[2048];

	assert_int_equal(label_text_compact(&call, 1, &compact), ERR_OK);
	assert_int_equal(compact.proof.len, 0);
	api_fill(&s->a, 300);
	assert_int_equal(label_text_compact(&call, 1, &compact), ERR_OK);
	assert_int_equal(compact.proof.len, COMPACT_PROOF_LEN);
	write_text(&compact, true, text);
	assert_int_equal(check(s, "application/json", text), 200);
	api_has(&s->a, "\"found\":1,");
	/* printed before the tile was full, it still is the label */
	assert_int_equal(check(s, "application/json", s->url), 200);
	api_has(&s->a, "\"found\":1,");
	memcpy(proof, compact.proof.ptr, sizeof(proof));
	proof[77] ^= 1;
	compact.proof.ptr = proof;
	write_text(&compact, true, text);
	assert_int_equal(check(s, "application/json", text), 200);
	api_has(&s->a, "\"forged\":1,");
	assert_int_equal(label_text_compact(&call, 0, &compact), ERR_END);
	assert_int_equal(label_text_compact(&call, 300, &compact), ERR_END);
	arena_close(&arena);
}

static void
csv_is_the_answer_to_csv(void **state)
{
	struct stock *s = *state;

	assert_int_equal(check(s, NULL, "1\n=2+3,x\n"), 200);
	assert_string_equal(s->a.answer.type, "text/csv; charset=utf-8");
	assert_string_equal(s->a.answer.file_name, "labels.csv");
	assert_int_equal(s->a.answer.cache, REGISTRY_NO_STORE);
	api_has(&s->a,
	    "1,\"1\",found,valid,1,\"'=1+1\",\"Cam One\",\"1.1\",2025-11-13,"
	    "\"https://registry.example/label/1\"\r\n");
	api_has(&s->a, "2,\"'=2+3\",unreadable,,,,,,,\r\n");
	assert_int_equal(
	    check(s, "text/csv, application/json;q=0.5", "1"), 200);
	assert_string_equal(s->a.answer.type, "text/csv; charset=utf-8");
	assert_int_equal(check(s, "application/cbor", "1\n7"), 200);
	api_is_cbor(&s->a);
	assert_int_equal(
	    api_post(&s->a, "/check", "application/x-www-form-urlencoded",
		"text/html", BYTES("list=1%0A7")),
	    200);
	assert_true(strncmp(s->a.answer.type, "text/html", 9) == 0);
	assert_int_equal(api_post(&s->a, "/check", "image/png",
			     "application/json", BYTES("1")),
	    415);
}

static void
long_lists_are_cut_and_say_so(void **state)
{
	struct stock *s = *state;
	char *list = malloc(2 * 4001 + 1);

	assert_non_null(list);
	for (size_t i = 0; i < 4001; i++)
		memcpy(list + 2 * i, "1\n", 2);
	assert_int_equal(
	    api_post(&s->a, "/check", "text/plain", "application/json",
		(struct bytes){ (const uint8_t *)list, 2 * 4001 }),
	    200);
	api_has(&s->a, "\"found\":4000,");
	api_has(&s->a, "\"more\":true");
	assert_int_equal(
	    api_post(&s->a, "/check", "text/plain", "application/json",
		(struct bytes){ (const uint8_t *)list, 2 * 4000 }),
	    200);
	api_has(&s->a, "\"more\":false");
	free(list);
}

/* ---- writers ---- */

static void
csv_disarms_what_spreadsheets_obey(void **state)
{
	static const struct {
		const char *text;
		const char *csv;
	} cases[] = {
		{ "", "\"\"" },
		{ "plain", "\"plain\"" },
		{ "a,b;c", "\"a,b;c\"" },
		{ "say \"hi\"", "\"say \"\"hi\"\"\"" },
		{ "=1+1", "\"'=1+1\"" },
		{ "+1", "\"'+1\"" },
		{ "-1", "\"'-1\"" },
		{ "@SUM(1)", "\"'@SUM(1)\"" },
		{ "\t=1", "\"'\xef\xbf\xbd=1\"" },
		{ "\r=1", "\"'\xef\xbf\xbd=1\"" },
		{ " =1", "\"' =1\"" },
		{ "a\nb",
		    "\"a\xef\xbf\xbd"
		    "b\"" },
		{ "\xef\xbc\x9d"
		  "1",
		    "\"'\xef\xbc\x9d"
		    "1\"" },
		{ "a\xe2\x80\xae"
		  "b",
		    "\"a\xef\xbf\xbd"
		    "b\"" },
		{ "\xff", "\"\xef\xbf\xbd\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct out o = out_open(1024);

		csv_put(&o, bytes_of(cases[i].text));
		if (!bytes_equal_text(out_bytes(&o), cases[i].csv))
			fail_msg("%zu: %.*s", i, (int)o.len, o.ptr);
		out_close(&o);
	}
}

static void
xml_has_no_characters_that_it_may_not(void **state)
{
	static const struct {
		const char *text;
		const char *xml;
	} cases[] = {
		{ "<a href=\"x\">'&",
		    "&lt;a href=&quot;x&quot;&gt;&#39;&amp;" },
		{ "\xef\xbf\xbe|\xef\xbf\xbf|\xef\xbf\xbd|\xef\xbf",
		    "\xef\xbf\xbd|\xef\xbf\xbd|\xef\xbf\xbd|\xef\xbf\xbd"
		    "\xef\xbf\xbd" },
		{ "\x01\x0b\x1b", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "]]>", "]]&gt;" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct out o = out_open(1024);

		xml_put(&o, bytes_of(cases[i].text));
		if (!bytes_equal_text(out_bytes(&o), cases[i].xml))
			fail_msg("%zu: %.*s", i, (int)o.len, o.ptr);
		out_close(&o);
	}
}

static void
forms_are_json_and_sorted_cbor(void **state)
{
	static const uint8_t cbor[] = { 0xa4, 0x61, 'a', 0x81, 0x01, 0x61, 'b',
		0x42, 1, 2, 0x61, 'z', 0xf6, 0x62, 'a', 'a', 0xc1, 0x1a, 0x65,
		0x53, 0xf1, 0x00 };

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct out o = out_open(1024);
		struct form f;

		form_open(&f, i == 0 ? REGISTRY_JSON : REGISTRY_CBOR, &o);
		form_begin_object(&f, NULL);
		form_null(&f, "z");
		form_time(&f, "aa", T0);
		form_begin_array(&f, "a");
		form_number(&f, NULL, 1);
		form_end(&f);
		form_bytes(&f, "b", BYTES("\x01\x02"));
		form_end(&f);
		assert_int_equal(o.failed, ERR_OK);
		if (i == 0)
			assert_true(bytes_equal_text(out_bytes(&o),
			    "{\n  \"z\":null,\n  \"aa\":\"2023-11-14T22:13:20Z\""
			    ",\n  \"a\":[\n    1\n  ],\n  \"b\":\"0102\"\n}\n"));
		else
			assert_true(bytes_equal(out_bytes(&o),
			    (struct bytes){ cbor, sizeof(cbor) }));
		out_close(&o);
	}
}

/* A writer that is full stays so, and no byte is written behind its end. */
static void
full_forms_fail(void **state)
{
	(void)state;
	for (size_t limit = 0; limit < 60; limit++) {
		struct out o = out_open(limit);
		struct form f;

		form_open(&f, REGISTRY_CBOR, &o);
		form_begin_object(&f, NULL);
		form_string(&f, "key", "a text that is longer than the room");
		form_bool(&f, "bool", true);
		form_begin_array(&f, "list");
		form_end(&f);
		form_end(&f);
		assert_true(o.failed == ERR_LIMIT || o.len <= limit);
		out_close(&o);
	}
}

#define STOCK_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STOCK_TEST(numbers_and_addresses_are_found),
		STOCK_TEST(numbers_without_a_label_are_told),
		STOCK_TEST(texts_are_compared_with_the_ledger),
		STOCK_TEST(a_changed_text_is_never_found),
		STOCK_TEST(a_proof_must_be_the_tiles),
		STOCK_TEST(csv_is_the_answer_to_csv),
		STOCK_TEST(long_lists_are_cut_and_say_so),
		cmocka_unit_test(csv_disarms_what_spreadsheets_obey),
		cmocka_unit_test(xml_has_no_characters_that_it_may_not),
		cmocka_unit_test(forms_are_json_and_sorted_cbor),
		cmocka_unit_test(full_forms_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
