/* SPDX-License-Identifier: ISC */
/* The whole server on loopback, with a store that makes its rows up. */
#include "http/http.h"

#include "../../registry/canned.h"
#include "base/data.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define THREADS 2
#define ANSWER_LEN ((size_t)64 << 10)

/* Statements wait here until the test lets them go. */
struct store {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	uint64_t number; /* of the statement that came, 0: none */
	bool is_answered;
	bool is_closed;
};

struct scene {
	struct canned canned[THREADS];
	struct registry *registry[THREADS];
	struct store store;
	atomic_uint_least64_t version;
	struct http *http;
	int listener;
	uint16_t port;
	char answer[ANSWER_LEN];
};

static enum err
hand_in(void *context, uint64_t number, struct bytes statement)
{
	struct store *store = context;

	(void)statement;
	pthread_mutex_lock(&store->lock);
	store->number = number;
	pthread_cond_broadcast(&store->changed);
	pthread_mutex_unlock(&store->lock);
	return ERR_OK;
}

static enum err
take_outcome(void *context, struct arena *arena, uint64_t *ret_number,
    struct registry_submission *ret)
{
	struct store *store = context;
	enum err err = ERR_END;

	pthread_mutex_lock(&store->lock);
	while (!store->is_closed && !(store->number != 0 && store->is_answered))
		pthread_cond_wait(&store->changed, &store->lock);
	if (!store->is_closed) {
		err = ERR_OK;
		*ret_number = store->number;
		*ret = (struct registry_submission){
			.outcome = REGISTRY_ADDED,
			.index = 17,
			.receipt = arena_copy(arena, BYTES("receipt")),
		};
		store->number = 0;
	}
	pthread_mutex_unlock(&store->lock);
	return err;
}

static void
set(struct store *store, bool is_answered, bool is_closed)
{
	pthread_mutex_lock(&store->lock);
	store->is_answered = is_answered;
	store->is_closed = is_closed;
	pthread_cond_broadcast(&store->changed);
	pthread_mutex_unlock(&store->lock);
}

/* ---- scene ---- */

static void
listen_somewhere(struct scene *s)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	union {
		struct sockaddr_in *in;
		struct sockaddr *plain;
	} to = { .in = &address };
	socklen_t len = sizeof(address);

	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	assert_int_equal(bind(s->listener, to.plain, len), 0);
	assert_int_equal(listen(s->listener, 64), 0);
	assert_int_equal(getsockname(s->listener, to.plain, &len), 0);
	s->port = ntohs(address.sin_port);
}

static struct scene *
open_scene(bool no_limits)
{
	struct scene *s = calloc(1, sizeof(*s));
	struct http_wish wish = {
		.options = { .no_limits = no_limits },
		.thread_count = THREADS,
		.socket_count = 1,
		.memory_fd = -1,
		.log_fd = STDERR_FILENO,
	};
	struct registry_wish pages = {
		.base_uri = BYTES("http://registry.example"),
		.data = data_embedded(),
	};
	struct fault fault;

	assert_non_null(s);
	listen_somewhere(s);
	pthread_mutex_init(&s->store.lock, NULL);
	pthread_cond_init(&s->store.changed, NULL);
	for (size_t i = 0; i < THREADS; i++) {
		canned_fill(&s->canned[i]);
		pages.source = canned_source(&s->canned[i]);
		assert_int_equal(
		    registry_open(&pages, &s->registry[i], &fault), ERR_OK);
		wish.registries[i] = s->registry[i];
		wish.sources[i] = pages.source;
	}
	wish.sockets[0] = s->listener;
	wish.store = (struct desk_store){ hand_in, take_outcome, &s->store };
	wish.version = &s->version;
	assert_int_equal(http_open(&wish, &s->http), ERR_OK);
	assert_int_equal(http_start(s->http), ERR_OK);
	return s;
}

static void
close_scene(struct scene *s)
{
	set(&s->store, false, true);
	http_close(s->http);
	for (size_t i = 0; i < THREADS; i++)
		registry_close(s->registry[i]);
	(void)close(s->listener);
	pthread_cond_destroy(&s->store.changed);
	pthread_mutex_destroy(&s->store.lock);
	free(s);
}

static int
dial(const struct scene *s)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(s->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	union {
		struct sockaddr_in *in;
		struct sockaddr *plain;
	} to = { .in = &address };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(connect(fd, to.plain, sizeof(address)), 0);
	return fd;
}

static void
say(int fd, struct bytes text)
{
	assert_int_equal(send(fd, text.ptr, text.len, MSG_NOSIGNAL), text.len);
}

/* Of "HTTP/1.1 200 OK". */
static int
status_of(const char *answer)
{
	uint64_t status = 0;

	assert_memory_equal(answer, "HTTP/1.1 ", 9);
	assert_true(bytes_to_u64(bytes_slice(bytes_of(answer), 9, 3), &status));
	return (int)status;
}

/* All until the server closes, in s->answer; its status. */
static int
hear(struct scene *s, int fd)
{
	size_t len = 0;
	ssize_t n = 1;

	while (n > 0 && len < ANSWER_LEN - 1) {
		n = recv(fd, s->answer + len, ANSWER_LEN - 1 - len, 0);
		len += n > 0 ? (size_t)n : 0;
	}
	s->answer[len] = '\0';
	(void)close(fd);
	return len > 12 ? status_of(s->answer) : 0;
}

/* One request on a connection of its own. */
static int
ask(struct scene *s, const char *method, const char *target,
    const char *headers, struct bytes body)
{
	char head[1024];
	int fd = dial(s);

	(void)snprintf(head, sizeof(head),
	    "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s%s%zu\r\n\r\n",
	    method, target, headers, "Content-Length: ", body.len);
	say(fd, bytes_of(head));
	if (body.len > 0)
		say(fd, body);
	return hear(s, fd);
}

static int
get(struct scene *s, const char *target, const char *headers)
{
	return ask(s, "GET", target, headers, BYTES(""));
}

static uint64_t
asked(const struct scene *s)
{
	return s->canned[0].asked + s->canned[1].asked;
}

/* ---- tests ---- */

static void
http_answers_and_keeps_answers_until_the_state_changes(void **state)
{
	struct scene *s = open_scene(false);

	(void)state;
	assert_int_equal(get(s, "/label/17.json", ""), 200);
	assert_non_null(strstr(s->answer, "\"index\":17"));
	assert_non_null(
	    strstr(s->answer, "\r\nX-Content-Type-Options: nosniff"));
	uint64_t before = asked(s);

	assert_true(before > 0);
	for (unsigned i = 0; i < 20; i++)
		assert_int_equal(get(s, "/label/17.json", ""), 200);
	assert_int_equal(asked(s), before);
	atomic_fetch_add(&s->version, 1);
	assert_int_equal(get(s, "/label/17.json", ""), 200);
	assert_true(asked(s) > before);
	close_scene(s);
}

static void
http_knows_what_the_client_has(void **state)
{
	struct scene *s = open_scene(false);
	char header[128];

	(void)state;
	assert_int_equal(get(s, "/tile/0/000", ""), 200);
	assert_non_null(strstr(s->answer, "immutable"));
	const char *etag = strstr(s->answer, "ETag: ");

	assert_non_null(etag);
	(void)snprintf(header, sizeof(header),
	    "If-None-Match: \"x\", %.24s\r\n", etag + strlen("ETag: "));
	assert_int_equal(get(s, "/tile/0/000", header), 304);
	assert_null(strstr(s->answer, "TTTT"));
	assert_non_null(strstr(s->answer, "ETag: "));
	assert_int_equal(ask(s, "HEAD", "/tile/0/000", "", BYTES("")), 200);
	assert_non_null(strstr(s->answer, "Content-Length: 8192"));
	assert_null(strstr(s->answer, "TTTT"));
	close_scene(s);
}

static void
http_tells_how_it_is(void **state)
{
	struct scene *s = open_scene(false);

	(void)state;
	assert_int_equal(get(s, "/healthz", ""), 200);
	assert_non_null(strstr(s->answer, "\r\n\r\nok\n"));
	assert_int_equal(get(s, "/label/1", ""), 200);
	assert_int_equal(get(s, "/metrics", ""), 200);
	assert_non_null(strstr(s->answer,
	    "hallmark_http_requests_total{class=\"label\",status=\"2xx\"} 1"));
	assert_non_null(strstr(s->answer, "hallmark_ledger_size 1000"));
	assert_int_equal(ask(s, "POST", "/metrics", "", BYTES("")), 405);
	close_scene(s);
}

static size_t
read_statement(uint8_t *room, size_t cap)
{
	const char *path = getenv("STATEMENT");
	FILE *file = path != NULL ? fopen(path, "rb") : NULL;

	assert_non_null(file);
	size_t len = fread(room, 1, cap, file);

	(void)fclose(file);
	return len;
}

static int
send_statement(struct scene *s)
{
	uint8_t room[4096];
	char head[256];
	struct bytes body = { room, read_statement(room, sizeof(room)) };
	int fd = dial(s);

	(void)snprintf(head, sizeof(head),
	    "POST /entries HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
	    "Content-Type: application/cose\r\nContent-Length: %zu\r\n\r\n",
	    body.len);
	say(fd, bytes_of(head));
	say(fd, body);
	return fd;
}

static void
wait_for_statement(struct store *store)
{
	pthread_mutex_lock(&store->lock);
	while (store->number == 0)
		pthread_cond_wait(&store->changed, &store->lock);
	pthread_mutex_unlock(&store->lock);
}

static void
http_waits_for_the_store_without_holding_others(void **state)
{
	struct scene *s = open_scene(false);

	(void)state;
	int fd = send_statement(s);

	wait_for_statement(&s->store);
	for (unsigned i = 0; i < 10; i++)
		assert_int_equal(get(s, "/label/17", ""), 200);
	set(&s->store, true, false);
	assert_int_equal(hear(s, fd), 201);
	assert_non_null(strstr(s->answer, "receipt"));
	close_scene(s);
}

static void
http_ends_what_was_begun_when_it_stops(void **state)
{
	struct scene *s = open_scene(false);

	(void)state;
	int idle = dial(s);
	int fd = send_statement(s);

	wait_for_statement(&s->store);
	set(&s->store, true, false);
	http_stop(s->http);
	assert_int_equal(hear(s, fd), 201);
	assert_int_equal(hear(s, idle), 0);
	close_scene(s);
}

static void
http_tells_who_waits_that_the_store_ended(void **state)
{
	struct scene *s = open_scene(false);

	(void)state;
	int fd = send_statement(s);

	wait_for_statement(&s->store);
	set(&s->store, false, true);
	assert_int_equal(hear(s, fd), 503);
	assert_non_null(strstr(s->answer, "Retry-After: "));
	assert_true(http_is_cut_off(s->http));
	close_scene(s);
}

static void
http_sends_away_who_sends_too_often(void **state)
{
	struct scene *s = open_scene(false);
	int status = 405;
	unsigned sent = 0;

	(void)state;
	for (; sent < 20 * HTTP_SEND_BURST && status == 405; sent++)
		status = ask(s, "POST", "/label/17", "", BYTES(""));
	assert_int_equal(status, 429);
	assert_true(sent > HTTP_SEND_BURST);
	assert_non_null(strstr(s->answer, "Retry-After: 2"));
	assert_non_null(strstr(s->answer, "problem"));
	/* reading is counted apart */
	assert_int_equal(get(s, "/label/17", ""), 200);
	close_scene(s);
}

static void
http_holds_nobody_without_limits(void **state)
{
	struct scene *s = open_scene(true);

	(void)state;
	for (unsigned i = 0; i < HTTP_SEND_BURST + 20; i++)
		assert_int_equal(
		    ask(s, "POST", "/label/17", "", BYTES("")), 405);
	close_scene(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    http_answers_and_keeps_answers_until_the_state_changes),
		cmocka_unit_test(http_knows_what_the_client_has),
		cmocka_unit_test(http_tells_how_it_is),
		cmocka_unit_test(
		    http_waits_for_the_store_without_holding_others),
		cmocka_unit_test(http_ends_what_was_begun_when_it_stops),
		cmocka_unit_test(http_tells_who_waits_that_the_store_ended),
		cmocka_unit_test(http_sends_away_who_sends_too_often),
		cmocka_unit_test(http_holds_nobody_without_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
