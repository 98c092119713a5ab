/* SPDX-License-Identifier: ISC */
/* SquashFS 2 to 4 in either byte order, with the vendors' compressors. */
#ifndef UNPACK_SQUASHFS_H
#define UNPACK_SQUASHFS_H

#include "unpack/format.h"

/*
 * Nodes come in the order of the directories, the root ("/") first; each
 * directory is entered once. Hard links appear as files of their own. A
 * directory's fault says that its listing is not whole.
 * Sources: Linux Documentation/filesystems/squashfs.rst, squashfs-tools-ng
 * doc/format.adoc; for 2.x and 3.x the on-disk structures of squashfs 2.2, 3.4.
 */
extern const struct format squashfs_format;

#endif
