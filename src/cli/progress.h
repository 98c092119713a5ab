/* SPDX-License-Identifier: ISC */
/* A line on the terminal while something takes its time. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "worker/reply.h"

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool terminal; /* standard error is one */
	bool shown;
	uint64_t started_ms;
	uint64_t shown_ms; /* when it was written last */
	uint64_t total;	   /* bytes of an image, entries …; 0: not known */
};

struct progress progress_open(uint64_t total);

/* For client_wants.tick: shows itself after half a second. */
void progress_tick(void *progress, const struct reply *reply);

/* So many of the total are done: "12 % of 5000 entries, 3 s". May be called as
   often as one likes: it writes ten times a second. */
void progress_count(
    struct progress *progress, uint64_t done, const char *things);

/* Wipes the line. */
void progress_close(struct progress *progress);

#endif
