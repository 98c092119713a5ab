/* SPDX-License-Identifier: ISC */
/* ext2, ext3 and ext4. */
#ifndef UNPACK_EXT_H
#define UNPACK_EXT_H

#include "unpack/format.h"

/*
 * Reads indirect blocks and extents, blocks of 1 to 64 KiB, directories block
 * by block (an index is skipped), what is kept in the inode itself. Of one that
 * was not unmounted the journal's committed blocks are read in place of those
 * they are for; where that fails, or with fast commits, the root directory's
 * fault says so.
 * ERR_UNSUPPORTED: compression, a journal device, meta block groups, or a
 * feature that is not known. Encrypted files have ERR_ENCRYPTED in their fault.
 * Other extended attributes are not read.
 * Source: Linux Documentation/filesystems/ext4/.
 */
extern const struct format ext_format;

#endif
