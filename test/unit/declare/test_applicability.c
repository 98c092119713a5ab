/* SPDX-License-Identifier: ISC */
/* Whether provisions apply, by features answered and by what follows. */
#include "declare/applicability.h"

#include "answers.h"

static const struct {
	const char *sentence;
	const char *features;
	const char *provision;
	enum applies applies;
	const char *key;
	bool circular;
} rows[] = {
	{ "no condition", "{}", "5.2-1", APPLIES_YES, "", false },
	{ "not answered", "{}", "5.1-1", APPLIES_UNKNOWN, "Fa", false },
	{ "a placeholder", "{Fa: TODO}", "5.1-1", APPLIES_UNKNOWN, "Fa",
	    false },
	{ "yes", "{Fa: yes}", "5.1-1", APPLIES_YES, "", false },
	{ "no", "{Fa: no}", "5.1-1", APPLIES_NO, "Fa", false },
	{ "what hangs on a no is no", "{Fa: no}", "5.1-2", APPLIES_NO, "Fb",
	    false },
	{ "an answer beats what follows", "{Fa: no, Fb: yes}", "5.1-2",
	    APPLIES_YES, "", false },
	{ "two keys, one no", "{Fe: no, Fn: no}", "5.1-5", APPLIES_NO, "Fe",
	    false },
	{ "two keys, one open", "{Fe: yes}", "5.1-5", APPLIES_UNKNOWN, "C14",
	    false },
	{ "two keys, both yes", "{C14: yes, Fe: yes}", "5.1-5", APPLIES_YES, "",
	    false },
	{ "a limit is a ground", "{C14: no, Fe: yes}", "5.1-5", APPLIES_NO,
	    "C14", false },
	{ "a bare network is no ground", "{Fe: no, Fn: yes}", "5.1-5",
	    APPLIES_YES, "Fe", true },
	{ "open whether it is a ground", "{Fe: no}", "5.1-5", APPLIES_UNKNOWN,
	    "Fe", false },
	{ "no secure boot, no reaction", "{Fs: no}", "5.7-2", APPLIES_YES, "Fs",
	    true },
	{ "secure boot", "{Fs: yes}", "5.7-2", APPLIES_YES, "", false },
	{ "no updates without a limit", "{Ff: yes, Fg: no, C15: yes}", "5.3-3",
	    APPLIES_YES, "Fg", true },
	{ "no updates by a limit", "{Ff: yes, Fg: no, C15: no}", "5.3-3",
	    APPLIES_NO, "Fg", false },
	{ "all of it in ROM", "{Ff: no, C15: yes}", "5.3-3", APPLIES_NO, "Fg",
	    false },
	{ "updates not over a network", "{Ff: yes, Fg: yes, C15: yes, Fj: no}",
	    "5.3-10", APPLIES_NO, "Fj", false },
	{ "no updates over a network either", "{Ff: yes, Fg: no, C15: yes}",
	    "5.3-10", APPLIES_YES, "Fj", true },
	{ "no mechanism", "{Ff: yes, Fg: no, C15: yes}", "5.3-8", APPLIES_YES,
	    "C12", true },
	{ "no automatic updates", "{Ff: yes, Fg: yes, C15: yes, Fh: no}",
	    "5.3-4B", APPLIES_YES, "Fh", true },
	{ "nothing to switch off", "{Ff: yes, Fg: yes, C15: yes, Fh: no}",
	    "5.3-6A", APPLIES_NO, "Fh", false },
	{ "log-in without cryptography", "{Fc: no, Fe: yes}", "5.1-3",
	    APPLIES_YES, "Fc", true },
	{ "a button is no network", "{Fc: no, Fe: no}", "5.1-3", APPLIES_NO,
	    "Fc", false },
	{ "no personal data", "{Fz: no}", "6-8", APPLIES_NO, "Fz", false },
	{ "personal data", "{Fz: yes}", "6-8", APPLIES_YES, "", false },
};

static void
provisions_apply_as_the_features_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char yaml[200];

		(void)snprintf(
		    yaml, sizeof(yaml), "features: %s\n", rows[i].features);
		struct answers a = answers_open(yaml);
		const struct applicability *p = applicability_find(
		    a.problems.applicability, a.problems.applicability_count,
		    bytes_of(rows[i].provision));

		assert_non_null(p);
		if (p->applies != rows[i].applies ||
		    !bytes_equal_text(p->key, rows[i].key) ||
		    (p->circular.len > 0) != rows[i].circular)
			fail_msg("%s: %s by %.*s%s", rows[i].sentence,
			    applies_text(p->applies), (int)p->key.len,
			    (const char *)p->key.ptr,
			    p->circular.len > 0 ? ", circular" : "");
		answers_close(&a);
	}
}

static void
there_is_one_for_each_provision(void **state)
{
	struct arena arena = arena_open(8 * MIB);
	struct declaration none = { NULL, 0 };
	struct applicability *list;
	struct fault fault = { 0 };
	size_t count;

	(void)state;
	assert_int_equal(applicability_compute(data_embedded(), &none, &arena,
			     &list, &count, &fault),
	    ERR_OK);
	assert_int_equal(count, 78);
	assert_true(bytes_equal_text(list[0].provision, "5.0-1"));
	assert_true(bytes_equal_text(list[77].provision, "6-8"));
	assert_null(applicability_find(list, count, BYTES("9-9")));
	arena_close(&arena);
}

/* Each circle of the table can be reached, and so can its exception. */
static void
every_circle_has_features_that_close_it(void **state)
{
	static const char *const tries[] = {
		"{Ff: yes, Fg: no, C15: yes, C12: no, Fh: no, Fi: no, Fj: no}",
		"{Ff: yes, Fg: yes, C15: yes, Fh: no}", "{Fc: no, Fe: yes}",
		"{Fe: no, Fn: yes}", "{Fs: no}"
	};
	size_t circles = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		char yaml[200];

		(void)snprintf(yaml, sizeof(yaml), "features: %s\n", tries[i]);
		struct answers a = answers_open(yaml);

		for (size_t k = 0; k < a.problems.applicability_count; k++)
			circles += a.problems.applicability[k].circular.len > 0;
		answers_close(&a);
	}
	assert_int_equal(circles, 12 + 1 + 1 + 1 + 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(provisions_apply_as_the_features_say),
		cmocka_unit_test(there_is_one_for_each_provision),
		cmocka_unit_test(every_circle_has_features_that_close_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
