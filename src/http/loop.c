/* SPDX-License-Identifier: ISC */
/* One thread: new connections, libmicrohttpd, deadlines, outcomes. */
#include "http/http_private.h"
#include "system/clock.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* How often deadlines are looked at. */
#define TICK_MS 250
#define EVENTS 8

/* What an event is of; from FIRST_SOCKET on the listening sockets. */
enum {
	OF_DAEMON,
	OF_WAKE,
	FIRST_SOCKET,
};

/* ---- descriptors that are waited for ---- */

static enum err
watch(struct loop *loop, int fd, uint32_t events, uint32_t what)
{
	struct epoll_event event = { .events = events, .data.u32 = what };

	return epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0
	    ? ERR_OK
	    : ERR_SYSTEM;
}

static void
stop_listening(struct loop *loop)
{
	const struct http_wish *wish = &loop->http->wish;

	for (unsigned i = 0; i < wish->socket_count && loop->is_listening; i++)
		/* one that is not there need not be taken away */
		(void)epoll_ctl(
		    loop->epoll_fd, EPOLL_CTL_DEL, wish->sockets[i], NULL);
	loop->is_listening = false;
}

/* Each connection wakes one of the threads, not all. */
static enum err
listen_again(struct loop *loop)
{
	const struct http_wish *wish = &loop->http->wish;
	enum err err = ERR_OK;

	loop->is_listening = true;
	for (uint32_t i = 0; i < wish->socket_count && err == ERR_OK; i++)
		err = watch(loop, wish->sockets[i], EPOLLIN | EPOLLEXCLUSIVE,
		    FIRST_SOCKET + i);
	if (err != ERR_OK)
		stop_listening(loop);
	return err;
}

/* ---- life ---- */

/* libmicrohttpd would write to standard error what clients do wrong. */
static void
say_nothing(void *context, const char *format, va_list args)
{
	(void)context;
	(void)format;
	(void)args;
}

static struct MHD_Daemon *
start_daemon(struct loop *loop)
{
	/* Connections are taken by peer_accept(), and deadlines are ours: those
	   of libmicrohttpd begin anew with each byte. */
	return MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET |
		MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO | MHD_USE_ERROR_LOG,
	    0, NULL, NULL, request_handle, loop, MHD_OPTION_EXTERNAL_LOGGER,
	    say_nothing, NULL, MHD_OPTION_CONNECTION_LIMIT,
	    (unsigned)loop->http->loop_peers_max,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, HTTP_CONNECTION_LEN,
	    MHD_OPTION_CONNECTION_TIMEOUT, 0U, MHD_OPTION_STRICT_FOR_CLIENT, 1,
	    MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_URI_LOG_CALLBACK,
	    request_begin, loop, MHD_OPTION_NOTIFY_COMPLETED, request_end, loop,
	    MHD_OPTION_NOTIFY_CONNECTION, peer_notify, loop, MHD_OPTION_END);
}

enum err
loop_open(struct loop *loop)
{
	loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	loop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (loop->epoll_fd < 0 || loop->wake_fd < 0)
		return ERR_SYSTEM;
	loop->daemon = start_daemon(loop);
	if (loop->daemon == NULL)
		return ERR_MEMORY;
	const union MHD_DaemonInfo *info =
	    MHD_get_daemon_info(loop->daemon, MHD_DAEMON_INFO_EPOLL_FD);

	if (info == NULL)
		return ERR_SYSTEM;
	enum err err = watch(loop, info->epoll_fd, EPOLLIN, OF_DAEMON);

	if (err == ERR_OK)
		err = watch(loop, loop->wake_fd, EPOLLIN, OF_WAKE);
	if (err == ERR_OK)
		err = listen_again(loop);
	return err;
}

void
loop_close(struct loop *loop)
{
	if (loop->daemon != NULL)
		MHD_stop_daemon(loop->daemon);
	if (loop->wake_fd >= 0)
		(void)close(loop->wake_fd); /* nothing was written to disk */
	if (loop->epoll_fd >= 0)
		(void)close(loop->epoll_fd);
	loop->daemon = NULL;
	loop->wake_fd = loop->epoll_fd = -1;
}

void
loop_wake(struct loop *loop)
{
	const uint64_t one = 1;

	/* it fails only where the counter is full: the loop is awake then */
	if (write(loop->wake_fd, &one, sizeof(one)) < 0)
		return;
}

static void
ring(void *context)
{
	loop_wake(context);
}

struct desk_bell
loop_bell(struct loop *loop)
{
	return (struct desk_bell){ ring, loop };
}

/* ---- running ---- */

/* Connections whose statement was decided upon go on. */
static void
take_outcomes(struct loop *loop, uint64_t now_ms)
{
	struct desk_bell bell = loop_bell(loop);
	struct desk_place *place;
	void *owner;

	place = desk_next(loop->http->desk, &bell, now_ms, &owner);
	while (place != NULL) {
		struct peer *peer = owner;

		peer->request.place = place;
		MHD_resume_connection(peer->connection);
		place = desk_next(loop->http->desk, &bell, now_ms, &owner);
	}
}

static int
wait_ms(struct loop *loop)
{
	MHD_UNSIGNED_LONG_LONG wanted;

	if (MHD_get_timeout(loop->daemon, &wanted) == MHD_YES &&
	    wanted < TICK_MS)
		return (int)wanted;
	return TICK_MS;
}

/* Takes what has happened; true when the loop was woken. */
static bool
wait_for_events(struct loop *loop, uint64_t *ret_now_ms)
{
	const struct http_wish *wish = &loop->http->wish;
	struct epoll_event events[EVENTS];
	uint64_t count;
	bool woken = false;
	int ready = epoll_wait(loop->epoll_fd, events, EVENTS, wait_ms(loop));

	*ret_now_ms = clock_now_ms();
	for (int i = 0; i < ready; i++) {
		uint32_t what = events[i].data.u32;

		if (what == OF_WAKE) {
			/* emptied; how often it rang does not matter */
			woken = read(loop->wake_fd, &count, sizeof(count)) > 0;
		} else if (what >= FIRST_SOCKET &&
		    what - FIRST_SOCKET < wish->socket_count) {
			peer_accept(loop, wish->sockets[what - FIRST_SOCKET],
			    *ret_now_ms);
		}
	}
	return woken;
}

static void
tick(struct loop *loop, uint64_t now_ms)
{
	peer_end_late(loop, now_ms);
	take_outcomes(loop, now_ms);
	if (atomic_load(&loop->http->is_stopping) ||
	    now_ms < loop->accept_again_ms)
		stop_listening(loop);
	else if (!loop->is_listening)
		(void)listen_again(loop); /* else at the next tick, maybe */
}

static bool
is_done(const struct loop *loop, uint64_t now_ms)
{
	return atomic_load(&loop->http->is_stopping) &&
	    (loop->peer_count == 0 || now_ms >= loop->http->stop_ms);
}

/* libmicrohttpd cannot be ended while a connection sleeps; it takes up to two
   rounds until one that was woken is answered. */
static void
wake_sleepers(struct loop *loop)
{
	take_outcomes(loop, UINT64_MAX);
	for (unsigned i = 0; i < 4; i++)
		(void)MHD_run(loop->daemon); /* it has nobody to tell */
}

static void *
run(void *context)
{
	struct loop *loop = context;
	struct http *http = loop->http;
	uint64_t now_ms = clock_now_ms();
	uint64_t next_ms = now_ms;

	pthread_mutex_lock(&http->lock);
	http->ready_count++;
	pthread_cond_broadcast(&http->changed);
	pthread_mutex_unlock(&http->lock);
	while (!is_done(loop, now_ms)) {
		bool woken = wait_for_events(loop, &now_ms);

		/* first: what came in time while an answer was being made
		   must not be called late */
		(void)MHD_run(loop->daemon);
		if (woken || now_ms >= next_ms) {
			tick(loop, now_ms);
			next_ms = now_ms + TICK_MS;
			/* a connection that was resumed is looked at in the
			   next round, and written to in the one after it */
			(void)MHD_run(loop->daemon);
			(void)MHD_run(loop->daemon);
		}
	}
	wake_sleepers(loop);
	return NULL;
}

enum err
loop_start(struct loop *loop)
{
	if (pthread_create(&loop->thread, NULL, run, loop) != 0)
		return ERR_SYSTEM;
	loop->is_started = true;
	return ERR_OK;
}
