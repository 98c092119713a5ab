/* SPDX-License-Identifier: ISC */
/* Ranges of versions in statements. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "advisories/vers_private.h"

struct held {
	const char *range;
	const char *version;
	bool holds;
};

static void
check(const struct held *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (vers_holds(bytes_of(cases[i].range),
			bytes_of(cases[i].version)) != cases[i].holds)
			fail_msg("%s %s %s", cases[i].range,
			    cases[i].holds ? "does not hold" : "holds",
			    cases[i].version);
}

#define CHECK(cases) check(cases, sizeof(cases) / sizeof((cases)[0]))

static void
vers_holds_what_the_specification_says(void **state)
{
	static const struct held cases[] = {
		{ "vers:generic/*", "1", true },
		{ "vers:generic/1.2", "1.2", true },
		{ "vers:generic/1.2", "1.3", false },
		{ "vers:generic/1.2|1.4", "1.4", true },
		{ "vers:generic/>=2.9|<=4.1", "2.9", true },
		{ "vers:generic/>=2.9|<=4.1", "4.1", true },
		{ "vers:generic/>=2.9|<=4.1", "3.10", true },
		{ "vers:generic/>=2.9|<=4.1", "2.8.9", false },
		{ "vers:generic/>=2.9|<=4.1", "4.1.1", false },
		{ "vers:generic/>2.9|<4.1", "2.9", false },
		{ "vers:generic/>2.9|<4.1", "4.1", false },
		{ "vers:generic/<2", "1.99", true },
		{ "vers:generic/<2", "2", false },
		{ "vers:generic/>4.2", "4.3", true },
		{ "vers:generic/>4.2", "4.2", false },
		/* two stretches and a hole */
		{ "vers:npm/>=1.0.0|<1.5.0|>=2.0.0|<2.3.0", "1.7.0", false },
		{ "vers:npm/>=1.0.0|<1.5.0|>=2.0.0|<2.3.0", "2.2.9", true },
		{ "vers:npm/>=1.0.0|!=1.2.0|<1.5.0", "1.2.0", false },
		{ "vers:npm/>=1.0.0|!=1.2.0|<1.5.0", "1.2.1", true },
		{ "vers:generic/!=1.2.0", "1.2.1", true },
		{ "vers:generic/!=1.2.0", "1.2.0", false },
		{ "vers:generic/1.0|!=1.2.0", "1.1", true },
		/* the type's own order */
		{ "vers:deb/<1.0", "1.0~rc1", true },
		{ "vers:deb/<1:1.0", "9.0", true },
		{ "vers:openssl/>=1.0.2|<1.0.2za", "1.0.2z", true },
	};

	(void)state;
	CHECK(cases);
}

static void
vers_is_lenient_in_spelling(void **state)
{
	static const struct held cases[] = {
		{ "vers:generic/<2.0|>=1.0", "1.5", true }, /* not in order */
		{ "vers:generic/ >= 1.0 | < 2.0 ", "1.5", true },
		{ "vers:generic/>=V1.0|<V2.0", "1.5", true },
		{ "vers:generic/>=1.0|<2.0", "v1.5", true },
		{ "vers:generic/%3E=1.0", "1.0", false }, /* no comparator */
		{ "vers:deb/1.0%2Bdfsg-1", "1.0+dfsg-1", true },
		{ "vers:generic/||1.0||", "1.0", true },
	};

	(void)state;
	CHECK(cases);
}

static void
vers_holds_nothing_that_it_cannot_compare(void **state)
{
	static const struct held cases[] = {
		{ "", "1.0", false },
		{ "vers:", "1.0", false },
		{ "vers:generic", "1.0", false },
		{ "vers:generic/", "1.0", false },
		{ "vers:generic/>=", "1.0", false },
		{ ">=1.0", "1.1", false },
		{ "vers:generic/>=1.0", "", false },
		{ "vers:npm/>=1.0.0|<master", "1.5.0", false },
		{ "vers:npm/<2.0.0", "not a version", false },
	};

	(void)state;
	CHECK(cases);
}

static void
vers_refuses_versions_that_are_too_long(void **state)
{
	char range[300] = "vers:generic/>=1";

	(void)state;
	for (size_t i = 16; i < sizeof(range) - 1; i++)
		range[i] = '0';
	assert_false(vers_holds(bytes_of(range), BYTES("1")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vers_holds_what_the_specification_says),
		cmocka_unit_test(vers_is_lenient_in_spelling),
		cmocka_unit_test(vers_holds_nothing_that_it_cannot_compare),
		cmocka_unit_test(vers_refuses_versions_that_are_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
