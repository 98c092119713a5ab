/* SPDX-License-Identifier: ISC */
/* Identifiers of products. */
#include "statement/product.h"

#include "statement_keys.h"

static void
ids_are_those_of_another_program(void **state)
{
	/* Python: hashlib.sha256(cbor2.dumps([32473, b"Cam One"])) and of
	   [32473, b"Cam One", "1.1", bytes(32)], the first 16 bytes. */
	static const uint8_t zeros[SHA256_LEN];
	struct product p = {
		.pen = 32473,
		.hwmodel = BYTES("Cam One"),
		.version = BYTES("1.1"),
		.digest = zeros,
	};
	struct product_ids ids;
	char sub[PRODUCT_SUB_LEN];

	(void)state;
	product_find_ids(&crypto_hooks_default, &p, &ids);
	product_put_sub(&ids, false, sub);
	assert_string_equal(sub, "product/9f280553cb652fcca1998be9a3e619e6");
	product_put_sub(&ids, true, sub);
	assert_string_equal(sub,
	    "product/9f280553cb652fcca1998be9a3e619e6/release/8b624aa68da59a7deac61dab4c1177df");
	assert_true(product_has_sub(&crypto_hooks_default, &p, bytes_of(sub)));
	p.version = BYTES("1.2");
	assert_false(product_has_sub(&crypto_hooks_default, &p, bytes_of(sub)));
}

static void
subs_are_read_back_and_nothing_else(void **state)
{
	static const char *const bad[] = {
		"",
		"product/",
		"product/00112233445566778899AABBCCDDEEFF",
		"product/00112233445566778899aabbccddeef",
		"product/00112233445566778899aabbccddeeff/",
		"product/00112233445566778899aabbccddeeff/release/",
		("product/00112233445566778899aabbccddeeff/release/"
		 "00112233445566778899aabbccddeeff0"),
		"release/00112233445566778899aabbccddeeff",
	};
	struct product_ids ids;
	char sub[PRODUCT_SUB_LEN];
	bool release = false;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(
		    product_read_sub(bytes_of(bad[i]), &ids, &release),
		    ERR_MALFORMED);
	for (size_t i = 0; i < PRODUCT_ID_LEN; i++) {
		ids.product[i] = (uint8_t)(i * 17);
		ids.release[i] = (uint8_t)(255 - i);
	}
	struct product_ids again;

	product_put_sub(&ids, true, sub);
	assert_int_equal(
	    product_read_sub(bytes_of(sub), &again, &release), ERR_OK);
	assert_true(release);
	assert_memory_equal(&ids, &again, sizeof(ids));
	product_put_sub(&ids, false, sub);
	assert_int_equal(
	    product_read_sub(bytes_of(sub), &again, &release), ERR_OK);
	assert_false(release);
}

static void
makers_are_numbers_or_bytes(void **state)
{
	static const struct {
		const char *text;
		enum err err;
		size_t len; /* 0: a number */
	} cases[] = {
		{ "32473", ERR_OK, 0 },
		{ "0", ERR_MALFORMED, 0 },
		{ "4294967296", ERR_MALFORMED, 0 },
		{ "00-1B-C5", ERR_OK, 3 },
		{ "00:1b:c5", ERR_OK, 3 },
		{ "001bc5", ERR_OK, 3 },
		{ "001bc", ERR_MALFORMED, 0 },
		{ "525400", ERR_MALFORMED, 0 }, /* a number or 52-54-00? */
		{ "52-54-00", ERR_OK, 3 },
		{ "0-01bc5", ERR_MALFORMED, 0 },
		{ "00112233445566778899001122334455", ERR_OK, 16 },
		{ "00112233445566778899aabbccddeeff", ERR_OK, 16 },
		{ "00112233445566778899aabbccddeeff00", ERR_MALFORMED, 0 },
		{ "Argentum", ERR_MALFORMED, 0 },
		{ "", ERR_MALFORMED, 0 },
	};
	uint8_t room[16];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct product p = { .pen = 77 };

		assert_int_equal(
		    product_read_maker(bytes_of(cases[i].text), room, &p),
		    cases[i].err);
		if (cases[i].err == ERR_OK)
			assert_int_equal(p.oemid.len, cases[i].len);
		else
			assert_int_equal(p.pen, 77);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_are_those_of_another_program),
		cmocka_unit_test(subs_are_read_back_and_nothing_else),
		cmocka_unit_test(makers_are_numbers_or_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
