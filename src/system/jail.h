/* SPDX-License-Identifier: ISC */
/* A process locks itself in, before it looks at the first hostile byte. */
#ifndef SYSTEM_JAIL_H
#define SYSTEM_JAIL_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JAIL_TEXT_LEN 240

/* What a process may do beside computing. The table of jail_seccomp.c has a
   column for each. */
enum jail_profile {
	JAIL_PURE,  /* nothing: it reads and writes descriptors that it holds */
	JAIL_HTTP,  /* takes connections from listening sockets that it holds */
	JAIL_STORE, /* its own folders and its database */
	JAIL_SIGN,  /* its own state file */
	JAIL_TOKEN, /* likewise, and what a library of PKCS#11 may need */
};
#define JAIL_PROFILES 5

struct jail_limits {
	enum jail_profile profile;
	uint64_t memory_len; /* address space in all */
	unsigned cpu_secs;   /* JAIL_PURE only: the others run for ever */
	/* JAIL_STORE and JAIL_TOKEN: folders below which it may read and write files. */
	const char *const *folder;
	size_t folder_count;
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
 * That is JAIL_PURE. JAIL_HTTP may take connections besides, wait for many,
 * and read and write them; it has no limit of CPU time, and may hold as many
 * descriptors as before.
 *
 * JAIL_SIGN may write and sync the files that it holds. JAIL_STORE may do what
 * a database and a ledger do with files, below its folders (Landlock), and go on
 * talking on sockets that it holds; of root it keeps the number, for its files
 * may be root's, but no capability. JAIL_TOKEN may do the same, and connect to
 * local sockets: the library of a token is not ours, but no input reaches it.
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
