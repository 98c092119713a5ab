/* SPDX-License-Identifier: ISC */
/* A bounded, growing writer: how this program makes bytes and text. */
#ifndef BASE_OUT_H
#define BASE_OUT_H

#include "base/bytes.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/*
 * A handle: out_open(), any number of writes, one look at `failed`,
 * out_close(). The first failure sticks and later writes do nothing.
 */
struct out {
	uint8_t *ptr; /* owned */
	size_t len;
	size_t cap;
	size_t limit;	 /* largest len */
	enum err failed; /* ERR_OK, ERR_LIMIT or ERR_MEMORY */
};

struct out out_open(size_t limit);
void out_close(struct out *o);

/* What was written so far; borrows until the next write or close. */
struct bytes out_bytes(const struct out *o);

/* Makes room for n more bytes at ptr + len; NULL when that fails. */
uint8_t *out_reserve(struct out *o, size_t n);

void out_put(struct out *o, struct bytes in);
void out_text(struct out *o, const char *text);
void out_u8(struct out *o, uint8_t value);
void out_u16le(struct out *o, uint16_t value);
void out_u32le(struct out *o, uint32_t value);
void out_u64le(struct out *o, uint64_t value);
void out_u32be(struct out *o, uint32_t value);

/* Decimal, and lower-case hex without prefix (at least `digits` digits). */
void out_decimal(struct out *o, uint64_t value);
void out_hex(struct out *o, uint64_t value, unsigned digits);

/* Lower-case hex of bytes. */
void out_hex_bytes(struct out *o, struct bytes in);

#endif
