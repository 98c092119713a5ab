/* SPDX-License-Identifier: ISC */
/* Each message comes back as it was written, or not at all. */
#include "worker/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct chunk good_chunk = {
	.path = { (const uint8_t *)"tplink@0x0!squashfs@0x120000", 28 },
	.format = "squashfs",
	.nested = true,
	.at = 0x120000,
	.size = 77777,
	.state = CHUNK_UNREAD,
	.info = {
		.size = 77776,
		.authenticity = AUTHENTICITY_CRC,
		.encrypted = ANSWER_NO,
		.rollback = ANSWER_YES,
		.may_be_signed = true,
		.architecture = "mips",
		.operating_system = "linux",
		.detail = "v4, \xff foreign",
	},
	.fault = { ERR_CHECKSUM, 99, "squashfs super block", "inodes" },
};

static const struct fact good_fact = {
	.kind = FACT_SERVICE,
	.path = { (const uint8_t *)"squashfs@0x0!/etc/inittab", 25 },
	.at = 17,
	.text = { (const uint8_t *)"::respawn:\0telnetd", 18 },
	.name = { (const uint8_t *)"telnetd", 7 },
	.value = { (const uint8_t *)"root", 4 },
	.detail = { (const uint8_t *)"always", 6 },
	.number = 23,
};

static const struct wire_entry good_entry = {
	.path = { (const uint8_t *)"romfs@0x0!/dev/null", 19 },
	.link = { (const uint8_t *)"zero", 4 },
	.kind = NODE_CHAR,
	.mode = 04755,
	.uid = 1,
	.gid = UINT32_MAX,
	.device_major = 1,
	.device_minor = 3,
	.mtime = 1600000000,
	.size = UINT64_MAX,
	.fault = ERR_TRUNCATED,
};

/* ---- one shape for all kinds: write the good one, read any bytes ---- */

static void
put_chunk(struct out *to)
{
	wire_write_chunk(to, &good_chunk);
}

static enum err
get_chunk(struct bytes in)
{
	struct wire_chunk chunk = { .chunk.size = 123 };
	enum err err = wire_read_chunk(in, &chunk);

	if (err != ERR_OK)
		assert_int_equal(chunk.chunk.size, 123);
	return err;
}

static void
put_fact(struct out *to)
{
	wire_write_fact(to, &good_fact);
}

static enum err
get_fact(struct bytes in)
{
	struct fact fact = { .number = 123 };
	enum err err = wire_read_fact(in, &fact);

	if (err != ERR_OK)
		assert_int_equal(fact.number, 123);
	return err;
}

static void
put_entry(struct out *to)
{
	wire_write_entry(to, &good_entry);
}

static enum err
get_entry(struct bytes in)
{
	struct wire_entry entry = { .size = 123 };
	enum err err = wire_read_entry(in, &entry);

	if (err != ERR_OK)
		assert_int_equal(entry.size, 123);
	return err;
}

static void
put_done(struct out *to)
{
	struct wire_done done = { 42, BYTES("the time limit") };

	wire_write_done(to, &done);
}

static enum err
get_done(struct bytes in)
{
	struct wire_done done = { .node_count = 123 };
	enum err err = wire_read_done(in, &done);

	if (err != ERR_OK)
		assert_int_equal(done.node_count, 123);
	return err;
}

static void
put_trouble(struct out *to)
{
	struct wire_trouble trouble = { ERR_MEMORY, BYTES("no memory") };

	wire_write_trouble(to, &trouble);
}

static enum err
get_trouble(struct bytes in)
{
	struct wire_trouble trouble = { .text = { NULL, 123 } };
	enum err err = wire_read_trouble(in, &trouble);

	if (err != ERR_OK)
		assert_int_equal(trouble.text.len, 123);
	return err;
}

static void
put_hello(struct out *to)
{
	wire_write_hello(to, BYTES("seccomp"));
}

static enum err
get_hello(struct bytes in)
{
	struct bytes jail = { NULL, 123 };
	enum err err = wire_read_hello(in, &jail);

	if (err != ERR_OK)
		assert_int_equal(jail.len, 123);
	return err;
}

static const struct {
	void (*put)(struct out *to);
	enum err (*get)(struct bytes in);
} kinds[] = {
	{ put_hello, get_hello },
	{ put_chunk, get_chunk },
	{ put_fact, get_fact },
	{ put_entry, get_entry },
	{ put_done, get_done },
	{ put_trouble, get_trouble },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* ---- tests ---- */

static void
every_prefix_of_a_message_is_refused(void **state)
{
	(void)state;
	for (size_t k = 0; k < KINDS; k++) {
		struct out o = out_open(100000);

		kinds[k].put(&o);
		assert_int_equal(kinds[k].get(out_bytes(&o)), ERR_OK);
		for (size_t len = 0; len < o.len; len++) {
			uint8_t *copy = malloc(len > 0 ? len : 1);

			assert_non_null(copy);
			if (len > 0)
				memcpy(copy, o.ptr, len);
			assert_int_equal(
			    kinds[k].get((struct bytes){ copy, len }),
			    ERR_TRUNCATED);
			free(copy);
		}
		out_close(&o);
	}
}

static void
bytes_left_over_are_refused(void **state)
{
	(void)state;
	for (size_t k = 0; k < KINDS; k++) {
		struct out o = out_open(100000);

		kinds[k].put(&o);
		out_u8(&o, 0);
		assert_int_equal(kinds[k].get(out_bytes(&o)), ERR_MALFORMED);
		out_close(&o);
	}
}

/* Every byte set to 255 in turn: never accepted where it counts a length, an
   enum or a name; never a crash. */
static void
hostile_bytes_do_no_harm(void **state)
{
	(void)state;
	for (size_t k = 0; k < KINDS; k++) {
		struct out o = out_open(100000);

		kinds[k].put(&o);
		for (size_t i = 0; i < o.len; i++) {
			uint8_t saved = o.ptr[i];

			o.ptr[i] = 0xff;
			(void)kinds[k].get(out_bytes(&o)); /* no crash */
			o.ptr[i] = saved;
		}
		out_close(&o);
	}
}

static void
a_chunk_comes_back_whole(void **state)
{
	struct out o = out_open(100000);
	struct wire_chunk w;
	const struct chunk *c = &w.chunk;

	(void)state;
	wire_write_chunk(&o, &good_chunk);
	assert_int_equal(wire_read_chunk(out_bytes(&o), &w), ERR_OK);
	assert_true(bytes_equal(c->path, good_chunk.path));
	assert_string_equal(c->format, "squashfs");
	assert_true(c->nested);
	assert_int_equal(c->at, 0x120000);
	assert_int_equal(c->size, 77777);
	assert_int_equal(c->state, CHUNK_UNREAD);
	assert_int_equal(c->info.size, 77776);
	assert_int_equal(c->info.authenticity, AUTHENTICITY_CRC);
	assert_int_equal(c->info.encrypted, ANSWER_NO);
	assert_int_equal(c->info.rollback, ANSWER_YES);
	assert_true(c->info.may_be_signed);
	assert_string_equal(c->info.architecture, "mips");
	assert_string_equal(c->info.operating_system, "linux");
	assert_string_equal(c->info.detail, "v4, \xff foreign");
	assert_int_equal(c->fault.code, ERR_CHECKSUM);
	assert_int_equal(c->fault.at, 99);
	assert_string_equal(c->fault.format, "squashfs super block");
	assert_string_equal(c->fault.field, "inodes");
	out_close(&o);
}

static void
a_fact_comes_back_whole(void **state)
{
	struct out o = out_open(100000);
	struct fact f;

	(void)state;
	wire_write_fact(&o, &good_fact);
	assert_int_equal(wire_read_fact(out_bytes(&o), &f), ERR_OK);
	assert_int_equal(f.kind, FACT_SERVICE);
	assert_int_equal(f.at, 17);
	assert_int_equal(f.number, 23);
	assert_true(bytes_equal(f.path, good_fact.path));
	assert_true(bytes_equal(f.text, good_fact.text));
	assert_true(bytes_equal_text(f.name, "telnetd"));
	assert_true(bytes_equal_text(f.value, "root"));
	assert_true(bytes_equal_text(f.detail, "always"));
	assert_int_equal(f.extra.len, 0);
	out_close(&o);
}

static void
an_entry_comes_back_whole(void **state)
{
	struct out o = out_open(100000);
	struct wire_entry e;

	(void)state;
	wire_write_entry(&o, &good_entry);
	assert_int_equal(wire_read_entry(out_bytes(&o), &e), ERR_OK);
	assert_true(bytes_equal(e.path, good_entry.path));
	assert_true(bytes_equal_text(e.link, "zero"));
	assert_int_equal(e.kind, NODE_CHAR);
	assert_int_equal(e.mode, 04755);
	assert_int_equal(e.uid, 1);
	assert_int_equal(e.gid, UINT32_MAX);
	assert_int_equal(e.device_major, 1);
	assert_int_equal(e.device_minor, 3);
	assert_int_equal(e.mtime, 1600000000);
	assert_int_equal(e.size, UINT64_MAX);
	assert_int_equal(e.fault, ERR_TRUNCATED);
	out_close(&o);
}

static void
texts_over_the_limit_are_cut_by_the_writer(void **state)
{
	static uint8_t large[WIRE_FIELD_LEN + 100];
	struct out o = out_open(LIMIT_MESSAGE_LEN);
	struct fact fact = good_fact;

	(void)state;
	memset(large, 'x', sizeof(large));
	fact.value = (struct bytes){ large, sizeof(large) };
	fact.path = fact.value;
	wire_write_fact(&o, &fact);
	assert_int_equal(wire_read_fact(out_bytes(&o), &fact), ERR_OK);
	assert_int_equal(fact.value.len, WIRE_FIELD_LEN);
	assert_int_equal(fact.path.len, LIMIT_PATH_LEN);
	out_close(&o);
}

/* What only a worker that was taken over sends. */
static void
values_out_of_range_are_refused(void **state)
{
	static const struct {
		const char *format;
		const char *architecture;
		const char *field;
		int state;
	} cases[] = {
		{ "", "mips", "inodes", 0 },
		{ "Squash", "mips", "inodes", 0 },
		{ "sq\x1b[2J", "mips", "inodes", 0 },
		{ "raw", "mi ps", "inodes", 0 },
		{ "raw", "mips", "in\nodes", 0 },
		{ "raw", "mips", "inodes", CHUNK_UNREAD + 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct out o = out_open(100000);
		struct chunk chunk = good_chunk;

		chunk.format = cases[i].format;
		chunk.info.architecture = cases[i].architecture;
		chunk.fault.field = cases[i].field;
		chunk.state = (enum chunk_state)cases[i].state;
		wire_write_chunk(&o, &chunk);
		assert_int_equal(get_chunk(out_bytes(&o)), ERR_MALFORMED);
		out_close(&o);
	}
}

static void
a_fact_of_no_kind_is_refused(void **state)
{
	static const unsigned kinds_out_of_range[] = { FACT_NONE,
		FACT_KIND_COUNT, 255 };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct out o = out_open(100000);

		wire_write_fact(&o, &good_fact);
		o.ptr[0] = (uint8_t)kinds_out_of_range[i];
		assert_int_equal(get_fact(out_bytes(&o)), ERR_MALFORMED);
		out_close(&o);
	}
}

static void
a_length_over_its_limit_is_refused_before_the_bytes(void **state)
{
	struct out o = out_open(100000);

	(void)state;
	out_u32le(&o, WIRE_TEXT_LEN + 1);
	assert_int_equal(get_hello(out_bytes(&o)), ERR_MALFORMED);
	out_close(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_prefix_of_a_message_is_refused),
		cmocka_unit_test(bytes_left_over_are_refused),
		cmocka_unit_test(hostile_bytes_do_no_harm),
		cmocka_unit_test(a_chunk_comes_back_whole),
		cmocka_unit_test(a_fact_comes_back_whole),
		cmocka_unit_test(an_entry_comes_back_whole),
		cmocka_unit_test(texts_over_the_limit_are_cut_by_the_writer),
		cmocka_unit_test(values_out_of_range_are_refused),
		cmocka_unit_test(a_fact_of_no_kind_is_refused),
		cmocka_unit_test(
		    a_length_over_its_limit_is_refused_before_the_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
