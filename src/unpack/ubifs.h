/* SPDX-License-Identifier: ISC */
/* UBIFS, the Linux file system for UBI volumes. */
#ifndef UNPACK_UBIFS_H
#define UNPACK_UBIFS_H

#include "unpack/format.h"

/*
 * Reads all nodes with a right checksum and takes of each the newest by its
 * sequence number; the index on the flash is not needed and not looked at. So
 * a file system that was not unmounted reads well; of one that was long in use
 * a removed file may come back. Blocks that a truncation took away stay away as
 * long as its node is there. A file of which blocks are missing has zeros
 * there, as the kernel gives: they may be holes. Compression: none, LZO, zlib,
 * zstd. Encrypted files have ERR_ENCRYPTED in their fault. Extended attributes
 * are not read. For authenticated file systems see ubifs_private.h.
 * Source: Linux fs/ubifs/ubifs-media.h, fs/ubifs/key.h.
 */
extern const struct format ubifs_format;

#endif
