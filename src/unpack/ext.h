/* SPDX-License-Identifier: ISC */
/* ext2, ext3 and ext4. */
#ifndef UNPACK_EXT_H
#define UNPACK_EXT_H

#include "unpack/format.h"

/*
 * Reads indirect blocks and extents, blocks of 1 to 64 KiB, directories block
 * by block (an index is skipped), what is kept in the inode itself. The
 * journal is not replayed; then the root directory's fault says so.
 * ERR_UNSUPPORTED: compression, a journal device, meta block groups, or a
 * feature that is not known. Encrypted files have ERR_ENCRYPTED in their fault.
 * Other extended attributes are not read.
 * Source: Linux Documentation/filesystems/ext4/.
 */
extern const struct format ext_format;

#endif
