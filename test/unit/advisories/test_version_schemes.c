/* SPDX-License-Identifier: ISC */
/* Each scheme of versions, on what its definition and its traps say. */
#include "advisories/version.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define VERSIONS_MAX 40

/* Versions from the oldest to the newest; ends with NULL. */
struct ladder {
	enum version_scheme scheme;
	const char *version[VERSIONS_MAX];
};

struct pair {
	enum version_scheme scheme;
	const char *a;
	const char *b;
};

static enum version_order
compare(enum version_scheme scheme, const char *was, const char *now)
{
	return version_compare(scheme, bytes_of(was), bytes_of(now));
}

static void
assert_order(enum version_scheme scheme, const char *was, const char *now,
    enum version_order expected)
{
	enum version_order order = compare(scheme, was, now);

	if (order != expected)
		fail_msg("scheme %d: from %s to %s is %d, not %d", (int)scheme,
		    was, now, (int)order, (int)expected);
}

static const struct ladder ladders[] = {
	{ VERSION_ANY,
	    { "0.52", "2011.54", "2012.55", "2019.78", "2022.82~rc1",
		"2022.82-rc2", "2022.82", "2022.83" } },
	{ VERSION_ANY,
	    { "2.0", "2.2-dev", "2.2", "hostap_2_9", "2.9+git", "2.10" } },
	{ VERSION_ANY,
	    { "2.35", "2.36", "2.36-9", "2.36-81-g4f4d7a1869",
		"2.36-82-g0000000", "2.37" } },
	{ VERSION_ANY, { "1.9.4", "1.19.4", "1.35.0", "1.36.1", "v1.37" } },
	{ VERSION_ANY,
	    { "2022.04", "2022.07-rc1", "2022.07-rc3", "2022.07", "2022.10" } },
	{ VERSION_ANY,
	    { "2.9", "2.83rc1", "2.83", "2.86test5", "2.86rc1", "2.86" } },
	{ VERSION_ANY,
	    { "3.0.0alpha2", "3.0.0-preview1", "3.0.0-rc0", "3.0.0", "3.0.0p1",
		"3.0.1" } },
	{ VERSION_ANY, { "1.0.2j", "1.0.2k-fips", "1.0.2l", "1.0.2zf" } },
	{ VERSION_ANY,
	    { "1.0-SNAPSHOT", "1.0-alpha1", "1.0.0.Final", "1.0.1" } },
	{ VERSION_SEMVER,
	    { "0", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta",
		"1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",
		"1.0.0", "1.0.1", "1.2", "1.10.0", "1.10.0.1", "v2.0.0" } },
	{ VERSION_DPKG,
	    { "0~~", "0~~a", "0~", "0", "0a", "0+", "1.0~rc1", "1.0",
		"1.0-0+deb11u1", "1.0-1~deb12u1", "1.0-1", "1.0-1+deb12u1",
		"1.0-10", "1.0a", "1.0+dfsg-1", "1.0.1", "1.9", "1.10",
		"1:0.1" } },
	{ VERSION_RPM,
	    { "1.0~rc1", "1.0", "1.0-1", "1.0^git1-1", "1.0a-1", "1.0.1-1",
		"5.5p1-1", "5.5p10-1", "10-1", "1:0.1-1" } },
	{ VERSION_APK,
	    { "1.0_alpha", "1.0_alpha2", "1.0_beta1", "1.0_pre1", "1.0_rc1",
		"1.0", "1.0-r0", "1.0-r1", "1.0-r10", "1.0_cvs1",
		"1.0_git20200101", "1.0_p1", "1.0_p2-r3", "1.0a", "1.0b",
		"1.0.1", "1.1", "1.10" } },
	{ VERSION_APK, { "1.009", "1.05", "1.1", "1.5", "1.10" } },
	{ VERSION_OPENSSL,
	    { "0.9.8zh", "1.0.1", "1.0.1u", "1.0.2-beta1", "1.0.2-beta3",
		"1.0.2", "1.0.2a", "1.0.2k-dev", "1.0.2k", "1.0.2z", "1.0.2za",
		"1.0.2zb", "1.1.0", "1.1.1-pre9", "1.1.1", "1.1.1w",
		"3.0.0-alpha1", "3.0.0-beta2", "3.0.0", "3.0.1", "3.0.10" } },
	{ VERSION_KERNEL,
	    { "2.6.32.71", "3.10", "4.0-rc1", "4.0-rc10", "4.0", "4.14.98-imx",
		"5.4", "5.4.1", "5.4.23-vendor", "5.4.100", "5.10-rc3", "5.10",
		"5.15.0-91-generic", "5.15.1" } },
};
#define LADDERS (sizeof(ladders) / sizeof(ladders[0]))
#define ALL_MAX ((size_t)400)

static const struct pair same[] = {
	{ VERSION_ANY, "2_9", "2.9" },
	{ VERSION_ANY, "1.2", "1.2.0" },
	{ VERSION_ANY, "1.2-rc1", "1.2.0-rc1" },
	{ VERSION_ANY, "1.0.2k", "1.0.2k-fips" },
	{ VERSION_ANY, "curl-7_64_0", "7.64.0" },
	{ VERSION_ANY, "openssl-1.1.1", "v1.1.1" },
	{ VERSION_ANY, "8.9P1", "8.9p1" },
	{ VERSION_ANY, "2.36-81-g4f4d7a1", "2.36-81-g4f4d7a1869" },
	{ VERSION_SEMVER, "1.2", "1.2.0" },
	{ VERSION_SEMVER, "v1.2.0", "1.2.0+build.7" },
	{ VERSION_DPKG, "1.0-0", "1.0" },
	{ VERSION_DPKG, "0:1.0", "1.0" },
	{ VERSION_DPKG, "1.00-1", "1.0-1" },
	{ VERSION_RPM, "1.0", "1_0" },
	{ VERSION_RPM, "1.05-1", "1.5-1" },
	{ VERSION_APK, "1.2_rc", "1.2_rc0" },
	{ VERSION_OPENSSL, "1.0.2k", "1.0.2k-fips" },
	{ VERSION_OPENSSL, "1.1.1n-0+deb11u3", "1.1.1n" },
	{ VERSION_OPENSSL, "3.0", "3.0.0" },
	{ VERSION_KERNEL, "5.4", "5.4.0" },
	{ VERSION_KERNEL, "v5.4.23", "5.4.23-vendor+" },
	{ VERSION_KERNEL, "2.6.36.4brcmarm", "2.6.36.4" },
	{ VERSION_COMMIT, "4f2a91c0", "4f2a91c0" },
};

/* The first is none of the scheme. */
static const struct pair unsure[] = {
	{ VERSION_ANY, "", "1.0" },
	{ VERSION_ANY, "1.x", "1.0" },
	{ VERSION_ANY, "1.*", "1.0" },
	{ VERSION_ANY, "<2.0", "1.0" },
	{ VERSION_ANY, "*", "1.0" },
	{ VERSION_ANY, "-", "1.0" },
	{ VERSION_ANY, "unspecified", "1.0" },
	{ VERSION_ANY, "git-1234", "1.0" },
	{ VERSION_ANY, "beta-2", "1.0" },
	{ VERSION_SEMVER, "1.0.2k", "1.0.0" },
	{ VERSION_SEMVER, "1.0.0-", "1.0.0" },
	{ VERSION_SEMVER, "1.0.0-a..b", "1.0.0" },
	{ VERSION_SEMVER, "1.0.0-a.", "1.0.0" },
	{ VERSION_SEMVER, "1.0.0+", "1.0.0" },
	{ VERSION_SEMVER, "1..0", "1.0.0" },
	{ VERSION_SEMVER, "", "1.0.0" },
	{ VERSION_DPKG, "", "1.0" },
	{ VERSION_DPKG, "1.0-", "1.0" },
	{ VERSION_DPKG, "1_0", "1.0" },
	{ VERSION_DPKG, "1.0-1:2", "1.0" },
	{ VERSION_DPKG, "1:", "1.0" },
	{ VERSION_RPM, "", "1.0" },
	{ VERSION_RPM, "-1", "1.0" },
	{ VERSION_APK, "", "1.0" },
	{ VERSION_APK, ".1", "1.0" },
	{ VERSION_APK, "1.", "1.0" },
	{ VERSION_APK, "1.0ab", "1.0" },
	{ VERSION_APK, "1.0a.1", "1.0" },
	{ VERSION_APK, "1.0_gamma", "1.0" },
	{ VERSION_APK, "1.0-r", "1.0" },
	{ VERSION_APK, "1.0-r1-r2", "1.0" },
	{ VERSION_APK, "1.0-1", "1.0" },
	{ VERSION_APK, "1.0A", "1.0" },
	{ VERSION_OPENSSL, "fips-2.0", "1.0.2" },
	{ VERSION_OPENSSL, "", "1.0.2" },
	{ VERSION_OPENSSL, "1da177e4", "1.0.2" },
	{ VERSION_KERNEL, "1da177e4c3f4", "5.4" },
	{ VERSION_KERNEL, "next", "5.4" },
	{ VERSION_COMMIT, "4f2a91c0", "4f2a91c1" },
	{ VERSION_COMMIT, "1.0", "1.1" },
};

static void
each_version_is_older_than_all_that_follow(void **state)
{
	(void)state;
	for (size_t i = 0; i < LADDERS; i++) {
		const struct ladder *l = &ladders[i];

		/* all pairs: it is an order, not a chain of neighbours */
		for (size_t a = 0; l->version[a] != NULL; a++) {
			assert_order(l->scheme, l->version[a], l->version[a],
			    VERSION_SAME);
			for (size_t b = a + 1; l->version[b] != NULL; b++) {
				assert_order(l->scheme, l->version[a],
				    l->version[b], VERSION_NEWER);
				assert_order(l->scheme, l->version[b],
				    l->version[a], VERSION_OLDER);
			}
		}
	}
}

static void
versions_that_only_look_different_are_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		assert_order(
		    same[i].scheme, same[i].a, same[i].b, VERSION_SAME);
		assert_order(
		    same[i].scheme, same[i].b, same[i].a, VERSION_SAME);
	}
}

static void
what_a_scheme_does_not_allow_has_no_place_in_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(unsure) / sizeof(unsure[0]); i++) {
		const struct pair *p = &unsure[i];

		assert_order(p->scheme, p->a, p->b, VERSION_UNSURE);
		assert_order(p->scheme, p->b, p->a, VERSION_UNSURE);
		assert_order(p->scheme, p->a, p->a, VERSION_SAME);
		assert_false(version_is_allowed(p->scheme, bytes_of(p->a)));
		assert_int_equal(version_is_allowed(p->scheme, bytes_of(p->b)),
		    p->scheme != VERSION_COMMIT);
	}
}

static enum version_order
turned(enum version_order order)
{
	if (order == VERSION_OLDER)
		return VERSION_NEWER;
	return order == VERSION_NEWER ? VERSION_OLDER : order;
}

/* All versions of this file under one scheme, whatever they were meant for. */
static size_t
gather(const char *ret[])
{
	size_t count = 0;

	for (size_t i = 0; i < LADDERS; i++)
		for (size_t k = 0; ladders[i].version[k] != NULL; k++)
			ret[count++] = ladders[i].version[k];
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		ret[count++] = same[i].a;
		ret[count++] = same[i].b;
	}
	for (size_t i = 0; i < sizeof(unsure) / sizeof(unsure[0]); i++)
		ret[count++] = unsure[i].a;
	assert_true(count <= ALL_MAX);
	return count;
}

/* Where a is no newer than b, and b no newer than c, a is none than c. */
static bool
is_transitive(
    enum version_order ab, enum version_order bc, enum version_order ac)
{
	if ((ab != VERSION_SAME && ab != VERSION_NEWER) ||
	    (bc != VERSION_SAME && bc != VERSION_NEWER))
		return true;
	return ac == (ab == VERSION_SAME ? bc : ab);
}

static void
assert_is_order(enum version_scheme scheme, const char *all[], size_t count)
{
	static enum version_order order[ALL_MAX][ALL_MAX];

	for (size_t a = 0; a < count; a++)
		for (size_t b = 0; b < count; b++)
			order[a][b] = compare(scheme, all[a], all[b]);
	for (size_t a = 0; a < count; a++)
		for (size_t b = 0; b < count; b++) {
			if (order[a][b] != turned(order[b][a]))
				fail_msg("scheme %d: %s, %s", (int)scheme,
				    all[a], all[b]);
			for (size_t c = 0; c < count; c++)
				if (!is_transitive(
					order[a][b], order[b][c], order[a][c]))
					fail_msg("scheme %d: %s, %s, %s",
					    (int)scheme, all[a], all[b],
					    all[c]);
		}
}

static void
every_scheme_is_an_order(void **state)
{
	const char *all[ALL_MAX];
	size_t count = gather(all);

	(void)state;
	for (int s = 0; s < VERSION_SCHEME_COUNT; s++)
		assert_is_order((enum version_scheme)s, all, count);
}

static void
numbers_are_as_long_as_they_like(void **state)
{
	(void)state;
	for (int s = VERSION_ANY; s < VERSION_COMMIT; s++)
		assert_order((enum version_scheme)s,
		    "1.99999999999999999999999999999999999999998",
		    "1.99999999999999999999999999999999999999999",
		    VERSION_NEWER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_version_is_older_than_all_that_follow),
		cmocka_unit_test(
		    versions_that_only_look_different_are_the_same),
		cmocka_unit_test(
		    what_a_scheme_does_not_allow_has_no_place_in_it),
		cmocka_unit_test(every_scheme_is_an_order),
		cmocka_unit_test(numbers_are_as_long_as_they_like),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
