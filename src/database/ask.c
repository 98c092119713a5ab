/* SPDX-License-Identifier: ISC */
/* Answers questions for rows, each by an index and never by counting rows. */
#include "base/number.h"
#include "database/database_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Longer than every text that is looked for, and behind them all. */
#define BEHIND_ALL_LEN ((size_t)REGISTRY_VALUE_MAX + 1)

/* One question; rows are collected until there are `wanted`. */
struct asking {
	struct database *db;
	const struct registry_question *q;
	struct arena *arena;
	size_t wanted; /* one more than the limit: so `more` is known */
	size_t count;
	struct registry_label *labels;
	struct registry_product *products;
	struct registry_statement *statements;
	struct registry_body *bodies;
	struct registry_recognition *recognitions;
};

/* What reads the row that stands ready into the place of that number. */
static enum err
read_row(struct asking *a, size_t i)
{
	switch (a->q->ask) {
	case REGISTRY_ASK_LABELS:
		return row_label(a->db, a->arena, &a->labels[i]);
	case REGISTRY_ASK_PRODUCTS:
		return row_product(a->db, a->arena, &a->products[i]);
	case REGISTRY_ASK_STATEMENTS:
		return row_statement(a->db, a->arena, &a->statements[i]);
	case REGISTRY_ASK_BODIES:
		return row_body(a->db, a->arena, &a->bodies[i]);
	case REGISTRY_ASK_RECOGNITIONS:
		return row_recognition(a->db, a->arena, &a->recognitions[i]);
	case REGISTRY_ASK_HEAD:
	case REGISTRY_ASK_ENTRY:
	case REGISTRY_ASK_RECEIPT:
	case REGISTRY_ASK_PROOF:
	case REGISTRY_ASK_FILE:
		break;
	}
	return ERR_MALFORMED;
}

/* Room for so many rows. */
static enum err
make_room(struct asking *a, size_t rows)
{
	static const size_t sizes[] = {
		[REGISTRY_ASK_LABELS] = sizeof(struct registry_label),
		[REGISTRY_ASK_PRODUCTS] = sizeof(struct registry_product),
		[REGISTRY_ASK_STATEMENTS] = sizeof(struct registry_statement),
		[REGISTRY_ASK_BODIES] = sizeof(struct registry_body),
		[REGISTRY_ASK_RECOGNITIONS] =
		    sizeof(struct registry_recognition),
	};
	void *room = arena_take_array(a->arena, rows, sizes[a->q->ask]);

	a->labels = room;
	a->products = room;
	a->statements = room;
	a->bodies = room;
	a->recognitions = room;
	return room != NULL
	    ? ERR_OK
	    : database_fail(a->db, ERR_LIMIT, "the arena is full");
}

/* Adds the rows of one statement. */
static enum err
collect(
    struct asking *a, enum sql sql, const struct value *value, unsigned count)
{
	const struct engine *e = a->db->engine;
	enum err err = e->start(a->db->link, sql, value, count);

	while (err == ERR_OK) {
		err = e->next(a->db->link);
		if (err == ERR_OK)
			err = read_row(a, a->count);
		if (err == ERR_OK)
			a->count++;
	}
	if (err == ERR_END)
		return ERR_OK;
	if (err == ERR_LIMIT)
		return database_fail(a->db, err, "the arena is full");
	return err;
}

/* ---- rows in their order ---- */

/* The statement for the order that is asked for. */
static enum sql
turned(const struct asking *a, enum sql rising)
{
	return a->q->newest_first ? (enum sql)(rising + 1) : rising;
}

static struct value
value_after(const struct asking *a)
{
	if (a->q->has_after)
		return value_number(a->q->after);
	return a->q->newest_first ? value_number(INT64_MAX) : value_time(-1);
}

static struct value
value_wanted(const struct asking *a)
{
	return value_number(a->wanted - a->count);
}

static enum err
collect_all(struct asking *a, enum sql sql)
{
	const struct value values[] = { value_after(a), value_wanted(a) };

	return collect(a, turned(a, sql), values, 2);
}

/* Those of a product, release or body. */
static enum err
collect_of(struct asking *a, enum sql sql)
{
	const struct value values[] = { value_bytes(a->q->value),
		value_after(a), value_wanted(a) };

	return collect(a, turned(a, sql), values, 3);
}

/* The one that a number or an id names. */
static enum err
collect_one(struct asking *a, enum sql sql, struct value key)
{
	enum err err = collect(a, sql, &key, 1);

	/* `after` holds for it, too. */
	if (err == ERR_OK && a->q->has_after && a->count > 0) {
		uint64_t index = a->q->ask == REGISTRY_ASK_LABELS
		    ? a->labels[0].index
		    : a->q->ask == REGISTRY_ASK_PRODUCTS
		    ? a->products[0].first_label
		    : a->q->ask == REGISTRY_ASK_BODIES ? a->bodies[0].index
						       : a->q->after;
		bool behind = a->q->newest_first ? index < a->q->after
						 : index > a->q->after;

		a->count = behind ? 1 : 0;
	}
	return err;
}

/* ---- beginnings ---- */

/* The first bytes that do not begin so any more. */
static struct bytes
end_of(struct bytes prefix, uint8_t *room)
{
	size_t len = prefix.len;

	memcpy(room, prefix.ptr, len);
	while (len > 0 && room[len - 1] == 0xff)
		len--;
	if (len == 0) {
		memset(room, 0xff, BEHIND_ALL_LEN);
		return (struct bytes){ room, BEHIND_ALL_LEN };
	}
	room[len - 1]++;
	return (struct bytes){ room, len };
}

/*
 * Block by block of the ledger in the order that is asked for: in a block the
 * index finds all whose text begins so, and they are put in order. So the work
 * for a rare text is a look at each block, for a frequent one the rows of one.
 */
static enum err
collect_beginning(struct asking *a, enum sql sql, uint64_t size)
{
	uint8_t low[REGISTRY_VALUE_MAX];
	uint8_t high[BEHIND_ALL_LEN];
	struct bytes prefix = database_fold(a->q->value, low);
	struct bytes end = end_of(prefix, high);
	uint64_t last = size == 0 ? 0 : (size - 1) >> BLOCK_BITS;
	uint64_t from = a->q->newest_first ? last : 0;
	uint64_t after = a->q->after >> BLOCK_BITS;
	enum err err = ERR_OK;

	if (a->q->has_after && after <= last)
		from = after;
	else if (a->q->has_after && !a->q->newest_first)
		return ERR_OK;
	for (uint64_t block = from; err == ERR_OK && a->count < a->wanted;) {
		const struct value values[] = { value_number(block),
			value_bytes(prefix), value_bytes(end), value_after(a),
			value_wanted(a) };

		err = collect(a, turned(a, sql), values, 5);
		if (block == (a->q->newest_first ? 0 : last))
			break;
		block = a->q->newest_first ? block - 1 : block + 1;
	}
	return err;
}

/* Digests are spread evenly, so their index alone will do. */
static enum err
collect_digest(struct asking *a)
{
	uint8_t high[SHA256_LEN];
	size_t len = a->q->value.len;

	memcpy(high, a->q->value.ptr, len);
	memset(high + len, 0xff, sizeof(high) - len);
	const struct value values[] = { value_bytes(a->q->value),
		value_bytes((struct bytes){ high, sizeof(high) }),
		value_after(a), value_wanted(a) };

	return collect(a, turned(a, SQL_LABELS_DIGEST), values, 4);
}

/* ---- by what is asked for ---- */

/* Newest change first; among those of one statement the newest label. `number`
   is the last label that was given, and 0 takes none of that statement. */
static enum err
collect_changes(struct asking *a)
{
	const struct value same[] = { value_number(a->q->after),
		value_number(a->q->number), value_wanted(a) };
	enum err err = ERR_OK;

	if (a->q->has_after && a->q->number > 0)
		err = collect(a, SQL_LABELS_CHANGED_BY, same, 3);
	const struct value older[] = {
		value_number(a->q->has_after ? a->q->after : INT64_MAX),
		value_wanted(a),
	};

	if (err == ERR_OK && a->count < a->wanted)
		err = collect(a, SQL_LABELS_CHANGE, older, 2);
	return err;
}

static enum err
ask_labels(struct asking *a, uint64_t size)
{
	switch (a->q->by) {
	case REGISTRY_BY_ALL:
		return collect_all(a, SQL_LABELS_ALL);
	case REGISTRY_BY_INDEX:
		return collect_one(a, SQL_LABEL, value_number(a->q->number));
	case REGISTRY_BY_PRODUCT:
		return collect_of(a, SQL_LABELS_PRODUCT);
	case REGISTRY_BY_RELEASE:
		return collect_of(a, SQL_LABELS_RELEASE);
	case REGISTRY_BY_BODY:
		return collect_of(a, SQL_LABELS_BODY);
	case REGISTRY_BY_MAKER:
		return collect_beginning(a, SQL_LABELS_MAKER, size);
	case REGISTRY_BY_MODEL:
		return collect_beginning(a, SQL_LABELS_MODEL, size);
	case REGISTRY_BY_WORDS:
		return collect_beginning(a, SQL_LABELS_WORDS, size);
	case REGISTRY_BY_DIGEST:
		return collect_digest(a);
	case REGISTRY_BY_CHANGE:
		return collect_changes(a);
	case REGISTRY_BY_LABEL:
		break;
	}
	return ERR_MALFORMED;
}

static enum err
ask_products(struct asking *a, uint64_t size)
{
	switch (a->q->by) {
	case REGISTRY_BY_ALL:
		return collect_all(a, SQL_PRODUCTS_ALL);
	case REGISTRY_BY_PRODUCT:
		return collect_one(a, SQL_PRODUCT, value_bytes(a->q->value));
	case REGISTRY_BY_MAKER:
		return collect_beginning(a, SQL_PRODUCTS_MAKER, size);
	case REGISTRY_BY_MODEL:
		return collect_beginning(a, SQL_PRODUCTS_MODEL, size);
	case REGISTRY_BY_WORDS:
		return collect_beginning(a, SQL_PRODUCTS_WORDS, size);
	case REGISTRY_BY_INDEX:
	case REGISTRY_BY_RELEASE:
	case REGISTRY_BY_BODY:
	case REGISTRY_BY_DIGEST:
	case REGISTRY_BY_CHANGE:
	case REGISTRY_BY_LABEL:
		break;
	}
	return ERR_MALFORMED;
}

static enum err
ask_bodies(struct asking *a)
{
	switch (a->q->by) {
	case REGISTRY_BY_ALL:
		return collect_all(a, SQL_BODIES_ALL);
	case REGISTRY_BY_INDEX:
		return collect_one(
		    a, SQL_BODY_INDEX, value_number(a->q->number));
	case REGISTRY_BY_BODY:
		return collect_one(a, SQL_BODY_KID, value_bytes(a->q->value));
	case REGISTRY_BY_PRODUCT:
	case REGISTRY_BY_RELEASE:
	case REGISTRY_BY_MAKER:
	case REGISTRY_BY_MODEL:
	case REGISTRY_BY_WORDS:
	case REGISTRY_BY_DIGEST:
	case REGISTRY_BY_CHANGE:
	case REGISTRY_BY_LABEL:
		break;
	}
	return ERR_MALFORMED;
}

/* ---- statements: out of two tables, kind by kind ---- */

static bool
wants_kind(const struct asking *a, enum statement_kind kind)
{
	return a->q->kinds == 0 || (a->q->kinds & 1U << kind) != 0;
}

/* Each stream gives as many as are wanted in all; sort_statements() then
   takes the first of them. */
static struct value
value_each(const struct asking *a)
{
	return value_number(a->wanted);
}

static enum err
collect_said_labels(struct asking *a, enum sql sql)
{
	const struct value values[] = { value_bytes(a->q->value),
		value_after(a), value_each(a) };

	return collect(a, turned(a, sql), values, 3);
}

/* Those with that key, for each kind that is wanted: of one kind the index
   gives them in order. */
static enum err
collect_kinds(struct asking *a, enum sql sql, struct value key)
{
	enum err err = ERR_OK;

	for (int i = 0; err == ERR_OK && i < STATEMENT_KINDS; i++) {
		const struct value values[] = { key, value_number((uint64_t)i),
			value_after(a), value_each(a) };

		if (i != STATEMENT_LABEL &&
		    wants_kind(a, (enum statement_kind)i))
			err = collect(a, turned(a, sql), values, 4);
	}
	return err;
}

static enum err
collect_said_all(struct asking *a)
{
	const struct value values[] = { value_after(a), value_each(a) };
	enum err err = ERR_OK;

	if (wants_kind(a, STATEMENT_LABEL))
		err = collect(a, turned(a, SQL_SAID_LABELS_ALL), values, 2);
	if (err == ERR_OK && a->q->kinds == 0)
		return collect(a, turned(a, SQL_STATEMENTS_ALL), values, 2);
	for (int i = 0; err == ERR_OK && i < STATEMENT_KINDS; i++) {
		const struct value kind[] = { value_number((uint64_t)i),
			values[0], values[1] };

		if (i != STATEMENT_LABEL &&
		    wants_kind(a, (enum statement_kind)i))
			err =
			    collect(a, turned(a, SQL_STATEMENTS_KIND), kind, 3);
	}
	return err;
}

static enum err
collect_said_of(struct asking *a, enum sql labels, enum sql others)
{
	enum err err = ERR_OK;

	if (wants_kind(a, STATEMENT_LABEL))
		err = collect_said_labels(a, labels);
	return err == ERR_OK
	    ? collect_kinds(a, others, value_bytes(a->q->value))
	    : err;
}

/* The label's own statement, and all that were made on it. */
static enum err
collect_said_on(struct asking *a)
{
	const struct value label = value_number(a->q->number);
	enum err err = ERR_OK;

	if (wants_kind(a, STATEMENT_LABEL))
		err = collect(a, SQL_SAID_LABEL, &label, 1);
	return err == ERR_OK ? collect_kinds(a, SQL_STATEMENTS_LABEL,
				   value_number(a->q->number + 1))
			     : err;
}

static enum err
collect_said_one(struct asking *a)
{
	const struct value index = value_number(a->q->number);
	enum err err = collect(a, SQL_SAID_LABEL, &index, 1);

	if (err == ERR_OK && a->count == 0)
		err = collect(a, SQL_STATEMENT, &index, 1);
	return err;
}

static int
compare_rising(const void *a, const void *b)
{
	const struct registry_statement *x = a;
	const struct registry_statement *y = b;

	return (x->index > y->index) - (x->index < y->index);
}

static int
compare_falling(const void *a, const void *b)
{
	return compare_rising(b, a);
}

/* In their order, without those that were found by number alone and are not
   wanted. */
static void
sort_statements(struct asking *a)
{
	const struct registry_question *q = a->q;
	size_t kept = 0;

	for (size_t i = 0; i < a->count; i++) {
		const struct registry_statement *s = &a->statements[i];
		bool behind = !q->has_after ||
		    (q->newest_first ? s->index < q->after
				     : s->index > q->after);

		if (behind &&
		    (q->kinds == 0 ||
			(s->is_admitted && wants_kind(a, s->kind))))
			a->statements[kept++] = *s;
	}
	qsort(a->statements, kept, sizeof(*a->statements),
	    q->newest_first ? compare_falling : compare_rising);
	a->count = size_min(kept, a->wanted);
}

static enum err
ask_statements(struct asking *a)
{
	enum err err = ERR_MALFORMED;

	switch (a->q->by) {
	case REGISTRY_BY_ALL:
		err = collect_said_all(a);
		break;
	case REGISTRY_BY_INDEX:
		err = collect_said_one(a);
		break;
	case REGISTRY_BY_PRODUCT:
		err = collect_said_of(
		    a, SQL_SAID_LABELS_PRODUCT, SQL_STATEMENTS_PRODUCT);
		break;
	case REGISTRY_BY_RELEASE:
		err = collect_said_of(
		    a, SQL_SAID_LABELS_RELEASE, SQL_STATEMENTS_RELEASE);
		break;
	case REGISTRY_BY_BODY:
		err = collect_said_of(
		    a, SQL_SAID_LABELS_BODY, SQL_STATEMENTS_BODY);
		break;
	case REGISTRY_BY_LABEL:
		err = collect_said_on(a);
		break;
	case REGISTRY_BY_MAKER:
	case REGISTRY_BY_MODEL:
	case REGISTRY_BY_WORDS:
	case REGISTRY_BY_DIGEST:
	case REGISTRY_BY_CHANGE:
		break;
	}
	if (err == ERR_OK)
		sort_statements(a);
	return err;
}

static enum err
ask(struct asking *a, uint64_t size)
{
	switch (a->q->ask) {
	case REGISTRY_ASK_LABELS:
		return ask_labels(a, size);
	case REGISTRY_ASK_PRODUCTS:
		return ask_products(a, size);
	case REGISTRY_ASK_STATEMENTS:
		return ask_statements(a);
	case REGISTRY_ASK_BODIES:
		return ask_bodies(a);
	case REGISTRY_ASK_RECOGNITIONS:
		return collect_all(a, SQL_RECOGNITIONS_ALL);
	case REGISTRY_ASK_HEAD:
	case REGISTRY_ASK_ENTRY:
	case REGISTRY_ASK_RECEIPT:
	case REGISTRY_ASK_PROOF:
	case REGISTRY_ASK_FILE:
		break;
	}
	return ERR_MALFORMED;
}

static void
give(const struct asking *a, struct registry_reply *ret)
{
	switch (a->q->ask) {
	case REGISTRY_ASK_LABELS:
		ret->labels = a->labels;
		break;
	case REGISTRY_ASK_PRODUCTS:
		ret->products = a->products;
		break;
	case REGISTRY_ASK_STATEMENTS:
		ret->statements = a->statements;
		break;
	case REGISTRY_ASK_BODIES:
		ret->bodies = a->bodies;
		break;
	case REGISTRY_ASK_RECOGNITIONS:
		ret->recognitions = a->recognitions;
		break;
	case REGISTRY_ASK_HEAD:
	case REGISTRY_ASK_ENTRY:
	case REGISTRY_ASK_RECEIPT:
	case REGISTRY_ASK_PROOF:
	case REGISTRY_ASK_FILE:
		break;
	}
}

enum err
ask_rows(struct database *database, const struct registry_question *question,
    struct arena *arena, struct registry_reply *ret)
{
	struct asking a = {
		.db = database,
		.q = question,
		.arena = arena,
		.wanted = (size_t)question->limit + 1,
	};
	/* Statements come in up to a stream for each kind. */
	size_t streams =
	    question->ask == REGISTRY_ASK_STATEMENTS ? STATEMENT_KINDS + 1 : 1;
	enum err err = make_room(&a, a.wanted * streams);

	if (err == ERR_OK)
		err = ask(&a, ret->head.size);
	if (err != ERR_OK)
		return err;
	give(&a, ret);
	ret->more = a.count > question->limit;
	ret->count = ret->more ? question->limit : a.count;
	return ERR_OK;
}
