/* SPDX-License-Identifier: ISC */
/* Connections: who is let in, who must go, and when. */
#include "http/http_private.h"
#include "system/clock.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* How long no connection is accepted when there are no descriptors. */
#define NO_FDS_MS 200

/* What is sent where libmicrohttpd has no part in it yet, or no more. */
#define LAST_WORDS(line, len)                                                  \
	"HTTP/1.1 " line                                                       \
	"\r\nContent-Type: text/plain\r\nContent-Length: " len                 \
	"\r\nConnection: close\r\nCache-Control: no-store\r\n"
static const char busy_words[] =
    LAST_WORDS("503 Service Unavailable", "5") "Retry-After: 5\r\n\r\nbusy\n";
static const char crowd_words[] = LAST_WORDS("429 Too Many Requests",
    "21") "Retry-After: 5\r\n\r\ntoo many connections\n";
static const char slow_words[] =
    LAST_WORDS("408 Request Timeout", "9") "\r\ntoo slow\n";
static const char large_words[] =
    LAST_WORDS("413 Content Too Large", "10") "\r\ntoo large\n";

/* As much of it as goes at once: nobody waits for such a client. */
static void
say(int fd, const char *words)
{
	if (send(fd, words, strlen(words), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return;
}

void
peer_refused(struct loop *loop, enum counts_refusal refusal)
{
	counts_add(&loop->counts->refusals[refusal], 1);
}

void
peer_say_too_large(struct peer *peer)
{
	peer_refused(peer->loop, COUNTS_BODY);
	say(peer->fd, large_words);
}

/* ---- ends ---- */

/* libmicrohttpd sees the end of the connection, and closes it. */
static void
end_peer(struct peer *peer)
{
	if (peer->is_shut)
		return;
	peer->is_shut = true;
	/* it fails when the client was quicker */
	(void)shutdown(peer->fd, SHUT_RDWR);
}

/* Who does not read must not fill the kernel's memory after his end. */
static void
reset_peer(struct peer *peer)
{
	const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

	(void)setsockopt(
	    peer->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	end_peer(peer);
}

static void
end_late_peer(struct peer *peer)
{
	switch (peer->phase) {
	case PEER_IDLE:
		end_peer(peer);
		if (peer->served == 0)
			peer_refused(peer->loop, COUNTS_UNUSED);
		return;
	case PEER_HEADERS:
	case PEER_BODY:
		say(peer->fd, slow_words);
		end_peer(peer);
		break;
	case PEER_SENDING:
		reset_peer(peer);
		break;
	case PEER_WAITING:
		return; /* the desk has its own clock */
	}
	peer_refused(peer->loop, COUNTS_SLOW);
}

void
peer_end_late(struct loop *loop, uint64_t now_ms)
{
	bool is_stopping = atomic_load(&loop->http->is_stopping);

	for (struct peer *peer = loop->peers; peer != NULL; peer = peer->next) {
		if (peer->is_shut)
			continue;
		if (is_stopping && peer->phase == PEER_IDLE)
			end_peer(peer);
		else if (now_ms >= peer->until_ms)
			end_late_peer(peer);
	}
}

/* Who has been without a whole request for longest gives way; false when
   everybody has one. */
static bool
make_way(struct loop *loop)
{
	struct peer *last = NULL;

	for (struct peer *peer = loop->peers; peer != NULL; peer = peer->next)
		if (!peer->is_shut &&
		    (peer->phase == PEER_IDLE || peer->phase == PEER_HEADERS) &&
		    (last == NULL || peer->until_ms < last->until_ms))
			last = peer;
	if (last == NULL)
		return false;
	peer_refused(loop, COUNTS_FULL);
	if (last->phase == PEER_HEADERS)
		say(last->fd, busy_words);
	end_peer(last);
	(void)MHD_run(loop->daemon); /* which closes it */
	return loop->peer_count < loop->http->loop_peers_max;
}

/* ---- begin ---- */

static struct bytes
address_bytes(const struct sockaddr_storage *address)
{
	const void *any = address;

	if (address->ss_family == AF_INET) {
		const struct sockaddr_in *in = any;
		const void *at = &in->sin_addr;

		return (struct bytes){ at, sizeof(in->sin_addr) };
	}
	if (address->ss_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = any;
		const void *at = &in6->sin6_addr;

		return (struct bytes){ at, sizeof(in6->sin6_addr) };
	}
	return (struct bytes){ NULL, 0 }; /* a local socket: one for all */
}

static bool
is_counted(const struct http *http)
{
	return !http->wish.options.no_limits &&
	    !http->wish.options.behind_proxy;
}

/* Hands it to libmicrohttpd, which closes it whatever comes of it. */
static void
hand_over(struct loop *loop, int fd, const struct sockaddr_storage *address,
    socklen_t len, uint64_t name)
{
	const void *any = address;

	loop->entering_name = name;
	loop->is_entering = true;
	if (MHD_add_connection(loop->daemon, fd, any, len) != MHD_YES)
		peer_refused(loop, COUNTS_FULL);
	/* add_peer() has taken it over, or there is no peer */
	if (loop->is_entering && is_counted(loop->http))
		addresses_leave(loop->http->addresses, name);
	loop->is_entering = false;
}

static void
let_in(struct loop *loop, int fd, const struct sockaddr_storage *address,
    socklen_t len, uint64_t now_ms)
{
	struct http *http = loop->http;
	uint64_t name = addresses_name(http->addresses, address_bytes(address));

	if (is_counted(http) &&
	    !addresses_enter(http->addresses, name, now_ms)) {
		peer_refused(loop, COUNTS_ADDRESS);
		say(fd, crowd_words);
		(void)close(fd); /* nothing was kept */
		return;
	}
	if (loop->peer_count < http->loop_peers_max || make_way(loop)) {
		hand_over(loop, fd, address, len, name);
		return;
	}
	peer_refused(loop, COUNTS_FULL);
	say(fd, busy_words);
	(void)close(fd); /* nothing was kept */
	if (is_counted(http))
		addresses_leave(http->addresses, name);
}

void
peer_accept(struct loop *loop, int listening_fd, uint64_t now_ms)
{
	struct sockaddr_storage address = { 0 };
	socklen_t len = sizeof(address);
	union {
		struct sockaddr_storage *storage;
		struct sockaddr *plain;
	} to = { .storage = &address };
	int fd =
	    accept4(listening_fd, to.plain, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0) {
		if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
		    errno == ENOBUFS)
			loop->accept_again_ms = now_ms + NO_FDS_MS;
		return; /* else somebody was quicker, or it is gone */
	}
	counts_add(&loop->counts->accepted, 1);
	let_in(loop, fd, &address, len, now_ms);
}

/* ---- libmicrohttpd's view ---- */

static struct peer *
add_peer(struct loop *loop, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
	    connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct peer *peer = malloc(sizeof(*peer));

	if (peer == NULL || info == NULL) {
		free(peer);
		return NULL;
	}
	*peer = (struct peer){
		.loop = loop,
		.connection = connection,
		.fd = info->connect_fd,
		.name = loop->entering_name,
		.until_ms = clock_now_ms() + HTTP_HEADERS_MS,
		.next = loop->peers,
	};
	loop->is_entering = false;
	if (loop->peers != NULL)
		loop->peers->before = peer;
	loop->peers = peer;
	loop->peer_count++;
	counts_add(&loop->counts->connections, 1);
	return peer;
}

static void
remove_peer(struct peer *peer)
{
	struct loop *loop = peer->loop;

	request_release(peer);
	if (peer->before != NULL)
		peer->before->next = peer->next;
	else
		loop->peers = peer->next;
	if (peer->next != NULL)
		peer->next->before = peer->before;
	loop->peer_count--;
	counts_add(&loop->counts->connections, UINT64_MAX); /* one less */
	if (is_counted(loop->http))
		addresses_leave(loop->http->addresses, peer->name);
	free(peer);
}

void
peer_notify(void *context, struct MHD_Connection *connection,
    void **socket_context, enum MHD_ConnectionNotificationCode code)
{
	if (code == MHD_CONNECTION_NOTIFY_STARTED)
		*socket_context = add_peer(context, connection);
	else if (*socket_context != NULL)
		remove_peer(*socket_context);
}
