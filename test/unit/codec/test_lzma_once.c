/* SPDX-License-Identifier: ISC */
/* The fast LZMA decoder, held against liblzma. */
#include "codec/lzma_once.h"

#include "base/limits.h"
#include "codec/lzma_range_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <lzma.h>

#define PACKED_CAP (4 * MIB)

struct sample {
	uint8_t *content;
	size_t len;
	uint8_t *packed;
	size_t packed_len;
	uint8_t *room;
	struct once_decoder decoder;
};

static uint32_t
next_random(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

/* Content that literals, long, short and repeated matches are made of. */
static void
fill_content(uint8_t *to, size_t len, unsigned kind)
{
	uint32_t state = 7 + kind;

	for (size_t i = 0; i < len;) {
		uint32_t r = next_random(&state);
		size_t run = 1 + r % 40;

		for (size_t k = 0; k < run && i < len; k++, i++) {
			if (kind == 0)
				to[i] = (uint8_t)next_random(&state);
			else if (kind == 1)
				to[i] = (uint8_t)(r % 3 == 0 ? 'a' : k);
			else if (i > 5000 && r % 4 != 0)
				to[i] = to[i - 1 - r % 5000];
			else
				to[i] = (uint8_t)(next_random(&state) % 90);
		}
	}
}

static struct sample *
open_sample(size_t len, unsigned kind)
{
	struct sample *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->len = len;
	s->content = malloc(len);
	s->room = malloc(len + 1);
	s->packed = malloc(PACKED_CAP);
	assert_true(s->content != NULL && s->room != NULL && s->packed != NULL);
	fill_content(s->content, len, kind);
	return s;
}

static void
close_sample(struct sample *s)
{
	free(s->content);
	free(s->room);
	free(s->packed);
	free(s);
}

static void
pack_xz(struct sample *s, const lzma_options_lzma *options, lzma_check check)
{
	lzma_options_lzma own = *options;
	lzma_filter filters[] = {
		{ .id = LZMA_FILTER_LZMA2, .options = &own },
		{ .id = LZMA_VLI_UNKNOWN },
	};

	s->packed_len = 0;
	assert_int_equal(
	    lzma_stream_buffer_encode(filters, check, NULL, s->content, s->len,
		s->packed, &s->packed_len, PACKED_CAP),
	    LZMA_OK);
}

/* liblzma writes an unknown size and an end mark: bring the size in. */
static void
pack_alone(struct sample *s, const lzma_options_lzma *options)
{
	lzma_stream z = LZMA_STREAM_INIT;

	assert_int_equal(lzma_alone_encoder(&z, options), LZMA_OK);
	z.next_in = s->content;
	z.avail_in = s->len;
	z.next_out = s->packed;
	z.avail_out = PACKED_CAP;
	assert_int_equal(lzma_code(&z, LZMA_FINISH), LZMA_STREAM_END);
	s->packed_len = PACKED_CAP - z.avail_out;
	lzma_end(&z);
}

static void
what_liblzma_packs_comes_out_again(void **state)
{
	static const struct {
		size_t len;
		unsigned kind;
		uint32_t preset, lc, lp, pb;
		lzma_check check;
	} cases[] = {
		{ 1, 0, 6, 3, 0, 2, LZMA_CHECK_CRC32 },
		{ 5000, 2, 0, 3, 0, 2, LZMA_CHECK_CRC64 },
		{ 300000, 2, 6, 0, 2, 2, LZMA_CHECK_CRC32 },
		{ 300000, 2, 9, 4, 0, 0, LZMA_CHECK_NONE },
		{ 300000, 1, 6, 0, 4, 4, LZMA_CHECK_CRC64 },
		{ 200000, 0, 6, 3, 0, 2, LZMA_CHECK_CRC32 }, /* stored */
		{ 700000, 2, 1, 3, 0, 2, LZMA_CHECK_CRC64 }, /* chunks */
		{ 2200000, 1, 0, 2, 1, 1, LZMA_CHECK_CRC32 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sample *s = open_sample(cases[i].len, cases[i].kind);
		lzma_options_lzma options;
		size_t made = 0;

		assert_false(lzma_lzma_preset(&options, cases[i].preset));
		options.lc = cases[i].lc;
		options.lp = cases[i].lp;
		options.pb = cases[i].pb;
		pack_xz(s, &options, cases[i].check);
		assert_true(once_decode_xz(&s->decoder,
		    (struct bytes){ s->packed, s->packed_len }, s->room, s->len,
		    &made));
		assert_int_equal(made, s->len);
		assert_memory_equal(s->room, s->content, s->len);
		close_sample(s);
	}
}

static void
a_stream_runs_in_steps_up_to_its_end_mark(void **state)
{
	struct sample *s = open_sample(200000, 2);
	lzma_options_lzma options;
	struct once_room room = { .ptr = s->room };
	enum once_end end = ONCE_FULL;

	(void)state;
	assert_false(lzma_lzma_preset(&options, 6));
	pack_alone(s, &options);
	struct bytes in = { s->packed + 13, s->packed_len - 13 };

	assert_true(once_set_props(&s->decoder, s->packed[0]));
	assert_true(once_begin(&s->decoder, &in));
	/* steps of 1, 2, 3 … bytes cut matches at every place */
	for (size_t step = 1; end == ONCE_FULL; step++) {
		room.limit =
		    room.len + step < s->len + 1 ? room.len + step : s->len + 1;
		end = once_run(&s->decoder, &in, &room);
	}
	assert_int_equal(end, ONCE_MARK);
	assert_true(once_finish(&s->decoder, &in));
	assert_int_equal(in.len, 0);
	assert_int_equal(room.len, s->len);
	assert_memory_equal(s->room, s->content, s->len);
	close_sample(s);
}

/* Room for one byte less: no word about a limit, only no. */
static void
too_little_room_and_every_prefix_are_refused(void **state)
{
	struct sample *s = open_sample(6000, 2);
	lzma_options_lzma options;
	size_t made = 77;

	(void)state;
	assert_false(lzma_lzma_preset(&options, 6));
	pack_xz(s, &options, LZMA_CHECK_CRC32);
	assert_false(once_decode_xz(&s->decoder,
	    (struct bytes){ s->packed, s->packed_len }, s->room, s->len - 1,
	    &made));
	for (size_t len = 0; len < s->packed_len; len++) {
		uint8_t *cut = malloc(len + 1); /* so that sanitizers see it */

		memcpy(cut, s->packed, len);
		assert_false(once_decode_xz(&s->decoder,
		    (struct bytes){ cut, len }, s->room, s->len, &made));
		free(cut);
	}
	assert_int_equal(made, 77);
	close_sample(s);
}

static void
every_flipped_bit_of_an_xz_file_is_noticed(void **state)
{
	struct sample *s = open_sample(600, 2);
	lzma_options_lzma options;
	size_t made = 0;

	(void)state;
	assert_false(lzma_lzma_preset(&options, 6));
	pack_xz(s, &options, LZMA_CHECK_CRC64);
	for (size_t bit = 0; bit < 8 * s->packed_len; bit++) {
		s->packed[bit / 8] ^= (uint8_t)(1U << bit % 8);
		assert_false(once_decode_xz(&s->decoder,
		    (struct bytes){ s->packed, s->packed_len }, s->room, s->len,
		    &made));
		s->packed[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
	close_sample(s);
}

/* Without a check a flipped bit may well give other content: the same as
   liblzma's then. */
static void
a_damaged_stream_gives_what_liblzma_gives(void **state)
{
	struct sample *s = open_sample(3000, 2);
	uint8_t *other = malloc(s->len);
	lzma_options_lzma options;
	unsigned taken = 0;

	(void)state;
	assert_non_null(other);
	assert_false(lzma_lzma_preset(&options, 6));
	pack_alone(s, &options);
	for (size_t i = 0; i < 8; i++)
		s->packed[5 + i] = (uint8_t)(s->len >> (8 * i));
	for (size_t bit = 13 * 8; bit < 8 * s->packed_len; bit += 3) {
		struct bytes in = { s->packed, s->packed_len };
		size_t made = 0;

		s->packed[bit / 8] ^= (uint8_t)(1U << bit % 8);
		if (once_decode_alone(
			&s->decoder, in, s->room, s->len, &made)) {
			lzma_filter filters[] = {
				{ LZMA_FILTER_LZMA1, &options },
				{ LZMA_VLI_UNKNOWN, NULL },
			};
			size_t from = 13;
			size_t to = 0;

			options.dict_size = (uint32_t)s->len + 4096;
			(void)lzma_raw_buffer_decode(filters, NULL, s->packed,
			    &from, s->packed_len, other, &to, s->len);
			/* it wants an end mark, and leaves all that it made */
			assert_memory_equal(s->room, other, made);
			taken++;
		}
		s->packed[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
	/* the range coder's end is a check of its own, if a weak one */
	assert_true(taken < s->packed_len / 20);
	free(other);
	close_sample(s);
}

static void
what_is_not_plain_is_left_to_the_library(void **state)
{
	struct sample *s = open_sample(4000, 2);
	lzma_options_lzma options;
	lzma_filter filters[] = {
		{ .id = LZMA_FILTER_ARM },
		{ .id = LZMA_FILTER_LZMA2, .options = &options },
		{ .id = LZMA_VLI_UNKNOWN },
	};
	size_t made = 0;

	(void)state;
	assert_false(lzma_lzma_preset(&options, 6));
	s->packed_len = 0;
	assert_int_equal(
	    lzma_stream_buffer_encode(filters, LZMA_CHECK_CRC32, NULL,
		s->content, s->len, s->packed, &s->packed_len, PACKED_CAP),
	    LZMA_OK);
	assert_false(once_decode_xz(&s->decoder,
	    (struct bytes){ s->packed, s->packed_len }, s->room, s->len,
	    &made));
	pack_xz(s, &options, LZMA_CHECK_SHA256);
	assert_false(once_decode_xz(&s->decoder,
	    (struct bytes){ s->packed, s->packed_len }, s->room, s->len,
	    &made));
	pack_alone(s, &options); /* of unknown size */
	assert_false(once_decode_alone(&s->decoder,
	    (struct bytes){ s->packed, s->packed_len }, s->room, s->len,
	    &made));
	assert_false(once_set_props(&s->decoder, 8)); /* lc 8 */
	assert_false(once_set_props(&s->decoder, 225));
	close_sample(s);
}

/* The instructions for one processor, and C for the others. */
static void
both_ways_to_split_a_range_agree(void **state)
{
	uint32_t random = 1;

	(void)state;
	for (unsigned i = 0; i < 100000; i++) {
		uint32_t width = RANGE_MIN + (next_random(&random) << 8) % 7 +
		    (i % 3 == 0 ? 0U - 2 * RANGE_MIN : next_random(&random));
		uint32_t bound = (width >> RANGE_MODEL_BITS) *
		    (31 + next_random(&random) % (RANGE_ONE - 62));
		uint32_t code = i % 5 == 0 ? bound - i % 2
					   : next_random(&random) * 3 % width;
		struct range a = { NULL, width, code };
		struct range b = a;
		uint32_t set_a = i;
		uint32_t set_b = i;
		size_t at_a = 2 * (size_t)i;
		size_t at_b = at_a;

		range_split(&a, bound, 77777777, &set_a, &at_a);
		range_split_plain(&b, bound, 77777777, &set_b, &at_b);
		assert_int_equal(at_a, 2 * (size_t)i + (code >= bound));
		assert_int_equal(at_b, at_a);
		assert_int_equal(set_a, code >= bound ? i : 77777777);
		assert_int_equal(set_b, set_a);
		assert_int_equal(
		    a.range, code >= bound ? width - bound : bound);
		assert_int_equal(b.range, a.range);
		assert_int_equal(a.code, code >= bound ? code - bound : code);
		assert_int_equal(b.code, a.code);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ways_to_split_a_range_agree),
		cmocka_unit_test(what_liblzma_packs_comes_out_again),
		cmocka_unit_test(a_stream_runs_in_steps_up_to_its_end_mark),
		cmocka_unit_test(too_little_room_and_every_prefix_are_refused),
		cmocka_unit_test(every_flipped_bit_of_an_xz_file_is_noticed),
		cmocka_unit_test(a_damaged_stream_gives_what_liblzma_gives),
		cmocka_unit_test(what_is_not_plain_is_left_to_the_library),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
