/* SPDX-License-Identifier: ISC */
/* Sockets that wait for connections, and what a service manager is told. */
#ifndef SYSTEM_LISTENING_H
#define SYSTEM_LISTENING_H

#include "base/err.h"

#include <stddef.h>

/* Bytes of "[ADDRESS]:PORT" and a zero. */
#define LISTENING_NAME_LEN 80

/*
 * A TCP socket that listens on "ADDRESS:PORT" ("127.0.0.1:8470", "[::1]:0";
 * port 0 is any that is free). The caller closes it. On failure *ret_why says
 * why (static): ERR_MALFORMED (not such a text), ERR_SYSTEM.
 */
enum err listening_open(const char *name, int *ret, const char **ret_why);

/*
 * Those that a service manager hands over (LISTEN_PID, LISTEN_FDS: sd_listen_fds
 * of systemd), at most `cap`; none is fine. ERR_MALFORMED: one of them does not
 * listen, or there are too many.
 */
enum err listening_inherit(int *ret, size_t cap, size_t *ret_count);

/* The address that it listens on, as listening_open() takes it; of another
   family "unix". ERR_SYSTEM. */
enum err listening_name(int fd, char ret[LISTENING_NAME_LEN]);

/* Tells the service manager (NOTIFY_SOCKET), if there is one: "READY=1". That
   nobody listens is no failure. */
void listening_notify(const char *state);

#endif
