/* SPDX-License-Identifier: ISC */
/* Framed messages over a pipe: u8 type, u32le length, payload. */
#ifndef SYSTEM_MESSAGE_H
#define SYSTEM_MESSAGE_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/out.h"

#include <stddef.h>
#include <stdint.h>

#define MESSAGE_HEADER_LEN 5

struct message {
	uint8_t type;
	struct bytes payload; /* borrowed */
};

/* The worker's end: blocking, buffered. A handle. */
struct message_writer {
	int fd; /* borrowed */
	struct out buffer;
	enum err failed; /* the first failure sticks; writes then do nothing */
};

struct message_writer message_writer_open(int fd);
void message_writer_close(struct message_writer *w); /* does not flush */

/* payload is at most LIMIT_MESSAGE_LEN: our own mistake otherwise. */
void message_write(
    struct message_writer *w, uint8_t type, struct bytes payload);
void message_flush(struct message_writer *w);

/*
 * Takes the first frame off `in`, which it moves behind it; *ret borrows.
 *   ERR_END        `in` is empty
 *   ERR_TRUNCATED  more bytes are needed
 *   ERR_LIMIT      its length is over LIMIT_MESSAGE_LEN
 * On failure both are untouched.
 */
enum err message_take(struct bytes *in, struct message *ret);

/* The parent's end: what it reads is hostile. A handle. */
struct message_reader {
	int fd; /* borrowed */
	struct out buffer;
	size_t taken;	/* bytes of the buffer already given out */
	uint64_t total; /* bytes received */
};

enum message_arrival {
	MESSAGE_ARRIVED,
	MESSAGE_NOT_YET,  /* the time came first */
	MESSAGE_ENDED,	  /* the other end closed, between two frames */
	MESSAGE_CUT,	  /* … inside a frame */
	MESSAGE_TOO_LONG, /* a frame, or all of them: stop reading */
	MESSAGE_FAILED,	  /* a system call, or out of memory */
};

struct message_reader message_reader_open(int fd);
void message_reader_close(struct message_reader *r);

/*
 * Waits for a whole frame until `until_ms` (of clock_now_ms()). *ret, set only
 * with MESSAGE_ARRIVED, borrows until the next call.
 */
enum message_arrival message_read(
    struct message_reader *r, uint64_t until_ms, struct message *ret);

#endif
