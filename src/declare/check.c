/* SPDX-License-Identifier: ISC */
/* Goes through the answers, then through the questions. */
#include "declare/check.h"

#include "base/limits.h"
#include "declare/applicability_private.h"
#include "declare/check_private.h"

#include <stdarg.h>
#include <stdlib.h>

#define PROBLEM_TEXT_LEN 600
#define PROBLEM_QUOTE_LEN ((size_t)80)

const char *
problem_kind_text(enum problem_kind kind)
{
	static const char *const texts[PROBLEM_KIND_COUNT] = {
		[PROBLEM_UNKNOWN] = "unknown",
		[PROBLEM_FORM] = "form",
		[PROBLEM_MISSING] = "missing",
		[PROBLEM_PLACEHOLDER] = "placeholder",
		[PROBLEM_CONTRADICTION] = "contradiction",
		[PROBLEM_REFERENCE] = "reference",
		[PROBLEM_DUPLICATE] = "duplicate",
		[PROBLEM_NO_GROUND] = "no-ground",
		[PROBLEM_CIRCULAR] = "circular",
		[PROBLEM_NO_REASON] = "no-reason",
		[PROBLEM_REFUTED] = "refuted",
	};

	return kind < PROBLEM_KIND_COUNT ? texts[kind] : "";
}

/* ---- saying ---- */

int
checking_len(struct bytes text)
{
	return (
	    int)(text.len < PROBLEM_QUOTE_LEN ? text.len : PROBLEM_QUOTE_LEN);
}

__attribute__((format(printf, 3, 0))) static void
add(struct checking *c, struct problem problem, const char *format,
    va_list args)
{
	if (problem.kind == PROBLEM_MISSING ||
	    problem.kind == PROBLEM_PLACEHOLDER)
		c->unanswered++;
	if (c->count == PROBLEMS_MAX)
		return;
	problem.text = arena_print(c->arena, PROBLEM_TEXT_LEN, format, args);
	c->no_memory |= problem.text.ptr == NULL;
	c->list[c->count++] = problem;
}

void
checking_say(struct checking *c, enum problem_kind kind,
    const struct declared *at, const char *format, ...)
{
	struct problem problem = { kind, at->line, at->column, at->table,
		at->row, at->field, { NULL, 0 } };
	va_list args;

	va_start(args, format);
	add(c, problem, format, args);
	va_end(args);
}

void
checking_miss(struct checking *c, const struct question *question,
    struct bytes row, const char *format, ...)
{
	struct problem problem = { PROBLEM_MISSING, 0, 0, question->table, row,
		question->field, { NULL, 0 } };
	va_list args;

	va_start(args, format);
	add(c, problem, format, args);
	va_end(args);
}

/* ---- answers ---- */

/* Whether the question arises: for one in a row, when its table does. */
static enum truth
arises(const struct checking *c, const struct question *q)
{
	return logic_holds(&c->logic, q->when);
}

/* A placeholder counts only where an answer is asked for. */
static bool
is_asked(const struct checking *c, const struct question *q)
{
	const struct question_table *t =
	    questions_find_table(&c->questions, q->table);

	if (arises(c, q) != TRUTH_YES)
		return false;
	if (bytes_equal_text(q->table, "product") ||
	    bytes_equal_text(q->table, "features") ||
	    bytes_equal_text(q->table, "provisions"))
		return true;
	return logic_needs_table(&c->logic, t);
}

static bool
means_nothing(struct bytes value)
{
	return bytes_equal_text(value, "no") || bytes_equal_text(value, "none");
}

static void
check_value(
    struct checking *c, const struct question *q, const struct declared *d)
{
	char wrong[FORM_TEXT_LEN];
	uint64_t day;

	if (!logic_is_answer(d->value)) {
		if (q->required ? is_asked(c, q) : d->value.len > 0)
			checking_say(c, PROBLEM_PLACEHOLDER, d,
			    "no answer yet: %.*s", (int)q->question.len,
			    (const char *)q->question.ptr);
		return;
	}
	if (form_is_wrong(q, d->value, wrong)) {
		checking_say(c, PROBLEM_FORM, d, "\"%.*s\" %s",
		    checking_len(d->value), (const char *)d->value.ptr, wrong);
		return;
	}
	if (arises(c, q) == TRUTH_NO && !means_nothing(d->value)) {
		checking_say(c, PROBLEM_CONTRADICTION, d,
		    "answered, but it arises only when %.*s",
		    checking_len(q->when), (const char *)q->when.ptr);
		return;
	}
	c->answered++;
	if (bytes_equal_text(d->table, "product") &&
	    bytes_equal_text(d->field, "support_end") &&
	    form_read_date(d->value, &day) && day < c->today)
		checking_say(c, PROBLEM_CONTRADICTION, d,
		    "the support period is over: a product without support "
		    "cannot be declared to have it");
}

static void
say_unknown(struct checking *c, const struct declared *d, const char *what,
    struct bytes name, struct bytes nearest)
{
	if (nearest.len > 0)
		checking_say(c, PROBLEM_UNKNOWN, d,
		    "unknown %s \"%.*s\": did you mean \"%.*s\"?", what,
		    checking_len(name), (const char *)name.ptr,
		    checking_len(nearest), (const char *)nearest.ptr);
	else
		checking_say(c, PROBLEM_UNKNOWN, d, "unknown %s \"%.*s\"", what,
		    checking_len(name), (const char *)name.ptr);
}

/* Finds the answer's question, or says that there is none. */
static const struct question *
find_question(struct checking *c, const struct declared *d, bool first_of_table)
{
	const struct question_table *t =
	    questions_find_table(&c->questions, d->table);
	const struct question *q;

	if (t == NULL) {
		if (first_of_table)
			say_unknown(c, d, "table", d->table,
			    form_nearest_table(&c->questions, d->table));
		return NULL;
	}
	if (t->rows && d->row.len == 0) {
		checking_say(c, PROBLEM_UNKNOWN, d,
		    "a row of fields must stand here, not a value");
		return NULL;
	}
	if (!t->rows && d->row.len > 0) {
		checking_say(c, PROBLEM_UNKNOWN, d,
		    "this table has no rows: give its fields");
		return NULL;
	}
	q = questions_find(&c->questions, d->table, d->field);
	if (q == NULL)
		say_unknown(c, d, "field", d->field,
		    form_nearest_field(&c->questions, t, d->field));
	return q;
}

/* Whether the field was answered just before: in a list, or by the same row
   name used again. */
static bool
is_repeated(const struct checking *c, size_t at)
{
	const struct declared *d = &c->logic.declaration->list[at];

	for (size_t i = at; i-- > 0;) {
		const struct declared *before = &c->logic.declaration->list[i];

		if (!bytes_equal(before->row, d->row) ||
		    !bytes_equal(before->table, d->table))
			return false;
		if (bytes_equal(before->field, d->field))
			return true;
		if (at - i > LIMIT_DECLARATION_KEYS)
			return false;
	}
	return false;
}

static void
check_answers(struct checking *c)
{
	const struct declaration *d = c->logic.declaration;

	for (size_t i = 0; i < d->count; i++) {
		bool first = i == 0 ||
		    !bytes_equal(d->list[i - 1].table, d->list[i].table);
		const struct question *q = find_question(c, &d->list[i], first);

		if (q == NULL)
			continue;
		if (!q->list && is_repeated(c, i))
			checking_say(c, PROBLEM_DUPLICATE, &d->list[i],
			    q->kind == QUESTION_ID
				? "this name is taken by another row"
				: "only one answer may stand here");
		else
			check_value(c, q, &d->list[i]);
	}
}

/* ---- rows ---- */

static int
compare_rows(const void *left, const void *right)
{
	const struct logic_row *const *a = left;
	const struct logic_row *const *b = right;
	int order = bytes_compare((*a)->table, (*b)->table);

	if (order == 0)
		order = bytes_compare((*a)->row, (*b)->row);
	if (order == 0)
		order = (*a)->first < (*b)->first ? -1 : 1;
	return order;
}

/* One name for two rows that stand apart. */
static void
check_row_names(struct checking *c)
{
	const struct logic_row **rows =
	    arena_take_array(c->arena, c->logic.row_count, sizeof(*rows));

	if (rows == NULL) {
		c->no_memory = true;
		return;
	}
	for (size_t i = 0; i < c->logic.row_count; i++)
		rows[i] = &c->logic.row[i];
	qsort(rows, c->logic.row_count, sizeof(*rows), compare_rows);
	for (size_t i = 1; i < c->logic.row_count; i++)
		if (bytes_equal(rows[i]->table, rows[i - 1]->table) &&
		    bytes_equal(rows[i]->row, rows[i - 1]->row) &&
		    rows[i]->row.len > 0)
			checking_say(c, PROBLEM_DUPLICATE, rows[i]->first,
			    "the name \"%.*s\" is taken by the row in line %u",
			    checking_len(rows[i]->row),
			    (const char *)rows[i]->row.ptr,
			    (unsigned)rows[i - 1]->first->line);
}

/* ---- questions ---- */

static void
miss(struct checking *c, const struct question *q, struct bytes row)
{
	checking_miss(c, q, row, "not answered: %.*s", (int)q->question.len,
	    (const char *)q->question.ptr);
}

/* Required questions of one row that have no answer at all. */
static void
check_row_whole(struct checking *c, const struct question_table *t,
    const struct logic_row *row, struct bytes name)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct question *q = &c->questions.list[t->first + i];

		if (q->required && arises(c, q) == TRUTH_YES &&
		    logic_find_in(row, q->field) == NULL)
			miss(c, q, name);
	}
}

static void
check_rows_whole(struct checking *c, const struct question_table *t)
{
	size_t seen = 0;

	if (!logic_needs_table(&c->logic, t))
		return;
	for (size_t i = 0; i < c->logic.row_count; i++) {
		const struct logic_row *row = &c->logic.row[i];

		if (!bytes_equal(row->table, t->name))
			continue;
		seen++;
		if (row->row.len > 0)
			check_row_whole(c, t, row, row->row);
	}
	if (seen == 0)
		checking_miss(c, &c->questions.list[t->first],
		    (struct bytes){ NULL, 0 }, "no row yet: %.*s",
		    (int)c->questions.list[t->first].question.len,
		    (const char *)c->questions.list[t->first].question.ptr);
}

static void
check_whole(struct checking *c)
{
	for (size_t i = 0; i < c->questions.table_count; i++) {
		const struct question_table *t = &c->questions.table[i];
		bool always = bytes_equal_text(t->name, "product") ||
		    bytes_equal_text(t->name, "features");

		if (bytes_equal_text(t->name, "provisions"))
			check_provisions(c);
		else if (t->rows)
			check_rows_whole(c, t);
		else if (always || logic_needs_table(&c->logic, t))
			check_row_whole(c, t,
			    logic_find_row(&c->logic, t->name, BYTES("")),
			    (struct bytes){ NULL, 0 });
	}
}

/* ---- all ---- */

/* By line; what stands nowhere keeps its order behind them. */
static int
compare_problems(const void *left, const void *right)
{
	const struct problem *a = left;
	const struct problem *b = right;

	if ((a->line == 0) != (b->line == 0))
		return a->line == 0 ? 1 : -1;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	if (a->column != b->column)
		return a->column < b->column ? -1 : 1;
	/* texts lie in the arena in the order in which they were said, or at
	   least always in the same one */
	return a->kind < b->kind ? -1 : a->kind > b->kind;
}

/* qsort is not stable, so those that stand nowhere are left out of it. */
static void
sort_problems(struct checking *c)
{
	size_t placed = 0;
	struct problem *sorted =
	    arena_take_array(c->arena, c->count, sizeof(*sorted));

	if (sorted == NULL) {
		c->no_memory = true;
		return;
	}
	for (size_t i = 0; i < c->count; i++)
		if (c->list[i].line > 0)
			sorted[placed++] = c->list[i];
	qsort(sorted, placed, sizeof(*sorted), compare_problems);
	for (size_t i = 0; i < c->count; i++)
		if (c->list[i].line == 0)
			sorted[placed++] = c->list[i];
	c->list = sorted;
}

static enum err
open_checking(struct checking *c, const struct declaration *declaration,
    struct fault *ret_fault)
{
	enum err err =
	    questions_read(c->data, c->arena, &c->questions, ret_fault);

	if (err == ERR_OK)
		err =
		    logic_open(&c->questions, declaration, c->arena, &c->logic);
	if (err == ERR_OK)
		err = applicability_of_logic(c->data, &c->logic, c->arena,
		    &c->applies, &c->applies_count, ret_fault);
	if (err != ERR_OK)
		return err;
	c->list = arena_take_array(c->arena, PROBLEMS_MAX, sizeof(*c->list));
	return c->list != NULL ? ERR_OK : ERR_MEMORY;
}

enum err
declaration_check(const struct data_set *data,
    const struct declaration *declaration, uint64_t today, struct arena *arena,
    struct problems *ret, struct fault *ret_fault)
{
	struct checking c = { .data = data, .today = today, .arena = arena };
	enum err err = open_checking(&c, declaration, ret_fault);

	if (err != ERR_OK)
		return err;
	check_answers(&c);
	check_row_names(&c);
	check_references(&c);
	err = check_contradictions(&c, ret_fault);
	if (err != ERR_OK)
		return err;
	check_whole(&c);
	sort_problems(&c);
	if (c.no_memory)
		return ERR_MEMORY;
	*ret = (struct problems){
		.list = c.list,
		.count = c.count,
		.unanswered = c.unanswered,
		.answered = c.answered,
		.applicability = c.applies,
		.applicability_count = c.applies_count,
	};
	return ERR_OK;
}
