/* SPDX-License-Identifier: ISC */
/* Base64 in its two alphabets, each text having one reading (RFC 4648). */
#ifndef CODEC_BASE64_H
#define CODEC_BASE64_H

#include "base/bytes.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

enum base64_alphabet {
	BASE64_STANDARD, /* + and /, with padding: §4 */
	BASE64_URL,	 /* - and _, without padding: §5 and §3.2 */
};

/* Characters that `len` bytes become. */
size_t base64_text_len(enum base64_alphabet alphabet, size_t len);

/* Bytes that at most come out of `len` characters. */
size_t base64_bytes_len(size_t len);

/*
 * Writes base64_text_len() characters into borrowed room, no zero behind them.
 * ERR_LIMIT when `cap` is less.
 */
enum err base64_encode(enum base64_alphabet alphabet, struct bytes in,
    uint8_t *room, size_t cap, struct bytes *ret);

/*
 * Undoes it, and takes nothing else: no blanks, no line ends, padding exactly
 * as the alphabet has it, no bits set that belong to no byte. On failure *ret
 * is untouched and *ret_at is the offset of the first wrong character:
 *   ERR_TRUNCATED  a character or padding is missing at the end
 *   ERR_MALFORMED  a character that does not belong there
 *   ERR_LIMIT      more bytes than `cap`
 */
enum err base64_decode(enum base64_alphabet alphabet, struct bytes in,
    uint8_t *room, size_t cap, struct bytes *ret, size_t *ret_at);

#endif
