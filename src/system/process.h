/* SPDX-License-Identifier: ISC */
/* Workers: programs of ours, in processes of their own that hold nothing. */
#ifndef SYSTEM_PROCESS_H
#define SYSTEM_PROCESS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PROCESS_FIRST_FD 3
#define PROCESS_MAX_FDS 24

/* Where the programs of workers stand that do not stand beside this one, as
   seen from its folder: the layout of an installed system. */
#define PROCESS_LIBEXEC "../libexec/hallmark/"

struct process_start {
	const char *program;	 /* a file's name, or NULL: this program */
	const char *const *argv; /* ends with NULL; argv[0] included */
	const char *setting; /* NAME=VALUE, its whole environment; or NULL */
	const int *fd;	     /* become 3, 4, … in the child */
	size_t fd_count;     /* at most PROCESS_MAX_FDS */
	bool show_errors; /* the child keeps standard error; else /dev/null */
};

/* A handle. */
struct process {
	pid_t pid; /* 0: none */
	int pidfd;
};

struct process_end {
	bool timed_out; /* killed by process_wait() at its deadline */
	bool exited;
	int status; /* when exited */
	int signal; /* when not */
};

/*
 * Starts the program, looked for beside /proc/self/exe and then in
 * PROCESS_LIBEXEC, with no environment but `setting`, only the named
 * descriptors, and /dev/null as standard input and output; no signal is
 * blocked. The child is killed when this process dies. ERR_SYSTEM, also when
 * there is no such program.
 */
enum err process_start(const struct process_start *start, struct process *ret);

/*
 * Waits for its end, kills it at `deadline_ms` (of clock_now_ms()), and
 * releases the handle. ERR_SYSTEM.
 */
enum err process_wait(
    struct process *process, uint64_t deadline_ms, struct process_end *ret);

/* Asks it to end (SIGTERM); fine when there is none. */
void process_ask_to_end(const struct process *process);

/* Kills and forgets it; fine when there is none. */
void process_close(struct process *process);

#endif
