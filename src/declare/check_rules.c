/* SPDX-License-Identifier: ISC */
/* Checks of one answer against others: provisions, references, features. */
#include "base/table_file.h"
#include "declare/check_private.h"

static const char *const contradiction_columns[] = { "both", "at", "reason",
	NULL };

/* ---- provisions ---- */

static bool
is_recommendation(const struct applicability *a)
{
	return a->modality.len > 0 && a->modality.ptr[0] == 'R';
}

/* Not-applicable was claimed; the features decide. */
static void
check_not_applicable(struct checking *c, const struct applicability *a,
    const struct declared *support)
{
	if (a->circular.len > 0)
		checking_say(c, PROBLEM_CIRCULAR, support,
		    "%.*s no is no ground for not-applicable. %.*s "
		    "Answer no and say why.",
		    checking_len(a->key), (const char *)a->key.ptr,
		    (int)a->circular.len, (const char *)a->circular.ptr);
	else if (a->applies == APPLIES_YES)
		checking_say(c, PROBLEM_NO_GROUND, support,
		    "applies by the features answered: not meeting it is no, "
		    "not not-applicable");
	else if (a->applies == APPLIES_UNKNOWN)
		checking_say(c, PROBLEM_NO_GROUND, support,
		    "whether it applies hangs on %.*s, which has no answer",
		    checking_len(a->key), (const char *)a->key.ptr);
}

static void
check_support(struct checking *c, const struct applicability *a,
    const struct declared *support, const struct declared *detail)
{
	bool has_reason = detail != NULL && logic_is_answer(detail->value);

	if (bytes_equal_text(support->value, "not-applicable")) {
		check_not_applicable(c, a, support);
		return; /* else the feature's answer is the reason */
	}
	if (bytes_equal_text(support->value, "no") && !has_reason)
		checking_say(c, PROBLEM_NO_REASON, support, "%s",
		    is_recommendation(a)
			? "a recommendation that is not met needs a reason "
			  "(detail): 5.0-1"
			: "say what is missing (detail)");
	if (bytes_equal_text(support->value, "yes") && a->applies == APPLIES_NO)
		checking_say(c, PROBLEM_CONTRADICTION, support,
		    "does not apply, because %.*s is no", checking_len(a->key),
		    (const char *)a->key.ptr);
}

static void
check_unknown_provisions(struct checking *c)
{
	for (size_t i = 0; i < c->logic.row_count; i++) {
		const struct logic_row *row = &c->logic.row[i];

		if (bytes_equal_text(row->table, "provisions") &&
		    row->row.len > 0 &&
		    applicability_find(
			c->applies, c->applies_count, row->row) == NULL)
			checking_say(c, PROBLEM_UNKNOWN, row->first,
			    "EN 303 645 has no provision \"%.*s\"",
			    checking_len(row->row), (const char *)row->row.ptr);
	}
}

void
check_provisions(struct checking *c)
{
	const struct question *q = questions_find(
	    &c->questions, BYTES("provisions"), BYTES("support"));

	check_unknown_provisions(c);
	for (size_t i = 0; i < c->applies_count; i++) {
		const struct applicability *a = &c->applies[i];
		const struct logic_row *row = logic_find_row(
		    &c->logic, BYTES("provisions"), a->provision);
		const struct declared *support =
		    logic_find_in(row, BYTES("support"));

		if (support != NULL)
			check_support(
			    c, a, support, logic_find_in(row, BYTES("detail")));
		else if (a->applies == APPLIES_YES && q != NULL)
			checking_miss(c, q, a->provision,
			    "not answered: is provision %.*s met?",
			    checking_len(a->provision),
			    (const char *)a->provision.ptr);
	}
}

/* ---- references ---- */

static bool
refers_to_row(const struct checking *c, struct bytes tables, struct bytes id)
{
	struct bytes table;

	while (tables.len > 0 && bytes_next_field(&tables, '|', &table))
		if (logic_find_row(&c->logic, table, id) != NULL)
			return true;
	return false;
}

void
check_references(struct checking *c)
{
	const struct declaration *d = c->logic.declaration;

	for (size_t i = 0; i < d->count; i++) {
		const struct declared *a = &d->list[i];
		const struct question *q =
		    questions_find(&c->questions, a->table, a->field);

		if (q == NULL || q->kind != QUESTION_REF ||
		    !logic_is_answer(a->value) ||
		    bytes_equal_text(a->value, "none") ||
		    refers_to_row(c, q->choices, a->value))
			continue;
		checking_say(c, PROBLEM_REFERENCE, a,
		    "there is no row \"%.*s\" in table %.*s",
		    checking_len(a->value), (const char *)a->value.ptr,
		    checking_len(q->choices), (const char *)q->choices.ptr);
	}
}

/* ---- contradictions ---- */

/* "features.Fq", "provisions/5.1-1.support": the answer, or NULL. */
static const struct declared *
find_place(const struct checking *c, struct bytes at)
{
	size_t slash = bytes_find_byte(at, '/', 0);
	struct bytes table = bytes_slice(at, 0, slash);
	struct bytes row = { NULL, 0 };
	struct bytes rest;

	if (slash != SIZE_MAX) {
		rest = bytes_from(at, slash + 1);
	} else {
		slash = bytes_find_byte(at, '.', 0);
		table = bytes_slice(at, 0, slash);
		return logic_find(&c->logic, table, row,
		    bytes_from(at, slash == SIZE_MAX ? at.len : slash + 1));
	}
	for (size_t i = rest.len; i-- > 0;)
		if (rest.ptr[i] == '.') {
			row = bytes_slice(rest, 0, i);
			rest = bytes_from(rest, i + 1);
			break;
		}
	return logic_find(&c->logic, table, row, rest);
}

enum err
check_contradictions(struct checking *c, struct fault *ret_fault)
{
	struct table_file t;
	enum err err = table_file_open(
	    c->data, BYTES("contradictions.tsv"), contradiction_columns, &t);

	while (err == ERR_OK && (err = table_file_next(&t)) == ERR_OK) {
		struct bytes both = table_field(&t.table, "both");
		struct bytes reason = table_field(&t.table, "reason");

		if (!logic_is_expression(&c->questions, both)) {
			err = table_file_fail(&t, "both");
			break;
		}
		if (logic_holds(&c->logic, both) != TRUTH_YES)
			continue;
		/* without an answer it follows from one that is told already */
		const struct declared *at =
		    find_place(c, table_field(&t.table, "at"));

		if (at != NULL)
			checking_say(c, PROBLEM_CONTRADICTION, at, "%.*s",
			    (int)reason.len, (const char *)reason.ptr);
	}
	if (err == ERR_END)
		return ERR_OK;
	*ret_fault = t.fault;
	return err;
}
