/* SPDX-License-Identifier: ISC */
/* Findings with their evidence and advice. */
#include "report/html_private.h"

#include "base/number.h"

/* Places shown at once; the others are folded away. */
#define PLACES_OPEN 4

static void
put_list(struct html *h, const struct finding *f, size_t from, size_t to)
{
	html_put(h, "<ul class=\"places\">\n");
	for (size_t i = from; i < to; i++) {
		html_put(h, "<li>");
		html_put_evidence(h, &f->evidence[i]);
		html_put(h, "</li>\n");
	}
	html_put(h, "</ul>\n");
}

static void
put_places(struct html *h, const struct finding *f)
{
	size_t open = size_min(f->evidence_count, PLACES_OPEN);
	size_t more = f->evidence_count - open;

	if (open > 0)
		put_list(h, f, 0, open);
	if (more > 0) {
		html_put(h, "<details><summary>");
		report_put_count(more, "more place", "more places", h->to);
		html_put(h, "</summary><div class=\"in\">\n");
		put_list(h, f, open, f->evidence_count);
		html_put(h, "</div></details>\n");
	}
	if (f->evidence_total <= f->evidence_count)
		return;
	html_put(h, "<p class=\"quiet small\">and ");
	report_put_count(f->evidence_total - f->evidence_count,
	    "more place that is not listed", "more places that are not listed",
	    h->to);
	html_put(h, "</p>\n");
}

static void
put_finding(struct html *h, const struct finding *f)
{
	html_put(h, "<article class=\"finding is-");
	html_put(h, finding_result_text(f->result));
	html_put(h, "\"><div class=\"over\">");
	html_badge(h, f->result);
	html_put(h, "<code>");
	html_excerpt(h, f->rule);
	html_put(h, "</code>");
	if (f->requirement_count > 0) {
		html_put(h, "<span class=\"tags\">EN 303 645: ");
		for (size_t i = 0; i < f->requirement_count; i++) {
			html_put(h, i > 0 ? ", " : "");
			html_excerpt(h, f->requirements[i]);
		}
		html_put(h, "</span>");
	}
	html_put(h, "</div><h3>");
	html_excerpt(h, f->title);
	html_put(h, "</h3>\n");
	put_places(h, f);
	html_put(h, "<p class=\"advice\"><b>What to do:</b> ");
	html_text(h, f->advice);
	html_put(h, "</p></article>\n");
}

static void
put_all(struct html *h, enum finding_result result)
{
	for (size_t i = 0; i < h->a->finding_count; i++)
		if (h->a->findings[i].result == result)
			put_finding(h, &h->a->findings[i]);
}

void
html_put_findings(struct html *h)
{
	html_put(h, "<section id=\"findings\"><h2>Findings</h2>\n");
	if (h->a->fail_count + h->a->warn_count == 0)
		html_put(h,
		    "<p>No rule fails or warns. That says what was looked at "
		    "and not found; it does not say that the product is "
		    "secure.</p>\n");
	put_all(h, FINDING_FAIL);
	put_all(h, FINDING_WARN);
	if (h->a->info_count > 0) {
		html_put(h, "<details><summary>");
		report_put_count(h->a->info_count, "finding that informs",
		    "findings that inform", h->to);
		html_put(h, "</summary><div class=\"in\">\n");
		put_all(h, FINDING_INFO);
		html_put(h, "</div></details>\n");
	}
	html_put(h, "</section>\n");
}
