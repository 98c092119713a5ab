/* SPDX-License-Identifier: ISC */
/* VULN-1 and VULN-3 on matches made by hand, and what verdicts rest on them. */
#include "scene.h"

#include "baseline/reach.h"
#include "declare/check.h"

#define DAY INT64_C(86400)

/* Sorted by name, as in the inventory; the device itself stands behind. */
enum {
	BUSYBOX,
	DNSMASQ,
	DEVICE
};

static const struct scene router = { "", "", "",
	{ { .kind = FACT_COMPONENT,
	      .path = T("squashfs@0x0!/bin/busybox"),
	      .name = T("busybox"),
	      .value = T("1.37.0") },
	    { .kind = FACT_COMPONENT,
		.path = T("squashfs@0x0!/usr/sbin/dnsmasq"),
		.at = 0x120,
		.name = T("dnsmasq"),
		.value = T("2.62") } },
	ALL_READ };

static const struct scene empty = { "", "", "", NO_FACTS, ALL_READ };

static const struct book_health fresh = { .feed_count = 2,
	.vulnerabilities = 300000,
	.claims = 900000,
	.exploited = 1400,
	.exploited_known = 1390,
	.newest_catalogue = TODAY - 2 * DAY,
	.newest_claim = TODAY - DAY };

/* dnsmasq's CVE-2017-14491, exploited, the version surely affected. */
static const struct match sure = { .subject = DNSMASQ,
	.id = T("CVE-2017-14491"),
	.title = T("heap overflow in DNS code"),
	.state = MATCH_AFFECTED,
	.confidence = MATCH_HIGH,
	.source = CLAIM_NVD,
	.range = T("before 2.78"),
	.fixed_in = T("2.78"),
	.cvss = 98,
	.epss = 910000,
	.exploited_by = 1U << EXPLOITED_KEV,
	.exploited_since = INT64_C(1635897600) };

static void
judge_matches(const struct scene *scene, const struct match *list, size_t count,
    const struct book_health *health, struct judged *j)
{
	struct match copy[8];
	struct matches *matches;
	struct advisories *known;
	struct judge_wants wants = plain_wants;

	assert_true(count <= sizeof(copy) / sizeof(copy[0]));
	judge_scene(scene, j);
	matches = arena_take(&j->arena, sizeof(*matches));
	known = arena_take(&j->arena, sizeof(*known));
	assert_non_null(matches);
	assert_non_null(known);
	matches->list = arena_take_array(&j->arena, count, sizeof(*list));
	assert_non_null(matches->list);
	for (size_t i = 0; i < count; i++)
		matches->list[i] = list[i];
	matches->count = count;
	known->matches = matches;
	known->health = health;
	wants.advisories = known;
	judge_as(j, &wants);
}

static const struct finding *
only_finding(const struct judged *j, const char *rule)
{
	const struct finding *only = NULL;

	for (size_t i = 0; i < j->a.finding_count; i++) {
		if (!bytes_equal_text(j->a.findings[i].rule, rule))
			continue;
		assert_null(only);
		only = &j->a.findings[i];
	}
	return only;
}

static void
gives(const struct match *m, const char *result, const char *text)
{
	struct judged j;

	judge_matches(&router, m, 1, &fresh, &j);
	const struct finding *f = only_finding(&j, "VULN-1");

	assert_string_equal(
	    f == NULL ? "none" : finding_result_text(f->result), result);
	if (f != NULL) {
		assert_int_equal(f->evidence_total, 1);
		assert_true(f->title.len > 0);
		assert_true(f->advice.len > 0);
		assert_true(bytes_equal(f->evidence[0].vulnerability, m->id));
		if (bytes_find(f->evidence[0].text, bytes_of(text), 0) ==
		    SIZE_MAX)
			fail_msg("%s is not in %.*s", text,
			    (int)f->evidence[0].text.len,
			    (const char *)f->evidence[0].text.ptr);
	}
	scene_close(&j);
}

static bool
is_because(const struct verdict_row *v, const char *text)
{
	for (size_t i = 0; i < v->because_count; i++)
		if (bytes_equal_text(v->because[i], text))
			return true;
	return false;
}

/* The advice of VULN-1 among what nobody looked for; NULL: it looked. */
static const struct bytes *
find_unlooked(const struct judged *j)
{
	for (size_t i = 0; i < j->a.unlooked_count; i++)
		if (bytes_equal_text(j->a.unlooked[i * 2], "VULN-1"))
			return &j->a.unlooked[i * 2 + 1];
	return NULL;
}

static void
looked_with(const struct book_health *health, const char *missing)
{
	struct judged j;

	judge_matches(&router, &sure, 0, health, &j);
	const struct bytes *advice = find_unlooked(&j);

	if (missing == NULL) {
		assert_null(advice);
	} else {
		assert_non_null(advice);
		if (bytes_find(*advice, bytes_of(missing), 0) == SIZE_MAX)
			fail_msg("%s is not in %.*s", missing, (int)advice->len,
			    (const char *)advice->ptr);
	}
	scene_close(&j);
}

static void
an_exploited_one_that_is_sure_fails(void **state)
{
	(void)state;
	gives(&sure, "fail",
	    "CVE-2017-14491 in dnsmasq 2.62: before 2.78 (NVD); fixed in 2.78; "
	    "exploited according to CISA KEV since 2021-11-03");
}

static void
it_is_shown_where_the_component_was_seen(void **state)
{
	struct judged j;

	(void)state;
	judge_matches(&router, &sure, 1, &fresh, &j);
	const struct finding *f = only_finding(&j, "VULN-1");

	assert_non_null(f);
	assert_true(bytes_equal_text(
	    f->evidence[0].path, "squashfs@0x0!/usr/sbin/dnsmasq"));
	assert_int_equal(f->evidence[0].at, 0x120);
	scene_close(&j);
}

static void
medium_confidence_only_warns(void **state)
{
	struct match m = sure;

	(void)state;
	m.confidence = MATCH_MEDIUM;
	m.because = BYTES("the distribution may have mended it");
	gives(&m, "warn", "not sure: the distribution may have mended it");
	m.confidence = MATCH_LOW;
	gives(&m, "warn", "CVE-2017-14491");
}

static void
what_needs_another_product_only_warns(void **state)
{
	struct match m = sure;

	(void)state;
	m.state = MATCH_CONDITIONAL;
	gives(&m, "warn", "CVE-2017-14491");
}

static void
an_unknown_version_informs(void **state)
{
	struct match m = sure;

	(void)state;
	m.state = MATCH_UNKNOWN;
	gives(&m, "info", "whether this version is affected is not known");
}

static void
vex_with_a_justification_informs_and_is_named(void **state)
{
	struct match m = sure;

	(void)state;
	m.state = MATCH_NOT_AFFECTED;
	m.vex = VEX_NOT_AFFECTED;
	m.vex_author = BYTES("Example Routers");
	m.vex_justification = BYTES("vulnerable_code_not_present");
	gives(&m, "info",
	    "by the word of Example Routers not affected "
	    "(vulnerable_code_not_present), not tested");
	m.vex_justification = BYTES("");
	m.vex_detail = BYTES("built without DHCP");
	gives(&m, "info", "(built without DHCP), not tested");
}

static void
a_fix_by_vex_or_distribution_informs(void **state)
{
	struct match m = sure;

	(void)state;
	m.state = MATCH_FIXED;
	gives(&m, "info", "the distribution says that it is fixed");
	m.vex = VEX_FIXED;
	gives(&m, "info", "by the word of an unnamed VEX fixed");
}

static void
vex_without_a_justification_is_not_heeded(void **state)
{
	struct match m = sure;

	(void)state;
	m.vex = VEX_NOT_AFFECTED;
	gives(&m, "fail", "not heeded: it gives no reason");
	m.state = MATCH_NOT_AFFECTED; /* even if somebody heeded it */
	gives(&m, "fail", "not heeded: it gives no reason");
}

static void
vex_that_says_affected_changes_nothing(void **state)
{
	struct match m = sure;

	(void)state;
	m.vex = VEX_AFFECTED;
	m.vex_author = BYTES("Example Routers");
	gives(&m, "fail", "by the word of Example Routers affected");
	m.vex = VEX_INVESTIGATED;
	gives(&m, "fail", "under investigation");
}

static void
the_device_itself_is_named_by_maker_and_model(void **state)
{
	static struct declared said[] = {
		{ T("product"), T(""), T("maker"), T("Example"), 1, 1 },
		{ T("product"), T(""), T("model"), T("WR1"), 2, 1 },
		{ T("product"), T(""), T("release"), T("1.2"), 3, 1 },
	};
	struct declaration declaration = { .list = said, .count = 3 };
	struct match list[] = { sure };
	struct matches matches = { .list = list, .count = 1 };
	struct advisories known = { &matches, &fresh, NULL };
	struct problems problems;
	struct arena arena = arena_open((size_t)64 << 20);
	struct fault fault = { 0 };
	struct judge_wants wants = { .today = TODAY,
		.declaration = &declaration,
		.problems = &problems,
		.advisories = &known };
	struct match_subject *subjects;
	size_t count;
	struct judged j;

	(void)state;
	assert_int_equal(declaration_check(data_embedded(), &declaration, TODAY,
			     &arena, &problems, &fault),
	    ERR_OK);
	list[0].subject = DEVICE;
	judge_scene(&router, &j);
	j.a.declaration_name = BYTES("maker.yaml");
	judge_as(&j, &wants);
	const struct finding *f = only_finding(&j, "VULN-1");

	assert_non_null(f);
	assert_true(bytes_starts(
	    f->evidence[0].text, BYTES("CVE-2017-14491 in Example WR1 1.2: ")));
	assert_true(bytes_equal_text(f->evidence[0].path, "maker.yaml"));
	assert_int_equal(
	    baseline_take_subjects(&j.a, &arena, &subjects, &count), ERR_OK);
	assert_int_equal(count, 3);
	assert_true(bytes_equal_text(subjects[DNSMASQ].name, "dnsmasq"));
	assert_false(subjects[DNSMASQ].is_product);
	assert_true(subjects[DEVICE].is_product);
	assert_true(bytes_equal_text(subjects[DEVICE].name, "WR1"));
	assert_true(bytes_equal_text(subjects[DEVICE].supplier, "Example"));
	assert_true(bytes_equal_text(subjects[DEVICE].version, "1.2"));
	scene_close(&j);
	arena_close(&arena);
}

static void
without_maker_and_model_there_is_no_device_to_ask_about(void **state)
{
	struct match_subject *subjects;
	size_t count;
	struct judged j;

	(void)state;
	judge_scene(&router, &j);
	assert_int_equal(
	    baseline_take_subjects(&j.a, &j.arena, &subjects, &count), ERR_OK);
	assert_int_equal(count, 2);
	scene_close(&j);
}

static void
a_match_of_nothing_is_left_out(void **state)
{
	struct match m = sure;

	(void)state;
	m.subject = DEVICE + 1;
	gives(&m, "none", "");
	m.exploited_by = 0;
	gives(&m, "none", "");
}

static void
what_nobody_exploits_informs_by_component(void **state)
{
	struct match list[5] = { sure, sure, sure, sure, sure };
	struct judged j;

	(void)state;
	for (size_t i = 0; i < 5; i++)
		list[i].exploited_by = 0;
	list[1].subject = BUSYBOX;
	list[1].id = BYTES("CVE-2022-48174");
	list[1].epss = 1234;
	list[1].fixed_in = BYTES("");
	list[2].id = BYTES("CVE-2015-8899");
	list[3].id = BYTES("CVE-2015-3294");
	list[3].state = MATCH_FIXED;
	list[4].id = BYTES("CVE-2013-0198");
	judge_matches(&router, list, 5, &fresh, &j);
	const struct finding *f = only_finding(&j, "VULN-3");

	assert_null(only_finding(&j, "VULN-1"));
	assert_non_null(f);
	assert_int_equal(f->result, FINDING_INFO);
	assert_int_equal(f->evidence_count, 3);
	assert_true(bytes_equal_text(f->evidence[0].text, "4 in all"));
	assert_true(bytes_equal_text(f->evidence[1].text,
	    "dnsmasq 2.62: 3 known vulnerabilities, worst CVE-2017-14491, "
	    "CVSS 9.8, EPSS 0.91, fixed in 2.78; besides, 1 fixed or not "
	    "affected by the word of others"));
	assert_true(bytes_equal_text(f->evidence[2].text,
	    "busybox 1.37.0: 1 known vulnerability, CVE-2022-48174, CVSS 9.8, "
	    "EPSS 0.001"));
	scene_close(&j);
}

static void
nothing_known_is_no_finding(void **state)
{
	struct judged j;

	(void)state;
	judge_matches(&router, &sure, 0, &fresh, &j);
	assert_null(only_finding(&j, "VULN-1"));
	assert_null(only_finding(&j, "VULN-3"));
	scene_close(&j);
}

static void
fit_feeds_that_know_nothing_count_as_looked(void **state)
{
	struct judged j;

	(void)state;
	judge_matches(&router, &sure, 0, &fresh, &j);
	const struct verdict_row *v = find_verdict(&j, "cra", "AnxI-I(2)(a)");

	assert_null(find_unlooked(&j));
	assert_int_equal(v->verdict, VERDICT_INCONCLUSIVE);
	assert_int_equal(v->reason, REASON_NOT_DISPROVED);
	assert_true(is_because(v, "VULN-1"));
	v = find_verdict(&j, "en18031", "GEC-1");
	assert_int_equal(v->reason, REASON_NOT_DISPROVED);
	assert_true(is_because(v, "VULN-1"));
	v = find_verdict(&j, "en303645", "5.2-3");
	assert_int_equal(v->reason, REASON_NEEDS_DECLARATION);
	scene_close(&j);
}

static void
an_exploited_one_fails_what_asks_for_none(void **state)
{
	struct judged j;

	(void)state;
	judge_matches(&router, &sure, 1, &fresh, &j);
	const struct verdict_row *v = find_verdict(&j, "cra", "AnxI-I(2)(a)");

	assert_int_equal(v->verdict, VERDICT_FAIL);
	assert_int_equal(v->basis, BASIS_TESTED);
	assert_true(is_because(v, "VULN-1"));
	assert_int_equal(
	    find_verdict(&j, "en18031", "GEC-1")->verdict, VERDICT_FAIL);
	assert_int_equal(
	    find_verdict(&j, "en303645", "5.2-3")->verdict, VERDICT_FAIL);
	scene_close(&j);
}

static void
old_feeds_still_find_but_their_silence_means_nothing(void **state)
{
	struct book_health old = fresh;
	struct judged j;

	(void)state;
	old.newest_catalogue = TODAY - 400 * DAY;
	judge_matches(&router, &sure, 0, &old, &j);
	const struct verdict_row *v = find_verdict(&j, "cra", "AnxI-I(2)(a)");

	assert_int_equal(v->reason, REASON_NEEDS_REVIEW);
	assert_true(is_because(v, "VULN-1"));
	assert_non_null(find_unlooked(&j));
	scene_close(&j);
	judge_matches(&router, &sure, 1, &old, &j);
	assert_non_null(find_unlooked(&j));
	assert_int_equal(only_finding(&j, "VULN-1")->result, FINDING_FAIL);
	assert_int_equal(
	    find_verdict(&j, "cra", "AnxI-I(2)(a)")->verdict, VERDICT_FAIL);
	scene_close(&j);
}

/* "Without known exploitable vulnerabilities": nobody exploits it yet. */
static void
a_sure_one_that_nobody_exploits_leaves_it_to_a_person(void **state)
{
	struct match m = sure;
	struct judged j;

	(void)state;
	m.exploited_by = 0;
	judge_matches(&router, &m, 1, &fresh, &j);
	const struct verdict_row *v = find_verdict(&j, "cra", "AnxI-I(2)(a)");

	assert_int_equal(v->verdict, VERDICT_INCONCLUSIVE);
	assert_int_equal(v->reason, REASON_NEEDS_REVIEW);
	assert_true(is_because(v, "VULN-3"));
	scene_close(&j);
	m.confidence = MATCH_MEDIUM;
	judge_matches(&router, &m, 1, &fresh, &j);
	v = find_verdict(&j, "cra", "AnxI-I(2)(a)");
	assert_int_equal(v->reason, REASON_NOT_DISPROVED);
	scene_close(&j);
}

static void
without_feeds_the_advice_says_how_to_give_them(void **state)
{
	struct judged j;

	(void)state;
	judge_scene(&router, &j);
	const struct bytes *advice = find_unlooked(&j);
	const struct verdict_row *v = find_verdict(&j, "cra", "AnxI-I(2)(a)");

	assert_non_null(advice);
	assert_int_not_equal(
	    bytes_find(*advice, BYTES("add --feeds DIR"), 0), SIZE_MAX);
	assert_int_equal(v->reason, REASON_NEEDS_REVIEW);
	assert_true(is_because(v, "VULN-1"));
	assert_null(j.a.advisories);
	scene_close(&j);
}

static void
without_components_nothing_was_looked_at(void **state)
{
	struct judged j;

	(void)state;
	judge_matches(&empty, &sure, 0, &fresh, &j);
	assert_non_null(find_unlooked(&j));
	assert_int_not_equal(bytes_find(*find_unlooked(&j),
				 BYTES("No component was identified"), 0),
	    SIZE_MAX);
	scene_close(&j);
}

static void
what_is_missing_is_said_exactly(void **state)
{
	struct book_health h = fresh;

	(void)state;
	looked_with(&h, NULL);
	h.newest_catalogue = TODAY - REACH_DAYS * DAY;
	h.newest_claim = TODAY + DAY; /* another clock */
	looked_with(&h, NULL);
	h.newest_catalogue = TODAY - (REACH_DAYS + 1) * DAY;
	looked_with(&h,
	    "The catalogue of exploited vulnerabilities ends on 2026-11-07: "
	    "get one at most 14 days old.");
	h.newest_catalogue = 0;
	looked_with(&h, "hold no catalogue of exploited vulnerabilities");
	h = fresh;
	h.newest_claim = TODAY - 300 * DAY;
	looked_with(&h, "which versions are affected ends on 2026-01-26");
	h.claims = 0;
	looked_with(&h, "do not say which versions are affected");
	h = fresh;
	h.exploited = BOOK_CATALOGUE_MIN;
	h.exploited_known = BOOK_CATALOGUE_MIN;
	looked_with(&h, NULL);
	h.exploited--;
	looked_with(&h, "has 999 entries only, so it is a part of one");
	h = fresh;
	h.exploited_known = 1330; /* 95 % */
	looked_with(&h, NULL);
	h.exploited_known = 1329;
	looked_with(&h, "known for 1329 of 1400 exploited vulnerabilities");
	h.newest_catalogue = 1;
	h.newest_claim = 1;
	looked_with(&h, "1970-01-01: get one at most 14 days old. What says");
}

static void
a_hostile_text_is_cut_and_no_error(void **state)
{
	static uint8_t longer[4000];
	struct match m = sure;

	(void)state;
	memset(longer, 'A', sizeof(longer));
	m.range = (struct bytes){ longer, sizeof(longer) };
	m.fixed_in = m.range;
	m.because = m.range;
	m.vex = VEX_AFFECTED;
	m.vex_author = m.range;
	m.vex_detail = m.range;
	m.exploited_by = UINT32_MAX;
	m.exploited_since = INT64_MAX;
	gives(&m, "fail", "CVE-2017-14491 in dnsmasq 2.62: AAAA");
}

static void
every_memory_limit_ends_in_an_error_or_a_result(void **state)
{
	struct match list[] = { sure, sure };
	struct matches matches = { .list = list, .count = 2 };
	struct advisories known = { &matches, &fresh, NULL };
	struct judge_wants wants = plain_wants;
	struct judged j;
	enum err err = ERR_MEMORY;

	(void)state;
	list[1].exploited_by = 0;
	wants.advisories = &known;
	judge_scene(&router, &j);
	for (size_t limit = 0; err != ERR_OK; limit += 256) {
		struct arena small = arena_open(limit);
		struct assessment a = { .image_size = IMAGE_SIZE };

		err = baseline_take_inventory(
		    j.baseline, &j.seen, NULL, &small, &a);
		if (err == ERR_OK)
			err = baseline_judge(j.baseline, &wants, &small, &a);
		assert_true(err == ERR_OK || err == ERR_MEMORY);
		arena_close(&small);
	}
	scene_close(&j);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_exploited_one_that_is_sure_fails),
		cmocka_unit_test(it_is_shown_where_the_component_was_seen),
		cmocka_unit_test(medium_confidence_only_warns),
		cmocka_unit_test(what_needs_another_product_only_warns),
		cmocka_unit_test(an_unknown_version_informs),
		cmocka_unit_test(vex_with_a_justification_informs_and_is_named),
		cmocka_unit_test(a_fix_by_vex_or_distribution_informs),
		cmocka_unit_test(vex_without_a_justification_is_not_heeded),
		cmocka_unit_test(vex_that_says_affected_changes_nothing),
		cmocka_unit_test(the_device_itself_is_named_by_maker_and_model),
		cmocka_unit_test(
		    without_maker_and_model_there_is_no_device_to_ask_about),
		cmocka_unit_test(a_match_of_nothing_is_left_out),
		cmocka_unit_test(what_nobody_exploits_informs_by_component),
		cmocka_unit_test(nothing_known_is_no_finding),
		cmocka_unit_test(fit_feeds_that_know_nothing_count_as_looked),
		cmocka_unit_test(an_exploited_one_fails_what_asks_for_none),
		cmocka_unit_test(
		    old_feeds_still_find_but_their_silence_means_nothing),
		cmocka_unit_test(
		    a_sure_one_that_nobody_exploits_leaves_it_to_a_person),
		cmocka_unit_test(
		    without_feeds_the_advice_says_how_to_give_them),
		cmocka_unit_test(without_components_nothing_was_looked_at),
		cmocka_unit_test(what_is_missing_is_said_exactly),
		cmocka_unit_test(a_hostile_text_is_cut_and_no_error),
		cmocka_unit_test(
		    every_memory_limit_ends_in_an_error_or_a_result),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
