/* SPDX-License-Identifier: ISC */
/* The process that reads feeds of vulnerabilities and holds nothing else. */
#ifndef WORKER_FEED_H
#define WORKER_FEED_H

#include "base/data.h"

/*
 * Reads:  feeds or a compiled book, perhaps a VEX document on one product, all
 *         as read-only descriptors that it takes from descriptor 3
 *         (system/handing.h, enum feed_word), and a data set (else `embedded`
 *         is used); then, from 4, one question (worker/feed_wire.h) to its end.
 * Power:  none. It can compute, and write messages (worker/feed_wire.h) to 5.
 *
 * Its main: `FEED_PROGRAM FEED_WORKER MODE JAIL`, with MODE FEED_ASK or
 * FEED_COMPILE (which waits for no question) and JAIL "jail" or "no-jail".
 * Returns the exit status.
 */
#define FEED_PROGRAM "hallmark-parse"
#define FEED_WORKER ("--worker=feed/" HALLMARK_VERSION)
#define FEED_ASK "ask"
#define FEED_COMPILE "compile"
#define FEED_HANDING_FD 3
#define FEED_QUESTION_FD 4
#define FEED_ANSWER_FD 5

int feed_main(int argc, char *argv[], const struct data_set *embedded);

#endif
