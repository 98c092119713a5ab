/* SPDX-License-Identifier: ISC */
/* Schema hallmark.diff/1: keys in a fixed order, a change a line. */
#include "report/report_diff.h"

#include "codec/json.h"
#include "report/json_parts_private.h"
#include "report/report_diff_private.h"

static void
put_side(struct json *j, const struct diff *d, enum side side)
{
	const struct assessment *a = d->side[side];

	json_key(j, side_text(side));
	json_begin_object(j, JSON_INLINE);
	json_part_image(j, a);
	json_part_worker(j, a);
	json_part_coverage(j, a);
	json_part_finding_counts(j, a);
	json_end(j);
}

static void
put_place(struct json *j, const struct change_place *place)
{
	json_begin_object(j, JSON_INLINE);
	json_string(j, "image", side_text(place->side));
	json_part_evidence(j, &place->evidence);
	json_end(j);
}

static void
put_change(struct json *j, const struct change *c)
{
	json_begin_object(j, JSON_INLINE);
	json_string(j, "area", area_text(c->area));
	json_string(j, "change", change_kind_text(c->kind));
	json_string(j, "direction", direction_text(c->direction));
	json_text(j, "name", c->name);
	if (c->framework.len > 0) {
		json_text(j, "framework", c->framework);
		json_text(j, "title", c->title);
	}
	json_text(j, "old", c->value[SIDE_OLD]);
	json_text(j, "new", c->value[SIDE_NEW]);
	json_text(j, "sentence", c->sentence);
	if (c->area == AREA_FINDINGS)
		json_text(j, "advice", c->advice);
	if (c->framework.len > 0) {
		json_part_list(j, "old_because", c->because[SIDE_OLD].list,
		    c->because[SIDE_OLD].count);
		json_part_list(j, "new_because", c->because[SIDE_NEW].list,
		    c->because[SIDE_NEW].count);
	}
	json_key(j, "evidence");
	json_begin_array(j, JSON_INLINE);
	for (size_t i = 0; i < c->place_count; i++)
		put_place(j, &c->places[i]);
	json_end(j);
	json_end(j);
}

static void
put_retests(struct json *j, const struct diff *d)
{
	json_key(j, "retest");
	json_begin_array(j, JSON_LINES);
	for (size_t i = 0; i < d->retest_count; i++) {
		const struct retest *r = &d->retests[i];

		json_begin_object(j, JSON_INLINE);
		json_text(j, "framework", r->framework);
		json_part_list(j, "requirements", r->requirements, r->count);
		json_number(j, "of", r->of);
		json_end(j);
	}
	json_end(j);
}

static void
put_totals(struct json *j, const struct diff *d)
{
	json_key(j, "totals");
	json_begin_object(j, JSON_INLINE);
	json_number(j, "worse", d->count[DIRECTION_WORSE]);
	json_number(j, "better", d->count[DIRECTION_BETTER]);
	json_number(j, "neutral", d->count[DIRECTION_NEUTRAL]);
	json_end(j);
}

static void
put_counts(struct json *j, const char *key, const struct known_counts *counts)
{
	json_key(j, key);
	json_begin_object(j, JSON_INLINE);
	json_number(j, "new", counts->fresh);
	json_number(j, "gone", counts->gone);
	json_number(j, "still", counts->still);
	json_end(j);
}

/* Only where feeds were given for both. */
static void
put_known(struct json *j, const struct diff *d)
{
	if (!d->known.compared)
		return;
	json_key(j, "vulnerabilities");
	json_begin_object(j, JSON_INLINE);
	put_counts(j, "exploited", &d->known.exploited);
	put_counts(j, "others", &d->known.others);
	json_end(j);
}

void
report_diff_json(
    const struct diff *d, const struct report_tool *tool, struct out *to)
{
	struct json j = json_open(to);
	const char *caution = report_diff_caution(d);

	json_begin_object(&j, JSON_LINES);
	json_string(&j, "schema", "hallmark.diff/1");
	json_part_tool(&j, tool);
	put_side(&j, d, SIDE_OLD);
	put_side(&j, d, SIDE_NEW);
	json_string(&j, "direction", direction_text(diff_direction(d)));
	json_string(&j, "caution", caution != NULL ? caution : "");
	put_totals(&j, d);
	put_known(&j, d);
	json_key(&j, "changes");
	json_begin_array(&j, JSON_LINES);
	for (size_t i = 0; i < d->change_count; i++)
		put_change(&j, &d->changes[i]);
	json_end(&j);
	put_retests(&j, d);
	json_end(&j);
}
