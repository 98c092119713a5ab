/* SPDX-License-Identifier: ISC */
/* LZMA where all output lies in one piece of memory: the common, fast case. */
#ifndef CODEC_LZMA_ONCE_H
#define CODEC_LZMA_ONCE_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Source: LZMA SDK, lzma-specification; LZMA2: xz-file-format 1.1.0. There is
 * no dictionary beside the output, and no state for input that comes in
 * pieces. Whatever is not plain (lc + lp above 4, a broken or a cut stream)
 * is for liblzma, which callers ask again: this decoder only says yes or no.
 * docs/decisions/006.
 */

/* lc + lp, as LZMA2 has it. */
#define ONCE_LITERAL_BITS 4
#define ONCE_STATES 12
#define ONCE_POSITIONS 16

struct once_lengths {
	uint16_t choice[2];
	uint16_t low[ONCE_POSITIONS][8];
	uint16_t middle[ONCE_POSITIONS][8];
	uint16_t high[256];
};

/* Plain data; once_set_props() sets it up. */
struct once_decoder {
	uint32_t range;
	uint32_t code;
	uint32_t state;
	uint32_t rep[4];  /* distances less one, the last one first */
	uint32_t pending; /* bytes of a match that found no room */
	uint32_t lc;
	uint32_t lp_mask;
	uint32_t pb_mask;
	uint16_t match[ONCE_STATES][ONCE_POSITIONS];
	uint16_t is_rep[ONCE_STATES];
	uint16_t is_rep0[ONCE_STATES];
	uint16_t is_rep1[ONCE_STATES];
	uint16_t is_rep2[ONCE_STATES];
	uint16_t rep0_long[ONCE_STATES][ONCE_POSITIONS];
	uint16_t slot[4][64];
	uint16_t special[128];
	uint16_t align[16];
	struct once_lengths lengths;
	struct once_lengths rep_lengths;
	uint16_t literal[0x300 << ONCE_LITERAL_BITS];
};

/* The properties byte of a header, (pb * 5 + lp) * 9 + lc, and a new state.
   False when it is none, or not for this decoder. */
bool once_set_props(struct once_decoder *d, uint8_t props);

/* Probabilities, state and distances as at a beginning. */
void once_reset(struct once_decoder *d);

/* Takes the range coder's first five bytes; false when they are none. */
bool once_begin(struct once_decoder *d, struct bytes *in);

/* The size that LZMA-alone's 13-byte header tells; UINT64_MAX: it does not. */
#define ONCE_ALONE_HEADER_LEN ((size_t)13)
uint64_t once_alone_size(const uint8_t header[ONCE_ALONE_HEADER_LEN]);

/* Takes such a header and what once_begin() takes; false when it is not for
   this decoder, or not more than `cap` bytes, or none, are to come. */
bool once_begin_alone(
    struct once_decoder *d, struct bytes *in, uint64_t cap, size_t *ret_size);

/* Where the output goes. ptr may move between two calls, with what it holds. */
struct once_room {
	uint8_t *ptr;
	size_t begin; /* matches reach back to here */
	size_t len;   /* made so far; the decoder adds to it */
	size_t limit; /* up to here it may write (garbage behind len, too) */
};

enum once_end {
	ONCE_FULL,  /* len is limit */
	ONCE_MARK,  /* the end mark */
	ONCE_SHORT, /* the input is used up */
	ONCE_BROKEN,
};

/* Decodes on; *in moves to what was not used. */
enum once_end once_run(
    struct once_decoder *d, struct bytes *in, struct once_room *room);

/* The range coder's last shift; whether it ends as an encoder ends it. */
bool once_finish(struct once_decoder *d, struct bytes *in);

/*
 * An .xz file of one block with LZMA2 alone, checked by CRC-32, CRC-64 or not
 * at all: all of it, header, check, index and footer. *ret_len is set, and
 * true returned, only when all is right and nothing stands behind it.
 */
bool once_decode_xz(struct once_decoder *d, struct bytes in, uint8_t *to,
    size_t cap, size_t *ret_len);

/*
 * A stream with LZMA-alone's 13-byte header of which the size is known and at
 * most `cap`. *ret_len as above.
 */
bool once_decode_alone(struct once_decoder *d, struct bytes in, uint8_t *to,
    size_t cap, size_t *ret_len);

#endif
