/* SPDX-License-Identifier: ISC */
/* Writes frames, and reads them as a stranger's. */
#include "system/message.h"

#include "base/cursor.h"
#include "base/limits.h"
#include "system/clock.h"
#include "system/file.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define MESSAGE_BUFFER_LEN (64 * KIB)

struct message_writer
message_writer_open(int fd)
{
	return (struct message_writer){
		.fd = fd,
		.buffer = out_open(MESSAGE_BUFFER_LEN + MESSAGE_HEADER_LEN +
		    LIMIT_MESSAGE_LEN),
	};
}

void
message_writer_close(struct message_writer *w)
{
	out_close(&w->buffer);
}

void
message_flush(struct message_writer *w)
{
	if (w->failed == ERR_OK)
		w->failed = w->buffer.failed;
	if (w->failed == ERR_OK)
		w->failed = file_put(w->fd, out_bytes(&w->buffer));
	w->buffer.len = 0;
}

void
message_write(struct message_writer *w, uint8_t type, struct bytes payload)
{
	assert(payload.len <= LIMIT_MESSAGE_LEN);
	out_u8(&w->buffer, type);
	out_u32le(&w->buffer, (uint32_t)payload.len);
	out_put(&w->buffer, payload);
	if (w->buffer.len >= MESSAGE_BUFFER_LEN)
		message_flush(w);
}

enum err
message_take(struct bytes *in, struct message *ret)
{
	struct cursor c = cur_open(*in, "message");
	struct message message = { 0 };

	if (in->len == 0)
		return ERR_END;
	message.type = cur_u8(&c, "type");
	size_t len = cur_u32le(&c, "length");

	if (cur_ok(&c) && len > LIMIT_MESSAGE_LEN)
		cur_fail(&c, ERR_LIMIT, 1, "length");
	message.payload = cur_bytes(&c, len, "payload");
	if (!cur_ok(&c))
		return c.fault.code;
	*in = bytes_from(*in, c.pos);
	*ret = message;
	return ERR_OK;
}

struct message_reader
message_reader_open(int fd)
{
	return (struct message_reader){
		.fd = fd,
		.buffer = out_open(MESSAGE_BUFFER_LEN + MESSAGE_HEADER_LEN +
		    LIMIT_MESSAGE_LEN),
	};
}

void
message_reader_close(struct message_reader *r)
{
	out_close(&r->buffer);
}

/* Drops what was given out. */
static void
make_room(struct message_reader *r)
{
	if (r->taken == 0)
		return;
	size_t left = r->buffer.len - r->taken;

	memmove(r->buffer.ptr, r->buffer.ptr + r->taken, left);
	r->buffer.len = left;
	r->taken = 0;
}

/* One read() of what is there; MESSAGE_ARRIVED when bytes came. */
static enum message_arrival
receive(struct message_reader *r)
{
	make_room(r);
	uint8_t *to = out_reserve(&r->buffer, MESSAGE_BUFFER_LEN);

	if (to == NULL)
		return MESSAGE_FAILED;
	ssize_t n = read(r->fd, to, MESSAGE_BUFFER_LEN);

	if (n < 0)
		return errno == EINTR ? MESSAGE_ARRIVED : MESSAGE_FAILED;
	if (n == 0)
		return r->buffer.len == 0 ? MESSAGE_ENDED : MESSAGE_CUT;
	r->buffer.len += (size_t)n;
	r->total += (uint64_t)n;
	return r->total > LIMIT_ANSWER_LEN ? MESSAGE_TOO_LONG : MESSAGE_ARRIVED;
}

static enum message_arrival
wait_readable(int fd, uint64_t until_ms)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	int ready;

	do {
		ready = poll(&poll_fd, 1, clock_left_ms(until_ms));
	} while (ready < 0 && errno == EINTR);
	if (ready < 0)
		return MESSAGE_FAILED;
	return ready == 0 ? MESSAGE_NOT_YET : MESSAGE_ARRIVED;
}

enum message_arrival
message_read(struct message_reader *r, uint64_t until_ms, struct message *ret)
{
	enum message_arrival arrival = MESSAGE_ARRIVED;

	while (arrival == MESSAGE_ARRIVED) {
		struct bytes in = bytes_from(out_bytes(&r->buffer), r->taken);
		size_t before = in.len;
		enum err err = message_take(&in, ret);

		if (err == ERR_OK) {
			r->taken += before - in.len;
			return MESSAGE_ARRIVED;
		}
		if (err == ERR_LIMIT)
			return MESSAGE_TOO_LONG;
		arrival = wait_readable(r->fd, until_ms);
		if (arrival == MESSAGE_ARRIVED)
			arrival = receive(r);
	}
	return arrival;
}
