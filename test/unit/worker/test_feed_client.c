/* SPDX-License-Identifier: ISC */
/* Feed workers that end in every way: what the parent says. */
#include "worker/feed_client.h"

#include "base/limits.h"
#include "system/file.h"
#include "worker/feed.h"
#include "worker/feed_input.h"
#include "worker/feed_wire.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- the worker's side: this program again; its one file says its role ---- */

static void
send(struct message_writer *w, enum feed_wire_kind kind, struct out *o)
{
	message_write(w, (uint8_t)kind, out_bytes(o));
	message_flush(w);
	o->len = 0;
}

static void
die_by(int signal_number)
{
	struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none); /* no litter */
	(void)signal(signal_number, SIG_DFL);
	(void)raise(signal_number); /* it ends here */
}

/* A match for each subject that is asked about. */
static int
answer(struct message_writer *w, struct out *o, struct arena *arena)
{
	struct bytes question;
	struct match_wants wants;

	if (feed_input_question(FEED_QUESTION_FD, arena, &question) != ERR_OK ||
	    feed_wire_read_question(question, arena, &wants) != ERR_OK)
		return 8;
	for (size_t i = 0; i < wants.subject_count; i++) {
		struct match m = { .subject = i, .id = wants.subjects[i].name };

		feed_wire_write_match(o, &m);
		send(w, FEED_WIRE_MATCH, o);
	}
	feed_wire_write_done(o, wants.subject_count);
	send(w, FEED_WIRE_DONE, o);
	return 0;
}

static int
play(struct bytes role, struct message_writer *w, struct out *o,
    struct arena *arena)
{
	struct book_health health = { .claims = 7 };

	if (bytes_equal_text(role, "mute"))
		return 3;
	wire_write_hello(o, BYTES("test jail"));
	send(w, FEED_WIRE_HELLO, o);
	if (bytes_equal_text(role, "crash"))
		die_by(SIGSEGV);
	if (bytes_equal_text(role, "shrink"))
		die_by(SIGBUS);
	if (bytes_equal_text(role, "early"))
		return 0;
	if (bytes_equal_text(role, "flood"))
		(void)file_put(FEED_ANSWER_FD, BYTES("\2\377\377\377\377"));
	if (bytes_equal_text(role, "nonsense")) {
		send(w, FEED_WIRE_MATCH, o);
		(void)sleep(100);
	}
	feed_wire_write_health(o, &health);
	send(w, FEED_WIRE_HEALTH, o);
	if (bytes_equal_text(role, "killed"))
		die_by(SIGKILL);
	return answer(w, o, arena);
}

static int
be_worker(void)
{
	struct message_writer w = message_writer_open(FEED_ANSWER_FD);
	struct arena arena = arena_open(MIB);
	struct out o = out_open(100000);
	struct feed_input input = { .count = 0 };
	struct bytes role;
	int status = 9;

	if (feed_input_open(FEED_HANDING_FD, &arena, &input) == ERR_OK &&
	    input.count == 1 && feed_input_take(&input, 0, &role) == ERR_OK)
		status = play(role, &w, &o, &arena);
	feed_input_close(&input);
	message_writer_close(&w);
	arena_close(&arena);
	out_close(&o);
	return status;
}

/* ---- the tests ---- */

static struct feed_client client;
static struct arena arena;

static void
start(const char *role)
{
	const struct feed_client_wants wants = { .jail = true };
	const struct bytes name = BYTES("role");
	struct out list = out_open(KIB);
	int fd;

	arena = arena_open(MIB);
	assert_int_equal(feed_client_open(&wants, &arena, &client), ERR_OK);
	feed_wire_write_list(&list, &name, 1);
	assert_int_equal(file_seal(out_bytes(&list), &fd), ERR_OK);
	feed_client_hand_over(&client, FEED_WORD_LIST, &fd, 1);
	close(fd);
	assert_int_equal(file_seal(bytes_of(role), &fd), ERR_OK);
	feed_client_hand_over(&client, FEED_WORD_FILES, &fd, 1);
	close(fd);
	out_close(&list);
}

static void
stop(void)
{
	feed_client_close(&client);
	arena_close(&arena);
}

static const struct match_subject subjects[] = {
	{ .name = { (const uint8_t *)"dnsmasq", 7 } },
	{ .name = { (const uint8_t *)"busybox", 7 } },
};
static const struct match_wants question = { .subjects = subjects,
	.subject_count = 2 };

static void
a_question_is_answered(void **state)
{
	(void)state;
	start("good");
	assert_int_equal(feed_client_ask(&client, &question), ERR_OK);
	assert_int_equal(client.reply.state, FEED_REPLY_ENDED);
	assert_string_equal(client.reply.trouble, "");
	assert_string_equal(client.reply.jail, "test jail");
	assert_int_equal(client.reply.health.claims, 7);
	assert_int_equal(client.reply.match_count, 2);
	assert_true(bytes_equal_text(client.reply.matches[1].id, "busybox"));
	stop();
}

static const struct {
	const char *role;
	const char *trouble;
} ends[] = {
	{ "mute", "the reader of feeds ended early with status 3" },
	{ "early", "the reader of feeds ended early with status 0" },
	{ "crash", "the reader of feeds crashed (bad memory access)" },
	{ "shrink",
	    "the reader of feeds crashed (a file became shorter while it was "
	    "read?)" },
	{ "killed", "the reader of feeds was killed" },
	{ "nonsense", "the answer of the reader of feeds is malformed" },
	{ "flood", "the answer of the reader of feeds is too long" },
};

static void
every_other_end_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		start(ends[i].role);
		assert_int_equal(feed_client_ask(&client, &question), ERR_OK);
		assert_int_equal(client.reply.state, FEED_REPLY_TROUBLE);
		assert_string_equal(client.reply.trouble, ends[i].trouble);
		stop();
	}
}

/* A worker that gets what was not announced says nothing. */
static void
a_descriptor_too_many_ends_it(void **state)
{
	int fd;

	(void)state;
	start("good");
	assert_int_equal(file_seal(BYTES("good"), &fd), ERR_OK);
	feed_client_hand_over(&client, FEED_WORD_FILES, &fd, 1);
	close(fd);
	assert_int_equal(feed_client_ask(&client, &question), ERR_OK);
	assert_string_equal(client.reply.trouble,
	    "the reader of feeds ended early with status 9");
	stop();
}

static void
closing_early_ends_the_worker(void **state)
{
	(void)state;
	start("good");
	pid_t pid = client.process.pid;

	stop();
	assert_int_equal(kill(pid, 0), -1);
}

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_question_is_answered),
		cmocka_unit_test(every_other_end_is_told),
		cmocka_unit_test(a_descriptor_too_many_ends_it),
		cmocka_unit_test(closing_early_ends_the_worker),
	};

	if (argc == 4 && strcmp(argv[1], FEED_WORKER) == 0)
		return be_worker();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
