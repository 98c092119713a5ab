/* SPDX-License-Identifier: ISC */
/* Components that came, went, or have another version. */
#include "advisories/version.h"
#include "diff/comparing_private.h"

static struct bytes
full_version(const struct component_item *item)
{
	return item->package_version.len > 0 ? item->package_version
					     : item->version;
}

static void
show(struct comparing *c, struct change *change, enum side side,
    const struct component_item *item)
{
	change->name = item->name;
	change->value[side] = full_version(item);
	if (item->evidence_count > 0)
		comparing_show_fact(c, change, side, item->evidence[0],
		    item->evidence[0]->text);
}

static void
tell_single(struct comparing *c, enum change_kind kind,
    const struct component_item *item)
{
	struct bytes version = full_version(item);
	const char *words =
	    kind == CHANGE_ADDED ? "is new" : "is no longer seen";
	struct change *change = comparing_tell(c, AREA_COMPONENTS, kind,
	    DIRECTION_NEUTRAL, "%.*s%s%.*s %s.", TEXT(item->name),
	    version.len > 0 ? " " : "", TEXT(version), words);

	show(c, change, kind == CHANGE_ADDED ? SIDE_NEW : SIDE_OLD, item);
}

/* What is new about a version, and of which of its numbers that is said. */
struct step {
	enum direction direction;
	const char *words;
};

static struct step
upstream_step(enum version_order order)
{
	switch (order) {
	case VERSION_OLDER:
		return (struct step){ DIRECTION_WORSE, "went down" };
	case VERSION_NEWER:
		return (struct step){ DIRECTION_BETTER, "went up" };
	case VERSION_SAME:
	case VERSION_UNSURE:
		break;
	}
	return (struct step){ DIRECTION_NEUTRAL, "changed" };
}

static void
tell_upstream(struct comparing *c, const struct component_item *was,
    const struct component_item *now)
{
	struct step step = upstream_step(
	    version_compare(VERSION_ANY, was->version, now->version));
	struct change *change;

	if (was->version.len == 0)
		change = comparing_tell(c, AREA_COMPONENTS, CHANGE_CHANGED,
		    DIRECTION_NEUTRAL,
		    "The version of %.*s is known now: %.*s.", TEXT(now->name),
		    TEXT(full_version(now)));
	else if (now->version.len == 0)
		change = comparing_tell(c, AREA_COMPONENTS, CHANGE_CHANGED,
		    DIRECTION_NEUTRAL,
		    "The version of %.*s is no longer known, it was %.*s.",
		    TEXT(now->name), TEXT(full_version(was)));
	else
		change = comparing_tell(c, AREA_COMPONENTS, CHANGE_CHANGED,
		    step.direction, "%.*s %s from %.*s to %.*s%s.",
		    TEXT(now->name), step.words, TEXT(full_version(was)),
		    TEXT(full_version(now)),
		    step.direction == DIRECTION_NEUTRAL
			? "; which is newer cannot be told"
			: "");
	show(c, change, SIDE_OLD, was);
	show(c, change, SIDE_NEW, now);
}

/* The same upstream version: a distribution mends in its own revisions. */
static void
tell_revision(struct comparing *c, const struct component_item *was,
    const struct component_item *now)
{
	struct step step = upstream_step(version_compare(
	    VERSION_ANY, was->package_version, now->package_version));
	struct change *change =
	    comparing_tell(c, AREA_COMPONENTS, CHANGE_CHANGED, step.direction,
		"The package revision of %.*s %s from %.*s to %.*s.",
		TEXT(now->name), step.words, TEXT(was->package_version),
		TEXT(now->package_version));

	show(c, change, SIDE_OLD, was);
	show(c, change, SIDE_NEW, now);
}

static void
tell_pair(struct comparing *c, const struct pairing_item *item)
{
	const struct component_item *was = item->of;
	const struct component_item *now = item->twin->of;

	if (item->how == PAIRED_GROUP)
		tell_upstream(c, was, now);
	else if (item->how == PAIRED_CHANGED && was->package_version.len > 0 &&
	    now->package_version.len > 0)
		tell_revision(c, was, now);
}

static struct pairing
pair_components(struct comparing *c)
{
	struct pairing p = { .count = { 0 } };

	for (size_t s = 0; s < SIDE_COUNT; s++) {
		const struct assessment *a = c->side[s];

		p.list[s] = arena_take_array(
		    c->arena, a->component_count, sizeof(struct pairing_item));
		if (p.list[s] == NULL) {
			c->no_memory = true;
			return (struct pairing){ .count = { 0 } };
		}
		for (size_t i = 0; i < a->component_count; i++) {
			const struct component_item *item = &a->components[i];

			p.list[s][p.count[s]++] = (struct pairing_item){
				.group = item->name,
				.what = full_version(item),
				.place = item->version,
				.of = item,
			};
		}
	}
	comparing_join(c, &p, PAIRED_GROUP);
	return p;
}

void
compare_components(struct comparing *c)
{
	struct pairing p = pair_components(c);

	for (size_t i = 0; i < p.count[SIDE_OLD]; i++) {
		const struct pairing_item *item = &p.list[SIDE_OLD][i];

		if (item->twin == NULL)
			tell_single(c, CHANGE_REMOVED, item->of);
		else
			tell_pair(c, item);
	}
	for (size_t i = 0; i < p.count[SIDE_NEW]; i++)
		if (p.list[SIDE_NEW][i].twin == NULL)
			tell_single(c, CHANGE_ADDED, p.list[SIDE_NEW][i].of);
}
