/* SPDX-License-Identifier: ISC */
/* Entity tags are of the body, and If-None-Match is read as the RFC says. */
#include "http/etag.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
etag_is_the_hash_of_the_body(void **state)
{
	char etag[ETAG_LEN];

	(void)state;
	/* SHA-256("abc") begins ba7816bf 8f01cfea 414140de 5dae2223 (FIPS 180) */
	assert_int_equal(etag_make(BYTES("abc"), etag), ERR_OK);
	assert_string_equal(etag, "\"ungWv48Bz-pBQUDeXa4iIw\"");
	assert_int_equal(strlen(etag), ETAG_LEN - 1);
}

static void
etag_matches_what_the_list_names(void **state)
{
	static const struct {
		const char *list;
		bool matches;
	} cases[] = {
		{ "\"tag\"", true },
		{ "W/\"tag\"", true },
		{ "*", true },
		{ " * ", true },
		{ "\"other\", \"tag\"", true },
		{ "\"other\",W/\"tag\"", true },
		{ "\"o,\" , ,\"tag\"", true },
		{ "", false },
		{ "tag", false },
		{ "\"tag", false },
		{ "\"other\"", false },
		{ "\"ta\"", false },
		{ "\"tagg\"", false },
		{ "w/\"tag\"", false },
		{ "\"other\" x \"tag\"", false },
		{ "**", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
		    etag_matches(bytes_of(cases[i].list), "\"tag\""),
		    cases[i].matches);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(etag_is_the_hash_of_the_body),
		cmocka_unit_test(etag_matches_what_the_list_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
