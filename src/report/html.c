/* SPDX-License-Identifier: ISC */
/* Markup, escaped text and badges. */
#include "report/html_private.h"

#include "base/text.h"
#include "inspect/names.h"

void
html_put(struct html *h, const char *markup)
{
	out_text(h->to, markup);
}

void
html_text(struct html *h, struct bytes text)
{
	text_put_html(h->to, text);
}

void
html_excerpt(struct html *h, struct bytes text)
{
	struct report_excerpt excerpt;

	report_excerpt_make(text, &excerpt);
	html_text(h, report_excerpt_bytes(&excerpt));
}

void
html_put_evidence(struct html *h, const struct evidence *e)
{
	struct report_excerpt excerpt;

	if (e->path.len > 0) {
		struct bytes name = name_known(e->path);

		html_put(h, "<span class=\"where\"><code>");
		html_text(h, bytes_slice(e->path, 0, e->path.len - name.len));
		html_put(h, "<b>");
		html_text(h, name);
		html_put(h, "</b></code>");
		if (e->at != FACT_NOWHERE && e->at > 0) {
			html_put(h, " at <code>");
			html_offset(h, e->at);
			html_put(h, "</code>");
		}
		if (e->line > 0) {
			html_put(h, " (declaration) at line ");
			html_number(h, e->line);
			html_put(h, ", column ");
			html_number(h, e->column);
		}
		html_put(h, "</span>");
	}
	report_excerpt_make(e->text, &excerpt);
	if (excerpt.len > 0) {
		html_put(h, "<code class=\"said\">");
		html_text(h, report_excerpt_bytes(&excerpt));
		html_put(h, "</code>");
	}
}

void
html_number(struct html *h, uint64_t value)
{
	out_decimal(h->to, value);
}

void
html_offset(struct html *h, uint64_t at)
{
	out_text(h->to, "0x");
	out_hex(h->to, at, 1);
}

void
html_share(struct html *h, uint64_t part, uint64_t whole)
{
	uint64_t thousandths = 0;

	if (part > whole)
		part = whole;
	if (whole > 0)
		thousandths =
		    (uint64_t)((double)part * 100000 / (double)whole + 0.5);
	out_decimal(h->to, thousandths / 1000);
	out_u8(h->to, '.');
	out_decimal(h->to, thousandths / 100 % 10);
	out_decimal(h->to, thousandths / 10 % 10);
	out_decimal(h->to, thousandths % 10);
	out_u8(h->to, '%');
}

void
html_put_badge(
    struct html *h, const char *kind, const char *sign, const char *word)
{
	html_put(h, "<span class=\"badge is-");
	html_put(h, kind);
	html_put(h, "\"><span aria-hidden=\"true\">");
	html_put(h, sign);
	html_put(h, "</span> ");
	html_put(h, word);
	html_put(h, "</span>");
}

void
html_badge(struct html *h, enum finding_result result)
{
	switch (result) {
	case FINDING_FAIL:
		html_put_badge(h, "fail", "\xc3\x97", "fails");
		return;
	case FINDING_WARN:
		html_put_badge(h, "warn", "!", "warns");
		return;
	case FINDING_INFO:
		html_put_badge(h, "info", "i", "informs");
		return;
	}
}

void
html_verdict_badge(struct html *h, enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_FAIL:
		html_put_badge(h, "fail", "\xc3\x97", "fail");
		return;
	case VERDICT_PASS:
		html_put_badge(h, "pass", "+", "pass");
		return;
	case VERDICT_INCONCLUSIVE:
		html_put_badge(h, "open", "?", "inconclusive");
		return;
	case VERDICT_NOT_APPLICABLE:
		html_put_badge(h, "open", "\xe2\x80\x93", "not applicable");
		return;
	}
}

void
html_put_mark(struct html *h, const char *class, const char *shape,
    uint64_t number, const char *word)
{
	html_put(h, "<li class=\"");
	html_put(h, class);
	html_put(h,
	    "\"><svg viewBox=\"0 0 78 66\" aria-hidden=\"true\">"
	    "<path d=\"");
	html_put(h, shape);
	html_put(h, "\"/><text x=\"39\" y=\"42\">");
	html_number(h, number);
	html_put(h, "</text></svg><span class=\"unseen\">");
	html_number(h, number);
	html_put(h, " </span>");
	html_put(h, word);
	html_put(h, "</li>\n");
}

void
html_begin_page(struct html *h)
{
	html_put(h,
	    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" "
	    "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
	    "<meta name=\"viewport\" "
	    "content=\"width=device-width, initial-scale=1\">\n"
	    "<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
}

static void
put_lines(struct html *h, const char *const *line)
{
	for (; *line != NULL; line++) {
		html_put(h, *line);
		html_put(h, "\n");
	}
}

void
html_begin_body(struct html *h, const char *const *more_style)
{
	html_put(h, "</title>\n<style>\n");
	put_lines(h, html_style);
	put_lines(h, html_style_parts);
	put_lines(h, html_style_tables);
	if (more_style != NULL)
		put_lines(h, more_style);
	html_put(h, "</style>\n</head>\n<body>\n");
}
