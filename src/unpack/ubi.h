/* SPDX-License-Identifier: ISC */
/* UBI: volumes on raw flash. */
#ifndef UNPACK_UBI_H
#define UNPACK_UBI_H

#include "unpack/format.h"

/*
 * Gives each volume as a payload that carries the volume's name ("/rootfs"),
 * its blocks in logical order: of two copies the newer one, unless it is marked
 * as a copy and its data's checksum is wrong. Blocks that a dynamic volume does
 * not have read as ff; a static volume's missing ones are a fault, too, and it
 * is as long as its data. The first two erase blocks must stand side by side;
 * up to UBI_GAP_MAX unreadable ones further on are passed over.
 * Source: Linux drivers/mtd/ubi/ubi-media.h.
 */
extern const struct format ubi_format;

/* UBI and UBIFS take zlib's CRC-32 without its final inversion. */
uint32_t ubi_crc(struct bytes in);

#endif
