/* SPDX-License-Identifier: ISC */
/* Weighs what the rules said of each requirement. */
#include "baseline/verdicts_private.h"

#include "baseline/table_file_private.h"

#include <stdio.h>

/* What is known of one requirement; sets of rules as in struct results. */
struct opinion {
	enum verdict verdict;
	enum reason reason;
	uint64_t because;
	bool loose;
};

/* The rules that speak to a requirement directly. */
struct speakers {
	uint64_t all;
	uint64_t unlooked; /* nobody looks for what they ask */
};

struct weighing {
	const struct verdicts_input *in;
	struct arena *arena;
	struct opinion *provision; /* of the first framework */
	struct bytes dark;	   /* the sentence about unread bytes */
};

static struct speakers
find_speakers(
    const struct rule_list *rules, size_t framework, size_t requirement)
{
	struct speakers s = { 0 };

	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *r = &rules->list[i];

		for (size_t k = 0; k < r->target_count; k++)
			if (r->target[k].framework == framework &&
			    r->target[k].requirement == requirement) {
				s.all |= (uint64_t)1 << i;
				if (!r->judged)
					s.unlooked |= (uint64_t)1 << i;
			}
	}
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
inconclusive(enum reason reason, uint64_t because)
{
	return (struct opinion){ VERDICT_INCONCLUSIVE, reason, because, false };
}

static struct opinion
weigh_provision(const struct weighing *w, size_t provision)
{
	const struct requirement *r =
	    &w->in->catalogue->framework[0].list[provision];
	const struct results *results = w->in->results;
	struct speakers s = find_speakers(w->in->rules, 0, provision);
	uint64_t fail = s.all & results->fail;
	uint64_t against = fail | (s.all & results->warn);
	uint64_t looked = s.all & results->looked;

	if (fail != 0 && r->tool_verdict >= TOOL_FAIL_ONLY)
		return (
		    struct opinion){ VERDICT_FAIL, REASON_NONE, fail, false };
	if (against != 0)
		return inconclusive(REASON_NEEDS_REVIEW, against);
	if (firmware_leads(r->evidence) && looked != 0 &&
	    r->tool_verdict >= TOOL_FAIL_ONLY)
		return w->in->summary->dark.too_much
		    ? inconclusive(REASON_UNREAD_BYTES, 0)
		    : inconclusive(REASON_NOT_DISPROVED, looked);
	return inconclusive(maker_has_a_say(r->evidence)
		? REASON_NEEDS_DECLARATION
		: REASON_NEEDS_REVIEW,
	    s.all & results->info);
}

/* What the provisions that relate to a requirement say together. */
struct chorus {
	uint64_t fail, review, looked; /* substance */
	uint64_t loose_review;
	bool dark, not_disproved, declaration, only_review;
};

static void
hear(struct chorus *c, const struct opinion *o, bool loose)
{
	if (o->verdict == VERDICT_FAIL ||
	    (o->reason == REASON_NEEDS_REVIEW && o->because != 0)) {
		if (loose)
			c->loose_review |= o->because;
		else if (o->verdict == VERDICT_FAIL)
			c->fail |= o->because;
		else
			c->review |= o->because;
		return;
	}
	if (loose)
		return;
	switch (o->reason) {
	case REASON_NONE:
		return;
	case REASON_NOT_DISPROVED:
		c->not_disproved = true;
		c->looked |= o->because;
		return;
	case REASON_NEEDS_DECLARATION:
		c->declaration = true;
		return;
	case REASON_NEEDS_REVIEW:
		c->only_review = true;
		return;
	case REASON_UNREAD_BYTES:
		c->dark = true;
		return;
	}
}

static struct chorus
hear_provisions(const struct weighing *w, size_t framework, size_t requirement)
{
	const struct catalogue *catalogue = w->in->catalogue;
	struct chorus c = { 0 };

	for (size_t i = 0; i < catalogue->relation_count; i++) {
		const struct relation *r = &catalogue->relation[i];

		if (r->framework == framework && r->requirement == requirement)
			hear(&c, &w->provision[r->provision], r->loose);
	}
	return c;
}

/* An info rule counts only where no objection could be heard. */
static void
hear_speakers(
    struct chorus *c, const struct weighing *w, const struct speakers *s)
{
	const struct results *results = w->in->results;
	uint64_t looked = s->all & results->looked;

	c->fail |= s->all & results->fail;
	c->review |= s->all & results->warn;
	if (looked == 0)
		return;
	if (w->in->summary->dark.too_much) {
		c->dark = true;
	} else {
		c->not_disproved = true;
		c->looked |= looked;
	}
}

static struct opinion
weigh_other(const struct weighing *w, size_t framework, size_t requirement)
{
	struct speakers s = find_speakers(w->in->rules, framework, requirement);
	struct chorus c = hear_provisions(w, framework, requirement);
	struct opinion o;

	hear_speakers(&c, w, &s);
	if (c.fail != 0)
		return (
		    struct opinion){ VERDICT_FAIL, REASON_NONE, c.fail, false };
	if ((c.review | c.loose_review) != 0) {
		o = inconclusive(REASON_NEEDS_REVIEW,
		    c.review | c.loose_review | s.unlooked);
		o.loose = c.review == 0;
		return o;
	}
	if (s.unlooked != 0)
		return inconclusive(REASON_NEEDS_REVIEW, s.unlooked);
	if (c.dark)
		return inconclusive(REASON_UNREAD_BYTES, 0);
	if (c.not_disproved)
		return inconclusive(REASON_NOT_DISPROVED, c.looked);
	if (c.only_review && !c.declaration)
		return inconclusive(REASON_NEEDS_REVIEW, 0);
	return inconclusive(
	    REASON_NEEDS_DECLARATION, s.all & w->in->results->info);
}

static size_t
count_bits(uint64_t set)
{
	return (size_t)__builtin_popcountll(set);
}

static enum err
write_because(const struct weighing *w, uint64_t set, struct verdict_row *row)
{
	bool dark = row->reason == REASON_UNREAD_BYTES;

	row->because = arena_take_array(
	    w->arena, count_bits(set) + dark, sizeof(*row->because));
	if (row->because == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < w->in->rules->count; i++)
		if ((set >> i & 1) != 0)
			row->because[row->because_count++] =
			    w->in->rules->list[i].id;
	if (dark)
		row->because[row->because_count++] = w->dark;
	return ERR_OK;
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
		const struct requirement *r = &f->list[i];
		struct verdict_row *row = &ret->verdicts[ret->verdict_count];
		struct opinion o = framework == 0
		    ? w->provision[i]
		    : weigh_other(w, framework, i);

		row->framework = f->id;
		row->requirement = r->id;
		row->title = r->title;
		row->modality = r->modality;
		row->unsure = r->unsure;
		row->verdict = o.verdict;
		row->basis = BASIS_TESTED;
		row->reason = o.reason;
		row->loose = o.loose;
		if (write_because(w, o.because, row) != ERR_OK)
			return ERR_MEMORY;
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
	for (size_t i = 0; i < catalogue->framework[0].count; i++)
		w.provision[i] = weigh_provision(&w, i);
	for (size_t i = 0; i < catalogue->framework_count; i++)
		if (catalogue->framework[i].judged &&
		    write_framework(&w, i, ret) != ERR_OK)
			return ERR_MEMORY;
	return ERR_OK;
}

static bool
is_accepted(const struct scheme_row *row, const struct verdict_row *v)
{
	return list_has(row->accepts, bytes_of(verdict_text(v->verdict))) ||
	    (v->reason != REASON_NONE &&
		list_has(row->accepts, bytes_of(reason_text(v->reason))));
}

static void
find_missing(const struct scheme_row *row, struct assessment *ret)
{
	for (size_t i = 0; i < ret->verdict_count; i++) {
		const struct verdict_row *v = &ret->verdicts[i];

		if (bytes_equal(v->framework, row->framework) &&
		    bytes_starts(v->modality, row->modality) &&
		    !is_accepted(row, v))
			ret->missing[ret->missing_count++] = v->requirement;
	}
}

/* Level by level, as they stand in the table; the first gap ends the climb. */
enum err
verdicts_reach_level(const struct scheme_list *schemes, struct arena *arena,
    struct assessment *ret)
{
	size_t room;
	size_t i = 0;

	ret->scheme_name = schemes->list[0].scheme;
	ret->scheme_level = (struct bytes){ NULL, 0 };
	ret->missing_count = 0;
	room = ret->verdict_count * schemes->count;
	ret->missing = arena_take_array(arena, room, sizeof(*ret->missing));
	if (ret->missing == NULL)
		return ERR_MEMORY;
	while (i < schemes->count &&
	    bytes_equal(schemes->list[i].scheme, ret->scheme_name)) {
		struct bytes level = schemes->list[i].level;

		for (; i < schemes->count &&
		     bytes_equal(schemes->list[i].level, level);
		     i++)
			find_missing(&schemes->list[i], ret);
		if (ret->missing_count > 0)
			return ERR_OK;
		ret->scheme_level = level;
	}
	return ERR_OK;
}
