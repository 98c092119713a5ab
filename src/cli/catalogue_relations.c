/* SPDX-License-Identifier: ISC */
/* catalogue show of one requirement, and catalogue export. */
#include "cli/catalogue_relations.h"

#include "base/text.h"
#include "cli/answering.h"
#include "codec/json.h"

const char *
catalogue_tool_verdict_text(enum tool_verdict verdict)
{
	switch (verdict) {
	case TOOL_NONE:
		break;
	case TOOL_AID:
		return "aid";
	case TOOL_FAIL_ONLY:
		return "fail-only";
	case TOOL_BOTH:
		return "both";
	}
	return "none";
}

/* The other end of a relation, seen from this requirement; NULL: none. */
static const struct framework *
other_end(const struct catalogue *c, const struct relation *r, size_t framework,
    size_t requirement, const struct requirement **ret)
{
	const struct framework *f;

	if (framework == 0 && r->provision == requirement) {
		f = &c->framework[r->framework];
		*ret = &f->list[r->requirement];
		return f;
	}
	if (r->framework != framework || r->requirement != requirement)
		return NULL;
	f = &c->framework[0];
	*ret = &f->list[r->provision];
	return f;
}

static void
put_members(struct json *j, const struct requirement *r)
{
	json_text(j, "id", r->id);
	json_text(j, "title", r->title);
	json_text(j, "modality", r->modality);
	json_text(j, "applies_if", r->applies_if);
	json_text(j, "evidence", r->evidence);
	json_string(
	    j, "tool_verdict", catalogue_tool_verdict_text(r->tool_verdict));
	json_text(j, "unsure", r->unsure);
}

static void
put_json(struct json *j, const struct catalogue *c, size_t framework,
    size_t requirement)
{
	const struct framework *f = &c->framework[framework];
	const struct requirement *other;

	json_begin_object(j, JSON_LINES);
	json_text(j, "framework", f->id);
	put_members(j, &f->list[requirement]);
	json_key(j, "related");
	json_begin_array(j, JSON_LINES);
	for (size_t i = 0; i < c->relation_count; i++) {
		const struct relation *r = &c->relation[i];
		const struct framework *to =
		    other_end(c, r, framework, requirement, &other);

		if (to == NULL)
			continue;
		json_begin_object(j, JSON_INLINE);
		json_text(j, "framework", to->id);
		json_text(j, "requirement", other->id);
		json_bool(j, "loose", r->loose);
		json_end(j);
	}
	json_end(j);
	json_end(j);
}

static void
put_text(struct out *o, const struct catalogue *c, size_t framework,
    size_t requirement)
{
	const struct framework *f = &c->framework[framework];
	const struct requirement *r = &f->list[requirement];
	const struct requirement *other;

	text_put_terminal(o, f->id);
	out_text(o, " ");
	text_put_terminal(o, r->id);
	out_text(o, "\n");
	answering_put_line(o, "  ", r->title);
	answering_put_line(o, "  modality:   ", r->modality);
	answering_put_line(o, "  applies if: ", r->applies_if);
	answering_put_line(o, "  evidence:   ", r->evidence);
	if (r->evidence.len > 0)
		answering_put_line(o, "  a program:  ",
		    bytes_of(catalogue_tool_verdict_text(r->tool_verdict)));
	answering_put_line(o, "  not verified: ", r->unsure);
	for (size_t i = 0; i < c->relation_count; i++) {
		const struct framework *to = other_end(
		    c, &c->relation[i], framework, requirement, &other);

		if (to == NULL)
			continue;
		out_text(o, "  relates to: ");
		text_put_terminal(o, to->id);
		out_text(o, " ");
		text_put_terminal(o, other->id);
		out_text(o, c->relation[i].loose ? " (in part)\n" : "\n");
	}
}

bool
catalogue_put_requirement(
    const struct catalogue *c, struct bytes id, bool json, struct out *to)
{
	struct json j = json_open(to);
	bool any = false;

	for (size_t i = 0; i < c->framework_count; i++) {
		size_t at;

		if (!catalogue_find_requirement(&c->framework[i], id, &at))
			continue;
		if (json && !any) {
			json_begin_object(&j, JSON_LINES);
			json_string(&j, "schema", "hallmark.requirement/1");
			json_key(&j, "requirements");
			json_begin_array(&j, JSON_LINES);
		}
		if (json)
			put_json(&j, c, i, at);
		else
			put_text(to, c, i, at);
		any = true;
	}
	if (json && any) {
		json_end(&j);
		json_end(&j);
	}
	return any;
}

void
catalogue_put_all(const struct catalogue *c, struct out *to)
{
	struct json j = json_open(to);

	json_begin_object(&j, JSON_LINES);
	json_string(&j, "schema", "hallmark.catalogue/1");
	json_key(&j, "frameworks");
	json_begin_array(&j, JSON_LINES);
	for (size_t i = 0; i < c->framework_count; i++) {
		const struct framework *f = &c->framework[i];

		json_begin_object(&j, JSON_LINES);
		json_text(&j, "id", f->id);
		json_text(&j, "title", f->title);
		json_text(&j, "version", f->version);
		json_key(&j, "requirements");
		json_begin_array(&j, JSON_LINES);
		for (size_t k = 0; k < f->count; k++) {
			json_begin_object(&j, JSON_INLINE);
			put_members(&j, &f->list[k]);
			json_end(&j);
		}
		json_end(&j);
		json_end(&j);
	}
	json_end(&j);
	json_key(&j, "crosswalk");
	json_begin_array(&j, JSON_LINES);
	for (size_t i = 0; i < c->relation_count; i++) {
		const struct relation *r = &c->relation[i];
		const struct framework *f = &c->framework[r->framework];

		json_begin_object(&j, JSON_INLINE);
		json_text(
		    &j, "provision", c->framework[0].list[r->provision].id);
		json_text(&j, "framework", f->id);
		json_text(&j, "requirement", f->list[r->requirement].id);
		json_bool(&j, "loose", r->loose);
		json_end(&j);
	}
	json_end(&j);
	json_end(&j);
}
