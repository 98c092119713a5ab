/* SPDX-License-Identifier: ISC */
/* Tests of QR codes and their pictures; test/picture reads them back. */
#include "picture/qr.h"

#include "base/cursor.h"
#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

static struct qr
make(struct arena *arena, struct bytes text)
{
	struct qr qr;

	assert_int_equal(qr_make(text, arena, &qr), ERR_OK);
	return qr;
}

/* A text of so many characters of base41. */
static struct bytes
label_text(struct arena *arena, const char *prefix, size_t count)
{
	static const char digits[] =
	    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*-.:";
	size_t begin = strlen(prefix);
	uint8_t *text = arena_take(arena, begin + count);

	assert_non_null(text);
	memcpy(text, prefix, begin);
	for (size_t i = 0; i < count; i++)
		text[begin + i] = (uint8_t)digits[(i * i * 7 + i * 3) % 41];
	return (struct bytes){ text, begin + count };
}

static void
three_corners_have_the_finder(void **state)
{
	struct arena arena = arena_open(MIB);
	struct qr qr = make(&arena, BYTES("HM1:ABC"));
	size_t last = qr.side - 7;

	(void)state;
	assert_int_equal(qr.version, 1);
	assert_int_equal(qr.side, 21);
	assert_int_equal(qr_full_side(&qr), 29);
	for (size_t y = 0; y < 7; y++) {
		for (size_t x = 0; x < 7; x++) {
			bool ring = x == 0 || x == 6 || y == 0 || y == 6;
			bool core = x >= 2 && x <= 4 && y >= 2 && y <= 4;

			assert_int_equal(qr_is_dark(&qr, x, y), ring || core);
			assert_int_equal(
			    qr_is_dark(&qr, x + last, y), ring || core);
			assert_int_equal(
			    qr_is_dark(&qr, x, y + last), ring || core);
		}
	}
	assert_false(qr_is_dark(&qr, 21, 0));
	assert_false(qr_is_dark(&qr, SIZE_MAX, 0));
	arena_close(&arena);
}

/* Level M of version 16 holds 3 624 bits (ISO/IEC 18004 table 7), two characters
   take 11. */
static void
what_is_alphanumeric_is_packed_as_such(void **state)
{
	static const struct {
		const char *prefix;
		size_t count;
		unsigned version;
	} cases[] = {
		/* the 426 bytes of label, signature and proof */
		{ "HM1:", 639, 16 },
		/* 4 + 11 + 5.5 * 656 = 3 623, the last that fits */
		{ "HM1:", 652, 16 },
		{ "HM1:", 653, 17 },
		/* the # alone is a byte, with heads on both sides */
		{ "HTTPS://LABEL.EXAMPLE/V#", 639, 17 },
		{ "HTTPS://LABEL.EXAMPLE/V#", 255, 10 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena arena = arena_open(MIB);
		struct qr qr = make(&arena,
		    label_text(&arena, cases[i].prefix, cases[i].count));

		assert_int_equal(qr.version, cases[i].version);
		assert_int_equal(qr.side, 17 + 4 * qr.version);
		arena_close(&arena);
	}
}

static void
what_cannot_be_a_code_is_refused(void **state)
{
	struct arena arena = arena_open(MIB);
	struct qr qr = { .version = 99 };

	(void)state;
	assert_int_equal(
	    qr_make((struct bytes){ NULL, 0 }, &arena, &qr), ERR_MALFORMED);
	assert_int_equal(qr_make(BYTES("A\nB"), &arena, &qr), ERR_MALFORMED);
	assert_int_equal(qr_make(BYTES("A\0B"), &arena, &qr), ERR_MALFORMED);
	assert_int_equal(
	    qr_make(BYTES("\xc3\xbc"), &arena, &qr), ERR_MALFORMED);
	/* version 40 M: 3391 characters */
	assert_int_equal(
	    qr_make(label_text(&arena, "", 3392), &arena, &qr), ERR_LIMIT);
	assert_int_equal(
	    qr_make(label_text(&arena, "", QR_TEXT_MAX + 1), &arena, &qr),
	    ERR_LIMIT);
	assert_int_equal(qr.version, 99);
	assert_int_equal(
	    qr_make(label_text(&arena, "", 3391), &arena, &qr), ERR_OK);
	assert_int_equal(qr.version, 40);
	arena_close(&arena);
}

static void
memory_that_runs_out_is_told(void **state)
{
	size_t limit = 0;
	enum err err = ERR_MEMORY;

	(void)state;
	for (; err != ERR_OK && limit < 2000; limit += 16) {
		struct arena arena = arena_open(limit);
		struct qr qr = { .version = 99 };

		err = qr_make(BYTES("HM1:ABC"), &arena, &qr);
		assert_true(err == ERR_OK || err == ERR_MEMORY);
		assert_true(err == ERR_OK || qr.version == 99);
		arena_close(&arena);
	}
	assert_int_equal(err, ERR_OK);
	assert_true(limit > 21 * 21);
}

/* ---- PNG, taken apart by hand ---- */

static struct bytes
read_chunk(struct cursor *c, const char *type)
{
	uint32_t len = cur_u32be(c, "length");
	size_t begin = c->pos;
	struct bytes name = cur_bytes(c, 4, "type");
	struct bytes content = { NULL, 0 };

	assert_true(bytes_equal_text(name, type));
	if (len > 0)
		content = cur_bytes(c, len, "content");
	uLong crc = crc32(0, c->in.ptr + begin, (uInt)(len + 4));

	assert_int_equal(cur_u32be(c, "crc"), crc);
	assert_true(cur_ok(c));
	return content;
}

static void
a_png_has_the_very_modules(void **state)
{
	struct arena arena = arena_open(MIB);
	struct qr qr = make(&arena, BYTES("HM1:ABC"));
	struct out o = out_open(MIB);
	static uint8_t pixels[200 * 26];
	uLongf len = sizeof(pixels);
	size_t side = 29 * 5;
	size_t row = 1 + (side + 7) / 8;

	(void)state;
	assert_int_equal(qr_put_png(&o, &qr, 5), ERR_OK);
	struct cursor c = cur_open(out_bytes(&o), "png");

	assert_true(
	    bytes_equal(cur_bytes(&c, 8, "magic"), BYTES("\x89PNG\r\n\x1a\n")));
	assert_true(bytes_equal(
	    read_chunk(&c, "IHDR"), BYTES("\0\0\0\x91\0\0\0\x91\1\0\0\0\0")));
	/* 12 500 pixels a metre: five are 0.4 mm */
	assert_true(bytes_equal(
	    read_chunk(&c, "pHYs"), BYTES("\0\0\x30\xd4\0\0\x30\xd4\1")));
	struct bytes packed = read_chunk(&c, "IDAT");

	assert_int_equal(
	    uncompress(pixels, &len, packed.ptr, packed.len), Z_OK);
	assert_int_equal(len, row * side);
	for (size_t y = 0; y < side; y++) {
		assert_int_equal(pixels[y * row], 0);
		for (size_t x = 0; x < side; x++) {
			bool light =
			    (pixels[y * row + 1 + x / 8] >> (7 - x % 8)) & 1;

			assert_int_equal(
			    light, !qr_is_dark(&qr, x / 5 - 4, y / 5 - 4));
		}
	}
	assert_int_equal(read_chunk(&c, "IEND").len, 0);
	assert_int_equal(cur_left(&c), 0);
	out_close(&o);
	arena_close(&arena);
}

static void
a_png_has_a_sensible_scale(void **state)
{
	struct arena arena = arena_open(MIB);
	struct qr qr = make(&arena, BYTES("HM1:ABC"));
	struct out o = out_open(MIB);
	struct out small = out_open(50);

	(void)state;
	assert_int_equal(qr_put_png(&o, &qr, 0), ERR_LIMIT);
	assert_int_equal(qr_put_png(&o, &qr, QR_SCALE_MAX + 1), ERR_LIMIT);
	assert_int_equal(o.len, 0);
	assert_int_equal(qr_put_png(&o, &qr, QR_SCALE_MAX), ERR_OK);
	assert_int_equal(qr_put_png(&small, &qr, 1), ERR_LIMIT);
	out_close(&small);
	out_close(&o);
	arena_close(&arena);
}

/* ---- the others ---- */

static void
an_svg_says_its_size_in_millimetres(void **state)
{
	struct arena arena = arena_open(MIB);
	struct qr qr = make(&arena, BYTES("HM1:ABC"));
	struct out o = out_open(MIB);

	(void)state;
	qr_put_svg(&o, &qr, 330);
	assert_true(bytes_find(out_bytes(&o),
			BYTES("width=\"9.57mm\" height=\"9.57mm\" "
			      "viewBox=\"-4 -4 29 29\""),
			0) != SIZE_MAX);
	/* the finder's first rows */
	assert_true(bytes_find(out_bytes(&o), BYTES("<path d=\"M0 0h7v1H0z"),
			0) != SIZE_MAX);
	assert_true(bytes_ends(out_bytes(&o), BYTES("\"/>\n</svg>\n")));
	out_close(&o);
	arena_close(&arena);
}

static void
a_terminal_gets_two_modules_a_letter(void **state)
{
	struct arena arena = arena_open(MIB);
	struct qr qr = make(&arena, BYTES("HM1:ABC"));
	struct out o = out_open(MIB);
	struct bytes rest;
	struct bytes line = { NULL, 0 };
	size_t lines = 0;

	(void)state;
	qr_put_terminal(&o, &qr, QR_TERMINAL_COLOUR);
	rest = out_bytes(&o);
	while (bytes_next_line(&rest, &line)) {
		assert_true(
		    bytes_starts(line, BYTES("\033[38;5;16;48;5;231m    ")));
		assert_true(bytes_ends(line, BYTES("    \033[0m")));
		lines++;
	}
	assert_int_equal(lines, 15); /* 29 rows and an empty one */
	o.len = 0;
	qr_put_terminal(&o, &qr, QR_TERMINAL_BLOCKS);
	assert_int_equal(bytes_find_byte(out_bytes(&o), 0x1b, 0), SIZE_MAX);
	/* upper left: both rows of the finder's top are dark at its edge */
	assert_int_equal(
	    bytes_find(out_bytes(&o), BYTES("    \xe2\x96\x88\xe2\x96\x80"), 0),
	    2 * 30);
	o.len = 0;
	qr_put_terminal(&o, &qr, QR_TERMINAL_ASCII);
	assert_int_equal(o.len, 29 * (2 * 29 + 1));
	assert_int_equal(
	    bytes_find(out_bytes(&o), BYTES("##"), 0), 4 * (2 * 29 + 1) + 8);
	out_close(&o);
	arena_close(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_corners_have_the_finder),
		cmocka_unit_test(what_is_alphanumeric_is_packed_as_such),
		cmocka_unit_test(what_cannot_be_a_code_is_refused),
		cmocka_unit_test(memory_that_runs_out_is_told),
		cmocka_unit_test(a_png_has_the_very_modules),
		cmocka_unit_test(a_png_has_a_sensible_scale),
		cmocka_unit_test(an_svg_says_its_size_in_millimetres),
		cmocka_unit_test(a_terminal_gets_two_modules_a_letter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
