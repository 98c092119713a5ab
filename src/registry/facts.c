/* SPDX-License-Identifier: ISC */
/* Finds the statements of those who may speak for a product, and reads them. */
#include "registry/facts.h"

#include "statement/statement.h"

/* Statements of each kind that are looked at. */
#define FACTS_STATEMENTS 100

struct finding {
	struct route_call *call;
	struct bytes product;
	const struct registry_label *labels; /* of the product */
	size_t label_count;
	struct facts *facts;
};

static enum err
ask_rows(struct finding *f, enum registry_ask ask, unsigned kinds,
    unsigned limit, struct registry_reply *ret)
{
	const struct registry_question question = {
		.ask = ask,
		.by = REGISTRY_BY_PRODUCT,
		.value = f->product,
		.kinds = kinds,
		.newest_first = true,
		.limit = limit,
	};

	return route_ask(f->call, &question, ret);
}

/* An owner, or a body of one of its labels, by whatever key of that body. */
static bool
may_speak(const struct finding *f, const struct registry_statement *row)
{
	if (!row->is_admitted)
		return false;
	if (row->signer_name.len == 0)
		return true;
	for (size_t i = 0; i < f->label_count; i++)
		if (bytes_equal(f->labels[i].body_iss, row->iss))
			return true;
	return false;
}

enum err
facts_read_payload(struct route_call *call, uint64_t index,
    enum statement_kind kind, struct bytes *ret)
{
	const struct registry_question question = {
		.ask = REGISTRY_ASK_ENTRY,
		.by = REGISTRY_BY_INDEX,
		.number = index,
	};
	struct registry_reply reply;
	struct statement statement;
	struct fault fault;
	enum err err = route_ask(call, &question, &reply);

	if (err != ERR_OK)
		return err;
	if (statement_read(reply.bytes, &statement, &fault) != ERR_OK ||
	    statement.header.kind != kind)
		return ERR_END;
	*ret = statement.payload;
	return ERR_OK;
}

static struct fact_source
source_of(const struct registry_statement *row)
{
	return (struct fact_source){
		.index = row->index,
		.said_at = row->issued,
		.iss = row->iss,
		.name = row->signer_name,
	};
}

/* Whether it is the newest update; then it is kept. */
static bool
take_update(struct finding *f, const struct registry_statement *row,
    struct bytes payload)
{
	struct fault fault;

	if (f->facts->has_update || !update_is(payload) ||
	    update_read(payload, &f->facts->update, &fault) != ERR_OK)
		return false;
	f->facts->has_update = true;
	f->facts->update_from = source_of(row);
	return true;
}

static bool
has_advisory(const struct facts *facts, struct bytes id)
{
	for (size_t i = 0; i < facts->advisory_count; i++)
		if (bytes_equal(facts->advisory[i].what.id, id))
			return true;
	return false;
}

/* Never the last one that is wanted. */
static bool
take_advisory(struct finding *f, const struct registry_statement *row,
    struct bytes payload)
{
	struct facts *facts = f->facts;
	struct advisory advisory;
	struct fault fault;

	if (!advisory_is(payload) ||
	    advisory_read(payload, &advisory, &fault) != ERR_OK ||
	    has_advisory(facts, advisory.id))
		return false;
	if (facts->advisory_count == FACTS_ADVISORIES) {
		facts->more = true;
		return true;
	}
	facts->advisory[facts->advisory_count++] = (struct fact_advisory){
		.from = source_of(row),
		.what = advisory,
	};
	return false;
}

/* Statements of one kind, newest first, until `take` has what it wants. */
static enum err
find(struct finding *f, enum statement_kind kind,
    bool (*take)(struct finding *f, const struct registry_statement *row,
	struct bytes payload))
{
	struct registry_reply reply;
	enum err err = ask_rows(f, REGISTRY_ASK_STATEMENTS,
	    1U << (unsigned)kind, FACTS_STATEMENTS, &reply);

	if (err != ERR_OK)
		return err;
	for (size_t i = 0; i < reply.count; i++) {
		struct bytes payload;

		if (!may_speak(f, &reply.statements[i]))
			continue;
		err = facts_read_payload(
		    f->call, reply.statements[i].index, kind, &payload);
		if (err == ERR_OK && take(f, &reply.statements[i], payload))
			return ERR_OK;
		if (err != ERR_OK && err != ERR_END)
			return err;
	}
	f->facts->more |= reply.more && kind == STATEMENT_ADVISORY;
	return ERR_OK;
}

enum err
facts_read(struct route_call *call, const uint8_t product[PRODUCT_ID_LEN],
    struct facts *ret)
{
	struct facts facts = {
		.advisory = arena_take_array(
		    call->arena, FACTS_ADVISORIES, sizeof(*facts.advisory)),
	};
	struct registry_reply reply;
	struct finding f = {
		.call = call,
		.product = { product, PRODUCT_ID_LEN },
		.facts = &facts,
	};
	enum err err =
	    ask_rows(&f, REGISTRY_ASK_LABELS, 0, REGISTRY_ROWS_MAX, &reply);

	if (facts.advisory == NULL)
		return ERR_MEMORY;
	if (err != ERR_OK)
		return err;
	f.labels = reply.labels;
	f.label_count = reply.count;
	err = find(&f, STATEMENT_UPDATE, take_update);
	if (err == ERR_OK)
		err = find(&f, STATEMENT_ADVISORY, take_advisory);
	if (err == ERR_OK)
		*ret = facts;
	return err;
}
