/* SPDX-License-Identifier: ISC */
/* A line on the terminal while a worker takes its time. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "worker/reply.h"

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool terminal; /* standard error is one */
	bool shown;
	uint64_t started_ms;
	uint64_t image_len;
};

struct progress progress_open(uint64_t image_len);

/* For client_wants.tick: shows itself after half a second. */
void progress_tick(void *progress, const struct reply *reply);

/* Wipes the line. */
void progress_close(struct progress *progress);

#endif
