/* SPDX-License-Identifier: ISC */
/* Whole streams: one loop over the libraries' streaming decoders. */
#include "codec/decompress.h"
#include "codec/decompress_private.h"

#include "base/number.h"
#include "codec/lzma_once.h"

#include <bzlib.h>
#include <lz4frame.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST /* next_in is const */
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

/* Output is made in such steps, so that memory grows with bytes present. */
#define STEP_LEN (64 * KIB)

/* What one call may read at most: the libraries count in 32 bits. */
#define STEP_IN_LEN (256 * MIB)

/* A megabyte of output in one go. */
#define ONCE_STEP_LEN (1 * MIB)

#define GZIP_WINDOW_BITS (15 + 16)
#define ZLIB_WINDOW_BITS 15
#define DEFLATE_WINDOW_BITS (-15)

struct stream {
	union {
		z_stream zlib;
		lzma_stream lzma;
		bz_stream bzip2;
		ZSTD_DCtx *zstd;
		struct {
			LZ4F_dctx *context;
			bool skip_checks;
		} lz4;
	};
};

/* One call of a decoder: takes from `in`, makes at most `cap` bytes. */
struct step {
	struct bytes in;
	uint8_t *to;
	size_t cap;
	size_t made;
};

static void
step_took(struct step *step, size_t taken, size_t made)
{
	step->in = bytes_from(step->in, taken);
	step->made = made;
}

static enum err
zlib_step(struct stream *s, struct step *step)
{
	size_t give = size_min(step->in.len, STEP_IN_LEN);

	s->zlib.next_in = step->in.ptr;
	s->zlib.avail_in = (uInt)give;
	s->zlib.next_out = step->to;
	s->zlib.avail_out = (uInt)step->cap;
	int answer = inflate(&s->zlib, Z_NO_FLUSH);

	step_took(step, give - s->zlib.avail_in, step->cap - s->zlib.avail_out);
	switch (answer) {
	case Z_OK:
	case Z_BUF_ERROR: /* no progress: the loop sees it too */
		return ERR_OK;
	case Z_STREAM_END:
		return ERR_END;
	case Z_NEED_DICT:
		return ERR_UNSUPPORTED;
	case Z_MEM_ERROR:
		return ERR_MEMORY;
	default:
		break;
	}
	/* zlib has one code for both; only the text tells them apart. */
	if (s->zlib.msg != NULL &&
	    (strcmp(s->zlib.msg, "incorrect data check") == 0 ||
		strcmp(s->zlib.msg, "incorrect length check") == 0))
		return ERR_CHECKSUM;
	return ERR_MALFORMED;
}

enum err
decompress_lzma_err(lzma_ret answer)
{
	switch ((int)answer) {
	case LZMA_OK:
	case LZMA_BUF_ERROR: /* no progress: the caller sees it too */
		return ERR_OK;
	case LZMA_STREAM_END:
		return ERR_END;
	case LZMA_MEM_ERROR:
		return ERR_MEMORY;
	case LZMA_MEMLIMIT_ERROR:
	case LZMA_OPTIONS_ERROR:
		return ERR_UNSUPPORTED;
	default:
		return ERR_MALFORMED;
	}
}

static enum err
lzma_step(struct stream *s, struct step *step)
{
	s->lzma.next_in = step->in.ptr;
	s->lzma.avail_in = step->in.len;
	s->lzma.next_out = step->to;
	s->lzma.avail_out = step->cap;
	lzma_ret answer = lzma_code(&s->lzma, LZMA_RUN);

	step_took(step, step->in.len - s->lzma.avail_in,
	    step->cap - s->lzma.avail_out);
	return decompress_lzma_err(answer);
}

/* libbz2 does not tell a wrong CRC from broken data. */
static enum err
bzip2_step(struct stream *s, struct step *step)
{
	size_t give = size_min(step->in.len, STEP_IN_LEN);
	/* libbz2 knows no const, but only reads there */
	char *in = (char *)(uintptr_t)step->in.ptr; /* NOLINT(*-int-to-ptr) */

	s->bzip2.next_in = in;
	s->bzip2.avail_in = (unsigned)give;
	s->bzip2.next_out = (char *)step->to;
	s->bzip2.avail_out = (unsigned)step->cap;
	int answer = BZ2_bzDecompress(&s->bzip2);

	step_took(
	    step, give - s->bzip2.avail_in, step->cap - s->bzip2.avail_out);
	switch (answer) {
	case BZ_OK:
		return ERR_OK;
	case BZ_STREAM_END:
		return ERR_END;
	case BZ_MEM_ERROR:
		return ERR_MEMORY;
	default:
		return ERR_MALFORMED;
	}
}

static enum err
zstd_err(size_t answer)
{
	switch ((int)ZSTD_getErrorCode(answer)) {
	case ZSTD_error_checksum_wrong:
		return ERR_CHECKSUM;
	case ZSTD_error_memory_allocation:
		return ERR_MEMORY;
	case ZSTD_error_version_unsupported:
	case ZSTD_error_frameParameter_unsupported:
	case ZSTD_error_frameParameter_windowTooLarge:
	case ZSTD_error_dictionary_wrong:
		return ERR_UNSUPPORTED;
	default:
		return ERR_MALFORMED;
	}
}

static enum err
zstd_step(struct stream *s, struct step *step)
{
	ZSTD_inBuffer in = { step->in.ptr, step->in.len, 0 };
	ZSTD_outBuffer out = { step->to, step->cap, 0 };
	size_t answer = ZSTD_decompressStream(s->zstd, &out, &in);

	step_took(step, in.pos, out.pos);
	if (ZSTD_isError(answer))
		return zstd_err(answer);
	return answer == 0 ? ERR_END : ERR_OK;
}

static enum err
lz4_err(size_t answer)
{
	static const struct {
		const char *name;
		enum err err;
	} rows[] = {
		/* lz4frame.h exports names, not numbers */
		{ "ERROR_contentChecksum_invalid", ERR_CHECKSUM },
		{ "ERROR_allocation_failed", ERR_MEMORY },
		{ "ERROR_headerVersion_wrong", ERR_UNSUPPORTED },
		{ "ERROR_maxBlockSize_invalid", ERR_UNSUPPORTED },
	};
	const char *name = LZ4F_getErrorName(answer);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(name, rows[i].name) == 0)
			return rows[i].err;
	return ERR_MALFORMED;
}

static enum err
lz4_step(struct stream *s, struct step *step)
{
	size_t taken = step->in.len;
	size_t made = step->cap;
	LZ4F_decompressOptions_t options = {
		.skipChecksums = s->lz4.skip_checks,
	};
	size_t answer = LZ4F_decompress(
	    s->lz4.context, step->to, &made, step->in.ptr, &taken, &options);

	if (LZ4F_isError(answer)) { /* it may not have set the lengths */
		step_took(step, 0, 0);
		return lz4_err(answer);
	}
	step_took(step, taken, made);
	return answer == 0 ? ERR_END : ERR_OK;
}

/*
 * Runs a decoder until it says that it ended. With `to` full it still gets a
 * byte of room elsewhere: only what needs that byte is over the limit.
 */
static enum err
run(enum err (*call)(struct stream *, struct step *), struct stream *s,
    struct bytes in, struct out *to, size_t *ret_used)
{
	struct step step = { .in = in };
	uint8_t spill;
	enum err err;

	do {
		size_t room = size_min(to->limit - to->len, STEP_LEN);
		size_t left = step.in.len;
		uint8_t *at = &spill;

		if (room > 0)
			at = out_reserve(to, room);
		if (at == NULL)
			return to->failed;
		step.to = at;
		step.cap = room > 0 ? room : 1;
		step.made = 0;
		err = call(s, &step);
		*ret_used = in.len - step.in.len;
		if (room == 0 && step.made > 0)
			return ERR_LIMIT;
		to->len += step.made;
		if (err == ERR_OK && step.made == 0 && step.in.len == left)
			return left == 0 ? ERR_TRUNCATED : ERR_MALFORMED;
	} while (err == ERR_OK);
	return err == ERR_END ? ERR_OK : err;
}

static enum err
run_zlib(int window_bits, struct bytes in, struct out *to, size_t *ret_used)
{
	struct stream s = { .zlib = { 0 } };

	if (inflateInit2(&s.zlib, window_bits) != Z_OK)
		return ERR_MEMORY;
	enum err err = run(zlib_step, &s, in, to, ret_used);

	(void)inflateEnd(&s.zlib);
	return err;
}

static enum err
run_xz_once(uint32_t flags, struct bytes in, struct out *to, size_t *ret_used)
{
	struct stream s = { .lzma = LZMA_STREAM_INIT };
	lzma_ret answer =
	    lzma_stream_decoder(&s.lzma, DECOMPRESS_MEMORY_LEN, flags);
	enum err err = ERR_MEMORY;

	if (answer == LZMA_OK)
		err = run(lzma_step, &s, in, to, ret_used);
	lzma_end(&s.lzma);
	return err;
}

/* liblzma has one code for both; a second look tells whether it was a check. */
static enum err
run_xz(struct bytes in, struct out *to, size_t *ret_used)
{
	size_t start = to->len;
	enum err err = run_xz_once(0, in, to, ret_used);

	if (err != ERR_MALFORMED)
		return err;
	to->len = start;
	err = run_xz_once(LZMA_IGNORE_CHECK, in, to, ret_used);
	return err == ERR_OK ? ERR_CHECKSUM : err;
}

void
decompress_lzma_header(struct bytes in, size_t room,
    uint8_t header[ONCE_ALONE_HEADER_LEN], uint64_t *ret_size)
{
	uint64_t dictionary = 0;
	uint64_t size = once_alone_size(in.ptr);

	memcpy(header, in.ptr, ONCE_ALONE_HEADER_LEN);
	for (size_t i = 0; i < 4; i++)
		dictionary |= (uint64_t)header[1 + i] << (8 * i);
	if (dictionary > room)
		dictionary = room;
	if (dictionary > size)
		dictionary = size;
	for (size_t i = 0; i < 4; i++)
		header[1 + i] = (uint8_t)(dictionary >> (8 * i));
	*ret_size = size;
}

/* The plain case, with a known size: step by step, so that memory follows what
   is really made. False: nothing is known yet, and `to` is as it was. */
static bool
run_lzma_once(struct bytes in, struct out *to, size_t *ret_used)
{
	struct once_decoder *d = malloc(sizeof(*d));
	struct bytes rest = in;
	struct once_room room = { .begin = to->len, .len = to->len };
	enum once_end end = ONCE_BROKEN;
	size_t size;

	if (d == NULL ||
	    !once_begin_alone(d, &rest, to->limit - to->len, &size)) {
		free(d);
		return false;
	}
	size += room.begin;
	do {
		size_t step = size_min(ONCE_STEP_LEN, size - room.len);

		to->len = room.len;
		if (out_reserve(to, step) == NULL)
			break;
		room.ptr = to->ptr;
		room.limit = room.len + step;
		end = once_run(d, &rest, &room);
	} while (end == ONCE_FULL && room.len < size);
	bool done = end == ONCE_FULL && once_finish(d, &rest);

	to->len = done ? room.len : room.begin;
	if (done)
		*ret_used = in.len - rest.len;
	free(d);
	return done;
}

/*
 * Source: LZMA SDK, lzma-specification. Some encoders leave the range coder
 * in a state that liblzma calls corrupt after the last byte of a known size;
 * all the data is there then, and that is the end.
 */
static enum err
run_lzma(struct bytes in, struct out *to, size_t *ret_used)
{
	struct stream s = { .lzma = LZMA_STREAM_INIT };
	uint8_t header[ONCE_ALONE_HEADER_LEN];
	size_t start = to->len;
	size_t used = 0;
	uint64_t size;
	uint8_t spill;

	if (in.len < sizeof(header)) {
		*ret_used = in.len;
		return ERR_TRUNCATED;
	}
	if (run_lzma_once(in, to, ret_used))
		return ERR_OK;
	if (to->failed != ERR_OK)
		return to->failed;
	decompress_lzma_header(in, to->limit - to->len, header, &size);
	lzma_ret answer = lzma_alone_decoder(&s.lzma, DECOMPRESS_MEMORY_LEN);

	if (answer == LZMA_OK) {
		s.lzma.next_in = header;
		s.lzma.avail_in = sizeof(header);
		s.lzma.next_out = &spill; /* without room it reads nothing */
		s.lzma.avail_out = 1;
		answer = lzma_code(&s.lzma, LZMA_RUN);
	}
	enum err err = decompress_lzma_err(answer);

	if (err == ERR_OK) {
		err = run(
		    lzma_step, &s, bytes_from(in, sizeof(header)), to, &used);
		*ret_used = sizeof(header) + used;
	}
	lzma_end(&s.lzma);
	if (err == ERR_MALFORMED && size > 0 && to->len - start == size)
		return ERR_OK;
	return err;
}

static enum err
run_bzip2(struct bytes in, struct out *to, size_t *ret_used)
{
	struct stream s = { .bzip2 = { 0 } };

	if (BZ2_bzDecompressInit(&s.bzip2, 0, 0) != BZ_OK)
		return ERR_MEMORY;
	enum err err = run(bzip2_step, &s, in, to, ret_used);

	(void)BZ2_bzDecompressEnd(&s.bzip2);
	return err;
}

static enum err
run_zstd(struct bytes in, struct out *to, size_t *ret_used)
{
	static const uint8_t magic[] = { 0x28, 0xb5, 0x2f, 0xfd };
	struct bytes start = { magic, size_min(in.len, sizeof(magic)) };

	/* libzstd may read frames of before RFC 8878 too, which end otherwise */
	*ret_used = 0;
	if (!bytes_starts(in, start))
		return ERR_MALFORMED;
	struct stream s = { .zstd = ZSTD_createDCtx() };

	if (s.zstd == NULL)
		return ERR_MEMORY;
	(void)ZSTD_DCtx_setParameter(
	    s.zstd, ZSTD_d_windowLogMax, DECOMPRESS_ZSTD_WINDOW_LOG);
	enum err err = run(zstd_step, &s, in, to, ret_used);

	(void)ZSTD_freeDCtx(s.zstd);
	return err;
}

static enum err
run_lz4_once(
    bool skip_checks, struct bytes in, struct out *to, size_t *ret_used)
{
	struct stream s = { .lz4 = { .skip_checks = skip_checks } };

	if (LZ4F_isError(
		LZ4F_createDecompressionContext(&s.lz4.context, LZ4F_VERSION)))
		return ERR_MEMORY;
	enum err err = run(lz4_step, &s, in, to, ret_used);

	(void)LZ4F_freeDecompressionContext(s.lz4.context);
	return err;
}

/* A failing call does not say what it made: make it again without checks. */
static enum err
run_lz4(struct bytes in, struct out *to, size_t *ret_used)
{
	size_t start = to->len;
	enum err err = run_lz4_once(false, in, to, ret_used);

	if (err != ERR_CHECKSUM)
		return err;
	to->len = start;
	err = run_lz4_once(true, in, to, ret_used);
	return err == ERR_OK ? ERR_CHECKSUM : err;
}

enum err
decompress_stream(
    enum codec codec, struct bytes in, struct out *to, size_t *ret_used)
{
	*ret_used = 0;
	if (to->failed != ERR_OK)
		return to->failed;
	if (in.len == 0)
		return ERR_TRUNCATED;
	switch (codec) {
	case CODEC_GZIP:
		return run_zlib(GZIP_WINDOW_BITS, in, to, ret_used);
	case CODEC_ZLIB:
		return run_zlib(ZLIB_WINDOW_BITS, in, to, ret_used);
	case CODEC_DEFLATE:
		return run_zlib(DEFLATE_WINDOW_BITS, in, to, ret_used);
	case CODEC_XZ:
		return run_xz(in, to, ret_used);
	case CODEC_LZMA:
		return run_lzma(in, to, ret_used);
	case CODEC_BZIP2:
		return run_bzip2(in, to, ret_used);
	case CODEC_ZSTD:
		return run_zstd(in, to, ret_used);
	case CODEC_LZ4:
		return run_lz4(in, to, ret_used);
	case CODEC_LZ4_LEGACY:
		return decompress_lz4_legacy(in, to, ret_used);
	case CODEC_LZOP:
		return decompress_lzop(in, to, ret_used);
	}
	return ERR_UNSUPPORTED;
}
