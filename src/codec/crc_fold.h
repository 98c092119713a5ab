/* SPDX-License-Identifier: ISC */
/* CRC-32 with a processor's help; called by codec/crc.c alone. */
#ifndef CODEC_CRC_FOLD_H
#define CODEC_CRC_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CRC_FOLD_STEP ((size_t)64)

/*
 * As crc32_add(), for a length that is a multiple of CRC_FOLD_STEP and not 0.
 * False, and *crc as it was, where the processor cannot do it.
 */
bool crc_fold(uint32_t *crc, const uint8_t *at, size_t len);

#endif
