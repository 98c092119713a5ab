/* SPDX-License-Identifier: ISC */
/* What changed, for a terminal: the worse first. */
#include "report/report_diff.h"

#include "base/text.h"
#include "inspect/names.h"
#include "report/report_diff_private.h"
#include "report/report_private.h"
#include "report/terminal_private.h"

/* The column behind "vulnerabilities  ". */
#define INDENT 17

#define NAMES_SHOWN 12

/* What is said of each direction, and how much of it. */
static const struct part {
	enum direction direction;
	enum tone tone;
	const char *title;
	size_t shown; /* changes of one area; the rest is counted */
	size_t places;
} parts[] = {
	{ DIRECTION_WORSE, TONE_FAIL, "WORSE: look at these before you ship",
	    20, 3 },
	{ DIRECTION_BETTER, TONE_INFO, "BETTER", 12, 0 },
	{ DIRECTION_NEUTRAL, TONE_STRONG,
	    "OTHER CHANGES: neither worse nor better", 8, 0 },
};

static void
put_image(struct terminal *t, const char *label, const struct assessment *a)
{
	out_text(&t->text, label);
	terminal_excerpt(t, a->image_name);
	out_text(&t->text, ", ");
	report_put_size(a->image_size, &t->text);
	out_text(&t->text, ", ");
	report_put_count(
	    a->fail_count, "finding fails", "findings fail", &t->text);
	out_text(&t->text, ", ");
	report_put_count(a->warn_count, "warns", "warn", &t->text);
	terminal_flush(t, 0, 2, 2);
}

static void
put_head(
    struct terminal *t, const struct diff *d, const struct report_tool *tool)
{
	const char *caution = report_diff_caution(d);

	terminal_put(t, TONE_STRONG, "hallmark");
	out_text(&t->text, tool->version);
	out_text(&t->text, ": what changed");
	terminal_flush(t, 8, 9, 1);
	put_image(t, "old: ", d->side[SIDE_OLD]);
	put_image(t, "new: ", d->side[SIDE_NEW]);
	out_u8(t->to, '\n');
	out_text(&t->text, report_diff_answer(d));
	if (diff_direction(d) != DIRECTION_NEUTRAL) {
		out_text(&t->text, " ");
		report_put_count(
		    d->change_count, "change", "changes", &t->text);
		out_text(&t->text, ": ");
		out_decimal(&t->text, d->count[DIRECTION_WORSE]);
		out_text(&t->text, " worse, ");
		out_decimal(&t->text, d->count[DIRECTION_BETTER]);
		out_text(&t->text, " better.");
	}
	terminal_flush(t, 0, 0, 0);
	report_diff_put_known(d, &t->text);
	terminal_flush(t, 0, 0, 0);
	if (caution == NULL)
		return;
	terminal_put(t, TONE_FAIL, "Careful:");
	out_text(&t->text, caution);
	terminal_flush(t, 8, 9, 0);
}

/* The area's name stands before its first line only. */
static size_t
put_area(struct terminal *t, enum area area, bool first)
{
	const char *name = area_text(area);

	if (!first)
		return 0;
	terminal_put(t, TONE_FAINT, name);
	return terminal_width(bytes_of(name));
}

static void
put_places(struct terminal *t, const struct change *c, size_t count)
{
	for (size_t i = 0; i < c->place_count && i < count; i++) {
		const struct evidence *e = &c->places[i].evidence;

		if (c->place_count > 1) {
			out_text(&t->text, side_text(c->places[i].side));
			out_text(&t->text, " ");
		}
		if (e->path.len > 0) {
			text_put_terminal(&t->text, name_known(e->path));
			out_text(&t->text, e->text.len > 0 ? ": " : "");
		}
		terminal_excerpt(t, e->text);
		terminal_flush(t, 0, INDENT + 2, 1);
	}
	if (c->place_count <= count || count == 0)
		return;
	out_text(&t->text, "and ");
	report_put_count(
	    c->place_count - count, "more place", "more places", &t->text);
	terminal_flush(t, 0, INDENT + 2, 1);
}

static void
put_change(struct terminal *t, const struct change *c, const struct part *part,
    bool first)
{
	size_t width = put_area(t, c->area, first);

	if (c->area == AREA_FINDINGS) {
		terminal_excerpt(t, c->name);
		out_text(&t->text, ": ");
	}
	text_put_terminal(&t->text, c->sentence);
	terminal_flush(t, width, INDENT, part->places > 0 ? 0 : 2);
	if (c->area == AREA_FINDINGS)
		put_places(t, c, part->places);
}

static void
put_more(struct terminal *t, size_t more)
{
	out_text(&t->text, "and ");
	out_decimal(&t->text, more);
	out_text(&t->text, " more");
	terminal_flush(t, 0, INDENT, 1);
}

/* Verdicts by framework: their numbers, and the first of their names. */
static void
put_verdicts(struct terminal *t, const struct diff *d, const struct part *part,
    struct bytes framework, bool first)
{
	size_t width = put_area(t, AREA_VERDICTS, first);
	size_t count = 0;

	terminal_excerpt(t, framework);
	out_text(&t->text, ":");
	for (size_t i = 0; i < d->change_count; i++) {
		const struct change *c = &d->changes[i];

		if (c->direction != part->direction ||
		    c->area != AREA_VERDICTS ||
		    !bytes_equal(c->framework, framework))
			continue;
		if (count++ >= NAMES_SHOWN)
			continue;
		out_text(&t->text, count > 1 ? ", " : " ");
		terminal_excerpt(t, c->name);
	}
	if (count > NAMES_SHOWN) {
		out_text(&t->text, " and ");
		out_decimal(&t->text, count - NAMES_SHOWN);
		out_text(&t->text, " more");
	}
	terminal_flush(t, width, INDENT, 3);
}

static void
put_verdict_part(
    struct terminal *t, const struct diff *d, const struct part *part)
{
	struct bytes last = { NULL, 0 };
	bool first = true;

	for (size_t i = 0; i < d->change_count; i++) {
		const struct change *c = &d->changes[i];

		if (c->area != AREA_VERDICTS || c->direction != part->direction)
			continue;
		if (c->framework.len == 0)
			put_change(t, c, part, first);
		else if (!bytes_equal(c->framework, last))
			put_verdicts(t, d, part, c->framework, first);
		last = c->framework;
		first = false;
	}
}

static void
put_area_part(struct terminal *t, const struct diff *d, const struct part *part,
    enum area area)
{
	size_t shown = 0;
	size_t all = d->area_count[area][part->direction];

	for (size_t i = 0; i < d->change_count && shown < part->shown; i++)
		if (d->changes[i].area == area &&
		    d->changes[i].direction == part->direction) {
			put_change(t, &d->changes[i], part, shown == 0);
			shown++;
		}
	if (all > shown)
		put_more(t, all - shown);
}

static void
put_part(struct terminal *t, const struct diff *d, const struct part *part)
{
	if (d->count[part->direction] == 0)
		return;
	terminal_heading(t, part->tone, part->title);
	for (int a = 0; a < AREA_COUNT; a++)
		if (a == AREA_VERDICTS)
			put_verdict_part(t, d, part);
		else
			put_area_part(t, d, part, (enum area)a);
}

static void
put_retests(struct terminal *t, const struct diff *d)
{
	if (d->retest_count == 0)
		return;
	terminal_heading(
	    t, TONE_STRONG, "RETEST: what rests on other evidence now");
	for (size_t i = 0; i < d->retest_count; i++) {
		const struct retest *r = &d->retests[i];

		terminal_excerpt(t, r->title.len > 0 ? r->title : r->framework);
		out_text(&t->text, ": ");
		out_decimal(&t->text, r->count);
		out_text(&t->text, " of ");
		out_decimal(&t->text, r->of);
		terminal_flush(t, 0, 2, 1);
	}
}

void
report_diff_terminal(const struct diff *d, const struct report_tool *tool,
    const struct report_terminal_options *options, struct out *to)
{
	struct terminal t = terminal_open(to, options->color, options->columns);

	put_head(&t, d, tool);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		put_part(&t, d, &parts[i]);
	put_retests(&t, d);
	if (d->change_count > 0) {
		out_u8(to, '\n');
		out_text(&t.text,
		    "All changes with their evidence: add --html FILE for a "
		    "page, --json for programs.");
		terminal_flush(&t, 0, 0, 0);
	}
	terminal_close(&t);
}
