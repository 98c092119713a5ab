/* SPDX-License-Identifier: ISC */
/* romfs, the smallest Linux file system. */
#ifndef UNPACK_ROMFS_H
#define UNPACK_ROMFS_H

#include "unpack/format.h"

/*
 * Needs the checksum of the first 512 bytes. Files lie in place. romfs stores
 * of the mode only whether a file is executable; the rest is what the kernel
 * makes of it. A file header with a wrong checksum is read all the same, with
 * ERR_CHECKSUM in its fault.
 * Source: Linux Documentation/filesystems/romfs.rst, fs/romfs/super.c.
 */
extern const struct format romfs_format;

#endif
