/* SPDX-License-Identifier: ISC */
/* The page: one file, nothing loaded, nothing run. */
#include "report/report.h"

#include "report/html_private.h"

static void
put_top(struct html *h)
{
	html_begin_page(h);
	html_excerpt(h, h->a->image_name);
	html_put(h, " \xe2\x80\x93 hallmark assessment");
	html_begin_body(h, NULL);
	html_put(
	    h, "<a class=\"skip\" href=\"#findings\">To the findings</a>\n");
	html_put_patterns(h);
	html_put(h, "<div class=\"sheet\">\n");
}

static void
put_marks(struct html *h)
{
	const struct assessment *a = h->a;

	html_put(h, "<ul class=\"marks\">\n");
	html_put_mark(h, "m-fail", "M22 2H56L76 20V46L56 64H22L2 46V20Z",
	    a->fail_count,
	    a->fail_count == 1 ? "finding fails" : "findings fail");
	html_put_mark(h, "m-warn", "M39 1L77 33L39 65L1 33Z", a->warn_count,
	    a->warn_count == 1 ? "warns" : "warn");
	html_put_mark(h, "m-info",
	    "M33 2H45A31 31 0 0 1 45 64H33A31 31 0 0 1 33 2Z", a->info_count,
	    a->info_count == 1 ? "informs" : "inform");
	html_put(h,
	    "<li class=\"m-read\"><svg viewBox=\"0 0 78 66\" "
	    "aria-hidden=\"true\"><path d=\"M6 2H72V34C72 52 54 60 39 65C24 60 "
	    "6 52 6 34Z\"/><text class=\"share\" x=\"39\" y=\"38\">");
	report_put_percent(
	    a->coverage.read + a->coverage.padding, a->image_size, h->to);
	html_put(h, "</text></svg><span class=\"unseen\">");
	report_put_percent(
	    a->coverage.read + a->coverage.padding, a->image_size, h->to);
	html_put(h, " </span>of the image was read</li>\n</ul>\n");
}

static void
put_lead(struct html *h)
{
	const struct assessment *a = h->a;

	html_put(h, "<p class=\"lead\">");
	if (a->fail_count > 0)
		html_put(h,
		    "Mend what fails before you ship this image; each "
		    "finding below says how.");
	else if (a->warn_count > 0)
		html_put(h,
		    "No finding fails. Look at those that warn before "
		    "you ship this image.");
	else
		html_put(h,
		    "Nothing speaks against this image in what was "
		    "read. That is not a pass: see the requirements.");
	html_put(h, "</p>\n");
}

static void
put_trouble(struct html *h)
{
	struct bytes text = h->a->worker_trouble.len > 0
	    ? h->a->worker_trouble
	    : h->a->seen->cut_short;

	if (text.len == 0)
		return;
	html_put(h, "<p class=\"alarm\"><strong>Not complete:</strong> ");
	html_excerpt(h, text);
	html_put(h, ". Absence of a finding says nothing here.</p>\n");
}

static bool
is_known(struct bytes word)
{
	return word.len > 0 && !bytes_equal_text(word, "unknown");
}

static void
put_header(struct html *h)
{
	const struct assessment *a = h->a;

	html_put(h,
	    "<header>\n<svg class=\"seal\" viewBox=\"0 0 64 64\" "
	    "aria-hidden=\"true\"><path d=\"M20 3H44L61 20V44L44 61H20L3 44V20Z"
	    "\"/><path d=\"M22 8H42L56 22V42L42 56H22L8 42V22Z\"/>"
	    "<text x=\"32\" y=\"41\" text-anchor=\"middle\">H</text></svg>\n"
	    "<p class=\"motto\">Firmware assessment</p>\n<h1>");
	html_excerpt(h, a->image_name);
	html_put(h, "</h1>\n<p class=\"what\">");
	report_put_size(a->image_size, h->to);
	html_put(h, ", ");
	if (is_known(a->operating_system))
		html_excerpt(h, a->operating_system);
	else
		html_put(h, "operating system not recognised");
	html_put(h, is_known(a->architecture) ? " on " : ", processor ");
	if (is_known(a->architecture))
		html_excerpt(h, a->architecture);
	else
		html_put(h, "not recognised");
	html_put(h, "<code class=\"hash\">SHA-256 ");
	out_hex_bytes(
	    h->to, (struct bytes){ a->image_sha256, sizeof(a->image_sha256) });
	html_put(h, "</code></p>\n");
	put_marks(h);
	put_lead(h);
	put_trouble(h);
	html_put(h, "</header>\n");
}

static void
put_nav(struct html *h)
{
	size_t at = 0;

	html_put(h,
	    "<nav aria-label=\"On this page\"><ul>\n"
	    "<li><a href=\"#findings\">Findings</a></li>\n"
	    "<li><a href=\"#read\">What was read</a></li>\n"
	    "<li><a href=\"#update\">Update</a></li>\n"
	    "<li><a href=\"#requirements\">Requirements</a></li>\n"
	    "<li><a href=\"#components\">Components</a></li>\n");
	if (h->a->advisories != NULL)
		html_put(h,
		    "<li><a href=\"#vulnerabilities\">Known vulnerabilities"
		    "</a></li>\n");
	if (facts_next(&h->a->seen->facts, FACT_ELF, &at) != NULL)
		html_put(h,
		    "<li><a href=\"#hardening\">How it is built</a>"
		    "</li>\n");
	html_put(h,
	    "<li><a href=\"#method\">Method and limits</a></li>\n"
	    "</ul></nav>\n");
}

static void
put_fact(struct html *h, const char *name, struct bytes value)
{
	html_put(h, "<dt>");
	html_put(h, name);
	html_put(h, "</dt><dd>");
	if (value.len > 0)
		html_excerpt(h, value);
	else
		html_put(h, "none seen");
	html_put(h, "</dd>\n");
}

static void
put_update(struct html *h)
{
	const struct update_state *u = &h->a->update;

	html_put(h,
	    "<section id=\"update\"><h2>Update</h2>\n"
	    "<p>What proves to the device that an image comes from "
	    "its maker:</p>\n<dl class=\"facts\">\n");
	put_fact(h, "container", u->container);
	put_fact(h, "proof",
	    bytes_of(report_authenticity_sentence(u->authenticity)));
	put_fact(h, "encrypted", bytes_of(answer_text(u->encrypted)));
	put_fact(h, "kept from going back to an older version",
	    bytes_of(answer_text(u->rollback)));
	if (u->detail.len > 0)
		put_fact(h, "it says", u->detail);
	html_put(h, "</dl></section>\n");
}

static void
put_unlooked(struct html *h)
{
	if (h->a->unlooked_count == 0)
		return;
	html_put(h, "<p><strong>Not looked at</strong> in this run:</p>\n<ul>");
	for (size_t i = 0; i < h->a->unlooked_count; i++) {
		html_put(h, "<li><code>");
		html_excerpt(h, h->a->unlooked[i * 2]);
		html_put(h, "</code> ");
		html_text(h, h->a->unlooked[i * 2 + 1]);
		html_put(h, "</li>\n");
	}
	html_put(h, "</ul>\n");
}

static void
put_method(struct html *h)
{
	html_put(h,
	    "<section id=\"method\"><h2>Method and limits</h2>\n"
	    "<p>The image was read, not run. Each finding is a rule applied "
	    "to facts that were seen at the places given; anybody can look "
	    "there again. A verdict is <em>fail</em> when the evidence is "
	    "against the requirement and <em>pass</em> only where a program "
	    "can prove it.</p>\n"
	    "<p><strong>Inconclusive, not disproved</strong> means: the "
	    "places where a breach would show were looked at, and none was "
	    "found. It is no pass, because software may break a requirement "
	    "in ways that an image does not show. Such a requirement needs "
	    "the maker's declaration, a test of the running device, or a "
	    "laboratory's review. What lies in opaque or unread bytes stays "
	    "unknown.</p>\n"
	    "<p>A version number does not tell which mends a supplier "
	    "brought back. Check before you act on it.</p>\n");
	put_unlooked(h);
	html_put(h, "</section>\n");
}

static void
put_footer(struct html *h)
{
	html_put(h, "<footer>\n<dl class=\"facts\">\n");
	put_fact(h, "made by hallmark", bytes_of(h->tool->version));
	put_fact(h, "data", bytes_of(h->tool->data_version));
	put_fact(h, "jail of the reader", h->a->jail);
	html_put(h, "<dt>time taken</dt><dd>");
	report_put_seconds(h->a->seconds, h->to);
	html_put(h, "</dd></dl>\n</footer>\n");
}

void
report_html(
    const struct assessment *a, const struct report_tool *tool, struct out *to)
{
	struct report_layout layout;
	struct html h = { to, a, tool, &layout };
	enum err err = report_layout_open(a, &layout);

	if (err != ERR_OK) {
		if (to->failed == ERR_OK)
			to->failed = err;
		return;
	}
	put_top(&h);
	put_header(&h);
	put_nav(&h);
	html_put(&h, "<main>\n");
	html_put_findings(&h);
	html_put_map(&h);
	put_update(&h);
	html_put_verdicts(&h);
	html_put_components(&h);
	html_put_vulnerabilities(&h);
	html_put_hardening(&h);
	put_method(&h);
	html_put(&h, "</main>\n");
	put_footer(&h);
	html_put(&h, "</div>\n</body>\n</html>\n");
	report_layout_close(&layout);
}
