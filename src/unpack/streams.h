/* SPDX-License-Identifier: ISC */
/* Formats whose content is one nameless payload: compressed streams. */
#ifndef UNPACK_STREAMS_H
#define UNPACK_STREAMS_H

#include "unpack/format.h"

/*
 * Each gives one NODE_PAYLOAD with all that could be decoded, at most
 * LIMIT_FILE_LEN bytes and what the budget has left; its fault says why that
 * is not all. probe() checks the header and decodes the first few KiB, so that
 * the magics can be searched for anywhere.
 */
extern const struct format gzip_format;	 /* RFC 1952, one member */
extern const struct format zlib_format;	 /* RFC 1950; at the start only */
extern const struct format xz_format;	 /* The .xz File Format 1.0.4 */
extern const struct format lzma_format;	 /* LZMA-alone, usual properties */
extern const struct format bzip2_format; /* one stream */
extern const struct format zstd_format;	 /* RFC 8878, one frame */
extern const struct format lz4_format;	 /* lz4_Frame_format.md, one frame */
extern const struct format lz4_legacy_format; /* likewise, "Legacy frame" */
extern const struct format lzo_format;	      /* lzop file */

/* LZMA-alone with any properties: tried at the start only; also "lzma". */
extern const struct format lzma_any_format;

#endif
