/* SPDX-License-Identifier: ISC */
/* The JSON reader: what it accepts, refuses and passes over. */
#include "codec/json_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Reads all; the first failure, or ERR_END. */
static enum err
read_all(struct bytes in, size_t *ret_items)
{
	struct json_reader r = json_reader_open(in);
	struct json_item item;
	enum err err;

	*ret_items = 0;
	while ((err = json_read(&r, &item)) == ERR_OK)
		(*ret_items)++;
	assert_true(r.pos <= in.len);
	assert_int_equal(json_read(&r, &item), err); /* it stays */
	return err;
}

static void
json_read_gives_items_in_their_order(void **state)
{
	static const struct {
		enum json_kind kind;
		size_t depth;
		const char *key, *text;
	} wanted[] = {
		{ JSON_OBJECT, 0, "", "" },
		{ JSON_TEXT, 1, "a", "b\\\"" },
		{ JSON_ARRAY, 1, "c", "" },
		{ JSON_NUMBER, 2, "", "-1.5e3" },
		{ JSON_TRUE, 2, "", "" },
		{ JSON_OBJECT, 2, "", "" },
		{ JSON_END, 2, "", "" },
		{ JSON_NULL, 2, "", "" },
		{ JSON_END, 1, "", "" },
		{ JSON_FALSE, 1, "d", "" },
		{ JSON_END, 0, "", "" },
	};
	struct json_reader r = json_reader_open(
	    BYTES("\n{ \"a\" : \"b\\\"\",\"c\":[-1.5e3, true, { }, null],"
		  "\t\"d\":false }\r\n"));
	struct json_item item;

	(void)state;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		assert_int_equal(json_read(&r, &item), ERR_OK);
		assert_int_equal(item.kind, wanted[i].kind);
		assert_int_equal(item.depth, wanted[i].depth);
		assert_true(bytes_equal_text(item.key, wanted[i].key));
		assert_true(bytes_equal_text(item.text, wanted[i].text));
	}
	assert_int_equal(json_read(&r, &item), ERR_END);
}

static void
json_read_refuses_what_is_no_json(void **state)
{
	static const struct {
		const char *text;
		enum err err;
	} cases[] = {
		{ "", ERR_TRUNCATED },
		{ " ", ERR_TRUNCATED },
		{ "{", ERR_TRUNCATED },
		{ "{\"a\"", ERR_TRUNCATED },
		{ "{\"a\":", ERR_TRUNCATED },
		{ "{\"a\":1", ERR_TRUNCATED },
		{ "\"a\\", ERR_TRUNCATED },
		{ "[1,]", ERR_MALFORMED },
		{ "[1 2]", ERR_MALFORMED },
		{ "[,1]", ERR_MALFORMED },
		{ "{,}", ERR_MALFORMED },
		{ "{1:2}", ERR_MALFORMED },
		{ "{\"a\" 1}", ERR_MALFORMED },
		{ "{\"a\":1]", ERR_MALFORMED },
		{ "[1}", ERR_MALFORMED },
		{ "[\"a\nb\"]", ERR_MALFORMED },
		{ "1 2", ERR_MALFORMED },
		{ "{} {}", ERR_MALFORMED },
		{ "nul", ERR_MALFORMED },
		{ "'a'", ERR_MALFORMED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t items;

		assert_int_equal(
		    read_all(bytes_of(cases[i].text), &items), cases[i].err);
	}
}

static void
json_read_takes_a_lone_value(void **state)
{
	static const char *const texts[] = { "1", "\"\"", "true", "[]", "{}",
		" null " };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		size_t items;

		assert_int_equal(read_all(bytes_of(texts[i]), &items), ERR_END);
		assert_true(items > 0);
	}
}

static void
json_read_goes_only_so_deep(void **state)
{
	uint8_t text[JSON_READ_DEPTH + 1];
	size_t items;

	(void)state;
	memset(text, '[', sizeof(text));
	assert_int_equal(
	    read_all((struct bytes){ text, sizeof(text) }, &items), ERR_LIMIT);
	assert_int_equal(items, JSON_READ_DEPTH);
	assert_int_equal(
	    read_all((struct bytes){ text, sizeof(text) - 1 }, &items),
	    ERR_TRUNCATED);
}

static void
json_skip_passes_over_all_of_a_value(void **state)
{
	struct json_reader r =
	    json_reader_open(BYTES("{\"a\":{\"b\":[{},[1]]},\"c\":2}"));
	struct json_item item;

	(void)state;
	assert_int_equal(json_read(&r, &item), ERR_OK);
	assert_int_equal(json_read(&r, &item), ERR_OK);
	assert_int_equal(json_skip(&r, &item), ERR_OK);
	assert_int_equal(json_read(&r, &item), ERR_OK);
	assert_true(bytes_equal_text(item.key, "c"));
	assert_int_equal(json_skip(&r, &item), ERR_OK);
	assert_int_equal(json_read(&r, &item), ERR_OK);
	assert_int_equal(item.kind, JSON_END);
	r = json_reader_open(BYTES("[[1,"));
	assert_int_equal(json_read(&r, &item), ERR_OK);
	assert_int_equal(json_skip(&r, &item), ERR_TRUNCATED);
}

static void
json_find_text_looks_at_the_outermost_object_only(void **state)
{
	static const struct {
		const char *json, *found;
	} cases[] = {
		{ "{\"a\":{\"k\":\"no\"},\"k\":\"yes\"}", "yes" },
		{ "{\"k\":1,\"k\":\"yes\"}", "yes" },
		{ "{\"k\":[\"no\"]}", "" },
		{ "[{\"k\":\"no\"}]", "" },
		{ "{\"a\":}", "" },
		{ "\"k\"", "" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_true(bytes_equal_text(
		    json_find_text(bytes_of(cases[i].json), "k"),
		    cases[i].found));
}

static void
json_puts_texts_without_their_escapes(void **state)
{
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{ "plain", "plain" },
		{ "\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t" },
		{ "\\u0041\\u00e9\\u20AC", "A\xc3\xa9\xe2\x82\xac" },
		{ "\\uD83D\\uDE00", "\xf0\x9f\x98\x80" },
		{ "\\uD83D", "\\uD83D" },
		{ "\\uDE00", "\\uDE00" },
		{ "\\uD83D\\u0041", "\\uD83DA" },
		{ "\\u12", "\\u12" },
		{ "\\x\\", "\\x\\" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct out o = out_open(100);

		json_put_unescaped(&o, bytes_of(cases[i].text));
		assert_true(bytes_equal_text(out_bytes(&o), cases[i].wanted));
		out_close(&o);
	}
}

/* A copy that ends at the prefix, so that a sanitiser sees what is read
   behind it. */
static void
json_read_refuses_every_prefix(void **state)
{
	struct bytes text = BYTES("{\"a\":[1,{\"b\":\"c\\u0041\"},null]}");

	(void)state;
	for (size_t len = 0; len < text.len; len++) {
		uint8_t *copy = malloc(len + 1);
		size_t items;

		assert_non_null(copy);
		memcpy(copy, text.ptr, len);
		assert_true(
		    read_all((struct bytes){ copy, len }, &items) != ERR_END);
		free(copy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_read_gives_items_in_their_order),
		cmocka_unit_test(json_read_refuses_what_is_no_json),
		cmocka_unit_test(json_read_takes_a_lone_value),
		cmocka_unit_test(json_read_goes_only_so_deep),
		cmocka_unit_test(json_skip_passes_over_all_of_a_value),
		cmocka_unit_test(
		    json_find_text_looks_at_the_outermost_object_only),
		cmocka_unit_test(json_puts_texts_without_their_escapes),
		cmocka_unit_test(json_read_refuses_every_prefix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
