/* SPDX-License-Identifier: ISC */
/*
 * The formats without a library of their own: lzop files and LZ4's legacy
 * frame. Sources: lzop 1.04's documented layout, lz4_Frame_format.md "Legacy
 * frame".
 */
#include "codec/decompress_private.h"

#include "base/cursor.h"
#include "base/number.h"
#include "codec/crc.h"

#include <lz4.h>
#include <lzo/lzo1x.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define LZOP_MAGIC "\x89LZO\0\r\n\x1a\n"
#define LZOP_BLOCK_LEN (64 * MIB)
#define LZOP_VERSION_WITH_LEVEL 0x0940
#define LZOP_VERSION_KNOWN 0x1040

enum lzop_flag {
	LZOP_ADLER32_DATA = 0x0001,
	LZOP_ADLER32_PACKED = 0x0002,
	LZOP_EXTRA_FIELD = 0x0040,
	LZOP_CRC32_DATA = 0x0100,
	LZOP_CRC32_PACKED = 0x0200,
	LZOP_FILTER = 0x0800,
	LZOP_HEADER_CRC32 = 0x1000,
};

/* The best a compressor can do: bytes made of one byte, rounded up. */
#define LZ4_RATIO 256
#define LZO_RATIO 256

#define LZ4_LEGACY_MAGIC 0x184c2102
#define LZ4_LEGACY_BLOCK_LEN (8 * MIB)

static uint32_t
adler32_of(struct bytes in)
{
	return (uint32_t)adler32_z(1, in.ptr, in.len);
}

/* Both lzop checks after magic, or of an extra field. */
static void
lzop_check_header(struct cursor *c, size_t start, bool crc32)
{
	struct bytes covered = bytes_slice(c->in, start, c->pos - start);
	size_t at = c->pos;
	uint32_t stored = cur_u32be(c, "header checksum");

	if (cur_ok(c) &&
	    stored != (crc32 ? crc32_of(covered) : adler32_of(covered)))
		cur_fail(c, ERR_MALFORMED, at, "header checksum");
}

static enum err
lzop_read_header(struct cursor *c, uint32_t *ret_flags)
{
	if (!bytes_equal(cur_bytes(c, sizeof(LZOP_MAGIC) - 1, "magic"),
		BYTES(LZOP_MAGIC)))
		cur_fail(c, ERR_MALFORMED, 0, "magic");
	size_t start = c->pos;
	uint16_t version = cur_u16be(c, "version");
	bool new = version >= LZOP_VERSION_WITH_LEVEL;

	(void)cur_u16be(c, "library version");
	if (new &&cur_u16be(c, "version needed") > LZOP_VERSION_KNOWN)
		cur_fail(c, ERR_UNSUPPORTED, c->pos, "version needed");
	uint8_t method = cur_u8(c, "method");

	if (cur_ok(c) && (method < 1 || method > 3)) /* all three are LZO1X */
		cur_fail(c, ERR_UNSUPPORTED, c->pos, "method");
	if (new)
		(void)cur_u8(c, "level");
	uint32_t flags = cur_u32be(c, "flags");

	if ((flags & LZOP_FILTER) != 0 && cur_u32be(c, "filter") != 0)
		cur_fail(c, ERR_UNSUPPORTED, c->pos, "filter");
	(void)cur_u32be(c, "mode");
	(void)cur_u32be(c, "mtime_low");
	if (new)
		(void)cur_u32be(c, "mtime_high");
	cur_skip(c, cur_u8(c, "name length"), "name");
	lzop_check_header(c, start, (flags & LZOP_HEADER_CRC32) != 0);
	if ((flags & LZOP_EXTRA_FIELD) != 0) {
		start = c->pos;
		cur_skip(c, cur_u32be(c, "extra length"), "extra field");
		lzop_check_header(c, start, (flags & LZOP_HEADER_CRC32) != 0);
	}
	*ret_flags = flags;
	return c->fault.code;
}

/* The checks stored before a block, in the file's order. */
struct lzop_checks {
	bool with_adler32;
	bool with_crc32;
	uint32_t adler32;
	uint32_t crc32;
};

static struct lzop_checks
lzop_read_checks(struct cursor *c, bool with_adler32, bool with_crc32)
{
	struct lzop_checks checks = { with_adler32, with_crc32, 0, 0 };

	if (with_adler32)
		checks.adler32 = cur_u32be(c, "adler32");
	if (with_crc32)
		checks.crc32 = cur_u32be(c, "crc32");
	return checks;
}

static bool
lzop_agrees(const struct lzop_checks *checks, struct bytes in)
{
	return (!checks->with_adler32 || checks->adler32 == adler32_of(in)) &&
	    (!checks->with_crc32 || checks->crc32 == crc32_of(in));
}

/* Appends one block of `len` bytes once it is unpacked. */
static enum err
lzop_unpack(struct bytes packed, size_t len, const struct lzop_checks *checks,
    struct out *to)
{
	if (len > packed.len * LZO_RATIO)
		return ERR_MALFORMED;
	if (len > to->limit - to->len)
		return ERR_LIMIT;
	uint8_t *at = out_reserve(to, len);
	lzo_uint made = len;

	if (at == NULL)
		return to->failed;
	if (packed.len == len) {
		memcpy(at, packed.ptr, len);
	} else if (lzo1x_decompress_safe(
		       packed.ptr, packed.len, at, &made, NULL) != LZO_E_OK ||
	    made != len) {
		return ERR_MALFORMED;
	}
	to->len += len;
	return lzop_agrees(checks, (struct bytes){ at, len }) ? ERR_OK
							      : ERR_CHECKSUM;
}

/* One block; ERR_END at the mark behind the last. */
static enum err
lzop_read_block(struct cursor *c, uint32_t flags, struct out *to)
{
	uint32_t len = cur_u32be(c, "uncompressed length");

	if (cur_ok(c) && len == 0)
		return ERR_END;
	uint32_t packed_len = cur_u32be(c, "compressed length");
	struct lzop_checks data = lzop_read_checks(c,
	    (flags & LZOP_ADLER32_DATA) != 0, (flags & LZOP_CRC32_DATA) != 0);
	struct lzop_checks packed = { 0 };

	if (packed_len < len)
		packed = lzop_read_checks(c, (flags & LZOP_ADLER32_PACKED) != 0,
		    (flags & LZOP_CRC32_PACKED) != 0);
	if (!cur_ok(c))
		return c->fault.code;
	if (packed_len == 0 || packed_len > len || len > LZOP_BLOCK_LEN)
		return ERR_MALFORMED;
	struct bytes in = cur_bytes(c, packed_len, "block");

	if (!cur_ok(c))
		return c->fault.code;
	if (!lzop_agrees(&packed, in))
		return ERR_MALFORMED; /* not decoded: more than a bad sum */
	return lzop_unpack(in, len, &data, to);
}

enum err
decompress_lzop(struct bytes in, struct out *to, size_t *ret_used)
{
	struct cursor c = cur_open(in, "lzop");
	bool bad_sum = false;
	uint32_t flags = 0;
	enum err err = lzop_read_header(&c, &flags);

	while (err == ERR_OK) {
		err = lzop_read_block(&c, flags, to);
		if (err == ERR_CHECKSUM) { /* it is decoded: go on */
			bad_sum = true;
			err = ERR_OK;
		}
	}
	*ret_used = c.pos;
	if (err != ERR_END)
		return err;
	return bad_sum ? ERR_CHECKSUM : ERR_OK;
}

/* *ret_made is set on success. */
static enum err
lz4_legacy_unpack(struct bytes packed, struct out *to, size_t *ret_made)
{
	size_t cap = LZ4_LEGACY_BLOCK_LEN;

	if (packed.len < cap / LZ4_RATIO)
		cap = packed.len * LZ4_RATIO;
	size_t room = to->limit - to->len;
	uint8_t *spill = NULL;
	uint8_t *at = NULL;

	if (cap <= room) {
		at = out_reserve(to, cap);
	} else { /* its true length shows only after decoding it */
		spill = malloc(cap);
		at = spill;
	}
	if (at == NULL)
		return ERR_MEMORY;
	int made = LZ4_decompress_safe(
	    (const char *)packed.ptr, (char *)at, (int)packed.len, (int)cap);

	if (made >= 0 && spill == NULL)
		to->len += (size_t)made;
	if (made >= 0 && spill != NULL)
		out_put(
		    to, (struct bytes){ spill, size_min((size_t)made, room) });
	free(spill);
	if (made < 0)
		return ERR_MALFORMED;
	if (to->failed != ERR_OK)
		return to->failed;
	if ((size_t)made > room)
		return ERR_LIMIT;
	*ret_made = (size_t)made;
	return ERR_OK;
}

/*
 * Blocks have no end mark: the first that makes less than 8 MiB is the last,
 * or a length follows that no block can have (the kernel's build appends one).
 */
enum err
decompress_lz4_legacy(struct bytes in, struct out *to, size_t *ret_used)
{
	size_t packed_max = (size_t)LZ4_compressBound(LZ4_LEGACY_BLOCK_LEN);
	struct cursor c = cur_open(in, "lz4 legacy");
	size_t made = LZ4_LEGACY_BLOCK_LEN;
	enum err err = ERR_OK;
	size_t count = 0;

	if (cur_u32le(&c, "magic") != LZ4_LEGACY_MAGIC)
		cur_fail(&c, ERR_MALFORMED, 0, "magic");
	for (; cur_ok(&c) && made == LZ4_LEGACY_BLOCK_LEN; count++) {
		if (count > 0 && cur_left(&c) < 4)
			break;
		size_t start = c.pos;
		uint32_t len = cur_u32le(&c, "block length");

		if (len == 0 || len > packed_max) {
			if (count == 0)
				cur_fail(
				    &c, ERR_MALFORMED, start, "block length");
			c.pos = start;
			break;
		}
		struct bytes packed = cur_bytes(&c, len, "block");

		if (!cur_ok(&c))
			break;
		err = lz4_legacy_unpack(packed, to, &made);
		if (err != ERR_OK)
			break;
	}
	*ret_used = c.pos;
	return err != ERR_OK ? err : c.fault.code;
}
