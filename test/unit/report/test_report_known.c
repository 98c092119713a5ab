/* SPDX-License-Identifier: ISC */
/* What the reports say of known vulnerabilities, with feeds and without. */
#include "base/limits.h"
#include "json_check.h"
#include "markup.h"
#include "report/dossier.h"
#include "report/report.h"
#include "sample.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void
write_terminal(
    const struct assessment *a, const struct report_tool *tool, struct out *to)
{
	struct report_terminal_options options = { .columns = 80 };

	report_terminal(a, tool, &options, to);
}

/* 2026-11-23T00:00:00Z */
#define WRITTEN_SECS 1795392000

static void
write_openvex(
    const struct assessment *a, const struct report_tool *tool, struct out *to)
{
	report_openvex(a, tool, WRITTEN_SECS, to);
}

typedef void write_report(
    const struct assessment *a, const struct report_tool *tool, struct out *to);

static int
open_sample(void **state)
{
	struct sample *s = test_malloc(sizeof(*s));

	sample_open(s);
	*state = s;
	return 0;
}

static int
open_known(void **state)
{
	(void)open_sample(state);
	sample_know(*state);
	return 0;
}

static int
close_sample(void **state)
{
	sample_close(*state);
	test_free(*state);
	return 0;
}

static struct out
write_sample(const struct sample *s, write_report *report)
{
	struct out to = out_open(LIMIT_REPORT_LEN);

	report(&s->assessment, &sample_tool, &to);
	assert_int_equal(to.failed, ERR_OK);
	assert_true(to.len > 0);
	return to;
}

static json_t *
find_id(json_t *list, const char *key, const char *id)
{
	size_t i;
	json_t *item;

	json_array_foreach(list, i, item)
	{
		json_t *at = json_object_get(item, key);

		if (json_is_object(at))
			at = json_object_get(at, "name");
		if (strcmp(json_string_value(at), id) == 0)
			return item;
	}
	fail_msg("no %s", id);
	return NULL;
}

static const char *
text_of(json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void
json_tells_feeds_and_matches(void **state)
{
	struct out to = write_sample(*state, report_json);
	json_t *root = parse(&to);
	json_t *advisories = json_object_get(root, "advisories");
	json_t *list = json_object_get(root, "vulnerabilities");
	json_t *first = json_array_get(list, 0);

	ASSERT_KEYS(advisories, "feeds", "exploited_catalogue", "claims_until",
	    "exploited_known", "vex_unused");
	ASSERT_KEYS(json_array_get(json_object_get(advisories, "feeds"), 0),
	    "name", "kind", "records", "refused", "newest");
	assert_string_equal(
	    text_of(advisories, "exploited_catalogue"), "2026-11-20");
	assert_string_equal(text_of(advisories, "claims_until"), "2026-11-21");
	assert_true(json_is_null(json_object_get(
	    json_array_get(json_object_get(advisories, "feeds"), 2),
	    "newest")));
	assert_int_equal(json_array_size(list), 10);
	ASSERT_KEYS(first, "id", "title", "component", "version", "state",
	    "confidence", "source", "range", "because", "fixed_in", "cvss",
	    "epss", "exploited", "vex");
	ASSERT_KEYS(
	    json_object_get(first, "exploited"), "by", "since", "ransomware");
	assert_true(json_is_null(json_object_get(first, "vex")));
	assert_string_equal(
	    text_of(json_object_get(first, "exploited"), "since"),
	    "2021-11-03");
	assert_int_equal(
	    (int)(json_real_value(json_object_get(first, "cvss")) * 10 + 0.5),
	    75);
	json_t *device = find_id(list, "id", "CVE-2023-1389");

	assert_string_equal(
	    text_of(device, "component"), "Example Routers WR 841 \"N\"");
	assert_string_equal(text_of(device, "version"), "3.16.8");
	json_t *excused = find_id(list, "id", "CVE-2021-99991");

	assert_true(json_is_null(json_object_get(excused, "cvss")));
	assert_true(json_is_null(json_object_get(excused, "epss")));
	ASSERT_KEYS(json_object_get(excused, "vex"), "status", "justification",
	    "detail", "author", "document");
	assert_string_equal(
	    text_of(json_object_get(excused, "vex"), "status"), "not_affected");
	json_decref(root);
	out_close(&to);
}

static void
openvex_says_affected_only_where_it_is_sure_and_exploited(void **state)
{
	static const struct {
		const char *id, *status, *key, *value;
	} rows[] = {
		{ "CVE-2014-0160", "affected", "action_statement",
		    "Update openssl to 1.0.1g or later." },
		{ "CVE-2016-5195", "under_investigation", "action_statement",
		    NULL },
		{ "CVE-2023-1389", "affected", "action_statement",
		    "Look for a version of Example Routers WR 841 \"N\" that is "
		    "not affected; no fixed version is known." },
		{ "CVE-2021-99991", "not_affected", "justification",
		    "vulnerable_code_not_present" },
		{ "CVE-2022-48174", "under_investigation", "justification",
		    NULL },
		{ "CVE-2016-7406", "fixed", "justification", NULL },
		{ "CVE-2012-0920", "under_investigation", "justification",
		    NULL },
		{ "GHSA-xxxx-yyyy-zzzz", "affected", "action_statement",
		    "Do not reach the web interface from outside." },
	};
	struct out to = write_sample(*state, write_openvex);
	json_t *root = parse(&to);
	json_t *list = json_object_get(root, "statements");

	assert_string_equal(text_of(root, "author"), "hallmark");
	assert_string_equal(text_of(root, "timestamp"), "2026-11-23T00:00:00Z");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *s = find_id(list, "vulnerability", rows[i].id);

		assert_string_equal(text_of(s, "status"), rows[i].status);
		if (rows[i].value == NULL)
			assert_null(json_object_get(s, rows[i].key));
		else
			assert_string_equal(
			    text_of(s, rows[i].key), rows[i].value);
	}
	json_t *excused = find_id(list, "vulnerability", "CVE-2021-99991");

	assert_non_null(strstr(text_of(excused, "status_notes"),
	    "As stated by Example Routers GmbH in https://example.com/vex/1."));
	assert_non_null(strstr(
	    text_of(find_id(list, "vulnerability", "CVE-2012-0920"),
		"status_notes"),
	    "for want of a reason: Example Routers GmbH says not_affected"));
	json_decref(root);
	out_close(&to);
}

static void
openvex_names_image_and_component_so_that_they_are_found_again(void **state)
{
	struct out to = write_sample(*state, write_openvex);
	json_t *root = parse(&to);
	json_t *list = json_object_get(root, "statements");
	json_t *product = json_array_get(
	    json_object_get(json_array_get(list, 0), "products"), 0);
	json_t *component =
	    json_array_get(json_object_get(product, "subcomponents"), 0);
	json_t *device = json_array_get(
	    json_object_get(
		find_id(list, "vulnerability", "CVE-2023-1389"), "products"),
	    0);

	assert_string_equal(text_of(product, "@id"),
	    "pkg:generic/Example%20Routers/WR%20841%20%22N%22@3.16.8");
	assert_string_equal(
	    text_of(component, "@id"), "pkg:generic/openssl@1.0.1e");
	assert_string_equal(
	    text_of(json_object_get(component, "identifiers"), "cpe23"),
	    "cpe:2.3:a:openssl:openssl:1.0.1e:*:*:*:*:*:*:*");
	assert_null(json_object_get(device, "subcomponents"));
	json_decref(root);
	out_close(&to);
}

static void
openvex_without_a_declaration_is_hallmark_s_own(void **state)
{
	struct sample *s = *state;
	struct declared_product product = s->assessment.product;

	s->assessment.product = (struct declared_product){ 0 };
	struct out to = write_sample(s, write_openvex);
	json_t *root = parse(&to);

	assert_string_equal(text_of(root, "author"), "hallmark");
	assert_true(report_has_openvex(&s->assessment));
	json_decref(root);
	out_close(&to);
	s->assessment.product = product;
}

static void
without_feeds_nothing_is_said_of_vulnerabilities(void **state)
{
	struct sample *s = *state;
	struct out json = write_sample(s, report_json);
	struct out page = write_sample(s, report_html);
	struct out sbom = write_sample(s, report_sbom);
	struct out text = write_sample(s, write_terminal);

	assert_false(report_has_openvex(&s->assessment));
	assert_int_equal(
	    bytes_find(out_bytes(&json), BYTES("\"advisories\""), 0), SIZE_MAX);
	assert_int_equal(
	    bytes_find(out_bytes(&sbom), BYTES("\"vulnerabilities\""), 0),
	    SIZE_MAX);
	assert_int_equal(
	    bytes_find(out_bytes(&page), BYTES("id=\"vulnerabilities\""), 0),
	    SIZE_MAX);
	assert_int_equal(
	    bytes_find(out_bytes(&text), BYTES("KNOWN VULN"), 0), SIZE_MAX);
	assert_int_not_equal(
	    bytes_find(out_bytes(&text),
		BYTES("VULN-1 (known vulnerabilities: add --feeds DIR)"), 0),
	    SIZE_MAX);
	out_close(&json);
	out_close(&page);
	out_close(&sbom);
	out_close(&text);
}

static void
sarif_names_the_vulnerability_of_a_result(void **state)
{
	struct sample *s = *state;
	struct evidence evidence = {
		.path = BYTES("squashfs@0x0!/usr/sbin/dnsmasq"),
		.at = FACT_NOWHERE,
		.text = BYTES("CVE-2017-14491 in dnsmasq 2.62: before 2.78"),
		.vulnerability = BYTES("CVE-2017-14491"),
	};
	struct finding finding = { .rule = BYTES("VULN-1"),
		.title = BYTES("An exploited one"),
		.evidence = &evidence,
		.evidence_count = 1,
		.evidence_total = 1 };
	struct assessment a = s->assessment;
	struct out one = out_open(LIMIT_REPORT_LEN);
	struct out two = out_open(LIMIT_REPORT_LEN);

	a.findings = &finding;
	a.finding_count = 1;
	report_sarif(&a, &sample_tool, &one);
	evidence.text = BYTES("CVE-2017-14491 in dnsmasq 2.62: all versions");
	report_sarif(&a, &sample_tool, &two);
	json_t *was = parse(&one);
	json_t *now = parse(&two);
	json_t *results[2];
	json_t *roots[2] = { was, now };

	for (size_t i = 0; i < 2; i++)
		results[i] = json_array_get(
		    json_object_get(
			json_array_get(json_object_get(roots[i], "runs"), 0),
			"results"),
		    0);
	assert_string_equal(
	    text_of(json_object_get(results[0], "properties"), "vulnerability"),
	    "CVE-2017-14491");
	assert_true(
	    json_equal(json_object_get(results[0], "partialFingerprints"),
		json_object_get(results[1], "partialFingerprints")));
	json_decref(was);
	json_decref(now);
	out_close(&one);
	out_close(&two);
}

static void
html_shows_vulnerabilities_with_whose_word_excuses_them(void **state)
{
	struct out to = write_sample(*state, report_html);
	struct bytes page = out_bytes(&to);
	struct markup_counts counts = { 0 };
	const char *wrong = markup_check(page, &counts);

	if (wrong != NULL)
		fail_msg("%s", wrong);
	assert_int_equal(counts.broken_order, 0);
	assert_int_equal(counts.scripts, 0);
	assert_true(bytes_find(page, BYTES("CVE-2014-0160"), 0) <
	    bytes_find(page, BYTES("CVE-2022-48174"), 0));
	assert_int_not_equal(
	    bytes_find(page,
		BYTES("<code>not_affected</code> by the word of Example "
		      "Routers GmbH: <code>vulnerable_code_not_present"),
		0),
	    SIZE_MAX);
	assert_int_not_equal(
	    bytes_find(page, BYTES("(not heeded)"), 0), SIZE_MAX);
	assert_int_not_equal(
	    bytes_find(page, BYTES("Finding none says nothing here"), 0),
	    SIZE_MAX);
	out_close(&to);
}

static void
html_caps_what_nobody_exploits_and_says_so(void **state)
{
	struct sample *s = *state;
	struct assessment a = s->assessment;
	struct matches matches = { .count = 250 };
	struct advisories known = *a.advisories;
	struct out to = out_open(LIMIT_REPORT_LEN);

	matches.list = test_calloc(matches.count, sizeof(*matches.list));
	for (size_t i = 0; i < matches.count; i++) {
		matches.list[i] = a.advisories->matches->list[5];
		matches.list[i].id = i < 200 ? BYTES("CVE-1") : BYTES("CVE-2");
	}
	known.matches = &matches;
	a.advisories = &known;
	report_html(&a, &sample_tool, &to);
	assert_int_equal(to.failed, ERR_OK);
	assert_int_equal(
	    bytes_find(out_bytes(&to), BYTES("CVE-2<"), 0), SIZE_MAX);
	assert_int_not_equal(
	    bytes_find(out_bytes(&to), BYTES("and 50 more: "), 0), SIZE_MAX);
	test_free(matches.list);
	out_close(&to);
}

static void
terminal_tells_the_exploited_first_and_counts_the_rest(void **state)
{
	struct out to = write_sample(*state, write_terminal);
	struct bytes text = out_bytes(&to);

	assert_int_not_equal(
	    bytes_find(text,
		BYTES("\n  x CVE-2014-0160 in openssl 1.0.1e, fixed in "
		      "1.0.1g"),
		0),
	    SIZE_MAX);
	assert_int_not_equal(
	    bytes_find(text, BYTES("\n  ! CVE-2016-5195 in linux"), 0),
	    SIZE_MAX);
	assert_int_equal(
	    bytes_find(text, BYTES("CVE-2021-99991"), 0), SIZE_MAX);
	assert_int_not_equal(
	    bytes_find(text, BYTES("The feeds reach to 2026-11-21"), 0),
	    SIZE_MAX);
	out_close(&to);
}

/* The technical file with nothing declared. */
static struct out
write_file(const struct sample *s, bool html)
{
	static const struct declaration declaration = { .count = 0 };
	static const struct problems problems = { .count = 0 };
	struct dossier d = { .data = data_embedded(),
		.assessment = &s->assessment,
		.tool = &sample_tool,
		.declaration = &declaration,
		.problems = &problems };
	struct out to = out_open(LIMIT_REPORT_LEN);
	struct fault fault = { 0 };

	assert_int_equal(dossier_open(&d, &fault), ERR_OK);
	dossier_write(&d, BYTES("technical-file"), html, &to);
	assert_int_equal(to.failed, ERR_OK);
	dossier_close(&d);
	return to;
}

static void
the_technical_file_lists_what_feeds_know(void **state)
{
	struct sample *s = *state;
	const struct advisories *known = s->assessment.advisories;
	struct out to = write_file(s, false);
	struct out page = write_file(s, true);
	struct markup_counts counts = { 0 };

	assert_int_not_equal(
	    bytes_find(out_bytes(&to), BYTES("### Known vulnerabilities"), 0),
	    SIZE_MAX);
	assert_int_not_equal(
	    bytes_find(out_bytes(&to),
		BYTES("CVE-2021-99991 | busybox 1.19.4-6 | yes"), 0),
	    SIZE_MAX);
	assert_int_not_equal(
	    bytes_find(out_bytes(&to), BYTES("Example Routers GmbH"), 0),
	    SIZE_MAX);
	assert_null(markup_check(out_bytes(&page), &counts));
	out_close(&page);
	out_close(&to);
	s->assessment.advisories = NULL;
	to = write_file(s, false);
	assert_int_equal(
	    bytes_find(out_bytes(&to), BYTES("Known vulnerabilities"), 0),
	    SIZE_MAX);
	out_close(&to);
	s->assessment.advisories = known;
}

int
main(void)
{
	const struct CMUnitTest without[] = {
		cmocka_unit_test(
		    without_feeds_nothing_is_said_of_vulnerabilities),
		cmocka_unit_test(sarif_names_the_vulnerability_of_a_result),
	};
	const struct CMUnitTest known[] = {
		cmocka_unit_test(json_tells_feeds_and_matches),
		cmocka_unit_test(
		    openvex_says_affected_only_where_it_is_sure_and_exploited),
		cmocka_unit_test(
		    openvex_names_image_and_component_so_that_they_are_found_again),
		cmocka_unit_test(
		    openvex_without_a_declaration_is_hallmark_s_own),
		cmocka_unit_test(
		    html_shows_vulnerabilities_with_whose_word_excuses_them),
		cmocka_unit_test(html_caps_what_nobody_exploits_and_says_so),
		cmocka_unit_test(
		    terminal_tells_the_exploited_first_and_counts_the_rest),
		cmocka_unit_test(the_technical_file_lists_what_feeds_know),
	};
	int failed = cmocka_run_group_tests(without, open_sample, close_sample);

	return failed + cmocka_run_group_tests(known, open_known, close_sample);
}
