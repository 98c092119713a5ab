/* SPDX-License-Identifier: ISC */
/* Components and verdicts, each with what they rest on. */
#include "report/html_private.h"

#include "inspect/names.h"

static const char *
kind_words(enum component_evidence kind)
{
	switch (kind) {
	case EVIDENCE_PACKAGE_DB:
		return "package database";
	case EVIDENCE_KERNEL:
		return "kernel";
	case EVIDENCE_DESCRIPTOR:
		return "descriptor";
	case EVIDENCE_BANNER:
		return "text in the binary";
	case EVIDENCE_FILE_NAME:
		break;
	}
	return "file name only";
}

static void
put_component(struct html *h, const struct component_item *c)
{
	struct bytes version = report_component_version(c);

	html_put(h, "<tr><th scope=\"row\">");
	html_excerpt(h, c->name);
	html_put(h, "</th><td data-label=\"version\">");
	if (version.len > 0)
		html_excerpt(h, version);
	else
		html_put(h, "<span class=\"quiet\">not known</span>");
	html_put(h, "</td><td data-label=\"known by\">");
	html_put(h, kind_words(c->kind));
	html_put(h, ", ");
	html_number(h, c->confidence);
	html_put(h, "&nbsp;% sure</td><td data-label=\"seen in\">");
	if (c->evidence_count > 0) {
		html_put(h, "<code>");
		html_excerpt(h, name_known(c->evidence[0]->path));
		html_put(h, "</code>");
	}
	if (c->evidence_count > 1) {
		html_put(h, " <span class=\"quiet\">and ");
		report_put_count(
		    c->evidence_count - 1, "more place", "more places", h->to);
		html_put(h, "</span>");
	}
	html_put(h, "</td></tr>\n");
}

void
html_put_components(struct html *h)
{
	html_put(h, "<section id=\"components\"><h2>Components</h2>\n<p>");
	report_put_count(
	    h->a->component_count, "component was", "components were", h->to);
	html_put(h,
	    " identified. The list shows what left a trace in the image; it "
	    "may be incomplete, and a supplier may have mended a version "
	    "without changing its number.</p>\n");
	if (h->a->component_count > 0) {
		html_put(h,
		    "<details><summary>The list of components</summary>"
		    "<div class=\"in\"><table class=\"cards parts\"><thead><tr>"
		    "<th scope=\"col\">name</th><th scope=\"col\">version</th>"
		    "<th scope=\"col\">known by</th>"
		    "<th scope=\"col\">seen in</th></tr></thead><tbody>\n");
		for (size_t i = 0; i < h->a->component_count; i++)
			put_component(h, &h->a->components[i]);
		html_put(h, "</tbody></table></div></details>\n");
	}
	html_put(h, "</section>\n");
}

static const char *
reason_words(enum reason reason)
{
	switch (reason) {
	case REASON_NONE:
		break;
	case REASON_NOT_DISPROVED:
		return "looked, found nothing against it";
	case REASON_NEEDS_DECLARATION:
		return "the maker has to declare it";
	case REASON_NEEDS_REVIEW:
		return "somebody has to review it";
	case REASON_UNREAD_BYTES:
		return "it may lie in bytes that were not read";
	}
	return "";
}

static void
put_why(struct html *h, const struct verdict_row *v)
{
	html_put(h, reason_words(v->reason));
	for (size_t i = 0; i < v->because_count; i++) {
		if (i > 0 || v->reason != REASON_NONE)
			html_put(h, i > 0 ? ", " : "; ");
		html_excerpt(h, v->because[i]);
	}
	if (v->loose)
		html_put(h,
		    " <span class=\"quiet\">(by a loose match of "
		    "two frameworks)</span>");
	if (v->unsure.len > 0) {
		html_put(h, " <span class=\"quiet\">(not verified: ");
		html_excerpt(h, v->unsure);
		html_put(h, ")</span>");
	}
}

static void
put_verdict(struct html *h, const struct verdict_row *v)
{
	html_put(h, "<tr><th scope=\"row\">");
	html_excerpt(h, v->requirement);
	if (v->modality.len > 0) {
		html_put(h, " <span class=\"quiet\">");
		html_excerpt(h, v->modality);
		html_put(h, "</span>");
	}
	html_put(h, "</th><td>");
	html_excerpt(h, v->title);
	html_put(h, "</td><td>");
	html_verdict_badge(h, v->verdict);
	html_put(h, "</td><td data-label=\"basis\">");
	html_put(h,
	    v->verdict == VERDICT_INCONCLUSIVE ? "open"
					       : report_basis_text(v->basis));
	html_put(h, "</td><td data-label=\"why\">");
	put_why(h, v);
	html_put(h, "</td></tr>\n");
}

static void
put_framework(struct html *h, const struct framework_total *t)
{
	html_put(h, "<details><summary>");
	html_excerpt(h, t->title.len > 0 ? t->title : t->framework);
	html_put(h,
	    "</summary><div class=\"in\"><table class=\"cards verdicts\">"
	    "<thead><tr><th scope=\"col\">requirement</th>"
	    "<th scope=\"col\">in our words</th>"
	    "<th scope=\"col\">verdict</th><th scope=\"col\">basis</th>"
	    "<th scope=\"col\">why</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < h->a->verdict_count; i++)
		if (bytes_equal(h->a->verdicts[i].framework, t->framework))
			put_verdict(h, &h->a->verdicts[i]);
	html_put(h, "</tbody></table></div></details>\n");
}

/* What each requirement lacks for the next level. */
static void
put_gap(struct html *h, const struct gap *g)
{
	html_put(h, "<tr><th scope=\"row\">");
	html_excerpt(h, g->row->requirement);
	html_put(h, "</th><td data-label=\"what to do\">");
	html_put(h, report_need_text(g->need));
	html_put(h, "</td><td data-label=\"what is missing\">");
	for (size_t i = 0; i < g->row->because_count; i++) {
		html_put(h, i > 0 ? "; " : "");
		html_excerpt(h, g->row->because[i]);
	}
	html_put(h, "</td></tr>\n");
}

static void
put_gaps(struct html *h)
{
	html_put(h,
	    "<details><summary>What is missing for it</summary>"
	    "<div class=\"in\"><table class=\"cards gaps\"><thead><tr>"
	    "<th scope=\"col\">requirement</th>"
	    "<th scope=\"col\">what to do</th>"
	    "<th scope=\"col\">what is missing</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < h->a->gap_count; i++)
		put_gap(h, &h->a->gaps[i]);
	html_put(h, "</tbody></table></div></details>\n");
}

static void
put_level(struct html *h)
{
	const struct assessment *a = h->a;

	if (a->scheme_name.len == 0)
		return;
	html_put(h, "<p>Scheme <strong>");
	html_excerpt(h, a->scheme_name);
	html_put(h, "</strong>: ");
	if (a->scheme_level.len > 0) {
		html_put(h, "level <strong>");
		html_excerpt(h, a->scheme_level);
		html_put(h, "</strong> is reached");
	} else {
		html_put(h, "no level is reached");
	}
	if (a->gap_count > 0) {
		html_put(h, "; for <strong>");
		html_excerpt(h, a->scheme_next);
		html_put(h, "</strong> ");
		report_put_count(a->gap_count, "requirement is missing",
		    "requirements are missing", h->to);
	}
	html_put(h, ".</p>\n");
	if (a->gap_count > 0)
		put_gaps(h);
}

/* Whose word the verdicts rest on besides the program's. */
static void
put_declaration(struct html *h)
{
	const struct assessment *a = h->a;

	if (a->declaration_name.len == 0) {
		html_put(h,
		    "<p>No declaration of the maker was given: what only he "
		    "can say stays open.</p>\n");
		return;
	}
	html_put(h, "<p>Judged with the maker's declaration <code>");
	html_excerpt(h, a->declaration_name);
	html_put(h, "</code> (SHA-256 <code>");
	out_hex_bytes(h->to,
	    (struct bytes){
		a->declaration_sha256, sizeof(a->declaration_sha256) });
	html_put(h, "</code>, ");
	report_put_count(a->declaration_answers, "answer", "answers", h->to);
	html_put(h, ", ");
	report_put_count(a->declaration_problems, "problem", "problems", h->to);
	html_put(h,
	    "). What rests on it is marked <em>declared by the maker</em>: "
	    "nobody has tested it.</p>\n");
}

void
html_put_verdicts(struct html *h)
{
	html_put(h,
	    "<section id=\"requirements\"><h2>Requirements</h2>\n"
	    "<p>One set of evidence, read for several frameworks. A clean "
	    "scan is never a pass: <em>inconclusive</em> means that nothing "
	    "spoke against it, or that the image alone cannot show it.</p>\n");
	put_declaration(h);
	html_put_bars(h);
	put_level(h);
	for (size_t i = 0; i < h->a->total_count; i++)
		put_framework(h, &h->a->totals[i]);
	html_put(h, "</section>\n");
}
