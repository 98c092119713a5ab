/* SPDX-License-Identifier: ISC */
/* Questions, rows and outcomes: they come back whole, or are refused. */
#include "base/limits.h"
#include "ledger/receipt.h"
#include "registry/registry.h"
#include "trust/admission.h"
#include "worker/registry_client.h"
#include "worker/registry_wire.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TEXT(literal)                                                          \
	{                                                                      \
		(const uint8_t *)(literal), sizeof(literal) - 1                \
	}

static const uint8_t digest[SHA256_LEN] = { 1, 2, 3 };

#define CLAIMS                                                                 \
	{                                                                      \
		.product = { .pen = 32473,                                     \
			.hwmodel = TEXT("CAM-1"),                              \
			.version = TEXT("1.0.1"),                              \
			.digest = digest },                                    \
		.scheme = TEXT("hallmark"), .level = 2,                        \
		.basis = LABEL_BASIS_DECLARED, .support_until = 1900000000,    \
		.maker = TEXT("Example GmbH"), .category = TEXT("camera")      \
	}

static const struct registry_label labels[2] = {
	{ .index = 17,
	    .ids = { { 1 }, { 2 } },
	    .claims = CLAIMS,
	    .issued = 1700000000,
	    .expires = 1800000000,
	    .body = { 9 },
	    .body_name = TEXT("Office <b>"),
	    .body_iss = TEXT("https://office.example"),
	    .accredited_by = 3,
	    .status = TRUST_SUSPENDED,
	    .has_change = true,
	    .changed_by = 18,
	    .changed = 1750000000,
	    .reason = 7,
	    .reason_text = TEXT("a flaw"),
	    .by_owner = true,
	    .replaced_by = 40 },
	{ .index = 18, .claims = CLAIMS },
};
static const struct registry_product products[1] = {
	{ .id = { 5 },
	    .first_label = 1,
	    .newest_label = 17,
	    .label_count = 2,
	    .claims = CLAIMS },
};
static const struct registry_statement statements[2] = {
	{ .index = 4,
	    .is_admitted = true,
	    .kind = STATEMENT_CORRECTION,
	    .iss = TEXT("https://a.example"),
	    .sub = TEXT("statement/3"),
	    .kid = { 7 },
	    .signer_name = TEXT("A"),
	    .issued = -1,
	    .expires = 5,
	    .has_product = true,
	    .has_release = true,
	    .ids = { { 1 }, { 2 } },
	    .label = 3 },
	{ .index = 5, .refused = REFUSED_PADDING },
};
static const struct registry_body bodies[1] = {
	{ .index = 2,
	    .kid = { 8 },
	    .action = WITHDRAW,
	    .name = TEXT("B"),
	    .iss = TEXT("https://b.example"),
	    .scopes = TEXT("\x80"),
	    .from = 1,
	    .until = 2,
	    .said_at = 3,
	    .label_count = 4 },
};
static const struct registry_recognition recognitions[1] = {
	{ .row = { .index = 6,
	      .what = { .their_domain = TEXT("Finland"),
		  .their_scheme = TEXT("CL"),
		  .their_level = TEXT("one"),
		  .our_scheme = TEXT("hallmark"),
		  .our_level = 1,
		  .conditions = TEXT("none"),
		  .source = TEXT("https://c.example"),
		  .from = 1,
		  .until = 2 },
	      .said_at = 9 } },
};

#define HEAD                                                                   \
	{                                                                      \
		.origin = TEXT("registry.example/log"), .size = 41,            \
		.root = { 4 }, .time = 1760000000                              \
	}

static const struct registry_wire_reply replies[] = {
	{ .ask = REGISTRY_ASK_HEAD, .reply = { .head = HEAD } },
	{ .ask = REGISTRY_ASK_LABELS,
	    .reply = { .head = HEAD,
		.labels = labels,
		.count = 2,
		.more = true } },
	{ .ask = REGISTRY_ASK_PRODUCTS,
	    .reply = { .head = HEAD, .products = products, .count = 1 } },
	{ .ask = REGISTRY_ASK_STATEMENTS,
	    .reply = { .head = HEAD, .statements = statements, .count = 2 } },
	{ .ask = REGISTRY_ASK_BODIES,
	    .reply = { .head = HEAD, .bodies = bodies, .count = 1 } },
	{ .ask = REGISTRY_ASK_RECOGNITIONS,
	    .reply = { .head = HEAD,
		.recognitions = recognitions,
		.count = 1 } },
	{ .ask = REGISTRY_ASK_ENTRY,
	    .reply = { .head = HEAD, .bytes = TEXT("entry") } },
	{ .ask = REGISTRY_ASK_RECEIPT, .result = ERR_END },
	{ .ask = REGISTRY_ASK_PROOF,
	    .reply = { .head = HEAD, .bytes = TEXT("proof") } },
	{ .ask = REGISTRY_ASK_FILE,
	    .reply = { .head = HEAD, .bytes = TEXT("file") } },
};

static const struct registry_question questions[] = {
	{ .ask = REGISTRY_ASK_HEAD },
	{ .ask = REGISTRY_ASK_LABELS,
	    .by = REGISTRY_BY_WORDS,
	    .value = TEXT("camera"),
	    .newest_first = true,
	    .has_after = true,
	    .after = 12,
	    .limit = REGISTRY_ROWS_MAX },
	{ .ask = REGISTRY_ASK_STATEMENTS,
	    .by = REGISTRY_BY_LABEL,
	    .number = 17,
	    .kinds = 1U << STATEMENT_STATUS,
	    .limit = 1 },
	{ .ask = REGISTRY_ASK_FILE, .value = TEXT("tile/0/000") },
};

static const struct registry_wire_outcome outcomes[] = {
	{ 7,
	    { .outcome = REGISTRY_ADDED,
		.index = 41,
		.receipt = TEXT("receipt") } },
	{ 8,
	    { .outcome = REGISTRY_REFUSED,
		.word = TEXT("second-label"),
		.why = TEXT("another body's label is active (index 17)"),
		.has_other = true,
		.other = 17 } },
	{ UINT64_MAX, { .outcome = REGISTRY_FAILED } },
};

/* ---- there and back ---- */

static struct out
write_reply(const struct registry_wire_reply *reply)
{
	struct out o = out_open(MIB);

	registry_wire_write_reply(&o, reply);
	assert_int_equal(o.failed, ERR_OK);
	return o;
}

static void
every_reply_comes_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(replies); i++) {
		struct arena arena = arena_open(MIB);
		struct out o = write_reply(&replies[i]);
		struct registry_wire_reply back;

		assert_int_equal(registry_wire_read_reply(out_bytes(&o),
				     replies[i].ask, &arena, &back),
		    ERR_OK);
		struct out again = write_reply(&back);

		assert_int_equal(back.result, replies[i].result);
		assert_int_equal(back.reply.count, replies[i].reply.count);
		assert_true(bytes_equal(out_bytes(&o), out_bytes(&again)));
		out_close(&again);
		out_close(&o);
		arena_close(&arena);
	}
}

static void
a_label_keeps_every_field(void **state)
{
	struct arena arena = arena_open(MIB);
	struct out o = write_reply(&replies[1]);
	struct registry_wire_reply back;

	(void)state;
	assert_int_equal(registry_wire_read_reply(
			     out_bytes(&o), REGISTRY_ASK_LABELS, &arena, &back),
	    ERR_OK);
	const struct registry_label *l = back.reply.labels;

	assert_true(back.reply.more);
	assert_int_equal(l->index, 17);
	assert_int_equal(l->ids.release[0], 2);
	assert_int_equal(l->claims.product.pen, 32473);
	assert_true(bytes_equal_text(l->claims.product.version, "1.0.1"));
	assert_memory_equal(l->claims.product.digest, digest, SHA256_LEN);
	assert_int_equal(l->claims.basis, LABEL_BASIS_DECLARED);
	assert_int_equal(l->status, TRUST_SUSPENDED);
	assert_true(bytes_equal_text(l->body_name, "Office <b>"));
	assert_true(bytes_equal_text(l->reason_text, "a flaw"));
	assert_true(l->by_owner);
	assert_int_equal(l->replaced_by, 40);
	assert_int_equal(back.reply.head.size, 41);
	assert_false(l[1].has_change);
	out_close(&o);
	arena_close(&arena);
}

static void
every_question_comes_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(questions); i++) {
		struct out o = out_open(MIB);
		struct out again = out_open(MIB);
		struct registry_question back;

		registry_wire_write_question(&o, &questions[i]);
		assert_int_equal(
		    registry_wire_read_question(out_bytes(&o), &back), ERR_OK);
		registry_wire_write_question(&again, &back);
		assert_true(bytes_equal(out_bytes(&o), out_bytes(&again)));
		assert_int_equal(back.limit, questions[i].limit);
		assert_true(bytes_equal(back.value, questions[i].value));
		out_close(&again);
		out_close(&o);
	}
}

static void
every_outcome_comes_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(outcomes); i++) {
		struct out o = out_open(MIB);
		struct registry_wire_outcome back;

		registry_wire_write_outcome(&o, &outcomes[i]);
		assert_int_equal(
		    registry_wire_read_outcome(out_bytes(&o), &back), ERR_OK);
		assert_int_equal(back.number, outcomes[i].number);
		assert_int_equal(
		    back.submission.outcome, outcomes[i].submission.outcome);
		assert_int_equal(
		    back.submission.other, outcomes[i].submission.other);
		assert_true(bytes_equal(
		    back.submission.why, outcomes[i].submission.why));
		for (size_t len = 0; len < o.len; len++)
			assert_int_equal(
			    registry_wire_read_outcome(
				bytes_slice(out_bytes(&o), 0, len), &back),
			    ERR_TRUNCATED);
		out_close(&o);
	}
}

/* ---- refused ---- */

static void
every_prefix_of_a_reply_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(replies); i++) {
		struct out o = write_reply(&replies[i]);

		for (size_t len = 0; len < o.len; len++) {
			struct arena arena = arena_open(MIB);
			struct registry_wire_reply back = { .result =
								ERR_LIMIT };
			enum err err = registry_wire_read_reply(
			    bytes_slice(out_bytes(&o), 0, len), replies[i].ask,
			    &arena, &back);

			assert_true(
			    err == ERR_TRUNCATED || err == ERR_MALFORMED);
			assert_int_equal(back.result, ERR_LIMIT);
			arena_close(&arena);
		}
		out_close(&o);
	}
}

static void
a_reply_to_another_question_is_refused(void **state)
{
	struct arena arena = arena_open(MIB);
	struct out o = write_reply(&replies[1]);
	struct registry_wire_reply back;

	(void)state;
	assert_int_equal(registry_wire_read_reply(out_bytes(&o),
			     REGISTRY_ASK_PRODUCTS, &arena, &back),
	    ERR_MALFORMED);
	out_u8(&o, 0); /* and what is left over */
	assert_int_equal(registry_wire_read_reply(
			     out_bytes(&o), REGISTRY_ASK_LABELS, &arena, &back),
	    ERR_MALFORMED);
	out_close(&o);
	arena_close(&arena);
}

static void
rows_out_of_range_are_refused(void **state)
{
	struct registry_label bad[6];

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		bad[i] = labels[0];
	bad[0].status = (enum trust_status)4;
	bad[1].claims.basis = (enum label_basis)0;
	bad[2].claims.level = 100;
	bad[3].claims.product.pen = 0;
	bad[4].claims.maker.len = 0;
	bad[5].reason = 256;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct arena arena = arena_open(MIB);
		const struct registry_wire_reply reply = {
			.ask = REGISTRY_ASK_LABELS,
			.reply = { .labels = &bad[i], .count = 1 },
		};
		struct out o = write_reply(&reply);
		struct registry_wire_reply back;

		assert_int_equal(registry_wire_read_reply(out_bytes(&o),
				     REGISTRY_ASK_LABELS, &arena, &back),
		    ERR_MALFORMED);
		out_close(&o);
		arena_close(&arena);
	}
}

static void
questions_without_a_meaning_are_refused(void **state)
{
	static const struct registry_question bad[] = {
		{ .ask = (enum registry_ask)REGISTRY_ASKS },
		{ .ask = REGISTRY_ASK_LABELS, .limit = 0 },
		{ .ask = REGISTRY_ASK_LABELS, .limit = REGISTRY_ROWS_MAX + 1 },
		{ .ask = REGISTRY_ASK_FILE, .value = TEXT("../key") },
		{ .ask = REGISTRY_ASK_HEAD, .by = REGISTRY_BY_LABEL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct out o = out_open(MIB);
		struct registry_question back = { .limit = 77 };

		registry_wire_write_question(&o, &bad[i]);
		assert_int_equal(
		    registry_wire_read_question(out_bytes(&o), &back),
		    ERR_MALFORMED);
		assert_int_equal(back.limit, 77);
		out_close(&o);
	}
}

/* ---- over a channel ---- */

/* The store's end: one reply for each question, then it closes. */
struct answering {
	int fd;
	const struct registry_wire_reply *reply;
	size_t count;
};

static void *
answer(void *context)
{
	struct answering *a = context;
	struct message_reader reader = message_reader_open(a->fd);
	struct message_writer writer = message_writer_open(a->fd);
	struct message message;

	for (size_t i = 0; i < a->count; i++) {
		struct out o = out_open(REGISTRY_WIRE_REPLY_LEN_MAX);

		if (message_read(&reader, UINT64_MAX, &message) !=
		    MESSAGE_ARRIVED)
			break;
		registry_wire_write_reply(&o, &a->reply[i]);
		registry_wire_put_frames(&writer, out_bytes(&o));
		message_flush(&writer);
		out_close(&o);
	}
	message_writer_close(&writer);
	message_reader_close(&reader);
	(void)close(a->fd); /* the asker sees the end */
	return NULL;
}

static void
long_replies_come_in_pieces(void **state)
{
	static uint8_t many[3 * 1024 * 1024 + 5];
	const struct registry_wire_reply given[] = {
		{ .ask = REGISTRY_ASK_ENTRY,
		    .reply = { .bytes = { many, sizeof(many) } } },
		{ .ask = REGISTRY_ASK_ENTRY,
		    .reply = { .bytes = { many, sizeof(many) } } },
		{ .ask = REGISTRY_ASK_ENTRY, .result = ERR_END },
	};
	const struct registry_question q = { .ask = REGISTRY_ASK_ENTRY,
		.by = REGISTRY_BY_INDEX };
	struct arena arena = arena_open(REGISTRY_REPLY_LEN_MAX);
	struct arena small = arena_open(MIB);
	struct registry_reply r;
	pthread_t thread;
	int fds[2];

	(void)state;
	many[sizeof(many) - 1] = 42;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	struct answering a = { fds[1], given, COUNT(given) };
	struct registry_channel channel = registry_channel_open(fds[0]);
	struct registry_source source = registry_channel_source(&channel);

	assert_int_equal(pthread_create(&thread, NULL, answer, &a), 0);
	/* too large for the arena: the channel stays in step */
	assert_int_equal(source.ask(source.context, &q, &small, &r), ERR_LIMIT);
	assert_int_equal(source.ask(source.context, &q, &arena, &r), ERR_OK);
	assert_int_equal(r.bytes.len, sizeof(many));
	assert_int_equal(r.bytes.ptr[sizeof(many) - 1], 42);
	assert_int_equal(source.ask(source.context, &q, &arena, &r), ERR_END);
	assert_int_equal(source.ask(source.context, &q, &arena, &r),
	    ERR_SYSTEM); /* it is gone */
	assert_true(channel.is_broken);
	assert_int_equal(pthread_join(thread, NULL), 0);
	registry_channel_close(&channel);
	arena_close(&arena);
	arena_close(&small);
	(void)close(fds[0]); /* only a test's socket */
}

static void
statements_keep_their_numbers(void **state)
{
	struct registry_wire_statement s;
	struct arena arena = arena_open(MIB);
	struct registry_submission got;
	struct message message;
	uint64_t number;
	int fds[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	struct registry_channel channel = registry_channel_open(fds[0]);
	struct message_reader reader = message_reader_open(fds[1]);
	struct message_writer writer = message_writer_open(fds[1]);
	struct out o = out_open(MIB);

	assert_int_equal(
	    registry_hand_in(&channel, 99, BYTES("statement")), ERR_OK);
	assert_int_equal(
	    message_read(&reader, UINT64_MAX, &message), MESSAGE_ARRIVED);
	assert_int_equal(message.type, REGISTRY_WIRE_STATEMENT);
	assert_int_equal(
	    registry_wire_read_statement(message.payload, &s), ERR_OK);
	assert_int_equal(s.number, 99);
	assert_true(bytes_equal_text(s.statement, "statement"));
	registry_wire_write_outcome(&o, &outcomes[1]);
	message_write(&writer, REGISTRY_WIRE_OUTCOME, out_bytes(&o));
	message_flush(&writer);
	(void)close(fds[1]); /* the asker sees the end */
	assert_int_equal(
	    registry_take_outcome(&channel, &arena, &number, &got), ERR_OK);
	assert_int_equal(number, 8);
	assert_int_equal(got.other, 17);
	assert_true(bytes_equal_text(got.word, "second-label"));
	assert_int_equal(
	    registry_take_outcome(&channel, &arena, &number, &got), ERR_END);
	out_close(&o);
	message_writer_close(&writer);
	message_reader_close(&reader);
	registry_channel_close(&channel);
	arena_close(&arena);
	(void)close(fds[0]); /* only a test's socket */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_reply_comes_back),
		cmocka_unit_test(a_label_keeps_every_field),
		cmocka_unit_test(every_question_comes_back),
		cmocka_unit_test(every_outcome_comes_back),
		cmocka_unit_test(every_prefix_of_a_reply_is_refused),
		cmocka_unit_test(a_reply_to_another_question_is_refused),
		cmocka_unit_test(rows_out_of_range_are_refused),
		cmocka_unit_test(questions_without_a_meaning_are_refused),
		cmocka_unit_test(long_replies_come_in_pieces),
		cmocka_unit_test(statements_keep_their_numbers),
	};

	/* as both processes do: a closed channel is an error, no death */
	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
