/* SPDX-License-Identifier: ISC */
/* Writers for the formats that the tests of unpack nest in each other. */
#include "image.h"

#include "codec/crc.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

void
image_put_fill(struct out *o, uint8_t byte, size_t count)
{
	for (size_t i = 0; i < count; i++)
		out_u8(o, byte);
}

void
image_put_noise(struct out *o, uint32_t seed, size_t count)
{
	uint32_t x = seed * 2654435761U + 1;

	for (size_t i = 0; i < count; i++) {
		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		out_u8(o, (uint8_t)(x >> 11));
	}
}

void
image_put_uimage(struct out *o, struct bytes data, uint8_t type)
{
	struct out header = out_open(64);
	uint32_t crc;

	out_u32be(&header, 0x27051956);
	out_u32be(&header, 0);
	out_u32be(&header, 1);
	out_u32be(&header, (uint32_t)data.len);
	out_u32be(&header, 0x80000000);
	out_u32be(&header, 0x80000000);
	out_u32be(&header, crc32_of(data));
	out_u8(&header, 5); /* Linux */
	out_u8(&header, 2); /* ARM */
	out_u8(&header, type);
	out_u8(&header, 0);
	out_text(&header, "test");
	image_put_fill(&header, 0, 64 - header.len);
	crc = crc32_of(out_bytes(&header));
	for (size_t i = 0; i < 4; i++)
		header.ptr[4 + i] = (uint8_t)(crc >> (24 - 8 * i));
	out_put(o, out_bytes(&header));
	out_put(o, data);
	out_close(&header);
}

void
image_put_gzip(struct out *o, struct bytes data)
{
	z_stream z = { .next_in = (z_const Bytef *)(uintptr_t)data.ptr,
		.avail_in = (uInt)data.len };

	assert(
	    deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) == Z_OK);
	size_t bound = deflateBound(&z, (uLong)data.len);
	uint8_t *to = out_reserve(o, bound);

	assert(to != NULL);
	z.next_out = to;
	z.avail_out = (uInt)bound;
	assert(deflate(&z, Z_FINISH) == Z_STREAM_END);
	o->len += bound - z.avail_out;
	deflateEnd(&z);
}

void
image_put_trx(struct out *o, struct bytes data)
{
	struct out body = out_open(data.len + 64);

	out_u16le(&body, 0);
	out_u16le(&body, 1);
	out_u32le(&body, 28);
	out_u32le(&body, 0);
	out_u32le(&body, 0);
	out_put(&body, data);
	out_text(o, "HDR0");
	out_u32le(o, (uint32_t)(12 + body.len));
	out_u32le(o, ~crc32_of(out_bytes(&body)));
	out_put(o, out_bytes(&body));
	out_close(&body);
}

static void
put_cpio_member(struct out *o, const char *name, struct bytes data)
{
	char header[111];
	size_t from = o->len;

	(void)snprintf(header, sizeof(header),
	    "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x", 1U,
	    data.len > 0 ? 0100644U : 0U, 0U, 0U, 1U, 0U, (unsigned)data.len,
	    0U, 0U, 0U, 0U, (unsigned)strlen(name) + 1, 0U);
	out_text(o, header);
	out_text(o, name);
	out_u8(o, 0);
	while ((o->len - from) % 4 != 0)
		out_u8(o, 0);
	out_put(o, data);
	while ((o->len - from) % 4 != 0)
		out_u8(o, 0);
}

void
image_put_cpio(struct out *o, const char *name, struct bytes data)
{
	put_cpio_member(o, name, data);
	put_cpio_member(o, "TRAILER!!!", (struct bytes){ NULL, 0 });
}
