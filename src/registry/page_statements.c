/* SPDX-License-Identifier: ISC */
/* Statements as they stand in the ledger: read anew, and their corrections. */
#include "registry/page_private.h"

enum err
page_read_statement(struct page *p, uint64_t index, struct statement *ret)
{
	const struct registry_question question = {
		.ask = REGISTRY_ASK_ENTRY,
		.by = REGISTRY_BY_INDEX,
		.number = index,
	};
	struct registry_reply reply;
	struct fault fault;
	enum err err = page_ask(p, &question, &reply);

	if (err != ERR_OK)
		return err;
	err = statement_read(reply.bytes, ret, &fault);
	return err == ERR_OK ? ERR_OK : ERR_END;
}

static enum err
read_correction(struct page *p, const struct registry_statement *row,
    struct page_corrections *all)
{
	struct page_correction *to = &all->row[all->count];
	struct statement statement;
	struct fault fault;
	enum err err = page_read_statement(p, row->index, &statement);

	if (err != ERR_OK)
		return err == ERR_END ? ERR_OK : err;
	if (correction_read(statement.payload, &to->what, &fault) != ERR_OK)
		return ERR_OK; /* says nothing that can be shown */
	to->index = row->index;
	to->at = row->issued;
	all->count++;
	return ERR_OK;
}

enum err
page_read_corrections(struct page *p, const struct registry_statement *rows,
    size_t count, struct page_corrections *ret)
{
	struct page_corrections all = { .count = 0 };

	for (size_t i = 0; i < count && all.count < PAGE_CORRECTIONS; i++) {
		if (!rows[i].is_admitted ||
		    rows[i].kind != STATEMENT_CORRECTION)
			continue;
		enum err err = read_correction(p, &rows[i], &all);

		if (err != ERR_OK)
			return err;
	}
	*ret = all;
	return ERR_OK;
}

static void
put_correction(struct page *p, const struct page_correction *c)
{
	const struct word words[] = {
		{ "field", WORD_CODE, .text = c->what.field },
		{ "value", WORD_TEXT, .text = c->what.value },
		{ "reason", WORD_TEXT, .text = c->what.reason },
		{ "day", WORD_DAY, .time = c->at },
		{ "index", WORD_NUMBER, .number = c->index,
		    .url = page_bare_path(
			p, "/entries/%llu", (unsigned long long)c->index) },
		{ 0 },
	};

	page_say_in(p, "p", "note", "correction.line", words);
}

void
page_put_corrections(
    struct page *p, const struct page_corrections *all, uint64_t index)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->row[i].what.statement == index)
			put_correction(p, &all->row[i]);
}
