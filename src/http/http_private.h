/* SPDX-License-Identifier: ISC */
/* What the threads of the server share, and what each has for itself. */
#ifndef HTTP_HTTP_PRIVATE_H
#define HTTP_HTTP_PRIVATE_H

#include "base/out.h"
#include "http/addresses.h"
#include "http/counts.h"
#include "http/desk.h"
#include "http/http.h"
#include "http/kept.h"
#include "http/reply.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;

enum peer_phase {
	PEER_IDLE,    /* no request line yet */
	PEER_HEADERS, /* the request line is there */
	PEER_BODY,    /* the headers are, and were let through */
	PEER_WAITING, /* the store has its statement; libmicrohttpd sleeps */
	PEER_SENDING, /* it has its answer */
};

/* A request; its bytes are libmicrohttpd's while it lasts. */
struct request {
	enum registry_method method;
	bool is_head;
	struct bytes accept, accept_language, content_type, if_none_match;
	struct bytes forwarded_for;
	bool has_length, has_coding, has_host;
	uint64_t length; /* of the body, as it is said */
	unsigned header_count;
	unsigned refused; /* status: 400, 413, 431 … ; 0: none */
	size_t reserved;  /* bytes of http->bodies */
	struct out body;
	struct desk_place *place; /* of its statement */
	enum counts_class class;
	uint64_t begun_us;
};

/* A connection, in the list of its loop. */
struct peer {
	struct peer *next, *before;
	struct loop *loop;
	struct MHD_Connection *connection;
	int fd;
	uint64_t name; /* of the address */
	bool is_shut;  /* by us: libmicrohttpd will see its end */
	enum peer_phase phase;
	uint64_t until_ms;
	unsigned served; /* requests */
	struct request request;
	size_t target_len;	/* REGISTRY_TARGET_MAX + 1: it was longer */
	const char *target_end; /* in memory of libmicrohttpd; only compared */
	uint8_t target[REGISTRY_TARGET_MAX];
};

/* A thread with its own libmicrohttpd. */
struct loop {
	struct http *http;
	unsigned number;
	struct counts *counts;
	const struct registry *registry;
	struct registry_source source;
	struct MHD_Daemon *daemon;
	int epoll_fd;
	int wake_fd;
	bool is_listening;
	struct peer *peers; /* the newest first */
	size_t peer_count;
	uint64_t accept_again_ms; /* while there are no descriptors */
	/* of the connection that libmicrohttpd is being handed */
	bool is_entering;
	uint64_t entering_name;
	pthread_t thread;
	bool is_started;
};

struct http {
	struct http_wish wish;
	struct addresses *addresses;
	struct kept *kept;
	struct reply_room room;
	atomic_size_t bodies; /* bytes reserved for bodies */
	struct desk *desk;
	struct counts counts[HTTP_THREADS];
	struct loop loops[HTTP_THREADS];
	size_t loop_peers_max; /* connections of one loop */
	atomic_bool is_stopping;
	uint64_t stop_ms; /* set before is_stopping */
	uint64_t refusals_logged[COUNTS_REFUSALS];
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t changed;
	unsigned ready_count;
};

/* ---- loop.c ---- */

/* ERR_MEMORY, ERR_SYSTEM; loop_close() also of a half-made one. */
enum err loop_open(struct loop *loop);
void loop_close(struct loop *loop);
enum err loop_start(struct loop *loop);
void loop_wake(struct loop *loop);
struct desk_bell loop_bell(struct loop *loop);

/* ---- peer.c ---- */

/* Takes a new connection into the loop, or sends it away. */
void peer_accept(struct loop *loop, int listening_fd, uint64_t now_ms);
/* Ends who has passed its time; when the server stops also who is idle. */
void peer_end_late(struct loop *loop, uint64_t now_ms);
/* libmicrohttpd's callback at begin and end of a connection. */
void peer_notify(void *context, struct MHD_Connection *connection,
    void **socket_context, enum MHD_ConnectionNotificationCode code);

/* In the middle of a body that is too long: 413 by hand. */
void peer_say_too_large(struct peer *peer);
void peer_refused(struct loop *loop, enum counts_refusal refusal);

/* ---- request.c ---- */

void *request_begin(
    void *context, const char *target, struct MHD_Connection *connection);
enum MHD_Result request_handle(void *context, struct MHD_Connection *connection,
    const char *url, const char *method, const char *version,
    const char *upload, size_t *upload_len, void **request_context);
void request_end(void *context, struct MHD_Connection *connection,
    void **request_context, enum MHD_RequestTerminationCode code);
/* What the peer's request holds beside memory of libmicrohttpd. */
void request_release(struct peer *peer);

/* ---- answer.c ---- */

/* The request is whole: answers it, or hands its statement in. MHD_NO: the
   connection is to be closed. */
enum MHD_Result answer_request(struct peer *peer);
/* Its statement has an outcome, or had time enough. */
enum MHD_Result answer_statement(struct peer *peer);
/* An answer without looking at what is wanted. */
enum MHD_Result answer_refusal(struct peer *peer, unsigned status);
/* The target without scheme and host. */
struct bytes answer_target(const struct peer *peer);

/* ---- operation.c ---- */

/* /healthz and /metrics; false when it is neither. The answer is in the
   arena. */
bool operation_answer(struct loop *loop, const struct registry_request *request,
    struct arena *arena, struct registry_answer *ret);

/* Microseconds of CLOCK_MONOTONIC. */
uint64_t http_now_us(void);

#endif
