/* SPDX-License-Identifier: ISC */
/* EROFS: plain, inline, chunked and compressed files. */
#ifndef UNPACK_EROFS_H
#define UNPACK_EROFS_H

#include "unpack/format.h"

/*
 * Reads what Linux 6.8 does: LZ4, MicroLZMA, DEFLATE, zstd; full and compact
 * indexes, big clusters, tails and fragments, shared extents. Data on other
 * devices and compressed directories are the node's fault. Files that lie in
 * one piece come in place. Source: Linux fs/erofs/erofs_fs.h and
 * Documentation/filesystems/erofs.rst.
 */
extern const struct format erofs_format;

#endif
