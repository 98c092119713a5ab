/* SPDX-License-Identifier: ISC */
/* The server: connections in, registry_answer() asked, answers out. */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "base/bytes.h"
#include "base/err.h"
#include "http/desk.h"
#include "registry/registry.h"
#include "registry/source.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Threads that serve, and listening sockets. */
#define HTTP_THREADS 4
#define HTTP_SOCKETS 4

/*
 * What a client may cost.
 *
 * Connections: in all, and of one address (IPv4, or an IPv6 network of 64 bits;
 * none behind a proxy). When all are taken, whoever has been silent longest
 * gives way. The number is also bounded by the descriptors of the process.
 */
#define HTTP_CONNECTIONS 4096
#define HTTP_CONNECTIONS_OF_ADDRESS 128
/* Requests on one connection. */
#define HTTP_REQUESTS_OF_CONNECTION 10000
/* Requests saved up, and given back a second, for each address. */
#define HTTP_READ_BURST 600
#define HTTP_READS_PER_SEC 100
#define HTTP_SEND_BURST 120
#define HTTP_SENDS_PER_SEC 10
/* Bytes that request line and headers share with what libmicrohttpd notes about
   them; the number of headers. */
#define HTTP_CONNECTION_LEN ((size_t)16 << 10)
#define HTTP_HEADERS 64
/* Milliseconds until a request's headers are whole (from the connection's
   begin, or the end of the request before), then until its body is; then until
   the answer has gone, and besides for each so many bytes of it a second. */
#define HTTP_HEADERS_MS 10000
#define HTTP_BODY_MS 20000
#define HTTP_SEND_MS 20000
#define HTTP_SEND_BYTES_PER_SEC ((size_t)8 << 10)
/* Bytes of bodies being received, of all connections; of answers in memory; and
   of those that are kept for who asks next. */
#define HTTP_BODIES_LEN ((size_t)64 << 20)
#define HTTP_ANSWERS_LEN ((size_t)384 << 20)
#define HTTP_KEPT_LEN ((size_t)64 << 20)
/* Milliseconds that requests have to end when the server is to stop. */
#define HTTP_STOP_MS 5000

struct http_options {
	bool no_limits;	   /* of addresses: for benchmarks */
	bool log_requests; /* a line for each */
	/* The address is the last of X-Forwarded-For. */
	bool behind_proxy;
};

struct http_wish {
	struct http_options options;
	unsigned thread_count;	   /* 1 to HTTP_THREADS */
	unsigned socket_count;	   /* 1 to HTTP_SOCKETS */
	int sockets[HTTP_SOCKETS]; /* listening; borrowed; set non-blocking */
	/* One a thread; borrowed. The source is the registry's. */
	const struct registry *registries[HTTP_THREADS];
	struct registry_source sources[HTTP_THREADS];
	struct desk_store store;
	/* Grows with each change of the store's state; borrowed. */
	const atomic_uint_least64_t *version;
	int memory_fd; /* /proc/self/statm, or -1; borrowed */
	int log_fd;    /* borrowed */
};

/* A handle: http_open(), http_start(), http_stop(), http_close(). */
struct http;

/* Makes all but the threads. ERR_MEMORY, ERR_SYSTEM. */
enum err http_open(const struct http_wish *wish, struct http **ret);
/* The threads; returns when all of them serve. ERR_SYSTEM. */
enum err http_start(struct http *http);
/* No new connections, and an end of those that are there, within HTTP_STOP_MS.
   Returns when the threads have ended, but for the desk's. */
void http_stop(struct http *http);
/* See desk_close() on what the store must do before. */
void http_close(struct http *http);

/* A line in the log of what was refused since the last one, if anything. */
void http_log_refusals(struct http *http);
/* The store has ended: nothing more will come of statements. */
bool http_is_cut_off(struct http *http);

#endif
