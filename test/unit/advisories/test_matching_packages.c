/* SPDX-License-Identifier: ISC */
#include "book_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct claim
debian_claim(const struct claim_range *range, const char *release)
{
	return (struct claim){ .source = CLAIM_OSV,
		.key = CLAIM_BY_PURL,
		.space = T("deb/debian"),
		.name = T("thing"),
		.scheme = VERSION_DPKG,
		.otherwise = CLAIM_UNAFFECTED,
		.release = bytes_of(release),
		.ranges = range,
		.range_count = 1 };
}

static struct match_subject
debian_subject(const char *version, const char *purl)
{
	struct match_subject subject = sample_subject("maker:thing", version);

	subject.package_version = bytes_of(version);
	subject.purl = bytes_of(purl);
	return subject;
}

static void
put_debian(struct sample *s)
{
	struct claim_range ranges[] = { sample_range(NULL, "1.1-0+deb11u5"),
		sample_range(NULL, "3.0-1") };
	struct claim claims[] = { debian_claim(&ranges[0], "11"),
		debian_claim(&ranges[1], "12") };
	struct vulnerability v = { .id = T("CVE-2020-0001"),
		.record = T("DSA-1") };

	must(s->sink.vulnerability(s->sink.context, &v, claims, 2));
	/* upstream has mended it in 3.0 only */
	sample_add(s, "CVE-2020-0001", CLAIM_NVD, "thing", NULL, "3.0");
}

static void
distributions_own_advisory_decides(void **state)
{
	static const struct {
		const char *version;
		const char *purl;
		enum match_state state;
		enum match_confidence confidence;
		enum claim_source source;
		const char *range;
		const char *fixed_in;
	} cases[] = {
		{ "1.1-0+deb11u3", "pkg:deb/debian/thing@1?distro=debian-11",
		    MATCH_AFFECTED, MATCH_HIGH, CLAIM_OSV,
		    "before 1.1-0+deb11u5", "1.1-0+deb11u5" },
		/* mended there, whatever 12 needs and upstream says */
		{ "1.1-0+deb11u5", "pkg:deb/debian/thing@1?distro=debian-11.9",
		    MATCH_FIXED, MATCH_HIGH, CLAIM_OSV, "from 1.1-0+deb11u5",
		    "1.1-0+deb11u5" },
		/* the revision tells the release */
		{ "1.1-0+deb11u6", "pkg:deb/debian/thing@1", MATCH_FIXED,
		    MATCH_HIGH, CLAIM_OSV, "from 1.1-0+deb11u5",
		    "1.1-0+deb11u5" },
		{ "2.9-7", "pkg:deb/debian/thing@1?distro=debian-12",
		    MATCH_AFFECTED, MATCH_HIGH, CLAIM_OSV, "before 3.0-1",
		    "3.0-1" },
		/* no word on 13: upstream's, and it may be mended */
		{ "2.9-7", "pkg:deb/debian/thing@1?distro=debian-13",
		    MATCH_AFFECTED, MATCH_MEDIUM, CLAIM_NVD, "before 3.0",
		    "3.0" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sample s = sample_open();
		struct match_subject subject =
		    debian_subject(cases[i].version, cases[i].purl);

		put_debian(&s);
		sample_write(&s);
		struct match match = only(sample_match(&s, &subject));

		assert_int_equal(match.state, cases[i].state);
		assert_int_equal(match.confidence, cases[i].confidence);
		assert_int_equal(match.source, cases[i].source);
		assert_text(match.range, cases[i].range);
		assert_text(match.fixed_in, cases[i].fixed_in);
		sample_close(&s);
	}
}

/* The library's own banner, beside the package that brought it. */
static void
banner_of_a_package_counts_as_the_package(void **state)
{
	static const struct {
		const char *version;
		size_t count;
		size_t subject;
		enum match_state state;
		enum match_confidence confidence;
	} cases[] = {
		{ "1.1", 1, 1, MATCH_FIXED, MATCH_HIGH },
		/* of another version: not out of that package */
		{ "1.2", 2, 0, MATCH_AFFECTED, MATCH_HIGH },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sample s = sample_open();
		struct match_subject subjects[] = {
			sample_subject("maker:thing", cases[i].version),
			debian_subject("1.1-0+deb11u5",
			    "pkg:deb/debian/thing@1?distro=debian-11"),
		};
		struct match_wants wants = { .subjects = subjects,
			.subject_count = 2 };
		struct matches matches;

		put_debian(&s);
		sample_write(&s);
		must(matching_run(&s.book, &wants, &s.arena, &matches));
		assert_int_equal(matches.count, cases[i].count);
		assert_int_equal(matches.list[0].subject, cases[i].subject);
		assert_int_equal(matches.list[0].state, cases[i].state);
		assert_int_equal(
		    matches.list[0].confidence, cases[i].confidence);
		assert_int_equal(matches.list[matches.count - 1].subject, 1);
		assert_int_equal(
		    matches.list[matches.count - 1].state, MATCH_FIXED);
		sample_close(&s);
	}
}

/* The maker calls it as the list of components calls the banner. */
static void
vex_on_a_banner_holds_for_its_package(void **state)
{
	struct sample s = sample_open();
	struct match_subject subjects[] = {
		sample_subject("maker:thing", "1.1"),
		debian_subject("1.1-1", "pkg:opkg/openwrt/thing@1.1-1"),
	};
	struct vex_statement vex = { .id = T("CVE-2020-0001"),
		.component = { .purl = T("pkg:generic/thing@1.1") },
		.status = VEX_NOT_AFFECTED,
		.justification = T("vulnerable_code_not_present") };
	struct match_wants wants = { .subjects = subjects,
		.subject_count = 2,
		.vex = &vex,
		.vex_count = 1 };
	struct matches matches;

	(void)state;
	subjects[0].purl = bytes_of("pkg:generic/thing@1.1");
	put_debian(&s);
	sample_write(&s);
	must(matching_run(&s.book, &wants, &s.arena, &matches));
	assert_int_equal(matches.count, 1);
	assert_int_equal(matches.list[0].subject, 1);
	assert_int_equal(matches.list[0].state, MATCH_NOT_AFFECTED);
	assert_int_equal(matches.unused_count, 0);
	sample_close(&s);
}

/* Ubuntu, as an authority, gives its own packages' versions by name:
   2.4-0ubuntu10 to 2:2.6-15ubuntu2.8, which hold upstream's 2.10. */
static void
versions_of_packages_are_not_upstreams(void **state)
{
	struct sample s = sample_open();
	struct claim_range range =
	    sample_range("2.4-0ubuntu10", "2:2.6-15ubuntu2.8");
	struct claim claim = { .source = CLAIM_CVE_CNA,
		.key = CLAIM_BY_NAME,
		.space = T("maker"),
		.name = T("thing"),
		.scheme = VERSION_DPKG,
		.otherwise = CLAIM_UNAFFECTED,
		.ranges = &range,
		.range_count = 1 };
	struct vulnerability v = { .id = T("CVE-2020-0002") };
	struct match_subject subject = sample_subject("maker:thing", "2.10");
	struct match_wants wants = { .subjects = &subject, .subject_count = 1 };
	struct matches matches;

	(void)state;
	must(s.sink.vulnerability(s.sink.context, &v, &claim, 1));
	sample_write(&s);
	must(matching_run(&s.book, &wants, &s.arena, &matches));
	assert_int_equal(matches.count, 0);
	sample_close(&s);
}

static void
fixed_by_both_is_not_told(void **state)
{
	struct sample s = sample_open();
	struct match_subject subject = debian_subject(
	    "3.0-1", "pkg:deb/debian/thing@3.0-1?distro=debian-12");

	(void)state;
	put_debian(&s);
	sample_write(&s);
	assert_int_equal(sample_match(&s, &subject).count, 0);
	sample_close(&s);
}

static void
revision_of_a_packager_is_not_upstreams(void **state)
{
	struct sample s = sample_open();
	struct match_subject subject =
	    debian_subject("1.25.1-4", "pkg:opkg/openwrt/thing@1.25.1-4");

	(void)state;
	sample_add(&s, "CVE-2020-0001", CLAIM_NVD, "thing", NULL, "1.25.1");
	sample_add(&s, "CVE-2020-0002", CLAIM_NVD, "thing", NULL, "1.25.2");
	sample_write(&s);
	struct match match = only(sample_match(&s, &subject));

	assert_text(match.id, "CVE-2020-0002");
	assert_int_equal(match.confidence, MATCH_MEDIUM);
	sample_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distributions_own_advisory_decides),
		cmocka_unit_test(banner_of_a_package_counts_as_the_package),
		cmocka_unit_test(vex_on_a_banner_holds_for_its_package),
		cmocka_unit_test(versions_of_packages_are_not_upstreams),
		cmocka_unit_test(fixed_by_both_is_not_told),
		cmocka_unit_test(revision_of_a_packager_is_not_upstreams),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
