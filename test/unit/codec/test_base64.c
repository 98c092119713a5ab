/* SPDX-License-Identifier: ISC */
/* Base64: the specification's examples; a text has one reading or none. */
#include "codec/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
check_pair(enum base64_alphabet alphabet, const char *plain, const char *text)
{
	uint8_t room[64];
	struct bytes out = { 0 };
	size_t at = 99;

	assert_int_equal(
	    base64_encode(alphabet, bytes_of(plain), room, sizeof(room), &out),
	    ERR_OK);
	assert_true(bytes_equal_text(out, text));
	assert_int_equal(base64_decode(alphabet, bytes_of(text), room,
			     sizeof(room), &out, &at),
	    ERR_OK);
	assert_true(bytes_equal_text(out, plain));
}

static void
base64_gives_the_examples_of_its_specification(void **state)
{
	static const char *const pairs[][3] = {
		{ "", "", "" },
		{ "f", "Zg==", "Zg" },
		{ "fo", "Zm8=", "Zm8" },
		{ "foo", "Zm9v", "Zm9v" },
		{ "foob", "Zm9vYg==", "Zm9vYg" },
		{ "fooba", "Zm9vYmE=", "Zm9vYmE" },
		{ "foobar", "Zm9vYmFy", "Zm9vYmFy" },
		{ "\xfb\xff\xbf", "+/+/", "-_-_" },
	};

	(void)state; /* RFC 4648 §10 */
	for (size_t i = 0; i < COUNT(pairs); i++) {
		check_pair(BASE64_STANDARD, pairs[i][0], pairs[i][1]);
		check_pair(BASE64_URL, pairs[i][0], pairs[i][2]);
	}
}

static void
base64_says_where_the_text_is_wrong(void **state)
{
	static const struct {
		enum base64_alphabet alphabet;
		const char *text;
		enum err err;
		size_t at;
	} cases[] = {
		{ BASE64_STANDARD, "Zg", ERR_TRUNCATED, 2 },
		{ BASE64_STANDARD, "Zg=", ERR_TRUNCATED, 2 },
		{ BASE64_STANDARD, "Zg===", ERR_MALFORMED, 2 },
		{ BASE64_STANDARD, "Z===", ERR_MALFORMED, 1 },
		{ BASE64_STANDARD, "====", ERR_MALFORMED, 0 },
		{ BASE64_STANDARD, "=", ERR_TRUNCATED, 0 },
		{ BASE64_STANDARD, "Zm9v=", ERR_TRUNCATED, 4 },
		{ BASE64_STANDARD, "Zm9v==", ERR_TRUNCATED, 4 },
		{ BASE64_STANDARD, "Zm9v====", ERR_MALFORMED, 4 },
		{ BASE64_STANDARD, "Zg==Zm9v", ERR_MALFORMED, 2 },
		{ BASE64_STANDARD, "Zh==", ERR_MALFORMED, 1 },
		{ BASE64_STANDARD, "Zm9=", ERR_MALFORMED, 2 },
		{ BASE64_STANDARD, "Zm9v\n", ERR_MALFORMED, 4 },
		{ BASE64_STANDARD, "Zm v", ERR_MALFORMED, 2 },
		{ BASE64_STANDARD, "-_-_", ERR_MALFORMED, 0 },
		{ BASE64_URL, "Zg==", ERR_MALFORMED, 2 },
		{ BASE64_URL, "+/+/", ERR_MALFORMED, 0 },
		{ BASE64_URL, "Zm9vY", ERR_TRUNCATED, 5 },
		{ BASE64_URL, "Zh", ERR_MALFORMED, 1 },
		{ BASE64_URL, "Zm9", ERR_MALFORMED, 2 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint8_t room[16];
		struct bytes out = BYTES("untouched");
		size_t at = 99;

		assert_int_equal(
		    base64_decode(cases[i].alphabet, bytes_of(cases[i].text),
			room, sizeof(room), &out, &at),
		    cases[i].err);
		assert_int_equal(at, cases[i].at);
		assert_true(bytes_equal_text(out, "untouched"));
	}
}

static void
base64_refuses_every_byte_that_is_no_digit(void **state)
{
	size_t taken = 0;

	(void)state;
	for (unsigned c = 0; c < 256; c++) {
		uint8_t text[4] = { 'Z', (uint8_t)c, '9', 'v' };
		uint8_t room[3];
		struct bytes out = { 0 };
		size_t at;
		enum err err = base64_decode(BASE64_STANDARD,
		    (struct bytes){ text, 4 }, room, 3, &out, &at);

		taken += err == ERR_OK;
		if (err != ERR_OK)
			assert_int_equal(at, 1);
	}
	assert_int_equal(taken, 64);
}

static void
base64_keeps_to_its_room(void **state)
{
	uint8_t room[8];
	struct bytes out = { 0 };
	size_t at;

	(void)state;
	assert_int_equal(
	    base64_encode(BASE64_STANDARD, BYTES("f"), room, 3, &out),
	    ERR_LIMIT);
	assert_int_equal(
	    base64_encode(BASE64_URL, BYTES("f"), room, 2, &out), ERR_OK);
	assert_int_equal(
	    base64_decode(BASE64_STANDARD, BYTES("Zm8="), room, 1, &out, &at),
	    ERR_LIMIT);
	assert_int_equal(
	    base64_decode(BASE64_STANDARD, BYTES("Zm8="), room, 2, &out, &at),
	    ERR_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    base64_gives_the_examples_of_its_specification),
		cmocka_unit_test(base64_says_where_the_text_is_wrong),
		cmocka_unit_test(base64_refuses_every_byte_that_is_no_digit),
		cmocka_unit_test(base64_keeps_to_its_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
