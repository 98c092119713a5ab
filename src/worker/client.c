/* SPDX-License-Identifier: ISC */
/* Starts a parse worker and keeps whatever it managed to say. */
#include "worker/client.h"

#include "base/limits.h"
#include "system/clock.h"
#include "system/handing.h"
#include "worker/parse.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CLIENT_TICK_MS 100

/* The worker ends by itself first: LIMIT_ASSESS_SECS, then its CPU limit. */
#define CLIENT_GRACE_SECS 15

/* An ended answer leaves the worker only its own cleaning up. */
#define CLIENT_END_SECS 5

static enum err
start(const struct client_wants *wants, int handing_fd, int answer_fd,
    struct process *ret)
{
	const char *const argv[] = {
		"hallmark",
		PARSE_WORKER,
		reply_mode_text(wants->mode),
		wants->jail ? "jail" : "no-jail",
		wants->path != NULL ? wants->path : "",
		NULL,
	};
	const int fds[] = { handing_fd, answer_fd };
	const struct process_start how = {
		.program = wants->program,
		.setting = PARSE_SETTING,
		.argv = argv,
		.fd = fds,
		.fd_count = 2,
		.show_errors = !wants->jail, /* a stranger could write there */
	};

	return process_start(&how, ret);
}

enum err
client_open(const struct client_wants *wants, struct client *ret)
{
	struct process process;
	int handing[2];
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, handing) != 0)
		return ERR_SYSTEM;
	enum err err = pipe2(fds, O_CLOEXEC) == 0 ? ERR_OK : ERR_SYSTEM;

	if (err == ERR_OK) {
		err = start(wants, handing[1], fds[1], &process);
		(void)close(fds[1]); /* the worker has its own */
		if (err != ERR_OK)
			(void)close(fds[0]); /* nothing came */
	}
	(void)close(handing[1]); /* likewise */
	if (err != ERR_OK) {
		(void)close(handing[0]); /* nothing was sent */
		return err;
	}
	*ret = (struct client){
		.wants = *wants,
		.process = process,
		.handing_fd = handing[0],
		.fd = fds[0],
		.reader = message_reader_open(fds[0]),
		.reply = reply_open(wants->mode, &wants->sink),
	};
	return ERR_OK;
}

static void
close_handing(struct client *c)
{
	if (c->handing_fd >= 0)
		(void)close(c->handing_fd); /* what was sent is there */
	c->handing_fd = -1;
}

void
client_hand_over(struct client *c, int image_fd, int data_fd)
{
	const int fds[] = { image_fd, data_fd };

	/* one that took nothing has ended, and its end says more */
	(void)handing_send(c->handing_fd, 0, fds, data_fd >= 0 ? 2 : 1);
	close_handing(c);
	c->started_ms = clock_now_ms();
}

void
client_close(struct client *c)
{
	process_close(&c->process);
	close_handing(c);
	if (c->fd >= 0)
		(void)close(c->fd); /* was only read */
	c->fd = -1;
	message_reader_close(&c->reader);
	reply_close(&c->reply);
}

static void note(struct client *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The first trouble stands. */
static void
note(struct client *c, const char *format, ...)
{
	va_list args;

	if (c->reply.trouble[0] != '\0')
		return;
	va_start(args, format);
	(void)vsnprintf(
	    c->reply.trouble, sizeof(c->reply.trouble), format, args);
	va_end(args);
}

static const struct {
	int signal;
	const char *text;
} deaths[] = {
	{ SIGSYS, "the parser was stopped by the jail (bad system call)" },
	{ SIGXCPU, "the parser used up its processor time" },
	{ SIGKILL, "the parser was killed" },
	{ SIGABRT, "the parser stopped at a failed assertion" },
	{ SIGSEGV, "the parser crashed (bad memory access)" },
	{ SIGBUS, "the parser crashed (bad memory access)" },
	{ SIGFPE, "the parser crashed (arithmetic)" },
	{ SIGILL, "the parser crashed (bad instruction)" },
};

static void
note_end(struct client *c, const struct process_end *end)
{
	if (end->exited && end->status == 0 && c->reply.state == STATE_ENDED)
		return;
	if (end->timed_out) {
		note(c, "the parser did not end in time");
		return;
	}
	if (end->exited) {
		note(c, "the parser ended early with status %d", end->status);
		return;
	}
	for (size_t i = 0; i < sizeof(deaths) / sizeof(deaths[0]); i++)
		if (deaths[i].signal == end->signal)
			note(c, "%s", deaths[i].text);
	note(c, "the parser stopped by signal %d", end->signal);
}

/* Only an assessment has a deadline of its own: a listing may wait for its
   reader, so there the time from message to message counts. */
static uint64_t
deadline(const struct client *c)
{
	uint64_t from =
	    c->wants.mode == REPLY_ASSESS ? c->started_ms : clock_now_ms();

	return from + (uint64_t)1000 * (LIMIT_ASSESS_SECS + CLIENT_GRACE_SECS);
}

static enum message_arrival
next_message(struct client *c, struct message *ret)
{
	uint64_t until = deadline(c);
	enum message_arrival arrival = MESSAGE_NOT_YET;

	while (arrival == MESSAGE_NOT_YET) {
		uint64_t tick = clock_now_ms() + CLIENT_TICK_MS;

		if (tick > until + CLIENT_TICK_MS)
			break;
		arrival = message_read(&c->reader, tick, ret);
		if (arrival == MESSAGE_NOT_YET && c->wants.tick != NULL)
			c->wants.tick(c->wants.tick_context, &c->reply);
	}
	return arrival;
}

/* *ret_wait_ms: how long the worker may take to end. */
static enum err
read_messages(struct client *c, uint64_t *ret_wait_ms)
{
	struct message message;
	enum err err = ERR_OK;

	*ret_wait_ms = 0;
	for (;;) {
		switch (next_message(c, &message)) {
		case MESSAGE_ARRIVED:
			err = reply_take(&c->reply, &message);
			if (err == ERR_OK)
				break;
			if (!err_is_input(err))
				return err;
			note(c, "the parser's answer %s", err_text(err));
			return ERR_OK;
		case MESSAGE_NOT_YET:
			note(c, "the parser was stopped after %d seconds",
			    LIMIT_ASSESS_SECS + CLIENT_GRACE_SECS);
			return ERR_OK;
		case MESSAGE_TOO_LONG:
			note(c, "the parser's answer is too long");
			return ERR_OK;
		case MESSAGE_ENDED:
		case MESSAGE_CUT:
			*ret_wait_ms = (uint64_t)1000 * CLIENT_END_SECS;
			return ERR_OK;
		case MESSAGE_FAILED:
			return ERR_SYSTEM;
		}
	}
}

enum err
client_read(struct client *c)
{
	struct process_end end;
	uint64_t wait_ms;
	enum err err = read_messages(c, &wait_ms);

	if (err != ERR_OK)
		return err;
	err = process_wait(&c->process, clock_now_ms() + wait_ms, &end);
	if (err == ERR_OK)
		note_end(c, &end);
	return err;
}
