/* SPDX-License-Identifier: ISC */
/* Reads integers and runs of bytes, one bounds check for all. */
#include "base/cursor.h"

#include <assert.h>

struct cursor
cur_open(struct bytes in, const char *format)
{
	return (struct cursor){ .in = in, .format = format };
}

struct cursor
cur_open_at(struct bytes in, size_t at, const char *format)
{
	struct cursor c = cur_open(in, format);

	cur_seek(&c, at, "offset");
	return c;
}

size_t
cur_left(const struct cursor *c)
{
	return c->in.len - c->pos;
}

bool
cur_ok(const struct cursor *c)
{
	return c->fault.code == ERR_OK;
}

void
cur_fail(struct cursor *c, enum err code, size_t at, const char *field)
{
	if (c->fault.code != ERR_OK)
		return;
	c->fault = (struct fault){
		.code = code, .at = at, .format = c->format, .field = field
	};
}

/* The only place that advances the cursor; n > 0. */
static const uint8_t *
take(struct cursor *c, size_t n, const char *field)
{
	assert(n > 0);
	if (c->fault.code != ERR_OK)
		return NULL;
	if (n > c->in.len - c->pos) { /* subtract: it cannot wrap */
		cur_fail(c, ERR_TRUNCATED, c->pos, field);
		return NULL;
	}
	c->pos += n;
	return c->in.ptr + (c->pos - n);
}

static uint64_t
take_integer(struct cursor *c, size_t n, bool big, const char *field)
{
	const uint8_t *p = take(c, n, field);
	uint64_t value = 0;

	if (p == NULL)
		return 0;
	for (size_t i = 0; i < n; i++)
		value = value << 8 | p[big ? i : n - 1 - i];
	return value;
}

uint8_t
cur_u8(struct cursor *c, const char *field)
{
	return (uint8_t)take_integer(c, 1, false, field);
}

uint16_t
cur_u16le(struct cursor *c, const char *field)
{
	return (uint16_t)take_integer(c, 2, false, field);
}

uint16_t
cur_u16be(struct cursor *c, const char *field)
{
	return (uint16_t)take_integer(c, 2, true, field);
}

uint32_t
cur_u32le(struct cursor *c, const char *field)
{
	return (uint32_t)take_integer(c, 4, false, field);
}

uint32_t
cur_u32be(struct cursor *c, const char *field)
{
	return (uint32_t)take_integer(c, 4, true, field);
}

uint64_t
cur_u64le(struct cursor *c, const char *field)
{
	return take_integer(c, 8, false, field);
}

uint64_t
cur_u64be(struct cursor *c, const char *field)
{
	return take_integer(c, 8, true, field);
}

uint16_t
cur_u16(struct cursor *c, bool big, const char *field)
{
	return (uint16_t)take_integer(c, 2, big, field);
}

uint32_t
cur_u32(struct cursor *c, bool big, const char *field)
{
	return (uint32_t)take_integer(c, 4, big, field);
}

uint64_t
cur_u64(struct cursor *c, bool big, const char *field)
{
	return take_integer(c, 8, big, field);
}

struct bytes
cur_bytes(struct cursor *c, size_t n, const char *field)
{
	if (n == 0)
		return (struct bytes){ NULL, 0 };
	const uint8_t *p = take(c, n, field);

	return (struct bytes){ p, p == NULL ? 0 : n };
}

void
cur_skip(struct cursor *c, size_t n, const char *field)
{
	(void)cur_bytes(c, n, field);
}

void
cur_seek(struct cursor *c, uint64_t at, const char *field)
{
	if (c->fault.code != ERR_OK)
		return;
	if (at > c->in.len) {
		cur_fail(c, ERR_TRUNCATED, c->in.len, field);
		return;
	}
	c->pos = (size_t)at;
}

struct bytes
cur_text(struct cursor *c, size_t n, const char *field)
{
	struct bytes all = cur_bytes(c, n, field);
	size_t end = bytes_find_byte(all, 0, 0);

	return end == SIZE_MAX ? all : bytes_slice(all, 0, end);
}
