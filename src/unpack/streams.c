/* SPDX-License-Identifier: ISC */
/* One reader for all compressed streams, and a table of their headers. */
#include "unpack/streams.h"

#include "base/cursor.h"
#include "base/limits.h"
#include "base/number.h"
#include "codec/crc.h"
#include "codec/decompress.h"

#include <stdlib.h>

/* Far enough to tell noise from a stream. */
#define TRIAL_LEN (4 * KIB)
/* LZMA finds nearly any bits right for a while, and real kernels begin with
   some KiB of zeros. */
#define TRIAL_LZMA_LEN (64 * KIB)
/* libbz2 gives nothing before it has a whole block, of up to 900 KB: so much
   of one is looked at. */
#define TRIAL_IN_LEN (64 * KIB)
/* Less than this of a stream that is cut or broken says nothing. */
#define TRIAL_MIN_LEN ((size_t)64)
#define ZLIB_MIN_LEN (1 * KIB)
#define LZMA_MIN_LEN (1 * KIB)
/* Zeros decode into a run of zeros; a stream that is one has more to it. */
#define LZMA_MIN_USED ((size_t)32)
#define LZMA_HEADER_LEN 13

struct trial {
	enum err err;
	size_t made;
	size_t used;
};

struct stream_row {
	const char *name;
	size_t trial_len;
	size_t trial_in_len;
	enum err (*read_header)(struct cursor *c, struct format_info *info);
	bool (*believes)(const struct trial *trial);
};

struct stream {
	enum codec codec;
	struct bytes in;
	struct budget *budget;
	struct out out;
	size_t used;
	bool done;
};

static enum err
malformed(struct cursor *c, const char *field)
{
	cur_fail(c, ERR_MALFORMED, c->pos, field);
	return c->fault.code;
}

/* RFC 1952 §2.3 */
static enum err
read_gzip(struct cursor *c, struct format_info *info)
{
	enum {
		FLAG_EXTRA = 4,
		FLAG_NAME = 8,
		FLAG_RESERVED = 0xe0
	};

	cur_skip(c, 2, "ID");
	uint8_t method = cur_u8(c, "CM");
	uint8_t flags = cur_u8(c, "FLG");

	cur_skip(c, 5, "MTIME, XFL");
	uint8_t system = cur_u8(c, "OS");

	if (method != 8 || (flags & FLAG_RESERVED) != 0 ||
	    (system > 13 && system != 255))
		return malformed(c, "CM, FLG, OS");
	if ((flags & FLAG_EXTRA) != 0)
		cur_skip(c, cur_u16le(c, "XLEN"), "extra field");
	if ((flags & FLAG_NAME) != 0) {
		struct bytes rest = bytes_slice(c->in, c->pos, LIMIT_PATH_LEN);
		size_t len = bytes_find_byte(rest, 0, 0);

		if (len == SIZE_MAX)
			return malformed(c, "original file name");
		format_detail(
		    info, "name: %.*s", (int)len, (const char *)rest.ptr);
	}
	info->authenticity = AUTHENTICITY_CRC;
	return c->fault.code;
}

/* RFC 1950 §2.2 */
static enum err
read_zlib(struct cursor *c, struct format_info *info)
{
	uint16_t header = cur_u16be(c, "CMF, FLG");
	bool needs_dictionary = (header & 0x20) != 0;

	if ((header & 0x0f00) != 0x0800 || header >> 12 > 7 ||
	    header % 31 != 0 || needs_dictionary)
		return malformed(c, "CMF, FLG");
	info->authenticity = AUTHENTICITY_CRC;
	return c->fault.code;
}

/* The .xz File Format 1.0.4 §2.1.1 */
static enum err
read_xz(struct cursor *c, struct format_info *info)
{
	static const struct {
		uint8_t id;
		const char *text;
		enum authenticity authenticity;
	} checks[] = {
		{ 0x00, "no check", AUTHENTICITY_NONE },
		{ 0x01, "CRC32", AUTHENTICITY_CRC },
		{ 0x04, "CRC64", AUTHENTICITY_CRC },
		{ 0x0a, "SHA-256", AUTHENTICITY_HASH },
	};

	cur_skip(c, 6, "magic");
	struct bytes flags = cur_bytes(c, 2, "stream flags");
	uint32_t crc = cur_u32le(c, "CRC32");

	if (!cur_ok(c))
		return c->fault.code;
	if (crc != crc32_of(flags) || flags.ptr[0] != 0)
		return malformed(c, "stream flags");
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		if (flags.ptr[1] != checks[i].id)
			continue;
		format_detail(info, "%s", checks[i].text);
		info->authenticity = checks[i].authenticity;
		return ERR_OK;
	}
	return malformed(c, "stream flags");
}

/* 2^n or 2^n + 2^(n-1), as all encoders write it. */
static bool
is_dictionary_len(uint32_t len)
{
	uint32_t lowest = len & (~len + 1);

	return len >= 4096 && (len == lowest || len == lowest + lowest * 2);
}

/* LZMA SDK, lzma-specification.txt, "LZMA file format" */
static enum err
read_lzma(struct cursor *c, struct format_info *info)
{
	uint8_t properties = cur_u8(c, "properties");
	uint32_t dictionary_len = cur_u32le(c, "dictionary size");
	uint64_t size = cur_u64le(c, "uncompressed size");
	uint8_t first = cur_u8(c, "first byte");
	uint32_t code = cur_u32be(c, "range coder");
	unsigned lc = properties % 9;
	unsigned lp = properties / 9 % 5;
	unsigned pb = properties / 45;

	if (!cur_ok(c))
		return c->fault.code;
	if (pb > 4 || lc + lp > 4) /* as in LZMA2; all in use are */
		return malformed(c, "properties");
	if (!is_dictionary_len(dictionary_len))
		return malformed(c, "dictionary size");
	if (size != UINT64_MAX && (size == 0 || size > LIMIT_FILE_LEN))
		return malformed(c, "uncompressed size");
	/* A code of 0 is a run of zeros as literals: no encoder does that. */
	if (first != 0 || code == 0 || code == UINT32_MAX)
		return malformed(c, "range coder");
	format_detail(info, "lc %u, lp %u, pb %u, dictionary %u KiB", lc, lp,
	    pb, (unsigned)(dictionary_len / KIB));
	if (size == UINT64_MAX)
		format_detail(info, ", size unknown");
	info->authenticity = AUTHENTICITY_NONE;
	return ERR_OK;
}

/* The block's magic is part of the format's; the level stands before it. */
static enum err
read_bzip2(struct cursor *c, struct format_info *info)
{
	if (!bytes_equal(cur_bytes(c, 3, "magic"), BYTES("BZh")))
		return malformed(c, "magic");
	uint8_t level = cur_u8(c, "level");

	if (level < '1' || level > '9')
		return malformed(c, "level");
	info->authenticity = AUTHENTICITY_CRC;
	return c->fault.code;
}

/* RFC 8878 §3.1.1.1.1 */
static enum err
read_zstd(struct cursor *c, struct format_info *info)
{
	enum {
		FLAG_CHECKSUM = 0x04,
		FLAG_RESERVED = 0x08
	};

	cur_skip(c, 4, "Magic_Number");
	uint8_t descriptor = cur_u8(c, "Frame_Header_Descriptor");

	if ((descriptor & FLAG_RESERVED) != 0)
		return malformed(c, "Frame_Header_Descriptor");
	info->authenticity = (descriptor & FLAG_CHECKSUM) != 0
	    ? AUTHENTICITY_CRC
	    : AUTHENTICITY_NONE;
	return c->fault.code;
}

/* lz4_Frame_format.md, "Frame Descriptor" */
static enum err
read_lz4(struct cursor *c, struct format_info *info)
{
	enum {
		FLAG_CONTENT_CHECKSUM = 0x04,
		FLAG_RESERVED = 0x02
	};

	cur_skip(c, 4, "magic");
	uint8_t flags = cur_u8(c, "FLG");
	uint8_t block = cur_u8(c, "BD");

	if (flags >> 6 != 1 || (flags & FLAG_RESERVED) != 0 ||
	    (block & 0x8f) != 0 || block >> 4 < 4)
		return malformed(c, "FLG, BD");
	info->authenticity = (flags & FLAG_CONTENT_CHECKSUM) != 0
	    ? AUTHENTICITY_CRC
	    : AUTHENTICITY_NONE;
	return c->fault.code;
}

static enum err
read_lz4_legacy(struct cursor *c, struct format_info *info)
{
	cur_skip(c, 4, "magic");
	if (cur_u32le(c, "block size") == 0)
		return malformed(c, "block size");
	info->authenticity = AUTHENTICITY_NONE;
	return c->fault.code;
}

static enum err
read_lzo(struct cursor *c, struct format_info *info)
{
	cur_skip(c, 9, "magic");
	info->authenticity = AUTHENTICITY_CRC;
	return c->fault.code;
}

static bool
believes_start(const struct trial *t)
{
	if (t->err == ERR_OK || t->err == ERR_LIMIT)
		return true;
	return (t->err == ERR_TRUNCATED || t->err == ERR_CHECKSUM) &&
	    t->made >= TRIAL_MIN_LEN;
}

/*
 * Two bytes of header say little, and of random bytes one in some hundred is a
 * table of codes with which the rest decodes without complaint. That does not
 * make more of it, though.
 */
static bool
believes_zlib(const struct trial *t)
{
	if (t->err == ERR_OK)
		return true;
	return t->made > t->used &&
	    (t->err == ERR_LIMIT ||
		(t->err == ERR_TRUNCATED && t->made >= ZLIB_MIN_LEN));
}

static bool
believes_lzma(const struct trial *t)
{
	if (t->used < LZMA_HEADER_LEN + LZMA_MIN_USED)
		return false;
	return t->err == ERR_OK || t->err == ERR_LIMIT ||
	    (t->err == ERR_TRUNCATED && t->made >= LZMA_MIN_LEN);
}

/* With all of its first part consumed and no complaint so far. */
static bool
believes_bzip2(const struct trial *t)
{
	return believes_start(t) || t->err == ERR_TRUNCATED;
}

static const struct stream_row rows[] = {
	[CODEC_GZIP] = { "gzip", TRIAL_LEN, SIZE_MAX, read_gzip,
	    believes_start },
	[CODEC_ZLIB] = { "zlib", TRIAL_LEN, SIZE_MAX, read_zlib,
	    believes_zlib },
	[CODEC_XZ] = { "xz", TRIAL_LEN, SIZE_MAX, read_xz, believes_start },
	[CODEC_LZMA] = { "lzma", TRIAL_LZMA_LEN, SIZE_MAX, read_lzma,
	    believes_lzma },
	[CODEC_BZIP2] = { "bzip2", TRIAL_LEN, TRIAL_IN_LEN, read_bzip2,
	    believes_bzip2 },
	[CODEC_ZSTD] = { "zstd", TRIAL_LEN, SIZE_MAX, read_zstd,
	    believes_start },
	[CODEC_LZ4] = { "lz4", TRIAL_LEN, SIZE_MAX, read_lz4, believes_start },
	[CODEC_LZ4_LEGACY] = { "lz4-legacy", TRIAL_LEN, SIZE_MAX,
	    read_lz4_legacy, believes_start },
	[CODEC_LZOP] = { "lzo", TRIAL_LEN, SIZE_MAX, read_lzo, believes_start },
};

static enum err
probe_stream(enum codec codec, struct bytes in, struct format_info *ret)
{
	const struct stream_row *row = &rows[codec];
	struct format_info info = { .encrypted = ANSWER_NO };
	struct cursor c = cur_open(in, row->name);
	enum err err = row->read_header(&c, &info);

	if (err != ERR_OK)
		return err;
	struct out out = out_open(row->trial_len);
	struct trial trial = { 0 };

	trial.err = decompress_stream(
	    codec, bytes_slice(in, 0, row->trial_in_len), &out, &trial.used);
	trial.made = out.len;
	out_close(&out);
	if (!row->believes(&trial))
		return trial.err != ERR_OK ? trial.err : ERR_MALFORMED;
	*ret = info;
	return ERR_OK;
}

static enum err
open_stream(
    enum codec codec, struct bytes in, struct budget *budget, void **ret_handle)
{
	struct stream *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return ERR_MEMORY;
	*s = (struct stream){ .codec = codec, .in = in, .budget = budget };
	*ret_handle = s;
	return ERR_OK;
}

/* What the header claims; only LZMA-alone's can be had for nothing. */
static uint64_t
claimed_size(const struct stream *s)
{
	struct cursor c = cur_open_at(s->in, 5, "lzma");
	uint64_t size = cur_u64le(&c, "uncompressed size");

	if (s->codec != CODEC_LZMA || !cur_ok(&c) || size == UINT64_MAX)
		return s->out.len;
	return size;
}

static enum err
next_stream(void *handle, struct node *ret)
{
	struct stream *s = handle;

	if (s->done)
		return ERR_END;
	s->done = true;
	s->out = out_open(size_min(LIMIT_FILE_LEN, budget_left(s->budget)));
	enum err err = decompress_stream(s->codec, s->in, &s->out, &s->used);

	if (err == ERR_MEMORY)
		return err;
	/* It is made already: given out even if it was the last of the time. */
	if (budget_take(s->budget, s->out.len) != ERR_OK && err == ERR_OK)
		err = ERR_LIMIT;
	struct node node = { .kind = NODE_PAYLOAD, .mode = 0644 };

	node.content = out_bytes(&s->out);
	node.size = claimed_size(s);
	if (err != ERR_OK)
		node.fault = (struct fault){ .code = err,
			.at = s->used,
			.format = rows[s->codec].name,
			.field = "stream" };
	*ret = node;
	return ERR_OK;
}

static size_t
used_stream(void *handle)
{
	const struct stream *s = handle;

	return s->used;
}

static void
close_stream(void *handle)
{
	struct stream *s = handle;

	if (s == NULL)
		return;
	out_close(&s->out);
	free(s);
}

/* struct format has no room for the codec: one pair of functions for each. */
#define STREAM(name, codec)                                                    \
	static enum err probe_##name(struct bytes in, struct format_info *ret) \
	{                                                                      \
		return probe_stream((codec), in, ret);                         \
	}                                                                      \
	static enum err open_##name(                                           \
	    struct bytes in, struct budget *budget, void **ret_handle)         \
	{                                                                      \
		return open_stream((codec), in, budget, ret_handle);           \
	}

#define STREAM_FUNCTIONS(codec)                                                \
	.probe = probe_##codec, .open = open_##codec, .next = next_stream,     \
	.used = used_stream, .close = close_stream

STREAM(gzip, CODEC_GZIP)
STREAM(zlib, CODEC_ZLIB)
STREAM(xz, CODEC_XZ)
STREAM(lzma, CODEC_LZMA)
STREAM(bzip2, CODEC_BZIP2)
STREAM(zstd, CODEC_ZSTD)
STREAM(lz4, CODEC_LZ4)
STREAM(lz4_legacy, CODEC_LZ4_LEGACY)
STREAM(lzo, CODEC_LZOP)

const struct format gzip_format = {
	.name = "gzip",
	.magic = { MAGIC(0, "\x1f\x8b\x08") },
	STREAM_FUNCTIONS(gzip),
};

const struct format zlib_format = {
	.name = "zlib",
	.magic = { MAGIC(0, "\x78\x01"), MAGIC(0, "\x78\x5e"),
	    MAGIC(0, "\x78\x9c"), MAGIC(0, "\x78\xda") },
	.only_at_start = true,
	STREAM_FUNCTIONS(zlib),
};

const struct format xz_format = {
	.name = "xz",
	.magic = { MAGIC(0, "\xfd\x37zXZ\0") },
	STREAM_FUNCTIONS(xz),
};

/*
 * lc 3, lp 0, pb 2 is what the tools write by default; OpenWrt and Broadcom
 * tune for MIPS code with lp 2, some boot loaders with lc 4. The zeros are the
 * low bytes of a dictionary of 64 KiB or more.
 */
const struct format lzma_format = {
	.name = "lzma",
	.magic = { MAGIC(0, "\x5d\0\0"), MAGIC(0, "\x6d\0\0"),
	    MAGIC(0, "\x6e\0\0"), MAGIC(0, "\x6c\0\0"), MAGIC(0, "\x5e\0\0"),
	    MAGIC(0, "\x5d\0\x80\0\0") },
	STREAM_FUNCTIONS(lzma),
};

const struct format lzma_any_format = {
	.name = "lzma",
	.only_at_start = true,
	STREAM_FUNCTIONS(lzma),
};

const struct format bzip2_format = {
	.name = "bzip2",
	.magic = { MAGIC(4, "1AY&SY") },
	STREAM_FUNCTIONS(bzip2),
};

const struct format zstd_format = {
	.name = "zstd",
	.magic = { MAGIC(0, "\x28\xb5\x2f\xfd") },
	STREAM_FUNCTIONS(zstd),
};

const struct format lz4_format = {
	.name = "lz4",
	.magic = { MAGIC(0, "\x04\x22\x4d\x18") },
	STREAM_FUNCTIONS(lz4),
};

const struct format lz4_legacy_format = {
	.name = "lz4-legacy",
	.magic = { MAGIC(0, "\x02\x21\x4c\x18") },
	STREAM_FUNCTIONS(lz4_legacy),
};

const struct format lzo_format = {
	.name = "lzo",
	.magic = { MAGIC(0, "\x89LZO\0\r\n\x1a\n") },
	STREAM_FUNCTIONS(lzo),
};
