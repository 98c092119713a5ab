/* SPDX-License-Identifier: ISC */
/* Which kind a file is, how its records stand in it, what JSON readers share. */
#include "advisories/feed_private.h"
#include "claim_log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define RECORD(id)                                                             \
	"{\"dataType\":\"CVE_RECORD\",\"cveMetadata\":{\"cveId\":\"" id        \
	"\"},\"containers\":{}}"

static void
a_kind_is_known_by_its_keys(void **state)
{
	static const struct {
		const char *text;
		enum feed_kind kind;
	} files[] = {
		{ "{\"dataType\":\"CVE_RECORD\"", FEED_CVE },
		{ "{\"containers\":{\"cna\":{}},\"cveMetadata\":{", FEED_CVE },
		{ "{\"resultsPerPage\":1,\"format\":\"NVD_CVE\"", FEED_NVD },
		{ "{\"cve_items\":[", FEED_NVD },
		{ "{\"cve\":{\"id\":\"CVE-2031-1\"", FEED_NVD },
		{ "{\"item\":{\"cve\":{\"id\":\"CVE-2031-1\"", FEED_NVD },
		{ "{\"_annotation\":{},\"cve\":{", FEED_NVD },
		{ "{\"id\":\"CVE-2031-1\",\"vulnStatus\":\"x\"", FEED_NVD },
		{ "{\"id\":\"A-1\",\"modified\":\"2031\",\"affected\":[",
		    FEED_OSV },
		{ "[{\"schema_version\":\"1\",\"id\":\"A\",\"modified\":\"2\"",
		    FEED_OSV },
		{ "{\"catalogVersion\":\"1\",\"vulnerabilities\":[", FEED_KEV },
		{ "#model_version:v1,score_date:2031-01-01", FEED_EPSS },
		{ "cve,epss,percentile\n", FEED_EPSS },
		{ "[{\"aliases\":\"x\",\"enisaUuid\":\"1\"", FEED_EUVD },
		{ "{\"items\":[{\"id\":\"EUVD-2031-1\"", FEED_EUVD },
		{ "{\"id\":\"EUVD-2031-1\"", FEED_EUVD },
		{ "{\"@context\":\"https://openvex.dev/ns/v0.2.0\"",
		    FEED_OPENVEX },
		{ "{\"bomFormat\":\"CycloneDX\",", FEED_CYCLONEDX },
		{ "{\"document\":{\"csaf_version\":\"2.0\"", FEED_CSAF },
		{ "", FEED_NONE },
		{ "\xff", FEED_NONE },
		{ "[]", FEED_NONE },
		{ "{}", FEED_NONE },
		{ "[1]", FEED_NONE },
		{ "{\"cve\":{\"x\":1}}", FEED_NONE },
		{ "{\"id\":\"CVE-2031-1\"}", FEED_NONE },
		{ "{\"items\":[{\"id\":\"7\"}],\"total\":1}", FEED_NONE },
		{ "{\"catalogVersion\":\"1\"}", FEED_NONE },
		{ "{\"title\":\"CISA Catalog\",\"properties\":{}}", FEED_NONE },
		{ "{\"bomFormat\":\"SPDX\"}", FEED_NONE },
		{ "{\"name\":\"x\",\"version\":\"1\",\"affected\":[]}",
		    FEED_NONE },
		{ "{\"document\":{\"title\":\"x\"}}", FEED_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (feed_sniff(bytes_of(files[i].text)) != files[i].kind)
			fail_msg("%s", files[i].text);
	}
}

/* What a text of the test's own gives, and what of that is asked. */
static enum err
read_text(const char *text, struct feed_info *ret)
{
	struct out o = out_open(LIMIT_REPORT_LEN);
	enum err err =
	    claim_log_feed(bytes_of(text), LIMIT_FEED_RECORD_LEN, &o, ret);

	out_close(&o);
	return err;
}

static void
records_stand_alone_in_lines_in_arrays_and_in_a_row(void **state)
{
	static const struct {
		const char *text;
		uint64_t count;
	} files[] = {
		{ RECORD("A"), 1 },
		{ " \n" RECORD("A") "\n\n", 1 },
		{ RECORD("A") "\n" RECORD("B") "\n", 2 },
		{ RECORD("A") "\r\n\r\n" RECORD("B"), 2 },
		{ RECORD("A") RECORD("B") " " RECORD("C"), 3 },
		{ "\xef\xbb\xbf" RECORD("A"), 1 },
		{ "[" RECORD("A") "]", 1 },
		{ "[" RECORD("A") ",7," RECORD("B") "]", 2 },
		{ "[\n" RECORD("A") ",\n" RECORD("B") "\n]\n", 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct feed_info info = { 0 };

		assert_int_equal(read_text(files[i].text, &info), ERR_OK);
		assert_int_equal(info.count, files[i].count);
		assert_int_equal(info.refused, 0);
	}
}

static void
what_is_broken_is_left_out_or_ends_the_reading(void **state)
{
	static const struct {
		const char *text;
		enum err err;
		uint64_t count;
		uint64_t refused;
		uint64_t at;
	} files[] = {
		/* lines: the others are read */
		{ RECORD("A") "\n{\"x\":}\n" RECORD("B"), ERR_OK, 2, 1, 70 },
		{ RECORD("A") "\n{\n" RECORD("B"), ERR_OK, 2, 1, 70 },
		{ RECORD("A") "\n" RECORD("B") " x\n", ERR_OK, 2, 1, 70 },
		{ RECORD("A") "\n{}\n" RECORD("B"), ERR_OK, 2, 1, 70 },
		/* arrays: what has its end is passed over */
		{ "[" RECORD("A") ",{}," RECORD("B") "]", ERR_OK, 2, 1, 71 },
		{ "[" RECORD("A") ",{]," RECORD("B") "]", ERR_MALFORMED, 1, 0,
		    72 },
		{ "[" RECORD("A") "," RECORD("B"), ERR_TRUNCATED, 2, 0, 140 },
		{ "\xef\xbb\xbf[" RECORD("A") ",{}]", ERR_OK, 1, 1, 74 },
		/* one after the other */
		{ RECORD("A") " x", ERR_MALFORMED, 1, 0, 70 },
		{ RECORD(""), ERR_MALFORMED, 0, 1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct feed_info info = { 0 };

		assert_int_equal(read_text(files[i].text, &info), files[i].err);
		assert_int_equal(info.count, files[i].count);
		assert_int_equal(info.refused, files[i].refused);
		assert_int_equal(info.first.at, files[i].at);
		assert_int_not_equal(info.first.code, ERR_OK);
	}
}

static void
a_file_of_no_kind_is_left_alone(void **state)
{
	struct feed_info info = { .count = 7 };

	(void)state;
	assert_int_equal(read_text("{\"a\":1}", &info), ERR_UNSUPPORTED);
	assert_int_equal(info.kind, FEED_NONE);
	assert_int_equal(info.count, 0);
}

struct countdown {
	unsigned left;
};

static enum err
count_down(void *context, const struct vulnerability *v,
    const struct claim *claims, size_t claim_count)
{
	struct countdown *c = context;

	(void)v;
	(void)claims;
	(void)claim_count;
	if (c->left == 0)
		return ERR_LIMIT;
	c->left--;
	return ERR_OK;
}

static void
the_sinks_no_ends_the_reading(void **state)
{
	static const char *const files[] = {
		RECORD("A") "\n" RECORD("B") "\n" RECORD("C"),
		"[" RECORD("A") "," RECORD("B") "," RECORD("C") "]",
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct countdown c = { .left = 1 };
		struct arena work = arena_open(LIMIT_FEED_RECORD_LEN);
		struct feed_sink sink = { .context = &c,
			.vulnerability = count_down };
		struct feed_info info = { 0 };

		assert_int_equal(
		    feed_read(bytes_of(files[i]), &work, &sink, &info),
		    ERR_LIMIT);
		assert_int_equal(info.count, 1);
		assert_int_equal(info.refused, 0);
		arena_close(&work);
	}
}

static void
dates_are_read_with_zones_and_fractions(void **state)
{
	static const struct {
		const char *text;
		int64_t secs;
	} dates[] = {
		{ "2024-05-01", 1714521600 },
		{ "2024-05-01T10:00:00Z", 1714557600 },
		{ "2024-05-01T10:00:00.123456Z", 1714557600 },
		{ "2024-05-01T10:00:00.000", 1714557600 },
		{ "2024-05-01T10:00:00", 1714557600 },
		{ "2024-05-01 10:00:00", 1714557600 },
		{ "2024-05-01T10:00Z", 1714557600 },
		{ "2024-05-01T12:00:00+02:00", 1714557600 },
		{ "2024-05-01T04:30:00-0530", 1714557600 },
		{ "2024-05-01T10:00:00+0000", 1714557600 },
		{ "", 0 },
		{ "2024-02-30", 0 },
		{ "2024-05-01T", 0 },
		{ "2024-05-01T10", 0 },
		{ "2024-05-01T25:00:00Z", 0 },
		{ "2024-05-01T10:60:00Z", 0 },
		{ "2024-05-01T10:00:00X", 0 },
		{ "2024-05-01T10:00:00+2", 0 },
		{ "2024-05-01T10:00:00+99:00", 0 },
		{ "2024-05-01T10:00:", 0 },
		{ "1969-12-31T23:59:59Z", 0 },
		{ "1970-01-01T00:00:00+01:00", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		if (feed_time(bytes_of(dates[i].text)) != dates[i].secs)
			fail_msg("%s", dates[i].text);
	}
}

static void
scores_are_read_in_tenths(void **state)
{
	static const struct {
		const char *text;
		uint8_t tenths;
	} scores[] = {
		{ "9.8", 98 },
		{ "10", 100 },
		{ "10.0", 100 },
		{ "0", 0 },
		{ "0.05", 0 },
		{ "7.", 70 },
		{ "-1.0", CVSS_UNKNOWN },
		{ "10.1", CVSS_UNKNOWN },
		{ "11", CVSS_UNKNOWN },
		{ "9.x", CVSS_UNKNOWN },
		{ "", CVSS_UNKNOWN },
		{ "1e1", CVSS_UNKNOWN },
	};
	struct feed_score best = FEED_SCORE_NONE;

	(void)state;
	for (size_t i = 0; i < sizeof(scores) / sizeof(scores[0]); i++)
		assert_int_equal(
		    feed_cvss(bytes_of(scores[i].text)), scores[i].tenths);
	feed_score_take(&best, 20, BYTES("5.0"));
	feed_score_take(&best, 31, BYTES("7.5"));
	feed_score_take(&best, 31, BYTES("9.9"));
	feed_score_take(&best, 40, BYTES("none"));
	feed_score_take(&best, 30, BYTES("9.8"));
	assert_int_equal(best.tenths, 75);
}

static void
a_title_is_one_line_cut_between_characters(void **state)
{
	struct arena work = arena_open(LIMIT_FEED_RECORD_LEN);
	struct feed f = { .work = &work };
	char plain[400];

	(void)state;
	assert_true(bytes_equal_text(
	    feed_title(&f, BYTES("  a \\\"b\\\"\\r\\n\\n c\\u00e9 ")),
	    "a \"b\" c\xc3\xa9"));
	assert_true(bytes_equal_text(feed_title(&f, BYTES("")), ""));
	/* two bytes each, one before: the limit falls inside of one */
	plain[0] = 'x';
	for (size_t i = 1; i + 1 < sizeof(plain); i += 2) {
		plain[i] = '\xc3';
		plain[i + 1] = '\xa9';
	}
	struct bytes title = feed_title(
	    &f, (struct bytes){ (const uint8_t *)plain, sizeof(plain) - 1 });

	assert_int_equal(title.len, LIMIT_FEED_TITLE_LEN - 1);
	arena_close(&work);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kind_is_known_by_its_keys),
		cmocka_unit_test(
		    records_stand_alone_in_lines_in_arrays_and_in_a_row),
		cmocka_unit_test(
		    what_is_broken_is_left_out_or_ends_the_reading),
		cmocka_unit_test(a_file_of_no_kind_is_left_alone),
		cmocka_unit_test(the_sinks_no_ends_the_reading),
		cmocka_unit_test(dates_are_read_with_zones_and_fractions),
		cmocka_unit_test(scores_are_read_in_tenths),
		cmocka_unit_test(a_title_is_one_line_cut_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
