/* SPDX-License-Identifier: ISC */
/* Base45 and base41: the specification's examples, and every refusal. */
#include "codec/base_n.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
check_pair(enum base_n base, struct bytes plain, const char *text)
{
	uint8_t room[64];
	struct bytes out = { 0 };
	size_t at = 99;

	assert_int_equal(
	    base_n_encode(base, plain, room, sizeof(room), &out), ERR_OK);
	assert_true(bytes_equal_text(out, text));
	assert_int_equal(
	    base_n_decode(base, bytes_of(text), room, sizeof(room), &out, &at),
	    ERR_OK);
	assert_true(bytes_equal(out, plain));
}

static void
base45_gives_the_examples_of_its_specification(void **state)
{
	(void)state; /* RFC 9285 §4.3 and §4.4 */
	check_pair(BASE_45, BYTES("AB"), "BB8");
	check_pair(BASE_45, BYTES("Hello!!"), "%69 VD92EX0");
	check_pair(BASE_45, BYTES("base-45"), "UJCLQE7W581");
	check_pair(BASE_45, BYTES("ietf!"), "QED8WEX0");
	check_pair(BASE_45, BYTES(""), "");
}

static void
base41_counts_as_base45_does(void **state)
{
	(void)state;
	/* 0x4142 = 16706 = 19 + 41 * (38 + 41 * 9) */
	check_pair(BASE_41, BYTES("AB"), "J-9");
	check_pair(BASE_41, BYTES("\xff\xff"), "H:-");
	check_pair(BASE_41, BYTES("\xff"), "96");
	check_pair(BASE_41, BYTES("\0\0\0"), "00000");
	check_pair(BASE_41, BYTES(""), "");
}

static void
base_n_gives_back_every_group(void **state)
{
	(void)state;
	for (unsigned base = BASE_45; base <= BASE_41; base++)
		for (uint32_t value = 0; value < 65536; value++) {
			uint8_t plain[3] = { (uint8_t)(value >> 8),
				(uint8_t)value, (uint8_t)value };
			uint8_t text[5];
			uint8_t back[3];
			struct bytes coded = { 0 };
			struct bytes out = { 0 };
			size_t at;

			assert_int_equal(base_n_encode((enum base_n)base,
					     (struct bytes){ plain, 3 }, text,
					     sizeof(text), &coded),
			    ERR_OK);
			assert_int_equal(base_n_decode((enum base_n)base, coded,
					     back, sizeof(back), &out, &at),
			    ERR_OK);
			assert_memory_equal(back, plain, 3);
			assert_int_equal(out.len, 3);
		}
}

static void
base_n_says_where_the_text_is_wrong(void **state)
{
	static const struct {
		enum base_n base;
		const char *text;
		enum err err;
		size_t at;
	} cases[] = {
		{ BASE_45, "GGW", ERR_MALFORMED, 0 }, /* 65536 */
		{ BASE_45, "BB8:::", ERR_MALFORMED, 3 },
		{ BASE_45, "BB8U5", ERR_OK, 0 }, /* 255 */
		{ BASE_45, "BB8V5", ERR_MALFORMED, 3 },
		{ BASE_45, "BB8A", ERR_TRUNCATED, 3 },
		{ BASE_45, "BB8Aa", ERR_MALFORMED, 4 },
		{ BASE_45, "Bb8", ERR_MALFORMED, 1 },
		{ BASE_45, "BB8\n", ERR_MALFORMED, 3 },
		{ BASE_41, "H:-", ERR_OK, 0 }, /* 65535 */
		{ BASE_41, "I:-", ERR_MALFORMED, 0 },
		{ BASE_41, ":::", ERR_MALFORMED, 0 },
		{ BASE_41, "96", ERR_OK, 0 },
		{ BASE_41, "A6", ERR_MALFORMED, 0 },
		{ BASE_41, "96A", ERR_OK, 0 },
		{ BASE_41, "9", ERR_TRUNCATED, 0 },
		{ BASE_41, "0 0", ERR_MALFORMED, 1 },
		{ BASE_41, "0%0", ERR_MALFORMED, 1 },
		{ BASE_41, "0+0", ERR_MALFORMED, 1 },
		{ BASE_41, "0/0", ERR_MALFORMED, 1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint8_t room[16];
		struct bytes out = BYTES("untouched");
		size_t at = 0;

		assert_int_equal(
		    base_n_decode(cases[i].base, bytes_of(cases[i].text), room,
			sizeof(room), &out, &at),
		    cases[i].err);
		if (cases[i].err == ERR_OK)
			continue;
		assert_int_equal(at, cases[i].at);
		assert_true(bytes_equal_text(out, "untouched"));
	}
}

static void
base_n_keeps_to_its_room(void **state)
{
	uint8_t room[8];
	struct bytes out = { 0 };
	size_t at;

	(void)state;
	assert_int_equal(
	    base_n_encode(BASE_41, BYTES("abc"), room, 4, &out), ERR_LIMIT);
	assert_int_equal(
	    base_n_encode(BASE_41, BYTES("abc"), room, 5, &out), ERR_OK);
	assert_int_equal(
	    base_n_decode(BASE_45, BYTES("00000"), room, 2, &out, &at),
	    ERR_LIMIT);
	assert_int_equal(
	    base_n_decode(BASE_45, BYTES("00000"), room, 3, &out, &at), ERR_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    base45_gives_the_examples_of_its_specification),
		cmocka_unit_test(base41_counts_as_base45_does),
		cmocka_unit_test(base_n_gives_back_every_group),
		cmocka_unit_test(base_n_says_where_the_text_is_wrong),
		cmocka_unit_test(base_n_keeps_to_its_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
