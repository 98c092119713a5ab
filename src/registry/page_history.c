/* SPDX-License-Identifier: ISC */
/* Every statement about a product, in order: who, what, when, with its proof. */
#include "registry/page_private.h"

#include "statement/status_change.h"

#include <stdio.h>

/* Statements on one page: those that say more than their kind are read. */
#define HISTORY_ROWS 25

struct history {
	struct page page;
	uint8_t id[PRODUCT_ID_LEN];
	struct registry_reply reply;
	const struct registry_product *product;
	struct page_corrections corrections;
	/* of the rows that are status statements */
	struct status_change change[HISTORY_ROWS];
	bool has_change[HISTORY_ROWS];
	/* an update's version, an advisory's id; or empty */
	struct bytes what[HISTORY_ROWS];
};

static unsigned long long
wide(uint64_t number)
{
	return number;
}

static enum err
ask_statements(struct history *h)
{
	struct registry_question question = {
		.ask = REGISTRY_ASK_STATEMENTS,
		.by = REGISTRY_BY_PRODUCT,
		.value = { h->id, PRODUCT_ID_LEN },
		.limit = HISTORY_ROWS,
	};
	enum err err;

	if (!page_read_after(h->page.call->part[1], &question))
		return ERR_END;
	err = page_ask(&h->page, &question, &h->reply);
	return err == ERR_OK && h->reply.count == 0 ? ERR_END : err;
}

static enum err
ask_product(struct history *h)
{
	const struct registry_question question = {
		.ask = REGISTRY_ASK_PRODUCTS,
		.by = REGISTRY_BY_PRODUCT,
		.value = { h->id, PRODUCT_ID_LEN },
		.limit = 1,
	};
	struct registry_reply reply;
	enum err err = page_ask(&h->page, &question, &reply);

	if (err == ERR_OK && reply.count == 0)
		err = ERR_END;
	if (err == ERR_OK)
		h->product = &reply.products[0];
	return err;
}

/* Takes what the statement says beyond its kind. */
static void
take_more(struct history *h, size_t i, const struct statement *statement)
{
	struct fault fault;
	struct update update;
	struct advisory advisory;

	if (statement->header.kind == STATEMENT_STATUS)
		h->has_change[i] = status_change_read(statement->payload,
				       &h->change[i], &fault) == ERR_OK;
	else if (statement->header.kind == STATEMENT_UPDATE &&
	    update_read(statement->payload, &update, &fault) == ERR_OK)
		h->what[i] = update.version;
	else if (statement->header.kind == STATEMENT_ADVISORY &&
	    advisory_read(statement->payload, &advisory, &fault) == ERR_OK)
		h->what[i] = advisory.id;
}

/* What is in a row is not all: the statements themselves are read. */
static enum err
read_more(struct history *h)
{
	const unsigned kinds = 1U << STATEMENT_STATUS | 1U << STATEMENT_UPDATE |
	    1U << STATEMENT_ADVISORY;
	struct statement statement;

	for (size_t i = 0; i < h->reply.count; i++) {
		const struct registry_statement *row = &h->reply.statements[i];

		if (!row->is_admitted || (kinds & 1U << row->kind) == 0)
			continue;
		enum err err =
		    page_read_statement(&h->page, row->index, &statement);

		if (err != ERR_OK && err != ERR_END)
			return err;
		if (err == ERR_OK)
			take_more(h, i, &statement);
	}
	return ERR_OK;
}

/* Corrections may stand on another page of the history than what they mend. */
static enum err
ask_corrections(struct history *h)
{
	const struct registry_question question = {
		.ask = REGISTRY_ASK_STATEMENTS,
		.by = REGISTRY_BY_PRODUCT,
		.value = { h->id, PRODUCT_ID_LEN },
		.kinds = 1U << STATEMENT_CORRECTION,
		.newest_first = true,
		.limit = PAGE_CORRECTIONS,
	};
	struct registry_reply reply;
	enum err err = page_ask(&h->page, &question, &reply);

	if (err != ERR_OK)
		return err;
	return page_read_corrections(
	    &h->page, reply.statements, reply.count, &h->corrections);
}

static void
put_change(struct page *p, const struct status_change *c)
{
	const struct word words[] = {
		{ "label", WORD_NUMBER, .number = c->label,
		    .url = page_path(p, "/label/%llu", wide(c->label)) },
		{ "reason", WORD_OURS, .text = page_reason(p, c->reason) },
		{ 0 },
	};
	char key[32];

	(void)snprintf(
	    key, sizeof(key), "action.%s", status_action_text(c->action));
	page_say_in(p, "p", NULL, key, words);
	if (c->text.len == 0)
		return;
	web_begin(&p->web, "blockquote");
	web_leaf(&p->web, "bdi", NULL, c->text);
	web_end(&p->web);
}

static void
put_who(struct page *p, const struct registry_statement *row)
{
	const struct word words[] = {
		{ "who", row->signer_name.len > 0 ? WORD_TEXT : WORD_CODE,
		    .text =
			row->signer_name.len > 0 ? row->signer_name : row->iss,
		    .url = row->signer_name.len > 0
			? page_path_hex(p, "/body/",
			      (struct bytes){ row->kid, SHA256_LEN }, "")
			: (struct bytes){ NULL, 0 } },
		{ "time", WORD_TIME, .time = row->issued },
		{ 0 },
	};

	page_say_in(p, "p", "quiet",
	    row->signer_name.len > 0 ? "history.body" : "history.owner", words);
}

static void
put_proof(struct page *p, uint64_t index)
{
	const struct word words[] = {
		{ "index", WORD_NUMBER, .number = index },
		{ 0 },
	};

	web_begin_class(&p->web, "p", "links small");
	page_say_in(p, "span", "quiet", "history.index", words);
	web_put(&p->web, " ");
	page_link(p, page_bare_path(p, "/entries/%llu", wide(index)),
	    "details.receipt");
	web_put(&p->web, " ");
	page_link(p, page_bare_path(p, "/entries/%llu/proof", wide(index)),
	    "details.proof");
	web_put(&p->web, " ");
	page_link(p, page_bare_path(p, "/entries/%llu/statement", wide(index)),
	    "details.statement");
	web_end(&p->web);
}

static void
put_row(struct history *h, size_t i)
{
	struct page *p = &h->page;
	const struct registry_statement *row = &h->reply.statements[i];
	const struct word words[] = {
		{ "label", WORD_NUMBER, .number = row->index,
		    .url = page_path(p, "/label/%llu", wide(row->index)) },
		{ 0 },
	};
	char key[32];

	if (!row->is_admitted)
		return;
	web_begin(&p->web, "li");
	(void)snprintf(key, sizeof(key), "kind.%s", kind_text(row->kind));
	page_say_in(p, "strong", NULL, key, NULL);
	if (h->what[i].len > 0) {
		web_put(&p->web, ": ");
		web_leaf(&p->web, "bdi", NULL, h->what[i]);
	}
	if (row->kind == STATEMENT_LABEL)
		page_say_in(p, "p", NULL, "history.label", words);
	if (h->has_change[i])
		put_change(p, &h->change[i]);
	put_who(p, row);
	page_put_corrections(p, &h->corrections, row->index);
	put_proof(p, row->index);
	web_end(&p->web);
	out_text(&p->out, "\n");
}

static enum err
put_history(struct history *h)
{
	struct page *p = &h->page;
	struct bytes id = { h->id, PRODUCT_ID_LEN };
	const struct registry_statement *last =
	    &h->reply.statements[h->reply.count - 1];
	char end[64];

	struct word model = page_model(p, h->product->claims.product.hwmodel);

	model.name = "model";
	const struct word words[] = {
		{ "maker", WORD_TEXT, .text = h->product->claims.maker },
		model,
		{ 0 },
	};

	page_begin(p, "history.title", words);
	page_say_in(p, "h1", NULL, "history.title", words);
	page_say_in(p, "p", "lead", "history.lead", NULL);
	web_begin(&p->web, "p");
	page_link(p, page_path_hex(p, "/product/", id, ""), "label.product");
	web_end(&p->web);
	web_begin_class(&p->web, "ol", "history");
	for (size_t i = 0; i < h->reply.count; i++)
		put_row(h, i);
	web_end(&p->web);
	if (h->reply.more) {
		(void)snprintf(
		    end, sizeof(end), "/history/after/%llu", wide(last->index));
		page_more(p, page_path_hex(p, "/product/", id, end));
	}
	return page_end(p);
}

enum err
page_history(struct route_call *call)
{
	struct history *h = arena_take(call->arena, sizeof(*h));
	enum err err;

	if (h == NULL)
		return ERR_MEMORY;
	if (!route_hex(call->part[0], h->id, sizeof(h->id)))
		return ERR_END;
	page_open(&h->page, call);
	err = ask_product(h);
	if (err == ERR_OK)
		err = ask_statements(h);
	if (err == ERR_OK)
		err = read_more(h);
	if (err == ERR_OK)
		err = ask_corrections(h);
	return err == ERR_OK ? put_history(h) : page_drop(&h->page, err);
}
