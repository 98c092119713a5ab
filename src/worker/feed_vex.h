/* SPDX-License-Identifier: ISC */
/* Keeps the VEX statements of a document on one product. */
#ifndef WORKER_FEED_VEX_H
#define WORKER_FEED_VEX_H

#include "advisories/feed.h"
#include "advisories/vex.h"
#include "base/arena.h"
#include "base/err.h"

#include <stddef.h>

/* A handle: feed_vex_open() to feed_vex_close(). */
struct feed_vex {
	struct arena arena; /* holds all of it */
	struct vex_statement *list;
	size_t count;
	size_t room;
};

struct feed_vex feed_vex_open(void);
void feed_vex_close(struct feed_vex *v);

/* Takes statements and nothing else; ERR_LIMIT past LIMIT_VEX_LEN. Borrows. */
struct feed_sink feed_vex_sink(struct feed_vex *v);

#endif
