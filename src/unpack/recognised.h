/* SPDX-License-Identifier: ISC */
/* Formats that are told apart, with their extent, but not read. */
#ifndef UNPACK_RECOGNISED_H
#define UNPACK_RECOGNISED_H

#include "unpack/format.h"

/* Linux drivers/mtd/ubi/ubi-media.h: erase counter headers with CRC. */
extern const struct format ubi_format;
/* Linux fs/ubifs/ubifs-media.h: a superblock node with CRC. */
extern const struct format ubifs_format;
/* Linux include/uapi/linux/cramfs_fs.h, both byte orders. */
extern const struct format cramfs_format;
/* Linux Documentation/filesystems/romfs.rst: checksum of 512 bytes. */
extern const struct format romfs_format;
/* Linux Documentation/filesystems/ext4/super.rst. */
extern const struct format ext_format;
/* Linux fs/erofs/erofs_fs.h. */
extern const struct format erofs_format;
/* Android libsparse sparse_format.h. */
extern const struct format android_sparse_format;
/* YAFFS2 tags: only as the first object header of an image. */
extern const struct format yaffs2_format;

#endif
