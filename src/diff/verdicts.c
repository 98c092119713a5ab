/* SPDX-License-Identifier: ISC */
/* Verdicts that changed, and the requirements whose evidence did. */
#include "diff/comparing_private.h"

/*
 * What a verdict is worth, for comparing. A warning speaks against the
 * requirement, and so do bytes that nobody could read against being sure of
 * it; what only a person can tell stands beside what was looked at.
 */
enum standing {
	STANDING_FAIL,
	STANDING_DOUBT,
	STANDING_OPEN,
	STANDING_PASS,
};

static enum standing
standing_of(const struct verdict_row *v)
{
	switch (v->verdict) {
	case VERDICT_FAIL:
		return STANDING_FAIL;
	case VERDICT_PASS:
		return STANDING_PASS;
	case VERDICT_NOT_APPLICABLE:
		return STANDING_OPEN;
	case VERDICT_INCONCLUSIVE:
		break;
	}
	if (v->reason == REASON_UNREAD_BYTES ||
	    (v->reason == REASON_NEEDS_REVIEW && v->because_count > 0))
		return STANDING_DOUBT;
	return STANDING_OPEN;
}

/* A requirement that no longer applies is neither won nor lost. */
static enum direction
direction_of(const struct comparing *c, const struct verdict_row *was,
    const struct verdict_row *now)
{
	enum standing before = standing_of(was);
	enum standing after = standing_of(now);
	bool off = was->verdict == VERDICT_NOT_APPLICABLE ||
	    now->verdict == VERDICT_NOT_APPLICABLE;

	if (after == before || (off && after != STANDING_FAIL))
		return DIRECTION_NEUTRAL;
	return after < before ? DIRECTION_WORSE : comparing_gone(c);
}

/* "fail", "inconclusive: not-disproved", "pass, declared". */
static struct bytes
verdict_words(struct comparing *c, const struct verdict_row *v)
{
	const char *reason = reason_text(v->reason);
	const char *basis = basis_text(v->basis);

	if (v->basis == BASIS_TESTED)
		basis = "";
	return comparing_text(c, "%s%s%s%s%s", verdict_text(v->verdict),
	    reason[0] != '\0' ? ": " : "", reason, basis[0] != '\0' ? ", " : "",
	    basis);
}

static bool
same_verdict(const struct verdict_row *a, const struct verdict_row *b)
{
	return a->verdict == b->verdict && a->reason == b->reason &&
	    a->basis == b->basis;
}

static void
tell_verdict(struct comparing *c, const struct verdict_row *was,
    const struct verdict_row *now)
{
	struct bytes before = verdict_words(c, was);
	struct bytes after = verdict_words(c, now);
	struct change *change = comparing_tell(c, AREA_VERDICTS, CHANGE_CHANGED,
	    direction_of(c, was, now), "%.*s %.*s is %.*s now, before %.*s.",
	    TEXT(now->framework), TEXT(now->requirement), TEXT(after),
	    TEXT(before));

	change->framework = now->framework;
	change->title = now->title;
	change->name = now->requirement;
	change->value[SIDE_OLD] = before;
	change->value[SIDE_NEW] = after;
	change->because[SIDE_OLD] =
	    (struct change_because){ was->because, was->because_count };
	change->because[SIDE_NEW] =
	    (struct change_because){ now->because, now->because_count };
}

/* The same requirement; both lists are in catalogue order. */
static const struct verdict_row *
find_twin(const struct assessment *a, const struct verdict_row *like, size_t at)
{
	for (size_t i = 0; i < a->verdict_count; i++) {
		const struct verdict_row *v =
		    &a->verdicts[(at + i) % a->verdict_count];

		if (bytes_equal(v->requirement, like->requirement) &&
		    bytes_equal(v->framework, like->framework))
			return v;
	}
	return NULL;
}

static bool
has_word(const struct bytes *list, size_t count, struct bytes word)
{
	for (size_t i = 0; i < count; i++)
		if (bytes_equal(list[i], word))
			return true;
	return false;
}

/* With bytes unread it says how many: that is no evidence. */
static bool
same_because(const struct verdict_row *a, const struct verdict_row *b)
{
	if (a->reason == REASON_UNREAD_BYTES &&
	    b->reason == REASON_UNREAD_BYTES)
		return true;
	if (a->because_count != b->because_count)
		return false;
	for (size_t i = 0; i < a->because_count; i++)
		if (!has_word(b->because, b->because_count, a->because[i]))
			return false;
	return true;
}

static bool
is_touched(const struct comparing *c, const struct verdict_row *v)
{
	for (size_t i = 0; i < v->because_count; i++)
		if (has_word(c->touched, c->touched_count, v->because[i]))
			return true;
	return false;
}

static void
compare_levels(struct comparing *c)
{
	static const char *const levels[] = { "", "basic", "substantial",
		"high" };
	const struct assessment *was = c->side[SIDE_OLD];
	const struct assessment *now = c->side[SIDE_NEW];
	struct bytes none = BYTES("none");
	size_t height[SIDE_COUNT] = { SIZE_MAX, SIZE_MAX };
	enum direction direction = DIRECTION_NEUTRAL;

	if (bytes_equal(was->scheme_level, now->scheme_level) ||
	    !bytes_equal(was->scheme_name, now->scheme_name))
		return;
	for (size_t s = 0; s < SIDE_COUNT; s++)
		for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
			if (bytes_equal_text(
				c->side[s]->scheme_level, levels[i]))
				height[s] = i;
	if (height[SIDE_OLD] != SIZE_MAX && height[SIDE_NEW] != SIZE_MAX)
		direction = height[SIDE_NEW] < height[SIDE_OLD]
		    ? DIRECTION_WORSE
		    : DIRECTION_BETTER;
	struct bytes before =
	    was->scheme_level.len > 0 ? was->scheme_level : none;
	struct bytes after =
	    now->scheme_level.len > 0 ? now->scheme_level : none;
	struct change *change = comparing_tell(c, AREA_VERDICTS, CHANGE_CHANGED,
	    direction, "Scheme %.*s: level %.*s now, before %.*s.",
	    TEXT(now->scheme_name), TEXT(after), TEXT(before));

	change->name = now->scheme_name;
	change->value[SIDE_OLD] = before;
	change->value[SIDE_NEW] = after;
}

void
compare_verdicts(struct comparing *c)
{
	const struct assessment *now = c->side[SIDE_NEW];

	compare_levels(c);
	for (size_t i = 0; i < now->verdict_count; i++) {
		const struct verdict_row *v = &now->verdicts[i];
		const struct verdict_row *was =
		    find_twin(c->side[SIDE_OLD], v, i);

		if (was != NULL && !same_verdict(was, v))
			tell_verdict(c, was, v);
	}
}

/* Whether what the verdict rests on is not what it was. */
static bool
needs_retest(const struct comparing *c, size_t at)
{
	const struct verdict_row *now = &c->side[SIDE_NEW]->verdicts[at];
	const struct verdict_row *was = find_twin(c->side[SIDE_OLD], now, at);

	return was == NULL || !same_verdict(was, now) ||
	    !same_because(was, now) || is_touched(c, was) || is_touched(c, now);
}

static bool
fill_retest(struct comparing *c, const struct framework_total *total,
    struct retest *ret)
{
	const struct assessment *now = c->side[SIDE_NEW];
	struct retest r = { .framework = total->framework,
		.title = total->title };

	r.requirements = arena_take_array(
	    c->arena, now->verdict_count, sizeof(*r.requirements));
	if (r.requirements == NULL) {
		c->no_memory = true;
		return false;
	}
	for (size_t i = 0; i < now->verdict_count; i++) {
		const struct verdict_row *v = &now->verdicts[i];

		if (!bytes_equal(v->framework, total->framework))
			continue;
		r.of++;
		if (needs_retest(c, i))
			r.requirements[r.count++] = v->requirement;
	}
	*ret = r;
	return r.count > 0;
}

void
compare_retests(struct comparing *c, struct retest **ret, size_t *ret_count)
{
	const struct assessment *now = c->side[SIDE_NEW];
	struct retest *list =
	    arena_take_array(c->arena, now->total_count, sizeof(*list));
	size_t count = 0;

	if (list == NULL) {
		c->no_memory = true;
		return;
	}
	for (size_t i = 0; i < now->total_count; i++)
		count += fill_retest(c, &now->totals[i], &list[count]);
	*ret = list;
	*ret_count = count;
}
