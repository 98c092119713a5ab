/* SPDX-License-Identifier: ISC */
/* Bytes out of hexadecimal digits; out_hex_bytes() writes them. */
#ifndef CODEC_HEX_H
#define CODEC_HEX_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether `in` is the digits of exactly `len` bytes, in either case and with
   nothing else; ret is untouched when it is not. */
bool hex_read(struct bytes in, uint8_t *ret, size_t len);

#endif
