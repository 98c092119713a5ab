/* SPDX-License-Identifier: ISC */
/* Writes and wipes the line on standard error. */
#include "cli/progress.h"

#include "system/clock.h"

#include <stdio.h>
#include <unistd.h>

#define PROGRESS_WAIT_MS 500
#define PROGRESS_EVERY_MS 100
/* Wide enough to cover its longer predecessor. */
#define PROGRESS_LINE "\r%-48s"

struct progress
progress_open(uint64_t total)
{
	return (struct progress){
		.terminal = isatty(STDERR_FILENO) == 1,
		.started_ms = clock_now_ms(),
		.total = total,
	};
}

static void
show(struct progress *p, const char *line)
{
	(void)fprintf(stderr, PROGRESS_LINE, line);
	(void)fflush(stderr); /* a lost progress line harms nobody */
	p->shown = true;
}

void
progress_tick(void *progress, const struct reply *reply)
{
	struct progress *p = progress;
	uint64_t passed = clock_now_ms() - p->started_ms;
	uint64_t done =
	    reply->bytes_done < p->total ? reply->bytes_done : p->total;
	char line[64];

	if (!p->terminal || passed < PROGRESS_WAIT_MS)
		return;
	if (reply->mode == REPLY_ASSESS && p->total > 0)
		(void)snprintf(line, sizeof(line),
		    "%3u %% read, %zu facts, %llu s",
		    (unsigned)(done * 100 / p->total), reply->seen.facts.count,
		    (unsigned long long)(passed / 1000));
	else
		(void)snprintf(line, sizeof(line), "%llu s",
		    (unsigned long long)(passed / 1000));
	show(p, line);
}

void
progress_count(struct progress *progress, uint64_t done, const char *things)
{
	struct progress *p = progress;
	uint64_t now = p->terminal ? clock_now_ms() : 0;
	unsigned long long secs;
	char line[64];

	if (!p->terminal || now - p->started_ms < PROGRESS_WAIT_MS ||
	    now - p->shown_ms < PROGRESS_EVERY_MS)
		return;
	p->shown_ms = now;
	secs = (now - p->started_ms) / 1000;
	if (p->total > 0)
		(void)snprintf(line, sizeof(line), "%3u %% of %llu %s, %llu s",
		    (unsigned)(done < p->total ? done * 100 / p->total : 100),
		    (unsigned long long)p->total, things, secs);
	else
		(void)snprintf(line, sizeof(line), "%llu %s, %llu s",
		    (unsigned long long)done, things, secs);
	show(p, line);
}

void
progress_close(struct progress *progress)
{
	if (progress->shown)
		(void)fprintf(stderr, PROGRESS_LINE "\r", "");
	progress->shown = false;
}
