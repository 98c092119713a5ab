/* SPDX-License-Identifier: ISC */
/* Signals and the log. */
#include "worker/daemon.h"

#include "system/journal.h"

#include <signal.h>
#include <unistd.h>

void
daemon_ignore_signals(void)
{
	/* they fail only for signals that do not exist */
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
}

void
daemon_outlive_sigterm(void)
{
	(void)signal(SIGTERM, SIG_IGN); /* likewise */
}

void
daemon_tell(
    const char *level, const char *event, const char *key, const char *text)
{
	struct journal line;

	journal_begin(&line, STDERR_FILENO, level, event);
	journal_text(&line, key, bytes_of(text));
	journal_end(&line);
}
