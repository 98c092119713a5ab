/* SPDX-License-Identifier: ISC */
/* A QR code as PNG (ISO/IEC 15948), two colours. */
#include "picture/qr.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* Largest row: the filter's byte, then a bit a pixel. */
#define PNG_ROW_MAX (1 + ((QR_SIDE_MAX + 2 * QR_QUIET) * QR_SCALE_MAX + 7) / 8)

static void
put_chunk(struct out *o, const char type[5], struct bytes content)
{
	uLong crc = crc32(0, (const Bytef *)type, 4);

	/* of no bytes at NULL, zlib would give the first value */
	if (content.len > 0)
		crc = crc32(crc, content.ptr, (uInt)content.len);
	out_u32be(o, (uint32_t)content.len);
	out_text(o, type);
	out_put(o, content);
	out_u32be(o, (uint32_t)crc);
}

static void
put_header(struct out *o, size_t pixels)
{
	struct out chunk = out_open(64);

	out_u32be(&chunk, (uint32_t)pixels);
	out_u32be(&chunk, (uint32_t)pixels);
	out_u8(&chunk, 1); /* bits a pixel */
	out_u8(&chunk, 0); /* grey: 0 black, 1 white */
	out_u8(&chunk, 0); /* deflate */
	out_u8(&chunk, 0); /* filters of the standard */
	out_u8(&chunk, 0); /* not interlaced */
	if (chunk.failed != ERR_OK && o->failed == ERR_OK)
		o->failed = chunk.failed;
	put_chunk(o, "IHDR", out_bytes(&chunk));
	out_close(&chunk);
}

/* Pixels a metre, so that a printer makes modules of the right size. */
static void
put_density(struct out *o, unsigned scale)
{
	uint32_t density = scale * (1000000U / QR_MODULE_UM);
	struct out chunk = out_open(64);

	out_u32be(&chunk, density);
	out_u32be(&chunk, density);
	out_u8(&chunk, 1); /* the unit is the metre */
	if (chunk.failed != ERR_OK && o->failed == ERR_OK)
		o->failed = chunk.failed;
	put_chunk(o, "pHYs", out_bytes(&chunk));
	out_close(&chunk);
}

/* One row of pixels; rows of one module's height are alike. */
static void
fill_row(
    const struct qr *qr, size_t y, unsigned scale, uint8_t row[PNG_ROW_MAX])
{
	size_t pixels = qr_full_side(qr) * scale;

	memset(row, 0, PNG_ROW_MAX); /* row[0]: no filter */
	for (size_t x = 0; x < pixels; x++) {
		/* in the quiet zone it wraps, and is not dark either */
		if (!qr_is_dark(qr, x / scale - QR_QUIET, y - QR_QUIET))
			row[1 + x / 8] |= (uint8_t)(0x80U >> (x % 8));
	}
}

static enum err
put_pixels(struct out *o, const struct qr *qr, unsigned scale)
{
	uint8_t row[PNG_ROW_MAX];
	size_t side = qr_full_side(qr);
	size_t row_len = 1 + (side * scale + 7) / 8;
	size_t len = row_len * side * scale;
	uLongf packed_len = compressBound(len);
	uint8_t *pixels = malloc(len);
	uint8_t *packed = malloc(packed_len);
	enum err err = ERR_MEMORY;

	if (pixels == NULL || packed == NULL)
		goto done;
	for (size_t y = 0; y < side * scale; y++) {
		if (y % scale == 0)
			fill_row(qr, y / scale, scale, row);
		memcpy(pixels + y * row_len, row, row_len);
	}
	if (compress2(packed, &packed_len, pixels, len, Z_BEST_COMPRESSION) !=
	    Z_OK)
		goto done;
	put_chunk(o, "IDAT", (struct bytes){ packed, packed_len });
	err = ERR_OK;
done:
	free(pixels);
	free(packed);
	return err;
}

enum err
qr_put_png(struct out *o, const struct qr *qr, unsigned scale)
{
	if (scale == 0 || scale > QR_SCALE_MAX)
		return ERR_LIMIT;
	out_put(o, BYTES("\x89PNG\r\n\x1a\n"));
	put_header(o, qr_full_side(qr) * scale);
	put_density(o, scale);
	enum err err = put_pixels(o, qr, scale);

	if (err != ERR_OK)
		return err;
	put_chunk(o, "IEND", (struct bytes){ NULL, 0 });
	return o->failed;
}
