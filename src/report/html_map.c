/* SPDX-License-Identifier: ISC */
/* The image as a picture: what lies where, and what could be read. */
#include "report/html_private.h"

/* Pieces narrower than this many millionths are drawn with their neighbour. */
#define SEGMENT_MIN 2500
/* Wide enough for its name. */
#define LABEL_MIN 60000
#define TABLE_ROWS 200
#define TABLE_OPEN_ROWS 12

/* Neighbouring chunks drawn as one. */
struct segment {
	const struct chunk *chunk; /* the largest */
	uint64_t at;
	uint64_t size;
	uint64_t count;
	enum chunk_state state; /* the worst */
};

static const struct {
	const char *name;
	const char *means;
	const char *pattern;
} states[] = {
	[CHUNK_READ] = { "read", "its format was read, or its bytes searched",
	    NULL },
	[CHUNK_PADDING] = { "padding", "filled with 00 or ff", "p-padding" },
	[CHUNK_OPAQUE] = { "opaque",
	    "encrypted, or compressed in an unknown way", "p-opaque" },
	[CHUNK_UNREAD] = { "unread", "recognised, but not wholly readable",
	    "p-unread" },
};

void
html_put_patterns(struct html *h)
{
	html_put(h,
	    "<svg class=\"defs\" aria-hidden=\"true\"><defs>\n"
	    "<pattern id=\"p-padding\" width=\"14\" height=\"14\" "
	    "patternUnits=\"userSpaceOnUse\"><circle class=\"d-dot\" cx=\"4\" "
	    "cy=\"4\" r=\"1.2\"/></pattern>\n"
	    "<pattern id=\"p-opaque\" width=\"8\" height=\"8\" "
	    "patternUnits=\"userSpaceOnUse\"><path class=\"s-line\" "
	    "d=\"M0 0L8 8M8 0L0 8\"/></pattern>\n"
	    "<pattern id=\"p-unread\" width=\"9\" height=\"9\" "
	    "patternUnits=\"userSpaceOnUse\"><path class=\"s-line\" "
	    "d=\"M-1 10L10 -1M-1 1L1 -1M8 10L10 8\"/></pattern>\n"
	    "<pattern id=\"p-fail\" width=\"8\" height=\"8\" "
	    "patternUnits=\"userSpaceOnUse\"><path class=\"s-fail\" "
	    "d=\"M-1 9L9 -1M-1 1L1 -1M7 9L9 7\"/></pattern>\n"
	    "<pattern id=\"p-open\" width=\"9\" height=\"9\" "
	    "patternUnits=\"userSpaceOnUse\"><circle class=\"d-dot\" cx=\"3\" "
	    "cy=\"3\" r=\"1.1\"/></pattern>\n"
	    "<pattern id=\"p-pass\" width=\"7\" height=\"7\" "
	    "patternUnits=\"userSpaceOnUse\"><path class=\"s-pass\" "
	    "d=\"M0 3H7M3 0V7\"/></pattern>\n"
	    "</defs></svg>\n");
}

static void
put_fill(struct html *h, enum chunk_state state)
{
	html_put(h, "<rect width=\"100%\" height=\"100%\" class=\"f-");
	html_put(h, states[state].name);
	html_put(h, "\"/>");
	if (states[state].pattern == NULL)
		return;
	html_put(h, "<rect width=\"100%\" height=\"100%\" fill=\"url(#");
	html_put(h, states[state].pattern);
	html_put(h, ")\"/>");
}

static uint64_t
millionths(uint64_t part, uint64_t whole)
{
	return whole == 0 ? 0 : (uint64_t)((double)part * 1e6 / (double)whole);
}

static void
put_segment(struct html *h, const struct segment *s)
{
	uint64_t whole = h->a->image_size;

	html_put(h, "<svg x=\"");
	html_share(h, s->at, whole);
	html_put(h, "\" width=\"");
	html_share(h, s->size, whole);
	html_put(h, "\" height=\"100%\"><title>");
	html_put(h, s->chunk->format);
	if (s->count > 1) {
		html_put(h, " and ");
		report_put_count(
		    s->count - 1, "small piece", "small pieces", h->to);
	}
	html_put(h, ", ");
	html_offset(h, s->at);
	html_put(h, ", ");
	report_put_size(s->size, h->to);
	html_put(h, ", ");
	html_put(h, states[s->state].name);
	html_put(h, "</title>");
	put_fill(h, s->state);
	html_put(h, "<line class=\"edge\" y2=\"100%\"/>");
	if (millionths(s->size, whole) >= LABEL_MIN) {
		html_put(h, "<text x=\"7\" y=\"20\">");
		html_put(h, s->chunk->format);
		html_put(h, "</text><text x=\"7\" y=\"58\">");
		report_put_size(s->size, h->to);
		html_put(h, "</text>");
	}
	html_put(h, "</svg>\n");
}

static struct segment
join(const struct segment *s, const struct chunk *c)
{
	/* by how much a reader must know of it */
	static const int weight[] = { [CHUNK_PADDING] = 0,
		[CHUNK_READ] = 1,
		[CHUNK_OPAQUE] = 2,
		[CHUNK_UNREAD] = 3 };
	struct segment ret = *s;

	if (s->count == 0)
		return (struct segment){ c, c->at, c->size, 1, c->state };
	if (c->size > s->chunk->size)
		ret.chunk = c;
	if (weight[c->state] > weight[s->state])
		ret.state = c->state;
	ret.size += c->size;
	ret.count++;
	return ret;
}

static void
put_bar(struct html *h)
{
	struct segment pending = { .count = 0 };

	html_put(h,
	    "<svg class=\"map\" role=\"img\" aria-label=\"Map of the image; "
	    "the table below says the same\">\n");
	for (size_t i = 0; i < h->layout->top_count; i++) {
		pending = join(&pending, h->layout->top[i]);
		if (millionths(pending.size, h->a->image_size) < SEGMENT_MIN)
			continue;
		put_segment(h, &pending);
		pending.count = 0;
	}
	if (pending.count > 0)
		put_segment(h, &pending);
	html_put(h, "</svg>\n<div class=\"ends\"><span>0x0</span><span>");
	html_offset(h, h->a->image_size);
	html_put(h, "</span></div>\n");
}

static void
put_legend(struct html *h)
{
	const struct coverage *c = &h->a->coverage;
	const uint64_t sizes[] = {
		[CHUNK_READ] = c->read,
		[CHUNK_PADDING] = c->padding,
		[CHUNK_OPAQUE] = c->opaque,
		[CHUNK_UNREAD] = c->unread,
	};

	html_put(h, "<ul class=\"legend\">\n");
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		html_put(h, "<li><svg aria-hidden=\"true\">");
		put_fill(h, (enum chunk_state)i);
		html_put(h, "</svg><strong>");
		html_put(h, states[i].name);
		html_put(h, " ");
		report_put_percent(sizes[i], h->a->image_size, h->to);
		html_put(h, "</strong> <span class=\"quiet\">");
		html_put(h, states[i].means);
		html_put(h, "</span></li>\n");
	}
	html_put(h, "</ul>\n");
}

static void
put_row(struct html *h, size_t i)
{
	const struct chunk *c = h->layout->top[i];
	struct out detail = out_open(REPORT_DETAIL_LEN);

	html_put(h, "<tr><th scope=\"row\">");
	html_put(h, c->format);
	html_put(h, "</th><td data-label=\"from\"><code>");
	html_offset(h, c->at);
	html_put(h, "</code></td><td data-label=\"bytes\" class=\"num\">");
	html_number(h, c->size);
	html_put(h, "</td><td data-label=\"state\">");
	html_put(h, states[c->state].name);
	html_put(h, "</td><td>");
	report_put_detail(c, &detail);
	report_put_chains(h->layout, i, &detail);
	html_text(h, out_bytes(&detail));
	html_put(h, "</td></tr>\n");
	if (detail.failed == ERR_MEMORY) /* a long one is cut */
		report_pass_failure(&detail, h->to);
	out_close(&detail);
}

static void
put_table(struct html *h)
{
	size_t count = h->layout->top_count;

	html_put(h, count <= TABLE_OPEN_ROWS ? "<details open>" : "<details>");
	html_put(h, "<summary>");
	report_put_count(count, "piece", "pieces", h->to);
	html_put(h,
	    ", as a table</summary><div class=\"in\">\n"
	    "<table class=\"cards\"><thead><tr><th scope=\"col\">format</th>"
	    "<th scope=\"col\">from</th>"
	    "<th scope=\"col\" class=\"num\">bytes</th>"
	    "<th scope=\"col\">state</th>"
	    "<th scope=\"col\">what it says, and what it holds</th></tr>"
	    "</thead><tbody>\n");
	for (size_t i = 0; i < count && i < TABLE_ROWS; i++)
		put_row(h, i);
	html_put(h, "</tbody></table>\n");
	if (count > TABLE_ROWS) {
		html_put(h, "<p class=\"quiet\">and ");
		html_number(h, count - TABLE_ROWS);
		html_put(h,
		    " more: <code>hallmark assess --json</code> "
		    "lists them all.</p>\n");
	}
	html_put(h, "</div></details>\n");
}

void
html_put_map(struct html *h)
{
	html_put(h,
	    "<section id=\"read\"><h2>What was read</h2>\n"
	    "<p>Every byte of the image is in exactly one piece of this map. "
	    "About what is opaque or unread nothing can be said, and no "
	    "requirement that depends on it is called met.</p>\n");
	put_bar(h);
	put_legend(h);
	put_table(h);
	html_put(h, "</section>\n");
}
