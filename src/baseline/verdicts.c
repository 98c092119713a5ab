/* SPDX-License-Identifier: ISC */
/* Weighs what the rules said of each requirement. */
#include "baseline/verdicts_private.h"

#include <stdio.h>

struct weighing {
	const struct verdicts_input *in;
	struct arena *arena;
	struct opinion *provision; /* of the first framework */
	struct bytes dark;	   /* the sentence about unread bytes */
};

struct speakers
speakers_find(
    const struct verdicts_input *in, size_t framework, size_t requirement)
{
	const struct rule_list *rules = in->rules;
	struct speakers s = { .all = { .word = { 0 } } };

	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *r = &rules->list[i];

		for (size_t k = 0; k < r->target_count; k++)
			if (r->target[k].framework == framework &&
			    r->target[k].requirement == requirement)
				rule_set_add(&s.all, i);
	}
	s.unlooked = rule_set_common(&s.all, &in->results->unlooked);
	return s;
}

static bool
says_maker(struct bytes source)
{
	return bytes_equal_text(source, "declared") ||
	    bytes_equal_text(source, "document");
}

/* Whether the firmware is named, and before any statement of the maker. */
static bool
firmware_leads(struct bytes evidence)
{
	struct bytes source;

	while (bytes_next_field(&evidence, ';', &source)) {
		if (bytes_equal_text(source, "firmware"))
			return true;
		if (says_maker(source))
			return false;
	}
	return false;
}

static bool
maker_has_a_say(struct bytes evidence)
{
	struct bytes source;

	while (bytes_next_field(&evidence, ';', &source))
		if (says_maker(source))
			return true;
	return false;
}

static struct opinion
inconclusive(enum reason reason, const struct rule_set *because)
{
	return (struct opinion){ .reason = reason, .because = *because };
}

static struct opinion
failed(const struct rule_set *because)
{
	return (struct opinion){ .verdict = VERDICT_FAIL, .because = *because };
}

static struct opinion
weigh_provision(const struct weighing *w, size_t provision)
{
	const struct requirement *r =
	    &w->in->catalogue->framework[0].list[provision];
	const struct results *results = w->in->results;
	struct speakers s = speakers_find(w->in, 0, provision);
	struct rule_set fail = rule_set_common(&s.all, &results->fail);
	struct rule_set against = rule_set_common(&s.all, &results->warn);
	struct rule_set looked = rule_set_common(&s.all, &results->looked);
	struct rule_set info = rule_set_common(&s.all, &results->info);

	rule_set_join(&against, &fail);
	if (!rule_set_is_empty(&fail) && r->tool_verdict >= TOOL_FAIL_ONLY)
		return failed(&fail);
	if (!rule_set_is_empty(&against))
		return inconclusive(REASON_NEEDS_REVIEW, &against);
	if (firmware_leads(r->evidence) && !rule_set_is_empty(&looked) &&
	    r->tool_verdict >= TOOL_FAIL_ONLY) {
		if (w->in->summary->dark.too_much)
			return (
			    struct opinion){ .reason = REASON_UNREAD_BYTES };
		return inconclusive(REASON_NOT_DISPROVED, &looked);
	}
	return inconclusive(maker_has_a_say(r->evidence)
		? REASON_NEEDS_DECLARATION
		: REASON_NEEDS_REVIEW,
	    &info);
}

/* Where the reasons for recommendations that are not met are asked for. */
#define REASONS_PROVISION BYTES("5.0-1")

static enum err
weigh_provisions(const struct weighing *w)
{
	const struct framework *f = &w->in->catalogue->framework[0];
	enum err err = ERR_OK;
	size_t at;

	for (size_t i = 0; i < f->count && err == ERR_OK; i++) {
		struct opinion tested = weigh_provision(w, i);

		w->provision[i] = tested;
		if (w->in->claims->declaration != NULL)
			err = verdicts_hear_claim(
			    w->in, i, &tested, w->arena, &w->provision[i]);
	}
	if (err != ERR_OK || w->in->claims->declaration == NULL ||
	    !catalogue_find_requirement(f, REASONS_PROVISION, &at))
		return err;
	return verdicts_hear_reasons(
	    w->in, w->provision, w->arena, &w->provision[at]);
}

/* Rules, then what is dark, then sentences. */
static enum err
write_because(
    const struct weighing *w, struct opinion *o, struct verdict_row *row)
{
	bool dark = row->reason == REASON_UNREAD_BYTES;

	if (o->said.more > 0 && o->said.count == SAID_MAX) {
		o->said.count--;
		if (!said_add(
			&o->said, w->arena, "and %zu more", o->said.more + 1))
			return ERR_MEMORY;
	}
	row->because = arena_take_array(w->arena,
	    rule_set_count(&o->because) + dark + o->said.count,
	    sizeof(*row->because));
	if (row->because == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < w->in->rules->count; i++)
		if (rule_set_has(&o->because, i))
			row->because[row->because_count++] =
			    w->in->rules->list[i].id;
	if (dark)
		row->because[row->because_count++] = w->dark;
	for (size_t i = 0; i < o->said.count; i++)
		row->because[row->because_count++] = o->said.list[i];
	return ERR_OK;
}

static enum err
write_row(const struct weighing *w, const struct framework *f,
    const struct requirement *r, struct opinion *o, struct verdict_row *row)
{
	row->framework = f->id;
	row->requirement = r->id;
	row->title = r->title;
	row->modality = r->modality;
	row->unsure = r->unsure;
	row->verdict = o->verdict;
	row->basis = o->basis;
	row->reason = o->reason;
	row->loose = o->loose;
	row->declared = o->declared;
	row->reasoned = o->reasoned;
	return write_because(w, o, row);
}

static void
count_total(struct framework_total *total, enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_INCONCLUSIVE:
		total->inconclusive++;
		return;
	case VERDICT_PASS:
		total->pass++;
		return;
	case VERDICT_FAIL:
		total->fail++;
		return;
	case VERDICT_NOT_APPLICABLE:
		total->not_applicable++;
		return;
	}
}

static enum err
write_framework(
    const struct weighing *w, size_t framework, struct assessment *ret)
{
	const struct framework *f = &w->in->catalogue->framework[framework];
	struct framework_total *total = &ret->totals[ret->total_count++];

	*total =
	    (struct framework_total){ .framework = f->id, .title = f->title };
	for (size_t i = 0; i < f->count; i++) {
		struct opinion o = w->provision[i * (framework == 0)];
		enum err err = ERR_OK;

		if (framework != 0)
			err = verdicts_weigh_other(
			    w->in, w->provision, framework, i, w->arena, &o);
		if (err == ERR_OK)
			err = write_row(w, f, &f->list[i], &o,
			    &ret->verdicts[ret->verdict_count]);
		if (err != ERR_OK)
			return err;
		ret->verdict_count++;
		count_total(total, o.verdict);
	}
	return ERR_OK;
}

static enum err
write_dark(struct weighing *w)
{
	const struct darkness *d = &w->in->summary->dark;
	char text[160];
	int len;

	if (d->cut_short)
		len = snprintf(text, sizeof(text),
		    "the work was cut short; %llu of %llu bytes of the image "
		    "were not read",
		    (unsigned long long)d->len,
		    (unsigned long long)w->in->image_size);
	else
		len = snprintf(text, sizeof(text),
		    "%llu of %llu bytes of the image were not read, and %zu "
		    "containers inside it",
		    (unsigned long long)d->len,
		    (unsigned long long)w->in->image_size,
		    d->unread_nested + d->broken);
	w->dark = arena_copy(
	    w->arena, (struct bytes){ (const uint8_t *)text, (size_t)len });
	return w->dark.ptr == NULL ? ERR_MEMORY : ERR_OK;
}

enum err
verdicts_make(const struct verdicts_input *in, struct arena *arena,
    struct assessment *ret)
{
	const struct catalogue *catalogue = in->catalogue;
	struct weighing w = { .in = in, .arena = arena };
	size_t count = 0;

	for (size_t i = 0; i < catalogue->framework_count; i++)
		if (catalogue->framework[i].judged)
			count += catalogue->framework[i].count;
	w.provision = arena_take_array(
	    arena, catalogue->framework[0].count, sizeof(*w.provision));
	ret->verdicts = arena_take_array(arena, count, sizeof(*ret->verdicts));
	ret->totals = arena_take_array(
	    arena, catalogue->framework_count, sizeof(*ret->totals));
	if (w.provision == NULL || ret->verdicts == NULL ||
	    ret->totals == NULL || write_dark(&w) != ERR_OK)
		return ERR_MEMORY;
	ret->verdict_count = 0;
	ret->total_count = 0;
	if (weigh_provisions(&w) != ERR_OK)
		return ERR_MEMORY;
	for (size_t i = 0; i < catalogue->framework_count; i++)
		if (catalogue->framework[i].judged &&
		    write_framework(&w, i, ret) != ERR_OK)
			return ERR_MEMORY;
	return ERR_OK;
}
