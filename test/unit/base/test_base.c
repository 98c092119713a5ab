/* SPDX-License-Identifier: ISC */
/* Tests of bytes, cursor, arena, writer and tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/cursor.h"
#include "base/number.h"
#include "base/out.h"
#include "base/table.h"
#include "base/table_file.h"

#include <stdalign.h>
#include <string.h>

static void
slices_never_leave_their_input(void **state)
{
	struct bytes in = BYTES("abcdef");

	(void)state;
	assert_true(bytes_equal(bytes_slice(in, 2, 3), BYTES("cde")));
	assert_true(bytes_equal(bytes_slice(in, 4, SIZE_MAX), BYTES("ef")));
	assert_int_equal(bytes_slice(in, 6, 1).len, 0);
	assert_int_equal(bytes_slice(in, SIZE_MAX, SIZE_MAX).len, 0);
	assert_int_equal(bytes_from(in, 7).len, 0);
}

static void
letters_are_compared_in_any_case(void **state)
{
	(void)state;
	assert_true(bytes_equal_any_case(BYTES("OpenWrt-21"), "oPENwRT-21"));
	assert_true(bytes_equal_any_case(BYTES(""), ""));
	assert_false(bytes_equal_any_case(BYTES("on"), "one"));
	assert_false(bytes_equal_any_case(BYTES("["), "{"));
	assert_false(bytes_equal_any_case(BYTES("\xc4"), "\xe4"));
	assert_int_equal(bytes_lower('@'), '@');
	assert_int_equal(bytes_lower('Z'), 'z');
}

static void
finding_respects_its_start(void **state)
{
	struct bytes in = BYTES("abcabc");

	(void)state;
	assert_int_equal(bytes_find(in, BYTES("bc"), 0), 1);
	assert_int_equal(bytes_find(in, BYTES("bc"), 2), 4);
	assert_int_equal(bytes_find(in, BYTES("bc"), 5), SIZE_MAX);
	assert_int_equal(bytes_find(in, BYTES("x"), 99), SIZE_MAX);
	assert_int_equal(bytes_find_byte(in, 'c', 3), 5);
	assert_int_equal(bytes_find_byte(in, 'c', 6), SIZE_MAX);
}

static void
lines_and_fields_are_taken_off(void **state)
{
	struct bytes rest = BYTES("one\r\n\ntwo");
	struct bytes part;

	(void)state;
	assert_true(bytes_next_line(&rest, &part));
	assert_true(bytes_equal(part, BYTES("one")));
	assert_true(bytes_next_line(&rest, &part));
	assert_int_equal(part.len, 0);
	assert_true(bytes_next_line(&rest, &part));
	assert_true(bytes_equal(part, BYTES("two")));
	assert_false(bytes_next_line(&rest, &part));
	rest = BYTES("a::b");
	assert_true(bytes_next_field(&rest, ':', &part));
	assert_true(bytes_next_field(&rest, ':', &part));
	assert_int_equal(part.len, 0);
	assert_true(bytes_next_field(&rest, ':', &part));
	assert_true(bytes_equal(part, BYTES("b")));
	assert_false(bytes_next_field(&rest, ':', &part));
}

static void
an_empty_last_field_is_a_field(void **state)
{
	struct bytes rest = BYTES("a:");
	struct bytes part;

	(void)state;
	assert_true(bytes_next_field(&rest, ':', &part));
	assert_true(bytes_next_field(&rest, ':', &part));
	assert_int_equal(part.len, 0);
	assert_false(bytes_next_field(&rest, ':', &part));
}

static void
numbers_that_do_not_fit_are_refused(void **state)
{
	uint64_t value = 7;

	(void)state;
	assert_true(bytes_to_u64(BYTES("18446744073709551615"), &value));
	assert_true(value == UINT64_MAX);
	assert_false(bytes_to_u64(BYTES("18446744073709551616"), &value));
	assert_false(bytes_to_u64(BYTES("12x"), &value));
	assert_false(bytes_to_u64(BYTES(""), &value));
	assert_true(value == UINT64_MAX); /* untouched */
}

static void
the_first_fault_of_a_cursor_sticks(void **state)
{
	struct cursor c = cur_open(BYTES("\x01\x02\x03"), "test");

	(void)state;
	assert_int_equal(cur_u16be(&c, "first"), 0x0102);
	assert_int_equal(cur_u32le(&c, "second"), 0);
	assert_int_equal(cur_u8(&c, "third"), 0);
	assert_int_equal(c.fault.code, ERR_TRUNCATED);
	assert_int_equal(c.fault.at, 2);
	assert_string_equal(c.fault.field, "second");
	assert_int_equal(c.pos, 2);
}

static void
both_byte_orders_are_read(void **state)
{
	struct bytes in = BYTES("\x01\x02\x03\x04\x05\x06\x07\x08");
	struct cursor c = cur_open(in, "test");

	(void)state;
	assert_true(cur_u64be(&c, "x") == UINT64_C(0x0102030405060708));
	c = cur_open(in, "test");
	assert_true(cur_u64le(&c, "x") == UINT64_C(0x0807060504030201));
	c = cur_open(in, "test");
	assert_int_equal(cur_u32(&c, false, "x"), 0x04030201);
	assert_int_equal(cur_u16(&c, true, "x"), 0x0506);
}

static void
seeking_past_the_end_is_a_fault(void **state)
{
	struct cursor c = cur_open_at(BYTES("abc"), 4, "test");

	(void)state;
	assert_false(cur_ok(&c));
	c = cur_open_at(BYTES("abc"), 3, "test");
	assert_true(cur_ok(&c));
	assert_int_equal(cur_left(&c), 0);
	cur_seek(&c, UINT64_MAX, "far");
	assert_string_equal(c.fault.field, "far");
}

static void
texts_end_at_their_zero(void **state)
{
	struct cursor c = cur_open(BYTES("ab\0\0cdef"), "test");

	(void)state;
	assert_true(bytes_equal(cur_text(&c, 4, "x"), BYTES("ab")));
	assert_true(bytes_equal(cur_text(&c, 4, "x"), BYTES("cdef")));
}

static void
arenas_stop_at_their_limit(void **state)
{
	struct arena a = arena_open(1000);
	size_t taken = 0;
	uint8_t *p;

	(void)state;
	while ((p = arena_take(&a, 100)) != NULL) {
		assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
		for (size_t i = 0; i < 100; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xa5, 100);
		taken++;
	}
	assert_true(taken >= 8 && taken <= 10);
	assert_null(arena_take(&a, SIZE_MAX));
	assert_null(arena_take_array(&a, SIZE_MAX / 2, 3));
	arena_close(&a);
	assert_non_null(arena_take(&a, 900)); /* usable again */
	arena_close(&a);
}

static void
writers_stop_at_their_limit(void **state)
{
	struct out o = out_open(10);

	(void)state;
	out_text(&o, "12345678");
	out_u32le(&o, 1); /* does not fit: nothing of it is written */
	out_u8(&o, 'x');
	assert_int_equal(o.failed, ERR_LIMIT);
	assert_true(bytes_equal(out_bytes(&o), BYTES("12345678")));
	out_close(&o);
}

static void
numbers_are_written(void **state)
{
	struct out o = out_open(1000);

	(void)state;
	out_decimal(&o, 0);
	out_text(&o, " ");
	out_decimal(&o, UINT64_MAX);
	out_text(&o, " ");
	out_hex(&o, 0xab, 4);
	out_text(&o, " ");
	out_hex(&o, 0, 1);
	out_hex_bytes(&o, BYTES("\x00\xff"));
	assert_true(bytes_equal(
	    out_bytes(&o), BYTES("0 18446744073709551615 00ab 000ff")));
	out_close(&o);
}

static void
checked_sums_refuse_to_wrap(void **state)
{
	size_t n = 3;

	(void)state;
	assert_false(size_add(SIZE_MAX, 1, &n));
	assert_false(size_mul(SIZE_MAX, 2, &n));
	assert_false(size_round_up(SIZE_MAX, 16, &n));
	assert_int_equal(n, 3);
	assert_true(size_round_up(17, 16, &n));
	assert_int_equal(n, 32);
}

static void
tables_are_read_by_column(void **state)
{
	struct table t;

	(void)state;
	assert_int_equal(
	    table_open(
		BYTES("# a comment\nid\ttext\n\n1\tone\n# x\n2\t\n"), &t),
	    ERR_OK);
	assert_int_equal(table_next(&t), ERR_OK);
	assert_true(bytes_equal(table_field(&t, "text"), BYTES("one")));
	assert_int_equal(table_field(&t, "nothing").len, 0);
	assert_int_equal(table_next(&t), ERR_OK);
	assert_int_equal(t.line, 6);
	assert_int_equal(table_field(&t, "text").len, 0);
	assert_int_equal(table_next(&t), ERR_END);
}

static void
a_row_of_other_width_is_refused(void **state)
{
	struct table t;

	(void)state;
	assert_int_equal(table_open(BYTES(""), &t), ERR_MALFORMED);
	assert_int_equal(table_open(BYTES("a\tb\n1\n"), &t), ERR_OK);
	assert_int_equal(table_next(&t), ERR_MALFORMED);
	assert_int_equal(t.line, 2);
}

static void
arenas_go_back_to_a_mark_and_give_zeroes_again(void **state)
{
	struct arena a = arena_open(1 << 20);
	struct arena_mark empty = arena_mark(&a);
	uint8_t *first = arena_take(&a, 100);

	(void)state;
	struct arena_mark mark = arena_mark(&a);
	uint8_t *second = arena_take(&a, 100);

	memset(first, 0xaa, 100);
	memset(second, 0xbb, 100);
	assert_non_null(arena_take(&a, 200000)); /* a block of its own */
	arena_back(&a, mark);
	assert_int_equal(a.used, mark.used);
	assert_ptr_equal(arena_take(&a, 100), second);
	for (size_t i = 0; i < 100; i++)
		assert_int_equal(second[i] + first[i], 0xaa);
	arena_back(&a, empty);
	assert_int_equal(a.used, 0);
	assert_ptr_equal(arena_take(&a, 100), first);
	assert_int_equal(first[99], 0);
	arena_close(&a);
	arena_back(&a, empty); /* nothing to give back */
	assert_int_equal(a.used, 0);
}

static struct bytes print(struct arena *a, size_t limit, const char *format,
    ...) __attribute__((format(printf, 3, 4)));

static struct bytes
print(struct arena *a, size_t limit, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	struct bytes text = arena_print(a, limit, format, args);

	va_end(args);
	return text;
}

static void
printed_texts_are_cut_and_stop_at_the_arenas_end(void **state)
{
	struct arena a = arena_open(64);

	(void)state;
	assert_true(bytes_equal(
	    print(&a, 16, "%d %s", 12, "apples"), BYTES("12 apples")));
	assert_true(
	    bytes_equal(print(&a, 5, "%d %s", 12, "apples"), BYTES("12 a")));
	struct bytes empty = print(&a, 5, "%s", "");

	assert_int_equal(empty.len, 0);
	assert_non_null(empty.ptr);
	assert_null(print(&a, 200, "%100d", 1).ptr);
	arena_close(&a);
}

#define FILE_OF(name, text)                                                    \
	{                                                                      \
		name, { (const uint8_t *)(text), sizeof(text) - 1 }, NULL      \
	}
static const struct data_file files[] = {
	FILE_OF("a.tsv", "id\ttext\n# x\n1\tone\n2\ttwo\n"),
	FILE_OF("short.tsv", "id\ttext\n1\n"),
	FILE_OF("empty.tsv", ""),
};
static const struct data_set data = { files, 3 };
static const char *const columns[] = { "text", NULL };
static const char *const other_columns[] = { "text", "more", NULL };

static void
tables_of_the_data_set_are_counted_and_read(void **state)
{
	struct table_file t;

	(void)state;
	assert_int_equal(
	    table_file_open(&data, BYTES("a.tsv"), columns, &t), ERR_OK);
	assert_int_equal(t.row_count, 2);
	assert_int_equal(table_file_next(&t), ERR_OK);
	assert_true(bytes_equal(table_field(&t.table, "text"), BYTES("one")));
	assert_int_equal(table_file_fail(&t, "text"), ERR_MALFORMED);
	assert_string_equal(t.fault.format, "a.tsv");
	assert_int_equal(t.fault.at, 3);
	assert_string_equal(t.fault.field, "text");
	assert_int_equal(table_file_next(&t), ERR_OK);
	assert_int_equal(table_file_next(&t), ERR_END);
}

static void
wrong_tables_of_the_data_set_say_where(void **state)
{
	static const struct {
		const char *file;
		const char *const *columns;
		uint64_t line;
		const char *name, *field;
	} cases[] = {
		{ "none.tsv", columns, 0, "data set", "a file is missing" },
		{ "empty.tsv", columns, 0, "empty.tsv", "no header line" },
		{ "a.tsv", other_columns, 1, "a.tsv", "more" },
		{ "short.tsv", columns, 2, "short.tsv", "number of fields" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct table_file t;

		assert_int_equal(table_file_open(&data, bytes_of(cases[i].file),
				     cases[i].columns, &t),
		    ERR_MALFORMED);
		assert_string_equal(t.fault.format, cases[i].name);
		assert_int_equal(t.fault.at, cases[i].line);
		assert_string_equal(t.fault.field, cases[i].field);
	}
}

static void
lists_are_parted_by_semicolons(void **state)
{
	(void)state;
	assert_int_equal(table_list_count(BYTES("")), 0);
	assert_int_equal(table_list_count(BYTES("a;b;c")), 3);
	assert_true(table_list_has(BYTES("a;b"), BYTES("b")));
	assert_false(table_list_has(BYTES("ab;c"), BYTES("b")));
	assert_false(table_list_has(BYTES(""), BYTES("")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slices_never_leave_their_input),
		cmocka_unit_test(letters_are_compared_in_any_case),
		cmocka_unit_test(finding_respects_its_start),
		cmocka_unit_test(lines_and_fields_are_taken_off),
		cmocka_unit_test(an_empty_last_field_is_a_field),
		cmocka_unit_test(numbers_that_do_not_fit_are_refused),
		cmocka_unit_test(the_first_fault_of_a_cursor_sticks),
		cmocka_unit_test(both_byte_orders_are_read),
		cmocka_unit_test(seeking_past_the_end_is_a_fault),
		cmocka_unit_test(texts_end_at_their_zero),
		cmocka_unit_test(arenas_stop_at_their_limit),
		cmocka_unit_test(
		    arenas_go_back_to_a_mark_and_give_zeroes_again),
		cmocka_unit_test(writers_stop_at_their_limit),
		cmocka_unit_test(numbers_are_written),
		cmocka_unit_test(checked_sums_refuse_to_wrap),
		cmocka_unit_test(tables_are_read_by_column),
		cmocka_unit_test(a_row_of_other_width_is_refused),
		cmocka_unit_test(
		    printed_texts_are_cut_and_stop_at_the_arenas_end),
		cmocka_unit_test(tables_of_the_data_set_are_counted_and_read),
		cmocka_unit_test(wrong_tables_of_the_data_set_say_where),
		cmocka_unit_test(lists_are_parted_by_semicolons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
