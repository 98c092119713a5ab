/* SPDX-License-Identifier: ISC */
/* Processor, operating system, kernel options and boot settings. */
#include "baseline/kernel_options.h"
#include "diff/comparing_private.h"

static bool
name_option(const struct fact *fact, struct pairing_item *item)
{
	item->group = fact->name;
	return true;
}

static void
show(struct comparing *c, struct change *change, enum side side,
    const struct fact *f)
{
	comparing_set_single(c, change, side, f, f->value, f->text);
}

/* A kernel of another branch has other options; one that is gone may have got
   another name. */
static void
tell_option(struct comparing *c, enum side side, const struct fact *f)
{
	bool added = side == SIDE_NEW;
	struct change *change = comparing_tell(c, AREA_KERNEL,
	    added ? CHANGE_ADDED : CHANGE_REMOVED, DIRECTION_NEUTRAL,
	    added ? "The kernel has the option %.*s now: %.*s."
		  : "The kernel has no option %.*s any more, it was %.*s.",
	    TEXT(f->name), TEXT(f->value));

	show(c, change, side, f);
}

static void
tell_option_pair(struct comparing *c, const struct pairing_item *item)
{
	const struct fact *was = item->of;
	const struct fact *now = item->twin->of;
	const char *open_before = kernel_option_wanted(was->name, was->value);
	const char *open_now = kernel_option_wanted(now->name, now->value);
	enum direction direction = DIRECTION_NEUTRAL;
	const char *words = "";

	if (bytes_equal(was->value, now->value))
		return;
	if (open_now != NULL && open_before == NULL) {
		direction = DIRECTION_WORSE;
		words = " That leaves a door open.";
	} else if (open_now == NULL && open_before != NULL) {
		direction = DIRECTION_BETTER;
		words = " That shuts a door.";
	}
	struct change *change = comparing_tell(c, AREA_KERNEL, CHANGE_CHANGED,
	    direction, "The kernel option %.*s is %.*s now, before %.*s.%s",
	    TEXT(now->name), TEXT(now->value), TEXT(was->value), words);

	show(c, change, SIDE_OLD, was);
	show(c, change, SIDE_NEW, now);
}

/* A configuration that only one image shows is one change, not fifty. */
static bool
tell_configuration(struct comparing *c, const struct pairing *p)
{
	bool has[SIDE_COUNT] = { p->count[SIDE_OLD] > 0,
		p->count[SIDE_NEW] > 0 };
	enum side side = has[SIDE_NEW] ? SIDE_NEW : SIDE_OLD;

	if (has[SIDE_OLD] == has[SIDE_NEW])
		return false;
	struct change *change = comparing_tell(c, AREA_KERNEL,
	    has[SIDE_NEW] ? CHANGE_ADDED : CHANGE_REMOVED, DIRECTION_NEUTRAL,
	    "The kernel's configuration can %s be read.",
	    has[SIDE_NEW] ? "now" : "no longer");

	show(c, change, side, p->list[side][0].of);
	change->name = BYTES("configuration");
	change->value[side] = comparing_text(c, "%zu options", p->count[side]);
	return true;
}

static void
tell_setting(struct comparing *c, enum side side, const struct fact *f)
{
	bool added = side == SIDE_NEW;
	bool bad = comparing_objection(c->side[side], f) != NULL;
	enum direction direction = DIRECTION_NEUTRAL;

	if (bad)
		direction = added ? DIRECTION_WORSE : comparing_gone(c);
	struct change *change = comparing_tell(c, AREA_KERNEL,
	    added ? CHANGE_ADDED : CHANGE_REMOVED, direction,
	    added ? "The boot setting %.*s is new: %.*s."
		  : "The boot setting %.*s is no longer seen, it was %.*s.",
	    TEXT(f->name), TEXT(f->value));

	show(c, change, side, f);
}

static void
tell_setting_pair(struct comparing *c, const struct pairing_item *item)
{
	const struct fact *was = item->of;
	const struct fact *now = item->twin->of;
	bool bad_before = comparing_objection(c->side[SIDE_OLD], was) != NULL;
	bool bad_now = comparing_objection(c->side[SIDE_NEW], now) != NULL;
	enum direction direction = DIRECTION_NEUTRAL;

	if (bytes_equal(was->value, now->value))
		return;
	if (bad_before != bad_now)
		direction = bad_now ? DIRECTION_WORSE : DIRECTION_BETTER;
	struct change *change = comparing_tell(c, AREA_KERNEL, CHANGE_CHANGED,
	    direction, "The boot setting %.*s is %.*s now, before %.*s.",
	    TEXT(now->name), TEXT(now->value), TEXT(was->value));

	show(c, change, SIDE_OLD, was);
	show(c, change, SIDE_NEW, now);
}

static void
tell_word(
    struct comparing *c, const char *name, struct bytes was, struct bytes now)
{
	if (bytes_equal(was, now))
		return;
	struct change *change =
	    comparing_tell(c, AREA_KERNEL, CHANGE_CHANGED, DIRECTION_NEUTRAL,
		"The %s is %.*s now, before %.*s.", name, TEXT(now), TEXT(was));

	comparing_set_pair(change, bytes_of(name), was, now);
}

void
compare_kernels(struct comparing *c)
{
	const struct assessment *was = c->side[SIDE_OLD];
	const struct assessment *now = c->side[SIDE_NEW];
	struct pairing p;

	tell_word(c, "operating system", was->operating_system,
	    now->operating_system);
	tell_word(c, "processor", was->architecture, now->architecture);
	p = comparing_pair(c, FACT_KERNEL_OPTION, name_option, PAIRED_GROUP);
	if (!tell_configuration(c, &p))
		comparing_walk(c, &p, tell_option, tell_option_pair);
	p = comparing_pair(c, FACT_BOOT_SETTING, name_option, PAIRED_GROUP);
	comparing_walk(c, &p, tell_setting, tell_setting_pair);
}
