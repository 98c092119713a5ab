/* SPDX-License-Identifier: ISC */
/* Bounded decompression over the well-kept libraries. */
#ifndef CODEC_DECOMPRESS_H
#define CODEC_DECOMPRESS_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/out.h"

#include <stddef.h>
#include <stdint.h>

enum codec {
	CODEC_GZIP,	  /* one member, RFC 1952 */
	CODEC_ZLIB,	  /* RFC 1950 */
	CODEC_DEFLATE,	  /* raw, RFC 1951 */
	CODEC_XZ,	  /* one .xz stream */
	CODEC_LZMA,	  /* LZMA-alone, 13-byte header, size may be unknown */
	CODEC_BZIP2,	  /* one stream */
	CODEC_ZSTD,	  /* one frame */
	CODEC_LZ4,	  /* one frame */
	CODEC_LZ4_LEGACY, /* Linux kernel: magic 0x184c2102, 8 MiB blocks */
	CODEC_LZOP,	  /* lzop file */
};

/*
 * Decompresses the stream that starts at in[0] and appends to `to`, whose
 * limit bounds the result. *ret_used is always set: how many bytes of `in`
 * the stream took (on failure: were taken until then), so bytes behind the
 * stream are no error. On failure what was decoded before it stays in `to`:
 *   ERR_TRUNCATED    the input ends inside the stream
 *   ERR_MALFORMED    the stream is broken
 *   ERR_CHECKSUM     decoded to its end, but its own checksum disagrees
 *   ERR_LIMIT        `to` is full
 *   ERR_UNSUPPORTED  an option of the format that the library refuses
 *   ERR_MEMORY
 */
enum err decompress_stream(
    enum codec codec, struct bytes in, struct out *to, size_t *ret_used);

/* One compressed block of a file system, whose largest size is known. */
enum block_codec {
	BLOCK_ZLIB,
	BLOCK_XZ,
	BLOCK_LZMA_ALONE, /* 13-byte header */
	BLOCK_LZO1X,
	BLOCK_LZ4,
	BLOCK_ZSTD,
	BLOCK_RTIME, /* JFFS2 */
};

/* Reusable decoder state; a handle. */
struct block_decoder;

enum err block_decoder_open(enum block_codec codec, struct block_decoder **ret);
void block_decoder_close(struct block_decoder *d);

/*
 * Decodes `in` into to[0, cap). *ret_len is set on success only.
 * ERR_MALFORMED, ERR_LIMIT (needs more than cap), ERR_MEMORY as above.
 */
enum err block_decode(struct block_decoder *d, struct bytes in, uint8_t *to,
    size_t cap, size_t *ret_len);

/*
 * A raw LZMA1 stream with properties given from outside (vendor squashfs,
 * JFFS2 LZMA): lc, lp, pb and dictionary size in bytes (not needed: cap is
 * one that suffices). It ends at its end mark, where its bytes end, or when
 * cap bytes are made, which is no failure: without a mark nothing tells.
 */
struct lzma_props {
	uint32_t lc, lp, pb;
	uint32_t dictionary_len;
};
enum err block_decode_lzma_raw(const struct lzma_props *props, struct bytes in,
    uint8_t *to, size_t cap, size_t *ret_len);

/* Blocks of EROFS: neither they nor anything else says how much they hold. */
enum start_codec {
	START_LZ4,
	START_DEFLATE, /* raw */
	START_MICROLZMA,
	START_ZSTD,
};

/*
 * Decodes the first `len` bytes of a block into `to`; what it holds besides,
 * and what stands behind it, is left alone. ERR_MALFORMED (fewer come; `to` is
 * then of no use), ERR_LIMIT, ERR_MEMORY.
 */
enum err block_decode_start(
    enum start_codec codec, struct bytes in, uint8_t *to, size_t len);

#endif
