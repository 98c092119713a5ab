/* SPDX-License-Identifier: ISC */
/* How the update is proved, and how much of the image could be read. */
#include "diff/comparing_private.h"

/* From which growth of the dark part on it counts; less is noise. */
#define DARKER_PERCENT 1
#define DARKER_LEN 4096

static const char *
proof_words(enum authenticity authenticity)
{
	switch (authenticity) {
	case AUTHENTICITY_UNKNOWN:
		break;
	case AUTHENTICITY_NONE:
		return "nothing";
	case AUTHENTICITY_CRC:
		return "a checksum only";
	case AUTHENTICITY_HASH:
		return "a hash only";
	case AUTHENTICITY_SIGNED:
		return "a signature";
	}
	return "nothing that is known";
}

/* Unknown is worse than a signature, and not comparable with less. */
static enum direction
authenticity_direction(enum authenticity was, enum authenticity now)
{
	if (was == AUTHENTICITY_SIGNED)
		return DIRECTION_WORSE;
	if (now == AUTHENTICITY_SIGNED)
		return DIRECTION_BETTER;
	if (was == AUTHENTICITY_UNKNOWN || now == AUTHENTICITY_UNKNOWN)
		return DIRECTION_NEUTRAL;
	return now < was ? DIRECTION_WORSE : DIRECTION_BETTER;
}

static void
compare_authenticity(struct comparing *c, const struct update_state *was,
    const struct update_state *now)
{
	if (was->authenticity == now->authenticity)
		return;
	struct change *change = comparing_tell(c, AREA_UPDATE, CHANGE_CHANGED,
	    authenticity_direction(was->authenticity, now->authenticity),
	    "What proves where the image comes from: %s now, before %s.",
	    proof_words(now->authenticity), proof_words(was->authenticity));

	comparing_set_pair(change, BYTES("authenticity"),
	    bytes_of(authenticity_text(was->authenticity)),
	    bytes_of(authenticity_text(now->authenticity)));
}

static void
compare_answer(struct comparing *c, const char *name, const char *question,
    const enum answer answer[SIDE_COUNT], bool wanted)
{
	enum direction direction = DIRECTION_NEUTRAL;

	if (answer[SIDE_OLD] == answer[SIDE_NEW])
		return;
	if (wanted && answer[SIDE_OLD] == ANSWER_YES)
		direction = DIRECTION_WORSE;
	else if (wanted && answer[SIDE_NEW] == ANSWER_YES)
		direction = DIRECTION_BETTER;
	struct change *change = comparing_tell(c, AREA_UPDATE, CHANGE_CHANGED,
	    direction, "%s: %s now, before %s.", question,
	    answer_text(answer[SIDE_NEW]), answer_text(answer[SIDE_OLD]));

	comparing_set_pair(change, bytes_of(name),
	    bytes_of(answer_text(answer[SIDE_OLD])),
	    bytes_of(answer_text(answer[SIDE_NEW])));
}

void
compare_update(struct comparing *c)
{
	const struct update_state *was = &c->side[SIDE_OLD]->update;
	const struct update_state *now = &c->side[SIDE_NEW]->update;

	compare_authenticity(c, was, now);
	if (!bytes_equal(was->container, now->container)) {
		struct bytes none = BYTES("no known one");
		struct change *change = comparing_tell(c, AREA_UPDATE,
		    CHANGE_CHANGED, DIRECTION_NEUTRAL,
		    "The update's container is %.*s now, before %.*s.",
		    TEXT(now->container.len > 0 ? now->container : none),
		    TEXT(was->container.len > 0 ? was->container : none));

		comparing_set_pair(
		    change, BYTES("container"), was->container, now->container);
	}
	compare_answer(c, "encrypted", "Encrypted",
	    (enum answer[]){ was->encrypted, now->encrypted }, false);
	compare_answer(c, "rollback",
	    "Kept from going back to an older version",
	    (enum answer[]){ was->rollback, now->rollback }, true);
}

static uint64_t
dark_len(const struct assessment *a)
{
	return a->coverage.opaque + a->coverage.unread;
}

/* Thousandths of the image. */
static uint64_t
dark_share(const struct assessment *a)
{
	if (a->image_size == 0)
		return 0;
	return (
	    uint64_t)((double)dark_len(a) * 1000 / (double)a->image_size + 0.5);
}

static bool
is_cut(const struct assessment *a)
{
	return a->worker_trouble.len > 0 || a->seen->cut_short.len > 0 ||
	    a->seen->facts.cut_short;
}

static bool
is_darker(const struct assessment *a, const struct assessment *than)
{
	if (is_cut(a) && !is_cut(than))
		return true;
	return dark_len(a) > dark_len(than) + DARKER_LEN &&
	    dark_share(a) >= dark_share(than) + (uint64_t)10 * DARKER_PERCENT;
}

static struct bytes
share_text(struct comparing *c, const struct assessment *a)
{
	uint64_t share = dark_share(a);

	return comparing_text(c, "%llu.%llu %%",
	    (unsigned long long)(share / 10), (unsigned long long)(share % 10));
}

/* A file system and a radio's firmware have hardly anything to compare. */
static bool
is_other_system(const struct assessment *was, const struct assessment *now)
{
	size_t in_old = 0;
	size_t in_new = 0;

	if (!bytes_equal(was->operating_system, now->operating_system))
		return true;
	return facts_next(&was->seen->facts, FACT_ELF, &in_old) != NULL &&
	    facts_next(&now->seen->facts, FACT_ELF, &in_new) == NULL;
}

void
compare_coverage(struct comparing *c)
{
	const struct assessment *was = c->side[SIDE_OLD];
	const struct assessment *now = c->side[SIDE_NEW];
	enum direction direction = DIRECTION_NEUTRAL;

	c->darker[SIDE_OLD] = is_darker(was, now);
	c->darker[SIDE_NEW] = is_darker(now, was);
	c->other_system = is_other_system(was, now);
	if (c->darker[SIDE_NEW])
		direction = DIRECTION_WORSE;
	else if (c->darker[SIDE_OLD])
		direction = DIRECTION_BETTER;
	if (is_cut(was) != is_cut(now)) {
		struct change *change =
		    comparing_tell(c, AREA_COVERAGE, CHANGE_CHANGED, direction,
			is_cut(now)
			    ? "The new image could not be read to its end."
			    : "The new image was read to its end, the old one "
			      "was not.");

		comparing_set_pair(change, BYTES("complete"),
		    bytes_of(is_cut(was) ? "no" : "yes"),
		    bytes_of(is_cut(now) ? "no" : "yes"));
		direction = DIRECTION_NEUTRAL;
	}
	if (dark_share(was) == dark_share(now))
		return;
	struct bytes before = share_text(c, was);
	struct bytes after = share_text(c, now);
	struct change *change = comparing_tell(c, AREA_COVERAGE, CHANGE_CHANGED,
	    direction, "%.*s of the image stayed dark, before %.*s.",
	    TEXT(after), TEXT(before));

	comparing_set_pair(change, BYTES("dark"), before, after);
}
