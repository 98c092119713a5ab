/* SPDX-License-Identifier: ISC */
/* Requirements of other frameworks, through the crosswalk. */
#include "baseline/verdicts_private.h"

#include "baseline/judging_private.h"

#include <stdio.h>

/* Provisions by name: "5.1-1, 5.1-2". */
struct names {
	char text[240];
	size_t len;
	size_t count;
};

static void
add_name(struct names *n, struct bytes id)
{
	size_t room = sizeof(n->text) - n->len;
	int len = snprintf(n->text + n->len, room, "%s%.*s",
	    n->count > 0 ? ", " : "", SAID_TEXT(id));

	n->count++;
	if (len > 0 && (size_t)len < room)
		n->len += (size_t)len;
	else
		n->text[n->len] = '\0'; /* whole names only */
}

/* What the provisions that relate to a requirement say together. */
struct chorus {
	struct rule_set fail, review, looked; /* substance */
	struct rule_set own_looked; /* rules of the requirement itself */
	struct rule_set loose_review;
	bool dark, not_disproved, declaration, only_review;
	/* declared; substance only */
	struct names passed, absent, refused, reasoned, open;
};

/* A provision in which the maker has the last word. */
static void
hear_declared(struct chorus *c, const struct opinion *o, struct bytes id)
{
	switch (o->verdict) {
	case VERDICT_PASS:
		add_name(&c->passed, id);
		return;
	case VERDICT_NOT_APPLICABLE:
		add_name(&c->absent, id);
		return;
	case VERDICT_FAIL:
		add_name(o->reasoned ? &c->reasoned : &c->refused, id);
		return;
	case VERDICT_INCONCLUSIVE:
		return;
	}
}

static void
hear_provision(
    struct chorus *c, const struct opinion *o, struct bytes id, bool loose)
{
	bool tested = o->verdict == VERDICT_FAIL && o->basis == BASIS_TESTED;

	if (tested ||
	    (o->reason == REASON_NEEDS_REVIEW &&
		!rule_set_is_empty(&o->because))) {
		if (loose)
			rule_set_join(&c->loose_review, &o->because);
		else if (tested)
			rule_set_join(&c->fail, &o->because);
		else
			rule_set_join(&c->review, &o->because);
		return;
	}
	if (loose)
		return;
	switch (o->reason) {
	case REASON_NONE:
		hear_declared(c, o, id);
		return;
	case REASON_NOT_DISPROVED:
		c->not_disproved = true;
		rule_set_join(&c->looked, &o->because);
		break;
	case REASON_NEEDS_DECLARATION:
		c->declaration = true;
		break;
	case REASON_NEEDS_REVIEW:
		c->only_review = true;
		break;
	case REASON_UNREAD_BYTES:
		c->dark = true;
		break;
	}
	add_name(&c->open, id);
}

static void
hear_provisions(struct chorus *c, const struct verdicts_input *in,
    const struct opinion *provisions, size_t framework, size_t requirement)
{
	const struct catalogue *catalogue = in->catalogue;

	for (size_t i = 0; i < catalogue->relation_count; i++) {
		const struct relation *r = &catalogue->relation[i];

		if (r->framework == framework && r->requirement == requirement)
			hear_provision(c, &provisions[r->provision],
			    catalogue->framework[0].list[r->provision].id,
			    r->loose);
	}
}

/* An info rule counts only where no objection could be heard. */
static void
hear_speakers(
    struct chorus *c, const struct verdicts_input *in, const struct speakers *s)
{
	const struct results *results = in->results;

	struct rule_set fail = rule_set_common(&s->all, &results->fail);
	struct rule_set warn = rule_set_common(&s->all, &results->warn);
	struct rule_set left = rule_set_common(&s->all, &results->unsettled);

	rule_set_join(&c->fail, &fail);
	rule_set_join(&c->review, &warn);
	rule_set_join(&c->review, &left);
	c->own_looked = rule_set_common(&s->all, &results->looked);
	if (rule_set_is_empty(&c->own_looked))
		return;
	if (in->summary->dark.too_much) {
		c->dark = true;
	} else {
		c->not_disproved = true;
		rule_set_join(&c->looked, &c->own_looked);
	}
}

static struct opinion
inconclusive(enum reason reason, const struct rule_set *because)
{
	return (struct opinion){ .reason = reason, .because = *because };
}

/* Nothing but the reason. */
static struct opinion
undecided(enum reason reason)
{
	return (struct opinion){ .reason = reason };
}

/* Without a word of the maker. */
static struct opinion
weigh_tested(const struct chorus *c, const struct rule_set *info)
{
	if (c->dark)
		return undecided(REASON_UNREAD_BYTES);
	if (c->not_disproved)
		return inconclusive(REASON_NOT_DISPROVED, &c->looked);
	if (c->only_review && !c->declaration)
		return undecided(REASON_NEEDS_REVIEW);
	return inconclusive(REASON_NEEDS_DECLARATION, info);
}

/* The answers that serve a requirement itself. */
struct direct {
	size_t count;
	bool problems;
	struct said said;    /* them */
	struct bytes unsure; /* what of the requirement is not verified */
};

static bool
say_names(struct said *said, struct arena *arena, const struct names *names,
    const char *before, const char *after)
{
	return names->count == 0 ||
	    said_add(said, arena, "%s%s%s", before, names->text, after);
}

static bool
decide_declared(struct opinion *o, const struct chorus *c,
    const struct direct *direct, struct arena *arena)
{
	bool fine = true;

	o->basis = BASIS_DECLARED;
	o->reason = REASON_NONE;
	o->because = c->own_looked;
	o->declared = true;
	o->verdict = c->passed.count + direct->count > 0
	    ? VERDICT_PASS
	    : VERDICT_NOT_APPLICABLE;
	fine &= say_names(&o->said, arena, &c->passed, "follows from ", "");
	fine &= say_names(&o->said, arena, &c->absent, "does not apply: ", "");
	if (direct->count > 0)
		fine &= said_add(&o->said, arena,
		    direct->count == 1 ? "%zu answer in the declaration"
				       : "%zu answers in the declaration",
		    direct->count);
	return fine;
}

/* With it; *o is what was tested. False when memory ends. */
static bool
weigh_declared(struct opinion *o, const struct chorus *c,
    const struct direct *direct, struct arena *arena)
{
	if (c->refused.count > 0) {
		*o = (struct opinion){ .verdict = VERDICT_FAIL,
			.basis = BASIS_DECLARED };
		return say_names(
		    &o->said, arena, &c->refused, "", " declared no");
	}
	if (c->dark)
		return true;
	if (direct->problems) {
		*o = undecided(REASON_NEEDS_DECLARATION);
		o->said = direct->said;
		return say_names(&o->said, arena, &c->open, "open: ", "");
	}
	if (c->declaration || c->only_review) {
		*o = undecided(REASON_NEEDS_DECLARATION);
		return say_names(&o->said, arena, &c->open, "open: ", "");
	}
	if (c->reasoned.count > 0) {
		*o = undecided(REASON_NEEDS_REVIEW);
		return say_names(&o->said, arena, &c->reasoned,
		    "recommended and not followed: ", "");
	}
	if (c->passed.count + c->absent.count == 0 && direct->count > 0 &&
	    direct->unsure.len > 0) {
		*o = undecided(REASON_NEEDS_REVIEW);
		o->declared = true;
		return said_add(&o->said, arena,
		    "answered, but the requirement is not verified: %.*s",
		    SAID_TEXT(direct->unsure));
	}
	if (c->open.count == 0 &&
	    c->passed.count + c->absent.count + direct->count > 0)
		return decide_declared(o, c, direct, arena);
	return say_names(&o->said, arena, &c->open, "open: ", "");
}

static enum err
find_direct(const struct verdicts_input *in, size_t framework,
    size_t requirement, struct arena *arena, struct direct *ret)
{
	const struct framework *f = &in->catalogue->framework[framework];
	struct bytes id = f->list[requirement].id;

	ret->unsure = f->list[requirement].unsure;
	ret->count = claims_count(in->claims, f, id);
	return verdicts_add_problems(
	    in->claims, f, id, arena, &ret->said, &ret->problems);
}

/* Optional answers would do, where nothing else speaks for it. */
static bool
say_unanswered(struct opinion *o, const struct verdicts_input *in,
    const struct framework *framework, struct bytes id, struct arena *arena)
{
	const struct question *q;
	size_t at = 0;
	bool fine = true;

	if (o->reason != REASON_NEEDS_DECLARATION || o->said.count > 0)
		return true;
	while ((q = claims_next_unanswered(in->claims, framework, id, &at)) !=
	    NULL)
		fine &= said_add(&o->said, arena, "needs %.*s.%.*s",
		    SAID_TEXT(q->table), SAID_TEXT(q->field));
	return fine;
}

enum err
verdicts_weigh_other(const struct verdicts_input *in,
    const struct opinion *provisions, size_t framework, size_t requirement,
    struct arena *arena, struct opinion *ret)
{
	struct speakers s = speakers_find(in, framework, requirement);
	struct rule_set info = rule_set_common(&s.all, &in->results->info);
	struct chorus c = { .fail = { .word = { 0 } } };
	struct direct direct = { .count = 0 };
	const struct framework *f = &in->catalogue->framework[framework];
	enum err err;

	hear_provisions(&c, in, provisions, framework, requirement);
	hear_speakers(&c, in, &s);
	if (!rule_set_is_empty(&c.fail)) {
		*ret = (struct opinion){ .verdict = VERDICT_FAIL,
			.because = c.fail };
		return ERR_OK;
	}
	rule_set_join(&c.loose_review, &c.review);
	if (!rule_set_is_empty(&c.loose_review)) {
		rule_set_join(&c.loose_review, &s.unlooked);
		*ret = inconclusive(REASON_NEEDS_REVIEW, &c.loose_review);
		ret->loose = rule_set_is_empty(&c.review);
		return ERR_OK;
	}
	if (!rule_set_is_empty(&s.unlooked)) {
		*ret = inconclusive(REASON_NEEDS_REVIEW, &s.unlooked);
		return ERR_OK;
	}
	*ret = weigh_tested(&c, &info);
	if (in->claims->declaration == NULL)
		return ERR_OK;
	err = find_direct(in, framework, requirement, arena, &direct);
	if (err != ERR_OK)
		return err;
	return weigh_declared(ret, &c, &direct, arena) &&
		say_unanswered(ret, in, f, f->list[requirement].id, arena)
	    ? ERR_OK
	    : ERR_MEMORY;
}
