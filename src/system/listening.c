/* SPDX-License-Identifier: ISC */
/* TCP sockets, and the two conventions of systemd without its library. */
#include "system/listening.h"

#include "base/bytes.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define FIRST_INHERITED_FD 3 /* SD_LISTEN_FDS_START */
#define ADDRESS_LEN 64

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_storage room;
};

/* The port behind the last colon; what stands in front goes to `host`. */
static bool
split(const char *name, char host[ADDRESS_LEN], uint16_t *ret_port)
{
	const char *colon = strrchr(name, ':');
	uint64_t port;

	if (colon == NULL || (size_t)(colon - name) >= ADDRESS_LEN ||
	    !bytes_to_u64(bytes_of(colon + 1), &port) || port > UINT16_MAX)
		return false;
	memcpy(host, name, (size_t)(colon - name));
	host[colon - name] = '\0';
	*ret_port = (uint16_t)port;
	return true;
}

static bool
read_name(const char *name, union address *ret, socklen_t *ret_len)
{
	char host[ADDRESS_LEN];
	uint16_t port;

	memset(ret, 0, sizeof(*ret));
	if (!split(name, host, &port))
		return false;
	size_t len = strlen(host);

	if (len > 2 && host[0] == '[' && host[len - 1] == ']') {
		host[len - 1] = '\0';
		ret->v6.sin6_family = AF_INET6;
		ret->v6.sin6_port = htons(port);
		*ret_len = sizeof(ret->v6);
		return inet_pton(AF_INET6, host + 1, &ret->v6.sin6_addr) == 1;
	}
	ret->v4.sin_family = AF_INET;
	ret->v4.sin_port = htons(port);
	*ret_len = sizeof(ret->v4);
	return inet_pton(AF_INET, host, &ret->v4.sin_addr) == 1;
}

enum err
listening_open(const char *name, int *ret, const char **ret_why)
{
	const int on = 1;
	union address address;
	socklen_t len;

	if (!read_name(name, &address, &len)) {
		*ret_why = "is no ADDRESS:PORT";
		return ERR_MALFORMED;
	}
	int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0) {
		*ret_why = strerrordesc_np(errno);
		return ERR_SYSTEM;
	}
	/* without it a restart waits for old connections to be forgotten */
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (address.any.sa_family == AF_INET6)
		(void)setsockopt(
		    fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (bind(fd, &address.any, len) == 0 && listen(fd, SOMAXCONN) == 0) {
		*ret = fd;
		return ERR_OK;
	}
	*ret_why = strerrordesc_np(errno);
	(void)close(fd); /* it never listened */
	return ERR_SYSTEM;
}

/* A number in the environment; 0 when there is none. */
static uint64_t
number(const char *name)
{
	const char *text = getenv(name);
	uint64_t value;

	if (text == NULL || !bytes_to_u64(bytes_of(text), &value))
		return 0;
	return value;
}

static bool
listens(int fd)
{
	int on = 0;
	socklen_t len = sizeof(on);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &len) == 0 &&
	    on != 0;
}

enum err
listening_inherit(int *ret, size_t cap, size_t *ret_count)
{
	uint64_t count = number("LISTEN_FDS");

	if (number("LISTEN_PID") != (uint64_t)getpid())
		count = 0; /* they were another's */
	if (count > cap)
		return ERR_MALFORMED;
	for (size_t i = 0; i < count; i++) {
		int fd = FIRST_INHERITED_FD + (int)i;

		if (!listens(fd) || fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
			return ERR_MALFORMED;
		ret[i] = fd;
	}
	*ret_count = count;
	return ERR_OK;
}

enum err
listening_name(int fd, char ret[LISTENING_NAME_LEN])
{
	union address address = { .any = { 0 } };
	socklen_t len = sizeof(address);
	char host[INET6_ADDRSTRLEN] = "";

	if (getsockname(fd, &address.any, &len) != 0)
		return ERR_SYSTEM;
	if (address.any.sa_family == AF_INET) {
		if (inet_ntop(AF_INET, &address.v4.sin_addr, host,
			sizeof(host)) == NULL)
			return ERR_SYSTEM;
		(void)snprintf(ret, LISTENING_NAME_LEN, "%s:%u", host,
		    (unsigned)ntohs(address.v4.sin_port));
	} else if (address.any.sa_family == AF_INET6) {
		if (inet_ntop(AF_INET6, &address.v6.sin6_addr, host,
			sizeof(host)) == NULL)
			return ERR_SYSTEM;
		(void)snprintf(ret, LISTENING_NAME_LEN, "[%s]:%u", host,
		    (unsigned)ntohs(address.v6.sin6_port));
	} else {
		(void)snprintf(ret, LISTENING_NAME_LEN, "unix");
	}
	return ERR_OK;
}

/* Source: sd_notify(3): a datagram; '@' stands for the abstract namespace. */
void
listening_notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t len = path != NULL ? strlen(path) : 0;

	if (len == 0 || len >= sizeof(to.sun_path) ||
	    (path[0] != '/' && path[0] != '@'))
		return;
	memcpy(to.sun_path, path, len);
	if (path[0] == '@')
		to.sun_path[0] = '\0';
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	/* nobody to tell that nobody listens */
	(void)sendto(fd, state, strlen(state), MSG_NOSIGNAL,
	    (const struct sockaddr *)(const void *)&to,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
	(void)close(fd);
}
