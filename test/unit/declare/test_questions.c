/* SPDX-License-Identifier: ISC */
/* Walks the project's own tables, and breaks copies of them. */
#include "declare/questions.h"

#include "answers.h"
#include "base/table.h"
#include "declare/logic.h"

static struct questions
read_embedded(struct arena *arena)
{
	struct questions questions;
	struct fault fault = { 0 };
	enum err err =
	    questions_read(data_embedded(), arena, &questions, &fault);

	if (err != ERR_OK)
		fail_msg("%s line %u: %s", fault.format, (unsigned)fault.at,
		    fault.field);
	return questions;
}

/* Whether the first column of a table of the data set has this id. */
static bool
table_has(const char *file, struct bytes id)
{
	struct table t;

	assert_int_equal(
	    table_open(data_find(data_embedded(), file), &t), ERR_OK);
	while (table_next(&t) == ERR_OK)
		if (bytes_equal(t.field[0], id))
			return true;
	return false;
}

static void
every_feature_of_the_catalogue_is_asked(void **state)
{
	struct arena arena = arena_open(MIB);
	struct questions q = read_embedded(&arena);
	size_t count = 0;
	struct table t;

	(void)state;
	assert_int_equal(table_open(data_find(data_embedded(),
					"catalogues/en303645-conditions.tsv"),
			     &t),
	    ERR_OK);
	for (; table_next(&t) == ERR_OK; count++)
		if (questions_find(&q, BYTES("features"), t.field[0]) == NULL)
			fail_msg("%.*s", (int)t.field[0].len,
			    (const char *)t.field[0].ptr);
	assert_int_equal(
	    questions_find_table(&q, BYTES("features"))->count, count);
	arena_close(&arena);
}

static void
every_information_table_is_there(void **state)
{
	static const char *const names[] = { "AuthMech", "UserInfo",
		"VulnTypes", "Conf", "VulnMon", "SoftComp", "UpdMech",
		"UpdProc", "ReplSup", "SecParam", "SecComMech", "NetSecImpl",
		"SoftServ", "SecMgmt", "PhyIntf", "CodeMin", "PrivlCtrl",
		"AccCtrl", "SecDev", "SecBoot", "PersData", "ExtSens",
		"ResMech", "TelData", "DelFunc", "UserDec", "UserIntf",
		"LogIntf", "InpVal" };
	struct arena arena = arena_open(MIB);
	struct questions q = read_embedded(&arena);

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (questions_find_table(&q, bytes_of(names[i])) == NULL)
			fail_msg("%s", names[i]);
	/* and product, features, provisions */
	assert_int_equal(q.table_count, sizeof(names) / sizeof(names[0]) + 3);
	arena_close(&arena);
}

static void
what_a_question_serves_is_in_a_catalogue(void **state)
{
	struct arena arena = arena_open(MIB);
	struct questions q = read_embedded(&arena);

	(void)state;
	for (size_t i = 0; i < q.count; i++) {
		struct bytes serves = q.list[i].serves;
		struct bytes id;

		while (serves.len > 0 && bytes_next_field(&serves, ';', &id)) {
			const char *file = "catalogues/en303645.tsv";

			if (bytes_starts(id, BYTES("cra:"))) {
				file = "catalogues/cra-annex2-annex7.tsv";
				id = bytes_from(id, 4);
			} else if (bytes_starts(id, BYTES("psti:"))) {
				file = "catalogues/psti.tsv";
				id = bytes_from(id, 5);
			}
			if (!table_has(file, id))
				fail_msg("%.*s.%.*s serves %.*s",
				    (int)q.list[i].table.len,
				    (const char *)q.list[i].table.ptr,
				    (int)q.list[i].field.len,
				    (const char *)q.list[i].field.ptr,
				    (int)id.len, (const char *)id.ptr);
		}
	}
	arena_close(&arena);
}

/* A feature serves just the provisions that hang on it. */
static void
a_feature_serves_what_it_decides(void **state)
{
	struct arena arena = arena_open(MIB);
	struct questions q = read_embedded(&arena);
	struct table t;

	(void)state;
	assert_int_equal(
	    table_open(
		data_find(data_embedded(), "catalogues/en303645.tsv"), &t),
	    ERR_OK);
	while (table_next(&t) == ERR_OK) {
		struct bytes keys = table_field(&t, "applies_if");
		struct bytes key;

		while (keys.len > 0 && bytes_next_field(&keys, ',', &key)) {
			char name[8];
			bool is_number = key.ptr[0] <= '9';

			(void)snprintf(name, sizeof(name), "%c%.*s",
			    is_number ? 'C' : 'F', (int)key.len,
			    (const char *)key.ptr);
			const struct question *f = questions_find(
			    &q, BYTES("features"), bytes_of(name));

			assert_non_null(f);
			if (bytes_find(f->serves, t.field[0], 0) == SIZE_MAX)
				fail_msg("%s does not serve %.*s", name,
				    (int)t.field[0].len,
				    (const char *)t.field[0].ptr);
		}
	}
	arena_close(&arena);
}

static void
questions_are_sentences_with_examples(void **state)
{
	struct arena arena = arena_open(MIB);
	struct questions q = read_embedded(&arena);

	(void)state;
	for (size_t i = 0; i < q.count; i++) {
		struct bytes text = q.list[i].question;
		const struct question_table *t =
		    questions_find_table(&q, q.list[i].table);

		if (text.len == 0 || bytes_find_byte(text, '?', 0) == SIZE_MAX)
			fail_msg("%.*s: no question: %.*s", (int)t->name.len,
			    (const char *)t->name.ptr, (int)text.len,
			    (const char *)text.ptr);
		assert_true(q.list[i].hint.len > 0);
	}
	arena_close(&arena);
}

/* An example has the form that the question asks for. */
static void
an_example_is_a_right_answer(void **state)
{
	struct arena arena = arena_open(64 * MIB);
	struct questions q = read_embedded(&arena);

	(void)state;
	for (size_t i = 0; i < q.count; i++) {
		const struct question *one = &q.list[i];
		struct declared d = { one->table, { NULL, 0 }, one->field,
			one->hint, 1, 1 };
		struct declaration declaration = { &d, 1 };
		struct fault fault = { 0 };
		struct problems p;

		if (bytes_equal_text(one->table, "features") ||
		    bytes_equal_text(one->table, "provisions") ||
		    one->kind == QUESTION_REF)
			continue;
		if (questions_find_table(&q, one->table)->rows)
			d.row = BYTES("x");
		assert_int_equal(declaration_check(data_embedded(),
				     &declaration, TODAY, &arena, &p, &fault),
		    ERR_OK);
		for (size_t k = 0; k < p.count; k++)
			if (p.list[k].kind == PROBLEM_FORM ||
			    p.list[k].kind == PROBLEM_PLACEHOLDER)
				fail_msg("%.*s.%.*s: %.*s", (int)d.table.len,
				    (const char *)d.table.ptr, (int)d.field.len,
				    (const char *)d.field.ptr,
				    (int)p.list[k].text.len,
				    (const char *)p.list[k].text.ptr);
	}
	arena_close(&arena);
}

static const struct {
	const char *rows;
	const char *field;
	uint64_t line;
} broken[] = {
	{ "t\tf\tsong\t\t\trequired\t1\tq?\th\n", "kind", 2 },
	{ "t\tf\tchoice\t\t\trequired\t1\tq?\th\n", "kind", 2 },
	{ "t\tf\ttext:a\t\t\trequired\t1\tq?\th\n", "kind", 2 },
	{ "t\tf\ttext\t\t\tmaybe\t1\tq?\th\n", "need", 2 },
	{ "t\tf\ttext\t\t\trequired\tx\tq?\th\n", "order", 2 },
	{ "\tf\ttext\t\t\trequired\t1\tq?\th\n", "table or field", 2 },
	{ "t\tf\ttext\t\t\trequired\t2\tq?\th\n"
	  "t\tg\ttext\t\t\trequired\t2\tq?\th\n",
	    "order", 3 },
	{ "t\tf\ttext\t\t\trequired\t1\tq?\th\n"
	  "t\tf\ttext\t\t\trequired\t2\tq?\th\n",
	    "field twice", 3 },
	{ "t\tf\ttext\t\t\trequired\t1\tq?\th\n"
	  "u\tf\ttext\t\t\trequired\t2\tq?\th\n"
	  "t\tg\ttext\t\t\trequired\t3\tq?\th\n",
	    "table in two places", 4 },
	{ "t\tf\tref:u\t\t\trequired\t1\tq?\th\n", "kind", 2 },
	{ "t\tf\ttext\tFa\t\trequired\t1\tq?\th\n", "when", 2 },
	{ "features\tFa\tyes-no\tFb\t\trequired\t1\tq?\th\n"
	  "features\tFb\tyes-no\tFa\t\trequired\t2\tq?\th\n",
	    "when", 2 },
	{ "features\tFa\tyes-no\tFa\t\trequired\t1\tq?\th\n", "when", 2 },
	{ "t\tf\n", "number of fields", 2 },
};

static void
a_broken_table_is_refused_with_its_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		char text[1024];
		struct arena arena = arena_open(MIB);
		struct questions q = { .count = 77 };
		struct fault fault = { 0 };
		struct data_file file = { "declaration.tsv", { NULL, 0 },
			NULL };
		struct data_set data = { &file, 1 };

		(void)snprintf(text, sizeof(text),
		    "table\tfield\tkind\twhen\tserves\tneed\torder\tquestion"
		    "\thint\n%s",
		    broken[i].rows);
		file.content = bytes_of(text);
		assert_int_equal(
		    questions_read(&data, &arena, &q, &fault), ERR_MALFORMED);
		assert_string_equal(fault.field, broken[i].field);
		assert_int_equal(fault.at, broken[i].line);
		assert_string_equal(fault.format, "declaration.tsv");
		assert_int_equal(q.count, 77);
		arena_close(&arena);
	}
}

static void
every_circle_and_contradiction_names_what_exists(void **state)
{
	struct arena arena = arena_open(MIB);
	struct questions q = read_embedded(&arena);
	struct table t;

	(void)state;
	assert_int_equal(
	    table_open(data_find(data_embedded(), "circular.tsv"), &t), ERR_OK);
	while (table_next(&t) == ERR_OK) {
		assert_true(table_has(
		    "catalogues/en303645.tsv", table_field(&t, "provision")));
		assert_true(table_has(
		    "catalogues/en303645.tsv", table_field(&t, "measure")));
		assert_non_null(questions_find(
		    &q, BYTES("features"), table_field(&t, "key")));
		assert_true(logic_is_expression(&q, table_field(&t, "unless")));
	}
	assert_int_equal(
	    table_open(data_find(data_embedded(), "contradictions.tsv"), &t),
	    ERR_OK);
	while (table_next(&t) == ERR_OK) {
		struct bytes at = table_field(&t, "at");

		assert_true(logic_is_expression(&q, table_field(&t, "both")));
		if (bytes_starts(at, BYTES("features.")))
			assert_non_null(questions_find(
			    &q, BYTES("features"), bytes_from(at, 9)));
		else
			assert_true(bytes_starts(at, BYTES("provisions/")) &&
			    bytes_ends(at, BYTES(".support")));
	}
	arena_close(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_feature_of_the_catalogue_is_asked),
		cmocka_unit_test(every_information_table_is_there),
		cmocka_unit_test(what_a_question_serves_is_in_a_catalogue),
		cmocka_unit_test(a_feature_serves_what_it_decides),
		cmocka_unit_test(questions_are_sentences_with_examples),
		cmocka_unit_test(an_example_is_a_right_answer),
		cmocka_unit_test(a_broken_table_is_refused_with_its_line),
		cmocka_unit_test(
		    every_circle_and_contradiction_names_what_exists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
