/* SPDX-License-Identifier: ISC */
/* Workers that end in every way: what the parent keeps and says. */
#include "worker/client.h"

#include "system/file.h"
#include "worker/parse.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- the worker's side: this program again, with its role as the path ---- */

static void
send(struct message_writer *w, enum wire_kind kind, struct out *o)
{
	message_write(w, (uint8_t)kind, out_bytes(o));
	message_flush(w);
	o->len = 0;
}

static void
send_some_facts(struct message_writer *w, struct out *o)
{
	struct fact fact = { .kind = FACT_RESET, .path = BYTES("a!/b") };

	wire_write_hello(o, BYTES("test jail"));
	send(w, WIRE_HELLO, o);
	for (unsigned i = 0; i < 3; i++) {
		wire_write_fact(o, &fact);
		send(w, WIRE_FACT, o);
	}
}

static void
die_by(int signal_number)
{
	struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none); /* no litter */
	(void)signal(signal_number, SIG_DFL);
	(void)raise(signal_number); /* it ends here */
}

static int
play(const char *role, struct message_writer *w, struct out *o)
{
	struct wire_done done = { .node_count = 5 };

	if (strcmp(role, "mute") == 0)
		return 3;
	send_some_facts(w, o);
	if (strcmp(role, "crash") == 0)
		die_by(SIGSEGV);
	if (strcmp(role, "jail") == 0)
		die_by(SIGSYS);
	if (strcmp(role, "cut") == 0)
		return file_put(PARSE_ANSWER_FD, BYTES("\3\100")) != ERR_OK;
	if (strcmp(role, "early") == 0)
		return 0;
	if (strcmp(role, "nonsense") == 0) {
		send(w, WIRE_ENTRY, o);
		(void)sleep(100);
	}
	if (strcmp(role, "flood") == 0)
		(void)file_put(PARSE_ANSWER_FD, BYTES("\3\377\377\377\377"));
	wire_write_done(o, &done);
	send(w, WIRE_DONE, o);
	return strcmp(role, "late") == 0 ? 9 : 0;
}

static int
be_worker(const char *role)
{
	struct message_writer w = message_writer_open(PARSE_ANSWER_FD);
	struct out o = out_open(100000);
	int status = play(role, &w, &o);

	message_writer_close(&w);
	out_close(&o);
	return status;
}

/* ---- the tests ---- */

static const struct {
	const char *role;
	size_t facts;
	const char *trouble;
} ends[] = {
	{ "good", 3, "" },
	{ "mute", 0, "the parser ended early with status 3" },
	{ "early", 3, "the parser ended early with status 0" },
	{ "late", 3, "the parser ended early with status 9" },
	{ "cut", 3, "the parser ended early with status 0" },
	{ "crash", 3, "the parser crashed (bad memory access)" },
	{ "jail", 3, "the parser was stopped by the jail (bad system call)" },
	{ "nonsense", 3, "the parser's answer is malformed" },
	{ "flood", 3, "the parser's answer is too long" },
};

static void
what_came_is_kept_however_the_worker_ends(void **state)
{
	int image;

	(void)state;
	assert_int_equal(file_seal(BYTES("image"), &image), ERR_OK);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct client_wants wants = {
			.mode = REPLY_ASSESS,
			.path = ends[i].role,
			.jail = true,
		};
		struct client c;

		assert_int_equal(client_open(&wants, &c), ERR_OK);
		client_hand_over(&c, image, -1);
		assert_int_equal(client_read(&c), ERR_OK);
		assert_string_equal(c.reply.trouble, ends[i].trouble);
		assert_int_equal(c.reply.seen.facts.count, ends[i].facts);
		assert_string_equal(
		    c.reply.jail, ends[i].facts > 0 ? "test jail" : "");
		client_close(&c);
	}
	close(image);
}

static void
closing_early_ends_the_worker(void **state)
{
	int image;
	struct client c;

	(void)state;
	assert_int_equal(file_seal(BYTES("image"), &image), ERR_OK);
	struct client_wants wants = {
		.path = "nonsense",
		.jail = true,
	};

	assert_int_equal(client_open(&wants, &c), ERR_OK);
	pid_t pid = c.process.pid;

	client_close(&c);
	assert_int_equal(kill(pid, 0), -1);
	close(image);
}

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_came_is_kept_however_the_worker_ends),
		cmocka_unit_test(closing_early_ends_the_worker),
	};

	if (argc == 5 && strcmp(argv[1], PARSE_WORKER) == 0)
		return be_worker(argv[4]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
