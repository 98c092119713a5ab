/* SPDX-License-Identifier: ISC */
/* SCM_RIGHTS, one byte of content with it. */
#include "system/handing.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Room for the control part, aligned as it must be. */
union control {
	struct cmsghdr head;
	char room[CMSG_SPACE(HANDING_MAX * sizeof(int))];
};

enum err
handing_send(int fd, uint8_t word, const int *what, size_t count)
{
	struct iovec part = { &word, 1 };
	union control control = { .room = { 0 } };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t sent;

	assert(count <= HANDING_MAX);
	if (count > 0) {
		message.msg_control = control.room;
		message.msg_controllen = CMSG_SPACE(count * sizeof(int));
		control.head.cmsg_level = SOL_SOCKET;
		control.head.cmsg_type = SCM_RIGHTS;
		control.head.cmsg_len = CMSG_LEN(count * sizeof(int));
		memcpy(CMSG_DATA(&control.head), what, count * sizeof(int));
	}
	do {
		sent = sendmsg(fd, &message, MSG_NOSIGNAL);
	} while (sent < 0 && errno == EINTR);
	return sent == 1 ? ERR_OK : ERR_SYSTEM;
}

/* The descriptors of the control part. */
static size_t
take_all(struct msghdr *message, int ret_what[HANDING_MAX])
{
	size_t count = 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL;
	     c = CMSG_NXTHDR(message, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		size_t here = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		for (size_t i = 0; i < here && count < HANDING_MAX; i++)
			memcpy(&ret_what[count++],
			    CMSG_DATA(c) + i * sizeof(int), sizeof(int));
	}
	return count;
}

enum err
handing_take(int fd, uint8_t *ret_word, int ret_what[HANDING_MAX],
    size_t *ret_count, bool *ret_closed)
{
	uint8_t word = 0;
	struct iovec part = { &word, 1 };
	union control control = { .room = { 0 } };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room),
	};
	ssize_t got;

	do {
		got = recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	} while (got < 0 && errno == EINTR);
	if (got < 0 && errno != EAGAIN && errno != ECONNRESET)
		return ERR_SYSTEM;
	if (got <= 0) {
		*ret_closed = got == 0 || errno == ECONNRESET;
		return ERR_END;
	}
	*ret_count = take_all(&message, ret_what);
	*ret_word = word;
	return ERR_OK;
}
