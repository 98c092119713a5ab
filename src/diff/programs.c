/* SPDX-License-Identifier: ISC */
/* How programs are built: what the same program lost or gained, and the sums. */
#include "base/out.h"
#include "baseline/hardening.h"
#include "diff/comparing_private.h"
#include "inspect/names.h"

#define LIST_LEN 200

static const char *const protection_words[PROTECTION_COUNT] = {
	[PROTECTION_STACK] = "non-executable stack",
	[PROTECTION_RELRO] = "full RELRO",
	[PROTECTION_PIE] = "PIE",
	[PROTECTION_CANARY] = "stack canary",
	[PROTECTION_FORTIFY] = "FORTIFY",
};

/* Of all files of both images. */
struct tally {
	size_t with[SIDE_COUNT];
	size_t all[SIDE_COUNT];
	size_t lost, gained; /* by programs that both images have */
};

static struct bytes
base_name(struct bytes path)
{
	size_t at = path.len;

	while (at > 0 && path.ptr[at - 1] != '/')
		at--;
	return bytes_from(path, at);
}

static bool
name_program(const struct fact *fact, struct pairing_item *item)
{
	item->what = base_name(item->place);
	return hardening_is_user_code(fact);
}

/* Bits by enum protection: those that concern both and one of which only
   `with` has. */
static unsigned
only_in(const struct fact *with, const struct fact *without)
{
	unsigned set = 0;

	for (int i = 0; i < PROTECTION_COUNT; i++) {
		enum protection p = (enum protection)i;

		if (hardening_concerns(p, with) &&
		    hardening_concerns(p, without) && hardening_has(p, with) &&
		    !hardening_has(p, without))
			set |= 1u << i;
	}
	return set;
}

/* "full RELRO, PIE"; none: "nothing". */
static struct bytes
list_words(struct comparing *c, unsigned set)
{
	struct out list = out_open(LIST_LEN);
	struct bytes copy;

	for (int i = 0; i < PROTECTION_COUNT; i++) {
		if ((set & 1u << i) == 0)
			continue;
		out_text(&list, list.len > 0 ? ", " : "");
		out_text(&list, protection_words[i]);
	}
	if (set == 0)
		out_text(&list, "nothing");
	copy = arena_copy(c->arena, out_bytes(&list));
	c->no_memory |= list.failed != ERR_OK || copy.ptr == NULL;
	out_close(&list);
	return copy;
}

static unsigned
all_of(const struct fact *elf)
{
	unsigned set = 0;

	for (int i = 0; i < PROTECTION_COUNT; i++)
		if (hardening_concerns((enum protection)i, elf) &&
		    hardening_has((enum protection)i, elf))
			set |= 1u << i;
	return set;
}

static void
tell_program(struct comparing *c, const struct pairing_item *item,
    unsigned lost, unsigned gained)
{
	const struct fact *was = item->of;
	const struct fact *now = item->twin->of;
	bool network =
	    hardening_faces_network(was) || hardening_faces_network(now);
	struct bytes file = name_known(now->path);
	enum direction direction = DIRECTION_NEUTRAL;
	struct change *change;

	if (network)
		direction = lost != 0 ? DIRECTION_WORSE : DIRECTION_BETTER;
	const char *behind = network ? "; it uses the network" : "";

	if (gained == 0)
		change = comparing_tell(c, AREA_PROGRAMS, CHANGE_CHANGED,
		    direction, "%.*s lost %.*s%s.", TEXT(file),
		    TEXT(list_words(c, lost)), behind);
	else if (lost == 0)
		change = comparing_tell(c, AREA_PROGRAMS, CHANGE_CHANGED,
		    direction, "%.*s gained %.*s%s.", TEXT(file),
		    TEXT(list_words(c, gained)), behind);
	else
		change = comparing_tell(c, AREA_PROGRAMS, CHANGE_CHANGED,
		    direction, "%.*s lost %.*s and gained %.*s%s.", TEXT(file),
		    TEXT(list_words(c, lost)), TEXT(list_words(c, gained)),
		    behind);
	change->name = file;
	change->value[SIDE_OLD] = list_words(c, all_of(was));
	change->value[SIDE_NEW] = list_words(c, all_of(now));
	comparing_show_fact(c, change, SIDE_OLD, was, change->value[SIDE_OLD]);
	comparing_show_fact(c, change, SIDE_NEW, now, change->value[SIDE_NEW]);
}

static struct tally
count(const struct pairing *p, enum protection protection)
{
	struct tally t = { .lost = 0 };
	unsigned bit = 1u << protection;

	for (size_t s = 0; s < SIDE_COUNT; s++)
		for (size_t i = 0; i < p->count[s]; i++) {
			const struct pairing_item *item = &p->list[s][i];
			const struct fact *f = item->of;

			if (!hardening_concerns(protection, f))
				continue;
			t.all[s]++;
			t.with[s] += hardening_has(protection, f);
			if (s == SIDE_NEW || item->twin == NULL)
				continue;
			t.lost += (only_in(f, item->twin->of) & bit) != 0;
			t.gained += (only_in(item->twin->of, f) & bit) != 0;
		}
	return t;
}

/* A program that came or went moves the sum, too: never worse for itself. */
static void
tell_sum(struct comparing *c, enum protection protection, const struct tally *t)
{
	const char *name = protection_words[protection];
	enum direction direction =
	    t->gained > t->lost ? DIRECTION_BETTER : DIRECTION_NEUTRAL;

	if (t->with[SIDE_OLD] == t->with[SIDE_NEW] &&
	    t->all[SIDE_OLD] == t->all[SIDE_NEW])
		return;
	struct change *change =
	    comparing_tell(c, AREA_PROGRAMS, CHANGE_CHANGED, direction,
		"With %s: %zu of %zu programs and libraries now, before %zu of "
		"%zu.",
		name, t->with[SIDE_NEW], t->all[SIDE_NEW], t->with[SIDE_OLD],
		t->all[SIDE_OLD]);

	change->name = bytes_of(name);
	for (size_t s = 0; s < SIDE_COUNT; s++)
		change->value[s] =
		    comparing_text(c, "%zu of %zu", t->with[s], t->all[s]);
}

void
compare_programs(struct comparing *c)
{
	struct pairing p =
	    comparing_pair(c, FACT_ELF, name_program, PAIRED_MOVED);

	if (p.count[SIDE_OLD] == 0 && p.count[SIDE_NEW] == 0)
		return;
	for (int i = 0; i < PROTECTION_COUNT; i++) {
		struct tally t = count(&p, (enum protection)i);

		tell_sum(c, (enum protection)i, &t);
	}
	for (size_t i = 0; i < p.count[SIDE_OLD]; i++) {
		const struct pairing_item *item = &p.list[SIDE_OLD][i];

		if (item->twin == NULL)
			continue;
		unsigned lost = only_in(item->of, item->twin->of);
		unsigned gained = only_in(item->twin->of, item->of);

		if (lost != 0 || gained != 0)
			tell_program(c, item, lost, gained);
	}
}
