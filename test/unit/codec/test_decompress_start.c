/* SPDX-License-Identifier: ISC */
/* The first bytes of blocks of EROFS. */
#include "base/limits.h"
#include "codec/decompress.h"

#include <lz4.h>
#include <lzma.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include <cmocka.h>

#define TEXT_LEN ((size_t)8000)

static void
fill(uint8_t *text)
{
	for (size_t i = 0; i < TEXT_LEN; i++)
		text[i] = (uint8_t)((size_t) "to be or not to be "[i % 19] +
		    i / 1000);
}

static size_t
pack(enum start_codec codec, const uint8_t *text, uint8_t *to, size_t cap)
{
	lzma_stream s = LZMA_STREAM_INIT;
	lzma_options_lzma options;
	z_stream z = { 0 };

	switch (codec) {
	case START_LZ4:
		return (size_t)LZ4_compress_default(
		    (const char *)text, (char *)to, (int)TEXT_LEN, (int)cap);
	case START_ZSTD:
		return ZSTD_compress(to, cap, text, TEXT_LEN, 3);
	case START_DEFLATE:
		assert_int_equal(
		    deflateInit2(&z, 9, Z_DEFLATED, -15, 8, 0), Z_OK);
		z.next_in = (Bytef *)(uintptr_t)text;
		z.avail_in = (uInt)TEXT_LEN;
		z.next_out = to;
		z.avail_out = (uInt)cap;
		assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
		(void)deflateEnd(&z);
		return z.total_out;
	case START_MICROLZMA:
		assert_false(lzma_lzma_preset(&options, 6));
		assert_int_equal(lzma_microlzma_encoder(&s, &options), LZMA_OK);
		s.next_in = text;
		s.avail_in = TEXT_LEN;
		s.next_out = to;
		s.avail_out = cap;
		assert_int_equal(lzma_code(&s, LZMA_FINISH), LZMA_STREAM_END);
		size_t len = (size_t)s.total_out;

		lzma_end(&s);
		return len;
	}
	return 0;
}

static void
starts_of_any_length_are_decoded(void **state)
{
	static const size_t lens[] = { 1, 100, 4096, TEXT_LEN - 1, TEXT_LEN };
	static uint8_t text[TEXT_LEN];
	static uint8_t packed[TEXT_LEN * 2];
	static uint8_t made[TEXT_LEN + 1];

	(void)state;
	fill(text);
	for (int codec = START_LZ4; codec <= START_ZSTD; codec++) {
		enum start_codec c = (enum start_codec)codec;
		struct bytes in = { packed,
			pack(c, text, packed, sizeof(packed)) };

		for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
			memset(made, 0xee, sizeof(made));
			assert_int_equal(
			    block_decode_start(c, in, made, lens[i]), ERR_OK);
			assert_memory_equal(made, text, lens[i]);
			assert_int_equal(made[lens[i]], 0xee);
		}
	}
}

static void
what_does_not_suffice_is_malformed(void **state)
{
	static uint8_t text[TEXT_LEN];
	static uint8_t packed[TEXT_LEN * 2];
	static uint8_t made[TEXT_LEN * 2];

	(void)state;
	fill(text);
	for (int codec = START_LZ4; codec <= START_ZSTD; codec++) {
		enum start_codec c = (enum start_codec)codec;
		struct bytes in = { packed,
			pack(c, text, packed, sizeof(packed)) };

		assert_int_equal(block_decode_start(c, in, made, TEXT_LEN + 1),
		    ERR_MALFORMED);
		in.len /= 2;
		assert_int_equal(
		    block_decode_start(c, in, made, TEXT_LEN), ERR_MALFORMED);
		in.len = 0;
		assert_int_equal(
		    block_decode_start(c, in, made, 1), ERR_MALFORMED);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(starts_of_any_length_are_decoded),
		cmocka_unit_test(what_does_not_suffice_is_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
