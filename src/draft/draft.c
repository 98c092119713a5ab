/* SPDX-License-Identifier: ISC */
/* Goes through the questions in their order, with the answers at hand. */
#include "draft/draft.h"

#include "base/table.h"
#include "declare/applicability.h"
#include "declare/logic.h"
#include "declare/questions.h"
#include "declare/write.h"

#define FIELD_INDENT ((size_t)2)
#define ROW_INDENT ((size_t)4)
#define UNANSWERED "TODO"

struct drafting {
	const struct draft_wants *wants;
	struct questions questions;
	struct declaration known; /* answers so far, and what facts add */
	struct logic logic;
	struct applicability *applies;
	size_t applies_count;
	struct out *to;
};

/* ---- what is known ---- */

static bool
has_table(const struct declaration *d, struct bytes table)
{
	for (size_t i = 0; i < d->count; i++)
		if (bytes_equal(d->list[i].table, table))
			return true;
	return false;
}

/* The maker's answers win; rows come from facts only for a table that is not
   there yet, since the maker may have struck some out. */
static bool
is_wanted(const struct draft_wants *wants, const struct shown *s)
{
	const struct declared *d;

	if (s->remark)
		return false;
	if (wants->from == NULL)
		return true;
	if (s->row.len > 0)
		return !has_table(wants->from, s->table);
	d = declaration_find(wants->from, s->table, s->row, s->field);
	return d == NULL || !logic_is_answer(d->value);
}

/* An answer that is none, and that a fact gives. */
static bool
is_replaced(const struct draft_wants *wants, const struct declared *d)
{
	return d->row.len == 0 && !logic_is_answer(d->value) &&
	    prefill_find(wants->prefill, d->table, d->row, d->field) != NULL;
}

/* Flat tables may get answers of both kinds, which must stand together. */
static bool
is_first_of_table(const struct declaration *d, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (bytes_equal(d->list[k].table, d->list[i].table))
			return false;
	return true;
}

static void
add_shown(struct drafting *d, struct declared *list, size_t *count,
    struct bytes table)
{
	const struct prefill *p = d->wants->prefill;

	for (size_t i = 0; i < p->count; i++) {
		const struct shown *s = &p->list[i];

		if (bytes_equal(s->table, table) && is_wanted(d->wants, s))
			list[(*count)++] = (struct declared){ .table = s->table,
				.row = s->row,
				.field = s->field,
				.value = s->value };
	}
}

static enum err
join_answers(struct drafting *d, struct arena *arena)
{
	const struct declaration *from = d->wants->from;
	const struct prefill *p = d->wants->prefill;
	size_t count = 0;
	size_t cap = p->count + (from != NULL ? from->count : 0);
	struct declared *list = arena_take_array(arena, cap, sizeof(*list));

	if (list == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; from != NULL && i < from->count; i++) {
		if (is_first_of_table(from, i))
			add_shown(d, list, &count, from->list[i].table);
		if (!is_replaced(d->wants, &from->list[i]))
			list[count++] = from->list[i];
	}
	for (size_t i = 0; i < p->count; i++) {
		const struct shown *s = &p->list[i];

		if ((from == NULL || !has_table(from, s->table)) &&
		    is_wanted(d->wants, s))
			list[count++] = (struct declared){ .table = s->table,
				.row = s->row,
				.field = s->field,
				.value = s->value };
	}
	d->known = (struct declaration){ list, count };
	return ERR_OK;
}

/* ---- lines ---- */

static void
put_indent(struct drafting *d, size_t indent)
{
	for (size_t i = 0; i < indent; i++)
		out_text(d->to, " ");
}

static void
put_comment(struct drafting *d, size_t indent, struct bytes text)
{
	put_indent(d, indent);
	out_text(d->to, "# ");
	yaml_put_comment(d->to, text);
	out_text(d->to, "\n");
}

/* "Fa|Fc" as "Fa or Fc" */
static void
put_condition(struct drafting *d, struct bytes when)
{
	struct bytes term;

	while (when.len > 0 && bytes_next_field(&when, '|', &term)) {
		yaml_put_comment(d->to, term);
		if (when.len > 0)
			out_text(d->to, " or ");
	}
}

static void
put_question(struct drafting *d, size_t indent, const struct question *q)
{
	put_indent(d, indent);
	out_text(d->to, "# ");
	yaml_put_comment(d->to, q->question);
	if (q->kind == QUESTION_CHOICE) {
		out_text(d->to, " One of: ");
		yaml_put_comment(d->to, q->choices);
		out_text(d->to, ".");
	} else if (q->hint.len > 0 && q->kind == QUESTION_YES_NO) {
		if (!bytes_equal_text(q->hint, "yes") &&
		    !bytes_equal_text(q->hint, "no")) {
			out_text(d->to, " (");
			yaml_put_comment(d->to, q->hint);
			out_text(d->to, ")");
		}
	} else if (q->hint.len > 0) {
		out_text(d->to, " For example: ");
		yaml_put_comment(d->to, q->hint);
	}
	out_text(d->to, "\n");
	if (bytes_equal_text(q->table, "features") && q->when.len > 0) {
		put_indent(d, indent);
		out_text(d->to, "# Only when ");
		put_condition(d, q->when);
		out_text(d->to, " is yes.\n");
	}
}

/* Where a fact is from, or what it remarks. */
static void
put_evidence(struct drafting *d, size_t indent, struct bytes table,
    struct bytes row, struct bytes field)
{
	const struct prefill *p = d->wants->prefill;

	for (size_t i = 0; i < p->count; i++) {
		const struct shown *s = &p->list[i];

		if (!bytes_equal(s->field, field) ||
		    !bytes_equal(s->row, row) || !bytes_equal(s->table, table))
			continue;
		if (s->remark) {
			put_comment(d, indent, s->value);
		} else if (s->evidence.len > 0) {
			put_indent(d, indent);
			out_text(d->to, "# seen: ");
			yaml_put_comment(d->to, s->evidence);
			out_text(d->to, "\n");
		}
	}
}

static size_t
count_answers(const struct logic_row *row, struct bytes field)
{
	size_t count = 0;

	for (size_t i = 0; row != NULL && i < row->count; i++)
		count += bytes_equal(row->first[i].field, field);
	return count;
}

/* "field: value", or a list below it. */
static void
put_answers(struct drafting *d, size_t indent, const struct logic_row *row,
    struct bytes field)
{
	bool many = count_answers(row, field) > 1;

	yaml_put_scalar(d->to, field);
	out_text(d->to, many ? ":\n" : ": ");
	for (size_t i = 0; i < row->count; i++) {
		const struct declared *a = &row->first[i];

		if (!bytes_equal(a->field, field))
			continue;
		if (many) {
			put_indent(d, indent + 2);
			out_text(d->to, "- ");
		}
		yaml_put_value(d->to, a->value, indent + (many ? 4 : 2));
	}
}

/* ---- fields ---- */

struct place {
	struct bytes table, row_name;
	const struct logic_row *row; /* NULL: no answers yet */
	size_t indent;
	bool asked; /* what has no answer is asked for */
	bool dash;  /* the next field begins a row of a list */
};

static void
put_start(struct drafting *d, struct place *p)
{
	put_indent(d, p->dash ? p->indent - 2 : p->indent);
	if (p->dash)
		out_text(d->to, "- ");
	p->dash = false;
}

/* Features are asked before it is known whether they arise: fewer rounds. */
static bool
is_asked(
    const struct drafting *d, const struct place *p, const struct question *q)
{
	enum truth arises = logic_holds(&d->logic, q->when);

	return p->asked &&
	    (arises == TRUTH_YES ||
		(arises == TRUTH_UNKNOWN &&
		    bytes_equal_text(q->table, "features")));
}

static void
put_field(struct drafting *d, struct place *p, const struct question *q)
{
	const struct declared *answer = logic_find_in(p->row, q->field);
	bool known = answer != NULL;
	bool open = !known || !logic_is_answer(answer->value);
	bool asked = is_asked(d, p, q);
	bool flat = p->indent == FIELD_INDENT;

	/* a hundred rows, each with every question, would bury the answers */
	if (!known && (!asked || (!flat && !q->required)))
		return;
	if (p->asked && !p->dash && (flat || open))
		put_question(d, p->indent, q);
	if (!p->dash)
		put_evidence(d, p->indent, p->table, p->row_name, q->field);
	if (known) {
		put_start(d, p);
		put_answers(d, p->indent, p->row, q->field);
	} else if (q->required) {
		put_start(d, p);
		yaml_put_scalar(d->to, q->field);
		out_text(d->to, ": " UNANSWERED "\n");
	} else {
		put_indent(d, p->indent);
		out_text(d->to, "# ");
		yaml_put_scalar(d->to, q->field);
		out_text(d->to, ":\n");
	}
}

/* Answers to what nobody asks: kept as they are. */
static void
put_other_fields(struct drafting *d, struct place *p)
{
	for (size_t i = 0; p->row != NULL && i < p->row->count; i++) {
		struct bytes field = p->row->first[i].field;
		bool again = false;

		for (size_t k = 0; k < i; k++)
			again |= bytes_equal(p->row->first[k].field, field);
		if (again ||
		    questions_find(&d->questions, p->table, field) != NULL)
			continue;
		put_start(d, p);
		put_answers(d, p->indent, p->row, field);
	}
}

static void
put_fields(struct drafting *d, struct place p, const struct question_table *t)
{
	for (size_t i = 0; t != NULL && i < t->count; i++)
		put_field(d, &p, &d->questions.list[t->first + i]);
	put_other_fields(d, &p);
}

static void
put_table_start(struct drafting *d, struct bytes table)
{
	out_text(d->to, "\n");
	yaml_put_scalar(d->to, table);
	out_text(d->to, ":\n");
}

/* ---- tables ---- */

static void
put_flat_table(struct drafting *d, const struct question_table *t)
{
	bool always = bytes_equal_text(t->name, "product") ||
	    bytes_equal_text(t->name, "features");
	struct place p = {
		.table = t->name,
		.row = logic_find_row(
		    &d->logic, t->name, (struct bytes){ NULL, 0 }),
		.indent = FIELD_INDENT,
		.asked = always ||
		    (d->wants->from != NULL && logic_needs_table(&d->logic, t)),
	};

	if (p.row == NULL && !p.asked)
		return;
	put_table_start(d, t->name);
	put_fields(d, p, t);
}

/* A row of a list that is still to be named. */
static void
put_template(struct drafting *d, const struct question_table *t)
{
	const struct question *id = &d->questions.list[t->first];
	struct place p = {
		.table = t->name,
		.indent = ROW_INDENT,
		.asked = true,
	};

	put_table_start(d, t->name);
	put_question(d, FIELD_INDENT, id);
	put_indent(d, FIELD_INDENT);
	out_text(d->to, "- id: " UNANSWERED "\n");
	for (size_t i = 1; i < t->count; i++)
		put_field(d, &p, &d->questions.list[t->first + i]);
}

static void
put_list_row(struct drafting *d, const struct question_table *t,
    const struct logic_row *row, bool asked)
{
	struct place p = {
		.table = row->table,
		.row_name = row->row,
		.row = row,
		.indent = ROW_INDENT,
		.asked = asked,
		.dash = true,
	};

	put_evidence(d, FIELD_INDENT, row->table, row->row, BYTES("id"));
	put_fields(d, p, t);
}

static void
put_rows(struct drafting *d, const struct question_table *t)
{
	bool needed = d->wants->from != NULL && logic_needs_table(&d->logic, t);
	bool begun = false;

	for (size_t i = 0; i < d->logic.row_count; i++) {
		const struct logic_row *row = &d->logic.row[i];

		if (!bytes_equal(row->table, t->name))
			continue;
		if (!begun) {
			put_table_start(d, t->name);
			put_question(
			    d, FIELD_INDENT, &d->questions.list[t->first]);
		}
		begun = true;
		if (row->row.len > 0)
			put_list_row(d, t, row, needed);
	}
	if (!begun && needed)
		put_template(d, t);
}

/* ---- provisions ---- */

static struct bytes
find_paraphrase(const struct drafting *d, struct bytes provision)
{
	struct table t;

	if (table_open(data_find(d->wants->data, "catalogues/en303645.tsv"),
		&t) != ERR_OK)
		return provision;
	while (table_next(&t) == ERR_OK)
		if (bytes_equal(table_field(&t, "provision"), provision))
			return table_field(&t, "paraphrase");
	return provision;
}

static void
put_provision(struct drafting *d, const struct question_table *t,
    const struct applicability *a)
{
	struct place p = {
		.table = t->name,
		.row_name = a->provision,
		.row = logic_find_row(&d->logic, t->name, a->provision),
		.indent = ROW_INDENT,
	};

	if (p.row == NULL && a->applies == APPLIES_UNKNOWN)
		return;
	out_text(d->to, "\n  # ");
	yaml_put_comment(d->to, a->provision);
	out_text(d->to,
	    a->modality.len > 0 && a->modality.ptr[0] == 'M'
		? " (mandatory): "
		: " (recommended): ");
	yaml_put_comment(d->to, find_paraphrase(d, a->provision));
	out_text(d->to, "\n");
	if (p.row == NULL && a->applies == APPLIES_NO) {
		out_text(d->to, "  # It does not apply: ");
		yaml_put_comment(d->to, a->key);
		out_text(d->to, " is no.\n");
		return;
	}
	if (a->circular.len > 0)
		put_comment(d, FIELD_INDENT, a->circular);
	put_indent(d, FIELD_INDENT);
	yaml_put_scalar(d->to, a->provision);
	out_text(d->to, ":\n");
	if (p.row == NULL)
		out_text(d->to, "    support: " UNANSWERED "\n");
	else
		put_fields(d, p, t);
}

static void
put_provisions(struct drafting *d, const struct question_table *t)
{
	if (d->wants->from == NULL)
		return;
	put_table_start(d, t->name);
	out_text(d->to,
	    "  # support: yes, no or not-applicable; detail: how, or why not.\n");
	for (size_t i = 0; i < d->applies_count; i++)
		put_provision(d, t, &d->applies[i]);
	/* rows of no provision are kept, too */
	for (size_t i = 0; i < d->logic.row_count; i++) {
		const struct logic_row *row = &d->logic.row[i];
		struct place p = {
			.table = row->table,
			.row_name = row->row,
			.row = row,
			.indent = row->row.len > 0 ? ROW_INDENT : FIELD_INDENT,
		};

		if (!bytes_equal(row->table, t->name) ||
		    applicability_find(
			d->applies, d->applies_count, row->row) != NULL)
			continue;
		if (row->row.len > 0) {
			put_indent(d, FIELD_INDENT);
			yaml_put_scalar(d->to, row->row);
			out_text(d->to, ":\n");
		}
		put_fields(d, p, t);
	}
}

/* ---- what nobody asks ---- */

static bool
is_list(const struct drafting *d, struct bytes table)
{
	for (size_t i = 0; i < d->logic.row_count; i++)
		if (bytes_equal(d->logic.row[i].table, table) &&
		    logic_find_in(&d->logic.row[i], BYTES("id")) != NULL &&
		    d->logic.row[i].row.len > 0)
			return true;
	return false;
}

static void
put_unknown_rows(struct drafting *d, struct bytes table)
{
	bool list = is_list(d, table);

	put_table_start(d, table);
	for (size_t i = 0; i < d->logic.row_count; i++) {
		const struct logic_row *row = &d->logic.row[i];
		struct place p = {
			.table = table,
			.row_name = row->row,
			.row = row,
			.indent = row->row.len > 0 ? ROW_INDENT : FIELD_INDENT,
			.dash = list && row->row.len > 0,
		};

		if (!bytes_equal(row->table, table))
			continue;
		if (!list && row->row.len > 0) {
			put_indent(d, FIELD_INDENT);
			yaml_put_scalar(d->to, row->row);
			out_text(d->to, ":\n");
		}
		put_fields(d, p, NULL);
	}
}

static void
put_unknown_tables(struct drafting *d)
{
	for (size_t i = 0; i < d->known.count; i++)
		if (is_first_of_table(&d->known, i) &&
		    questions_find_table(
			&d->questions, d->known.list[i].table) == NULL)
			put_unknown_rows(d, d->known.list[i].table);
}

/* ---- all ---- */

static void
put_head(struct drafting *d)
{
	out_text(d->to,
	    "# What the maker declares of a product, for hallmark(1).\n"
	    "# TODO marks what has no answer yet. `hallmark declare check`\n"
	    "# tells what is missing, `hallmark declare init IMAGE --from` "
	    "this file\n"
	    "# adds the questions that the answers call for.\n"
	    "# Image: ");
	yaml_put_comment(d->to, d->wants->image_name);
	out_text(d->to, ", sha256 ");
	out_hex_bytes(d->to, d->wants->image_sha256);
	out_text(d->to, "\n");
}

enum err
draft_write(const struct draft_wants *wants, struct arena *arena,
    struct out *to, struct fault *ret_fault)
{
	struct drafting d = { .wants = wants, .to = to };
	enum err err =
	    questions_read(wants->data, arena, &d.questions, ret_fault);

	if (err == ERR_OK)
		err = join_answers(&d, arena);
	if (err == ERR_OK)
		err = logic_open(&d.questions, &d.known, arena, &d.logic);
	if (err == ERR_OK)
		err = applicability_compute(wants->data, &d.known, arena,
		    &d.applies, &d.applies_count, ret_fault);
	if (err != ERR_OK)
		return err;
	put_head(&d);
	for (size_t i = 0; i < d.questions.table_count; i++) {
		const struct question_table *t = &d.questions.table[i];

		if (bytes_equal_text(t->name, "provisions"))
			put_provisions(&d, t);
		else if (t->rows)
			put_rows(&d, t);
		else
			put_flat_table(&d, t);
	}
	put_unknown_tables(&d);
	return ERR_OK;
}
