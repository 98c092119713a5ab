/* SPDX-License-Identifier: ISC */
/* Evaluates expressions over answers. */
#include "declare/logic.h"

#include "base/text.h"

/* ---- answers ---- */

static bool
is_all(struct bytes in, const char *bytes)
{
	for (size_t i = 0; i < in.len; i++)
		if (bytes_find_byte(bytes_of(bytes), in.ptr[i], 0) == SIZE_MAX)
			return false;
	return true;
}

/* A host under example.* (RFC 2606 §3) as such or at the end of an address. */
static bool
holds_example(struct bytes in)
{
	static const char *const names[] = { "example.com", "example.net",
		"example.org" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (bytes_find(in, bytes_of(names[i]), 0) != SIZE_MAX)
			return true;
	return false;
}

bool
logic_is_answer(struct bytes value)
{
	static const char *const placeholders[] = { "todo", "tbd", "tba", "tbc",
		"fixme", "n.n.", "lorem ipsum", "null", "unknown", "changeme",
		"yyyy-mm-dd", "placeholder", "to do", "to be defined",
		"to be done" };
	struct bytes in = bytes_trim(value);

	if (in.len == 0 || is_all(in, "xX") || is_all(in, ".?-_~ ") ||
	    bytes_equal_text(in, "…") ||
	    (in.ptr[0] == '<' && in.ptr[in.len - 1] == '>') ||
	    bytes_starts(in, BYTES("TODO")) || bytes_starts(in, BYTES("TBD")) ||
	    bytes_starts(in, BYTES("FIXME")))
		return false;
	for (size_t i = 0; i < sizeof(placeholders) / sizeof(placeholders[0]);
	     i++)
		if (bytes_equal_any_case(in, placeholders[i]))
			return false;
	return !holds_example(in);
}

const struct declared *
logic_find_in(const struct logic_row *row, struct bytes field)
{
	for (size_t i = 0; row != NULL && i < row->count; i++)
		if (bytes_equal(row->first[i].field, field))
			return &row->first[i];
	return NULL;
}

const struct logic_row *
logic_find_row(const struct logic *logic, struct bytes table, struct bytes row)
{
	for (size_t i = 0; i < logic->row_count; i++)
		if (bytes_equal(logic->row[i].row, row) &&
		    bytes_equal(logic->row[i].table, table))
			return &logic->row[i];
	return NULL;
}

const struct declared *
logic_find(const struct logic *logic, struct bytes table, struct bytes row,
    struct bytes field)
{
	return logic_find_in(logic_find_row(logic, table, row), field);
}

/* A row's answers stand together: the reader refuses a key given twice. */
static enum err
index_rows(struct logic *logic, struct arena *arena)
{
	const struct declaration *d = logic->declaration;
	struct logic_row *row = NULL;

	logic->row = arena_take_array(arena, d->count, sizeof(*logic->row));
	if (logic->row == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < d->count; i++) {
		const struct declared *a = &d->list[i];

		if (row == NULL || !bytes_equal(a->table, row->table) ||
		    !bytes_equal(a->row, row->row)) {
			row = &logic->row[logic->row_count++];
			*row = (struct logic_row){ a->table, a->row, a, 0 };
		}
		row->count++;
	}
	return ERR_OK;
}

/* ---- expressions ---- */

static enum truth
opposite(enum truth truth)
{
	switch (truth) {
	case TRUTH_UNKNOWN:
		return TRUTH_UNKNOWN;
	case TRUTH_NO:
		return TRUTH_YES;
	case TRUTH_YES:
		return TRUTH_NO;
	}
	return TRUTH_UNKNOWN;
}

/* Takes what stands before `separator`, or all. */
static struct bytes
take_until(struct bytes *rest, uint8_t separator)
{
	struct bytes part = { NULL, 0 };

	(void)bytes_next_field(rest, separator, &part); /* else it is empty */
	return part;
}

static bool
is_provision(struct bytes term)
{
	return term.len > 0 && term.ptr[0] >= '0' && term.ptr[0] <= '9';
}

/* Any answer of the row to this field: a list has several. */
static bool
row_has(const struct logic_row *row, struct bytes field, struct bytes value)
{
	for (size_t i = 0; i < row->count; i++)
		if (bytes_equal(row->first[i].field, field) &&
		    bytes_equal(row->first[i].value, value))
			return true;
	return false;
}

/* "b=c+d=e" */
static bool
row_has_all(const struct logic_row *row, struct bytes pairs)
{
	while (pairs.len > 0) {
		struct bytes value = take_until(&pairs, '+');
		struct bytes field = take_until(&value, '=');

		if (!row_has(row, field, value))
			return false;
	}
	return true;
}

static enum truth
some_row_has(const struct logic *logic, struct bytes term)
{
	struct bytes table = take_until(&term, '.');

	for (size_t i = 0; i < logic->row_count; i++)
		if (bytes_equal(logic->row[i].table, table) &&
		    row_has_all(&logic->row[i], term))
			return TRUTH_YES;
	return TRUTH_NO;
}

static enum truth
provision_is(const struct logic *logic, struct bytes term)
{
	struct bytes provision = take_until(&term, '=');
	const struct declared *support =
	    logic_find(logic, BYTES("provisions"), provision, BYTES("support"));

	return support != NULL && bytes_equal(support->value, term) ? TRUTH_YES
								    : TRUTH_NO;
}

static enum truth
term_holds(const struct logic *logic, struct bytes term)
{
	bool negated = bytes_starts(term, BYTES("!"));
	enum truth truth;

	if (negated)
		term = bytes_from(term, 1);
	if (bytes_find_byte(term, '=', 0) == SIZE_MAX)
		truth = logic_feature(logic, term);
	else if (is_provision(term))
		truth = provision_is(logic, term);
	else
		truth = some_row_has(logic, term);
	return negated ? opposite(truth) : truth;
}

static enum truth
clause_holds(const struct logic *logic, struct bytes clause)
{
	enum truth truth = TRUTH_NO;
	struct bytes term;

	while (clause.len > 0 && bytes_next_field(&clause, '|', &term)) {
		enum truth one = term_holds(logic, term);

		if (one == TRUTH_YES)
			return TRUTH_YES;
		if (one == TRUTH_UNKNOWN)
			truth = TRUTH_UNKNOWN;
	}
	return truth;
}

enum truth
logic_holds(const struct logic *logic, struct bytes expression)
{
	enum truth truth = TRUTH_YES;
	struct bytes clause;

	while (
	    expression.len > 0 && bytes_next_field(&expression, ',', &clause)) {
		enum truth one = clause_holds(logic, clause);

		if (one == TRUTH_NO)
			return TRUTH_NO;
		if (one == TRUTH_UNKNOWN)
			truth = TRUTH_UNKNOWN;
	}
	return truth;
}

static bool
is_term(const struct questions *questions, struct bytes term)
{
	if (bytes_starts(term, BYTES("!")))
		term = bytes_from(term, 1);
	if (bytes_find_byte(term, '=', 0) == SIZE_MAX)
		return questions_find(questions, BYTES("features"), term) !=
		    NULL;
	if (is_provision(term))
		return true; /* its id is checked with the catalogue */
	struct bytes table = take_until(&term, '.');

	while (term.len > 0) {
		struct bytes value = take_until(&term, '+');
		struct bytes field = take_until(&value, '=');

		if (value.len == 0 ||
		    questions_find(questions, table, field) == NULL)
			return false;
	}
	return true;
}

bool
logic_is_expression(const struct questions *questions, struct bytes expression)
{
	struct bytes clause;
	struct bytes term;

	while (
	    expression.len > 0 && bytes_next_field(&expression, ',', &clause))
		while (clause.len > 0 && bytes_next_field(&clause, '|', &term))
			if (!is_term(questions, term))
				return false;
	return true;
}

/* ---- features ---- */

enum truth
logic_feature(const struct logic *logic, struct bytes key)
{
	const struct question_table *t =
	    questions_find_table(logic->questions, BYTES("features"));

	for (size_t i = 0; t != NULL && i < t->count; i++)
		if (bytes_equal(
			logic->questions->list[t->first + i].field, key))
			return logic->feature[i];
	return TRUTH_UNKNOWN;
}

/* In the table's order: a condition names only features before it. */
static void
settle_features(struct logic *logic, const struct question_table *t)
{
	const struct logic_row *answers =
	    logic_find_row(logic, BYTES("features"), BYTES(""));

	for (size_t i = 0; i < t->count; i++) {
		const struct question *q =
		    &logic->questions->list[t->first + i];
		const struct declared *a = logic_find_in(answers, q->field);

		if (a != NULL && bytes_equal_text(a->value, "yes"))
			logic->feature[i] = TRUTH_YES;
		else if ((a != NULL && bytes_equal_text(a->value, "no")) ||
		    logic_holds(logic, q->when) == TRUTH_NO)
			logic->feature[i] = TRUTH_NO;
	}
}

/* ---- tables ---- */

struct bytes
logic_table_when(const struct logic *logic, const struct question_table *table)
{
	/* that of the id; a table without rows says it at each field */
	return table->rows ? logic->questions->list[table->first].when
			   : (struct bytes){ NULL, 0 };
}

static bool
is_supported(const struct logic *logic, struct bytes provision)
{
	const struct declared *support =
	    logic_find(logic, BYTES("provisions"), provision, BYTES("support"));

	return support != NULL && bytes_equal_text(support->value, "yes");
}

static bool
needs_table(const struct logic *logic, const struct question_table *table)
{
	if (logic_holds(logic, logic_table_when(logic, table)) != TRUTH_YES)
		return false;
	for (size_t i = 0; i < table->count; i++) {
		struct bytes serves =
		    logic->questions->list[table->first + i].serves;
		struct bytes id;

		while (serves.len > 0 && bytes_next_field(&serves, ';', &id))
			if (is_supported(logic, id))
				return true;
	}
	return false;
}

bool
logic_needs_table(const struct logic *logic, const struct question_table *table)
{
	return table != NULL && logic->needed[table - logic->questions->table];
}

/* ---- all ---- */

enum err
logic_open(const struct questions *questions,
    const struct declaration *declaration, struct arena *arena,
    struct logic *ret)
{
	struct logic logic = {
		.questions = questions,
		.declaration = declaration,
		.needed = arena_take_array(
		    arena, questions->table_count, sizeof(*logic.needed)),
	};
	const struct question_table *features =
	    questions_find_table(questions, BYTES("features"));
	enum err err = index_rows(&logic, arena);

	if (err != ERR_OK || logic.needed == NULL)
		return ERR_MEMORY;
	if (features != NULL) {
		logic.feature = arena_take_array(
		    arena, features->count, sizeof(*logic.feature));
		if (logic.feature == NULL)
			return ERR_MEMORY;
		settle_features(&logic, features);
	}
	/* once: a large file asks for it at every placeholder */
	for (size_t i = 0; i < questions->table_count; i++)
		logic.needed[i] = needs_table(&logic, &questions->table[i]);
	*ret = logic;
	return ERR_OK;
}
