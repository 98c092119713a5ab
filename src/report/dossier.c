/* SPDX-License-Identifier: ISC */
/* Reads documents.tsv, checks what a document lacks, and writes it. */
#include "report/dossier.h"

#include "base/limits.h"
#include "base/table.h"
#include "base/text.h"
#include "report/dossier_private.h"

#define DOSSIER_ARENA_LEN (8 * MIB)
#define DOSSIER_TABLE "documents.tsv"

static const struct {
	const char *name, *title;
} titles[] = {
	{ "technical-file", "Technical documentation (CRA, Annex VII)" },
	{ "user-information", "Information to the user (CRA, Annex II)" },
	{ "psti-statement", "Statement of compliance (S.I. 2023/1007)" },
	{ "ixit", "Conformance statement and IXIT (ETSI TS 103 701)" },
};

enum err
dossier_open(struct dossier *d, struct fault *ret_fault)
{
	enum err err;

	d->arena = arena_open(DOSSIER_ARENA_LEN);
	err = questions_read(d->data, &d->arena, &d->questions, ret_fault);
	if (err == ERR_OK && data_find(d->data, DOSSIER_TABLE).len == 0) {
		*ret_fault = (struct fault){ .code = ERR_MALFORMED,
			.format = DOSSIER_TABLE,
			.field = "missing" };
		err = ERR_MALFORMED;
	}
	if (err != ERR_OK)
		dossier_close(d);
	return err;
}

void
dossier_close(struct dossier *d)
{
	arena_close(&d->arena);
}

/* The next row of the document, or of any when it is empty. */
static bool
next_row(struct table *t, struct bytes document, struct dossier_row *ret)
{
	while (table_next(t) == ERR_OK) {
		if (document.len > 0 &&
		    !bytes_equal(table_field(t, "document"), document))
			continue;
		ret->document = table_field(t, "document");
		ret->part = table_field(t, "part");
		ret->item = table_field(t, "item");
		ret->requirement = table_field(t, "requirement");
		ret->source = table_field(t, "source");
		ret->required =
		    bytes_equal_text(table_field(t, "need"), "required");
		return true;
	}
	return false;
}

static bool
open_table(const struct dossier *d, struct table *ret)
{
	return table_open(data_find(d->data, DOSSIER_TABLE), ret) == ERR_OK;
}

bool
dossier_has(const struct dossier *d, struct bytes document)
{
	struct table t;
	struct dossier_row row;

	return document.len > 0 && open_table(d, &t) &&
	    next_row(&t, document, &row);
}

void
dossier_put_names(const struct dossier *d, struct out *to)
{
	struct bytes last = { NULL, 0 };
	struct dossier_row row;
	struct table t;

	if (!open_table(d, &t))
		return;
	while (next_row(&t, BYTES(""), &row)) {
		if (bytes_equal(row.document, last))
			continue;
		out_text(to, last.len > 0 ? ", " : "");
		out_put(to, row.document);
		last = row.document;
	}
}

const struct declared *
dossier_next_answer(const struct dossier *d, struct bytes source, size_t *at)
{
	struct bytes field = source;
	struct bytes table;

	if (!bytes_next_field(&field, '.', &table))
		return NULL;
	while (*at < d->declaration->count) {
		const struct declared *a = &d->declaration->list[(*at)++];

		if (bytes_equal(a->field, field) &&
		    bytes_equal(a->table, table) &&
		    bytes_trim(a->value).len > 0)
			return a;
	}
	return NULL;
}

static void
complain(const struct dossier *d, const struct problem *p, struct out *to)
{
	text_put_terminal(to, d->assessment->declaration_name);
	if (p->line > 0) {
		out_text(to, ":");
		out_decimal(to, p->line);
		out_text(to, ":");
		out_decimal(to, p->column);
	}
	out_text(to, ": ");
	text_put_terminal(to, p->table);
	if (p->row.len > 0) {
		out_text(to, ".");
		text_put_terminal(to, p->row);
	}
	out_text(to, p->field.len > 0 ? "." : "");
	text_put_terminal(to, p->field);
	out_text(to, ": ");
	text_put_terminal(to, p->text);
	out_text(to, "\n");
}

/* All problems with a table, or with one field of it; with all tables but
   "provisions" when none is named. */
static size_t
check_table(const struct dossier *d, struct bytes table, struct bytes field,
    struct out *to)
{
	size_t count = 0;

	for (size_t i = 0; i < d->problems->count; i++) {
		const struct problem *p = &d->problems->list[i];

		if ((table.len > 0 && !bytes_equal(p->table, table)) ||
		    (table.len == 0 &&
			bytes_equal_text(p->table, "provisions")) ||
		    (field.len > 0 && !bytes_equal(p->field, field)))
			continue;
		complain(d, p, to);
		count++;
	}
	return count;
}

static size_t
check_answer(const struct dossier *d, const struct dossier_row *row,
    struct bytes source, struct out *to)
{
	struct bytes field = source;
	struct bytes table = { NULL, 0 };
	size_t at = 0;
	size_t count;

	(void)bytes_next_field(&field, '.', &table); /* ours: it has a dot */
	count = check_table(d, table, field, to);
	if (count > 0 || !row->required ||
	    dossier_next_answer(d, source, &at) != NULL)
		return count;
	text_put_terminal(to, d->assessment->declaration_name);
	out_text(to, ": ");
	text_put_terminal(to, source);
	out_text(to, ": the document needs it (");
	text_put_terminal(to, row->requirement);
	out_text(to, ")\n");
	return 1;
}

bool
dossier_is_itself(const struct verdict_row *v)
{
	return bytes_equal_text(v->framework, "psti") &&
	    bytes_equal_text(v->requirement, "SOC");
}

/* Nobody may state compliance with what a test speaks against. */
static size_t
check_conforming(
    const struct dossier *d, struct bytes framework, struct out *to)
{
	const struct assessment *a = d->assessment;
	size_t count = 0;

	for (size_t i = 0; i < a->verdict_count; i++) {
		const struct verdict_row *v = &a->verdicts[i];

		if (!bytes_equal(v->framework, framework) ||
		    v->verdict == VERDICT_PASS ||
		    v->verdict == VERDICT_NOT_APPLICABLE ||
		    dossier_is_itself(v))
			continue;
		text_put_terminal(to, a->image_name);
		out_text(to, ": ");
		text_put_terminal(to, v->requirement);
		out_text(to, " is not met: ");
		out_text(to, verdict_text(v->verdict));
		for (size_t k = 0; k < v->because_count; k++) {
			out_text(to, k == 0 ? ", " : "; ");
			text_put_terminal(to, v->because[k]);
		}
		out_text(to, "\n");
		count++;
	}
	return count;
}

static size_t
check_source(const struct dossier *d, const struct dossier_row *row,
    struct bytes source, struct out *to)
{
	struct bytes rest = source;
	struct bytes word;

	if (source.len == 0 || source.ptr[0] != '@')
		return check_answer(d, row, source, to);
	(void)bytes_next_field(&rest, ':', &word);
	if (bytes_equal_text(word, "@table"))
		return check_table(d, rest, BYTES(""), to);
	if (bytes_equal_text(word, "@conforming"))
		return check_conforming(d, rest, to);
	if (bytes_equal_text(word, "@provisions"))
		return check_table(d, BYTES("provisions"), BYTES(""), to);
	if (bytes_equal_text(word, "@tables"))
		return check_table(d, BYTES(""), BYTES(""), to);
	return 0;
}

size_t
dossier_check(const struct dossier *d, struct bytes document, struct out *to)
{
	struct dossier_row row;
	struct table t;
	size_t count = 0;

	if (!open_table(d, &t))
		return 1;
	while (next_row(&t, document, &row)) {
		struct bytes list = row.source;
		struct bytes source;

		while (bytes_next_field(&list, ';', &source))
			count += check_source(d, &row, source, to);
	}
	return count;
}

static const char *
title_of(struct bytes document)
{
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		if (bytes_equal_text(document, titles[i].name))
			return titles[i].title;
	return "Document";
}

void
dossier_write(
    const struct dossier *d, struct bytes document, bool html, struct out *to)
{
	struct pen pen = { .to = to, .html = html };
	struct bytes part = { NULL, 0 };
	struct dossier_row row;
	struct table t;
	bool in_table = false;

	if (!open_table(d, &t))
		return;
	pen_begin(&pen, title_of(document));
	dossier_put_origin(d, &pen);
	while (next_row(&t, document, &row)) {
		bool block = row.source.len > 0 && row.source.ptr[0] == '@';

		if (in_table && (block || !bytes_equal(row.part, part))) {
			pen_end_table(&pen);
			in_table = false;
		}
		if (!bytes_equal(row.part, part))
			pen_heading(&pen, 2, row.part);
		part = row.part;
		if (block) {
			dossier_put_block(d, &row, &pen);
			continue;
		}
		if (!in_table)
			dossier_begin_answers(&pen);
		in_table = true;
		dossier_put_answers(d, &row, &pen);
	}
	if (in_table)
		pen_end_table(&pen);
	pen_end(&pen);
}
