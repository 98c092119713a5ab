/* SPDX-License-Identifier: ISC */
/* What feeds know of the components: the exploited first, and how far they
   reach. */
#include "report/html_private.h"

#include "base/date.h"
#include "baseline/advised.h"

/* Rows of what nobody is known to exploit; the JSON has them all. */
#define OTHERS_SHOWN 200

#define UNUSED_SHOWN 50

static void
put_day(struct html *h, int64_t secs)
{
	if (secs > 0)
		date_put_day(h->to, secs);
	else
		html_put(h, "not said");
}

static void
put_cell(struct html *h, const char *label)
{
	html_put(h, "</td><td data-label=\"");
	html_put(h, label);
	html_put(h, "\">");
}

static void
put_state(struct html *h, const struct match *m)
{
	if (advised_is_relieved(m))
		html_put_badge(h, "pass", "+", match_state_text(m->state));
	else if (m->state == MATCH_AFFECTED && m->confidence == MATCH_HIGH)
		html_put_badge(h, "fail", "\xc3\x97", "affected");
	else if (m->state == MATCH_UNKNOWN)
		html_put_badge(h, "open", "?", "version unknown");
	else
		html_put_badge(h, "warn", "!",
		    m->state == MATCH_CONDITIONAL ? "conditional"
						  : "may be affected");
	html_put(h, " <span class=\"quiet\">");
	html_put(h, match_confidence_text(m->confidence));
	html_put(h, " confidence");
	if (m->because.len > 0) {
		html_put(h, ": ");
		html_excerpt(h, m->because);
	}
	html_put(h, "</span>");
}

static void
put_scores(struct html *h, const struct match *m)
{
	if (m->cvss != CVSS_UNKNOWN) {
		html_put(h, "CVSS&nbsp;");
		advised_put_cvss(m->cvss, h->to);
	}
	if (m->epss != EPSS_UNKNOWN) {
		html_put(h, m->cvss != CVSS_UNKNOWN ? ", " : "");
		html_put(h, "EPSS&nbsp;");
		advised_put_epss(m->epss, h->to);
	}
	if (m->cvss == CVSS_UNKNOWN && m->epss == EPSS_UNKNOWN)
		html_put(h, "<span class=\"quiet\">not rated</span>");
	if (m->exploited_by == 0)
		return;
	html_put(h, "; exploited: ");
	advised_put_exploited_by(m, h->to);
	if (m->exploited_since > 0) {
		html_put(h, ", since ");
		date_put_day(h->to, m->exploited_since);
	}
	if (m->ransomware)
		html_put(h, ", <strong>by ransomware</strong>");
}

static void
put_versions(struct html *h, const struct match *m)
{
	if (m->range.len > 0) {
		html_excerpt(h, m->range);
		html_put(h, " <span class=\"quiet\">(");
	} else {
		html_put(h, "<span class=\"quiet\">not said (");
	}
	html_put(h, claim_source_text(m->source));
	html_put(h, ")</span>");
	if (m->fixed_in.len > 0) {
		html_put(h, "; fixed in <b>");
		html_excerpt(h, m->fixed_in);
		html_put(h, "</b>");
	}
}

/* Always as somebody's word. */
static void
put_vex(struct html *h, const struct match *m)
{
	if (m->vex == VEX_NONE) {
		html_put(h,
		    m->state == MATCH_FIXED
			? "fixed by the word of the distribution"
			: "<span class=\"quiet\">nothing said</span>");
		return;
	}
	html_put(h, "<code>");
	html_put(h, vex_status_text(m->vex));
	html_put(h, "</code> by the word of ");
	if (m->vex_author.len > 0)
		html_excerpt(h, m->vex_author);
	else
		html_put(h, "somebody unnamed");
	if (m->vex_justification.len > 0) {
		html_put(h, ": <code>");
		html_excerpt(h, m->vex_justification);
		html_put(h, "</code>");
	}
	if (m->vex_detail.len > 0) {
		html_put(h, m->vex_justification.len > 0 ? "; " : ": ");
		html_excerpt(h, m->vex_detail);
	}
	if (m->vex == VEX_NOT_AFFECTED && !advised_is_relieved(m))
		html_put(h, " <strong>(not heeded)</strong>");
}

static void
put_row(struct html *h, const struct advised *of, const struct match *m)
{
	struct out name = out_open(REPORT_NAME_LEN);

	advised_put(of, &name);
	html_put(h, "<tr><th scope=\"row\">");
	html_excerpt(h, m->id);
	html_put(h, "<span class=\"title\">");
	html_excerpt(h, m->title);
	html_put(h, "</span></th><td data-label=\"");
	html_put(h, of->component != NULL ? "component" : "the device");
	html_put(h, "\">");
	html_excerpt(h, out_bytes(&name));
	put_cell(h, "state");
	put_state(h, m);
	put_cell(h, "versions");
	put_versions(h, m);
	put_cell(h, "rated");
	put_scores(h, m);
	put_cell(h, "VEX");
	put_vex(h, m);
	html_put(h, "</td></tr>\n");
	report_pass_failure(&name, h->to);
	out_close(&name);
}

/* The first rows of one kind; how many there are in all. */
static size_t
put_table(struct html *h, bool exploited, size_t most)
{
	const struct matches *matches = h->a->advisories->matches;
	size_t count = 0;
	struct advised of;

	html_put(h,
	    "<div class=\"wide\" tabindex=\"0\" role=\"region\" "
	    "aria-label=\"Known vulnerabilities\">"
	    "<table class=\"cards known\"><thead><tr>"
	    "<th scope=\"col\">vulnerability</th>"
	    "<th scope=\"col\">component</th><th scope=\"col\">state</th>"
	    "<th scope=\"col\">versions</th><th scope=\"col\">rated</th>"
	    "<th scope=\"col\">VEX</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < matches->count; i++) {
		const struct match *m = &matches->list[i];

		if ((m->exploited_by != 0) != exploited ||
		    !advised_find(h->a, m->subject, &of))
			continue;
		if (count++ < most)
			put_row(h, &of, m);
	}
	html_put(h, "</tbody></table></div>\n");
	return count;
}

static void
put_others(struct html *h, const struct report_known *known)
{
	size_t all = known->others + known->others_relieved;

	if (all == 0)
		return;
	html_put(h, "<details><summary>");
	report_put_count(all, "other known vulnerability",
	    "other known vulnerabilities", h->to);
	html_put(h,
	    ", the likeliest to be exploited first</summary>"
	    "<div class=\"in\">");
	size_t count = put_table(h, false, OTHERS_SHOWN);

	if (count > OTHERS_SHOWN) {
		html_put(h, "<p class=\"quiet small\">and ");
		html_number(h, count - OTHERS_SHOWN);
		html_put(h, " more: <code>--json</code> has them all.</p>\n");
	}
	html_put(h, "</div></details>\n");
}

static void
put_feeds(struct html *h)
{
	const struct advisories *known = h->a->advisories;

	html_put(h,
	    "<details><summary>The feeds, and how far they reach</summary>"
	    "<div class=\"in\"><table class=\"cards feeds\"><thead><tr>"
	    "<th scope=\"col\">file</th><th scope=\"col\">what</th>"
	    "<th scope=\"col\">records</th>"
	    "<th scope=\"col\">broken, left out</th>"
	    "<th scope=\"col\">newest</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < known->health->feed_count; i++) {
		const struct book_feed *f = &known->feeds[i];

		html_put(h, "<tr><th scope=\"row\">");
		html_excerpt(h, f->name);
		html_put(h, "</th><td>");
		html_put(h, feed_kind_text(f->info.kind));
		put_cell(h, "records");
		html_number(h, f->info.count);
		put_cell(h, "broken, left out");
		html_number(h, f->info.refused);
		put_cell(h, "newest");
		put_day(h, f->info.newest);
		html_put(h, "</td></tr>\n");
	}
	html_put(h, "</tbody></table></div></details>\n");
}

static void
put_unused(struct html *h)
{
	const struct matches *matches = h->a->advisories->matches;

	if (matches->unused_count == 0)
		return;
	html_put(h, "<details><summary>");
	report_put_count(
	    matches->unused_count, "VEX statement", "VEX statements", h->to);
	html_put(h,
	    " about nothing here</summary><div class=\"in\"><p>Given, but no "
	    "match is what they are about: another version or product, or a "
	    "vulnerability that was not found.</p>\n<ul>");
	for (size_t i = 0; i < matches->unused_count && i < UNUSED_SHOWN; i++) {
		html_put(h, "<li><code>");
		html_excerpt(h, matches->unused[i].id);
		html_put(h, "</code> in <code>");
		html_excerpt(h, matches->unused[i].component);
		html_put(h, "</code> <span class=\"quiet\">");
		html_excerpt(h, matches->unused[i].document);
		html_put(h, "</span></li>\n");
	}
	html_put(h, "</ul></div></details>\n");
}

static void
put_reach(struct html *h)
{
	const struct book_health *health = h->a->advisories->health;
	struct bytes missing = report_reach_missing(h->a);

	html_put(h, "<p>Affected versions as known on <strong>");
	put_day(h, health->newest_claim);
	html_put(h, "</strong>; what is exploited as known on <strong>");
	put_day(h, health->newest_catalogue);
	html_put(h, "</strong>. Versions are known for ");
	html_number(h, health->exploited_known);
	html_put(h, " of ");
	html_number(h, health->exploited);
	html_put(h,
	    " exploited vulnerabilities. A version number does not tell "
	    "which mends a supplier brought back; what VEX or a distribution "
	    "says is their word and was not tested.</p>\n");
	if (missing.len == 0)
		return;
	html_put(h,
	    "<p class=\"alarm\"><strong>Finding none says nothing "
	    "here:</strong> ");
	html_text(h, missing);
	html_put(h, "</p>\n");
}

void
html_put_vulnerabilities(struct html *h)
{
	struct report_known known;

	if (h->a->advisories == NULL)
		return;
	known = report_count_known(h->a);
	html_put(h,
	    "<section id=\"vulnerabilities\"><h2>Known vulnerabilities</h2>\n");
	put_reach(h);
	if (known.exploited + known.exploited_rest > 0) {
		html_put(h, "<h3>Being exploited</h3>\n");
		(void)put_table(h, true, SIZE_MAX); /* all of them */
	} else {
		html_put(h,
		    "<p>None is known that is being exploited and concerns "
		    "what was identified.</p>\n");
	}
	put_others(h, &known);
	put_unused(h);
	put_feeds(h);
	html_put(h, "</section>\n");
}
