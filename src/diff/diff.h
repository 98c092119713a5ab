/* SPDX-License-Identifier: ISC */
/* What changed between two images, and whether that is better or worse. */
#ifndef DIFF_DIFF_H
#define DIFF_DIFF_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "baseline/assessment.h"

#include <stdbool.h>
#include <stddef.h>

enum direction {
	DIRECTION_NEUTRAL,
	DIRECTION_BETTER,
	DIRECTION_WORSE,
	DIRECTION_COUNT
};

/* In the order of reports. */
enum area {
	AREA_FINDINGS,
	AREA_UPDATE,
	AREA_CREDENTIALS,
	AREA_KEYS,
	AREA_SERVICES,
	AREA_COMPONENTS,
	AREA_VULNERABILITIES,
	AREA_KERNEL,
	AREA_PROGRAMS,
	AREA_COVERAGE,
	AREA_VERDICTS,
	AREA_COUNT
};

enum change_kind {
	CHANGE_ADDED,
	CHANGE_REMOVED,
	CHANGE_CHANGED,
	CHANGE_MOVED, /* the same thing at another place */
};

enum side {
	SIDE_OLD,
	SIDE_NEW,
	SIDE_COUNT
};

/* Lower-case words for --json and reports; static. */
const char *direction_text(enum direction direction);
const char *area_text(enum area area);
const char *change_kind_text(enum change_kind kind);
const char *side_text(enum side side);

/* Where a change is seen, and in which of the two images. */
struct change_place {
	enum side side;
	struct evidence evidence;
};

/* A list of rule ids, or of one sentence. */
struct change_because {
	const struct bytes *list;
	size_t count;
};

/* All texts may be foreign: escape. */
struct change {
	enum area area;
	enum change_kind kind;
	enum direction direction;
	struct bytes name;		/* "busybox", "CRED-2", "5.1-1" */
	struct bytes framework;		/* verdicts only */
	struct bytes title;		/* of the requirement, likewise */
	struct bytes value[SIDE_COUNT]; /* "1.35.0", "fail"; or empty */
	struct bytes sentence;		/* what it means, for itself */
	struct bytes advice;		/* findings of the new image only */
	struct change_because because[SIDE_COUNT]; /* verdicts only */
	struct change_place *places;
	size_t place_count;
};

/* Requirements that rest on evidence which changed. */
struct retest {
	struct bytes framework;
	struct bytes title; /* of the framework */
	struct bytes *requirements;
	size_t count;
	size_t of; /* how many it has in all */
};

/* Known vulnerabilities, each of one component's name once. */
struct known_counts {
	size_t fresh; /* in the new image only */
	size_t gone;
	size_t still;
};

struct diff_known {
	bool compared;		       /* feeds were given for both */
	struct known_counts exploited; /* that somebody exploits */
	struct known_counts others;    /* of these only what nobody excuses */
};

struct diff {
	const struct assessment *side[SIDE_COUNT]; /* borrowed */
	struct change *changes; /* by area; the worse first, then the better */
	size_t change_count;
	size_t count[DIRECTION_COUNT];
	size_t area_count[AREA_COUNT][DIRECTION_COUNT];
	struct retest *retests; /* none empty; in catalogue order */
	size_t retest_count;
	struct diff_known known;
	/* That much less of this one could be read that what it lacks may only
	   be hidden. With it for the new one nothing that is gone counts as
	   better: not looked at is not mended. */
	bool darker[SIDE_COUNT];
	/* The new image shows no such system as the old one does: another
	   operating system, or no programs. Likewise nothing is better. */
	bool other_system;
};

/*
 * Compares. Both assessments were made with the same data; *ret borrows from
 * them and from the arena. Deterministic. ERR_MEMORY.
 *
 * What counts as worse is written down in docs/diff.md.
 */
enum err diff_make(const struct assessment *old_image,
    const struct assessment *new_image, struct arena *arena, struct diff *ret);

/* The whole in one word: worse when anything is, else better when anything
   is, else neutral. */
enum direction diff_direction(const struct diff *d);

#endif
