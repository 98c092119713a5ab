/* SPDX-License-Identifier: ISC */
/* What the files of codec/decompress.h share. */
#ifndef CODEC_DECOMPRESS_PRIVATE_H
#define CODEC_DECOMPRESS_PRIVATE_H

#include "base/limits.h"
#include "codec/decompress.h"
#include "codec/lzma_once.h"

#include <lzma.h>

/* Memory of one xz or lzma decoder, nearly all of it its dictionary. */
#define DECOMPRESS_MEMORY_LEN (256 * MIB)

/* The zstd window that fits into as much. */
#define DECOMPRESS_ZSTD_WINDOW_LOG 28

/* liblzma's answer in our words; LZMA_OK is ERR_OK, the end ERR_END. */
enum err decompress_lzma_err(lzma_ret answer);

/*
 * Copies an LZMA-alone header with its dictionary cut to what `room` bytes of
 * output can ever refer to, so that memory follows what is really made.
 * *ret_size is the size it claims, UINT64_MAX when unknown.
 */
void decompress_lzma_header(struct bytes in, size_t room,
    uint8_t header[ONCE_ALONE_HEADER_LEN], uint64_t *ret_size);

/* Formats read by hand; the promises are those of decompress_stream(). */
enum err decompress_lzop(struct bytes in, struct out *to, size_t *ret_used);
enum err decompress_lz4_legacy(
    struct bytes in, struct out *to, size_t *ret_used);

#endif
