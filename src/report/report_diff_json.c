/* SPDX-License-Identifier: ISC */
/* Schema hallmark.diff/1: keys in a fixed order, a change a line. */
#include "report/report_diff.h"

#include "codec/json.h"
#include "report/report_diff_private.h"
#include "report/report_private.h"

static void
put_list(
    struct json *j, const char *key, const struct bytes *list, size_t count)
{
	json_key(j, key);
	json_begin_array(j, JSON_INLINE);
	for (size_t i = 0; i < count; i++)
		json_put_text(j, list[i]);
	json_end(j);
}

static void
put_side(struct json *j, const struct diff *d, enum side side)
{
	const struct assessment *a = d->side[side];

	json_key(j, side_text(side));
	json_begin_object(j, JSON_INLINE);
	json_text(j, "name", a->image_name);
	json_number(j, "size", a->image_size);
	report_put_hash(j, "sha256", a);
	json_text(j, "jail", a->jail);
	if (a->worker_trouble.len > 0)
		json_text(j, "worker_trouble", a->worker_trouble);
	if (a->seen->cut_short.len > 0)
		json_text(j, "cut_short", a->seen->cut_short);
	json_key(j, "coverage");
	json_begin_object(j, JSON_INLINE);
	json_number(j, "read", a->coverage.read);
	json_number(j, "padding", a->coverage.padding);
	json_number(j, "opaque", a->coverage.opaque);
	json_number(j, "unread", a->coverage.unread);
	json_end(j);
	json_key(j, "findings");
	json_begin_object(j, JSON_INLINE);
	json_number(j, "fail", a->fail_count);
	json_number(j, "warn", a->warn_count);
	json_number(j, "info", a->info_count);
	json_end(j);
	json_end(j);
}

static void
put_place(struct json *j, const struct change_place *place)
{
	const struct evidence *e = &place->evidence;
	struct report_excerpt excerpt;

	json_begin_object(j, JSON_INLINE);
	json_string(j, "image", side_text(place->side));
	json_text(j, "path", e->path);
	json_key(j, "at");
	if (e->at == FACT_NOWHERE)
		json_put_null(j);
	else
		json_put_number(j, e->at);
	report_excerpt_make(e->text, &excerpt);
	json_text(j, "text", report_excerpt_bytes(&excerpt));
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
		put_list(j, "old_because", c->because[SIDE_OLD].list,
		    c->because[SIDE_OLD].count);
		put_list(j, "new_because", c->because[SIDE_NEW].list,
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
		put_list(j, "requirements", r->requirements, r->count);
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

void
report_diff_json(
    const struct diff *d, const struct report_tool *tool, struct out *to)
{
	struct json j = json_open(to);
	const char *caution = report_diff_caution(d);

	json_begin_object(&j, JSON_LINES);
	json_string(&j, "schema", "hallmark.diff/1");
	json_key(&j, "tool");
	json_begin_object(&j, JSON_INLINE);
	json_string(&j, "name", "hallmark");
	json_string(&j, "version", tool->version);
	json_string(&j, "data", tool->data_version);
	json_end(&j);
	put_side(&j, d, SIDE_OLD);
	put_side(&j, d, SIDE_NEW);
	json_string(&j, "direction", direction_text(diff_direction(d)));
	json_string(&j, "caution", caution != NULL ? caution : "");
	put_totals(&j, d);
	json_key(&j, "changes");
	json_begin_array(&j, JSON_LINES);
	for (size_t i = 0; i < d->change_count; i++)
		put_change(&j, &d->changes[i]);
	json_end(&j);
	put_retests(&j, d);
	json_end(&j);
}
