/* SPDX-License-Identifier: ISC */
/* Whole streams of every codec: ends, prefixes, limits, broken bytes. */
#include "packed.h"

#define TAIL "behind the stream"

static const enum codec codecs[] = {
	CODEC_GZIP,
	CODEC_ZLIB,
	CODEC_DEFLATE,
	CODEC_XZ,
	CODEC_LZMA,
	CODEC_BZIP2,
	CODEC_ZSTD,
	CODEC_LZ4,
	CODEC_LZ4_LEGACY,
	CODEC_LZOP,
};
#define CODEC_COUNT (sizeof(codecs) / sizeof(codecs[0]))

/* Decodes and compares: whatever comes out is a prefix of the plain text. */
static enum err
decode(enum codec codec, struct bytes in, struct bytes plain, size_t limit,
    size_t *ret_len, size_t *ret_used)
{
	struct out to = out_open(limit);
	size_t used = SIZE_MAX;
	enum err err = decompress_stream(codec, in, &to, &used);

	assert_true(used <= in.len);
	assert_true(to.len <= limit);
	assert_true(to.len <= plain.len);
	if (to.len > 0)
		assert_memory_equal(to.ptr, plain.ptr, to.len);
	*ret_len = to.len;
	*ret_used = used;
	out_close(&to);
	return err;
}

static void
streams_end_where_they_end_whatever_follows(void **state)
{
	static uint8_t plain[PLAIN_LEN];
	static struct packed packed;

	(void)state;
	make_plain(plain);
	for (size_t i = 0; i < CODEC_COUNT; i++) {
		struct bytes in = { plain, PLAIN_LEN };
		size_t len;
		size_t used;

		pack(codecs[i], in, &packed);
		struct bytes whole = { packed.bytes, packed.len };

		assert_int_equal(
		    decode(codecs[i], whole, in, PLAIN_LEN, &len, &used),
		    ERR_OK);
		assert_int_equal(len, PLAIN_LEN);
		assert_int_equal(used, whole.len);
		put(&packed, TAIL, sizeof(TAIL));
		assert_int_equal(decode(codecs[i],
				     (struct bytes){ packed.bytes, packed.len },
				     in, PLAIN_LEN * 2, &len, &used),
		    ERR_OK);
		assert_int_equal(len, PLAIN_LEN);
		assert_int_equal(used, whole.len);
	}
}

static void
every_prefix_is_truncated_and_keeps_its_data(void **state)
{
	static uint8_t plain[PLAIN_LEN];
	static struct packed packed;

	(void)state;
	make_plain(plain);
	for (size_t i = 0; i < CODEC_COUNT; i++) {
		struct bytes in = { plain, PLAIN_LEN };
		size_t longest = 0;

		pack(codecs[i], in, &packed);
		for (size_t n = 0; n < packed.len;
		     n += n < 64 || n + 64 > packed.len ? 1 : 61) {
			uint8_t *copy = malloc(n > 0 ? n : 1);
			size_t len;
			size_t used;

			assert_non_null(copy);
			memcpy(copy, packed.bytes, n);
			assert_int_equal(
			    decode(codecs[i], (struct bytes){ copy, n }, in,
				PLAIN_LEN, &len, &used),
			    ERR_TRUNCATED);
			free(copy);
			assert_true(len >= longest);
			longest = len;
		}
		/* these work in blocks larger than the sample */
		if (codecs[i] != CODEC_BZIP2 && codecs[i] != CODEC_LZ4_LEGACY &&
		    codecs[i] != CODEC_ZSTD && codecs[i] != CODEC_LZ4)
			assert_true(longest > PLAIN_LEN / 2);
	}
}

static void
the_limit_holds_and_an_exact_limit_suffices(void **state)
{
	static uint8_t plain[PLAIN_LEN];
	static struct packed packed;

	(void)state;
	make_plain(plain);
	for (size_t i = 0; i < CODEC_COUNT; i++) {
		static const size_t limits[] = { 0, 1, 4096, PLAIN_LEN - 1 };
		struct bytes in = { plain, PLAIN_LEN };
		size_t len;
		size_t used;

		pack(codecs[i], in, &packed);
		for (size_t j = 0; j < sizeof(limits) / sizeof(limits[0]); j++)
			assert_int_equal(
			    decode(codecs[i],
				(struct bytes){ packed.bytes, packed.len }, in,
				limits[j], &len, &used),
			    ERR_LIMIT);
	}
}

static void
broken_bytes_never_pass_for_whole(void **state)
{
	static uint8_t plain[PLAIN_LEN];
	static struct packed packed;

	(void)state;
	make_plain(plain);
	for (size_t i = 0; i < CODEC_COUNT; i++) {
		struct bytes in = { plain, PLAIN_LEN };

		pack(codecs[i], in, &packed);
		for (size_t at = 0; at < packed.len; at += 23) {
			struct out to = out_open(PLAIN_LEN * 2);
			size_t used;

			packed.bytes[at] ^= 0x55;
			enum err err = decompress_stream(codecs[i],
			    (struct bytes){ packed.bytes, packed.len }, &to,
			    &used);

			assert_true(used <= packed.len);
			assert_true(err != ERR_MEMORY && err != ERR_SYSTEM);
			if (codecs[i] == CODEC_XZ && at > 24 &&
			    at < packed.len - 60)
				assert_true(err != ERR_OK);
			packed.bytes[at] ^= 0x55;
			out_close(&to);
		}
	}
}

static void
a_wrong_checksum_is_told_from_broken_data(void **state)
{
	static const struct {
		enum codec codec;
		size_t from_end;
	} cases[] = {
		{ CODEC_GZIP, 8 }, { CODEC_GZIP, 1 }, { CODEC_ZLIB, 1 },
		{ CODEC_LZ4, 1 }, { CODEC_LZOP, 10 },
		{ CODEC_XZ, 28 }, /* before 4 + 8 of index, 12 of footer */
	};
	static uint8_t plain[PLAIN_LEN];
	static struct packed packed;

	(void)state;
	make_plain(plain);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes in = { plain, PLAIN_LEN };
		size_t len;
		size_t used;

		pack(cases[i].codec, in, &packed);
		packed.bytes[packed.len - cases[i].from_end] ^= 1;
		assert_int_equal(decode(cases[i].codec,
				     (struct bytes){ packed.bytes, packed.len },
				     in, PLAIN_LEN, &len, &used),
		    ERR_CHECKSUM);
		assert_int_equal(len, PLAIN_LEN);
	}
}

static void
lzma_of_known_size_needs_no_mark_and_takes_no_more(void **state)
{
	static uint8_t plain[PLAIN_LEN];
	static struct packed packed;
	struct bytes in = { plain, PLAIN_LEN };
	size_t len;
	size_t used;

	(void)state;
	make_plain(plain);
	packed.len = 0;
	pack_lzma_of_size(in, PLAIN_LEN, &packed);
	size_t whole = packed.len;

	put(&packed, "\xff\xff\xff\xff\xff\xff\xff", 7);
	assert_int_equal(
	    decode(CODEC_LZMA, (struct bytes){ packed.bytes, packed.len }, in,
		PLAIN_LEN, &len, &used),
	    ERR_OK);
	assert_int_equal(len, PLAIN_LEN);
	assert_int_equal(used, whole);
}

static void
lzma_of_unknown_size_without_mark_is_truncated(void **state)
{
	static uint8_t plain[PLAIN_LEN];
	static struct packed packed;
	struct out to = out_open(PLAIN_LEN * 2);
	size_t used;

	(void)state;
	make_plain(plain);
	packed.len = 0;
	pack_lzma_of_size(
	    (struct bytes){ plain, PLAIN_LEN }, UINT64_MAX, &packed);
	assert_int_equal(
	    decompress_stream(CODEC_LZMA,
		(struct bytes){ packed.bytes, packed.len }, &to, &used),
	    ERR_TRUNCATED);
	assert_true(to.len >= PLAIN_LEN - 300);
	assert_memory_equal(to.ptr, plain, PLAIN_LEN - 300);
	out_close(&to);
}

static void
lzma_memory_follows_the_limit_not_the_header(void **state)
{
	static uint8_t plain[PLAIN_LEN];
	static struct packed packed;
	struct bytes in = { plain, PLAIN_LEN };
	size_t len;
	size_t used;

	(void)state;
	make_plain(plain);
	pack(CODEC_LZMA, in, &packed);
	memset(packed.bytes + 1, 0xff, 4); /* a dictionary of 4 GiB */
	assert_int_equal(
	    decode(CODEC_LZMA, (struct bytes){ packed.bytes, packed.len }, in,
		PLAIN_LEN, &len, &used),
	    ERR_OK);
	assert_int_equal(len, PLAIN_LEN);
}

static void
lzop_reads_every_kind_of_checksum(void **state)
{
	static const uint32_t flags[] = { 0, 0x1, 0x2, 0x100, 0x200, 0x1000,
		0x1303, 0x303 };
	static uint8_t plain[PLAIN_LEN];
	static struct packed packed;

	(void)state;
	make_plain(plain);
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		struct bytes in = { plain, PLAIN_LEN };
		size_t len;
		size_t used;

		packed.len = 0;
		pack_lzop(in, flags[i], &packed);
		assert_int_equal(decode(CODEC_LZOP,
				     (struct bytes){ packed.bytes, packed.len },
				     in, PLAIN_LEN, &len, &used),
		    ERR_OK);
		assert_int_equal(len, PLAIN_LEN);
		assert_int_equal(used, packed.len);
	}
}

static void
lzop_refuses_what_it_cannot_undo(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		enum err err;
	} cases[] = {
		{ 1, 'l', ERR_MALFORMED },     /* magic */
		{ 13, 0x20, ERR_UNSUPPORTED }, /* version needed */
		{ 15, 128, ERR_UNSUPPORTED },  /* method: zlib */
		{ 20, 4, ERR_MALFORMED },      /* header checksum */
		{ 19, 0x08, ERR_UNSUPPORTED }, /* flags: a filter */
	};
	static uint8_t plain[PLAIN_LEN];
	static struct packed packed;

	(void)state;
	make_plain(plain);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes in = { plain, PLAIN_LEN };
		size_t len;
		size_t used;

		pack(CODEC_LZOP, in, &packed);
		packed.bytes[cases[i].at] = cases[i].value;
		assert_int_equal(decode(CODEC_LZOP,
				     (struct bytes){ packed.bytes, packed.len },
				     in, PLAIN_LEN, &len, &used),
		    cases[i].err);
	}
}

static void
lz4_legacy_joins_full_blocks(void **state)
{
	static const uint8_t magic[] = { 0x02, 0x21, 0x4c, 0x18 };
	size_t full = (size_t)8 << 20;
	uint8_t *plain = calloc(1, full);
	uint8_t *packed = malloc(full);
	struct out to = out_open(3 * full);
	size_t at = sizeof(magic);
	size_t used;

	(void)state;
	assert_true(plain != NULL && packed != NULL);
	memcpy(packed, magic, sizeof(magic));
	for (int block = 0; block < 2; block++) {
		int len = LZ4_compress_default((const char *)plain,
		    (char *)packed + at + 4, block == 0 ? (int)full : 1000,
		    (int)(full - at - 4));

		assert_true(len > 0);
		for (int i = 0; i < 4; i++)
			packed[at + (size_t)i] = (uint8_t)(len >> (8 * i));
		at += 4 + (size_t)len;
	}
	memset(packed + at, 0x41, 8);
	assert_int_equal(decompress_stream(CODEC_LZ4_LEGACY,
			     (struct bytes){ packed, at + 8 }, &to, &used),
	    ERR_OK);
	assert_int_equal(to.len, full + 1000);
	assert_int_equal(used, at);
	out_close(&to);
	free(plain);
	free(packed);
}

static void
output_is_appended_to_what_is_there(void **state)
{
	static uint8_t plain[PLAIN_LEN];
	static struct packed packed;

	(void)state;
	make_plain(plain);
	for (size_t i = 0; i < CODEC_COUNT; i++) {
		struct out to = out_open(PLAIN_LEN + 3);
		size_t used;

		pack(codecs[i], (struct bytes){ plain, PLAIN_LEN }, &packed);
		out_text(&to, "abc");
		assert_int_equal(
		    decompress_stream(codecs[i],
			(struct bytes){ packed.bytes, packed.len }, &to, &used),
		    ERR_OK);
		assert_int_equal(to.len, PLAIN_LEN + 3);
		assert_memory_equal(to.ptr, "abc", 3);
		assert_memory_equal(to.ptr + 3, plain, PLAIN_LEN);
		out_close(&to);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(streams_end_where_they_end_whatever_follows),
		cmocka_unit_test(every_prefix_is_truncated_and_keeps_its_data),
		cmocka_unit_test(the_limit_holds_and_an_exact_limit_suffices),
		cmocka_unit_test(broken_bytes_never_pass_for_whole),
		cmocka_unit_test(a_wrong_checksum_is_told_from_broken_data),
		cmocka_unit_test(
		    lzma_of_known_size_needs_no_mark_and_takes_no_more),
		cmocka_unit_test(
		    lzma_of_unknown_size_without_mark_is_truncated),
		cmocka_unit_test(lzma_memory_follows_the_limit_not_the_header),
		cmocka_unit_test(lzop_reads_every_kind_of_checksum),
		cmocka_unit_test(lzop_refuses_what_it_cannot_undo),
		cmocka_unit_test(lz4_legacy_joins_full_blocks),
		cmocka_unit_test(output_is_appended_to_what_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
