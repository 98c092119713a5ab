/* SPDX-License-Identifier: ISC */
/* The http process as it is, with a store behind it that makes its rows up. */
#include "base/limits.h"
#include "canned.h"
#include "registry/registry.h"
#include "system/clock.h"
#include "system/jail.h"
#include "system/message.h"
#include "system/process.h"
#include "worker/http.h"
#include "worker/registry_wire.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define THREADS 2
#define CHANNELS (1 + THREADS)

/* What the statement's last byte, of its signature, makes the store do. */
#define SAY_NOTHING 'n'
#define SAY_REFUSED 'r'
#define SAY_BUSY 'b'
#define SAY_LATE 'l'

struct channel {
	int fd;
	struct message_reader reader;
	struct message_writer writer;
};

static _Noreturn void
die(const char *what)
{
	perror(what);
	exit(1);
}

static int
open_listener(unsigned *ret_port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_ANY),
	};
	union {
		struct sockaddr_in *in;
		struct sockaddr *plain;
	} to = { .in = &address };
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, to.plain, len) != 0 || listen(fd, 4096) != 0 ||
	    getsockname(fd, to.plain, &len) != 0)
		die("listen");
	*ret_port = ntohs(address.sin_port);
	return fd;
}

static void
open_channel(int *ret_far, struct channel *ret)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		die("socketpair");
	*ret_far = pair[0];
	*ret = (struct channel){
		.fd = pair[1],
		.reader = message_reader_open(pair[1]),
		.writer = message_writer_open(pair[1]),
	};
}

/* ---- the store ---- */

static void
answer_question(
    struct channel *channel, struct canned *canned, struct bytes payload)
{
	struct arena arena = arena_open(REGISTRY_REPLY_LEN_MAX);
	struct out o = out_open(REGISTRY_WIRE_REPLY_LEN_MAX);
	struct registry_source source = canned_source(canned);
	struct registry_wire_reply reply = { .result = ERR_OK };
	struct registry_question question;

	if (registry_wire_read_question(payload, &question) != ERR_OK)
		die("a question that is none");
	reply.ask = question.ask;
	reply.result =
	    source.ask(source.context, &question, &arena, &reply.reply);
	registry_wire_write_reply(&o, &reply);
	registry_wire_put_frames(&channel->writer, out_bytes(&o));
	message_flush(&channel->writer);
	out_close(&o);
	arena_close(&arena);
}

static void
answer_statement(struct channel *channel, struct bytes payload)
{
	struct registry_wire_statement in;
	struct registry_wire_outcome outcome = { 0 };
	struct out o = out_open(LIMIT_MESSAGE_LEN);

	if (registry_wire_read_statement(payload, &in) != ERR_OK)
		die("a statement that is none");
	uint8_t last =
	    in.statement.len > 0 ? in.statement.ptr[in.statement.len - 1] : 0;

	outcome.number = in.number;
	outcome.submission = (struct registry_submission){
		.outcome = REGISTRY_ADDED,
		.index = 17,
		.receipt = BYTES("receipt"),
	};
	if (last == SAY_REFUSED)
		outcome.submission = (struct registry_submission){
			.outcome = REGISTRY_REFUSED,
			.word = BYTES("signature"),
			.why = BYTES("no " CANNED_MARK "> key"),
		};
	if (last == SAY_BUSY)
		outcome.submission = (struct registry_submission){
			.outcome = REGISTRY_BUSY,
		};
	if (last == SAY_LATE)
		(void)usleep(1000000); /* about that long */
	if (last != SAY_NOTHING) {
		registry_wire_write_outcome(&o, &outcome);
		message_write(
		    &channel->writer, REGISTRY_WIRE_OUTCOME, out_bytes(&o));
		message_flush(&channel->writer);
	}
	out_close(&o);
}

/* False at the channel's end. */
static bool
serve_channel(struct channel *channel, struct canned *canned)
{
	struct message frame;

	channel->reader.total = 0;
	if (message_read(&channel->reader, clock_now_ms() + 1000, &frame) !=
	    MESSAGE_ARRIVED)
		return false;
	if (frame.type == REGISTRY_WIRE_QUESTION)
		answer_question(channel, canned, frame.payload);
	else
		answer_statement(channel, frame.payload);
	return true;
}

static void
serve(struct channel *channels, struct canned *canned)
{
	struct pollfd fds[CHANNELS];

	for (size_t i = 0; i < CHANNELS; i++)
		fds[i] = (struct pollfd){ channels[i].fd, POLLIN, 0 };
	while (poll(fds, CHANNELS, -1) > 0)
		for (size_t i = 0; i < CHANNELS; i++)
			if (fds[i].revents != 0 &&
			    !serve_channel(&channels[i], canned))
				return;
}

/* usage: canned_server [OPTIONS [no-jail]]; prints its port, the pid of the http
   process and whether that is jailed, and ends with it. */
int
main(int argc, char *argv[])
{
	struct canned canned;
	struct channel channels[CHANNELS];
	int fds[1 + CHANNELS + 1];
	unsigned port;
	struct process process;

	if (argc > 1 && strcmp(argv[1], HTTP_WORKER) == 0)
		return http_worker_main(argc, argv);
	(void)signal(SIGPIPE, SIG_IGN);
	canned_fill(&canned);
	fds[0] = memfd_create("version", MFD_CLOEXEC);
	if (fds[0] < 0 || ftruncate(fds[0], 8) != 0)
		die("memfd_create");
	for (size_t i = 0; i < CHANNELS; i++)
		open_channel(&fds[1 + i], &channels[i]);
	fds[1 + CHANNELS] = open_listener(&port);
	const char *jail = jail_is_test_build() ? "no-jail" : "jail";

	if (argc > 2)
		jail = argv[2];
	const char *const arguments[] = { argv[0], HTTP_WORKER, jail,
		"http://canned.example", "", "2", "1", argc > 1 ? argv[1] : "",
		NULL };
	const struct process_start start = {
		.argv = arguments,
		.fd = fds,
		.fd_count = 2 + CHANNELS,
		.show_errors = true,
	};

	if (process_start(&start, &process) != ERR_OK)
		die("process_start");
	for (size_t i = 0; i < 2 + CHANNELS; i++)
		(void)close(fds[i]);
	(void)printf("%u %d %s\n", port, (int)process.pid, jail);
	(void)fflush(stdout);
	serve(channels, &canned);
	for (size_t i = 0; i < CHANNELS; i++) {
		message_reader_close(&channels[i].reader);
		message_writer_close(&channels[i].writer);
		(void)close(channels[i].fd);
	}
	struct process_end end;

	if (process_wait(&process, clock_now_ms() + 10000, &end) != ERR_OK)
		die("process_wait");
	(void)fprintf(stderr, "http ended: exited=%d status=%d signal=%d\n",
	    end.exited, end.status, end.signal);
	return end.exited && end.status == 0 ? 0 : 1;
}
