/* SPDX-License-Identifier: ISC */
/* JFFS2, the Linux file system for raw flash, of both byte orders. */
#ifndef UNPACK_JFFS2_H
#define UNPACK_JFFS2_H

#include "unpack/format.h"

/*
 * Reads node by node, newest version first to last, as the kernel's mount does
 * it. Nodes with a wrong checksum are ignored; when there are any, the root
 * directory's fault names the first. A file of which pages are missing has
 * zeros there and a fault. Compressors: none, zero, rtime, zlib, LZO, OpenWrt's
 * LZMA, rubinmips and dynrubin. Summaries and extended attributes are skipped.
 * Source: Linux include/uapi/linux/jffs2.h, fs/jffs2/{scan,readinode}.c.
 */
extern const struct format jffs2_format;

#endif
