/* SPDX-License-Identifier: ISC */
/* Starts a declare worker and takes its answers, as a stranger's. */
#include "worker/declare_client.h"

#include "base/limits.h"
#include "system/clock.h"
#include "system/process.h"
#include "worker/declare.h"
#include "worker/declare_wire.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* Its processor time is limited to 10 s; a busy machine may need longer. */
#define CLIENT_SECS 30
#define CLIENT_END_SECS 5

enum err
declare_reply_open(struct arena *arena, struct declare_reply *ret)
{
	struct declare_reply r = {
		.arena = arena,
		.list = arena_take_array(
		    arena, LIMIT_DECLARATION_ANSWERS, sizeof(struct declared)),
	};

	if (r.list == NULL)
		return ERR_MEMORY;
	*ret = r;
	return ERR_OK;
}

/* ---- messages ---- */

static enum err
take_hello(struct declare_reply *r, struct bytes payload)
{
	struct bytes jail;
	enum err err = wire_read_hello(payload, &jail);

	if (err == ERR_OK)
		wire_keep_text(r->jail, jail);
	return err;
}

/* Tables and rows come in runs: their names are kept once. */
static bool
keep_name(struct arena *arena, struct bytes before, struct bytes *name)
{
	size_t len = name->len;

	*name = bytes_equal(before, *name) ? before : arena_copy(arena, *name);
	return name->len == len;
}

static enum err
take_answer(struct declare_reply *r, struct bytes payload)
{
	struct declared d;
	struct declared before = { 0 };
	enum err err = declare_wire_read_answer(payload, &d);

	if (err != ERR_OK)
		return err;
	if (r->count == LIMIT_DECLARATION_ANSWERS)
		return ERR_LIMIT;
	if (r->count > 0)
		before = r->list[r->count - 1];
	size_t value_len = d.value.len;

	d.value = arena_copy(r->arena, d.value);
	if (d.value.len != value_len ||
	    !keep_name(r->arena, before.table, &d.table) ||
	    !keep_name(r->arena, before.row, &d.row) ||
	    !keep_name(r->arena, before.field, &d.field))
		return ERR_MEMORY;
	r->list[r->count++] = d;
	return ERR_OK;
}

static enum err
take_fault(struct declare_reply *r, struct bytes payload)
{
	return declare_wire_read_fault(payload, &r->fault);
}

static enum err
take_done(struct declare_reply *r, struct bytes payload)
{
	uint64_t count;
	enum err err = declare_wire_read_done(payload, &count);

	if (err == ERR_OK && count != r->count)
		return ERR_MALFORMED;
	return err;
}

static enum err
take_trouble(struct declare_reply *r, struct bytes payload)
{
	struct wire_trouble trouble;
	enum err err = wire_read_trouble(payload, &trouble);

	if (err == ERR_OK)
		wire_keep_text(r->trouble, trouble.text);
	return err;
}

/* Whatever stands in no row is refused. */
static const struct {
	enum declare_reply_state state;
	enum declare_wire_kind kind;
	enum err (*take)(struct declare_reply *r, struct bytes payload);
	enum declare_reply_state next;
} transitions[] = {
	{ DECLARE_REPLY_START, DECLARE_WIRE_HELLO, take_hello,
	    DECLARE_REPLY_OPEN },
	{ DECLARE_REPLY_START, DECLARE_WIRE_TROUBLE, take_trouble,
	    DECLARE_REPLY_TROUBLE },
	{ DECLARE_REPLY_OPEN, DECLARE_WIRE_ANSWER, take_answer,
	    DECLARE_REPLY_OPEN },
	{ DECLARE_REPLY_OPEN, DECLARE_WIRE_FAULT, take_fault,
	    DECLARE_REPLY_FAULTY },
	{ DECLARE_REPLY_OPEN, DECLARE_WIRE_DONE, take_done,
	    DECLARE_REPLY_ENDED },
	{ DECLARE_REPLY_OPEN, DECLARE_WIRE_TROUBLE, take_trouble,
	    DECLARE_REPLY_TROUBLE },
};

enum err
declare_reply_take(struct declare_reply *r, const struct message *message)
{
	for (size_t i = 0; i < sizeof(transitions) / sizeof(transitions[0]);
	     i++) {
		if (transitions[i].state != r->state ||
		    transitions[i].kind != message->type)
			continue;
		enum err err = transitions[i].take(r, message->payload);

		if (err == ERR_OK)
			r->state = transitions[i].next;
		return err;
	}
	return ERR_MALFORMED;
}

/* ---- the worker ---- */

static enum err
start(
    int file_fd, size_t file_len, bool jail, int answer_fd, struct process *ret)
{
	char len[24];
	const char *const argv[] = { "hallmark", DECLARE_WORKER,
		jail ? "jail" : "no-jail", len, NULL };
	const int fds[] = { file_fd, answer_fd };
	const struct process_start how = {
		.program = DECLARE_PROGRAM,
		.argv = argv,
		.fd = fds,
		.fd_count = 2,
		.show_errors = !jail, /* a stranger could write there */
	};

	(void)snprintf(len, sizeof(len), "%zu", file_len);
	return process_start(&how, ret);
}

static void
note(struct declare_reply *r, const char *text)
{
	r->state = DECLARE_REPLY_TROUBLE;
	if (r->trouble[0] == '\0')
		(void)snprintf(r->trouble, sizeof(r->trouble), "%s", text);
}

/* Until the end, or until nothing more can be believed. */
static enum err
read_messages(int fd, struct declare_reply *r)
{
	struct message_reader reader = message_reader_open(fd);
	uint64_t until = clock_now_ms() + (uint64_t)1000 * CLIENT_SECS;
	enum message_arrival arrival;
	struct message message;
	enum err err = ERR_OK;

	do {
		arrival = message_read(&reader, until, &message);
		if (arrival == MESSAGE_ARRIVED)
			err = declare_reply_take(r, &message);
	} while (arrival == MESSAGE_ARRIVED && err == ERR_OK);
	message_reader_close(&reader);
	if (err_is_input(err)) {
		note(r, "the reader's answer is broken");
		return ERR_OK;
	}
	if (arrival == MESSAGE_FAILED)
		return ERR_SYSTEM;
	if (arrival == MESSAGE_NOT_YET)
		note(r, "the reader did not end in time");
	return err;
}

enum err
declare_client_read(
    int file_fd, size_t file_len, bool jail, struct declare_reply *reply)
{
	struct process process;
	struct process_end end;
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) != 0)
		return ERR_SYSTEM;
	enum err err = start(file_fd, file_len, jail, fds[1], &process);

	(void)close(fds[1]); /* the worker has its own */
	if (err == ERR_OK) {
		err = read_messages(fds[0], reply);
		/* closed before the wait: a worker that goes on gets an error */
		(void)close(fds[0]);
		fds[0] = -1;
		enum err waited = process_wait(&process,
		    clock_now_ms() + (uint64_t)1000 * CLIENT_END_SECS, &end);

		err = err == ERR_OK ? waited : err;
	}
	if (fds[0] >= 0)
		(void)close(fds[0]); /* nothing came */
	if (err == ERR_OK && reply->state < DECLARE_REPLY_ENDED)
		note(reply, "the reader stopped without an answer");
	return err;
}
