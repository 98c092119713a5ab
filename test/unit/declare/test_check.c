/* SPDX-License-Identifier: ISC */
/* Each kind of problem, once told and once not. */
#include "declare/check.h"

#include "answers.h"

static const struct {
	const char *sentence;
	const char *yaml;
	enum problem_kind kind;
	const char *table, *row, *field;
	uint32_t line, column; /* 0: no such problem is told */
	const char *words;
} rows[] = {
	{ "an unknown table has a nearest one", "Autmech:\n  - id: a\n",
	    PROBLEM_UNKNOWN, "Autmech", "a", "id", 2, 9, "\"AuthMech\"" },
	{ "an unknown field has a nearest one", "product:\n  makr: x y\n",
	    PROBLEM_UNKNOWN, "product", "", "makr", 2, 9, "\"maker\"" },
	{ "a strange field has none", "product:\n  zzzzzzzz: x y\n",
	    PROBLEM_UNKNOWN, "product", "", "zzzzzzzz", 2, 13,
	    "unknown field" },
	{ "a table with rows takes no values", "provisions:\n  5.1-1: yes\n",
	    PROBLEM_UNKNOWN, "provisions", "", "5.1-1", 2, 10, "a row" },
	{ "a table without rows takes none", "product:\n  x:\n    maker: y\n",
	    PROBLEM_UNKNOWN, "product", "x", "maker", 3, 12, "no rows" },
	{ "an unknown provision", "provisions:\n  7.1-1:\n    support: yes\n",
	    PROBLEM_UNKNOWN, "provisions", "7.1-1", "support", 3, 14,
	    "no provision" },

	{ "a day that does not exist", "product: {support_end: 2031-02-29}",
	    PROBLEM_FORM, "product", "", "support_end", 1, 24, "2031-12-31" },
	{ "a leap day", "product: {support_end: 2032-02-29}", PROBLEM_FORM,
	    "product", "", "support_end", 0, 0, "" },
	{ "no address", "product: {support_url: argentum.test}", PROBLEM_FORM,
	    "product", "", "support_url", 1, 24, "https" },
	{ "an address", "product: {support_url: \"https://a.test/x?y\"}",
	    PROBLEM_FORM, "product", "", "support_url", 0, 0, "" },
	{ "an address without a host", "product: {support_url: \"https:///x\"}",
	    PROBLEM_FORM, "product", "", "support_url", 1, 24, "https" },
	{ "no mail", "product: {contact: info}", PROBLEM_FORM, "product", "",
	    "contact", 1, 20, "e-mail" },
	{ "mail", "product: {contact: info@a.test}", PROBLEM_FORM, "product",
	    "", "contact", 0, 0, "" },
	{ "no number", "product: {status_days: a week}", PROBLEM_FORM,
	    "product", "", "status_days", 1, 24, "number" },
	{ "neither yes nor no", "features: {Fa: maybe}", PROBLEM_FORM,
	    "features", "", "Fa", 1, 16, "yes or no" },
	{ "not one of the choices", "AuthMech: [{id: a, factor: magic}]",
	    PROBLEM_FORM, "AuthMech", "a", "factor", 1, 28, "password|PIN" },
	{ "an id with a blank", "AuthMech: [{id: a b}]", PROBLEM_FORM,
	    "AuthMech", "a b", "id", 1, 17, "short name" },

	{ "support that is over", "product: {support_end: 2026-11-21}",
	    PROBLEM_CONTRADICTION, "product", "", "support_end", 1, 24,
	    "over" },
	{ "support to this day", "product: {support_end: 2026-11-22}",
	    PROBLEM_CONTRADICTION, "product", "", "support_end", 0, 0, "" },

	{ "TODO", "product: {maker: TODO}", PROBLEM_PLACEHOLDER, "product", "",
	    "maker", 1, 18, "no answer yet" },
	{ "tbd", "product: {maker: tbd}", PROBLEM_PLACEHOLDER, "product", "",
	    "maker", 1, 18, "" },
	{ "xxx", "product: {maker: xxx}", PROBLEM_PLACEHOLDER, "product", "",
	    "maker", 1, 18, "" },
	{ "dots", "product: {maker: ...}", PROBLEM_PLACEHOLDER, "product", "",
	    "maker", 1, 18, "" },
	{ "an ellipsis", "product: {maker: \xe2\x80\xa6}", PROBLEM_PLACEHOLDER,
	    "product", "", "maker", 1, 18, "" },
	{ "nothing", "product:\n  maker:\n", PROBLEM_PLACEHOLDER, "product", "",
	    "maker", 2, 3, "" },
	{ "in angle brackets", "product: {maker: <name>}", PROBLEM_PLACEHOLDER,
	    "product", "", "maker", 1, 18, "" },
	{ "example.com", "product: {support_url: \"https://example.com/\"}",
	    PROBLEM_PLACEHOLDER, "product", "", "support_url", 1, 24, "" },
	{ "a maker of that name", "product: {maker: Todoist}",
	    PROBLEM_PLACEHOLDER, "product", "", "maker", 0, 0, "" },
	{ "a placeholder that nobody asks for", "features: {Fg: no, Fh: TODO}",
	    PROBLEM_PLACEHOLDER, "features", "", "Fh", 0, 0, "" },

	{ "a question without an answer", "product: {model: x y}",
	    PROBLEM_MISSING, "product", "", "maker", 0, 1, "whose name" },
	{ "a provision without an answer", "features: {}", PROBLEM_MISSING,
	    "provisions", "5.2-1", "support", 0, 1, "5.2-1" },
	{ "one that does not apply", "features: {Fa: no}", PROBLEM_MISSING,
	    "provisions", "5.1-1", "support", 0, 0, "" },
	{ "a limit must be named", "features: {C15: no}", PROBLEM_MISSING,
	    "product", "", "constraint", 0, 1, "" },
	{ "a table behind a claim", "provisions: {5.2-2: {support: yes}}",
	    PROBLEM_MISSING, "VulnTypes", "", "id", 0, 1, "no row yet" },
	{ "no table behind a no",
	    "provisions: {5.2-2: {support: no, detail: later}}",
	    PROBLEM_MISSING, "VulnTypes", "", "id", 0, 0, "" },
	{ "a field of a row",
	    "provisions: {5.2-2: {support: yes}}\n"
	    "VulnTypes: [{id: a, action: mend it}]",
	    PROBLEM_MISSING, "VulnTypes", "a", "days", 0, 1, "" },

	{ "one id for two rows", "VulnTypes: [{id: a}, {id: a}]",
	    PROBLEM_DUPLICATE, "VulnTypes", "a", "id", 1, 27, "taken" },
	{ "one id for rows apart", "VulnTypes: [{id: a}, {id: b}, {id: a}]",
	    PROBLEM_DUPLICATE, "VulnTypes", "a", "id", 1, 36, "line 1" },
	{ "one id in two tables", "VulnTypes: [{id: a}]\nUpdProc: [{id: a}]",
	    PROBLEM_DUPLICATE, "UpdProc", "a", "id", 0, 0, "" },
	{ "two answers where one may stand", "product: {maker: [a b, c d]}",
	    PROBLEM_DUPLICATE, "product", "", "maker", 1, 24, "only one" },
	{ "a list where one may stand", "product: {pictures: [a, b]}",
	    PROBLEM_DUPLICATE, "product", "", "pictures", 0, 0, "" },

	{ "a row that does not exist",
	    "SoftServ: [{id: s, authentication: [none, A9]}]",
	    PROBLEM_REFERENCE, "SoftServ", "s", "authentication", 1, 43,
	    "\"A9\" in table AuthMech" },
	{ "a row that does",
	    "SoftServ: [{id: s, authentication: A9}]\n"
	    "AuthMech: [{id: A9}]",
	    PROBLEM_REFERENCE, "SoftServ", "s", "authentication", 0, 0, "" },
	{ "a row of another table",
	    "SoftServ: [{id: s, authentication: A9}]\n"
	    "UpdMech: [{id: A9}]",
	    PROBLEM_REFERENCE, "SoftServ", "s", "authentication", 1, 36, "" },

	{ "answers to what does not arise", "features: {Fa: no, Fb: yes}",
	    PROBLEM_CONTRADICTION, "features", "", "Fb", 1, 24,
	    "only when Fa" },
	{ "no to what does not arise", "features: {Fa: no, Fb: no}",
	    PROBLEM_CONTRADICTION, "features", "", "Fb", 0, 0, "" },
	{ "rows of what is not there", "features: {Fv: no}\nExtSens: [{id: a}]",
	    PROBLEM_CONTRADICTION, "ExtSens", "a", "id", 2, 16,
	    "only when Fv" },
	{ "debug port and no debug port",
	    "features: {Fq: no}\nPhyIntf: [{id: a, debug: yes}]",
	    PROBLEM_CONTRADICTION, "features", "", "Fq", 1, 16, "disabled" },
	{ "no debug port", "features: {Fq: no}\nPhyIntf: [{id: a, debug: no}]",
	    PROBLEM_CONTRADICTION, "features", "", "Fq", 0, 0, "" },
	{ "values of two rows are no contradiction",
	    "features: {Fp: no}\nPhyIntf: [{id: a, type: network}, "
	    "{id: b, type: power, status: disabled}]",
	    PROBLEM_CONTRADICTION, "features", "", "Fp", 0, 0, "" },
	{ "values of one row are",
	    "features: {Fp: no}\nPhyIntf: "
	    "[{id: b, type: network, status: disabled}]",
	    PROBLEM_CONTRADICTION, "features", "", "Fp", 1, 16, "not needed" },
	{ "a claim against its table",
	    "provisions: {5.5-4: {support: yes}}\n"
	    "SoftServ: [{id: s, network: yes, authentication: none}]",
	    PROBLEM_CONTRADICTION, "provisions", "5.5-4", "support", 1, 31,
	    "nothing guards" },
	{ "secure boot without detection",
	    "features: {Fs: no}\nprovisions: {5.7-1: {support: yes}}",
	    PROBLEM_CONTRADICTION, "provisions", "5.7-1", "support", 2, 31,
	    "Fs" },
	{ "yes to what does not apply",
	    "features: {Fa: no}\nprovisions: {5.1-1: {support: yes}}",
	    PROBLEM_CONTRADICTION, "provisions", "5.1-1", "support", 2, 31,
	    "does not apply" },

	{ "not applicable, but it is",
	    "features: {Fz: yes}\n"
	    "provisions: {6-8: {support: not-applicable, detail: we do not}}",
	    PROBLEM_NO_GROUND, "provisions", "6-8", "support", 2, 29,
	    "not meeting it is no" },
	{ "not applicable, for ever",
	    "provisions: {5.2-1: {support: not-applicable}}", PROBLEM_NO_GROUND,
	    "provisions", "5.2-1", "support", 1, 31, "" },
	{ "not applicable, perhaps",
	    "provisions: {5.1-1: {support: not-applicable}}", PROBLEM_NO_GROUND,
	    "provisions", "5.1-1", "support", 1, 31, "hangs on Fa" },
	{ "not applicable, and it is not",
	    "features: {Fz: no}\nprovisions: {6-8: {support: not-applicable}}",
	    PROBLEM_NO_GROUND, "provisions", "6-8", "support", 0, 0, "" },
	{ "not applicable in a circle",
	    "features: {Fs: no}\n"
	    "provisions: {5.7-2: {support: not-applicable}}",
	    PROBLEM_CIRCULAR, "provisions", "5.7-2", "support", 2, 31,
	    "5.7-1" },
	{ "not applicable by a limit",
	    "features: {Ff: yes, Fg: no, C15: no}\n"
	    "provisions: {5.3-3: {support: not-applicable}}",
	    PROBLEM_CIRCULAR, "provisions", "5.3-3", "support", 0, 0, "" },

	{ "a recommendation without a reason",
	    "provisions: {5.2-2: {support: no}}", PROBLEM_NO_REASON,
	    "provisions", "5.2-2", "support", 1, 31, "5.0-1" },
	{ "a placeholder is no reason",
	    "provisions: {5.2-2: {support: no, detail: TODO}}",
	    PROBLEM_NO_REASON, "provisions", "5.2-2", "support", 1, 31, "" },
	{ "a reason",
	    "provisions: {5.2-2: {support: no, detail: from 2027 on}}",
	    PROBLEM_NO_REASON, "provisions", "5.2-2", "support", 0, 0, "" },
};

static void
problems_are_told_with_their_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct answers a = answers_open(rows[i].yaml);
		const struct problem *p = answers_problem(&a, rows[i].kind,
		    rows[i].table, rows[i].row, rows[i].field);
		bool wanted = rows[i].line > 0 || rows[i].column > 0;

		if ((p != NULL) != wanted)
			fail_msg("%s: %s", rows[i].sentence,
			    p != NULL ? "told" : "not told");
		if (p == NULL) {
			answers_close(&a);
			continue;
		}
		if (rows[i].line > 0 &&
		    (p->line != rows[i].line || p->column != rows[i].column))
			fail_msg("%s: at %u:%u", rows[i].sentence, p->line,
			    p->column);
		if (!answers_says(p, rows[i].words))
			fail_msg("%s: %.*s", rows[i].sentence, (int)p->text.len,
			    (const char *)p->text.ptr);
		answers_close(&a);
	}
}

static void
every_kind_has_a_problem_and_a_word(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < PROBLEM_KIND_COUNT; kind++) {
		bool told = kind == PROBLEM_REFUTED; /* test/unit/draft */

		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			told |= rows[i].kind == (enum problem_kind)kind;
		assert_true(told);
		assert_true(
		    problem_kind_text((enum problem_kind)kind)[0] != '\0');
	}
}

static void
problems_stand_in_the_order_of_the_file(void **state)
{
	struct answers a = answers_open("product:\n  makr: x\n  modl: y\n"
					"features: {Fa: maybe}\n");
	uint32_t line = 1;

	(void)state;
	for (size_t i = 0; i < a.problems.count; i++) {
		uint32_t now = a.problems.list[i].line;

		assert_true(now == 0 || (now >= line && line > 0));
		line = now;
	}
	assert_int_equal(line, 0);
	assert_true(a.problems.unanswered > 0);
	answers_close(&a);
}

static void
too_many_problems_are_counted_no_further(void **state)
{
	static char yaml[200000];
	size_t at = (size_t)snprintf(yaml, sizeof(yaml), "VulnTypes:\n");

	(void)state;
	for (unsigned i = 0; i < 4000; i++)
		at += (size_t)snprintf(
		    yaml + at, sizeof(yaml) - at, "  - {id: a b%u}\n", i);
	struct answers a = answers_open(yaml);

	assert_int_equal(a.problems.count, PROBLEMS_MAX);
	answers_close(&a);
}

static void
memory_that_ends_is_told(void **state)
{
	struct answers a = answers_open("product: {maker: TODO}\n");
	size_t limit = 0;
	enum err err = ERR_MEMORY;

	(void)state;
	for (; err == ERR_MEMORY; limit += 4096) {
		struct arena arena = arena_open(limit);
		struct problems p = { .count = 77 };
		struct fault fault = { 0 };

		err = declaration_check(
		    data_embedded(), &a.declaration, TODAY, &arena, &p, &fault);
		assert_true(err == ERR_OK || p.count == 77);
		arena_close(&arena);
	}
	assert_int_equal(err, ERR_OK);
	answers_close(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(problems_are_told_with_their_place),
		cmocka_unit_test(every_kind_has_a_problem_and_a_word),
		cmocka_unit_test(problems_stand_in_the_order_of_the_file),
		cmocka_unit_test(too_many_problems_are_counted_no_further),
		cmocka_unit_test(memory_that_ends_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
