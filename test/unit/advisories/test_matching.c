/* SPDX-License-Identifier: ISC */
#include "advisories/matching_private.h"
#include "book_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- ranges --- */

static void
range_holds_what_lies_in_it(void **state)
{
	static const struct {
		const char *from;
		const char *to;
		bool from_excluded;
		bool to_included;
		bool to_branch;
		const char *version;
		bool held;
		const char *words;
		const char *fixed_in;
	} cases[] = {
		{ "1.0", "2.0", false, false, false, "1.0", true,
		    "from 1.0, before 2.0", "2.0" },
		{ "1.0", "2.0", false, false, false, "1.9", true,
		    "from 1.0, before 2.0", "2.0" },
		{ "1.0", "2.0", false, false, false, "2.0", false, "", "" },
		{ "1.0", "2.0", false, false, false, "0.9", false, "", "" },
		{ "1.0", "2.0", true, true, false, "1.0", false, "", "" },
		{ "1.0", "2.0", true, true, false, "2.0", true,
		    "after 1.0, up to 2.0", "" },
		{ "1.0", "2.0", true, true, false, "2.0.1", false, "", "" },
		{ NULL, "2.0", false, false, false, "0.1", true, "before 2.0",
		    "2.0" },
		{ "1.0", NULL, false, false, false, "9.9", true, "from 1.0",
		    "" },
		{ "1.0", "1.0", false, true, false, "1.0", true, "1.0", "" },
		{ "1.0", "1.0", false, true, false, "1.0.1", false, "", "" },
		{ "5.10.3", "5.10", false, false, true, "5.10.7", true,
		    "from 5.10.3, up to 5.10.x", "" },
		{ "5.10.3", "5.10", false, false, true, "5.11", false, "", "" },
		{ "5.10.3", "5.1", false, false, true, "5.10.7", false, "",
		    "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sample s = sample_open();
		struct claim_range range =
		    sample_range(cases[i].from, cases[i].to);
		struct match_subject subject =
		    sample_subject("maker:thing", cases[i].version);

		range.from_excluded = cases[i].from_excluded;
		range.to_included = cases[i].to_included;
		range.to_branch = cases[i].to_branch;
		struct claim claim =
		    sample_claim(CLAIM_CVE_CNA, "maker", "thing", &range, 1);

		sample_put(&s, "CVE-2020-0001", &claim, 1);
		sample_write(&s);
		struct matches matches = sample_match(&s, &subject);

		assert_int_equal(matches.count, cases[i].held);
		if (cases[i].held) {
			assert_text(matches.list[0].range, cases[i].words);
			assert_text(
			    matches.list[0].fixed_in, cases[i].fixed_in);
			assert_int_equal(matches.list[0].state, MATCH_AFFECTED);
			assert_int_equal(
			    matches.list[0].confidence, MATCH_HIGH);
			assert_text(matches.list[0].because, "");
		}
		sample_close(&s);
	}
}

/* Every pair, with every scheme. */
static void
plain_versions_are_compared_as_all_are(void **state)
{
	static const char *const versions[] = { "", "0", "1", "01", "10", "1.",
		".1", "1..2", "1.0", "1.00", "1.2", "1.02", "1.10", "1.2.3",
		"1.2.3.4", "1.2.10", "1.2.3a", "1.2-rc1", "1.2~1", "1:1.1", "2",
		"2.0.0", "999999999", "4294967297", "1.4294967297", "v1.3",
		"1.3-1", "9.9_p1", "20200101" };
	size_t count = sizeof(versions) / sizeof(versions[0]);

	(void)state;
	for (size_t i = 0; i < count * count; i++) {
		struct bytes a = bytes_of(versions[i / count]);
		struct bytes b = bytes_of(versions[i % count]);

		for (unsigned k = 0; k < VERSION_SCHEME_COUNT; k++) {
			enum version_scheme scheme = (enum version_scheme)k;

			assert_int_equal(matching_compare(scheme, a, b),
			    version_compare(scheme, a, b));
		}
	}
}

static void
range_that_holds_first_decides(void **state)
{
	struct claim_range ranges[] = { sample_range("1.0", "1.5"),
		sample_range(NULL, "2.0") };
	struct match_subject inside = sample_subject("maker:thing", "1.2");
	struct match_subject outside = sample_subject("maker:thing", "1.7");
	struct sample s = sample_open();

	(void)state;
	ranges[0].status = CLAIM_UNAFFECTED;
	struct claim claim =
	    sample_claim(CLAIM_CVE_CNA, "maker", "thing", ranges, 2);

	sample_put(&s, "CVE-2020-0001", &claim, 1);
	sample_write(&s);
	assert_int_equal(sample_match(&s, &inside).count, 0);
	assert_int_equal(sample_match(&s, &outside).count, 1);
	sample_close(&s);
}

/* As the kernel's authority writes: affected but where it was mended. */
static void
range_between_the_mended_is_told(void **state)
{
	struct claim_range ranges[] = { sample_range(NULL, "4.7"),
		sample_range("4.9.269", "4.9"), sample_range("5.13", NULL) };
	struct bytes file = T("kernel/events/core.c");
	struct match_subject subject =
	    sample_subject("linux:linux_kernel", "4.9.100");
	struct match_subject mended =
	    sample_subject("linux:linux_kernel", "4.9.270");
	struct sample s = sample_open();

	(void)state;
	ranges[1].to_branch = true;
	for (size_t i = 0; i < 3; i++)
		ranges[i].status = CLAIM_UNAFFECTED;
	struct claim claims[] = {
		sample_claim(CLAIM_CVE_CNA, "linux", "linux_kernel", ranges, 3),
		/* which would hold 4.9.270 also */
		sample_claim(CLAIM_NVD, "linux", "linux_kernel", ranges, 0),
	};

	claims[0].otherwise = CLAIM_AFFECTED;
	claims[0].scheme = VERSION_KERNEL;
	claims[0].files = &file;
	claims[0].file_count = 1;
	claims[1].otherwise = CLAIM_AFFECTED;
	sample_put(&s, "CVE-2020-0001", claims, 2);
	sample_write(&s);
	assert_int_equal(sample_match(&s, &mended).count, 0);
	struct match match = only(sample_match(&s, &subject));

	assert_text(match.range, "from 4.7, before 4.9.269");
	assert_text(match.fixed_in, "4.9.269");
	assert_int_equal(match.confidence, MATCH_MEDIUM);
	assert_text(match.because,
	    "the kernel's configuration and its "
	    "packager's patches decide");
	sample_close(&s);
}

/* --- confidence --- */

static void
confidence_is_medium_for_these_reasons(void **state)
{
	static const struct {
		bool prose;
		bool boundless;
		unsigned percent;
		const char *purl;
		const char *because;
	} cases[] = {
		{ true, false, 100, "", "the range is read out of prose" },
		{ false, true, 100, "", "the advisory names no version" },
		{ false, false, 80, "",
		    "the component is identified with 80 %" },
		{ false, false, 100, "pkg:opkg/openwrt/thing@1.5-2",
		    "its packager may have mended it" },
		{ true, false, 89, "",
		    "the component is identified with 89 %; the range is "
		    "read out of prose" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sample s = sample_open();
		struct claim_range range = cases[i].boundless
		    ? sample_range(NULL, NULL)
		    : sample_range("1.0", "2.0");
		struct claim claim =
		    sample_claim(CLAIM_CVE_CNA, "maker", "thing", &range, 1);
		struct match_subject subject =
		    sample_subject("maker:thing", "1.5");

		subject.confidence = cases[i].percent;
		subject.purl = bytes_of(cases[i].purl);
		claim.from_prose = cases[i].prose;
		sample_put(&s, "CVE-2020-0001", &claim, 1);
		sample_write(&s);
		struct match match = only(sample_match(&s, &subject));

		assert_int_equal(match.confidence, MATCH_MEDIUM);
		assert_text(match.because, cases[i].because);
		sample_close(&s);
	}
}

static void
sources_that_disagree_are_both_named(void **state)
{
	struct sample s = sample_open();
	struct match_subject both = sample_subject("maker:thing", "1.34");
	struct match_subject one = sample_subject("maker:thing", "1.36");
	struct match_subject none = sample_subject("maker:thing", "1.37");

	(void)state;
	sample_add(&s, "CVE-2022-48174", CLAIM_CVE_CNA, "thing", NULL, "1.35");
	sample_add(&s, "CVE-2022-48174", CLAIM_NVD, "thing", NULL, "1.36.1");
	sample_write(&s);
	struct match match = only(sample_match(&s, &both));

	assert_int_equal(match.source, CLAIM_CVE_CNA);
	assert_int_equal(match.confidence, MATCH_HIGH);
	match = only(sample_match(&s, &one));
	assert_int_equal(match.source, CLAIM_NVD);
	assert_int_equal(match.confidence, MATCH_MEDIUM);
	assert_text(match.range, "before 1.36.1");
	assert_text(match.because, "CVE record says not affected: from 1.35");
	assert_int_equal(sample_match(&s, &none).count, 0);
	sample_close(&s);
}

static void
claim_on_more_than_the_component_is_conditional(void **state)
{
	struct sample s = sample_open();
	struct claim_range range = sample_range(NULL, "2.0");
	struct claim claims[] = {
		sample_claim(CLAIM_NVD, "maker", "thing", &range, 1),
		sample_claim(CLAIM_NVD, "maker", "other", &range, 1),
		sample_claim(CLAIM_CVE_CNA, "maker", "other", &range, 1),
	};
	struct match_subject subject = sample_subject("maker:thing", "1.0");
	struct match_subject other = sample_subject("maker:other", "1.0");

	(void)state;
	claims[0].conditional = true;
	claims[0].condition = bytes_of("maker:box");
	claims[1].conditional = true;
	sample_put(&s, "CVE-2020-0001", claims, 3);
	sample_write(&s);
	struct match match = only(sample_match(&s, &subject));

	assert_int_equal(match.state, MATCH_CONDITIONAL);
	assert_int_equal(match.confidence, MATCH_MEDIUM);
	assert_text(match.because, "only together with maker:box");
	/* where another source knows of no condition */
	match = only(sample_match(&s, &other));
	assert_int_equal(match.state, MATCH_AFFECTED);
	assert_int_equal(match.confidence, MATCH_HIGH);
	sample_close(&s);
}

static void
condition_is_looked_up_in_the_inventory(void **state)
{
	static const struct {
		const char *condition;
		const char *other; /* cpe of the other subject */
		size_t count;
		enum match_state state;
	} cases[] = {
		{ "cpe:2.3:o:linux:linux_kernel:-:*:*:*:*:*:*:*",
		    "linux:linux_kernel", 1, MATCH_AFFECTED },
		{ "cpe:2.3:o:linux:linux_kernel:-:*:*:*:*:*:*:*", "a:b", 1,
		    MATCH_CONDITIONAL },
		{ "cpe:2.3:a:maker:box:1.0:*:*:*:*:*:*:*", "maker:box", 1,
		    MATCH_CONDITIONAL },
		{ "cpe:2.3:o:microsoft:windows:-:*:*:*:*:*:*:*",
		    "linux:linux_kernel", 0, MATCH_CONDITIONAL },
		{ "cpe:2.3:o:microsoft:windows:-:*:*:*:*:*:*:*", "a:b", 1,
		    MATCH_CONDITIONAL },
		{ "windows", "linux:linux_kernel", 1, MATCH_CONDITIONAL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sample s = sample_open();
		struct claim_range range = sample_range(NULL, "2.0");
		struct claim claim =
		    sample_claim(CLAIM_NVD, "maker", "thing", &range, 1);
		struct match_subject subjects[] = {
			sample_subject("maker:thing", "1.0"),
			sample_subject(cases[i].other, "1.0"),
		};
		struct match_wants wants = { .subjects = subjects,
			.subject_count = 2 };
		struct matches matches;

		claim.conditional = true;
		claim.condition = bytes_of(cases[i].condition);
		sample_put(&s, "CVE-2020-0001", &claim, 1);
		sample_write(&s);
		must(matching_run(&s.book, &wants, &s.arena, &matches));
		assert_int_equal(matches.count, cases[i].count);
		if (cases[i].count > 0)
			assert_int_equal(matches.list[0].state, cases[i].state);
		sample_close(&s);
	}
}

/* --- keys --- */

static void
name_alone_gives_low_confidence(void **state)
{
	struct sample s = sample_open();
	struct match_subject subject = {
		.name = T("Thing"), .version = T("1.0"), .confidence = 100
	};

	(void)state;
	sample_add(&s, "CVE-2020-0001", CLAIM_NVD, "thing", NULL, "2.0");
	sample_write(&s);
	struct match match = only(sample_match(&s, &subject));

	assert_int_equal(match.state, MATCH_AFFECTED);
	assert_int_equal(match.confidence, MATCH_LOW);
	assert_text(match.because, "found by its name alone");
	/* a CPE that gives nothing is no reason to guess */
	subject.cpe = bytes_of("nobody:thing");
	assert_int_equal(sample_match(&s, &subject).count, 0);
	subject.cpe = bytes_of("");
	subject.purl = bytes_of("pkg:generic/thing@1.0");
	assert_int_equal(sample_match(&s, &subject).count, 1);
	sample_close(&s);
}

static void
name_of_several_makers_is_no_more_than_a_hint(void **state)
{
	struct sample s = sample_open();
	struct claim_range range = sample_range(NULL, "2.0");
	struct claim claim =
	    sample_claim(CLAIM_NVD, "someone", "thing", &range, 1);
	struct match_subject subject = {
		.name = T("thing"), .version = T("1.0"), .confidence = 100
	};

	(void)state;
	sample_put(&s, "CVE-2020-0001", &claim, 1);
	sample_add(&s, "CVE-2020-0002", CLAIM_NVD, "thing", NULL, "2.0");
	sample_exploit(&s, "CVE-2020-0002");
	sample_write(&s);
	struct match match = only(sample_match(&s, &subject));

	assert_text(match.id, "CVE-2020-0002");
	assert_int_equal(match.state, MATCH_UNKNOWN);
	assert_int_equal(match.confidence, MATCH_LOW);
	sample_close(&s);
}

static void
nothing_matches_everything(void **state)
{
	static const char *const cpes[] = { "", ":", "*:*", "maker:", ":thing",
		"maker:*", "*:thing", ";;", "maker", "-:-", "maker:n/a" };
	struct sample s = sample_open();

	(void)state;
	sample_add(&s, "CVE-2020-0001", CLAIM_NVD, "thing", NULL, NULL);
	sample_add(&s, "CVE-2020-0002", CLAIM_NVD, "*", NULL, NULL);
	sample_add(&s, "CVE-2020-0003", CLAIM_NVD, "", NULL, NULL);
	sample_write(&s);
	for (size_t i = 0; i < sizeof(cpes) / sizeof(cpes[0]); i++) {
		struct match_subject subject = sample_subject(cpes[i], "1.0");

		subject.name = bytes_of(i % 2 == 0 ? "*" : "");
		assert_int_equal(sample_match(&s, &subject).count, 0);
	}
	sample_close(&s);
}

static void
device_is_found_by_its_maker_and_model(void **state)
{
	struct sample s = sample_open();
	struct match_subject subject = { .name = T("DIR-859"),
		.supplier = T("Maker"),
		.version = T("1.0"),
		.is_product = true,
		.confidence = 100 };

	(void)state;
	sample_add(
	    &s, "CVE-2020-0001", CLAIM_NVD, "dir-859_firmware", NULL, NULL);
	sample_add(&s, "CVE-2020-0002", CLAIM_CVE_CNA, "DIR-859", NULL, "2.0");
	sample_write(&s);
	struct matches matches = sample_match(&s, &subject);

	assert_int_equal(matches.count, 2);
	assert_int_equal(matches.list[0].confidence, MATCH_HIGH);
	subject.supplier = bytes_of("Other");
	assert_int_equal(sample_match(&s, &subject).count, 0);
	sample_close(&s);
}

/* --- versions that say nothing --- */

static void
unknown_version_is_told_for_what_is_exploited_only(void **state)
{
	static const struct {
		const char *version;
		const char *because;
	} cases[] = {
		{ "", "the version is not known" },
		{ "g4f2a91c", "the version cannot be compared" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sample s = sample_open();
		struct match_subject subject =
		    sample_subject("maker:thing", cases[i].version);

		sample_add(
		    &s, "CVE-2020-0001", CLAIM_NVD, "thing", "1.0", "2.0");
		sample_add(
		    &s, "CVE-2020-0002", CLAIM_NVD, "thing", "1.0", "2.0");
		sample_exploit(&s, "CVE-2020-0002");
		sample_write(&s);
		struct match match = only(sample_match(&s, &subject));

		assert_text(match.id, "CVE-2020-0002");
		assert_int_equal(match.state, MATCH_UNKNOWN);
		assert_text(match.because, cases[i].because);
		assert_text(match.range, "from 1.0, before 2.0");
		sample_close(&s);
	}
}

static void
ranges_that_nobody_can_read_rule_nothing_out(void **state)
{
	struct sample s = sample_open();
	struct claim claim =
	    sample_claim(CLAIM_CVE_CNA, "maker", "thing", NULL, 0);
	struct match_subject subject = sample_subject("maker:thing", "1.0");

	(void)state;
	claim.has_unread = true;
	sample_put(&s, "CVE-2020-0001", &claim, 1);
	sample_put(&s, "CVE-2020-0002", &claim, 1);
	/* another source can be read, and knows that it is not affected */
	sample_add(&s, "CVE-2020-0002", CLAIM_NVD, "thing", NULL, "0.5");
	sample_exploit(&s, "CVE-2020-0001");
	sample_exploit(&s, "CVE-2020-0002");
	sample_write(&s);
	struct match match = only(sample_match(&s, &subject));

	assert_text(match.id, "CVE-2020-0001");
	assert_int_equal(match.state, MATCH_UNKNOWN);
	sample_close(&s);
}

/* --- VEX --- */

static struct vex_statement
statement(enum vex_status status, const char *why, int64_t time)
{
	return (struct vex_statement){ .id = T("CVE-2020-0001"),
		.component = { .purl = T("pkg:generic/thing") },
		.status = status,
		.justification = bytes_of(why),
		.author = T("the maker"),
		.time = time };
}

static void
statement_changes_the_state(void **state)
{
	static const struct {
		enum vex_status status;
		const char *why;
		enum match_state state;
	} cases[] = {
		{ VEX_NOT_AFFECTED, "component_not_present",
		    MATCH_NOT_AFFECTED },
		{ VEX_NOT_AFFECTED, "", MATCH_AFFECTED }, /* not believed */
		{ VEX_FIXED, "", MATCH_FIXED },
		{ VEX_AFFECTED, "", MATCH_AFFECTED },
		{ VEX_INVESTIGATED, "", MATCH_AFFECTED },
	};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
		struct sample s = sample_open();
		size_t k = i / 2;
		bool given = i % 2 == 0; /* or in a feed */
		struct vex_statement vex =
		    statement(cases[k].status, cases[k].why, 1);
		struct match_subject subject =
		    sample_subject("maker:thing", "1.0");
		struct match_wants wants = { .subjects = &subject,
			.subject_count = 1,
			.vex = &vex,
			.vex_count = given };
		struct matches matches;

		subject.purl = bytes_of("pkg:generic/thing@1.0");
		if (!given) { /* of the component as a product of its own */
			vex.product = vex.component;
			vex.component = (struct vex_name){ .purl = { 0 } };
			must(s.sink.vex(s.sink.context, &vex));
		}
		sample_add(
		    &s, "CVE-2020-0001", CLAIM_NVD, "thing", NULL, "2.0");
		sample_write(&s);
		must(matching_run(&s.book, &wants, &s.arena, &matches));
		struct match match = only(matches);

		assert_int_equal(match.state, cases[k].state);
		assert_int_equal(match.vex, cases[k].status);
		assert_text(match.vex_justification, cases[k].why);
		assert_text(match.vex_author, "the maker");
		assert_int_equal(matches.unused_count, 0);
		sample_close(&s);
	}
}

static void
newest_statement_wins_and_the_products_own_first(void **state)
{
	struct sample s = sample_open();
	struct vex_statement vex[] = {
		statement(VEX_FIXED, "", 20),
		statement(VEX_NOT_AFFECTED, "component_not_present", 10),
		statement(VEX_FIXED, "", 30),
	};
	struct vex_statement later = statement(VEX_AFFECTED, "", 99);
	struct match_subject subject = sample_subject("maker:thing", "1.0");
	struct match_wants wants = { .subjects = &subject,
		.subject_count = 1,
		.vex = vex,
		.vex_count = 3 };
	struct matches matches;

	(void)state;
	subject.purl = bytes_of("pkg:generic/thing@1.0");
	vex[2].component.purl = bytes_of("pkg:generic/other");
	later.product = later.component;
	later.component = (struct vex_name){ .purl = { 0 } };
	must(s.sink.vex(s.sink.context, &later));
	sample_add(&s, "CVE-2020-0001", CLAIM_NVD, "thing", NULL, "2.0");
	sample_write(&s);
	must(matching_run(&s.book, &wants, &s.arena, &matches));
	assert_int_equal(only(matches).state, MATCH_FIXED);
	/* and what was about nothing here is told */
	assert_int_equal(matches.unused_count, 1);
	assert_text(matches.unused[0].component, "pkg:generic/other");
	assert_text(matches.unused[0].id, "CVE-2020-0001");
	sample_close(&s);
}

/* --- all of it --- */

static void
matches_come_worst_first(void **state)
{
	static const char *const ids[] = { "CVE-2020-0001", "CVE-2020-0002",
		"CVE-2020-0003", "CVE-2020-0004", "CVE-2020-0005" };
	static const char *const sorted[] = { "CVE-2020-0005", "CVE-2020-0003",
		"CVE-2020-0004", "CVE-2020-0001", "CVE-2020-0002" };
	static const uint8_t cvss[] = { 10, CVSS_UNKNOWN, 20, 99,
		CVSS_UNKNOWN };
	struct sample s = sample_open();
	struct claim_range range = sample_range(NULL, "2.0");
	struct claim claim =
	    sample_claim(CLAIM_NVD, "maker", "thing", &range, 1);
	struct match_subject subject = sample_subject("maker:thing", "1.0");

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct vulnerability v = { .id = bytes_of(ids[i]),
			.cvss = cvss[i] };

		must(s.sink.vulnerability(s.sink.context, &v, &claim, 1));
	}
	sample_exploit(&s, "CVE-2020-0005");
	must(s.sink.score(s.sink.context, bytes_of(ids[2]), 5, 5));
	sample_write(&s);
	struct matches matches = sample_match(&s, &subject);

	assert_int_equal(matches.count, 5);
	for (size_t i = 0; i < 5; i++)
		assert_text(matches.list[i].id, sorted[i]);
	assert_int_equal(matches.list[0].epss, EPSS_UNKNOWN);
	assert_int_equal(matches.list[1].epss, 5);
	sample_close(&s);
}

static void
matching_holds_no_more_than_its_arena(void **state)
{
	struct sample s = sample_open();
	struct match_subject subject = sample_subject("maker:thing", "1.0");
	struct match_wants wants = { .subjects = &subject, .subject_count = 1 };
	enum err err = ERR_MEMORY;

	(void)state;
	sample_add(&s, "CVE-2020-0001", CLAIM_NVD, "thing", "0.5", "2.0");
	sample_write(&s);
	for (size_t limit = 0; err != ERR_OK; limit += 64) {
		struct arena arena = arena_open(limit);
		struct matches matches = { .count = 77 };

		err = matching_run(&s.book, &wants, &arena, &matches);
		assert_true(err == ERR_OK || err == ERR_MEMORY);
		assert_int_equal(matches.count, err == ERR_OK ? 1 : 77);
		arena_close(&arena);
		assert_true(limit < MIB);
	}
	sample_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(range_holds_what_lies_in_it),
		cmocka_unit_test(plain_versions_are_compared_as_all_are),
		cmocka_unit_test(range_that_holds_first_decides),
		cmocka_unit_test(range_between_the_mended_is_told),
		cmocka_unit_test(confidence_is_medium_for_these_reasons),
		cmocka_unit_test(sources_that_disagree_are_both_named),
		cmocka_unit_test(
		    claim_on_more_than_the_component_is_conditional),
		cmocka_unit_test(condition_is_looked_up_in_the_inventory),
		cmocka_unit_test(name_alone_gives_low_confidence),
		cmocka_unit_test(name_of_several_makers_is_no_more_than_a_hint),
		cmocka_unit_test(nothing_matches_everything),
		cmocka_unit_test(device_is_found_by_its_maker_and_model),
		cmocka_unit_test(
		    unknown_version_is_told_for_what_is_exploited_only),
		cmocka_unit_test(ranges_that_nobody_can_read_rule_nothing_out),
		cmocka_unit_test(statement_changes_the_state),
		cmocka_unit_test(
		    newest_statement_wins_and_the_products_own_first),
		cmocka_unit_test(matches_come_worst_first),
		cmocka_unit_test(matching_holds_no_more_than_its_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
