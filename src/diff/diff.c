/* SPDX-License-Identifier: ISC */
/* Asks every area what changed, and puts the worst first. */
#include "diff/diff.h"

#include "diff/comparing_private.h"

const char *
direction_text(enum direction direction)
{
	switch (direction) {
	case DIRECTION_NEUTRAL:
	case DIRECTION_COUNT:
		break;
	case DIRECTION_BETTER:
		return "better";
	case DIRECTION_WORSE:
		return "worse";
	}
	return "neutral";
}

const char *
area_text(enum area area)
{
	static const char *const words[AREA_COUNT] = {
		[AREA_FINDINGS] = "findings",
		[AREA_UPDATE] = "update",
		[AREA_CREDENTIALS] = "credentials",
		[AREA_KEYS] = "keys",
		[AREA_SERVICES] = "services",
		[AREA_COMPONENTS] = "components",
		[AREA_VULNERABILITIES] = "vulnerabilities",
		[AREA_KERNEL] = "kernel",
		[AREA_PROGRAMS] = "programs",
		[AREA_COVERAGE] = "coverage",
		[AREA_VERDICTS] = "verdicts",
	};

	return area < AREA_COUNT ? words[area] : "";
}

const char *
change_kind_text(enum change_kind kind)
{
	switch (kind) {
	case CHANGE_ADDED:
		return "added";
	case CHANGE_REMOVED:
		return "removed";
	case CHANGE_CHANGED:
		break;
	case CHANGE_MOVED:
		return "moved";
	}
	return "changed";
}

const char *
side_text(enum side side)
{
	return side == SIDE_OLD ? "old" : "new";
}

/* Coverage comes first: it decides what the others may conclude. */
static void (*const areas[])(struct comparing *c) = {
	compare_coverage,
	compare_findings,
	compare_update,
	compare_credentials,
	compare_keys,
	compare_services,
	compare_components,
	compare_vulnerabilities,
	compare_kernels,
	compare_programs,
	compare_verdicts,
};

/* By area, then direction, then as they were told. */
static void
sort_changes(const struct comparing *c, struct diff *d)
{
	static const enum direction order[] = { DIRECTION_WORSE,
		DIRECTION_BETTER, DIRECTION_NEUTRAL };
	size_t from[AREA_COUNT][DIRECTION_COUNT];
	size_t at = 0;

	for (size_t i = 0; i < c->count; i++) {
		d->count[c->list[i].direction]++;
		d->area_count[c->list[i].area][c->list[i].direction]++;
	}
	for (size_t a = 0; a < AREA_COUNT; a++)
		for (size_t o = 0; o < DIRECTION_COUNT; o++) {
			from[a][order[o]] = at;
			at += d->area_count[a][order[o]];
		}
	for (size_t i = 0; i < c->count; i++) {
		const struct change *change = &c->list[i];

		d->changes[from[change->area][change->direction]++] = *change;
	}
	d->change_count = c->count;
}

enum err
diff_make(const struct assessment *old_image,
    const struct assessment *new_image, struct arena *arena, struct diff *ret)
{
	struct comparing c = {
		.side = { old_image, new_image },
		.arena = arena,
	};
	struct diff d = { .side = { old_image, new_image } };

	for (size_t i = 0; i < sizeof(areas) / sizeof(areas[0]); i++)
		areas[i](&c);
	compare_retests(&c, &d.retests, &d.retest_count);
	d.changes = arena_take_array(arena, c.count, sizeof(*d.changes));
	if (c.no_memory || d.changes == NULL)
		return ERR_MEMORY;
	sort_changes(&c, &d);
	d.known = c.known;
	d.darker[SIDE_OLD] = c.darker[SIDE_OLD];
	d.darker[SIDE_NEW] = c.darker[SIDE_NEW];
	d.other_system = c.other_system;
	*ret = d;
	return ERR_OK;
}

enum direction
diff_direction(const struct diff *d)
{
	if (d->count[DIRECTION_WORSE] > 0)
		return DIRECTION_WORSE;
	return d->count[DIRECTION_BETTER] > 0 ? DIRECTION_BETTER
					      : DIRECTION_NEUTRAL;
}
