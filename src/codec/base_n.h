/* SPDX-License-Identifier: ISC */
/* Bytes as the characters that a QR code packs best: base45 and base41. */
#ifndef CODEC_BASE_N_H
#define CODEC_BASE_N_H

#include "base/bytes.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Two bytes, big-endian, become three characters, the least significant first;
 * an odd byte at the end becomes two. Both alphabets are of QR's alphanumeric
 * mode; 41 is the smallest number whose cube holds 16 bits.
 */
enum base_n {
	/* RFC 9285. */
	BASE_45,
	/* 0-9 A-Z $ * - . : in that order: what may stand in the fragment of a
	   URL (RFC 3986 §3.5), which base45's space, %, + and / may not, or do
	   not survive. */
	BASE_41,
};

/* Characters that `len` bytes become. */
size_t base_n_text_len(size_t len);

/* Bytes that come out of `len` characters. */
size_t base_n_bytes_len(size_t len);

/*
 * Writes base_n_text_len() characters into borrowed room, no zero behind them.
 * ERR_LIMIT when `cap` is less.
 */
enum err base_n_encode(enum base_n base, struct bytes in, uint8_t *room,
    size_t cap, struct bytes *ret);

/*
 * Undoes it, so that each text has one reading. On failure *ret is untouched
 * and *ret_at is the offset of the character, or of the group, at fault:
 *   ERR_TRUNCATED  one character is left over
 *   ERR_MALFORMED  a character of another alphabet; a group above 65535, or
 *                  above 255 where it is of two
 *   ERR_LIMIT      more bytes than `cap`
 */
enum err base_n_decode(enum base_n base, struct bytes in, uint8_t *room,
    size_t cap, struct bytes *ret, size_t *ret_at);

#endif
