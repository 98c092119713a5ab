/* SPDX-License-Identifier: ISC */
/* Verdicts before and now, and which requirements to look at again. */
#include "report/html_diff_private.h"

/* Rules that found nothing stand behind such a verdict. */
static bool
looked(struct bytes verdict)
{
	return bytes_starts(verdict, BYTES("inconclusive: not-disproved"));
}

static void
put_side(struct html *h, const struct change *c, enum side side)
{
	const struct change_because *because = &c->because[side];

	html_put(h,
	    side == SIDE_OLD ? "<td data-label=\"before\">"
			     : "<td data-label=\"now\">");
	html_excerpt(h, c->value[side]);
	if (because->count > 0)
		html_put(h,
		    looked(c->value[side])
			? " <span class=\"quiet\">nothing found by "
			: " <span class=\"quiet\">because of ");
	for (size_t i = 0; i < because->count; i++) {
		html_put(h, i > 0 ? ", " : "");
		html_excerpt(h, because->list[i]);
	}
	html_put(h, because->count > 0 ? "</span></td>" : "</td>");
}

static void
put_row(struct html *h, const struct change *c)
{
	html_put(h, "<tr><th scope=\"row\">");
	html_excerpt(h, c->name);
	html_put(h, "<span class=\"title\">");
	html_excerpt(h, c->title);
	html_put(h, "</span></th><td>");
	html_direction_badge(h, c->direction);
	html_put(h, "</td>");
	put_side(h, c, SIDE_OLD);
	put_side(h, c, SIDE_NEW);
	html_put(h, "</tr>\n");
}

static size_t
count_rows(
    const struct diff *d, struct bytes framework, enum direction direction)
{
	size_t count = 0;

	for (size_t i = 0; i < d->change_count; i++)
		count += d->changes[i].area == AREA_VERDICTS &&
		    d->changes[i].direction == direction &&
		    bytes_equal(d->changes[i].framework, framework);
	return count;
}

static void
put_framework(
    struct html *h, const struct diff *d, const struct framework_total *t)
{
	size_t worse = count_rows(d, t->framework, DIRECTION_WORSE);
	size_t better = count_rows(d, t->framework, DIRECTION_BETTER);
	size_t neutral = count_rows(d, t->framework, DIRECTION_NEUTRAL);

	if (worse + better + neutral == 0)
		return;
	html_put(h, "<details><summary>");
	html_excerpt(h, t->title.len > 0 ? t->title : t->framework);
	html_put(h, ": ");
	html_number(h, worse);
	html_put(h, " worse, ");
	html_number(h, better);
	html_put(h, " better, ");
	html_number(h, neutral);
	html_put(h,
	    " neither</summary><div class=\"in\">"
	    "<table class=\"cards turns\"><thead><tr>"
	    "<th scope=\"col\">requirement</th><th scope=\"col\">change</th>"
	    "<th scope=\"col\">before</th><th scope=\"col\">now</th></tr>"
	    "</thead><tbody>\n");
	for (size_t i = 0; i < d->change_count; i++)
		if (d->changes[i].area == AREA_VERDICTS &&
		    bytes_equal(d->changes[i].framework, t->framework))
			put_row(h, &d->changes[i]);
	html_put(h, "</tbody></table></div></details>\n");
}

/* What concerns no framework: the level of a scheme. */
static void
put_levels(struct html *h, const struct diff *d)
{
	for (size_t i = 0; i < d->change_count; i++) {
		const struct change *c = &d->changes[i];

		if (c->area != AREA_VERDICTS || c->framework.len > 0)
			continue;
		html_put(h, "<p>");
		html_direction_badge(h, c->direction);
		html_put(h, " ");
		html_excerpt(h, c->sentence);
		html_put(h, "</p>\n");
	}
}

void
html_put_verdict_changes(struct html *h, const struct diff *d)
{
	const struct assessment *now = d->side[SIDE_NEW];
	size_t count = 0;

	for (size_t i = 0; i < DIRECTION_COUNT; i++)
		count += d->area_count[AREA_VERDICTS][i];
	if (count == 0)
		return;
	html_put(h,
	    "<section id=\"requirements\"><h2>Requirements</h2>\n"
	    "<p>Verdicts that are not what they were. A verdict that no "
	    "longer fails is not a pass: it is open until somebody declares "
	    "or tests it.</p>\n");
	put_levels(h, d);
	for (size_t i = 0; i < now->total_count; i++)
		put_framework(h, d, &now->totals[i]);
	html_put(h, "</section>\n");
}

void
html_put_retests(struct html *h, const struct diff *d)
{
	if (d->retest_count == 0)
		return;
	html_put(h,
	    "<section id=\"retest\"><h2>What to test again</h2>\n"
	    "<p>The evidence for these requirements changed. The others rest "
	    "on the same evidence as before, as far as an image shows it: a "
	    "component that is new may still matter to them.</p>\n");
	for (size_t i = 0; i < d->retest_count; i++) {
		const struct retest *r = &d->retests[i];

		html_put(h, "<details><summary>");
		html_excerpt(h, r->title.len > 0 ? r->title : r->framework);
		html_put(h, ": ");
		html_number(h, r->count);
		html_put(h, " of ");
		html_number(h, r->of);
		html_put(h, "</summary><div class=\"in\"><ul class=\"ids\">\n");
		for (size_t k = 0; k < r->count; k++) {
			html_put(h, "<li>");
			html_excerpt(h, r->requirements[k]);
			html_put(h, "</li>\n");
		}
		html_put(h, "</ul></div></details>\n");
	}
	html_put(h, "</section>\n");
}
