/* SPDX-License-Identifier: ISC */
/* Finds what is the same thing in two lists, though it moved or changed. */
#ifndef DIFF_PAIRING_H
#define DIFF_PAIRING_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "diff/diff.h"

#include <stddef.h>

/* How two items were found to be one thing, the surest way first. */
enum pairing_how {
	PAIRED_NOT,
	PAIRED_SAME,	/* group, what and place agree */
	PAIRED_MOVED,	/* group and what */
	PAIRED_CHANGED, /* group and place */
	PAIRED_GROUP,	/* group alone */
};

struct pairing_item {
	struct bytes group;
	struct bytes what;	   /* what survives a move */
	struct bytes place;	   /* what survives a change */
	const void *of;		   /* the caller's; borrowed */
	struct pairing_item *twin; /* in the other list, or NULL */
	enum pairing_how how;
};

struct pairing {
	struct pairing_item *list[SIDE_COUNT];
	size_t count[SIDE_COUNT];
};

/*
 * Joins items to twins, one to one, in passes from the surest way to `last`;
 * within a pass in the order of the lists. Takes memory for pointers to the
 * items from the arena. ERR_MEMORY.
 */
enum err pairing_join(
    struct pairing *p, enum pairing_how last, struct arena *arena);

/*
 * A path without what differs from build to build: the containers in front of
 * the first name go, of those behind it the offsets:
 * tplink@0x0!squashfs@0x120000!/opt/a.zip!zip@0x10!/b is /opt/a.zip!zip!/b.
 * Empty for a payload without any name. Borrows, or in the arena; all of the
 * path when that is full.
 */
struct bytes pairing_place(struct bytes path, struct arena *arena);

#endif
