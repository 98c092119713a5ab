/* SPDX-License-Identifier: ISC */
/* The page about two images: one file, nothing loaded, nothing run. */
#include "report/report_diff.h"

#include "report/html_diff_private.h"
#include "report/report_diff_private.h"

static void
put_top(struct html *h, const struct diff *d)
{
	html_begin_page(h);
	html_excerpt(h, d->side[SIDE_OLD]->image_name);
	html_put(h, " \xe2\x86\x92 ");
	html_excerpt(h, d->side[SIDE_NEW]->image_name);
	html_put(h, " \xe2\x80\x93 hallmark diff");
	html_begin_body(h, html_style_diff);
	html_put(h,
	    "<a class=\"skip\" href=\"#main\">To the changes</a>\n"
	    "<div class=\"sheet\">\n");
}

static void
put_image(struct html *h, const char *word, const struct assessment *a)
{
	html_put(h, "<div><b>");
	html_put(h, word);
	html_put(h, ": ");
	html_excerpt(h, a->image_name);
	html_put(h, "</b>");
	report_put_size(a->image_size, h->to);
	html_put(h, ", ");
	report_put_count(
	    a->fail_count, "finding fails", "findings fail", h->to);
	html_put(h, ", ");
	report_put_count(a->warn_count, "warns", "warn", h->to);
	html_put(h, ", ");
	report_put_percent(
	    a->coverage.read + a->coverage.padding, a->image_size, h->to);
	html_put(h, " read<code class=\"hash\">SHA-256 ");
	out_hex_bytes(
	    h->to, (struct bytes){ a->image_sha256, sizeof(a->image_sha256) });
	html_put(h, "</code></div>\n");
}

static void
put_marks(struct html *h, const struct diff *d)
{
	html_put(h, "<ul class=\"marks\">\n");
	html_put_mark(h, "m-fail", "M22 2H56L76 20V46L56 64H22L2 46V20Z",
	    d->count[DIRECTION_WORSE], "worse");
	html_put_mark(h, "m-better",
	    "M6 2H72V34C72 52 54 60 39 65C24 60 6 52 6 34Z",
	    d->count[DIRECTION_BETTER], "better");
	html_put_mark(h, "m-info",
	    "M33 2H45A31 31 0 0 1 45 64H33A31 31 0 0 1 33 2Z",
	    d->count[DIRECTION_NEUTRAL], "neither");
	html_put(h, "</ul>\n");
}

static void
put_header(struct html *h, const struct diff *d)
{
	const char *caution = report_diff_caution(d);

	html_put(h,
	    "<header>\n<svg class=\"seal\" viewBox=\"0 0 64 64\" "
	    "aria-hidden=\"true\"><path d=\"M20 3H44L61 20V44L44 61H20L3 44V20Z"
	    "\"/><path d=\"M22 8H42L56 22V42L42 56H22L8 42V22Z\"/>"
	    "<text x=\"32\" y=\"41\" text-anchor=\"middle\">H</text></svg>\n"
	    "<p class=\"motto\">Firmware comparison</p>\n<h1>");
	html_excerpt(h, d->side[SIDE_OLD]->image_name);
	html_put(h, " <span class=\"to\">\xe2\x86\x92</span> ");
	html_excerpt(h, d->side[SIDE_NEW]->image_name);
	html_put(h, "</h1>\n");
	put_marks(h, d);
	html_put(h, "<p class=\"lead\">");
	html_put(h, report_diff_answer(d));
	html_put(h, "</p>\n");
	if (caution != NULL) {
		html_put(h, "<p class=\"alarm\"><strong>Careful:</strong> ");
		html_put(h, caution);
		html_put(h, "</p>\n");
	}
	html_put(h, "</header>\n");
}

static void
put_link(struct html *h, size_t count, const char *id, const char *word)
{
	if (count == 0)
		return;
	html_put(h, "<li><a href=\"#");
	html_put(h, id);
	html_put(h, "\">");
	html_put(h, word);
	html_put(h, "</a></li>\n");
}

/* Only to what is there. */
static void
put_nav(struct html *h, const struct diff *d)
{
	const size_t *verdicts = d->area_count[AREA_VERDICTS];
	size_t all = 0;

	for (size_t i = 0; i < DIRECTION_COUNT; i++)
		all += verdicts[i];
	html_put(h, "<nav aria-label=\"On this page\"><ul>\n");
	put_link(h, 1, "glance", "At a glance");
	put_link(h, d->count[DIRECTION_WORSE], "worse", "What got worse");
	put_link(h, d->count[DIRECTION_BETTER] - verdicts[DIRECTION_BETTER],
	    "better", "What got better");
	put_link(h, all, "requirements", "Requirements");
	put_link(h, d->count[DIRECTION_NEUTRAL] - verdicts[DIRECTION_NEUTRAL],
	    "other", "Other changes");
	put_link(h, d->retest_count, "retest", "What to test again");
	put_link(h, 1, "method", "Method and limits");
	html_put(h, "</ul></nav>\n");
}

static void
put_number(struct html *h, size_t count, const char *class, const char *label)
{
	html_put(h, "<td class=\"");
	html_put(h, count > 0 ? class : "none");
	html_put(h, "\" data-label=\"");
	html_put(h, label);
	html_put(h, "\">");
	html_number(h, count);
	html_put(h, "</td>");
}

/* Every area, so that a reader sees also what stayed as it was. */
static void
put_glance(struct html *h, const struct diff *d)
{
	html_put(h,
	    "<section id=\"glance\"><h2>At a glance</h2>\n<div class=\"pair\">"
	    "\n");
	put_image(h, "Before", d->side[SIDE_OLD]);
	put_image(h, "Now", d->side[SIDE_NEW]);
	html_put(h,
	    "</div>\n<table class=\"glance\"><thead><tr>"
	    "<th scope=\"col\">what</th><th scope=\"col\">worse</th>"
	    "<th scope=\"col\">better</th><th scope=\"col\">neither</th></tr>"
	    "</thead><tbody>\n");
	for (int a = 0; a < AREA_COUNT; a++) {
		const size_t *count = d->area_count[a];

		if (a == AREA_VULNERABILITIES && !d->known.compared)
			continue; /* nobody looked */
		html_put(h, "<tr><th scope=\"row\">");
		html_put(h, report_area_title((enum area)a));
		html_put(h, "</th>");
		put_number(h, count[DIRECTION_WORSE], "bad", "worse");
		put_number(h, count[DIRECTION_BETTER], "good", "better");
		put_number(h, count[DIRECTION_NEUTRAL], "some", "neither");
		html_put(h, "</tr>\n");
	}
	html_put(h, "</tbody></table>\n");
	if (d->known.compared) {
		html_put(h, "<p class=\"quiet\">");
		report_diff_put_known(d, h->to);
		html_put(h, "</p>\n");
	}
	html_put(h, "</section>\n");
}

static void
put_method(struct html *h)
{
	html_put(h,
	    "<section id=\"method\"><h2>Method and limits</h2>\n"
	    "<p>Both images were read, not run, and judged by the same "
	    "rules and data. Files are compared by their path behind the "
	    "containers that hold them, keys by fingerprint, components by "
	    "name and version, programs by name.</p>\n"
	    "<p><strong>Worse</strong> is: a finding that fails or warns and "
	    "is new, graver or seen in more places; a verdict that fell; a "
	    "component or package revision that went down; a new private key, "
	    "token or password; a service that a rule objects to, or that "
	    "runs as root now; a protection lost by a program that uses the "
	    "network; less proof of where an update comes from; noticeably "
	    "less of the image readable. What is only new or gone is "
	    "<strong>neither</strong>.</p>\n"
	    "<p><em>No longer seen</em> means just that: the thing may be "
	    "hidden, or done in a way that an image does not show.</p>\n"
	    "</section>\n");
}

static void
put_footer(struct html *h, const struct diff *d)
{
	html_put(
	    h, "<footer>\n<dl class=\"facts\">\n<dt>made by hallmark</dt><dd>");
	html_excerpt(h, bytes_of(h->tool->version));
	html_put(h, "</dd>\n<dt>data</dt><dd>");
	html_excerpt(h, bytes_of(h->tool->data_version));
	html_put(h, "</dd>\n<dt>jail of the reader</dt><dd>");
	html_excerpt(h, d->side[SIDE_NEW]->jail);
	html_put(h, "</dd></dl>\n</footer>\n");
}

void
report_diff_html(
    const struct diff *d, const struct report_tool *tool, struct out *to)
{
	struct html h = { .to = to, .tool = tool };

	put_top(&h, d);
	put_header(&h, d);
	put_nav(&h, d);
	html_put(&h, "<main id=\"main\">\n");
	put_glance(&h, d);
	html_put_worse(&h, d);
	html_put_better(&h, d);
	html_put_verdict_changes(&h, d);
	html_put_neutral(&h, d);
	html_put_retests(&h, d);
	put_method(&h);
	html_put(&h, "</main>\n");
	put_footer(&h, d);
	html_put(&h, "</div>\n</body>\n</html>\n");
}
