/* SPDX-License-Identifier: ISC */
/* Known vulnerabilities that came and went, where both sides were asked. */
#include "baseline/advised.h"
#include "diff/comparing_private.h"

static bool
is_exploited(const struct match *m)
{
	return m->exploited_by != 0;
}

/* What counts: what is exploited, whatever excuses it; else what is open. */
static bool
takes_part(const struct match *m)
{
	return is_exploited(m) || !advised_is_relieved(m);
}

static struct bytes
name_of(struct comparing *c, const struct advised *of)
{
	if (of->maker.len == 0)
		return of->name;
	return comparing_text(c, "%.*s %.*s", TEXT(of->maker), TEXT(of->name));
}

/* What a match is of; it takes part, so there is something. */
static struct advised
subject_of(const struct comparing *c, enum side side, const struct match *m)
{
	struct advised of = { .component = NULL };

	(void)advised_find(c->side[side], m->subject, &of);
	return of;
}

static bool
name_side(struct comparing *c, enum side side, struct pairing *p)
{
	const struct matches *matches = c->side[side]->advisories->matches;

	p->list[side] = arena_take_array(
	    c->arena, matches->count, sizeof(struct pairing_item));
	if (p->list[side] == NULL) {
		c->no_memory = true;
		return false;
	}
	for (size_t i = 0; i < matches->count; i++) {
		const struct match *m = &matches->list[i];
		struct advised of;

		if (!takes_part(m) ||
		    !advised_find(c->side[side], m->subject, &of))
			continue;
		p->list[side][p->count[side]++] = (struct pairing_item){
			.group = name_of(c, &of),
			.what = m->id,
			.place = of.version,
			.of = m,
		};
	}
	return true;
}

static void
show(struct comparing *c, struct change *change, enum side side,
    const struct match *m)
{
	struct advised of = subject_of(c, side, m);

	change->name = m->id;
	change->value[side] = of.version;
	if (of.component != NULL && of.component->evidence_count > 0)
		comparing_show_fact(c, change, side, of.component->evidence[0],
		    of.component->evidence[0]->text);
}

static const char *
weight_words(enum finding_result weight)
{
	switch (weight) {
	case FINDING_FAIL:
		return "it is being exploited";
	case FINDING_WARN:
		return "it is being exploited, and may concern this image";
	case FINDING_INFO:
		break;
	}
	return "it is being exploited; the version is not known, or somebody "
	       "says that it does not apply";
}

static void
tell_single(
    struct comparing *c, enum side side, const struct pairing_item *item)
{
	const struct match *m = item->of;
	enum finding_result weight = advised_weigh(m);
	bool grave = weight != FINDING_INFO;
	bool fresh = side == SIDE_NEW;
	enum direction direction = DIRECTION_NEUTRAL;

	if (grave)
		direction = fresh ? DIRECTION_WORSE : comparing_gone(c);
	struct change *change = comparing_tell(c, AREA_VULNERABILITIES,
	    fresh ? CHANGE_ADDED : CHANGE_REMOVED, direction,
	    "%.*s in %.*s%s%.*s is %s: %s.", TEXT(m->id), TEXT(item->group),
	    item->place.len > 0 ? " " : "", TEXT(item->place),
	    fresh ? "new" : "gone", weight_words(weight));

	show(c, change, side, m);
}

/* The same one weighs otherwise: more is known, or somebody excused it. */
static void
tell_pair(struct comparing *c, const struct pairing_item *item)
{
	const struct match *was = item->of;
	const struct match *now = item->twin->of;
	enum finding_result before = advised_weigh(was);
	enum finding_result after = advised_weigh(now);

	if (before == after)
		return;
	struct change *change =
	    comparing_tell(c, AREA_VULNERABILITIES, CHANGE_CHANGED,
		after < before ? DIRECTION_WORSE : comparing_gone(c),
		"%.*s in %.*s%s%.*s is still there, but weighs %s: %s.",
		TEXT(now->id), TEXT(item->group),
		item->twin->place.len > 0 ? " " : "", TEXT(item->twin->place),
		after < before ? "more" : "less", weight_words(after));

	show(c, change, SIDE_OLD, was);
	show(c, change, SIDE_NEW, now);
}

/* Of those that nobody is known to exploit, by the component's name. */
struct tally {
	struct bytes group;
	struct known_counts counts;
};

static void
count_item(
    const struct pairing_item *item, enum side side, struct known_counts *to)
{
	if (item->twin != NULL)
		to->still += side == SIDE_NEW;
	else if (side == SIDE_NEW)
		to->fresh++;
	else
		to->gone++;
}

/* Components are few, and matches of one stand beside others': look it up. */
static struct tally *
find_tally(struct tally *list, size_t *count, struct bytes group)
{
	for (size_t i = 0; i < *count; i++)
		if (bytes_equal(list[i].group, group))
			return &list[i];
	list[*count].group = group;
	return &list[(*count)++];
}

static void
tell_tally(struct comparing *c, const struct tally *t)
{
	struct change *change;

	if (t->counts.fresh + t->counts.gone == 0)
		return;
	change = comparing_tell(c, AREA_VULNERABILITIES, CHANGE_CHANGED,
	    DIRECTION_NEUTRAL,
	    "Of %.*s, known vulnerabilities that nobody is known to exploit: "
	    "%zu new, %zu gone, %zu still there.",
	    TEXT(t->group), t->counts.fresh, t->counts.gone, t->counts.still);
	change->name = t->group;
}

static void
compare_pairs(struct comparing *c, const struct pairing *p)
{
	size_t most = c->side[SIDE_OLD]->component_count +
	    c->side[SIDE_NEW]->component_count + SIDE_COUNT;
	struct tally *tallies =
	    arena_take_array(c->arena, most, sizeof(*tallies));
	size_t count = 0;

	if (tallies == NULL) {
		c->no_memory = true;
		return;
	}
	for (size_t s = 0; s < SIDE_COUNT; s++)
		for (size_t i = 0; i < p->count[s]; i++) {
			const struct pairing_item *item = &p->list[s][i];
			bool exploited = is_exploited(item->of) ||
			    (item->twin != NULL &&
				is_exploited(item->twin->of));

			count_item(item, (enum side)s,
			    exploited ? &c->known.exploited : &c->known.others);
			if (!exploited)
				count_item(item, (enum side)s,
				    &find_tally(tallies, &count, item->group)
					 ->counts);
			else if (item->twin == NULL)
				tell_single(c, (enum side)s, item);
			else if (s == SIDE_OLD)
				tell_pair(c, item);
		}
	for (size_t i = 0; i < count; i++)
		tell_tally(c, &tallies[i]);
}

void
compare_vulnerabilities(struct comparing *c)
{
	struct pairing p = { .count = { 0 } };

	if (c->side[SIDE_OLD]->advisories == NULL ||
	    c->side[SIDE_NEW]->advisories == NULL ||
	    !name_side(c, SIDE_OLD, &p) || !name_side(c, SIDE_NEW, &p))
		return;
	c->known.compared = true;
	comparing_join(c, &p, PAIRED_MOVED);
	if (!c->no_memory)
		compare_pairs(c, &p);
}
