/* SPDX-License-Identifier: ISC */
/* The first bytes of blocks that do not say how many they hold. */
#include "codec/decompress_private.h"

#include "base/number.h"

#include <lz4.h>
#define ZLIB_CONST /* next_in is const */
#include <zlib.h>
#include <zstd.h>

#define DEFLATE_WINDOW_BITS (-15)

static enum err
start_lz4(struct bytes in, uint8_t *to, size_t len)
{
	if (in.len > LZ4_MAX_INPUT_SIZE || len > LZ4_MAX_INPUT_SIZE)
		return ERR_LIMIT;
	int made = LZ4_decompress_safe_partial(
	    (const char *)in.ptr, (char *)to, (int)in.len, (int)len, (int)len);

	return made == (int)len ? ERR_OK : ERR_MALFORMED;
}

static enum err
start_deflate(struct bytes in, uint8_t *to, size_t len)
{
	z_stream z = { 0 };

	if (inflateInit2(&z, DEFLATE_WINDOW_BITS) != Z_OK)
		return ERR_MEMORY;
	z.next_in = in.ptr;
	z.avail_in = u32_saturate(in.len);
	z.next_out = to;
	z.avail_out = u32_saturate(len);
	int answer = inflate(&z, Z_SYNC_FLUSH);
	bool whole = z.avail_out == 0;

	(void)inflateEnd(&z);
	if (answer == Z_MEM_ERROR)
		return ERR_MEMORY;
	return whole ? ERR_OK : ERR_MALFORMED;
}

/* `len` may be less than the block holds: it is not exact. The dictionary need
   not reach further back than the block's own start. */
static enum err
start_microlzma(struct bytes in, uint8_t *to, size_t len)
{
	lzma_stream s = LZMA_STREAM_INIT;
	uint32_t dictionary = u32_saturate(len);

	if (dictionary < LZMA_DICT_SIZE_MIN)
		dictionary = LZMA_DICT_SIZE_MIN;
	enum err err = decompress_lzma_err(
	    lzma_microlzma_decoder(&s, in.len, len, false, dictionary));

	s.next_in = in.ptr;
	s.avail_in = in.len;
	s.next_out = to;
	s.avail_out = len;
	while (err == ERR_OK && s.avail_out > 0) {
		size_t left = s.avail_out;

		err = decompress_lzma_err(lzma_code(&s, LZMA_RUN));
		if (err == ERR_OK && s.avail_out == left && s.avail_in == 0)
			break;
	}
	bool whole = s.avail_out == 0;

	lzma_end(&s);
	if (err == ERR_MEMORY)
		return err;
	return whole ? ERR_OK : ERR_MALFORMED;
}

static enum err
start_zstd(struct bytes in, uint8_t *to, size_t len)
{
	ZSTD_DCtx *d = ZSTD_createDCtx();
	ZSTD_inBuffer from = { in.ptr, in.len, 0 };
	ZSTD_outBuffer out = { to, len, 0 };

	if (d == NULL)
		return ERR_MEMORY;
	while (out.pos < len) {
		size_t made = out.pos;
		size_t taken = from.pos;
		size_t answer = ZSTD_decompressStream(d, &out, &from);

		if (ZSTD_isError(answer) || answer == 0 ||
		    (out.pos == made && from.pos == taken))
			break;
	}
	(void)ZSTD_freeDCtx(d);
	return out.pos == len ? ERR_OK : ERR_MALFORMED;
}

enum err
block_decode_start(
    enum start_codec codec, struct bytes in, uint8_t *to, size_t len)
{
	if (in.len == 0 || len == 0)
		return ERR_MALFORMED;
	switch (codec) {
	case START_LZ4:
		return start_lz4(in, to, len);
	case START_DEFLATE:
		return start_deflate(in, to, len);
	case START_MICROLZMA:
		return start_microlzma(in, to, len);
	case START_ZSTD:
		return start_zstd(in, to, len);
	}
	return ERR_MALFORMED;
}
