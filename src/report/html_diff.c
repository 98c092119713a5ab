/* SPDX-License-Identifier: ISC */
/* Changes on the page: cards for what got worse, lists for the rest. */
#include "report/html_diff_private.h"

#include "base/number.h"
#include "report/report_diff_private.h"

/* Places shown with a change that did not get worse; the rest is counted. */
#define PLACES_FEW 2

const char *const html_style_diff[] = {
	".pair{display:grid;grid-template-columns:1fr 1fr;gap:.8rem 2rem;",
	"margin-bottom:1.4rem}.pair b{display:block}.pair .hash{font-size:.75em}",
	"h1 .to{color:var(--quiet);font-weight:400}",
	".m-better svg{color:var(--pass)}",
	".changes{list-style:none;margin:.4rem 0 1rem;padding:0}",
	".changes>li{padding:.45rem 0 .45rem .9rem;",
	"border-left:.25rem solid var(--mark);margin:.5rem 0}",
	".changes p{margin:0}",
	".changes .places{margin:.25rem 0 0}",
	".changes .places li{border:0;padding:.1rem 0}",
	".side{font-size:.8rem;color:var(--quiet);margin-right:.4rem}",
	".glance td,.glance th{text-align:right}",
	".glance th:first-child{text-align:left}",
	".glance .none{color:var(--quiet)}",
	".glance .bad{color:var(--fail);font-weight:600}",
	".glance .good{color:var(--pass);font-weight:600}",
	"section h3{margin-top:1.2rem}.finding h3{margin-top:0}",
	".ids{columns:6rem;list-style:none;margin:.4rem 0;padding:0}",
	"@media(min-width:40rem){.turns td:nth-child(2){min-width:5rem}",
	".turns th[scope=row]{width:30%}",
	".turns td:nth-child(3),.turns td:nth-child(4){width:27%}}",
	".turns .title{display:block;font-weight:400;color:var(--quiet)}",
	"@media(max-width:40rem){.pair{grid-template-columns:1fr}}",
	NULL,
};

void
html_direction_badge(struct html *h, enum direction direction)
{
	switch (direction) {
	case DIRECTION_WORSE:
		html_put_badge(h, "fail", "\xc3\x97", "worse");
		return;
	case DIRECTION_BETTER:
		html_put_badge(h, "pass", "+", "better");
		return;
	case DIRECTION_NEUTRAL:
	case DIRECTION_COUNT:
		break;
	}
	html_put_badge(h, "open", "\xe2\x80\x93", "neither");
}

static void
put_place(struct html *h, const struct change_place *place)
{
	html_put(h, "<li><span class=\"side\">");
	html_put(h, place->side == SIDE_OLD ? "before" : "now");
	html_put(h, "</span>");
	html_put_evidence(h, &place->evidence);
	html_put(h, "</li>\n");
}

static void
put_places(struct html *h, const struct change *c, size_t most)
{
	size_t shown = size_min(c->place_count, most);

	if (shown == 0)
		return;
	html_put(h, "<ul class=\"places\">\n");
	for (size_t i = 0; i < shown; i++)
		put_place(h, &c->places[i]);
	html_put(h, "</ul>\n");
	if (shown == c->place_count)
		return;
	html_put(h, "<p class=\"small quiet\">and ");
	report_put_count(
	    c->place_count - shown, "more place", "more places", h->to);
	html_put(h, "</p>\n");
}

static void
put_card(struct html *h, const struct change *c)
{
	html_put(h, "<article class=\"finding is-fail\"><div class=\"over\">");
	html_direction_badge(h, c->direction);
	html_put(h, "<code>");
	html_excerpt(h, c->name);
	html_put(h, "</code><span class=\"tags\">");
	html_put(h, report_area_title(c->area));
	html_put(h, "</span></div><h3>");
	html_excerpt(h, c->sentence);
	html_put(h, "</h3>\n");
	put_places(h, c, SIZE_MAX);
	if (c->advice.len > 0) {
		html_put(h, "<p class=\"advice\"><b>What to do:</b> ");
		html_text(h, c->advice);
		html_put(h, "</p>");
	}
	html_put(h, "</article>\n");
}

void
html_put_worse(struct html *h, const struct diff *d)
{
	size_t verdicts = d->area_count[AREA_VERDICTS][DIRECTION_WORSE];

	if (d->count[DIRECTION_WORSE] == 0)
		return;
	html_put(h, "<section id=\"worse\"><h2>What got worse</h2>\n");
	for (size_t i = 0; i < d->change_count; i++)
		if (d->changes[i].direction == DIRECTION_WORSE &&
		    d->changes[i].area != AREA_VERDICTS)
			put_card(h, &d->changes[i]);
	if (verdicts > 0) {
		html_put(h, "<p>And ");
		report_put_count(verdicts, "verdict", "verdicts", h->to);
		html_put(h,
		    ": see the <a href=\"#requirements\">requirements</a>."
		    "</p>\n");
	}
	html_put(h, "</section>\n");
}

static void
put_item(struct html *h, const struct change *c)
{
	html_put(h,
	    c->direction == DIRECTION_BETTER ? "<li class=\"is-pass\"><p>"
					     : "<li class=\"is-open\"><p>");
	html_excerpt(h, c->sentence);
	if (c->area == AREA_FINDINGS) {
		html_put(h, " <code>");
		html_excerpt(h, c->name);
		html_put(h, "</code>");
	}
	html_put(h, "</p>\n");
	put_places(h, c, PLACES_FEW);
	html_put(h, "</li>\n");
}

static void
put_items(struct html *h, const struct diff *d, enum area area,
    enum direction direction)
{
	html_put(h, "<ul class=\"changes\">\n");
	for (size_t i = 0; i < d->change_count; i++)
		if (d->changes[i].area == area &&
		    d->changes[i].direction == direction)
			put_item(h, &d->changes[i]);
	html_put(h, "</ul>\n");
}

static void
put_fold(struct html *h, const struct diff *d, enum area area,
    enum direction direction, bool open)
{
	size_t count = d->area_count[area][direction];

	if (count == 0 || area == AREA_VERDICTS)
		return;
	html_put(h, open ? "<details open=\"\">" : "<details>");
	html_put(h, "<summary>");
	html_put(h, report_area_title(area));
	html_put(h, ": ");
	report_put_count(count, "change", "changes", h->to);
	html_put(h, "</summary><div class=\"in\">\n");
	put_items(h, d, area, direction);
	html_put(h, "</div></details>\n");
}

/* Changes of this direction that are no verdicts. */
static size_t
count_facts(const struct diff *d, enum direction direction)
{
	return d->count[direction] - d->area_count[AREA_VERDICTS][direction];
}

void
html_put_better(struct html *h, const struct diff *d)
{
	if (count_facts(d, DIRECTION_BETTER) == 0)
		return;
	html_put(h, "<section id=\"better\"><h2>What got better</h2>\n");
	for (int a = 0; a < AREA_COUNT; a++)
		put_fold(
		    h, d, (enum area)a, DIRECTION_BETTER, a == AREA_FINDINGS);
	html_put(h, "</section>\n");
}

void
html_put_neutral(struct html *h, const struct diff *d)
{
	if (count_facts(d, DIRECTION_NEUTRAL) == 0)
		return;
	html_put(h,
	    "<section id=\"other\"><h2>Other changes</h2>\n"
	    "<p>Neither worse nor better for themselves. What is new may "
	    "still need a test or an entry in the declaration.</p>\n");
	for (int a = 0; a < AREA_COUNT; a++)
		put_fold(h, d, (enum area)a, DIRECTION_NEUTRAL, false);
	html_put(h, "</section>\n");
}
