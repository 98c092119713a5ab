/* SPDX-License-Identifier: ISC */
/* The bounded writer. */
#include "base/out.h"

#include <stdlib.h>
#include <string.h>

#define OUT_FIRST_LEN ((size_t)4096)

struct out
out_open(size_t limit)
{
	return (struct out){ .limit = limit };
}

void
out_close(struct out *o)
{
	free(o->ptr);
	*o = (struct out){ .limit = o->limit };
}

struct bytes
out_bytes(const struct out *o)
{
	return (struct bytes){ o->ptr, o->len };
}

static bool
grow(struct out *o, size_t need)
{
	size_t cap = o->cap > 0 ? o->cap : OUT_FIRST_LEN;

	while (cap < need)
		cap = cap > SIZE_MAX / 2 ? need : cap * 2;
	if (cap > o->limit)
		cap = o->limit;
	uint8_t *ptr = realloc(o->ptr, cap);

	if (ptr == NULL) {
		o->failed = ERR_MEMORY;
		return false;
	}
	o->ptr = ptr;
	o->cap = cap;
	return true;
}

uint8_t *
out_reserve(struct out *o, size_t n)
{
	if (o->failed != ERR_OK)
		return NULL;
	if (n > o->limit - o->len) {
		o->failed = ERR_LIMIT;
		return NULL;
	}
	if (n > o->cap - o->len && !grow(o, o->len + n))
		return NULL;
	return o->ptr + o->len;
}

void
out_put(struct out *o, struct bytes in)
{
	if (in.len == 0)
		return;
	uint8_t *to = out_reserve(o, in.len);

	if (to == NULL)
		return;
	memcpy(to, in.ptr, in.len);
	o->len += in.len;
}

void
out_text(struct out *o, const char *text)
{
	out_put(o, bytes_of(text));
}

static void
put_le(struct out *o, uint64_t value, size_t n)
{
	uint8_t le[8];

	for (size_t i = 0; i < n; i++)
		le[i] = (uint8_t)(value >> (8 * i));
	out_put(o, (struct bytes){ le, n });
}

void
out_u8(struct out *o, uint8_t value)
{
	put_le(o, value, 1);
}

void
out_u16le(struct out *o, uint16_t value)
{
	put_le(o, value, 2);
}

void
out_u32le(struct out *o, uint32_t value)
{
	put_le(o, value, 4);
}

void
out_u64le(struct out *o, uint64_t value)
{
	put_le(o, value, 8);
}

void
out_u32be(struct out *o, uint32_t value)
{
	put_le(o, __builtin_bswap32(value), 4);
}

void
out_decimal(struct out *o, uint64_t value)
{
	uint8_t digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (uint8_t)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	out_put(o, (struct bytes){ digits + at, sizeof(digits) - at });
}

void
out_hex(struct out *o, uint64_t value, unsigned digits)
{
	uint8_t text[16];
	size_t at = sizeof(text);

	do {
		text[--at] = (uint8_t) "0123456789abcdef"[value & 15];
		value >>= 4;
	} while (value > 0 || (at > 0 && sizeof(text) - at < digits));
	out_put(o, (struct bytes){ text + at, sizeof(text) - at });
}

void
out_hex_bytes(struct out *o, struct bytes in)
{
	for (size_t i = 0; i < in.len; i++)
		out_hex(o, in.ptr[i], 2);
}
