/* SPDX-License-Identifier: ISC */
/* Compressed samples for the tests of the decoders, made by the libraries. */
#ifndef TEST_PACKED_H
#define TEST_PACKED_H

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

/* Compressible, but not to nothing: words of a small vocabulary. */
static inline void
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

static inline void
put(struct packed *to, const void *bytes, size_t len)
{
	assert_true(len <= sizeof(to->bytes) - to->len);
	memcpy(to->bytes + to->len, bytes, len);
	to->len += len;
}

static inline void
put_be(struct packed *to, uint32_t value, size_t n)
{
	for (size_t i = n; i-- > 0;) {
		uint8_t byte = (uint8_t)(value >> (8 * i));

		put(to, &byte, 1);
	}
}

static inline void
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
static inline void
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
static inline void
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

static inline void
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

static inline void
pack_bzip2(struct bytes in, struct packed *to)
{
	static char copy[PACKED_LEN]; /* libbz2 knows no const */
	unsigned len = sizeof(to->bytes);

	memcpy(copy, in.ptr, in.len);
	assert_int_equal(BZ2_bzBuffToBuffCompress((char *)to->bytes, &len, copy,
			     (unsigned)in.len, 9, 0, 0),
	    BZ_OK);
	to->len = len;
}

static inline void
pack_lz4(struct bytes in, struct packed *to)
{
	LZ4F_preferences_t wishes = LZ4F_INIT_PREFERENCES;

	wishes.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
	to->len = LZ4F_compressFrame(
	    to->bytes, sizeof(to->bytes), in.ptr, in.len, &wishes);
	assert_false(LZ4F_isError(to->len));
}

static inline void
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

static inline size_t
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
static inline void
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

static inline void
pack(enum codec codec, struct bytes in, struct packed *to)
{
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
		pack_bzip2(in, to);
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

#endif
