/* SPDX-License-Identifier: ISC */
/* Findings that came, went, or stand on other evidence. */
#include "diff/comparing_private.h"

/*
 * Rules that sum up an image, so that each new program or service adds to
 * their evidence: what changed is told where it belongs, and only a change of
 * the result counts. BIN-1 fails for single programs, though.
 */
static bool
is_told_elsewhere(const struct finding *f)
{
	static const char *const rules[] = { "BIN-1", "BIN-2", "BIN-3", "BIN-4",
		"BIN-5", "COV-1", "SBOM-1", "SVC-3", "SVC-4", "VULN-3" };

	if (f->result == FINDING_FAIL)
		return false;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (bytes_equal_text(f->rule, rules[i]))
			return true;
	return false;
}

static const struct finding *
find_finding(
    const struct assessment *a, struct bytes rule, enum finding_result result)
{
	for (size_t i = 0; i < a->finding_count; i++)
		if (a->findings[i].result == result &&
		    bytes_equal(a->findings[i].rule, rule))
			return &a->findings[i];
	return NULL;
}

static void
touch(struct comparing *c, struct bytes rule)
{
	for (size_t i = 0; i < c->touched_count; i++)
		if (bytes_equal(c->touched[i], rule))
			return;
	c->touched[c->touched_count++] = rule;
}

static struct bytes
title_of(const struct finding *f)
{
	return f->title.len > 0 ? f->title : f->rule;
}

static void
set_value(struct change *change, enum side side, const struct finding *f)
{
	change->name = f->rule;
	if (side == SIDE_NEW)
		change->advice = f->advice;
	change->value[side] = bytes_of(finding_result_text(f->result));
}

static void
show_all(struct comparing *c, struct change *change, enum side side,
    const struct finding *f)
{
	for (size_t i = 0; i < f->evidence_count; i++)
		comparing_show(c, change, side, &f->evidence[i]);
}

static void
tell_added(struct comparing *c, const struct finding *f)
{
	static const char *const words[] = {
		[FINDING_FAIL] = "New, and it fails",
		[FINDING_WARN] = "New, and it warns",
		[FINDING_INFO] = "New, for information",
	};
	struct change *change = comparing_tell(c, AREA_FINDINGS, CHANGE_ADDED,
	    f->result == FINDING_INFO ? DIRECTION_NEUTRAL : DIRECTION_WORSE,
	    "%s: %.*s.", words[f->result], TEXT(title_of(f)));

	set_value(change, SIDE_NEW, f);
	show_all(c, change, SIDE_NEW, f);
}

static void
tell_removed(struct comparing *c, const struct finding *f)
{
	struct change *change = comparing_tell(c, AREA_FINDINGS, CHANGE_REMOVED,
	    f->result == FINDING_INFO ? DIRECTION_NEUTRAL : comparing_gone(c),
	    "No longer seen: %.*s.", TEXT(title_of(f)));

	set_value(change, SIDE_OLD, f);
	show_all(c, change, SIDE_OLD, f);
}

static void
tell_result(
    struct comparing *c, const struct finding *was, const struct finding *now)
{
	static const char *const before[] = {
		[FINDING_FAIL] = "failed before",
		[FINDING_WARN] = "only warned before",
		[FINDING_INFO] = "was only for information before",
	};
	static const char *const after[] = {
		[FINDING_FAIL] = "Fails now",
		[FINDING_WARN] = "Warns now",
		[FINDING_INFO] = "Only for information now",
	};
	struct change *change = comparing_tell(c, AREA_FINDINGS, CHANGE_CHANGED,
	    now->result < was->result ? DIRECTION_WORSE : comparing_gone(c),
	    "%s, %s: %.*s.", after[now->result], before[was->result],
	    TEXT(title_of(now)));

	set_value(change, SIDE_OLD, was);
	set_value(change, SIDE_NEW, now);
	show_all(c, change, SIDE_NEW, now);
}

/* Evidence is the same where its text and its file are; a script may have
   moved, or its line may read a little differently. */
static struct pairing
pair_places(
    struct comparing *c, const struct finding *was, const struct finding *now)
{
	const struct finding *f[SIDE_COUNT] = { was, now };
	struct pairing p = { .count = { 0 } };

	for (size_t s = 0; s < SIDE_COUNT; s++) {
		p.list[s] = arena_take_array(c->arena, f[s]->evidence_count,
		    sizeof(struct pairing_item));
		if (p.list[s] == NULL) {
			c->no_memory = true;
			return (struct pairing){ .count = { 0 } };
		}
		for (size_t i = 0; i < f[s]->evidence_count; i++) {
			const struct evidence *e = &f[s]->evidence[i];

			p.list[s][p.count[s]++] = (struct pairing_item){
				.what = e->text,
				.place = pairing_place(e->path, c->arena),
				.of = e,
			};
		}
	}
	comparing_join(c, &p, PAIRED_CHANGED);
	return p;
}

static bool
differs(const struct pairing *p)
{
	for (size_t s = 0; s < SIDE_COUNT; s++)
		for (size_t i = 0; i < p->count[s]; i++)
			if (p->list[s][i].how != PAIRED_SAME)
				return true;
	return false;
}

static void
show_different(
    struct comparing *c, struct change *change, const struct pairing *p)
{
	static const enum side order[] = { SIDE_NEW, SIDE_OLD };

	for (size_t s = 0; s < SIDE_COUNT; s++)
		for (size_t i = 0; i < p->count[order[s]]; i++) {
			const struct pairing_item *item = &p->list[order[s]][i];

			if (item->how != PAIRED_SAME)
				comparing_show(c, change, order[s], item->of);
		}
}

static struct change *
tell_counts(struct comparing *c, const struct finding *was,
    const struct finding *now, const char *still)
{
	size_t more = now->evidence_total - was->evidence_total;
	size_t less = was->evidence_total - now->evidence_total;
	bool info = now->result == FINDING_INFO;

	if (now->evidence_total > was->evidence_total)
		return comparing_tell(c, AREA_FINDINGS, CHANGE_CHANGED,
		    info ? DIRECTION_NEUTRAL : DIRECTION_WORSE,
		    "%s, in %zu more %s: %.*s.", still, more,
		    more == 1 ? "place" : "places", TEXT(title_of(now)));
	if (now->evidence_total < was->evidence_total)
		return comparing_tell(c, AREA_FINDINGS, CHANGE_CHANGED,
		    info ? DIRECTION_NEUTRAL : comparing_gone(c),
		    "%s, in %zu %s less: %.*s.", still, less,
		    less == 1 ? "place" : "places", TEXT(title_of(now)));
	return comparing_tell(c, AREA_FINDINGS, CHANGE_CHANGED,
	    DIRECTION_NEUTRAL, "%s, on evidence that differs: %.*s.", still,
	    TEXT(title_of(now)));
}

/* Both have the same result. */
static void
compare_places(
    struct comparing *c, const struct finding *was, const struct finding *now)
{
	static const char *const still[] = {
		[FINDING_FAIL] = "Still fails",
		[FINDING_WARN] = "Still warns",
		[FINDING_INFO] = "Still for information",
	};
	struct pairing p = pair_places(c, was, now);

	if (!differs(&p) && was->evidence_total == now->evidence_total)
		return;
	touch(c, now->rule);
	if (is_told_elsewhere(now))
		return;
	struct change *change = tell_counts(c, was, now, still[now->result]);

	set_value(change, SIDE_OLD, was);
	set_value(change, SIDE_NEW, now);
	show_different(c, change, &p);
}

/* A rule may fail at one place and warn at another. */
static void
compare_rule(struct comparing *c, struct bytes rule)
{
	const struct finding *was = NULL; /* without a counterpart */
	const struct finding *now = NULL;

	for (int r = FINDING_FAIL; r <= FINDING_INFO; r++) {
		enum finding_result result = (enum finding_result)r;
		const struct finding *a =
		    find_finding(c->side[SIDE_OLD], rule, result);
		const struct finding *b =
		    find_finding(c->side[SIDE_NEW], rule, result);

		if (a != NULL && b != NULL)
			compare_places(c, a, b);
		else if (a != NULL && was == NULL)
			was = a;
		else if (a != NULL)
			tell_removed(c, a);
		else if (b != NULL && now == NULL)
			now = b;
		else if (b != NULL)
			tell_added(c, b);
	}
	if (was == NULL && now == NULL)
		return;
	touch(c, rule);
	if (was == NULL)
		tell_added(c, now);
	else if (now == NULL)
		tell_removed(c, was);
	else
		tell_result(c, was, now);
}

/* Whether the finding at `end` is not the first of its rule. */
static bool
is_known(const struct assessment *a, size_t end, struct bytes rule)
{
	for (size_t i = 0; i < end; i++)
		if (bytes_equal(a->findings[i].rule, rule))
			return true;
	return false;
}

void
compare_findings(struct comparing *c)
{
	const struct assessment *was = c->side[SIDE_OLD];
	const struct assessment *now = c->side[SIDE_NEW];

	c->touched = arena_take_array(c->arena,
	    was->finding_count + now->finding_count, sizeof(*c->touched));
	if (c->touched == NULL) {
		c->no_memory = true;
		return;
	}
	for (size_t i = 0; i < now->finding_count; i++)
		if (!is_known(now, i, now->findings[i].rule))
			compare_rule(c, now->findings[i].rule);
	for (size_t i = 0; i < was->finding_count; i++) {
		struct bytes rule = was->findings[i].rule;

		if (!is_known(now, now->finding_count, rule) &&
		    !is_known(was, i, rule))
			compare_rule(c, rule);
	}
}
