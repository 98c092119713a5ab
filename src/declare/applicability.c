/* SPDX-License-Identifier: ISC */
/* Evaluates the catalogue's column applies_if. */
#include "declare/applicability.h"

#include "base/table_file.h"
#include "declare/applicability_private.h"

static const char *const provision_columns[] = { "provision", "modality",
	"applies_if", NULL };
static const char *const circular_columns[] = { "provision", "key", "unless",
	"measure", "reason", NULL };

/* "14" is the condition C14, "e" the feature Fe. */
static struct bytes
find_key(const struct logic *logic, struct bytes part)
{
	const struct question_table *t =
	    questions_find_table(logic->questions, BYTES("features"));
	uint8_t kind = part.len > 0 && part.ptr[0] >= '0' && part.ptr[0] <= '9'
	    ? 'C'
	    : 'F';

	for (size_t i = 0; t != NULL && i < t->count; i++) {
		struct bytes key = logic->questions->list[t->first + i].field;

		if (key.len == part.len + 1 && key.ptr[0] == kind &&
		    bytes_equal(bytes_from(key, 1), part))
			return key;
	}
	return (struct bytes){ NULL, 0 };
}

/* Whether the key is no only because its question does not arise. */
static bool
is_implied(const struct logic *logic, struct bytes key)
{
	const struct question *q =
	    questions_find(logic->questions, BYTES("features"), key);

	return q != NULL && logic_holds(logic, q->when) == TRUTH_NO;
}

/* A key that is answered decides before one that only follows from others. */
static void
decide_no(const struct logic *logic, struct bytes key, struct applicability *a)
{
	if (a->applies != APPLIES_NO ||
	    (is_implied(logic, a->key) && !is_implied(logic, key)))
		a->key = key;
	a->applies = APPLIES_NO;
}

/* ERR_MALFORMED: a key that nobody asks for. */
static enum err
apply_keys(
    const struct logic *logic, struct bytes list, struct applicability *a)
{
	struct bytes part;

	a->applies = APPLIES_YES;
	while (list.len > 0 && bytes_next_field(&list, ',', &part)) {
		struct bytes key = find_key(logic, part);

		if (key.len == 0)
			return ERR_MALFORMED;
		switch (logic_feature(logic, key)) {
		case TRUTH_NO:
			decide_no(logic, key, a);
			break;
		case TRUTH_UNKNOWN:
			if (a->applies == APPLIES_YES) {
				a->key = key;
				a->applies = APPLIES_UNKNOWN;
			}
			break;
		case TRUTH_YES:
			break;
		}
	}
	return ERR_OK;
}

/* An empty `unless` makes no exception. */
static void
decide_circle(const struct logic *logic, struct bytes unless,
    struct bytes reason, struct applicability *a)
{
	enum truth excused =
	    unless.len > 0 ? logic_holds(logic, unless) : TRUTH_NO;

	switch (excused) {
	case TRUTH_YES:
		break;
	case TRUTH_UNKNOWN:
		a->applies = APPLIES_UNKNOWN;
		break;
	case TRUTH_NO:
		a->circular = reason;
		a->applies = APPLIES_YES;
		break;
	}
}

static enum err
refuse_circle(struct table_file *t, const struct logic *logic,
    struct applicability *list, size_t count)
{
	struct bytes provision = table_field(&t->table, "provision");
	struct bytes unless = table_field(&t->table, "unless");
	struct applicability *a = NULL;

	for (size_t i = 0; i < count; i++)
		if (bytes_equal(list[i].provision, provision))
			a = &list[i];
	if (a == NULL)
		return table_file_fail(t, "provision");
	if (!logic_is_expression(logic->questions, unless))
		return table_file_fail(t, "unless");
	if (a->applies == APPLIES_NO &&
	    bytes_equal(a->key, table_field(&t->table, "key")))
		decide_circle(
		    logic, unless, table_field(&t->table, "reason"), a);
	return ERR_OK;
}

/* The provision's own measure is missing: that is no ground. */
static enum err
refuse_circles(const struct data_set *data, const struct logic *logic,
    struct applicability *list, size_t count, struct fault *ret_fault)
{
	struct table_file t;
	enum err err =
	    table_file_open(data, BYTES("circular.tsv"), circular_columns, &t);

	while (err == ERR_OK && (err = table_file_next(&t)) == ERR_OK)
		err = refuse_circle(&t, logic, list, count);
	if (err == ERR_END)
		return ERR_OK;
	*ret_fault = t.fault;
	return err;
}

static enum err
read_provisions(struct table_file *t, const struct logic *logic,
    struct applicability *list, size_t *ret_count)
{
	size_t count = 0;
	enum err err;

	while ((err = table_file_next(t)) == ERR_OK) {
		struct applicability *a = &list[count++];

		a->provision = table_field(&t->table, "provision");
		a->modality = table_field(&t->table, "modality");
		if (apply_keys(logic, table_field(&t->table, "applies_if"),
			a) != ERR_OK)
			return table_file_fail(t, "applies_if");
	}
	if (err != ERR_END)
		return err;
	*ret_count = count;
	return ERR_OK;
}

enum err
applicability_of_logic(const struct data_set *data, const struct logic *logic,
    struct arena *arena, struct applicability **ret, size_t *ret_count,
    struct fault *ret_fault)
{
	struct applicability *list;
	struct table_file t;
	size_t count = 0;
	enum err err = table_file_open(
	    data, BYTES("catalogues/en303645.tsv"), provision_columns, &t);

	if (err != ERR_OK) {
		*ret_fault = t.fault;
		return err;
	}
	list = arena_take_array(arena, t.row_count, sizeof(*list));
	if (list == NULL)
		return ERR_MEMORY;
	err = read_provisions(&t, logic, list, &count);
	if (err != ERR_OK) {
		*ret_fault = t.fault;
		return err;
	}
	err = refuse_circles(data, logic, list, count, ret_fault);
	if (err != ERR_OK)
		return err;
	*ret = list;
	*ret_count = count;
	return ERR_OK;
}

enum err
applicability_compute(const struct data_set *data,
    const struct declaration *declaration, struct arena *arena,
    struct applicability **ret, size_t *ret_count, struct fault *ret_fault)
{
	struct questions questions;
	struct logic logic;
	enum err err = questions_read(data, arena, &questions, ret_fault);

	if (err == ERR_OK)
		err = logic_open(&questions, declaration, arena, &logic);
	if (err == ERR_OK)
		err = applicability_of_logic(
		    data, &logic, arena, ret, ret_count, ret_fault);
	return err;
}

const struct applicability *
applicability_find(
    const struct applicability *list, size_t count, struct bytes provision)
{
	for (size_t i = 0; i < count; i++)
		if (bytes_equal(list[i].provision, provision))
			return &list[i];
	return NULL;
}

const char *
applies_text(enum applies applies)
{
	switch (applies) {
	case APPLIES_UNKNOWN:
		return "unknown";
	case APPLIES_YES:
		return "yes";
	case APPLIES_NO:
		return "no";
	}
	return "unknown";
}
