/* SPDX-License-Identifier: ISC */
/* Whole streams of every codec; what they are is made by the libraries. */
#include "codec/crc.h"
#include "codec/decompress.h"

#include <bzlib.h>
#include <lz4.h>
#include <lz4frame.h>
#include <lzma.h>
#include <lzo/lzo1x.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>

#include <cmocka.h>

#define PLAIN_LEN ((size_t)20000)
#define PACKED_LEN 65536
#define TAIL "behind the stream"

/* Compressible, but not to nothing: words of a small vocabulary. */
static void
make_plain(uint8_t plain[PLAIN_LEN])
{
	uint32_t seed = 12345;

	for (size_t i = 0; i < PLAIN_LEN; i++) {
		if (i % 7 == 0)
			seed = seed * 1664525 + 1013904223;
		plain[i] = (uint8_t)((unsigned)"etaoinshrdlu .\n#"[seed >> 28] +
		    (unsigned)(i % 3));
	}
}

struct packed {
	uint8_t bytes[PACKED_LEN];
	size_t len;
};

static void
put(struct packed *to, const void *bytes, size_t len)
{
	assert_true(len <= sizeof(to->bytes) - to->len);
	memcpy(to->bytes + to->len, bytes, len);
	to->len += len;
}

static void
put_be(struct packed *to, uint32_t value, size_t n)
{
	for (size_t i = n; i-- > 0;) {
		uint8_t byte = (uint8_t)(value >> (8 * i));

		put(to, &byte, 1);
	}
}

static void
pack_zlib(struct bytes in, int window_bits, struct packed *to)
{
	z_stream z = { 0 };

	assert_int_equal(
	    deflateInit2(&z, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY),
	    Z_OK);
	z.next_in = in.ptr;
	z.avail_in = (uInt)in.len;
	z.next_out = to->bytes;
	z.avail_out = sizeof(to->bytes);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	to->len = z.total_out;
	(void)deflateEnd(&z);
}

/* liblzma writes a size of -1 and an end mark. */
static void
pack_lzma(struct bytes in, struct packed *to)
{
	lzma_stream s = LZMA_STREAM_INIT;
	lzma_options_lzma options;

	assert_false(lzma_lzma_preset(&options, 6));
	assert_int_equal(lzma_alone_encoder(&s, &options), LZMA_OK);
	s.next_in = in.ptr;
	s.avail_in = in.len;
	s.next_out = to->bytes;
	s.avail_out = sizeof(to->bytes);
	assert_int_equal(lzma_code(&s, LZMA_FINISH), LZMA_STREAM_END);
	to->len = s.total_out;
	lzma_end(&s);
}

/* Without end mark, lc 3, lp 0, pb 2: the bare LZMA1 of vendors. */
static void
pack_lzma_raw(struct bytes in, lzma_options_lzma *options, struct packed *to)
{
	lzma_filter filters[] = {
		{ .id = LZMA_FILTER_LZMA1EXT, .options = options },
		{ .id = LZMA_VLI_UNKNOWN },
	};
	size_t at = to->len;

	options->ext_flags = 0;
	options->ext_size_low = (uint32_t)in.len;
	options->ext_size_high = 0;
	assert_int_equal(lzma_raw_buffer_encode(filters, NULL, in.ptr, in.len,
			     to->bytes, &at, sizeof(to->bytes)),
	    LZMA_OK);
	to->len = at;
}

static void
pack_lzma_of_size(struct bytes in, uint64_t size, struct packed *to)
{
	static const uint8_t props[] = { 0x5d, 0, 0, 0x80, 0 };
	lzma_options_lzma options;

	assert_false(lzma_lzma_preset(&options, 6));
	put(to, props, sizeof(props));
	for (size_t i = 0; i < 8; i++)
		put(to, &(uint8_t){ (uint8_t)(size >> (8 * i)) }, 1);
	pack_lzma_raw(in, &options, to);
}

static void
pack_lz4(struct bytes in, struct packed *to)
{
	LZ4F_preferences_t wishes = LZ4F_INIT_PREFERENCES;

	wishes.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
	to->len = LZ4F_compressFrame(
	    to->bytes, sizeof(to->bytes), in.ptr, in.len, &wishes);
	assert_false(LZ4F_isError(to->len));
}

static void
pack_lz4_legacy(struct bytes in, struct packed *to)
{
	static const uint8_t magic[] = { 0x02, 0x21, 0x4c, 0x18 };

	put(to, magic, sizeof(magic));
	int len = LZ4_compress_default((const char *)in.ptr,
	    (char *)to->bytes + 8, (int)in.len, PACKED_LEN - 8);

	assert_true(len > 0);
	for (int i = 0; i < 4; i++)
		put(to, &(uint8_t){ (uint8_t)(len >> (8 * i)) }, 1);
	to->len += (size_t)len;
}

static size_t
pack_lzo(struct bytes in, uint8_t *to)
{
	void *work = malloc(LZO1X_1_MEM_COMPRESS);
	lzo_uint len = PACKED_LEN;

	assert_non_null(work);
	assert_int_equal(
	    lzo1x_1_compress(in.ptr, in.len, to, &len, work), LZO_E_OK);
	free(work);
	return len;
}

/* As lzop 1.04 writes it by default: two blocks here, the second stored. */
static void
pack_lzop(struct bytes in, uint32_t flags, struct packed *to)
{
	static uint8_t block[PACKED_LEN];
	struct bytes first = bytes_slice(in, 0, in.len - 5);
	struct bytes second = bytes_from(in, in.len - 5);

	put(to, "\x89LZO\0\r\n\x1a\n", 9);
	put_be(to, 0x1040, 2);
	put_be(to, 0x20a0, 2);
	put_be(to, 0x0940, 2);
	put_be(to, 1, 1); /* method: LZO1X-1 */
	put_be(to, 5, 1);
	put_be(to, flags, 4);
	put_be(to, 0100644, 4);
	put_be(to, 0, 4);
	put_be(to, 0, 4);
	put_be(to, 3, 1);
	put(to, "abc", 3);
	struct bytes head = { to->bytes + 9, to->len - 9 };

	put_be(to,
	    (flags & 0x1000) != 0
		? crc32_of(head)
		: (uint32_t)adler32(1, head.ptr, (uInt)head.len),
	    4);
	struct bytes packed = { block, pack_lzo(first, block) };

	put_be(to, (uint32_t)first.len, 4);
	put_be(to, (uint32_t)packed.len, 4);
	if ((flags & 0x1) != 0)
		put_be(to, (uint32_t)adler32(1, first.ptr, (uInt)first.len), 4);
	if ((flags & 0x100) != 0)
		put_be(to, crc32_of(first), 4);
	if ((flags & 0x2) != 0)
		put_be(to, (uint32_t)adler32(1, block, (uInt)packed.len), 4);
	if ((flags & 0x200) != 0)
		put_be(to, crc32_of(packed), 4);
	put(to, packed.ptr, packed.len);
	put_be(to, 5, 4);
	put_be(to, 5, 4);
	if ((flags & 0x1) != 0)
		put_be(to, (uint32_t)adler32(1, second.ptr, 5), 4);
	if ((flags & 0x100) != 0)
		put_be(to, crc32_of(second), 4);
	put(to, second.ptr, 5);
	put_be(to, 0, 4);
}

static void
pack(enum codec codec, struct bytes in, struct packed *to)
{
	unsigned len = sizeof(to->bytes);
	size_t at = 0;

	to->len = 0;
	switch (codec) {
	case CODEC_GZIP:
		pack_zlib(in, 15 + 16, to);
		break;
	case CODEC_ZLIB:
		pack_zlib(in, 15, to);
		break;
	case CODEC_DEFLATE:
		pack_zlib(in, -15, to);
		break;
	case CODEC_XZ:
		assert_int_equal(
		    lzma_easy_buffer_encode(6, LZMA_CHECK_CRC32, NULL, in.ptr,
			in.len, to->bytes, &at, sizeof(to->bytes)),
		    LZMA_OK);
		to->len = at;
		break;
	case CODEC_LZMA:
		pack_lzma(in, to);
		break;
	case CODEC_BZIP2:
		assert_int_equal(
		    BZ2_bzBuffToBuffCompress((char *)to->bytes, &len,
			(char *)(uintptr_t)in.ptr, (unsigned)in.len, 9, 0, 0),
		    BZ_OK);
		to->len = len;
		break;
	case CODEC_ZSTD:
		to->len = ZSTD_compress(
		    to->bytes, sizeof(to->bytes), in.ptr, in.len, 5);
		break;
	case CODEC_LZ4:
		pack_lz4(in, to);
		break;
	case CODEC_LZ4_LEGACY:
		pack_lz4_legacy(in, to);
		break;
	case CODEC_LZOP:
		pack_lzop(in, 0x3, to);
		break;
	}
	assert_true(to->len > 0 && to->len < in.len + 128);
}

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
		for (size_t n = 0; n < packed.len; n += n < 64 ? 1 : 37) {
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
		for (size_t at = 0; at < packed.len; at += 11) {
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
		cmocka_unit_test(one_decoder_decodes_many_blocks),
		cmocka_unit_test(blocks_that_need_more_room_or_bytes_fail),
		cmocka_unit_test(
		    rtime_repeats_what_stood_behind_the_last_such_byte),
		cmocka_unit_test(raw_lzma_obeys_its_properties),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
