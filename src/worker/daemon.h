/* SPDX-License-Identifier: ISC */
/* What the registry's long-lived workers do alike. */
#ifndef WORKER_DAEMON_H
#define WORKER_DAEMON_H

/* Ctrl-C is the parent's to answer, and a channel whose other end is gone is
   an error, no death. */
void daemon_ignore_signals(void);

/* Likewise SIGTERM, which a service manager sends to all at once: it ends when
   its channel does, after those who still need it. */
void daemon_outlive_sigterm(void);

/* One line of the log with one text, which may be foreign:
   `level event key="text"`. */
void daemon_tell(
    const char *level, const char *event, const char *key, const char *text);

#endif
