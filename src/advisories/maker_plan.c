/* SPDX-License-Identifier: ISC */
/* Decides what of all that was taken goes into the book, and in which order. */
#include "advisories/maker_private.h"
#include "base/limits.h"

#include <stdlib.h>

static struct maker_id *
ids_of(struct book_maker *m)
{
	return m->ids.ptr;
}

static const struct maker_record *
record_at(const struct book_maker *m, uint32_t i)
{
	return (const struct maker_record *)m->records.ptr + i;
}

/* The newest word counts; of the same age, the withdrawal. */
static bool
is_withdrawn(const struct book_maker *m, const struct maker_id *id)
{
	int64_t withdrawn = INT64_MIN;
	int64_t alive = INT64_MIN;
	bool any = false;

	for (uint32_t r = id->record; r != MAKER_NONE;
	     r = record_at(m, r)->older) {
		const struct maker_record *record = record_at(m, r);
		int64_t *newest = record->is_withdrawn ? &withdrawn : &alive;

		any |= record->is_withdrawn;
		if (record->modified > *newest)
			*newest = record->modified;
	}
	return any && withdrawn >= alive;
}

static bool
counts(const struct book_maker *m, const struct maker_record *record)
{
	const struct maker_id *id =
	    (const struct maker_id *)m->ids.ptr + record->id;

	return !record->is_dropped && !record->is_withdrawn &&
	    !id->is_withdrawn;
}

/* The CVE ids among the aliases, each once; LIMIT_BOOK_LIST at most. */
static size_t
cve_aliases(
    struct book_maker *m, const struct maker_record *record, uint32_t *ret)
{
	const uint32_t *list = m->lists.ptr;
	size_t count = 0;

	for (uint32_t i = 0; i < record->alias_count; i++) {
		uint32_t alias = list[record->alias_first + i];
		size_t same = 0;

		while (same < count && ret[same] != alias)
			same++;
		if (ids_of(m)[alias].is_cve && same == count)
			ret[count++] = alias;
	}
	return count;
}

/* "GHSA-…" counts as the one CVE that its records name. */
static uint32_t
find_target(struct book_maker *m, uint32_t number)
{
	const struct maker_id *id = &ids_of(m)[number];
	uint32_t cve[LIMIT_BOOK_LIST];
	uint32_t target = number;

	if (id->is_cve)
		return number;
	for (uint32_t r = id->record; r != MAKER_NONE;
	     r = record_at(m, r)->older) {
		size_t count = counts(m, record_at(m, r))
		    ? cve_aliases(m, record_at(m, r), cve)
		    : 0;

		if (count > 1 ||
		    (count == 1 && target != number && target != cve[0]))
			return number;
		if (count == 1)
			target = cve[0];
	}
	return target;
}

/* An alias of which nobody has a record counts as what it is an alias of. */
static void
lead_aliases(struct book_maker *m, const struct maker_record *record)
{
	const uint32_t *list = m->lists.ptr;

	for (uint32_t i = 0; i < record->alias_count; i++) {
		uint32_t number = list[record->alias_first + i];
		struct maker_id *alias = &ids_of(m)[number];

		if (alias->record == MAKER_NONE && !alias->is_cve &&
		    alias->target == number)
			alias->target = ids_of(m)[record->id].target;
	}
}

/* Under one name: who exploits it, the score, the records. */
static void
merge_ids(struct book_maker *m)
{
	struct maker_record *records = m->records.ptr;

	for (uint32_t i = 0; i < m->ids.count; i++) {
		const struct maker_id *id = &ids_of(m)[i];
		struct maker_id *to = &ids_of(m)[id->target];

		if (id->target == i || id->is_withdrawn)
			continue;
		to->exploited_by |= id->exploited_by;
		to->ransomware |= id->ransomware;
		if (id->since_days > 0 &&
		    (to->since_days == 0 || id->since_days < to->since_days))
			to->since_days = id->since_days;
		if (!to->scored)
			to->epss = id->epss;
	}
	for (uint32_t i = 0; i < m->records.count; i++) {
		if (!counts(m, &records[i]))
			continue;
		struct maker_id *to =
		    &ids_of(m)[ids_of(m)[records[i].id].target];

		records[i].merged = to->merged;
		to->merged = i;
	}
}

static void
resolve(struct book_maker *m)
{
	for (uint32_t i = 0; i < m->ids.count; i++) {
		struct maker_id *id = &ids_of(m)[i];

		id->is_withdrawn = is_withdrawn(m, id);
		id->is_wanted = false;
		id->merged = MAKER_NONE;
		id->target = i;
	}
	for (uint32_t i = 0; i < m->ids.count; i++)
		ids_of(m)[i].target = find_target(m, i);
	for (uint32_t i = 0; i < m->records.count; i++)
		if (counts(m, record_at(m, i)))
			lead_aliases(m, record_at(m, i));
	merge_ids(m);
}

/* --- claims under vulnerabilities --- */

static enum err
add_item(struct book_maker *m, struct plan *plan, uint32_t claim, uint32_t id)
{
	uint32_t at = 0;

	if (ids_of(m)[id].is_withdrawn)
		return ERR_OK;
	enum err err = rows_add(&m->memory, &plan->items, 1, &at);

	if (err != ERR_OK)
		return err;
	const struct maker_claim *row =
	    (const struct maker_claim *)m->claims.ptr + claim;

	ids_of(m)[id].is_wanted = true;
	((struct plan_item *)plan->items.ptr)[at] =
	    (struct plan_item){ .key = row->key,
		    .row = id,
		    .claim = claim,
		    .source = (uint32_t)row->source };
	return ERR_OK;
}

static enum err
add_record(
    struct book_maker *m, struct plan *plan, const struct maker_record *record)
{
	uint32_t target = ids_of(m)[record->id].target;
	enum err err = ERR_OK;

	for (uint32_t i = 0; i < record->claim_count && err == ERR_OK; i++)
		err = add_item(m, plan, record->claim_first + i, target);
	return err;
}

/* --- orders --- */

static int
compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int
compare_ids(const void *a, const void *b, void *context)
{
	const struct book_maker *m = context;
	const struct maker_id *ids = m->ids.ptr;

	return bytes_compare(
	    texts_at(&m->texts, ids[*(const uint32_t *)a].text),
	    texts_at(&m->texts, ids[*(const uint32_t *)b].text));
}

static int
compare_keys(const void *a, const void *b, void *context)
{
	const struct book_maker *m = context;
	const struct plan_key *x = a;
	const struct plan_key *y = b;

	if (x->hash != y->hash)
		return compare_numbers(x->hash, y->hash);
	return bytes_compare(
	    texts_at(&m->texts, x->text), texts_at(&m->texts, y->text));
}

static int
compare_items(const void *a, const void *b)
{
	const struct plan_item *x = a;
	const struct plan_item *y = b;

	if (x->key != y->key)
		return compare_numbers(x->key, y->key);
	if (x->row != y->row)
		return compare_numbers(x->row, y->row);
	if (x->source != y->source)
		return compare_numbers(x->source, y->source);
	return compare_numbers(x->claim, y->claim);
}

/* Those with a claim, by id; each then knows its row. */
static enum err
plan_rows(struct book_maker *m, struct plan *plan)
{
	enum err err = ERR_OK;

	for (uint32_t i = 0; i < m->ids.count && err == ERR_OK; i++) {
		uint32_t at = 0;

		if (!ids_of(m)[i].is_wanted)
			continue;
		err = rows_add(&m->memory, &plan->rows, 1, &at);
		if (err == ERR_OK)
			((uint32_t *)plan->rows.ptr)[at] = i;
	}
	if (err != ERR_OK || plan->rows.count == 0)
		return err;
	uint32_t *rows = plan->rows.ptr;

	qsort_r(rows, plan->rows.count, sizeof(*rows), compare_ids, m);
	for (uint32_t i = 0; i < plan->rows.count; i++)
		ids_of(m)[rows[i]].row = i;
	return ERR_OK;
}

/* The distinct keys, sorted; `rank` gives by text their place + 1. */
static enum err
plan_keys(struct book_maker *m, struct plan *plan, uint32_t *rank)
{
	const struct plan_item *items = plan->items.ptr;
	enum err err = ERR_OK;

	for (size_t i = 0; i < plan->items.count && err == ERR_OK; i++) {
		uint32_t at = 0;
		uint32_t text = items[i].key;

		if (rank[text]++ > 0)
			continue;
		err = rows_add(&m->memory, &plan->keys, 1, &at);
		if (err == ERR_OK)
			((struct plan_key *)plan->keys.ptr)[at] =
			    (struct plan_key){ .hash = book_hash(
						   texts_at(&m->texts, text)),
				    .text = text };
	}
	if (err != ERR_OK || plan->keys.count == 0)
		return err;
	struct plan_key *keys = plan->keys.ptr;

	qsort_r(keys, plan->keys.count, sizeof(*keys), compare_keys, m);
	for (uint32_t i = 0; i < plan->keys.count; i++) {
		keys[i].item_count = rank[keys[i].text];
		rank[keys[i].text] = i;
	}
	return ERR_OK;
}

static enum err
sort_items(struct book_maker *m, struct plan *plan)
{
	struct rows rank = { .size = sizeof(uint32_t) };
	uint32_t at;
	enum err err = rows_add(&m->memory, &rank, m->texts.end.count + 1, &at);

	if (err == ERR_OK)
		err = plan_keys(m, plan, rank.ptr);
	struct plan_item *items = plan->items.ptr;

	for (size_t i = 0; i < plan->items.count && err == ERR_OK; i++) {
		items[i].key = ((const uint32_t *)rank.ptr)[items[i].key];
		items[i].row = ids_of(m)[items[i].row].row;
	}
	if (err == ERR_OK && plan->items.count > 0)
		qsort(items, plan->items.count, sizeof(*items), compare_items);
	rows_close(&m->memory, &rank);
	return err;
}

/* --- statements --- */

/* The id that is in the book, by the statement's own id or an alias. */
static bool
find_row(struct book_maker *m, const struct maker_statement *s, uint32_t *ret)
{
	const uint32_t *list = m->lists.ptr;

	for (uint32_t i = 0; i <= s->alias_count; i++) {
		uint32_t number = i == 0 ? s->id : list[s->alias_first + i - 1];
		const struct maker_id *id = &ids_of(m)[number];
		const struct maker_id *target = &ids_of(m)[id->target];

		if (target->is_wanted) {
			*ret = target->row;
			return true;
		}
	}
	return false;
}

/* Those about what no feed has a claim for can never be heeded. */
static enum err
plan_statements(struct book_maker *m, struct plan *plan)
{
	const struct maker_statement *statements = m->statements.ptr;
	enum err err = ERR_OK;

	for (uint32_t i = 0; i < m->statements.count && err == ERR_OK; i++) {
		uint32_t row = 0;
		uint32_t at = 0;

		if (!find_row(m, &statements[i], &row))
			continue;
		err = rows_add(&m->memory, &plan->statements, 1, &at);
		if (err == ERR_OK)
			((struct plan_item *)plan->statements.ptr)[at] =
			    (struct plan_item){ .row = row, .claim = i };
	}
	if (err == ERR_OK && plan->statements.count > 0)
		qsort(plan->statements.ptr, plan->statements.count,
		    sizeof(struct plan_item), compare_items);
	return err;
}

static void
count_exploited(struct book_maker *m, struct plan *plan)
{
	const uint8_t by_euvd = 1U << EXPLOITED_EUVD;

	for (uint32_t i = 0; i < m->ids.count; i++) {
		const struct maker_id *id = &ids_of(m)[i];

		if (id->exploited_by == 0 || id->target != i ||
		    id->is_withdrawn)
			continue;
		plan->exploited++;
		plan->exploited_by_euvd += (id->exploited_by & by_euvd) != 0;
	}
}

void
maker_close_plan(struct book_maker *m, struct plan *plan)
{
	rows_close(&m->memory, &plan->items);
	rows_close(&m->memory, &plan->keys);
	rows_close(&m->memory, &plan->rows);
	rows_close(&m->memory, &plan->statements);
}

enum err
maker_plan(struct book_maker *m, struct plan *ret)
{
	struct plan plan = {
		.items = { .size = sizeof(struct plan_item) },
		.keys = { .size = sizeof(struct plan_key) },
		.rows = { .size = sizeof(uint32_t) },
		.statements = { .size = sizeof(struct plan_item) },
	};
	enum err err = ERR_OK;

	resolve(m);
	for (uint32_t i = 0; i < m->records.count && err == ERR_OK; i++)
		if (counts(m, record_at(m, i)))
			err = add_record(m, &plan, record_at(m, i));
	if (err == ERR_OK)
		err = plan_rows(m, &plan);
	if (err == ERR_OK)
		err = sort_items(m, &plan);
	if (err == ERR_OK)
		err = plan_statements(m, &plan);
	count_exploited(m, &plan);
	if (err != ERR_OK)
		maker_close_plan(m, &plan);
	else
		*ret = plan;
	return err;
}
