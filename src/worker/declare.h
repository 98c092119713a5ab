/* SPDX-License-Identifier: ISC */
/* The process that reads one declaration's YAML and holds nothing else. */
#ifndef WORKER_DECLARE_H
#define WORKER_DECLARE_H

/*
 * Reads:  one declaration (sealed memory, descriptor 3).
 * Power:  none. It can compute, and write messages (worker/declare_wire.h) to
 *         descriptor 4.
 *
 * Its main: `DECLARE_PROGRAM DECLARE_WORKER JAIL LEN`, with JAIL "jail" or
 * "no-jail". Returns the exit status.
 */
#define DECLARE_PROGRAM "hallmark-parse"
#define DECLARE_WORKER ("--worker=declare/" HALLMARK_VERSION)
#define DECLARE_FILE_FD 3
#define DECLARE_ANSWER_FD 4

int declare_worker_main(int argc, char *argv[]);

#endif
