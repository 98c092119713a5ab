/* SPDX-License-Identifier: ISC */
/* YAML that is a declaration, and YAML that is none. */
#include "declare/read.h"

#include "answers.h"

#include <stdlib.h>

static const char good[] = "product:\n"
			   "  maker: Argentum\n"
			   "  production:\n"
			   "    - a.pdf\n"
			   "    - \"b c.pdf\"\n"
			   "features: {Fa: yes, Fb: ~}\n"
			   "provisions:\n"
			   "  5.1-1:\n"
			   "    support: yes\n"
			   "AuthMech:\n"
			   "  - factor: password\n"
			   "    id: A1\n"
			   "  - description: |-\n"
			   "      two\n"
			   "      lines\n"
			   "UserInfo:\n";

static const struct {
	const char *table, *row, *field, *value;
	uint32_t line, column;
} expected[] = {
	{ "product", "", "maker", "Argentum", 2, 10 },
	{ "product", "", "production", "a.pdf", 4, 7 },
	{ "product", "", "production", "b c.pdf", 5, 7 },
	{ "features", "", "Fa", "yes", 6, 16 },
	{ "features", "", "Fb", "~", 6, 25 },
	{ "provisions", "5.1-1", "support", "yes", 9, 14 },
	{ "AuthMech", "A1", "factor", "password", 11, 13 },
	{ "AuthMech", "A1", "id", "A1", 12, 9 },
	{ "AuthMech", "#2", "description", "two\nlines", 14, 1 },
	{ "AuthMech", "#2", "id", "", 13, 5 },
};
#define EXPECTED (sizeof(expected) / sizeof(expected[0]))

static void
a_declaration_becomes_a_list_with_places(void **state)
{
	struct answers a = answers_open(good);

	(void)state;
	assert_int_equal(a.declaration.count, EXPECTED);
	for (size_t i = 0; i < EXPECTED; i++) {
		const struct declared *d = &a.declaration.list[i];

		assert_true(bytes_equal_text(d->table, expected[i].table));
		assert_true(bytes_equal_text(d->row, expected[i].row));
		assert_true(bytes_equal_text(d->field, expected[i].field));
		assert_true(bytes_equal_text(d->value, expected[i].value));
		assert_int_equal(d->line, expected[i].line);
		assert_int_equal(d->column, expected[i].column);
	}
	answers_close(&a);
}

static void
an_answer_is_found_by_table_row_and_field(void **state)
{
	struct answers a = answers_open(good);
	const struct declared *d = declaration_find(
	    &a.declaration, BYTES("AuthMech"), BYTES("A1"), BYTES("factor"));

	(void)state;
	assert_non_null(d);
	assert_true(bytes_equal_text(d->value, "password"));
	assert_null(declaration_find(
	    &a.declaration, BYTES("AuthMech"), BYTES("A2"), BYTES("factor")));
	assert_non_null(declaration_find(&a.declaration, BYTES("product"),
	    (struct bytes){ NULL, 0 }, BYTES("maker")));
	answers_close(&a);
}

static const struct {
	const char *yaml;
	uint32_t line, column;
	const char *words;
} refused[] = {
	{ "", 0, 0, "is empty" },
	{ " \n", 0, 0, "is empty" },
	{ "# only a comment\n", 2, 1, "is empty" },
	{ "text", 1, 1, "tables must stand here" },
	{ "- a\n", 1, 1, "tables must stand here" },
	{ "a: 1\n", 1, 4, "fields or rows" },
	{ "a: &x\n  b: 1\n", 2, 3, "anchors" },
	{ "a:\n  b: &x 1\n", 2, 9, "anchors" },
	{ "a:\n  b: &x 1\nc:\n  d: *x\n", 2, 9, "anchors" },
	{ "a:\n  b: !!int 1\n", 2, 12, "tags" },
	{ "a: {b: 1, b: 2}\n", 1, 11, "twice" },
	{ "a: {b: 1}\na: {c: 1}\n", 2, 1, "twice" },
	{ "a:\n  - id: 1\n    id: 2\n", 3, 5, "twice" },
	{ "a:\n  b: {c: {d: e}}\n", 2, 10, "a text or a list" },
	{ "a:\n  b: [[1]]\n", 2, 7, "only texts" },
	{ "a:\n  b: [{c: d}]\n", 2, 7, "only texts" },
	{ "a:\n  - text\n", 2, 5, "fields with values" },
	{ "a:\n  [x]: y\n", 2, 3, "a name" },
	{ "a:\n  \"\": y\n", 2, 3, "a name" },
	{ "a:\n  b: \"x\n", 0, 0, "is no YAML" },
	{ "a:\n\tb: 1\n", 2, 1, "is no YAML" },
	{ "a:\n  b: 1\n---\nc:\n  d: 2\n", 3, 1, "one document" },
	{ "a:\n  b: \"\\0\"\n", 2, 6, "control characters" },
	{ "a:\n  b: \"\\e[2J\"\n", 2, 6, "control characters" },
	{ "a:\n  b: \"\xff\"\n", 0, 0, "no text" },
};

static void
what_is_no_declaration_is_refused_with_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct arena arena = arena_open(MIB);
		struct declaration d = { NULL, 77 };
		struct declaration_fault fault = { 0 };
		enum err err = declaration_read(
		    bytes_of(refused[i].yaml), &arena, &d, &fault);

		assert_int_equal(err, ERR_MALFORMED);
		if (strstr(fault.text, refused[i].words) == NULL)
			fail_msg("%s: %s", refused[i].yaml, fault.text);
		if (refused[i].line > 0 &&
		    (fault.line != refused[i].line ||
			fault.column != refused[i].column))
			fail_msg("%s: at %u:%u", refused[i].yaml, fault.line,
			    fault.column);
		assert_int_equal(d.count, 77);
		arena_close(&arena);
	}
}

static void
a_zero_byte_does_not_hide_what_follows(void **state)
{
	static const char hidden[] = "a:\n  b: c\n\0 x: [";
	struct arena arena = arena_open(MIB);
	struct declaration d = { NULL, 0 };
	struct declaration_fault fault = { 0 };
	struct bytes in = { (const uint8_t *)hidden, sizeof(hidden) - 1 };

	(void)state;
	assert_int_equal(
	    declaration_read(in, &arena, &d, &fault), ERR_MALFORMED);
	arena_close(&arena);
}

/* Repeats a text into a file of YAML, behind a start. */
static char *
repeat(const char *start, const char *part, size_t count)
{
	size_t len = strlen(part);
	size_t at = strlen(start);
	char *text = malloc(at + count * len + 1);

	assert_non_null(text);
	memcpy(text, start, at + 1);
	for (size_t i = 0; i < count; i++)
		memcpy(text + at + i * len, part, len + 1);
	return text;
}

static void
assert_over_limit(char *text, const char *words)
{
	struct arena arena = arena_open(64 * MIB);
	struct declaration d = { NULL, 77 };
	struct declaration_fault fault = { 0 };

	assert_int_equal(
	    declaration_read(bytes_of(text), &arena, &d, &fault), ERR_LIMIT);
	if (strstr(fault.text, words) == NULL)
		fail_msg("%s", fault.text);
	assert_int_equal(d.count, 77);
	arena_close(&arena);
	free(text);
}

static void
sizes_over_the_limits_are_refused(void **state)
{
	char *text;

	(void)state;
	assert_over_limit(
	    repeat("a:\n  b: ", "x", LIMIT_DECLARATION_LEN), "too large");
	assert_over_limit(
	    repeat("a:\n  b: ", "x", LIMIT_DECLARATION_VALUE_LEN + 1),
	    "too long a text");
	text = repeat("a: {", "x", LIMIT_DECLARATION_NAME_LEN + 3);
	memcpy(text + strlen(text) - 2, ":}", 2);
	assert_over_limit(text, "too long a name");
}

static void
too_many_answers_are_refused(void **state)
{
	(void)state;
	assert_over_limit(
	    repeat("a:\n  b: [", "1, ", LIMIT_DECLARATION_ANSWERS + 1),
	    "too many answers");
	assert_over_limit(
	    repeat("a:\n", "  - {}\n", LIMIT_DECLARATION_ANSWERS + 1),
	    "too many answers");
}

static void
too_many_names_in_one_place_are_refused(void **state)
{
	size_t cap = (size_t)32 * LIMIT_DECLARATION_KEYS;
	char *text = malloc(cap);
	size_t at;

	(void)state;
	assert_non_null(text);
	at = (size_t)snprintf(text, cap, "a:\n");
	for (unsigned i = 0; i <= LIMIT_DECLARATION_KEYS; i++)
		at += (size_t)snprintf(text + at, cap - at, "  k%u: 1\n", i);
	assert_over_limit(text, "too many names");
}

static void
memory_that_ends_is_told(void **state)
{
	size_t limit = 0;
	enum err err = ERR_MEMORY;

	(void)state;
	for (; err == ERR_MEMORY; limit += 1024) {
		struct arena arena = arena_open(limit);
		struct declaration d = { NULL, 77 };
		struct declaration_fault fault = { 0 };

		err = declaration_read(bytes_of(good), &arena, &d, &fault);
		assert_true(err == ERR_OK || d.count == 77);
		arena_close(&arena);
	}
	assert_int_equal(err, ERR_OK);
}

static void
every_prefix_is_read_or_refused(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof(good); len++) {
		struct arena arena = arena_open(MIB);
		struct declaration d = { NULL, 0 };
		struct declaration_fault fault = { 0 };
		enum err err = declaration_read(
		    bytes_slice(bytes_of(good), 0, len), &arena, &d, &fault);

		assert_true(err == ERR_OK || err == ERR_MALFORMED);
		assert_true(err == ERR_OK || fault.text[0] != '\0');
		assert_true(d.count <= EXPECTED);
		arena_close(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_declaration_becomes_a_list_with_places),
		cmocka_unit_test(an_answer_is_found_by_table_row_and_field),
		cmocka_unit_test(
		    what_is_no_declaration_is_refused_with_its_place),
		cmocka_unit_test(a_zero_byte_does_not_hide_what_follows),
		cmocka_unit_test(sizes_over_the_limits_are_refused),
		cmocka_unit_test(too_many_answers_are_refused),
		cmocka_unit_test(too_many_names_in_one_place_are_refused),
		cmocka_unit_test(memory_that_ends_is_told),
		cmocka_unit_test(every_prefix_is_read_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
