/* SPDX-License-Identifier: ISC */
/* Which version is the newer one. */
#include "advisories/version.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *
order_text(enum version_order order)
{
	static const char *const words[] = { "unsure", "same", "older",
		"newer" };

	return words[order];
}

static void
assert_order(const char *was, const char *now, enum version_order expected)
{
	enum version_order order =
	    version_compare(VERSION_ANY, bytes_of(was), bytes_of(now));

	if (order != expected)
		fail_msg("%s is %s than %s, not %s", now, order_text(order),
		    was, order_text(expected));
}

static void
versions_that_rise_are_newer_and_the_other_way_round(void **state)
{
	static const char *const rising[][2] = {
		{ "1.9", "1.10" },
		{ "1.0", "1.0.1" },
		{ "1.0.2", "1.0.2a" },
		{ "1.0.2f", "1.0.2u" },
		{ "1.0.2zf", "1.0.3" },
		{ "2.0-rc1", "2.0" },
		{ "2.0~rc1", "2.0" },
		{ "2.0rc1", "2.0rc2" },
		{ "2.0alpha3", "2.0beta1" },
		{ "2.0b2", "2.0rc1" },
		{ "2.0a1", "2.0" },
		{ "8.9p1", "9.0p1" },
		{ "9.2", "9.2p1" },
		{ "2012.55", "2022.83" },
		{ "4.4.140", "4.14.1" },
		{ "v1.2", "1.3" },
		{ "1.02", "1.3" },
		{ "2.36-9+deb12u9", "2.36-9+deb12u14" },
		{ "1.35.0-4", "1.35.0-4+deb12u1" },
		{ "252.39-1~deb12u2", "252.39-1" },
		{ "1:1.2.13", "2:1.2.11" },
		{ "9.9", "1:0.1" },
		{ "99999999999999999999998", "99999999999999999999999" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rising) / sizeof(rising[0]); i++) {
		assert_order(rising[i][0], rising[i][1], VERSION_NEWER);
		assert_order(rising[i][1], rising[i][0], VERSION_OLDER);
		assert_order(rising[i][0], rising[i][0], VERSION_SAME);
	}
}

static void
versions_that_only_look_different_are_the_same(void **state)
{
	(void)state;
	assert_order("1.2", "v1.2", VERSION_SAME);
	assert_order("1.02", "1.2", VERSION_SAME);
	assert_order("1_2", "1.2", VERSION_SAME);
	assert_order("0:1.2", "1.2", VERSION_SAME);
	assert_order("", "", VERSION_SAME);
}

static void
names_and_commits_have_no_order(void **state)
{
	(void)state;
	assert_order("4f2a91c", "1.0", VERSION_UNSURE);
	assert_order("1.0", "8c3bd02", VERSION_UNSURE);
	assert_order("", "1.0", VERSION_UNSURE);
	assert_order("r1234", "r1235", VERSION_UNSURE);
	assert_order("unknown", "git", VERSION_UNSURE);
	assert_order("20230311", "20240203", VERSION_NEWER); /* a day */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    versions_that_rise_are_newer_and_the_other_way_round),
		cmocka_unit_test(
		    versions_that_only_look_different_are_the_same),
		cmocka_unit_test(names_and_commits_have_no_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
