/* SPDX-License-Identifier: ISC */
/* What becomes of a verdict when the maker speaks. */
#include "declared_scene.h"

#define FS "squashfs@0x0!/"
#define END                                                                    \
	{                                                                      \
		NULL, NULL, NULL, NULL                                         \
	}
#define SUPPORT(id, word)                                                      \
	{                                                                      \
		"provisions", id, "support", word                              \
	}
#define DETAIL(id, text)                                                       \
	{                                                                      \
		"provisions", id, "detail", text                               \
	}

#define ROOT                                                                   \
	{                                                                      \
		.kind = FACT_ACCOUNT, .path = T(FS "etc/shadow"),              \
		.name = T("root"), .value = T("/bin/sh"),                      \
		.detail = T("locked")                                          \
	}
#define SIGNED                                                                 \
	{                                                                      \
		.path = T("fit@0x0"), .format = "fit", .size = IMAGE_SIZE,     \
		.info = {                                                      \
			.authenticity = AUTHENTICITY_SIGNED                    \
		}                                                              \
	}

static const struct scene clean = { "", "", "", { ROOT }, { SIGNED } };

static const struct scene dark = { "", "", "", { ROOT },
	{ { .path = T("fit@0x0"), .format = "fit", .size = IMAGE_SIZE / 2 },
	    { .path = T("opaque@0x7a120"),
		.format = "opaque",
		.at = IMAGE_SIZE / 2,
		.size = IMAGE_SIZE / 2,
		.state = CHUNK_OPAQUE } } };

static const struct scene bad = { "", "", "",
	{ { .kind = FACT_PASSWORD_KNOWN,
	    .path = T(FS "etc/shadow"),
	    .name = T("root"),
	    .value = T("1234"),
	    .detail = T("md5") } },
	{ SIGNED } };

static const struct scene warned = { "", "", "",
	{ { .kind = FACT_PASSWORD_HASH,
	    .path = T(FS "etc/shadow"),
	    .name = T("root"),
	    .value = T("sha512") } },
	{ SIGNED } };

/* One answer after the other, and what comes of it. */
struct expected {
	const char *sentence;
	const struct scene *scene;
	struct says says[12];
	const char *framework, *requirement;
	const char *verdict, *basis, *reason;
	const char *because; /* part of one sentence, or NULL */
};

static const struct expected cases[] = {
	{ "yes with nothing against it passes as declared", &clean,
	    { SUPPORT("5.4-3", "yes"), END }, "en303645", "5.4-3", "pass",
	    "declared", "", "declared yes (line 1)" },
	{ "no word leaves not disproved, and says what is missing", &clean,
	    { SUPPORT("5.1-1", "yes"), END }, "en303645", "5.4-3",
	    "inconclusive", "tested", "not-disproved",
	    "needs provisions.5.4-3.support" },
	{ "yes does not pass while a feature is not answered", &clean,
	    { SUPPORT("5.1-1", "yes"), END }, "en303645", "5.1-1",
	    "inconclusive", "tested", "needs-declaration",
	    "needs features.Fa" },
	{ "nor while the answers that serve it are missing", &clean,
	    { { "features", "", "Fa", "yes" }, SUPPORT("5.1-1", "yes"), END },
	    "en303645", "5.1-1", "inconclusive", "tested", "needs-declaration",
	    "AuthMech" },
	{ "no fails a mandatory provision", &clean,
	    { SUPPORT("5.4-3", "no"), END }, "en303645", "5.4-3", "fail",
	    "declared", "", "declared no (line 1)" },
	{ "a feature declared absent makes it not applicable", &clean,
	    { { "features", "", "Fq", "no" }, END }, "en303645", "5.6-4A",
	    "not-applicable", "declared", "", "Fq is declared no (line 1)" },
	{ "so does one that does not arise", &clean,
	    { { "features", "", "Fz", "no" }, END }, "en303645", "5.8-1",
	    "not-applicable", "declared", "", "Ft follows" },
	{ "the maker's word alone does not", &clean,
	    { { "features", "", "Fq", "yes" },
		SUPPORT("5.6-4A", "not-applicable"),
		DETAIL("5.6-4A", "There is none."), END },
	    "en303645", "5.6-4A", "inconclusive", "tested", "needs-declaration",
	    "but Fq is declared yes" },
	{ "what concerns everybody cannot be out of scope", &clean,
	    { SUPPORT("5.4-3", "not-applicable"),
		DETAIL("5.4-3", "We have no source code."), END },
	    "en303645", "5.4-3", "inconclusive", "tested", "needs-declaration",
	    "concerns every product" },
	{ "what fails in the image stays failed", &bad,
	    { SUPPORT("5.1-1", "yes"), END }, "en303645", "5.1-1", "fail",
	    "tested", "", "CRED-2" },
	{ "even when its feature is denied", &bad,
	    { { "features", "", "Fa", "no" }, END }, "en303645", "5.1-1",
	    "fail", "tested", "", "CRED-2" },
	{ "what warns has to be reviewed", &warned,
	    { SUPPORT("5.1-1", "yes"), END }, "en303645", "5.1-1",
	    "inconclusive", "tested", "needs-review", "CRED-3" },
	{ "unread bytes are not declared away", &dark,
	    { SUPPORT("5.4-3", "yes"), END }, "en303645", "5.4-3",
	    "inconclusive", "tested", "unread-bytes", "declared yes" },
	{ "a document needs its place", &clean,
	    { SUPPORT("5.3-13", "yes"), END }, "en303645", "5.3-13",
	    "inconclusive", "tested", "needs-declaration",
	    "needs product.support_end" },
	{ "a placeholder is no place", &clean,
	    { SUPPORT("5.3-13", "yes"),
		{ "product", "", "support_end", "TODO" },
		{ "product", "", "support_url", "https://www.cams.de/s" },
		{ "UserInfo", "", "support_period", "on the page" }, END },
	    "en303645", "5.3-13", "inconclusive", "tested", "needs-declaration",
	    "product.support_end (line 2" },
	{ "with place and date it passes", &clean,
	    { SUPPORT("5.3-13", "yes"),
		{ "product", "", "support_end", "2032-01-31" },
		{ "product", "", "support_url", "https://www.cams.de/s" },
		{ "UserInfo", "", "support_period", "on the page" }, END },
	    "en303645", "5.3-13", "pass", "declared", "", "declared yes" },
	{ "other frameworks follow", &clean,
	    { SUPPORT("5.3-13", "yes"),
		{ "product", "", "support_end", "2032-01-31" },
		{ "product", "", "support_url", "https://www.cams.de/s" },
		{ "UserInfo", "", "support_period", "on the page" }, END },
	    "psti", "S1-3", "pass", "declared", "", "follows from 5.3-13" },
	{ "and fail with a mandatory no", &clean,
	    { SUPPORT("5.3-13", "no"), END }, "psti", "S1-3", "fail",
	    "declared", "", "5.3-13 declared no" },
	{ "a document of the CRA passes by its own answers", &clean,
	    { { "product", "", "maker", "Argentum" },
		{ "product", "", "contact", "info@argentum-cams.de" },
		{ "product", "", "address", "Silberweg 1, Berlin" }, END },
	    "cra-documents", "AnxII(1)", "pass", "declared", "",
	    "3 answers in the declaration" },
	{ "and names the ones it lacks", &clean,
	    { { "product", "", "maker", "Argentum" }, END }, "cra-documents",
	    "AnxII(1)", "inconclusive", "tested", "needs-declaration",
	    "needs product.contact" },
	{ "optional answers are named where nothing else would do", &clean,
	    { { "product", "", "maker", "Argentum" }, END }, "cra-documents",
	    "AnxVII(3)", "inconclusive", "tested", "needs-declaration",
	    "needs product.risk_assessment" },
	{ "recommendations that nobody answers are named", &clean,
	    { SUPPORT("5.4-3", "yes"), END }, "en303645", "5.0-1",
	    "inconclusive", "tested", "needs-declaration",
	    "needs provisions.5.1-2A.support" },
};
#define CASES (sizeof(cases) / sizeof(cases[0]))

static bool
says_because(const struct verdict_row *v, const char *part)
{
	for (size_t i = 0; i < v->because_count; i++)
		if (bytes_find(v->because[i], bytes_of(part), 0) != SIZE_MAX)
			return true;
	return false;
}

static void
gives_the_verdict(void **state)
{
	const struct expected *e = *state;
	const struct verdict_row *v;
	struct heard h;

	judge_declared(e->scene, e->says, NULL, &h);
	v = find_verdict(&h.j, e->framework, e->requirement);
	assert_string_equal(verdict_text(v->verdict), e->verdict);
	assert_string_equal(basis_text(v->basis), e->basis);
	assert_string_equal(reason_text(v->reason), e->reason);
	if (!says_because(v, e->because)) {
		for (size_t i = 0; i < v->because_count; i++)
			print_message("because: %.*s\n", (int)v->because[i].len,
			    (const char *)v->because[i].ptr);
		fail_msg("no sentence with: %s", e->because);
	}
	heard_close(&h);
}

static void
a_recommendation_may_be_refused_with_a_reason(void **state)
{
	static const struct says with[] = { SUPPORT("5.6-6", "no"),
		DETAIL("5.6-6", "The chip has room only for one build."), END };
	static const struct says without[] = { SUPPORT("5.6-6", "no"), END };
	const struct verdict_row *v;
	struct heard h;

	(void)state;
	judge_declared(&clean, with, NULL, &h);
	v = find_verdict(&h.j, "en303645", "5.6-6");
	assert_int_equal(v->verdict, VERDICT_FAIL);
	assert_int_equal(v->basis, BASIS_DECLARED);
	assert_true(v->reasoned);
	assert_true(says_because(v, "The chip has room"));
	heard_close(&h);
	judge_declared(&clean, without, NULL, &h);
	v = find_verdict(&h.j, "en303645", "5.6-6");
	assert_int_equal(v->verdict, VERDICT_FAIL);
	assert_false(v->reasoned);
	assert_true(says_because(v, "needs provisions.5.6-6.detail"));
	heard_close(&h);
}

static const struct gap *
find_gap(const struct assessment *a, const char *requirement)
{
	for (size_t i = 0; i < a->gap_count; i++)
		if (bytes_equal_text(a->gaps[i].row->requirement, requirement))
			return &a->gaps[i];
	return NULL;
}

static void
gaps_say_what_to_do(void **state)
{
	static const struct says says[] = { SUPPORT("5.4-3", "no"),
		SUPPORT("5.6-6", "no"), DETAIL("5.6-6", "No room."),
		SUPPORT("5.5-1", "yes"), { "features", "", "Fq", "no" }, END };
	struct heard h;
	const struct assessment *a = &h.j.a;

	(void)state;
	judge_declared(&warned, says, NULL, &h);
	assert_int_equal(a->scheme_level.len, 0);
	assert_true(bytes_equal_text(a->scheme_next, "basic"));
	assert_int_equal(a->gap_count, a->missing_count);
	assert_int_equal(find_gap(a, "5.4-3")->need, NEED_FIX);
	assert_int_equal(find_gap(a, "5.2-1")->need, NEED_DECLARE);
	assert_int_equal(find_gap(a, "5.1-1")->need, NEED_DECLARE);
	assert_null(find_gap(a, "5.6-6"));  /* only recommended */
	assert_null(find_gap(a, "5.6-4A")); /* does not apply */
	heard_close(&h);
}

static void
each_scheme_asks_for_its_own(void **state)
{
	static const struct says says[] = {
		{ "features", "", "Fa", "no" },
		{ "features", "", "Fb", "no" },
		{ "product", "", "security_contact", "psirt@cams.de" },
		{ "product", "", "disclosure_policy", "https://cams.de/psirt" },
		{ "product", "", "acknowledge_days", "5" },
		{ "product", "", "status_days", "14" },
		{ "product", "", "support_end", "2032-01-31" },
		{ "product", "", "support_url", "https://www.cams.de/s" },
		{ "UserInfo", "", "disclosure_policy",
		    "https://cams.de/psirt" },
		{ "UserInfo", "", "support_period", "on the page" },
		SUPPORT("5.2-1", "yes"),
		SUPPORT("5.3-13", "yes"),
		END,
	};
	struct heard h;

	(void)state;
	judge_declared(&clean, says, "psti", &h);
	assert_true(bytes_equal_text(h.j.a.scheme_name, "psti"));
	assert_true(bytes_equal_text(h.j.a.scheme_level, "conforming"));
	assert_int_equal(h.j.a.scheme_next.len, 0);
	heard_close(&h);
	judge_declared(&bad, says, "psti", &h);
	assert_int_equal(h.j.a.scheme_level.len, 0);
	assert_int_equal(find_gap(&h.j.a, "S1-1(2)")->need, NEED_FIX);
	heard_close(&h);
	judge_declared(&clean, says, "cra-self", &h);
	assert_int_equal(h.j.a.scheme_level.len, 0);
	assert_true(bytes_equal_text(h.j.a.scheme_next, "properties"));
	heard_close(&h);
}

static void
schemes_are_known_by_name(void **state)
{
	struct judged j;
	struct out names = out_open(1000);

	(void)state;
	judge_scene(&clean, &j);
	assert_true(baseline_has_scheme(j.baseline, BYTES("cra-self")));
	assert_false(baseline_has_scheme(j.baseline, BYTES("gold")));
	baseline_put_schemes(j.baseline, &names);
	assert_true(
	    bytes_equal_text(out_bytes(&names), "hallmark, psti, cra-self"));
	out_close(&names);
	scene_close(&j);
}

int
main(void)
{
	static const struct CMUnitTest others[] = {
		cmocka_unit_test(a_recommendation_may_be_refused_with_a_reason),
		cmocka_unit_test(gaps_say_what_to_do),
		cmocka_unit_test(each_scheme_asks_for_its_own),
		cmocka_unit_test(schemes_are_known_by_name),
	};
	struct CMUnitTest tests[CASES];
	int failed;

	for (size_t i = 0; i < CASES; i++)
		tests[i] = (struct CMUnitTest){ .name = cases[i].sentence,
			.test_func = gives_the_verdict,
			.initial_state = (void *)(uintptr_t)&cases[i] };
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	return failed + cmocka_run_group_tests(others, NULL, NULL);
}
