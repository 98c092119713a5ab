/* SPDX-License-Identifier: ISC */
/* Cyclic redundancy checks. */
#ifndef CODEC_CRC_H
#define CODEC_CRC_H

#include "base/bytes.h"

#include <stdint.h>

/* CRC-32 as in gzip, zip, U-Boot: reflected 0xedb88320, all ones, inverted. */
uint32_t crc32_of(struct bytes in);

/* Goes on from an earlier result of crc32_of() (0 to begin). */
uint32_t crc32_add(uint32_t crc, struct bytes in);

/* CRC-32C (Castagnoli): reflected 0x82f63b78, going on from `crc`, all ones to
   begin, and not inverted at its end, as Linux' file systems use it. */
uint32_t crc32c_add(uint32_t crc, struct bytes in);

#endif
