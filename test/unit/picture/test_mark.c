/* SPDX-License-Identifier: ISC */
/* Tests of the printable label. */
#include "picture/mark.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct drawing {
	struct arena arena;
	struct qr qr;
	struct out o;
	struct mark mark;
	struct mark_size size;
};

static int
set_up(void **state)
{
	struct drawing *d = calloc(1, sizeof(*d));

	assert_non_null(d);
	d->arena = arena_open(MIB);
	d->o = out_open(MIB);
	d->mark = (struct mark){
		.maker = BYTES("Argentum"),
		.model = BYTES("CAM-1"),
		.version = BYTES("1.2"),
		.scheme = BYTES("hallmark"),
		.level = BYTES("substantial"),
		.level_number = 2,
		.level_count = 3,
		.basis = MARK_TESTED,
		.valid_until = 1826841600,
		.support_until = 1930348800,
	};
	assert_int_equal(qr_make(BYTES("HTTPS://LABEL.EXAMPLE/V#0123456789"),
			     &d->arena, &d->qr),
	    ERR_OK);
	*state = d;
	return 0;
}

static int
tear_down(void **state)
{
	struct drawing *d = *state;

	out_close(&d->o);
	arena_close(&d->arena);
	free(d);
	return 0;
}

static enum err
draw(struct drawing *d, uint32_t width_um, uint32_t module_um)
{
	d->o.len = 0;
	return mark_put_svg(
	    &d->o, &d->mark, &d->qr, width_um, module_um, &d->size);
}

static size_t
count(const struct drawing *d, const char *what)
{
	struct bytes svg = out_bytes(&d->o);
	size_t found = 0;

	for (size_t at = bytes_find(svg, bytes_of(what), 0); at != SIZE_MAX;
	     at = bytes_find(svg, bytes_of(what), at + 1))
		found++;
	return found;
}

static void
it_says_all_that_a_buyer_asks(void **state)
{
	struct drawing *d = *state;

	assert_int_equal(draw(d, MARK_WIDTH_UM, QR_MODULE_UM), ERR_OK);
	assert_int_equal(count(d, ">hallmark<"), 1);
	assert_int_equal(count(d, ">SUBSTANTIAL<"), 1);
	assert_int_equal(count(d, ">tested by program<"), 1);
	assert_int_equal(count(d, ">scheme hallmark<"), 1);
	assert_int_equal(count(d, ">level 2 of 3<"), 1);
	assert_int_equal(count(d, ">Argentum<"), 1);
	assert_int_equal(count(d, ">CAM-1<"), 1);
	assert_int_equal(count(d, ">version 1.2<"), 1);
	assert_int_equal(count(d, ">valid until 2027-11-22<"), 1);
	assert_int_equal(count(d, ">updates until 2031-03-04<"), 1);
	/* two boxes of three are filled */
	assert_int_equal(count(d, "stroke=\"#000\"/>"), 2);
	assert_int_equal(count(d, "stroke=\"#000\" fill=\"#fff\"/>"), 1);
}

static void
the_basis_stands_in_words(void **state)
{
	struct drawing *d = *state;

	d->mark.basis = MARK_DECLARED;
	assert_int_equal(draw(d, MARK_WIDTH_UM, QR_MODULE_UM), ERR_OK);
	assert_int_equal(count(d, ">declared by the maker,<"), 1);
	assert_int_equal(count(d, ">in whole or in part<"), 1);
	assert_int_equal(count(d, "tested"), 0);
	d->mark.basis = MARK_REVIEWED;
	assert_int_equal(draw(d, MARK_WIDTH_UM, QR_MODULE_UM), ERR_OK);
	assert_int_equal(count(d, ">reviewed by a laboratory<"), 1);
}

static void
an_end_of_support_that_nobody_gave_is_told(void **state)
{
	struct drawing *d = *state;

	d->mark.support_until = -1;
	assert_int_equal(draw(d, MARK_WIDTH_UM, QR_MODULE_UM), ERR_OK);
	assert_int_equal(count(d, ">updates until: not said<"), 1);
}

static void
sizes_are_told_and_bounded(void **state)
{
	struct drawing *d = *state;

	/* version 2: 25 modules and the quiet zone of 8 */
	assert_int_equal(d->qr.version, 2);
	assert_int_equal(draw(d, MARK_WIDTH_UM, QR_MODULE_UM), ERR_OK);
	assert_int_equal(d->size.width_um, 25000);
	assert_int_equal(d->size.module_um, 25000 / 33); /* below the words */
	assert_int_equal(d->size.qr_um, 25000);
	assert_int_equal(d->size.text_um, MARK_TEXT_UM);
	assert_int_equal(draw(d, MARK_WIDTH_UM, 1000), ERR_OK);
	assert_int_equal(d->size.qr_um, 33000); /* beside them */
	assert_int_equal(d->size.width_um, 58000);
	assert_int_equal(draw(d, 50000, QR_MODULE_UM), ERR_OK);
	assert_int_equal(d->size.text_um, 2 * MARK_TEXT_UM);
	d->size.width_um = 7;
	assert_int_equal(draw(d, MARK_WIDTH_UM - 1, 400), ERR_LIMIT);
	assert_int_equal(draw(d, MARK_WIDTH_MAX_UM + 1, 400), ERR_LIMIT);
	assert_int_equal(draw(d, MARK_WIDTH_UM, 329), ERR_LIMIT);
	assert_int_equal(draw(d, MARK_WIDTH_UM, UINT32_MAX), ERR_LIMIT);
	assert_int_equal(d->size.width_um, 7);
}

/* No letters smaller than promised, whatever the texts are. */
static void
no_letters_are_too_small(void **state)
{
	struct drawing *d = *state;
	struct bytes rest;
	size_t texts = 0;

	d->mark.level =
	    BYTES("a level with a name that is far too long for it");
	assert_int_equal(draw(d, MARK_WIDTH_UM, QR_MODULE_UM), ERR_OK);
	rest = out_bytes(&d->o);
	for (;;) {
		size_t at = bytes_find(rest, BYTES("font-size=\""), 0);

		if (at == SIZE_MAX)
			break;
		rest = bytes_from(rest, at + 11);
		double size = strtod((const char *)rest.ptr, NULL);

		assert_true(size * 1000 >= MARK_TEXT_UM - 1);
		texts++;
	}
	assert_true(texts > 8);
}

static void
foreign_text_cannot_break_out(void **state)
{
	struct drawing *d = *state;

	d->mark.maker = BYTES("</text><script>\"'&\x1b[m\xff\xef\xbf\xbf");
	d->mark.model = BYTES("\xe2\x80\xae"
			      "desrever");
	d->mark.scheme = BYTES("<!--");
	d->mark.level = BYTES("]]>&");
	assert_int_equal(draw(d, MARK_WIDTH_UM, QR_MODULE_UM), ERR_OK);
	assert_int_equal(count(d, "<script"), 0);
	assert_int_equal(count(d, "<!--"), 0);
	assert_int_equal(count(d, "&lt;/text&gt;"), 1);
	assert_int_equal(count(d, "\xe2\x80\xae"), 0);
	assert_int_equal(count(d, "\xef\xbf\xbf"), 0);
	assert_int_equal(count(d, "\x1b"), 0);
	assert_int_equal(count(d, "]]&gt;&amp;"), 1);
}

static void
long_texts_are_cut_and_say_so(void **state)
{
	struct drawing *d = *state;
	uint8_t *text = arena_take(&d->arena, 100000);

	memset(text, 'W', 100000);
	d->mark.maker = (struct bytes){ text, 100000 };
	d->mark.model = d->mark.maker;
	d->mark.version = d->mark.maker;
	d->mark.scheme = d->mark.maker;
	d->mark.level = d->mark.maker;
	assert_int_equal(draw(d, MARK_WIDTH_UM, QR_MODULE_UM), ERR_OK);
	assert_int_equal(count(d, "...<"), 5);
	assert_true(d->o.len < 16384);
	d->mark.level_count = 1000;
	assert_int_equal(draw(d, MARK_WIDTH_UM, QR_MODULE_UM), ERR_OK);
	assert_int_equal(count(d, "stroke=\"#000\"/>"), 0); /* not drawn */
	d->mark.valid_until = INT64_MIN;
	assert_int_equal(draw(d, MARK_WIDTH_UM, QR_MODULE_UM), ERR_OK);
	assert_int_equal(count(d, ">valid until -<"), 1);
}

static void
empty_texts_are_fine(void **state)
{
	struct drawing *d = *state;

	d->mark = (struct mark){ .basis = MARK_TESTED };
	assert_int_equal(draw(d, MARK_WIDTH_UM, QR_MODULE_UM), ERR_OK);
	assert_int_equal(count(d, "></text>"), 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(it_says_all_that_a_buyer_asks),
		TEST(the_basis_stands_in_words),
		TEST(an_end_of_support_that_nobody_gave_is_told),
		TEST(sizes_are_told_and_bounded),
		TEST(no_letters_are_too_small),
		TEST(foreign_text_cannot_break_out),
		TEST(long_texts_are_cut_and_say_so),
		TEST(empty_texts_are_fine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
