/* SPDX-License-Identifier: ISC */
/* A worker's answer as a whole: order, limits, what is kept. */
#include "worker/reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- the messages of a right worker ---- */

static void
put_payload(enum wire_kind kind, struct out *o)
{
	struct chunk chunk = {
		.path = BYTES("raw@0x0"), .format = "raw", .size = 100
	};
	struct fact fact = { .kind = FACT_RESET, .path = BYTES("x!/y") };
	struct wire_entry entry = { .path = BYTES("x!/y"), .kind = NODE_FILE };
	struct wire_done done = { .node_count = 7 };
	struct wire_trouble trouble = { ERR_MEMORY, BYTES("no memory") };

	switch (kind) {
	case WIRE_HELLO:
		wire_write_hello(o, BYTES("seccomp"));
		break;
	case WIRE_CHUNK:
		wire_write_chunk(o, &chunk);
		break;
	case WIRE_FACT:
		wire_write_fact(o, &fact);
		break;
	case WIRE_ENTRY:
		wire_write_entry(o, &entry);
		break;
	case WIRE_CONTENT:
		out_text(o, "content");
		break;
	case WIRE_DONE:
		wire_write_done(o, &done);
		break;
	case WIRE_TROUBLE:
		wire_write_trouble(o, &trouble);
		break;
	case WIRE_NONE:
	case WIRE_KIND_COUNT:
		break;
	}
}

static enum err
take(struct reply *r, enum wire_kind kind)
{
	struct out o = out_open(100000);

	put_payload(kind, &o);
	struct message message = { (uint8_t)kind, out_bytes(&o) };
	enum err err = reply_take(r, &message);

	out_close(&o);
	return err;
}

struct got {
	unsigned entries;
	char content[64];
	enum err answer;
};

static enum err
got_entry(void *context, const struct wire_entry *entry)
{
	struct got *got = context;

	assert_true(bytes_equal_text(entry->path, "x!/y"));
	got->entries++;
	return got->answer;
}

static enum err
got_content(void *context, struct bytes piece)
{
	struct got *got = context;

	strncat(got->content, (const char *)piece.ptr, piece.len);
	return ERR_OK;
}

/* ---- tests ---- */

static void
an_assessment_is_collected(void **state)
{
	static const enum wire_kind kinds[] = { WIRE_HELLO, WIRE_FACT,
		WIRE_CHUNK, WIRE_FACT, WIRE_DONE };
	struct reply r = reply_open(REPLY_ASSESS, NULL);

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		assert_int_equal(take(&r, kinds[i]), ERR_OK);
	assert_int_equal(r.state, STATE_ENDED);
	assert_string_equal(r.jail, "seccomp");
	assert_string_equal(r.trouble, "");
	assert_int_equal(r.seen.facts.count, 2);
	assert_int_equal(r.seen.chunk_count, 1);
	assert_int_equal(r.seen.node_count, 7);
	assert_int_equal(r.bytes_done, 100);
	reply_close(&r);
}

static void
a_file_is_handed_on_in_pieces(void **state)
{
	static const enum wire_kind kinds[] = { WIRE_HELLO, WIRE_ENTRY,
		WIRE_CONTENT, WIRE_CONTENT, WIRE_DONE };
	struct got got = { 0 };
	struct reply_sink sink = { &got, got_entry, got_content };
	struct reply r = reply_open(REPLY_CAT, &sink);

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		assert_int_equal(take(&r, kinds[i]), ERR_OK);
	assert_int_equal(got.entries, 1);
	assert_string_equal(got.content, "contentcontent");
	reply_close(&r);
}

static void
the_sinks_error_is_given_back(void **state)
{
	struct got got = { .answer = ERR_SYSTEM };
	struct reply_sink sink = { &got, got_entry, got_content };
	struct reply r = reply_open(REPLY_LIST, &sink);

	(void)state;
	assert_int_equal(take(&r, WIRE_HELLO), ERR_OK);
	assert_int_equal(take(&r, WIRE_ENTRY), ERR_SYSTEM);
	reply_close(&r);
}

static void
trouble_is_kept_with_what_came_before(void **state)
{
	struct reply r = reply_open(REPLY_ASSESS, NULL);

	(void)state;
	assert_int_equal(take(&r, WIRE_HELLO), ERR_OK);
	assert_int_equal(take(&r, WIRE_FACT), ERR_OK);
	assert_int_equal(take(&r, WIRE_TROUBLE), ERR_OK);
	assert_int_equal(r.state, STATE_ENDED);
	assert_string_equal(r.trouble, "no memory");
	assert_int_equal(r.trouble_code, ERR_MEMORY);
	assert_int_equal(r.seen.facts.count, 1);
	reply_close(&r);
}

/* The whole table: in each mode and state, which kinds may come. */
static void
only_the_tables_messages_are_allowed(void **state)
{
	static const struct {
		enum reply_mode mode;
		enum reply_state state;
		unsigned kinds; /* bits */
	} rows[] = {
		{ REPLY_ASSESS, STATE_START,
		    1U << WIRE_HELLO | 1U << WIRE_TROUBLE },
		{ REPLY_ASSESS, STATE_OPEN,
		    1U << WIRE_CHUNK | 1U << WIRE_FACT | 1U << WIRE_DONE |
			1U << WIRE_TROUBLE },
		{ REPLY_ASSESS, STATE_CONTENT, 0 },
		{ REPLY_ASSESS, STATE_ENDED, 0 },
		{ REPLY_LIST, STATE_START,
		    1U << WIRE_HELLO | 1U << WIRE_TROUBLE },
		{ REPLY_LIST, STATE_OPEN,
		    1U << WIRE_ENTRY | 1U << WIRE_DONE | 1U << WIRE_TROUBLE },
		{ REPLY_LIST, STATE_CONTENT, 0 },
		{ REPLY_LIST, STATE_ENDED, 0 },
		{ REPLY_CAT, STATE_START,
		    1U << WIRE_HELLO | 1U << WIRE_TROUBLE },
		{ REPLY_CAT, STATE_OPEN,
		    1U << WIRE_ENTRY | 1U << WIRE_DONE | 1U << WIRE_TROUBLE },
		{ REPLY_CAT, STATE_CONTENT,
		    1U << WIRE_CONTENT | 1U << WIRE_DONE | 1U << WIRE_TROUBLE },
		{ REPLY_CAT, STATE_ENDED, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (unsigned kind = 0; kind < 256; kind++) {
			enum reply_state next;
			bool wanted = kind < WIRE_KIND_COUNT &&
			    (rows[i].kinds >> kind & 1) != 0;

			assert_int_equal(reply_allows(rows[i].state,
					     rows[i].mode, kind, &next),
			    wanted);
		}
	}
}

static void
a_message_out_of_turn_changes_nothing(void **state)
{
	struct reply r = reply_open(REPLY_ASSESS, NULL);

	(void)state;
	assert_int_equal(take(&r, WIRE_FACT), ERR_MALFORMED);
	assert_int_equal(r.seen.facts.count, 0);
	assert_int_equal(take(&r, WIRE_HELLO), ERR_OK);
	assert_int_equal(take(&r, WIRE_HELLO), ERR_MALFORMED);
	assert_int_equal(take(&r, WIRE_ENTRY), ERR_MALFORMED);
	assert_int_equal(take(&r, WIRE_DONE), ERR_OK);
	assert_int_equal(take(&r, WIRE_FACT), ERR_MALFORMED);
	assert_int_equal(r.seen.facts.count, 0);
	reply_close(&r);
}

static void
more_chunks_than_an_image_may_have_are_refused(void **state)
{
	struct reply r = reply_open(REPLY_ASSESS, NULL);

	(void)state;
	assert_int_equal(take(&r, WIRE_HELLO), ERR_OK);
	for (size_t i = 0; i < LIMIT_CHUNKS; i++)
		assert_int_equal(take(&r, WIRE_CHUNK), ERR_OK);
	assert_int_equal(take(&r, WIRE_CHUNK), ERR_LIMIT);
	assert_int_equal(r.seen.chunk_count, LIMIT_CHUNKS);
	reply_close(&r);
}

/* Cut anywhere, an answer gives the messages before the cut. */
static void
every_prefix_of_an_answer_is_kept_in_part(void **state)
{
	static const enum wire_kind kinds[] = { WIRE_HELLO, WIRE_FACT,
		WIRE_CHUNK, WIRE_FACT, WIRE_DONE };
	struct out answer = out_open(100000);
	struct out o = out_open(100000);
	size_t last_count = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		put_payload(kinds[i], &o);
		out_u8(&answer, (uint8_t)kinds[i]);
		out_u32le(&answer, (uint32_t)o.len);
		out_put(&answer, out_bytes(&o));
		o.len = 0;
	}
	for (size_t len = 0; len <= answer.len; len++) {
		struct bytes in = bytes_slice(out_bytes(&answer), 0, len);
		struct reply r = reply_open(REPLY_ASSESS, NULL);
		struct message message;

		while (message_take(&in, &message) == ERR_OK)
			assert_int_equal(reply_take(&r, &message), ERR_OK);
		assert_true(r.seen.facts.count >= last_count);
		last_count = r.seen.facts.count;
		assert_int_equal(r.state == STATE_ENDED, len == answer.len);
		reply_close(&r);
	}
	assert_int_equal(last_count, 2);
	out_close(&o);
	out_close(&answer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_assessment_is_collected),
		cmocka_unit_test(a_file_is_handed_on_in_pieces),
		cmocka_unit_test(the_sinks_error_is_given_back),
		cmocka_unit_test(trouble_is_kept_with_what_came_before),
		cmocka_unit_test(only_the_tables_messages_are_allowed),
		cmocka_unit_test(a_message_out_of_turn_changes_nothing),
		cmocka_unit_test(
		    more_chunks_than_an_image_may_have_are_refused),
		cmocka_unit_test(every_prefix_of_an_answer_is_kept_in_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
