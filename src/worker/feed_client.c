/* SPDX-License-Identifier: ISC */
/* Starts a feed worker and takes its answers, as a stranger's. */
#include "worker/feed_client.h"

#include "base/limits.h"
#include "base/out.h"
#include "system/clock.h"
#include "system/handing.h"
#include "worker/feed.h"
#include "worker/feed_input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define CLIENT_TICK_MS 100

/* The worker's processor time is limited; a busy machine may need longer. */
#define CLIENT_SECS (2 * LIMIT_FEED_SECS)
#define CLIENT_END_SECS 5

/* Answers of thousands of small files fit before anybody reads them. */
#define CLIENT_PIPE_LEN (1 << 20)

/* ---- start ---- */

static enum err
start(const struct feed_client_wants *wants, const int fds[3],
    struct process *ret)
{
	const char *const argv[] = {
		"hallmark",
		FEED_WORKER,
		wants->compile ? FEED_COMPILE : FEED_ASK,
		wants->jail ? "jail" : "no-jail",
		NULL,
	};
	const struct process_start how = {
		.program = wants->program,
		.argv = argv,
		.fd = fds,
		.fd_count = 3,
		.show_errors = !wants->jail, /* a stranger could write there */
	};

	return process_start(&how, ret);
}

static void
close_pair(const int fds[2])
{
	for (size_t i = 0; i < 2; i++)
		if (fds[i] >= 0)
			(void)close(fds[i]); /* nothing was sent */
}

enum err
feed_client_open(const struct feed_client_wants *wants, struct arena *arena,
    struct feed_client *ret)
{
	int handing[2] = { -1, -1 };  /* ours, the worker's */
	int question[2] = { -1, -1 }; /* likewise */
	int answer[2] = { -1, -1 };   /* to read, to write */
	struct process process;
	enum err err = ERR_SYSTEM;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, handing) ==
		0 &&
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, question) == 0 &&
	    pipe2(answer, O_CLOEXEC) == 0) {
		const int fds[] = { handing[1], question[1], answer[1] };

		/* with less room the worker waits for its reader */
		(void)fcntl(answer[0], F_SETPIPE_SZ, CLIENT_PIPE_LEN);
		err = start(wants, fds, &process);
	}
	if (err != ERR_OK) {
		close_pair(handing);
		close_pair(question);
		close_pair(answer);
		return err;
	}
	(void)close(handing[1]);  /* the worker has its own */
	(void)close(question[1]); /* likewise */
	(void)close(answer[1]);	  /* likewise */
	*ret = (struct feed_client){
		.wants = *wants,
		.process = process,
		.handing_fd = handing[0],
		.question_fd = question[0],
		.fd = answer[0],
		.reader = message_reader_open(answer[0]),
		.reply = feed_reply_open(arena, wants->compile),
		.started_ms = clock_now_ms(),
	};
	return ERR_OK;
}

static void
close_end(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd); /* what was sent is there */
	*fd = -1;
}

void
feed_client_close(struct feed_client *c)
{
	process_close(&c->process);
	close_end(&c->handing_fd);
	close_end(&c->question_fd);
	close_end(&c->fd);
	message_reader_close(&c->reader);
}

/* ---- handing over ---- */

/* Too many may be on their way: the worker takes them as fast as it can. */
static bool
is_full_for_now(int error)
{
	return error == ETOOMANYREFS || error == EAGAIN || error == ENOBUFS;
}

void
feed_client_hand_over(
    struct feed_client *c, enum feed_word word, const int *fds, size_t count)
{
	uint64_t until = clock_now_ms() + (uint64_t)1000 * CLIENT_END_SECS;
	enum err err = ERR_SYSTEM;

	if (c->handing_fd < 0)
		return;
	for (;;) {
		err = handing_send(c->handing_fd, (uint8_t)word, fds, count);
		if (err == ERR_OK || !is_full_for_now(errno) ||
		    clock_now_ms() > until)
			break;
		(void)poll(NULL, 0, 1); /* a millisecond */
	}
	/* one that takes nothing has ended, and its end says more */
	if (err != ERR_OK || word == FEED_WORD_GO)
		close_end(&c->handing_fd);
}

/* ---- the answer ---- */

static void note(struct feed_client *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The first trouble stands. */
static void
note(struct feed_client *c, const char *format, ...)
{
	va_list args;

	c->reply.state = FEED_REPLY_TROUBLE;
	if (c->reply.trouble[0] != '\0')
		return;
	va_start(args, format);
	/* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): it is begun */
	(void)vsnprintf(
	    c->reply.trouble, sizeof(c->reply.trouble), format, args);
	va_end(args);
}

static const struct {
	int signal;
	const char *text;
} deaths[] = {
	{ SIGSYS, "was stopped by the jail (bad system call)" },
	{ SIGXCPU, "used up its processor time" },
	{ SIGKILL, "was killed" },
	{ SIGABRT, "stopped at a failed assertion" },
	{ SIGSEGV, "crashed (bad memory access)" },
	{ SIGBUS, "crashed (a file became shorter while it was read?)" },
	{ SIGFPE, "crashed (arithmetic)" },
	{ SIGILL, "crashed (bad instruction)" },
};

static void
note_end(struct feed_client *c, const struct process_end *end)
{
	bool answered = c->reply.state >= FEED_REPLY_ENDED;

	if (answered && end->exited)
		return; /* what it does behind its answer matters to nobody */
	if (end->timed_out) {
		note(c, "the reader of feeds did not end in time");
		return;
	}
	if (end->exited) {
		note(c, "the reader of feeds ended early with status %d",
		    end->status);
		return;
	}
	for (size_t i = 0; i < sizeof(deaths) / sizeof(deaths[0]); i++)
		if (deaths[i].signal == end->signal)
			note(c, "the reader of feeds %s", deaths[i].text);
	note(c, "the reader of feeds stopped by signal %d", end->signal);
}

static enum message_arrival
next_message(struct feed_client *c, struct message *ret)
{
	uint64_t until = c->started_ms + (uint64_t)CLIENT_SECS * 1000;
	enum message_arrival arrival = MESSAGE_NOT_YET;

	while (arrival == MESSAGE_NOT_YET && clock_now_ms() <= until) {
		arrival = message_read(
		    &c->reader, clock_now_ms() + CLIENT_TICK_MS, ret);
		if (arrival == MESSAGE_NOT_YET && c->wants.tick != NULL)
			c->wants.tick(c->wants.tick_context, &c->reply);
	}
	return arrival;
}

/* Until `state` is reached, the end, or nothing more can be believed; false:
   nothing more will come. */
static enum err
read_until(struct feed_client *c, enum feed_reply_state state, bool *ret_more)
{
	struct message message;
	enum err err = ERR_OK;

	*ret_more = false;
	while (c->reply.state < state) {
		switch (next_message(c, &message)) {
		case MESSAGE_ARRIVED:
			err = feed_reply_take(&c->reply, &message);
			if (err == ERR_OK)
				break;
			if (!err_is_input(err))
				return err;
			note(c, "the answer of the reader of feeds %s",
			    err_text(err));
			return ERR_OK;
		case MESSAGE_NOT_YET:
			note(c,
			    "the reader of feeds was stopped after %d "
			    "seconds",
			    CLIENT_SECS);
			return ERR_OK;
		case MESSAGE_TOO_LONG:
			note(c,
			    "the answer of the reader of feeds is too "
			    "long");
			return ERR_OK;
		case MESSAGE_ENDED:
		case MESSAGE_CUT:
			return ERR_OK;
		case MESSAGE_FAILED:
			return ERR_SYSTEM;
		}
	}
	*ret_more = c->reply.state == state;
	return ERR_OK;
}

/* A worker that is dead by now is seen when its answer is read. */
static void
send_all(int fd, struct bytes content)
{
	while (content.len > 0) {
		ssize_t n = send(fd, content.ptr, content.len, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			return;
		content = bytes_from(content, n > 0 ? (size_t)n : 0);
	}
}

static enum err
ask(struct feed_client *c, const struct match_wants *question)
{
	struct out text = out_open(FEED_QUESTION_LEN);

	feed_wire_write_question(&text, question);
	enum err err = text.failed;

	if (err == ERR_OK)
		send_all(c->question_fd, out_bytes(&text));
	out_close(&text);
	c->reply.subject_count = question->subject_count;
	return err;
}

enum err
feed_client_ask(struct feed_client *c, const struct match_wants *question)
{
	struct process_end end;
	bool more;

	feed_client_hand_over(c, FEED_WORD_GO, NULL, 0);
	enum err err = read_until(c, FEED_REPLY_READY, &more);

	if (err == ERR_OK && more && question != NULL)
		err = ask(c, question);
	close_end(&c->question_fd);
	if (err == ERR_OK && more)
		err = read_until(c, FEED_REPLY_ENDED, &more);
	if (err != ERR_OK)
		return err;
	/* without an answer it is dead, or does what it should not */
	bool wait =
	    c->reply.state < FEED_REPLY_ENDED || c->reply.trouble[0] == '\0';
	uint64_t wait_ms = wait ? (uint64_t)1000 * CLIENT_END_SECS : 0;

	err = process_wait(&c->process, clock_now_ms() + wait_ms, &end);
	if (err == ERR_OK)
		note_end(c, &end);
	return err;
}
