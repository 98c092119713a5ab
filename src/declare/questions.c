/* SPDX-License-Identifier: ISC */
/* Reads data/declaration.tsv. */
#include "declare/questions.h"

#include "base/table_file.h"
#include "declare/logic.h"

static const char *const columns[] = { "table", "field", "kind", "when",
	"serves", "need", "order", "question", "hint", NULL };

/* Tables of the whole format: two of our own, the ICS and 29 of the IXIT. */
#define QUESTIONS_TABLES 64

static const struct {
	const char *text;
	enum question_kind kind;
	bool takes_choices; /* behind a ':' */
} kinds[] = {
	{ "text", QUESTION_TEXT, false },
	{ "yes-no", QUESTION_YES_NO, false },
	{ "date", QUESTION_DATE, false },
	{ "url", QUESTION_URL, false },
	{ "e-mail", QUESTION_EMAIL, false },
	{ "number", QUESTION_NUMBER, false },
	{ "choice", QUESTION_CHOICE, true },
	{ "id", QUESTION_ID, false },
	{ "ref", QUESTION_REF, true },
};

/* "text", "choice:a|b", "list:ref:Table" */
static bool
read_kind(struct bytes text, struct question *q)
{
	struct bytes word;

	if (bytes_starts(text, BYTES("list:"))) {
		q->list = true;
		text = bytes_from(text, 5);
	}
	if (!bytes_next_field(&text, ':', &word))
		return false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!bytes_equal_text(word, kinds[i].text))
			continue;
		q->kind = kinds[i].kind;
		q->choices = text;
		return kinds[i].takes_choices == (text.len > 0);
	}
	return false;
}

static enum err
read_question(struct table_file *t, struct question *ret)
{
	const struct table *row = &t->table;
	struct bytes need = table_field(row, "need");
	struct question q = {
		.table = table_field(row, "table"),
		.field = table_field(row, "field"),
		.when = table_field(row, "when"),
		.serves = table_field(row, "serves"),
		.question = table_field(row, "question"),
		.hint = table_field(row, "hint"),
		.required = bytes_equal_text(need, "required"),
	};

	if (q.table.len == 0 || q.field.len == 0)
		return table_file_fail(t, "table or field");
	if (!read_kind(table_field(row, "kind"), &q))
		return table_file_fail(t, "kind");
	if (!q.required && !bytes_equal_text(need, "optional"))
		return table_file_fail(t, "need");
	if (!bytes_to_u64(table_field(row, "order"), &q.order))
		return table_file_fail(t, "order");
	*ret = q;
	return ERR_OK;
}

/* Puts the newest question into its table. */
static const char *
add_to_table(struct questions *qs)
{
	const struct question *q = &qs->list[qs->count];
	struct question_table *last =
	    qs->table_count > 0 ? &qs->table[qs->table_count - 1] : NULL;

	if (last != NULL && bytes_equal(last->name, q->table)) {
		if (questions_find(qs, q->table, q->field) != NULL)
			return "field twice";
		if (q->order <= qs->list[qs->count - 1].order)
			return "order";
		last->count++;
		return NULL;
	}
	if (questions_find_table(qs, q->table) != NULL)
		return "table in two places";
	if (qs->table_count == QUESTIONS_TABLES)
		return "too many tables";
	qs->table[qs->table_count++] = (struct question_table){
		.name = q->table,
		.rows = q->kind == QUESTION_ID ||
		    bytes_equal_text(q->table, "provisions"),
		.first = qs->count,
		.count = 1,
	};
	return NULL;
}

/* A feature's condition may name only features before it, so that none hangs
   on itself. */
static bool
is_settled(const struct questions *qs, const struct question *q)
{
	struct questions before = *qs;

	if (bytes_equal_text(q->table, "features"))
		for (size_t i = 0; i < before.table_count; i++)
			if (bytes_equal(qs->table[i].name, q->table)) {
				struct question_table features = qs->table[i];

				features.count =
				    (size_t)(q - qs->list) - features.first;
				before.table = &features;
				before.table_count = 1;
				return logic_is_expression(&before, q->when);
			}
	return logic_is_expression(qs, q->when);
}

static bool
is_list_of_tables(const struct questions *qs, struct bytes list)
{
	struct bytes name;

	while (list.len > 0 && bytes_next_field(&list, '|', &name)) {
		const struct question_table *t = questions_find_table(qs, name);

		if (t == NULL || !t->rows)
			return false;
	}
	return true;
}

/* What can be told only when all is read: `t` stands at the start again. */
static enum err
check_names(const struct questions *qs, struct table_file *t)
{
	for (size_t i = 0; i < qs->count; i++) {
		const struct question *q = &qs->list[i];
		enum err err = table_file_next(t);

		if (err != ERR_OK)
			return err;
		if (!is_settled(qs, q))
			return table_file_fail(t, "when");
		if (q->kind == QUESTION_REF &&
		    !is_list_of_tables(qs, q->choices))
			return table_file_fail(t, "kind");
	}
	return ERR_OK;
}

static enum err
read_all(struct table_file *t, struct arena *arena, struct questions *qs)
{
	struct table again = t->table;
	enum err err;

	qs->list = arena_take_array(arena, t->row_count, sizeof(*qs->list));
	qs->table =
	    arena_take_array(arena, QUESTIONS_TABLES, sizeof(*qs->table));
	if (qs->list == NULL || qs->table == NULL)
		return ERR_MEMORY;
	while ((err = table_file_next(t)) == ERR_OK) {
		err = read_question(t, &qs->list[qs->count]);
		if (err != ERR_OK)
			return err;
		const char *wrong = add_to_table(qs);

		if (wrong != NULL)
			return table_file_fail(t, wrong);
		qs->count++;
	}
	if (err != ERR_END)
		return err;
	t->table = again;
	return check_names(qs, t);
}

enum err
questions_read(const struct data_set *data, struct arena *arena,
    struct questions *ret, struct fault *ret_fault)
{
	struct questions qs = { 0 };
	struct table_file t;
	enum err err =
	    table_file_open(data, BYTES("declaration.tsv"), columns, &t);

	if (err == ERR_OK)
		err = read_all(&t, arena, &qs);
	if (err != ERR_OK) {
		*ret_fault = t.fault;
		return err;
	}
	*ret = qs;
	return ERR_OK;
}

const struct question_table *
questions_find_table(const struct questions *questions, struct bytes name)
{
	for (size_t i = 0; i < questions->table_count; i++)
		if (bytes_equal(questions->table[i].name, name))
			return &questions->table[i];
	return NULL;
}

const struct question *
questions_find(
    const struct questions *questions, struct bytes table, struct bytes field)
{
	const struct question_table *t = questions_find_table(questions, table);

	for (size_t i = 0; t != NULL && i < t->count; i++)
		if (bytes_equal(questions->list[t->first + i].field, field))
			return &questions->list[t->first + i];
	return NULL;
}
