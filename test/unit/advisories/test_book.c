/* SPDX-License-Identifier: ISC */
#include "advisories/book_private.h"
#include "book_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
book_of_nothing_opens_and_matches_nothing(void **state)
{
	struct sample s = sample_open();
	struct match_subject subject = sample_subject("maker:thing", "1.0");

	(void)state;
	sample_write(&s);
	assert_int_equal(s.book.health.vulnerabilities, 0);
	assert_int_equal(s.book.health.feed_count, 0);
	assert_int_equal(sample_match(&s, &subject).count, 0);
	sample_close(&s);
}

static void
fill(struct sample *s)
{
	struct feed_info info = {
		.kind = FEED_KEV, .count = 2, .refused = 1, .newest = 1700000000
	};
	struct vex_statement statement = { .id = T("CVE-2020-0001"),
		.component = { .name = T("thing") },
		.status = VEX_NOT_AFFECTED };

	sample_add(s, "CVE-2020-0002", CLAIM_NVD, "thing", "1.0", "2.0");
	sample_add(s, "CVE-2020-0001", CLAIM_NVD, "thing", NULL, "1.5");
	sample_add(s, "CVE-2020-0001", CLAIM_CVE_CNA, "other", NULL, "1.5");
	sample_exploit(s, "CVE-2020-0001");
	sample_exploit(s, "CVE-1999-0001");
	must(s->sink.score(
	    s->sink.context, bytes_of("CVE-2020-0002"), 910000, 990000));
	must(s->sink.vex(s->sink.context, &statement));
	must(book_maker_note(s->maker, bytes_of("kev.json"), &info));
	info.kind = FEED_CVE;
	info.newest = 1600000000;
	must(book_maker_note(s->maker, bytes_of("cves.jsonl"), &info));
}

static void
a_page_of_a_catalogue_dates_nothing(void **state)
{
	struct sample s = sample_open();
	struct feed_info info = {
		.kind = FEED_EUVD, .count = 100, .newest = 1800000000
	};
	char id[32];

	(void)state;
	must(book_maker_note(s.maker, bytes_of("page.json"), &info));
	for (int i = 0; i < BOOK_CATALOGUE_MIN; i++) {
		struct exploited e = { .source = EXPLOITED_EUVD };

		sample_write(&s);
		assert_int_equal(s.book.health.newest_catalogue, 0);
		(void)snprintf(id, sizeof(id), "CVE-2020-%04d", i);
		e.id = bytes_of(id);
		must(s.sink.exploited(s.sink.context, &e));
	}
	sample_write(&s);
	assert_int_equal(s.book.health.newest_catalogue, 1800000000);
	sample_close(&s);
}

static void
book_tells_what_it_is_made_of(void **state)
{
	struct sample s = sample_open();
	struct book_feed feed;

	(void)state;
	fill(&s);
	sample_write(&s);
	assert_int_equal(s.book.health.vulnerabilities, 2);
	assert_int_equal(s.book.health.claims, 3);
	assert_int_equal(s.book.health.exploited, 2);
	assert_int_equal(s.book.health.exploited_known, 1);
	assert_int_equal(s.book.health.scores, 1);
	assert_int_equal(s.book.health.statements, 1);
	assert_int_equal(s.book.health.newest_catalogue, 1700000000);
	assert_int_equal(s.book.health.newest_claim, 1600000000);
	assert_int_equal(s.book.health.feed_count, 2);
	must(book_feed_at(&s.book, 0, &feed));
	assert_true(bytes_equal_text(feed.name, "kev.json"));
	assert_int_equal(feed.info.kind, FEED_KEV);
	assert_int_equal(feed.info.count, 2);
	assert_int_equal(feed.info.refused, 1);
	assert_int_equal(feed.info.newest, 1700000000);
	assert_int_equal(book_feed_at(&s.book, 2, &feed), ERR_MALFORMED);
	sample_close(&s);
}

static void
book_of_the_same_is_the_same_bytes(void **state)
{
	struct sample a = sample_open();
	struct sample b = sample_open();

	(void)state;
	fill(&a);
	fill(&b);
	sample_write(&a);
	sample_write(&b);
	assert_true(bytes_equal(out_bytes(&a.bytes), out_bytes(&b.bytes)));
	sample_write(&a); /* and written once more */
	assert_true(bytes_equal(out_bytes(&a.bytes), out_bytes(&b.bytes)));
	sample_close(&a);
	sample_close(&b);
}

static void
book_refuses_every_prefix(void **state)
{
	struct sample s = sample_open();

	(void)state;
	fill(&s);
	sample_write(&s);
	for (size_t len = 0; len < s.bytes.len; len++) {
		struct book book = { .health = { .claims = 77 } };
		struct bytes in = bytes_slice(out_bytes(&s.bytes), 0, len);

		assert_int_equal(book_open(in, &book), ERR_TRUNCATED);
		assert_int_equal(book.health.claims, 77);
	}
	sample_close(&s);
}

static void
book_refuses_a_broken_header(void **state)
{
	static const struct {
		size_t at;
		enum err err;
	} cases[] = {
		{ 0, ERR_MALFORMED }, { BOOK_MAGIC_LEN, ERR_UNSUPPORTED },
		{ BOOK_MAGIC_LEN + 4, ERR_MALFORMED },
		{ BOOK_MAGIC_LEN + 8, ERR_TRUNCATED },
		{ BOOK_HEADER_LEN - 16 * BOOK_SECTION_COUNT + 7,
		    ERR_MALFORMED },
		{ BOOK_HEADER_LEN - 1, ERR_MALFORMED },
		{ BOOK_HEADER_LEN - 8, ERR_MALFORMED }, /* no whole row */
	};
	struct sample s = sample_open();

	(void)state;
	fill(&s);
	sample_write(&s);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct book book;

		s.bytes.ptr[cases[i].at]++;
		assert_int_equal(
		    book_open(out_bytes(&s.bytes), &book), cases[i].err);
		s.bytes.ptr[cases[i].at]--;
	}
	sample_close(&s);
}

/* Whatever is broken: an answer or an error, and it ends. */
static void
book_with_any_byte_broken_does_no_harm(void **state)
{
	static const uint8_t values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	struct sample s = sample_open();
	struct match_subject subject = sample_subject("maker:thing", "1.2");
	size_t malformed = 0;

	(void)state;
	fill(&s);
	sample_write(&s);
	for (size_t i = 0; i < s.bytes.len * sizeof(values); i++) {
		struct match_wants wants = { .subjects = &subject,
			.subject_count = 1 };
		struct matches matches;
		struct book book;
		uint8_t *at = &s.bytes.ptr[i / sizeof(values)];
		uint8_t was = *at;

		*at = values[i % sizeof(values)];
		if (book_open(out_bytes(&s.bytes), &book) == ERR_OK) {
			enum err err =
			    matching_run(&book, &wants, &s.arena, &matches);

			assert_true(err == ERR_OK || err == ERR_MALFORMED);
			malformed += err == ERR_MALFORMED;
		}
		*at = was;
		arena_close(&s.arena);
	}
	assert_true(malformed > 0);
	sample_close(&s);
}

static void
maker_keeps_the_newest_record_of_a_source(void **state)
{
	struct claim_range ranges[] = { sample_range(NULL, "2.0"),
		sample_range(NULL, "3.0") };
	struct match_subject subject = sample_subject("maker:thing", "2.5");
	static const int64_t modified[][2] = { { 100, 200 }, { 200, 100 } };

	(void)state;
	for (size_t order = 0; order < 2; order++) {
		struct sample s = sample_open();

		for (size_t i = 0; i < 2; i++) {
			struct vulnerability v = { .id = T("CVE-2020-0001"),
				.cvss = CVSS_UNKNOWN,
				.modified = modified[order][i] };
			/* the newer one says "before 3.0" */
			struct claim claim = sample_claim(CLAIM_NVD, "maker",
			    "thing", &ranges[v.modified == 200], 1);

			must(s.sink.vulnerability(
			    s.sink.context, &v, &claim, 1));
		}
		sample_write(&s);
		assert_int_equal(s.book.health.claims, 1);
		assert_int_equal(sample_match(&s, &subject).count, 1);
		sample_close(&s);
	}
}

static void
maker_leaves_out_what_was_withdrawn(void **state)
{
	struct sample s = sample_open();
	struct vulnerability v = {
		.id = T("CVE-2020-0001"), .withdrawn = true, .modified = 100
	};

	(void)state;
	sample_add(&s, "CVE-2020-0001", CLAIM_NVD, "thing", NULL, "2.0");
	sample_exploit(&s, "CVE-2020-0001");
	must(s.sink.vulnerability(s.sink.context, &v, NULL, 0));
	sample_write(&s);
	assert_int_equal(s.book.health.vulnerabilities, 0);
	assert_int_equal(s.book.health.exploited, 0);
	sample_close(&s);
}

static void
maker_counts_an_alias_under_its_cve(void **state)
{
	struct sample s = sample_open();
	struct bytes alias = T("CVE-2020-0001");
	struct claim_range range = sample_range(NULL, "2.0");
	struct claim claim =
	    sample_claim(CLAIM_OSV, "maker", "thing", &range, 1);
	struct vulnerability v = { .id = T("GHSA-1"),
		.aliases = &alias,
		.alias_count = 1,
		.cvss = 98 };
	struct match_subject subject = sample_subject("maker:thing", "1.0");

	(void)state;
	must(s.sink.vulnerability(s.sink.context, &v, &claim, 1));
	sample_add(&s, "CVE-2020-0001", CLAIM_NVD, "thing", NULL, "2.0");
	sample_exploit(&s, "GHSA-1");
	sample_write(&s);
	assert_int_equal(s.book.health.vulnerabilities, 1);
	struct matches matches = sample_match(&s, &subject);

	assert_int_equal(matches.count, 1);
	assert_true(bytes_equal_text(matches.list[0].id, "CVE-2020-0001"));
	assert_int_equal(matches.list[0].cvss, 98);
	assert_int_equal(matches.list[0].exploited_by, 1 << EXPLOITED_KEV);
	assert_int_equal(matches.list[0].exploited_since, 86400);
	sample_close(&s);
}

static void
maker_counts_a_distributions_advisory_under_each_cve(void **state)
{
	struct sample s = sample_open();
	struct claim_range range = sample_range(NULL, "2.0-1");
	struct claim claim = { .source = CLAIM_OSV,
		.key = CLAIM_BY_PURL,
		.space = T("deb/debian"),
		.name = T("thing"),
		.scheme = VERSION_DPKG,
		.otherwise = CLAIM_UNAFFECTED,
		.ranges = &range,
		.range_count = 1 };
	static const char *const ids[] = { "CVE-2020-0001", "CVE-2020-0002" };
	struct match_subject subject = { .name = T("thing"),
		.version = T("1.9"),
		.package_version = T("1.9-3"),
		.purl = T("pkg:deb/debian/thing@1.9-3"),
		.confidence = 100 };

	(void)state;
	for (size_t i = 0; i < 4; i++) { /* the file is there twice */
		struct vulnerability v = { .id = bytes_of(ids[i % 2]),
			.record = T("DSA-1"),
			.cvss = CVSS_UNKNOWN };

		must(s.sink.vulnerability(s.sink.context, &v, &claim, 1));
	}
	sample_write(&s);
	struct matches matches = sample_match(&s, &subject);

	assert_int_equal(s.book.health.claims, 2);
	assert_int_equal(matches.count, 2);
	assert_true(bytes_equal_text(matches.list[0].id, "CVE-2020-0001"));
	assert_true(bytes_equal_text(matches.list[1].id, "CVE-2020-0002"));
	assert_int_equal(matches.list[0].confidence, MATCH_HIGH);
	sample_close(&s);
}

/* Walks every path of too little memory. */
static void
maker_holds_no_more_than_its_limit(void **state)
{
	bool done = false;

	(void)state;
	for (size_t limit = 0; !done; limit += 512) {
		struct out bytes = out_open(MIB);
		struct book_maker *maker;
		struct claim_range range = sample_range("1.0", "2.0");
		struct claim claim =
		    sample_claim(CLAIM_NVD, "maker", "thing", &range, 1);
		struct vulnerability v = { .id = T("CVE-2020-0001"),
			.title = T("a flaw") };
		enum err err;

		must(book_maker_open(limit, NULL, &maker));
		struct feed_sink sink = book_maker_sink(maker);

		err = sink.vulnerability(sink.context, &v, &claim, 1);
		if (err == ERR_OK)
			err = book_maker_write(maker, &bytes);
		assert_true(err == ERR_OK || err == ERR_LIMIT);
		done = err == ERR_OK;
		book_maker_close(maker);
		out_close(&bytes);
		assert_true(limit < MIB);
	}
	book_maker_close(NULL);
}

static void
book_keeps_what_is_cut_in_whole_characters(void **state)
{
	struct sample s = sample_open();
	struct match_subject subject = sample_subject("maker:thing", "1.0");
	uint8_t *title = arena_take(&s.arena, 2 * LIMIT_BOOK_TEXT_LEN);
	struct claim_range range = sample_range(NULL, "2.0");
	struct claim claim =
	    sample_claim(CLAIM_NVD, "maker", "thing", &range, 1);
	struct vulnerability v = { .id = T("CVE-2020-0001"),
		.title = { title, 2 * LIMIT_BOOK_TEXT_LEN } };

	(void)state;
	for (size_t i = 0; i < v.title.len; i++)
		title[i] = (uint8_t[]){ 0xe2, 0x82, 0xac }[i % 3];
	must(s.sink.vulnerability(s.sink.context, &v, &claim, 1));
	sample_write(&s);
	struct matches matches = sample_match(&s, &subject);

	assert_int_equal(matches.list[0].title.len,
	    LIMIT_BOOK_TEXT_LEN - LIMIT_BOOK_TEXT_LEN % 3);
	sample_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(book_of_nothing_opens_and_matches_nothing),
		cmocka_unit_test(book_tells_what_it_is_made_of),
		cmocka_unit_test(a_page_of_a_catalogue_dates_nothing),
		cmocka_unit_test(book_of_the_same_is_the_same_bytes),
		cmocka_unit_test(book_refuses_every_prefix),
		cmocka_unit_test(book_refuses_a_broken_header),
		cmocka_unit_test(book_with_any_byte_broken_does_no_harm),
		cmocka_unit_test(maker_keeps_the_newest_record_of_a_source),
		cmocka_unit_test(maker_leaves_out_what_was_withdrawn),
		cmocka_unit_test(maker_counts_an_alias_under_its_cve),
		cmocka_unit_test(
		    maker_counts_a_distributions_advisory_under_each_cve),
		cmocka_unit_test(maker_holds_no_more_than_its_limit),
		cmocka_unit_test(book_keeps_what_is_cut_in_whole_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
