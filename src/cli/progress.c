/* SPDX-License-Identifier: ISC */
/* Writes and wipes the line on standard error. */
#include "cli/progress.h"

#include "system/clock.h"

#include <stdio.h>
#include <unistd.h>

#define PROGRESS_WAIT_MS 500
/* Wide enough to cover its longer predecessor. */
#define PROGRESS_LINE "\r%-48s"

struct progress
progress_open(uint64_t image_len)
{
	return (struct progress){
		.terminal = isatty(STDERR_FILENO) == 1,
		.started_ms = clock_now_ms(),
		.image_len = image_len,
	};
}

void
progress_tick(void *progress, const struct reply *reply)
{
	struct progress *p = progress;
	uint64_t passed = clock_now_ms() - p->started_ms;
	uint64_t done =
	    reply->bytes_done < p->image_len ? reply->bytes_done : p->image_len;
	char line[64];

	if (!p->terminal || passed < PROGRESS_WAIT_MS)
		return;
	if (reply->mode == REPLY_ASSESS && p->image_len > 0)
		(void)snprintf(line, sizeof(line),
		    "%3u %% read, %zu facts, %llu s",
		    (unsigned)(done * 100 / p->image_len),
		    reply->seen.facts.count,
		    (unsigned long long)(passed / 1000));
	else
		(void)snprintf(line, sizeof(line), "%llu s",
		    (unsigned long long)(passed / 1000));
	(void)fprintf(stderr, PROGRESS_LINE, line);
	(void)fflush(stderr); /* a lost progress line harms nobody */
	p->shown = true;
}

void
progress_close(struct progress *progress)
{
	if (progress->shown)
		(void)fprintf(stderr, PROGRESS_LINE "\r", "");
	progress->shown = false;
}
