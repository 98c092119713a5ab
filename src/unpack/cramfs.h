/* SPDX-License-Identifier: ISC */
/* cramfs, the compressed read-only Linux file system, of both byte orders. */
#ifndef UNPACK_CRAMFS_H
#define UNPACK_CRAMFS_H

#include "unpack/format.h"

/*
 * Blocks of 4 KiB, each a zlib stream, as it is, or a hole, and found by direct
 * pointers too (the kernel's extension for execution in place). A file of which
 * a block cannot be read has zeros there and a fault. The superblock may stand
 * behind a boot sector. cramfs stores no times and eight bits of the group.
 * Source: Linux include/uapi/linux/cramfs_fs.h, fs/cramfs/README.
 */
extern const struct format cramfs_format;

#endif
