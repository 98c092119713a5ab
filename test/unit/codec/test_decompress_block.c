/* SPDX-License-Identifier: ISC */
/* Single blocks of file systems, and raw LZMA. */
#include "packed.h"

static void
pack_block(enum block_codec codec, struct bytes in, struct packed *to)
{
	to->len = 0;
	switch (codec) {
	case BLOCK_ZLIB:
		pack(CODEC_ZLIB, in, to);
		break;
	case BLOCK_XZ:
		pack(CODEC_XZ, in, to);
		break;
	case BLOCK_LZMA_ALONE:
		pack(CODEC_LZMA, in, to);
		break;
	case BLOCK_LZO1X:
		to->len = pack_lzo(in, to->bytes);
		break;
	case BLOCK_LZ4:
		to->len = (size_t)LZ4_compress_default((const char *)in.ptr,
		    (char *)to->bytes, (int)in.len, PACKED_LEN);
		break;
	case BLOCK_ZSTD:
		pack(CODEC_ZSTD, in, to);
		break;
	case BLOCK_RTIME: /* no repeats: each byte, then a count of none */
		for (size_t i = 0; i < in.len; i++) {
			put(to, in.ptr + i, 1);
			put(to, "", 1);
		}
		break;
	}
}

static const enum block_codec block_codecs[] = {
	BLOCK_ZLIB,
	BLOCK_XZ,
	BLOCK_LZMA_ALONE,
	BLOCK_LZO1X,
	BLOCK_LZ4,
	BLOCK_ZSTD,
	BLOCK_RTIME,
};
#define BLOCK_COUNT (sizeof(block_codecs) / sizeof(block_codecs[0]))

static void
one_decoder_decodes_many_blocks(void **state)
{
	static uint8_t plain[PLAIN_LEN];
	static uint8_t made[PLAIN_LEN];
	static struct packed packed;

	(void)state;
	make_plain(plain);
	for (size_t i = 0; i < BLOCK_COUNT; i++) {
		struct block_decoder *d;

		assert_int_equal(
		    block_decoder_open(block_codecs[i], &d), ERR_OK);
		for (size_t n = 1; n <= 4096; n = n * 2 + 1) {
			size_t len = SIZE_MAX;

			pack_block(block_codecs[i], (struct bytes){ plain, n },
			    &packed);
			struct bytes in = { packed.bytes, packed.len };

			assert_int_equal(
			    block_decode(d, in, made, n, &len), ERR_OK);
			assert_int_equal(len, n);
			assert_memory_equal(made, plain, n);
			assert_int_equal(
			    block_decode(d, in, made, PLAIN_LEN, &len), ERR_OK);
			assert_int_equal(len, n);
		}
		block_decoder_close(d);
	}
	block_decoder_close(NULL);
}

static void
blocks_that_need_more_room_or_bytes_fail(void **state)
{
	static uint8_t plain[PLAIN_LEN];
	static uint8_t made[PLAIN_LEN];
	static struct packed packed;

	(void)state;
	make_plain(plain);
	for (size_t i = 0; i < BLOCK_COUNT; i++) {
		struct block_decoder *d;
		size_t len = 77;

		assert_int_equal(
		    block_decoder_open(block_codecs[i], &d), ERR_OK);
		pack_block(
		    block_codecs[i], (struct bytes){ plain, 4096 }, &packed);
		assert_int_equal(
		    block_decode(d, (struct bytes){ packed.bytes, packed.len },
			made, 4095, &len),
		    ERR_LIMIT);
		assert_int_equal(
		    block_decode(
			d, (struct bytes){ packed.bytes, 0 }, made, 4096, &len),
		    ERR_MALFORMED);
		/* these two end where their bytes do */
		if (block_codecs[i] != BLOCK_RTIME &&
		    block_codecs[i] != BLOCK_LZMA_ALONE &&
		    block_codecs[i] != BLOCK_LZ4)
			assert_int_equal(
			    block_decode(d,
				(struct bytes){ packed.bytes, packed.len / 2 },
				made, 4096, &len),
			    ERR_MALFORMED);
		assert_int_equal(len, 77);
		block_decoder_close(d);
	}
}

static void
rtime_repeats_what_stood_behind_the_last_such_byte(void **state)
{
	/* a b c, then a again with the two bytes behind it, then a run */
	static const uint8_t in[] = { 'a', 0, 'b', 0, 'c', 0, 'a', 2, 'z', 0,
		'z', 4 };
	struct block_decoder *d;
	uint8_t made[32];
	size_t len;

	(void)state;
	assert_int_equal(block_decoder_open(BLOCK_RTIME, &d), ERR_OK);
	assert_int_equal(block_decode(d, (struct bytes){ in, sizeof(in) }, made,
			     sizeof(made), &len),
	    ERR_OK);
	assert_int_equal(len, 12);
	assert_memory_equal(made, "abcabczzzzzz", 12);
	block_decoder_close(d);
}

static void
raw_lzma_obeys_its_properties(void **state)
{
	static const struct lzma_props rows[] = {
		{ 3, 0, 2, 65536 },
		{ 0, 2, 2, 65536 },
		{ 1, 2, 0, 0xffffffff },
		{ 3, 0, 2, 0 },
	};
	static uint8_t plain[PLAIN_LEN];
	static uint8_t made[PLAIN_LEN];
	static struct packed packed;

	(void)state;
	make_plain(plain);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		lzma_options_lzma options;
		size_t len = 0;

		assert_false(lzma_lzma_preset(&options, 6));
		options.lc = rows[i].lc;
		options.lp = rows[i].lp;
		options.pb = rows[i].pb;
		packed.len = 0;
		pack_lzma_raw((struct bytes){ plain, 8192 }, &options, &packed);
		assert_int_equal(block_decode_lzma_raw(&rows[i],
				     (struct bytes){ packed.bytes, packed.len },
				     made, 8192, &len),
		    ERR_OK);
		assert_int_equal(len, 8192);
		assert_memory_equal(made, plain, 8192);
	}
	struct lzma_props bad = { 9, 0, 2, 4096 };
	size_t len = 77;

	assert_int_equal(
	    block_decode_lzma_raw(&bad,
		(struct bytes){ packed.bytes, packed.len }, made, 8192, &len),
	    ERR_MALFORMED);
	assert_int_equal(len, 77);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_decoder_decodes_many_blocks),
		cmocka_unit_test(blocks_that_need_more_room_or_bytes_fail),
		cmocka_unit_test(
		    rtime_repeats_what_stood_behind_the_last_such_byte),
		cmocka_unit_test(raw_lzma_obeys_its_properties),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
