/* SPDX-License-Identifier: ISC */
/* A process locks itself in, before it looks at the first hostile byte. */
#ifndef SYSTEM_JAIL_H
#define SYSTEM_JAIL_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#define JAIL_TEXT_LEN 240

struct jail_limits {
	uint64_t memory_len; /* address space in all */
	unsigned cpu_secs;
	/* Called once, when files, network and rights are gone but threads can
	   still be had; what it starts is under every rule of the jail. May be
	   NULL. */
	void (*start_threads)(void *context);
	void *context;
};

/*
 * Locks the calling (single-threaded) process in for good. Afterwards it can
 * compute, take memory, read and write the descriptors it holds, and end:
 *
 *   system calls   an allow-list (seccomp). Looking for a file fails with
 *                  EACCES, so that a library that asks for an optional one
 *                  carries on; whatever else is not on the list kills.
 *   files, net     none (Landlock; own user, network and IPC namespaces)
 *   rights         none: no new privileges, no capabilities, not root
 *   limits         address space, CPU time; no file, process or core dump
 *
 * ret_text always says what holds, and what this machine does not offer
 * ("…; without landlock"). System calls, limits and no-new-privileges are
 * musts: ERR_SYSTEM without them, and the caller must not go on.
 */
enum err jail_enter(
    const struct jail_limits *limits, char ret_text[JAIL_TEXT_LEN]);

/*
 * Whether this is a build with sanitizers, which need what the jail takes
 * away; only such a build may let the environment switch the jail off.
 */
bool jail_is_test_build(void);

#endif
