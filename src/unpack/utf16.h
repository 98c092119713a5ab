/* SPDX-License-Identifier: ISC */
/* Names in UTF-16, as Windows' formats have them. */
#ifndef UNPACK_UTF16_H
#define UNPACK_UTF16_H

#include "base/bytes.h"

#include <stddef.h>

/* Bytes of UTF-8 that `n` bytes of UTF-16 need at most, and a final zero. */
#define UTF16_ROOM(n) ((n) / 2 * 3 + 1)

/*
 * Little-endian UTF-16 up to its first zero as zero-terminated UTF-8; half a
 * pair becomes '_'. `to` has UTF16_ROOM(in.len) bytes. Returns the length.
 */
size_t utf16_to_utf8(struct bytes in, char *to);

#endif
