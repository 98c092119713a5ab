/* SPDX-License-Identifier: ISC */
/* File systems and volumes that are recognised and measured, not read. */
#ifndef UNPACK_VOLUMES_H
#define UNPACK_VOLUMES_H

#include "unpack/format.h"

/*
 * Found by their superblock at the start of a payload (an image, a partition).
 * Sources: NTFS: Linux fs/ntfs3/ntfs.h; exFAT: Microsoft's specification §3.1; F2FS: Linux
 * include/linux/f2fs_fs.h; Minix: Linux include/uapi/linux/minix_fs.h; btrfs:
 * its on-disk format documentation; XFS: "XFS Algorithms & Data Structures"
 * §12; HFS+: Apple TN1150; ReiserFS: Linux fs/reiserfs/reiserfs.h; LUKS: its
 * on-disk format specifications 1.2.3 and 2.
 */
extern const struct format ntfs_format;
extern const struct format exfat_format;
extern const struct format f2fs_format;
extern const struct format minix_format;
extern const struct format btrfs_format;
extern const struct format xfs_format;
extern const struct format hfsplus_format;
extern const struct format reiserfs_format;
extern const struct format luks_format; /* encrypted */

#endif
