/* SPDX-License-Identifier: ISC */
/* The messages of a declare worker: kept whole, or refused. */
#include "worker/declare_wire.h"

#include "base/limits.h"
#include "worker/declare_client.h"
#include "worker/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct declared sample = { .table = { (const uint8_t *)"AuthMech",
					    8 },
	.row = { (const uint8_t *)"A1", 2 },
	.field = { (const uint8_t *)"factor", 6 },
	.value = { (const uint8_t *)"password", 8 },
	.line = 11,
	.column = 13 };

static struct out
write_answer(const struct declared *answer)
{
	struct out o = out_open(LIMIT_MESSAGE_LEN);

	declare_wire_write_answer(&o, answer);
	assert_int_equal(o.failed, ERR_OK);
	return o;
}

static void
an_answer_comes_back(void **state)
{
	struct out o = write_answer(&sample);
	struct declared d;

	(void)state;
	assert_int_equal(declare_wire_read_answer(out_bytes(&o), &d), ERR_OK);
	assert_true(bytes_equal(d.table, sample.table));
	assert_true(bytes_equal(d.row, sample.row));
	assert_true(bytes_equal(d.field, sample.field));
	assert_true(bytes_equal(d.value, sample.value));
	assert_int_equal(d.line, 11);
	assert_int_equal(d.column, 13);
	out_close(&o);
}

static void
every_prefix_of_an_answer_is_refused(void **state)
{
	struct out o = write_answer(&sample);

	(void)state;
	for (size_t len = 0; len < o.len; len++) {
		struct declared d = { .line = 77 };
		enum err err = declare_wire_read_answer(
		    bytes_slice(out_bytes(&o), 0, len), &d);

		assert_int_equal(err, ERR_TRUNCATED);
		assert_int_equal(d.line, 77);
	}
	out_close(&o);
}

static void
what_no_reader_sends_is_refused(void **state)
{
	static const char many[LIMIT_DECLARATION_VALUE_LEN + 1] = { 'x' };
	struct declared bad[7];

	(void)state;
	for (size_t i = 0; i < 7; i++)
		bad[i] = sample;
	bad[0].line = 0;
	bad[1].column = 0;
	bad[2].table.len = 0;
	bad[3].field.len = 0;
	bad[4].value = BYTES("a\x1b[2J");
	bad[5].value = (struct bytes){ (const uint8_t *)many, sizeof(many) };
	bad[6].row = (struct bytes){ (const uint8_t *)many,
		LIMIT_DECLARATION_NAME_LEN + 1 };
	for (size_t i = 0; i < 7; i++) {
		struct out o = write_answer(&bad[i]);
		struct declared d = { .line = 77 };

		assert_int_equal(
		    declare_wire_read_answer(out_bytes(&o), &d), ERR_MALFORMED);
		assert_int_equal(d.line, 77);
		out_close(&o);
	}
}

static void
bytes_left_over_are_refused(void **state)
{
	struct out o = write_answer(&sample);
	struct declared d;

	(void)state;
	out_u8(&o, 0);
	assert_int_equal(
	    declare_wire_read_answer(out_bytes(&o), &d), ERR_MALFORMED);
	out_close(&o);
}

static void
a_fault_comes_back(void **state)
{
	struct declaration_fault fault = { 3, 7, "this name stands twice" };
	struct declaration_fault back;
	struct out o = out_open(MIB);

	(void)state;
	declare_wire_write_fault(&o, &fault);
	assert_int_equal(declare_wire_read_fault(out_bytes(&o), &back), ERR_OK);
	assert_int_equal(back.line, 3);
	assert_int_equal(back.column, 7);
	assert_string_equal(back.text, fault.text);
	for (size_t len = 0; len < o.len; len++)
		assert_int_equal(declare_wire_read_fault(
				     bytes_slice(out_bytes(&o), 0, len), &back),
		    ERR_TRUNCATED);
	out_close(&o);
}

/* ---- the order of messages ---- */

struct step {
	enum declare_wire_kind kind;
	enum err err;
};

static enum err
take(struct declare_reply *r, enum declare_wire_kind kind)
{
	struct declaration_fault fault = { 1, 2, "why" };
	struct wire_trouble trouble = { ERR_SYSTEM, BYTES("no jail") };
	struct out o = out_open(MIB);

	switch (kind) {
	case DECLARE_WIRE_HELLO:
		wire_write_hello(&o, BYTES("a jail"));
		break;
	case DECLARE_WIRE_ANSWER:
		declare_wire_write_answer(&o, &sample);
		break;
	case DECLARE_WIRE_FAULT:
		declare_wire_write_fault(&o, &fault);
		break;
	case DECLARE_WIRE_DONE:
		declare_wire_write_done(&o, 1);
		break;
	case DECLARE_WIRE_TROUBLE:
		wire_write_trouble(&o, &trouble);
		break;
	case DECLARE_WIRE_NONE:
	case DECLARE_WIRE_KIND_COUNT:
		break;
	}
	struct message message = { (uint8_t)kind, out_bytes(&o) };
	enum err err = declare_reply_take(r, &message);

	out_close(&o);
	return err;
}

#define STEPS 5

static const struct {
	const char *sentence;
	struct step step[STEPS];
	enum declare_reply_state state;
} orders[] = {
	{ "a right answer",
	    { { DECLARE_WIRE_HELLO, ERR_OK }, { DECLARE_WIRE_ANSWER, ERR_OK },
		{ DECLARE_WIRE_DONE, ERR_OK } },
	    DECLARE_REPLY_ENDED },
	{ "a fault",
	    { { DECLARE_WIRE_HELLO, ERR_OK }, { DECLARE_WIRE_FAULT, ERR_OK } },
	    DECLARE_REPLY_FAULTY },
	{ "no jail", { { DECLARE_WIRE_TROUBLE, ERR_OK } },
	    DECLARE_REPLY_TROUBLE },
	{ "an answer out of no jail",
	    { { DECLARE_WIRE_ANSWER, ERR_MALFORMED } }, DECLARE_REPLY_START },
	{ "two greetings",
	    { { DECLARE_WIRE_HELLO, ERR_OK },
		{ DECLARE_WIRE_HELLO, ERR_MALFORMED } },
	    DECLARE_REPLY_OPEN },
	{ "an end that counts wrong",
	    { { DECLARE_WIRE_HELLO, ERR_OK },
		{ DECLARE_WIRE_DONE, ERR_MALFORMED } },
	    DECLARE_REPLY_OPEN },
	{ "an answer behind the end",
	    { { DECLARE_WIRE_HELLO, ERR_OK }, { DECLARE_WIRE_ANSWER, ERR_OK },
		{ DECLARE_WIRE_DONE, ERR_OK },
		{ DECLARE_WIRE_ANSWER, ERR_MALFORMED } },
	    DECLARE_REPLY_ENDED },
	{ "a kind that is none",
	    { { DECLARE_WIRE_HELLO, ERR_OK },
		{ DECLARE_WIRE_KIND_COUNT, ERR_MALFORMED } },
	    DECLARE_REPLY_OPEN },
};

static void
messages_come_in_one_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		struct arena arena = arena_open(8 * MIB);
		struct declare_reply reply;

		assert_int_equal(declare_reply_open(&arena, &reply), ERR_OK);
		for (size_t k = 0; k < STEPS; k++) {
			const struct step *step = &orders[i].step[k];

			if (step->kind == DECLARE_WIRE_NONE)
				break;
			if (take(&reply, step->kind) != step->err)
				fail_msg("%s, step %zu", orders[i].sentence, k);
		}
		assert_int_equal(reply.state, orders[i].state);
		arena_close(&arena);
	}
}

static void
too_many_answers_are_refused(void **state)
{
	struct arena arena = arena_open(64 * MIB);
	struct declare_reply reply;

	(void)state;
	assert_int_equal(declare_reply_open(&arena, &reply), ERR_OK);
	assert_int_equal(take(&reply, DECLARE_WIRE_HELLO), ERR_OK);
	for (size_t i = 0; i < LIMIT_DECLARATION_ANSWERS; i++)
		assert_int_equal(take(&reply, DECLARE_WIRE_ANSWER), ERR_OK);
	assert_int_equal(take(&reply, DECLARE_WIRE_ANSWER), ERR_LIMIT);
	arena_close(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_comes_back),
		cmocka_unit_test(every_prefix_of_an_answer_is_refused),
		cmocka_unit_test(what_no_reader_sends_is_refused),
		cmocka_unit_test(bytes_left_over_are_refused),
		cmocka_unit_test(a_fault_comes_back),
		cmocka_unit_test(messages_come_in_one_order),
		cmocka_unit_test(too_many_answers_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
