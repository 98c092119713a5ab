/* SPDX-License-Identifier: ISC */
/* One function of this program run in a jailed child of its own. */
#ifndef SYSTEM_CONFINED_H
#define SYSTEM_CONFINED_H

#include "base/err.h"
#include "base/out.h"
#include "system/jail.h"

/* What came of it. */
struct confined_end {
	bool exited;
	int status; /* when exited */
	int signal; /* when not; also when it said more than allowed */
};

/*
 * Forks; the child locks itself in and runs the function, whose result is its
 * exit status. It has the memory of this process as it stands, standard input
 * is empty, and what it writes to standard output and standard error comes to
 * *ret_out and *ret_err (up to their limits): foreign bytes, for whoever reads
 * hostile input may have been taken over by it. The calling process must have
 * one thread and hold no secret. ERR_SYSTEM: it could not be started, or the
 * jail could not be entered, which the child has told in *ret_err.
 */
enum err confined_run(const struct jail_limits *limits,
    int (*run)(void *context), void *context, struct out *ret_out,
    struct out *ret_err, struct confined_end *ret);

#endif
