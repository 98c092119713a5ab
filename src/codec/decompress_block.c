/* SPDX-License-Identifier: ISC */
/* Single blocks of file systems, decoded straight into their place. */
#include "codec/decompress_private.h"

#include "base/number.h"
#include "codec/lzma_once.h"

#include <lz4.h>
#include <lzo/lzo1x.h>
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST /* next_in is const */
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

struct block_decoder {
	enum block_codec codec;
	z_stream zlib;	  /* BLOCK_ZLIB */
	lzma_stream lzma; /* BLOCK_XZ, BLOCK_LZMA_ALONE: keeps its memory */
	struct once_decoder *once; /* likewise: tried first */
	ZSTD_DCtx *zstd;	   /* BLOCK_ZSTD */
};

enum err
block_decoder_open(enum block_codec codec, struct block_decoder **ret)
{
	struct block_decoder *d = calloc(1, sizeof(*d));
	bool ready = true;

	if (d == NULL)
		return ERR_MEMORY;
	d->codec = codec;
	d->lzma = (lzma_stream)LZMA_STREAM_INIT;
	switch (codec) {
	case BLOCK_ZLIB:
		ready = inflateInit(&d->zlib) == Z_OK;
		break;
	case BLOCK_XZ:
	case BLOCK_LZMA_ALONE:
		d->once = malloc(sizeof(*d->once));
		ready = d->once != NULL;
		break;
	case BLOCK_ZSTD:
		d->zstd = ZSTD_createDCtx();
		ready = d->zstd != NULL;
		break;
	case BLOCK_LZO1X:
	case BLOCK_LZ4:
	case BLOCK_RTIME:
		break;
	}
	if (!ready) {
		free(d);
		return ERR_MEMORY;
	}
	*ret = d;
	return ERR_OK;
}

void
block_decoder_close(struct block_decoder *d)
{
	if (d == NULL)
		return;
	if (d->codec == BLOCK_ZLIB)
		(void)inflateEnd(&d->zlib);
	lzma_end(&d->lzma);
	free(d->once);
	(void)ZSTD_freeDCtx(d->zstd);
	free(d);
}

/* After all room is used: whether it is the room or the input that lacks. */
static enum err
short_of(size_t spilled)
{
	return spilled > 0 ? ERR_LIMIT : ERR_MALFORMED;
}

static enum err
decode_zlib(struct block_decoder *d, struct bytes in, uint8_t *to, size_t cap,
    size_t *ret_len)
{
	z_stream *z = &d->zlib;
	uint8_t spill;

	(void)inflateReset(z);
	z->next_in = in.ptr;
	z->avail_in = u32_saturate(in.len);
	z->next_out = cap > 0 ? to : &spill; /* it refuses NULL */
	z->avail_out = u32_saturate(cap);
	int answer = inflate(z, Z_FINISH);
	size_t made = cap - z->avail_out;

	if (answer == Z_BUF_ERROR && z->avail_out == 0) {
		z->next_out = &spill;
		z->avail_out = 1;
		answer = inflate(z, Z_FINISH);
		if (answer != Z_MEM_ERROR &&
		    (answer != Z_STREAM_END || z->avail_out == 0))
			return short_of(1 - z->avail_out);
	}
	if (answer == Z_MEM_ERROR)
		return ERR_MEMORY;
	if (answer != Z_STREAM_END)
		return ERR_MALFORMED;
	*ret_len = made;
	return ERR_OK;
}

/* Runs a prepared decoder over all of `in`; *ret_made is always set. */
static enum err
run_lzma(
    lzma_stream *s, struct bytes in, uint8_t *to, size_t cap, size_t *ret_made)
{
	s->next_in = in.ptr;
	s->avail_in = in.len;
	s->next_out = to;
	s->avail_out = cap;
	lzma_ret answer = lzma_code(s, LZMA_FINISH);

	while (answer == LZMA_OK && s->avail_out > 0)
		answer = lzma_code(s, LZMA_FINISH);
	*ret_made = cap - s->avail_out;
	return decompress_lzma_err(answer);
}

/* Ends a run that filled the room: the end mark may still be ahead. */
static enum err
finish_lzma(lzma_stream *s)
{
	uint8_t spill;

	s->next_out = &spill;
	s->avail_out = 1;
	lzma_ret answer = lzma_code(s, LZMA_FINISH);

	if (answer == LZMA_STREAM_END && s->avail_out == 1)
		return ERR_END;
	if (answer == LZMA_MEM_ERROR)
		return ERR_MEMORY;
	return short_of(1 - s->avail_out);
}

static enum err
decode_xz(struct block_decoder *d, struct bytes in, uint8_t *to, size_t cap,
    size_t *ret_len)
{
	size_t made = 0;

	if (once_decode_xz(d->once, in, to, cap, ret_len))
		return ERR_OK;
	if (lzma_stream_decoder(&d->lzma, DECOMPRESS_MEMORY_LEN, 0) != LZMA_OK)
		return ERR_MEMORY;
	enum err err = run_lzma(&d->lzma, in, to, cap, &made);

	if (err == ERR_OK && made == cap)
		err = finish_lzma(&d->lzma);
	if (err == ERR_MEMORY)
		return err;
	if (err != ERR_END)
		return err == ERR_LIMIT ? err : ERR_MALFORMED;
	*ret_len = made;
	return ERR_OK;
}

/*
 * Vendors write headers of unknown size and no end mark: the block ends where
 * its bytes or its room do. A claimed size must be reached.
 */
static enum err
decode_lzma_alone(struct block_decoder *d, struct bytes in, uint8_t *to,
    size_t cap, size_t *ret_len)
{
	uint8_t header[ONCE_ALONE_HEADER_LEN];
	uint64_t size;
	uint8_t spill;
	size_t made = 0;

	if (in.len < sizeof(header))
		return ERR_MALFORMED;
	decompress_lzma_header(in, cap, header, &size);
	if (size != UINT64_MAX && size > cap)
		return ERR_LIMIT;
	if (once_decode_alone(d->once, in, to, cap, ret_len))
		return ERR_OK;
	if (lzma_alone_decoder(&d->lzma, DECOMPRESS_MEMORY_LEN) != LZMA_OK)
		return ERR_MEMORY;
	d->lzma.next_in = header;
	d->lzma.avail_in = sizeof(header);
	d->lzma.next_out = &spill; /* without room it reads nothing */
	d->lzma.avail_out = 1;
	enum err err = decompress_lzma_err(lzma_code(&d->lzma, LZMA_RUN));

	if (err == ERR_OK)
		err = run_lzma(
		    &d->lzma, bytes_from(in, sizeof(header)), to, cap, &made);
	if (err == ERR_OK && made == cap && size == UINT64_MAX)
		err = finish_lzma(&d->lzma);
	if (err == ERR_MEMORY || err == ERR_LIMIT)
		return err;
	if (err != ERR_END && made != size && size != UINT64_MAX)
		return ERR_MALFORMED;
	if (err != ERR_END && err != ERR_OK && made != cap && made != size)
		return ERR_MALFORMED;
	*ret_len = made;
	return ERR_OK;
}

static enum err
decode_lzo(struct bytes in, uint8_t *to, size_t cap, size_t *ret_len)
{
	lzo_uint made = cap;
	int answer = lzo1x_decompress_safe(in.ptr, in.len, to, &made, NULL);

	if (answer == LZO_E_OUTPUT_OVERRUN)
		return ERR_LIMIT;
	if (answer != LZO_E_OK)
		return ERR_MALFORMED;
	*ret_len = made;
	return ERR_OK;
}

static enum err
decode_lz4(struct bytes in, uint8_t *to, size_t cap, size_t *ret_len)
{
	if (in.len > LZ4_MAX_INPUT_SIZE || cap > LZ4_MAX_INPUT_SIZE)
		return ERR_LIMIT;
	const char *from = (const char *)in.ptr;
	int made = LZ4_decompress_safe(from, (char *)to, (int)in.len, (int)cap);

	if (made < 0) { /* either; a partial run tells them apart */
		made = LZ4_decompress_safe_partial(
		    from, (char *)to, (int)in.len, (int)cap, (int)cap);
		return made == (int)cap ? ERR_LIMIT : ERR_MALFORMED;
	}
	*ret_len = (size_t)made;
	return ERR_OK;
}

static enum err
decode_zstd(struct block_decoder *d, struct bytes in, uint8_t *to, size_t cap,
    size_t *ret_len)
{
	size_t made = ZSTD_decompressDCtx(d->zstd, to, cap, in.ptr, in.len);

	if (ZSTD_isError(made)) {
		switch ((int)ZSTD_getErrorCode(made)) {
		case ZSTD_error_dstSize_tooSmall:
			return ERR_LIMIT;
		case ZSTD_error_memory_allocation:
			return ERR_MEMORY;
		default:
			return ERR_MALFORMED;
		}
	}
	*ret_len = made;
	return ERR_OK;
}

/*
 * JFFS2's rtime: pairs of a byte and a count; the count bytes that follow are
 * those that stood behind the byte where it was last seen.
 */
static enum err
decode_rtime(struct bytes in, uint8_t *to, size_t cap, size_t *ret_len)
{
	size_t behind[256] = { 0 };
	size_t len = 0;

	if (in.len % 2 != 0)
		return ERR_MALFORMED;
	for (size_t i = 0; i < in.len; i += 2) {
		uint8_t value = in.ptr[i];
		size_t repeat = in.ptr[i + 1];
		size_t from = behind[value];

		if (repeat >= cap - len)
			return ERR_LIMIT;
		to[len++] = value;
		behind[value] = len;
		for (; repeat > 0; repeat--) /* may overlap: byte by byte */
			to[len++] = to[from++];
	}
	*ret_len = len;
	return ERR_OK;
}

enum err
block_decode(struct block_decoder *d, struct bytes in, uint8_t *to, size_t cap,
    size_t *ret_len)
{
	if (in.len == 0)
		return ERR_MALFORMED;
	switch (d->codec) {
	case BLOCK_ZLIB:
		return decode_zlib(d, in, to, cap, ret_len);
	case BLOCK_XZ:
		return decode_xz(d, in, to, cap, ret_len);
	case BLOCK_LZMA_ALONE:
		return decode_lzma_alone(d, in, to, cap, ret_len);
	case BLOCK_LZO1X:
		return decode_lzo(in, to, cap, ret_len);
	case BLOCK_LZ4:
		return decode_lz4(in, to, cap, ret_len);
	case BLOCK_ZSTD:
		return decode_zstd(d, in, to, cap, ret_len);
	case BLOCK_RTIME:
		return decode_rtime(in, to, cap, ret_len);
	}
	return ERR_MALFORMED;
}

enum err
block_decode_lzma_raw(const struct lzma_props *props, struct bytes in,
    uint8_t *to, size_t cap, size_t *ret_len)
{
	lzma_stream s = LZMA_STREAM_INIT;
	lzma_options_lzma options = {
		/* nothing lies further back than the block's own start */
		.dict_size = u32_saturate(cap),
		.lc = props->lc,
		.lp = props->lp,
		.pb = props->pb,
	};
	lzma_filter filters[] = {
		{ .id = LZMA_FILTER_LZMA1, .options = &options },
		{ .id = LZMA_VLI_UNKNOWN },
	};
	size_t made = 0;

	if (in.len == 0 || cap == 0)
		return ERR_MALFORMED;
	if (options.dict_size < LZMA_DICT_SIZE_MIN)
		options.dict_size = LZMA_DICT_SIZE_MIN;
	enum err err = decompress_lzma_err(lzma_raw_decoder(&s, filters));

	if (err == ERR_OK)
		err = run_lzma(&s, in, to, cap, &made);
	lzma_end(&s);
	if (err == ERR_MEMORY)
		return err;
	/* without an end mark it ends where its bytes or its room do */
	if (err != ERR_OK && err != ERR_END)
		return ERR_MALFORMED;
	if (made == 0)
		return ERR_MALFORMED;
	*ret_len = made;
	return ERR_OK;
}
