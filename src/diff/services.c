/* SPDX-License-Identifier: ISC */
/* What is started: services, and consoles that let somebody in. */
#include "diff/comparing_private.h"

/* How bad the rules find it, the worst first. */
static int
rank(const struct comparing *c, enum side side, const struct fact *fact)
{
	const struct finding *f = comparing_objection(c->side[side], fact);

	return f == NULL ? FINDING_INFO : (int)f->result;
}

/* A new service is neutral for itself; the rules know which are not. */
static enum direction
direction_of(
    const struct comparing *c, const struct fact *was, const struct fact *now)
{
	int before = was == NULL ? FINDING_INFO : rank(c, SIDE_OLD, was);
	int after = now == NULL ? FINDING_INFO : rank(c, SIDE_NEW, now);

	if (after < before)
		return DIRECTION_WORSE;
	return after > before ? comparing_gone(c) : DIRECTION_NEUTRAL;
}

static bool
name_service(const struct fact *fact, struct pairing_item *item)
{
	item->group = fact->name;
	item->what = fact->extra;
	return true;
}

static void
tell_single(struct comparing *c, enum side side, const struct fact *f)
{
	bool added = side == SIDE_NEW;
	enum direction direction =
	    direction_of(c, added ? NULL : f, added ? f : NULL);
	enum change_kind kind = added ? CHANGE_ADDED : CHANGE_REMOVED;
	const char *words =
	    added ? "is started now" : "is no longer seen to be started";
	struct change *change;

	if (f->number != 0)
		change = comparing_tell(c, AREA_SERVICES, kind, direction,
		    "%.*s, port %llu, %s.", TEXT(f->name),
		    (unsigned long long)f->number, words);
	else
		change = comparing_tell(c, AREA_SERVICES, kind, direction,
		    "%.*s %s.", TEXT(f->name), words);
	comparing_set_single(c, change, side, f, f->detail, f->text);
}

static void
show_both(
    struct comparing *c, struct change *change, const struct pairing_item *item)
{
	const struct fact *was = item->of;
	const struct fact *now = item->twin->of;

	change->name = now->name;
	comparing_show_fact(c, change, SIDE_OLD, was, was->text);
	comparing_show_fact(c, change, SIDE_NEW, now, now->text);
}

static const char *
condition_words(struct bytes condition)
{
	if (bytes_equal_text(condition, "guarded"))
		return "only under a condition";
	if (bytes_equal_text(condition, "socket"))
		return "when somebody connects";
	return "always";
}

static bool
is_root(struct bytes user)
{
	return user.len == 0 || bytes_equal_text(user, "root");
}

static void
tell_user(struct comparing *c, const struct pairing_item *item)
{
	const struct fact *was = item->of;
	const struct fact *now = item->twin->of;
	struct bytes before = was->value.len > 0 ? was->value : BYTES("root");
	struct bytes after = now->value.len > 0 ? now->value : BYTES("root");
	enum direction direction = DIRECTION_NEUTRAL;

	if (bytes_equal(before, after))
		return;
	if (is_root(was->value))
		direction = DIRECTION_BETTER;
	else if (is_root(now->value))
		direction = DIRECTION_WORSE;
	struct change *change = comparing_tell(c, AREA_SERVICES, CHANGE_CHANGED,
	    direction, "%.*s runs as %.*s now, before as %.*s.",
	    TEXT(now->name), TEXT(after), TEXT(before));

	change->value[SIDE_OLD] = before;
	change->value[SIDE_NEW] = after;
	show_both(c, change, item);
}

static void
tell_condition(struct comparing *c, const struct pairing_item *item)
{
	const struct fact *was = item->of;
	const struct fact *now = item->twin->of;
	struct change *change = comparing_tell(c, AREA_SERVICES, CHANGE_CHANGED,
	    direction_of(c, was, now), "%.*s is started %s now, before %s.",
	    TEXT(now->name), condition_words(now->detail),
	    condition_words(was->detail));

	change->value[SIDE_OLD] = was->detail;
	change->value[SIDE_NEW] = now->detail;
	show_both(c, change, item);
}

static void
tell_command(struct comparing *c, const struct pairing_item *item)
{
	bool moved = item->how == PAIRED_MOVED;
	const struct fact *was = item->of;
	const struct fact *now = item->twin->of;
	struct change *change = comparing_tell(c, AREA_SERVICES,
	    moved ? CHANGE_MOVED : CHANGE_CHANGED, direction_of(c, was, now),
	    moved ? "%.*s is started by another file."
		  : "The line that starts %.*s reads differently.",
	    TEXT(now->name));

	change->value[SIDE_OLD] = was->detail;
	change->value[SIDE_NEW] = now->detail;
	show_both(c, change, item);
}

static void
tell_pair(struct comparing *c, const struct pairing_item *item)
{
	const struct fact *was = item->of;
	const struct fact *now = item->twin->of;

	tell_user(c, item);
	if (!bytes_equal(was->detail, now->detail))
		tell_condition(c, item);
	else if (item->how != PAIRED_SAME)
		tell_command(c, item);
}

/* Of a console the terminal is what stays. */
static bool
name_console(const struct fact *fact, struct pairing_item *item)
{
	item->what = fact->name;
	item->place = fact->detail;
	return true;
}

static const char *
console_words(const struct fact *console)
{
	if (bytes_equal_text(console->name, "getty"))
		return "a log-in prompt";
	if (bytes_equal_text(console->name, "askfirst"))
		return "a shell that waits for a key";
	return "a shell";
}

static void
tell_console(struct comparing *c, enum side side, const struct fact *f)
{
	bool added = side == SIDE_NEW;
	struct bytes terminal =
	    f->detail.len > 0 ? f->detail : BYTES("the console");
	struct change *change = comparing_tell(c, AREA_SERVICES,
	    added ? CHANGE_ADDED : CHANGE_REMOVED,
	    direction_of(c, added ? NULL : f, added ? f : NULL),
	    added ? "On %.*s there is %s now."
		  : "On %.*s %s is no longer seen.",
	    TEXT(terminal), console_words(f));

	change->name = terminal;
	change->value[side] = f->name;
	comparing_show_fact(c, change, side, f, f->text);
}

static void
tell_console_pair(struct comparing *c, const struct pairing_item *item)
{
	const struct fact *was = item->of;
	const struct fact *now = item->twin->of;
	struct bytes terminal =
	    now->detail.len > 0 ? now->detail : BYTES("the console");

	if (bytes_equal(was->name, now->name))
		return;
	struct change *change = comparing_tell(c, AREA_SERVICES, CHANGE_CHANGED,
	    direction_of(c, was, now), "On %.*s there is %s now, before %s.",
	    TEXT(terminal), console_words(now), console_words(was));

	change->value[SIDE_OLD] = was->name;
	change->value[SIDE_NEW] = now->name;
	show_both(c, change, item);
	change->name = terminal;
}

void
compare_services(struct comparing *c)
{
	struct pairing p =
	    comparing_pair(c, FACT_SERVICE, name_service, PAIRED_GROUP);

	comparing_walk(c, &p, tell_single, tell_pair);
	p = comparing_pair(c, FACT_CONSOLE, name_console, PAIRED_CHANGED);
	comparing_walk(c, &p, tell_console, tell_console_pair);
}
