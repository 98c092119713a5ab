/* SPDX-License-Identifier: ISC */
/* Markup for pages and for Markdown (CommonMark, with GitHub's tables). */
#include "report/pen_private.h"

#include "base/text.h"

#include <string.h>

static const char *const style[] = {
	":root{color-scheme:light dark}",
	"body{margin:2rem auto;max-width:54rem;padding:0 1.2rem;",
	"font:1rem/1.5 system-ui,'DejaVu Sans',sans-serif;",
	"overflow-wrap:break-word}",
	"h1,h2{font-family:Georgia,'Liberation Serif',serif}",
	"h2{border-bottom:3px double #999;padding-bottom:.2rem;",
	"margin-top:2rem}",
	"table{border-collapse:collapse;width:100%;margin:.6rem 0 1.2rem}",
	"th,td{border:1px solid #999;padding:.35rem .5rem;text-align:left;",
	"vertical-align:top}",
	"@media print{body{margin:0;max-width:none;font-size:10pt}",
	"tr,h2,h3{break-inside:avoid}h2,h3{break-after:avoid}}",
	NULL,
};

/*
 * What Markdown would read as markup inside a line; '\' in front makes it a
 * character. Foreign text never begins a line. Source: CommonMark 0.31 §2.4,
 * GitHub's tables and strikethrough.
 */
static bool
is_markup(uint8_t byte)
{
	return strchr("\\`*_[]<>|~&$", byte) != NULL;
}

static void
put_markdown(struct out *o, struct bytes text)
{
	while (text.len > 0) {
		size_t len = text_utf8_len(text);
		uint8_t byte = text.ptr[0];

		if (byte > 0 && byte <= ' ') {
			out_u8(o, ' ');
		} else if (len == 1 && byte > ' ' && byte < 0x7f) {
			if (is_markup(byte))
				out_u8(o, '\\');
			out_u8(o, byte);
		} else { /* replaces what a reader must not see */
			text_put_html(
			    o, bytes_slice(text, 0, len > 0 ? len : 1));
		}
		text = bytes_from(text, len > 0 ? len : 1);
	}
}

void
pen_text(struct pen *p, struct bytes text)
{
	if (p->html)
		text_put_html(p->to, text);
	else
		put_markdown(p->to, text);
}

void
pen_say(struct pen *p, const char *text)
{
	pen_text(p, bytes_of(text));
}

static void
put(struct pen *p, const char *html, const char *markdown)
{
	out_text(p->to, p->html ? html : markdown);
}

void
pen_begin(struct pen *p, const char *title)
{
	put(p,
	    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" "
	    "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
	    "<meta name=\"viewport\" "
	    "content=\"width=device-width, initial-scale=1\">\n<title>",
	    "# ");
	pen_say(p, title);
	if (p->html) {
		out_text(p->to, "</title>\n<style>\n");
		for (size_t i = 0; style[i] != NULL; i++) {
			out_text(p->to, style[i]);
			out_u8(p->to, '\n');
		}
		out_text(p->to, "</style>\n</head>\n<body>\n<h1>");
		pen_say(p, title);
		out_text(p->to, "</h1>\n");
		return;
	}
	out_text(p->to, "\n\n");
}

void
pen_end(struct pen *p)
{
	put(p, "</body>\n</html>\n", "");
}

void
pen_heading(struct pen *p, unsigned level, struct bytes text)
{
	static const char *const html[] = { "<h2>", "<h3>" };
	static const char *const ends[] = { "</h2>\n", "</h3>\n" };
	static const char *const marks[] = { "## ", "### " };
	size_t i = level > 2 ? 1 : 0;

	put(p, html[i], marks[i]);
	pen_text(p, text);
	put(p, ends[i], "\n\n");
}

void
pen_begin_paragraph(struct pen *p)
{
	put(p, "<p>", "");
}

void
pen_end_paragraph(struct pen *p)
{
	put(p, "</p>\n", "\n\n");
}

void
pen_begin_table(struct pen *p, const char *const *columns)
{
	put(p, "<table><thead><tr>", "|");
	for (p->columns = 0; columns[p->columns] != NULL; p->columns++) {
		put(p, "<th scope=\"col\">", " ");
		pen_say(p, columns[p->columns]);
		put(p, "</th>", " |");
	}
	put(p, "</tr></thead><tbody>\n", "\n|");
	for (size_t i = 0; i < p->columns; i++)
		put(p, "", " --- |");
	put(p, "", "\n");
}

void
pen_begin_row(struct pen *p)
{
	put(p, "<tr>", "|");
}

void
pen_begin_cell(struct pen *p)
{
	put(p, "<td>", " ");
}

void
pen_end_cell(struct pen *p)
{
	put(p, "</td>", " |");
}

void
pen_text_cell(struct pen *p, struct bytes text)
{
	pen_begin_cell(p);
	pen_text(p, text);
	pen_end_cell(p);
}

void
pen_say_cell(struct pen *p, const char *text)
{
	pen_text_cell(p, bytes_of(text));
}

void
pen_end_row(struct pen *p)
{
	put(p, "</tr>\n", "\n");
}

void
pen_end_table(struct pen *p)
{
	put(p, "</tbody></table>\n", "\n");
}
