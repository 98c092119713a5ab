/* SPDX-License-Identifier: ISC */
/* The only way foreign bytes are read: a cursor whose first fault sticks. */
#ifndef BASE_CURSOR_H
#define BASE_CURSOR_H

#include "base/bytes.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * After the first failure every read gives zero (or empty bytes) and the
 * position stays, so a header is read in straight lines and checked once.
 */
struct cursor {
	struct bytes in;    /* borrowed; must outlive the cursor */
	size_t pos;	    /* next byte to read; always <= in.len */
	const char *format; /* static; goes into the fault */
	struct fault fault; /* the first failure; code is ERR_OK until then */
};

struct cursor cur_open(struct bytes in, const char *format);

/* Opens at an offset; past the end it is a cursor that has failed. */
struct cursor cur_open_at(struct bytes in, size_t at, const char *format);

size_t cur_left(const struct cursor *c);
bool cur_ok(const struct cursor *c);

/* Records a failure at offset `at` unless there is one already. */
void cur_fail(struct cursor *c, enum err code, size_t at, const char *field);

uint8_t cur_u8(struct cursor *c, const char *field);
uint16_t cur_u16le(struct cursor *c, const char *field);
uint16_t cur_u16be(struct cursor *c, const char *field);
uint32_t cur_u32le(struct cursor *c, const char *field);
uint32_t cur_u32be(struct cursor *c, const char *field);
uint64_t cur_u64le(struct cursor *c, const char *field);
uint64_t cur_u64be(struct cursor *c, const char *field);

/* For formats that exist in both byte orders. */
uint16_t cur_u16(struct cursor *c, bool big, const char *field);
uint32_t cur_u32(struct cursor *c, bool big, const char *field);
uint64_t cur_u64(struct cursor *c, bool big, const char *field);

/* Borrows the next n bytes of the input. */
struct bytes cur_bytes(struct cursor *c, size_t n, const char *field);
void cur_skip(struct cursor *c, size_t n, const char *field);

/* Moves to an absolute offset in the input. */
void cur_seek(struct cursor *c, uint64_t at, const char *field);

/* A zero-terminated text inside a field of n bytes: up to the first zero. */
struct bytes cur_text(struct cursor *c, size_t n, const char *field);

#endif
