/* SPDX-License-Identifier: ISC */
/* What documents hold: answers, tables, verdicts, the image. */
#include "report/dossier_private.h"

#include "base/date.h"
#include "baseline/advised.h"
#include "inspect/names.h"
#include "report/report_private.h"

static void
put_number(struct pen *p, uint64_t value)
{
	out_decimal(p->to, value);
}

static void
put_digest(struct pen *p, const uint8_t digest[32])
{
	out_hex_bytes(p->to, (struct bytes){ digest, 32 });
}

/* The last cells of a row: what is declared, and where. */
static void
put_answer(const struct dossier *d, const struct declared *a, struct pen *p)
{
	pen_text_cell(p, bytes_trim(a->value));
	pen_begin_cell(p);
	pen_say(p, "declared, ");
	pen_text(p, d->assessment->declaration_name);
	pen_say(p, " line ");
	put_number(p, a->line);
	pen_end_cell(p);
	pen_end_row(p);
}

void
dossier_put_origin(const struct dossier *d, struct pen *p)
{
	const struct assessment *a = d->assessment;

	pen_begin_paragraph(p);
	pen_say(p, "Made by hallmark ");
	pen_say(p, d->tool->version);
	pen_say(p, " (data ");
	pen_say(p, d->tool->data_version);
	pen_say(p, ") from the declaration ");
	pen_text(p, a->declaration_name);
	pen_say(p, " (SHA-256 ");
	put_digest(p, a->declaration_sha256);
	pen_say(p, ") and the image ");
	pen_text(p, a->image_name);
	pen_say(p, " (SHA-256 ");
	put_digest(p, a->image_sha256);
	pen_say(p,
	    "). What is marked declared is the maker's word; what is marked "
	    "tested was found in the image by a program.");
	pen_end_paragraph(p);
}

void
dossier_begin_answers(struct pen *p)
{
	static const char *const columns[] = { "What", "Statement", "Source",
		NULL };

	pen_begin_table(p, columns);
}

static void
put_item(const struct dossier_row *row, struct pen *p)
{
	pen_begin_row(p);
	pen_begin_cell(p);
	pen_text(p, row->item);
	if (row->requirement.len > 0) {
		size_t colon = bytes_find_byte(row->requirement, ':', 0);

		pen_say(p, " (");
		pen_text(p, bytes_from(row->requirement, colon + 1));
		pen_say(p, ")");
	}
	pen_end_cell(p);
}

void
dossier_put_answers(
    const struct dossier *d, const struct dossier_row *row, struct pen *p)
{
	struct bytes list = row->source;
	struct bytes source;

	while (bytes_next_field(&list, ';', &source)) {
		const struct declared *a;
		size_t at = 0;

		while ((a = dossier_next_answer(d, source, &at)) != NULL) {
			put_item(row, p);
			put_answer(d, a, p);
		}
	}
}

static void
put_image(const struct dossier *d, struct pen *p)
{
	const struct assessment *a = d->assessment;

	pen_begin_paragraph(p);
	pen_say(p, "Image: ");
	pen_text(p, a->image_name);
	pen_say(p, ", ");
	put_number(p, a->image_size);
	pen_say(p, " bytes, SHA-256 ");
	put_digest(p, a->image_sha256);
	pen_say(p, " (tested).");
	pen_end_paragraph(p);
}

static void
put_components(const struct dossier *d, struct pen *p)
{
	static const char *const columns[] = { "Component seen in the image",
		"Version", "Seen in", NULL };
	const struct assessment *a = d->assessment;

	pen_begin_table(p, columns);
	for (size_t i = 0; i < a->component_count; i++) {
		const struct component_item *c = &a->components[i];

		pen_begin_row(p);
		pen_text_cell(p, c->name);
		pen_text_cell(p, report_component_version(c));
		pen_begin_cell(p);
		if (c->evidence_count > 0)
			pen_text(p, name_known(c->evidence[0]->path));
		pen_end_cell(p);
		pen_end_row(p);
	}
	pen_end_table(p);
}

/* Rows of a document; the JSON of the assessment has them all. */
#define VULNERABILITIES_SHOWN 500

static void
put_vulnerability(
    const struct advised *of, const struct match *m, struct pen *p)
{
	struct out name = out_open(REPORT_NAME_LEN);

	advised_put(of, &name);
	pen_begin_row(p);
	pen_text_cell(p, m->id);
	pen_text_cell(p, out_bytes(&name));
	pen_say_cell(p, m->exploited_by != 0 ? "yes" : "not known");
	pen_begin_cell(p);
	pen_say(p, match_state_text(m->state));
	pen_say(p, ", ");
	pen_say(p, match_confidence_text(m->confidence));
	pen_say(p, " confidence");
	pen_end_cell(p);
	pen_begin_cell(p);
	if (m->vex != VEX_NONE) {
		pen_text(p, bytes_of(vex_status_text(m->vex)));
		pen_say(p, ", ");
		pen_text(p, m->vex_author);
		if (m->vex_justification.len > 0 || m->vex_detail.len > 0) {
			pen_say(p, ": ");
			pen_text(p,
			    m->vex_justification.len > 0 ? m->vex_justification
							 : m->vex_detail);
		}
	}
	pen_end_cell(p);
	pen_end_row(p);
	report_pass_failure(&name, p->to);
	out_close(&name);
}

static void
put_feeds_day(struct pen *p, const char *before, int64_t secs)
{
	pen_say(p, before);
	if (secs > 0)
		date_put_day(p->to, secs);
	else
		pen_say(p, "an unknown day");
}

/* Only with feeds: none were asked else. */
static void
put_vulnerabilities(const struct dossier *d, struct pen *p)
{
	static const char *const columns[] = { "Vulnerability", "Component",
		"Exploited", "State (tested)", "VEX (declared)", NULL };
	const struct advisories *known = d->assessment->advisories;
	struct advised of;
	size_t shown = 0;

	pen_begin_paragraph(p);
	put_number(p, known->matches->count);
	pen_say(p, " known vulnerabilities of the components seen");
	put_feeds_day(p, ", as affected versions were known on ",
	    known->health->newest_claim);
	put_feeds_day(
	    p, " and exploited ones on ", known->health->newest_catalogue);
	pen_say(p, ".");
	if (known->matches->count > VULNERABILITIES_SHOWN)
		pen_say(p,
		    " The first ones, exploited first, follow; the assessment "
		    "has them all.");
	pen_end_paragraph(p);
	if (known->matches->count == 0)
		return;
	pen_begin_table(p, columns);
	for (size_t i = 0;
	     i < known->matches->count && shown < VULNERABILITIES_SHOWN; i++)
		if (advised_find(
			d->assessment, known->matches->list[i].subject, &of)) {
			put_vulnerability(&of, &known->matches->list[i], p);
			shown++;
		}
	pen_end_table(p);
}

static void
put_because(const struct verdict_row *v, struct pen *p)
{
	for (size_t i = 0; i < v->because_count; i++) {
		pen_say(p, i > 0 ? "; " : "");
		pen_text(p, v->because[i]);
	}
}

static void
put_verdicts(const struct dossier *d, struct bytes framework, struct pen *p)
{
	static const char *const columns[] = { "Requirement", "In our words",
		"Verdict", "Basis", "Because", NULL };
	const struct assessment *a = d->assessment;

	pen_begin_table(p, columns);
	for (size_t i = 0; i < a->verdict_count; i++) {
		const struct verdict_row *v = &a->verdicts[i];

		if (!bytes_equal(v->framework, framework) ||
		    dossier_is_itself(v))
			continue;
		pen_begin_row(p);
		pen_text_cell(p, v->requirement);
		pen_text_cell(p, v->title);
		pen_say_cell(p, verdict_text(v->verdict));
		pen_say_cell(p,
		    v->verdict == VERDICT_INCONCLUSIVE
			? reason_text(v->reason)
			: report_basis_text(v->basis));
		pen_begin_cell(p);
		put_because(v, p);
		pen_end_cell(p);
		pen_end_row(p);
	}
	pen_end_table(p);
}

static void
put_assessment(const struct dossier *d, struct pen *p)
{
	const struct assessment *a = d->assessment;

	pen_begin_paragraph(p);
	pen_say(p, "Assessment of the image by hallmark (tested): ");
	put_number(p, a->fail_count);
	pen_say(p, " findings fail, ");
	put_number(p, a->warn_count);
	pen_say(p, " warn, ");
	put_number(p, a->info_count);
	pen_say(p, " inform; ");
	put_number(p, a->coverage.read + a->coverage.padding);
	pen_say(p, " of ");
	put_number(p, a->image_size);
	pen_say(p, " bytes were read.");
	pen_end_paragraph(p);
}

/* All answers of one row of an IXIT table, from the i-th answer on; where the
   next row begins. */
static size_t
put_row(const struct dossier *d, size_t i, struct pen *p)
{
	const struct declaration *all = d->declaration;
	const struct declared *first = &all->list[i];
	const struct declared *last = first;

	pen_begin_row(p);
	pen_text_cell(p, first->row);
	pen_begin_cell(p);
	for (; i < all->count; i++) {
		const struct declared *a = &all->list[i];

		if (!bytes_equal(a->table, first->table) ||
		    !bytes_equal(a->row, first->row))
			break;
		last = a;
		if (bytes_equal(a->value, a->row))
			continue; /* its id */
		pen_text(p, a->field);
		pen_say(p, ": ");
		pen_text(p, bytes_trim(a->value));
		pen_say(p, ". ");
	}
	pen_end_cell(p);
	pen_begin_cell(p);
	pen_say(p, "declared, lines ");
	put_number(p, first->line);
	pen_say(p, " to ");
	put_number(p, last->line);
	pen_end_cell(p);
	pen_end_row(p);
	return i;
}

/* One IXIT table. */
static void
put_table(const struct dossier *d, struct bytes name, struct pen *p)
{
	static const char *const columns[] = { "Row", "Answers", "Source",
		NULL };
	bool any = false;

	for (size_t i = 0; i < d->declaration->count;) {
		if (!bytes_equal(d->declaration->list[i].table, name)) {
			i++;
			continue;
		}
		if (!any)
			pen_begin_table(p, columns);
		any = true;
		i = put_row(d, i, p);
	}
	if (any) {
		pen_end_table(p);
		return;
	}
	pen_begin_paragraph(p);
	pen_say(p, "Not asked for: what it concerns is not in the product.");
	pen_end_paragraph(p);
}

static void
put_tables(const struct dossier *d, struct pen *p)
{
	for (size_t i = 0; i < d->questions.table_count; i++) {
		struct bytes name = d->questions.table[i].name;

		if (bytes_equal_text(name, "provisions"))
			continue;
		pen_heading(p, 3, name);
		put_table(d, name, p);
	}
}

static void
put_conforming(struct pen *p)
{
	pen_begin_paragraph(p);
	pen_say(p,
	    "This statement is prepared by or on behalf of the manufacturer. "
	    "In the opinion of the manufacturer the product complies with the "
	    "applicable security requirements of Schedule 1. The verdicts "
	    "below say on what that rests.");
	pen_end_paragraph(p);
}

/* What only a hand can add; the statement is none without it. */
static void
put_signature(struct pen *p)
{
	pen_begin_paragraph(p);
	pen_say(p,
	    "To be signed for the manufacturer, with name and function of who "
	    "signs, place and date of issue. This form was written without "
	    "Schedule 4 at hand: compare it before you sign.");
	pen_end_paragraph(p);
}

void
dossier_put_block(
    const struct dossier *d, const struct dossier_row *row, struct pen *p)
{
	struct bytes rest = row->source;
	struct bytes word = { NULL, 0 };

	(void)bytes_next_field(&rest, ':', &word); /* at least the word */
	if (bytes_equal_text(word, "@vulnerabilities") &&
	    d->assessment->advisories == NULL)
		return; /* nobody asked */
	if (row->item.len > 0)
		pen_heading(p, 3, row->item);
	if (bytes_equal_text(word, "@image")) {
		put_image(d, p);
	} else if (bytes_equal_text(word, "@components")) {
		put_components(d, p);
	} else if (bytes_equal_text(word, "@vulnerabilities")) {
		put_vulnerabilities(d, p);
	} else if (bytes_equal_text(word, "@assessment")) {
		put_assessment(d, p);
	} else if (bytes_equal_text(word, "@table")) {
		put_table(d, rest, p);
	} else if (bytes_equal_text(word, "@tables")) {
		put_tables(d, p);
	} else if (bytes_equal_text(word, "@provisions")) {
		put_verdicts(d, BYTES("en303645"), p);
		put_table(d, BYTES("provisions"), p);
	} else if (bytes_equal_text(word, "@verdicts")) {
		put_verdicts(d, rest, p);
	} else if (bytes_equal_text(word, "@conforming")) {
		put_conforming(p);
		put_verdicts(d, rest, p);
	} else if (bytes_equal_text(word, "@signature")) {
		put_signature(p);
	}
}
