/* SPDX-License-Identifier: ISC */
/* Schema hallmark.assessment/1: keys in a fixed order, one thing a line. */
#include "report/report.h"

#include "codec/json.h"
#include "report/json_parts_private.h"
#include "report/report_private.h"

/* Which declaration was judged by, and whether it is whole. */
static void
put_declaration(struct json *j, const struct assessment *a)
{
	json_key(j, "declaration");
	json_begin_object(j, JSON_INLINE);
	json_text(j, "name", a->declaration_name);
	report_put_digest(j, "sha256", a->declaration_sha256);
	json_number(j, "answers", a->declaration_answers);
	json_number(j, "problems", a->declaration_problems);
	json_end(j);
}

/* Who the product is, for the label that rests on this. */
static void
put_product(struct json *j, const struct declared_product *p)
{
	json_key(j, "product");
	json_begin_object(j, JSON_INLINE);
	json_text(j, "maker", p->maker);
	json_text(j, "model", p->model);
	json_text(j, "hardware", p->hardware);
	json_text(j, "release", p->release);
	json_text(j, "support_end", p->support_end);
	json_end(j);
}

static void
put_head(
    struct json *j, const struct assessment *a, const struct report_tool *tool)
{
	json_string(j, "schema", "hallmark.assessment/1");
	json_part_tool(j, tool);
	json_part_worker(j, a);
	json_key(j, "image");
	json_begin_object(j, JSON_INLINE);
	json_part_image(j, a);
	json_end(j);
	if (a->declaration_name.len > 0) {
		put_declaration(j, a);
		put_product(j, &a->product);
	}
}

/* What the container says, why it is unread, and what it holds. */
static void
put_detail(struct json *j, const struct report_layout *layout, size_t top,
    const struct chunk *c)
{
	struct out text = out_open(REPORT_DETAIL_LEN);

	report_put_detail(c, &text);
	if (layout != NULL)
		report_put_chains(layout, top, &text);
	json_text(j, "detail", out_bytes(&text));
	if (text.failed == ERR_MEMORY) /* a long one is cut */
		report_pass_failure(&text, j->to);
	out_close(&text);
}

static void
put_inside(struct json *j, const struct report_layout *layout, size_t top)
{
	json_key(j, "inside");
	json_begin_array(j, JSON_LINES);
	for (size_t i = layout->inside_from[top];
	     i < layout->inside_from[top + 1]; i++) {
		const struct chunk *c = layout->inside[i];

		json_begin_object(j, JSON_INLINE);
		json_text(j, "path", c->path);
		json_string(j, "format", c->format);
		json_number(j, "at", c->at);
		json_number(j, "size", c->size);
		json_string(j, "state", chunk_state_text(c->state));
		put_detail(j, NULL, 0, c);
		json_end(j);
	}
	json_end(j);
}

static void
put_layout(struct json *j, const struct report_layout *layout)
{
	json_key(j, "layout");
	json_begin_array(j, JSON_LINES);
	for (size_t i = 0; i < layout->top_count; i++) {
		const struct chunk *c = layout->top[i];

		json_begin_object(j, JSON_INLINE);
		json_number(j, "at", c->at);
		json_number(j, "size", c->size);
		json_string(j, "format", c->format);
		json_text(j, "path", c->path);
		json_string(j, "state", chunk_state_text(c->state));
		put_detail(j, layout, i, c);
		put_inside(j, layout, i);
		json_end(j);
	}
	json_end(j);
}

static void
put_summary(struct json *j, const struct assessment *a)
{
	const struct update_state *u = &a->update;

	json_part_coverage(j, a);
	json_text(j, "architecture", a->architecture);
	json_text(j, "operating_system", a->operating_system);
	json_key(j, "update");
	json_begin_object(j, JSON_INLINE);
	json_text(j, "container", u->container);
	json_string(j, "authenticity", authenticity_text(u->authenticity));
	json_string(j, "encrypted", answer_text(u->encrypted));
	json_string(j, "rollback", answer_text(u->rollback));
	json_text(j, "detail", u->detail);
	json_end(j);
}

static void
put_component(struct json *j, const struct component_item *c)
{
	struct bytes rest = c->cpe;
	struct bytes cpe;
	size_t shown = c->evidence_count;

	json_begin_object(j, JSON_INLINE);
	json_text(j, "name", c->name);
	json_text(j, "version", report_component_version(c));
	if (c->version.len > 0 &&
	    !bytes_equal(c->version, report_component_version(c)))
		json_text(j, "upstream", c->version);
	json_text(j, "purl", c->purl);
	json_key(j, "cpe");
	json_begin_array(j, JSON_INLINE);
	while (bytes_next_field(&rest, ';', &cpe))
		if (cpe.len > 0)
			json_put_text(j, cpe);
	json_end(j);
	json_number(j, "confidence", c->confidence);
	json_key(j, "evidence");
	json_begin_array(j, JSON_INLINE);
	if (shown > REPORT_EVIDENCE_MAX)
		shown = REPORT_EVIDENCE_MAX;
	for (size_t i = 0; i < shown; i++) {
		const struct fact *f = c->evidence[i];
		struct report_excerpt excerpt;

		json_begin_object(j, JSON_INLINE);
		json_part_place(j, f->path, f->at);
		json_string(j, "kind",
		    report_evidence_text(report_evidence_kind(c, f)));
		report_fact_excerpt(f, &excerpt);
		json_text(j, "text", report_excerpt_bytes(&excerpt));
		json_end(j);
	}
	json_end(j);
	json_number(j, "evidence_total", c->evidence_count);
	json_end(j);
}

static void
put_finding(struct json *j, const struct finding *f)
{
	json_begin_object(j, JSON_INLINE);
	json_text(j, "rule", f->rule);
	json_string(j, "result", finding_result_text(f->result));
	json_text(j, "title", f->title);
	json_part_list(
	    j, "requirements", f->requirements, f->requirement_count);
	json_key(j, "evidence");
	json_begin_array(j, JSON_INLINE);
	for (size_t i = 0; i < f->evidence_count; i++) {
		const struct evidence *e = &f->evidence[i];

		json_begin_object(j, JSON_INLINE);
		json_part_evidence(j, e);
		if (e->line > 0) {
			json_number(j, "line", e->line);
			json_number(j, "column", e->column);
		}
		json_end(j);
	}
	json_end(j);
	json_number(j, "evidence_total", f->evidence_total);
	json_text(j, "advice", f->advice);
	json_end(j);
}

static void
put_verdict(struct json *j, const struct verdict_row *v)
{
	json_begin_object(j, JSON_INLINE);
	json_text(j, "framework", v->framework);
	json_text(j, "requirement", v->requirement);
	json_text(j, "title", v->title);
	json_text(j, "modality", v->modality);
	json_string(j, "verdict", verdict_text(v->verdict));
	json_string(j, "basis", basis_text(v->basis));
	json_string(j, "reason", reason_text(v->reason));
	json_part_list(j, "because", v->because, v->because_count);
	if (v->unsure.len > 0)
		json_text(j, "unsure", v->unsure);
	if (v->loose)
		json_bool(j, "loose", true);
	json_end(j);
}

static void
put_lists(struct json *j, const struct assessment *a)
{
	json_key(j, "components");
	json_begin_array(j, JSON_LINES);
	for (size_t i = 0; i < a->component_count; i++)
		put_component(j, &a->components[i]);
	json_end(j);
	json_key(j, "findings");
	json_begin_array(j, JSON_LINES);
	for (size_t i = 0; i < a->finding_count; i++)
		put_finding(j, &a->findings[i]);
	json_end(j);
	json_key(j, "verdicts");
	json_begin_array(j, JSON_LINES);
	for (size_t i = 0; i < a->verdict_count; i++)
		put_verdict(j, &a->verdicts[i]);
	json_end(j);
}

/* What nobody looked for, so that its absence says nothing. */
static void
put_unlooked(struct json *j, const struct assessment *a)
{
	json_key(j, "not_looked");
	json_begin_array(j, JSON_LINES);
	for (size_t i = 0; i < a->unlooked_count; i++) {
		json_begin_object(j, JSON_INLINE);
		json_text(j, "rule", a->unlooked[i * 2]);
		json_text(j, "advice", a->unlooked[i * 2 + 1]);
		json_end(j);
	}
	json_end(j);
}

static void
put_gap(struct json *j, const struct gap *g)
{
	json_begin_object(j, JSON_INLINE);
	json_text(j, "framework", g->row->framework);
	json_text(j, "requirement", g->row->requirement);
	json_string(j, "need", need_text(g->need));
	json_part_list(j, "what", g->row->because, g->row->because_count);
	json_end(j);
}

static void
put_scheme(struct json *j, const struct assessment *a)
{
	json_key(j, "scheme");
	json_begin_object(j, JSON_INLINE);
	json_text(j, "name", a->scheme_name);
	json_text(j, "level", a->scheme_level);
	json_part_list(j, "missing", a->missing, a->missing_count);
	json_text(j, "next", a->scheme_next);
	json_key(j, "gaps");
	json_begin_array(j, JSON_LINES);
	for (size_t i = 0; i < a->gap_count; i++)
		put_gap(j, &a->gaps[i]);
	json_end(j);
	json_end(j);
}

static void
put_totals(struct json *j, const struct assessment *a)
{
	json_key(j, "totals");
	json_begin_object(j, JSON_INLINE);
	json_part_finding_counts(j, a);
	json_key(j, "verdicts");
	json_begin_object(j, JSON_INLINE);
	for (size_t i = 0; i < a->total_count; i++) {
		const struct framework_total *t = &a->totals[i];

		json_key_text(j, t->framework);
		json_begin_object(j, JSON_INLINE);
		json_text(j, "title", t->title);
		json_number(j, "pass", t->pass);
		json_number(j, "fail", t->fail);
		json_number(j, "inconclusive", t->inconclusive);
		json_number(j, "not_applicable", t->not_applicable);
		json_end(j);
	}
	json_end(j);
	json_end(j);
}

void
report_json(
    const struct assessment *a, const struct report_tool *tool, struct out *to)
{
	struct json j = json_open(to);
	struct report_layout layout;
	enum err err = report_layout_open(a, &layout);

	if (err != ERR_OK) {
		if (to->failed == ERR_OK)
			to->failed = err;
		return;
	}
	json_begin_object(&j, JSON_LINES);
	put_head(&j, a, tool);
	put_layout(&j, &layout);
	put_summary(&j, a);
	put_lists(&j, a);
	put_unlooked(&j, a);
	json_part_vulnerabilities(&j, a);
	put_scheme(&j, a);
	put_totals(&j, a);
	json_key(&j, "seconds");
	json_put_fixed(&j, a->seconds, 3);
	json_end(&j);
	report_layout_close(&layout);
}
