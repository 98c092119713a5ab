/* SPDX-License-Identifier: ISC */
/* The process that talks with the world, and holds nothing. */
#ifndef WORKER_HTTP_H
#define WORKER_HTTP_H

/*
 * Reads:  requests of anyone, on listening sockets that it is handed.
 * Power:  none. It opens no file and no connection; what it wants to know it
 *         asks the store over its channels (worker/registry_wire.h), which
 *         decides again about all that it is told.
 *
 * Its main: `HTTP_PROGRAM HTTP_WORKER JAIL BASE_URI WRITER_URI THREADS LISTENERS
 * [OPTIONS]`, with JAIL "jail" or "no-jail", WRITER_URI maybe empty, THREADS 1
 * to HTTP_THREADS_MAX, LISTENERS 1 to HTTP_LISTENERS_MAX, OPTIONS words with
 * commas between them: "no-limits" (of addresses, for benchmarks),
 * "log-requests", "behind-proxy" (X-Forwarded-For names the client). Returns
 * the exit status.
 *
 * Descriptors, from PROCESS_FIRST_FD up:
 *   a page of shared memory, only to read: u64le, native atomic, the version of
 *     the store's state; it grows with each change
 *   the channel for statements that are handed in
 *   THREADS channels for questions, one a thread
 *   LISTENERS listening sockets
 * Standard error stays: a line for each event. It ends with 0 on SIGTERM, after
 * the requests that it has begun, and when the channels are closed; with 1
 * when it cannot begin, or when a question was not answered in time: then it
 * is to be started again, with new channels.
 */
#define HTTP_PROGRAM "hallmark-registry"
#define HTTP_WORKER ("--worker=http/" HALLMARK_VERSION)
#define HTTP_THREADS_MAX 4
#define HTTP_LISTENERS_MAX 4

int http_worker_main(int argc, char *argv[]);

#endif
