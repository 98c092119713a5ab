/* SPDX-License-Identifier: ISC */
/* CBOR: each head, each rule, each refusal with its place. */
#include "codec/cbor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
cbor_reads_each_kind(void **state)
{
	/* RFC 8949 appendix A, in one array of 13. */
	static const uint8_t in[] = { 0x8d, 0x18, 0x64, 0x38, 0x63, 0x43, 1, 2,
		3, 0x62, 0xc3, 0xbc, 0x81, 0, 0xa1, 1, 2, 0xc1, 0x1a, 0x51,
		0x4b, 0x67, 0xb0, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xff, 0xf9,
		0x3e, 0x00 };
	struct cbor_reader r =
	    cbor_open((struct bytes){ in, sizeof(in) }, CBOR_RELAXED, "test");
	struct cbor_item item;

	(void)state;
	assert_int_equal(cbor_array(&r, "all"), 13);
	assert_int_equal(cbor_uint(&r, "100"), 100);
	assert_int_equal(cbor_peek(&r), CBOR_NINT);
	assert_int_equal(cbor_int(&r, "-100"), -100);
	assert_true(bytes_equal(cbor_bytes(&r, "bytes"), BYTES("\x1\x2\x3")));
	assert_true(bytes_equal(cbor_text(&r, "text"), BYTES("\xc3\xbc")));
	assert_int_equal(cbor_array(&r, "array"), 1);
	assert_int_equal(cbor_uint(&r, "0"), 0);
	assert_int_equal(cbor_read(&r, "map").kind, CBOR_MAP);
	assert_int_equal(cbor_int(&r, "key"), 1);
	assert_int_equal(cbor_int(&r, "value"), 2);
	cbor_tag(&r, 1, "tag");
	assert_int_equal(cbor_uint(&r, "time"), 1363896240);
	assert_int_equal(cbor_read(&r, "false").kind, CBOR_FALSE);
	assert_int_equal(cbor_read(&r, "true").kind, CBOR_TRUE);
	assert_int_equal(cbor_read(&r, "null").kind, CBOR_NULL);
	assert_int_equal(cbor_read(&r, "undefined").kind, CBOR_UNDEFINED);
	item = cbor_read(&r, "simple");
	assert_int_equal(item.kind, CBOR_SIMPLE);
	assert_int_equal(item.number, 255);
	item = cbor_read(&r, "float");
	assert_int_equal(item.kind, CBOR_FLOAT);
	assert_true(item.real > 1.49 && item.real < 1.51);
	assert_int_equal(cbor_end(&r), ERR_OK);
}

/* What an input gets by the strict and by the relaxed rules, and where. */
struct sample {
	const char *in;
	size_t len;
	enum err strict;
	enum err relaxed;
	size_t at;
};

#define SAMPLE(in, strict, relaxed, at)                                        \
	{                                                                      \
		in, sizeof(in) - 1, strict, relaxed, at                        \
	}

static const struct sample samples[] = {
	/* shortest heads */
	SAMPLE("\x18\x17", ERR_MALFORMED, ERR_OK, 0),
	SAMPLE("\x18\x18", ERR_OK, ERR_OK, 0),
	SAMPLE("\x19\x00\xff", ERR_MALFORMED, ERR_OK, 0),
	SAMPLE("\x19\x01\x00", ERR_OK, ERR_OK, 0),
	SAMPLE("\x1a\x00\x00\xff\xff", ERR_MALFORMED, ERR_OK, 0),
	SAMPLE("\x1b\0\0\0\0\xff\xff\xff\xff", ERR_MALFORMED, ERR_OK, 0),
	SAMPLE("\x58\x01x", ERR_MALFORMED, ERR_OK, 0),
	SAMPLE("\xd8\x12\x00", ERR_MALFORMED, ERR_OK, 0),
	/* no floats, no simple values but three */
	SAMPLE("\xf9\x00\x00", ERR_MALFORMED, ERR_OK, 0),
	SAMPLE("\xfa\x00\x00\x00\x00", ERR_MALFORMED, ERR_OK, 0),
	SAMPLE("\xfb\0\0\0\0\0\0\0\0", ERR_MALFORMED, ERR_OK, 0),
	SAMPLE("\xf7", ERR_MALFORMED, ERR_OK, 0),
	SAMPLE("\xe0", ERR_MALFORMED, ERR_OK, 0),
	SAMPLE("\xf8\x20", ERR_MALFORMED, ERR_OK, 0),
	SAMPLE("\xf8\x1f", ERR_MALFORMED, ERR_MALFORMED, 0),
	/* keys in order, and once */
	SAMPLE("\xa2\x01\x00\x02\x00", ERR_OK, ERR_OK, 0),
	SAMPLE("\xa2\x02\x00\x01\x00", ERR_MALFORMED, ERR_OK, 3),
	SAMPLE("\xa2\x20\x00\x01\x00", ERR_MALFORMED, ERR_OK, 3),
	SAMPLE("\xa2\x01\x00\x01\x00", ERR_MALFORMED, ERR_MALFORMED, 3),
	SAMPLE("\xa2\x62yz\x00\x61z\x00", ERR_MALFORMED, ERR_OK, 5),
	SAMPLE("\xa2\x81\x01\x00\x81\x01\x00", ERR_MALFORMED, ERR_MALFORMED, 4),
	SAMPLE("\xa2\x81\x01\x00\x81\x02\x00", ERR_OK, ERR_OK, 0),
	SAMPLE("\xa1\x00\xa2\x03\x00\x03\x00", ERR_MALFORMED, ERR_MALFORMED, 5),
	/* no length left open */
	SAMPLE("\x9f\x01\xff", ERR_MALFORMED, ERR_UNSUPPORTED, 0),
	SAMPLE("\x5f\x41x\xff", ERR_MALFORMED, ERR_UNSUPPORTED, 0),
	SAMPLE("\x7f\x61x\xff", ERR_MALFORMED, ERR_UNSUPPORTED, 0),
	SAMPLE("\x81\xbf\xff", ERR_MALFORMED, ERR_UNSUPPORTED, 1),
	/* wrong in any CBOR */
	SAMPLE("\xff", ERR_MALFORMED, ERR_MALFORMED, 0),
	SAMPLE("\x1f", ERR_MALFORMED, ERR_MALFORMED, 0),
	SAMPLE("\xdf\x00", ERR_MALFORMED, ERR_MALFORMED, 0),
	SAMPLE("\x1c", ERR_MALFORMED, ERR_MALFORMED, 0),
	SAMPLE("\x61\xff", ERR_MALFORMED, ERR_MALFORMED, 0),
	SAMPLE("\x62\xc0\x80", ERR_MALFORMED, ERR_MALFORMED, 0),
	SAMPLE("\x00\x00", ERR_MALFORMED, ERR_MALFORMED, 1),
	SAMPLE("", ERR_TRUNCATED, ERR_TRUNCATED, 0),
	SAMPLE("\x43xy", ERR_TRUNCATED, ERR_TRUNCATED, 1),
	SAMPLE("\x82\x00", ERR_TRUNCATED, ERR_TRUNCATED, 0),
	SAMPLE("\xa1\x00", ERR_TRUNCATED, ERR_TRUNCATED, 0),
	SAMPLE("\xc1", ERR_TRUNCATED, ERR_TRUNCATED, 1),
	/* counts that no input could hold */
	SAMPLE("\x9b\xff\xff\xff\xff\xff\xff\xff\xff", ERR_TRUNCATED,
	    ERR_TRUNCATED, 0),
	SAMPLE("\xbb\xff\xff\xff\xff\xff\xff\xff\xff", ERR_TRUNCATED,
	    ERR_TRUNCATED, 0),
	SAMPLE("\x5b\xff\xff\xff\xff\xff\xff\xff\xff", ERR_TRUNCATED,
	    ERR_TRUNCATED, 9),
};

static void
check_sample(const struct sample *s, enum cbor_rules rules, enum err want)
{
	struct bytes in = { (const uint8_t *)s->in, s->len };
	struct fault fault = { .at = 99 };

	assert_int_equal(cbor_check(in, rules, &fault), want);
	assert_int_equal(fault.code, want);
	assert_int_equal(fault.at, want == ERR_OK ? 99 : s->at);
}

static void
cbor_is_refused_by_the_rule_it_breaks(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		check_sample(&samples[i], CBOR_STRICT, samples[i].strict);
		check_sample(&samples[i], CBOR_RELAXED, samples[i].relaxed);
	}
}

static void
cbor_knows_a_key_again_in_another_head(void **state)
{
	static const uint8_t in[] = { 0xa3, 0x02, 0, 0x01, 0, 0x18, 0x01, 0 };
	struct bytes bytes = { in, sizeof(in) };
	struct cbor_reader r = cbor_open(bytes, CBOR_RELAXED, "test");
	struct fault fault = { 0 };

	(void)state;
	assert_int_equal(
	    cbor_check(bytes, CBOR_RELAXED, &fault), ERR_MALFORMED);
	assert_int_equal(fault.at, 5);
	(void)cbor_map(&r, "map");
	assert_int_equal(r.fault.code, ERR_MALFORMED);
	assert_int_equal(r.fault.at, 5);
}

static void
cbor_refuses_every_prefix(void **state)
{
	static const uint8_t in[] = { 0xd2, 0x83, 0x43, 1, 2, 3, 0xa2, 1, 0x61,
		'x', 0x20, 0x19, 1, 0, 0xf6 };
	struct fault fault;

	(void)state;
	for (size_t len = 0; len < sizeof(in); len++)
		assert_int_equal(
		    cbor_check((struct bytes){ in, len }, CBOR_STRICT, &fault),
		    ERR_TRUNCATED);
	assert_int_equal(
	    cbor_check((struct bytes){ in, sizeof(in) }, CBOR_STRICT, &fault),
	    ERR_OK);
}

/* `head` n times, and a zero in the innermost. */
static enum err
check_nested(uint8_t head, size_t n)
{
	uint8_t in[2 * CBOR_DEPTH + 3];
	struct fault fault;
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		in[len++] = head;
		if (head == 0xa1)
			in[len++] = 0;
	}
	in[len++] = 0;
	return cbor_check((struct bytes){ in, len }, CBOR_STRICT, &fault);
}

static void
cbor_goes_sixteen_deep(void **state)
{
	static const uint8_t heads[] = { 0x81, 0xa1, 0xc1 };

	(void)state;
	for (size_t i = 0; i < sizeof(heads); i++) {
		assert_int_equal(check_nested(heads[i], CBOR_DEPTH), ERR_OK);
		assert_int_equal(
		    check_nested(heads[i], CBOR_DEPTH + 1), ERR_LIMIT);
	}
}

/* A map of `pairs` (below 65536), its keys falling, each with two bytes. */
static enum err
check_map_of(size_t pairs)
{
	static uint8_t in[3 + 4 * (CBOR_MAP_MAX + 1)];
	struct fault fault;
	size_t len = 3;

	in[0] = 0xb9;
	in[1] = (uint8_t)(pairs >> 8);
	in[2] = (uint8_t)pairs;
	for (size_t i = pairs; i > 0; i--) {
		in[len++] = 0x19;
		in[len++] = (uint8_t)(i >> 8);
		in[len++] = (uint8_t)i;
		in[len++] = 0xf6;
	}
	return cbor_check((struct bytes){ in, len }, CBOR_RELAXED, &fault);
}

static void
cbor_takes_so_many_unordered_keys_and_no_more(void **state)
{
	(void)state;
	assert_int_equal(check_map_of(CBOR_MAP_MAX), ERR_OK);
	assert_int_equal(check_map_of(CBOR_MAP_MAX + 1), ERR_LIMIT);
}

static void
cbor_reads_a_map_pair_by_pair(void **state)
{
	static const uint8_t in[] = { 0xa3, 0x01, 0x0a, 0x20, 0x81, 0x00, 0x61,
		'n', 0x41, 7 };
	struct cbor_reader r =
	    cbor_open((struct bytes){ in, sizeof(in) }, CBOR_STRICT, "test");
	struct cbor_map map = cbor_map(&r, "map");
	struct cbor_item key;

	(void)state;
	assert_true(cbor_next(&r, &map, &key, "key"));
	assert_true(cbor_is(&key, 1));
	assert_false(cbor_is(&key, -2));
	assert_int_equal(cbor_uint(&r, "1"), 10);
	assert_true(cbor_next(&r, &map, &key, "key"));
	assert_true(cbor_is(&key, -1));
	assert_false(cbor_is(&key, 0));
	assert_int_equal(cbor_skip(&r, "-1").len, 2);
	assert_true(cbor_next(&r, &map, &key, "key"));
	assert_true(bytes_equal_text(key.bytes, "n"));
	assert_int_equal(cbor_bytes(&r, "n").len, 1);
	assert_false(cbor_next(&r, &map, &key, "key"));
	assert_int_equal(cbor_end(&r), ERR_OK);
}

static void
cbor_map_says_which_key_is_out_of_order(void **state)
{
	static const uint8_t in[] = { 0xa2, 0x02, 0x00, 0x01, 0x00 };
	struct cbor_reader r =
	    cbor_open((struct bytes){ in, sizeof(in) }, CBOR_STRICT, "test");
	struct cbor_map map = cbor_map(&r, "map");
	struct cbor_item key = { .number = 77 };

	(void)state;
	assert_true(cbor_next(&r, &map, &key, "key"));
	assert_int_equal(cbor_uint(&r, "value"), 0);
	assert_false(cbor_next(&r, &map, &key, "key"));
	assert_int_equal(key.number, 2); /* untouched */
	assert_int_equal(cbor_end(&r), ERR_MALFORMED);
	assert_int_equal(r.fault.at, 3);
	assert_string_equal(r.fault.format, "test");
	assert_string_equal(r.fault.field, "key");
}

static void
cbor_map_refuses_a_key_that_holds_items(void **state)
{
	static const uint8_t in[] = { 0xa1, 0x80, 0x00 };
	struct cbor_reader r =
	    cbor_open((struct bytes){ in, sizeof(in) }, CBOR_STRICT, "test");
	struct cbor_map map = cbor_map(&r, "map");
	struct cbor_item key;

	(void)state;
	assert_false(cbor_next(&r, &map, &key, "key"));
	assert_int_equal(r.fault.code, ERR_UNSUPPORTED);
}

static void
cbor_keeps_the_first_fault(void **state)
{
	static const uint8_t in[] = { 0x83, 0x01, 0x61, 'x', 0x02 };
	struct cbor_reader r =
	    cbor_open((struct bytes){ in, sizeof(in) }, CBOR_STRICT, "test");

	(void)state;
	(void)cbor_array(&r, "array");
	assert_int_equal(cbor_text(&r, "first").len, 0);
	assert_int_equal(cbor_bytes(&r, "second").len, 0);
	assert_int_equal(cbor_peek(&r), CBOR_NULL);
	assert_int_equal(cbor_read(&r, "third").kind, CBOR_NULL);
	assert_int_equal(cbor_skip(&r, "fourth").len, 0);
	assert_int_equal(cbor_end(&r), ERR_MALFORMED);
	assert_int_equal(r.fault.at, 1);
	assert_string_equal(r.fault.field, "first");
}

static void
cbor_int_stops_at_sixty_four_bits(void **state)
{
	static const struct {
		uint8_t in[9];
		enum err err;
		int64_t value;
	} cases[] = {
		{ { 0x1b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
		    ERR_OK, INT64_MAX },
		{ { 0x3b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
		    ERR_OK, INT64_MIN },
		{ { 0x1b, 0x80, 0, 0, 0, 0, 0, 0, 0 }, ERR_MALFORMED, 0 },
		{ { 0x3b, 0x80, 0, 0, 0, 0, 0, 0, 0 }, ERR_MALFORMED, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct cbor_reader r = cbor_open(
		    (struct bytes){ cases[i].in, 9 }, CBOR_STRICT, "test");

		assert_true(cbor_int(&r, "int") == cases[i].value);
		assert_int_equal(r.fault.code, cases[i].err);
	}
}

static void
cbor_tells_an_empty_string_from_none(void **state)
{
	static const uint8_t in[] = { 0x82, 0x40, 0x60 };
	struct cbor_reader r =
	    cbor_open((struct bytes){ in, sizeof(in) }, CBOR_STRICT, "test");

	(void)state;
	(void)cbor_array(&r, "array");
	assert_ptr_equal(cbor_bytes(&r, "bytes").ptr, in + 2);
	assert_ptr_equal(cbor_text(&r, "text").ptr, in + 3);
	assert_null(cbor_text(&r, "past the end").ptr);
}

static void
cbor_writes_the_shortest_heads(void **state)
{
	static const uint64_t edges[] = { 0, 23, 24, 255, 256, 65535, 65536,
		UINT32_MAX, (uint64_t)UINT32_MAX + 1, UINT64_MAX };
	static const size_t lens[] = { 1, 1, 2, 2, 3, 3, 5, 5, 9, 9 };
	uint8_t room[16];
	struct fault fault;

	(void)state;
	for (size_t i = 0; i < COUNT(edges); i++) {
		struct cbor_writer w = cbor_writer_open(room, sizeof(room));
		struct cbor_reader r;

		cbor_put_uint(&w, edges[i]);
		assert_int_equal(cbor_written(&w).len, lens[i]);
		assert_int_equal(
		    cbor_check(cbor_written(&w), CBOR_STRICT, &fault), ERR_OK);
		r = cbor_open(cbor_written(&w), CBOR_STRICT, "test");
		assert_true(cbor_uint(&r, "number") == edges[i]);
	}
}

static void
cbor_writes_what_it_reads(void **state)
{
	uint8_t room[64];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));

	(void)state;
	cbor_put_tag(&w, 18);
	cbor_put_array(&w, 8);
	cbor_put_int(&w, -1);
	cbor_put_int(&w, INT64_MIN);
	cbor_put_bytes(&w, BYTES("\x07"));
	cbor_put_literal(&w, "a");
	cbor_put_map(&w, 1);
	cbor_put_text(&w, BYTES("k"));
	cbor_put_null(&w);
	cbor_put_bool(&w, true);
	cbor_put_bool(&w, false);
	cbor_put_bytes_head(&w, 2);
	cbor_put_raw(&w, BYTES("zz"));
	assert_true(bytes_equal(cbor_written(&w),
	    BYTES("\xd2\x88\x20\x3b\x7f\xff\xff\xff\xff\xff\xff\xff\x41\x07"
		  "\x61\x61\xa1\x61\x6b\xf6\xf5\xf4\x42zz")));
}

static void
cbor_counts_on_when_the_room_is_full(void **state)
{
	uint8_t room[5] = { 0, 0, 0, 0xee };

	(void)state;
	for (size_t cap = 0; cap < 5; cap++) {
		struct cbor_writer w = cbor_writer_open(room, cap);

		cbor_put_bytes(&w, BYTES("abcd"));
		assert_true(w.failed);
		assert_int_equal(w.len, 5);
		assert_int_equal(cbor_written(&w).len, 0);
		if (cap < 4)
			assert_int_equal(room[3], 0xee);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cbor_reads_each_kind),
		cmocka_unit_test(cbor_is_refused_by_the_rule_it_breaks),
		cmocka_unit_test(cbor_knows_a_key_again_in_another_head),
		cmocka_unit_test(cbor_refuses_every_prefix),
		cmocka_unit_test(cbor_goes_sixteen_deep),
		cmocka_unit_test(cbor_takes_so_many_unordered_keys_and_no_more),
		cmocka_unit_test(cbor_reads_a_map_pair_by_pair),
		cmocka_unit_test(cbor_map_says_which_key_is_out_of_order),
		cmocka_unit_test(cbor_map_refuses_a_key_that_holds_items),
		cmocka_unit_test(cbor_keeps_the_first_fault),
		cmocka_unit_test(cbor_int_stops_at_sixty_four_bits),
		cmocka_unit_test(cbor_tells_an_empty_string_from_none),
		cmocka_unit_test(cbor_writes_the_shortest_heads),
		cmocka_unit_test(cbor_writes_what_it_reads),
		cmocka_unit_test(cbor_counts_on_when_the_room_is_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
