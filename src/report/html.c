/* SPDX-License-Identifier: ISC */
/* Markup, escaped text and badges. */
#include "report/html_private.h"

#include "base/text.h"

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

static void
put_badge(struct html *h, const char *kind, const char *sign, const char *word)
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
		put_badge(h, "fail", "\xc3\x97", "fails");
		return;
	case FINDING_WARN:
		put_badge(h, "warn", "!", "warns");
		return;
	case FINDING_INFO:
		put_badge(h, "info", "i", "informs");
		return;
	}
}

void
html_verdict_badge(struct html *h, enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_FAIL:
		put_badge(h, "fail", "\xc3\x97", "fail");
		return;
	case VERDICT_PASS:
		put_badge(h, "pass", "+", "pass");
		return;
	case VERDICT_INCONCLUSIVE:
		put_badge(h, "open", "?", "inconclusive");
		return;
	case VERDICT_NOT_APPLICABLE:
		put_badge(h, "open", "\xe2\x80\x93", "not applicable");
		return;
	}
}
