/* SPDX-License-Identifier: ISC */
/* Finds the sizes of a YAFFS2 and reads tags and object headers. */
#include "base/cursor.h"
#include "base/number.h"
#include "unpack/yaffs2_private.h"

#define HEADER_LEN ((size_t)512)
#define NAME_LEN ((size_t)256)
#define ALIAS_LEN ((size_t)160)
#define SEQUENCE_MIN 0x1000u
#define SEQUENCE_MAX 0xefffff00u
#define OBJECT_MAX 0x3ffffu
/* In a header's tags: what it says of itself, once more. */
#define EXTRA_HEADER 0x80000000u
#define EXTRA_TYPE_SHIFT 28
#define YAFFS1_CHUNK_LEN ((size_t)512)
#define YAFFS1_SPARE_LEN ((size_t)16)
/* Chunks by which the sizes are found. */
#define TRIED_CHUNKS 8

/* The sum of the places of the bits that are set, but the sum's own. */
static uint32_t
tags_ecc(uint32_t low, uint32_t high, bool big)
{
	uint32_t words[] = { low, high & ~(big ? 0x3ffcu : 0x3ffc0000u) };
	uint32_t ecc = 0;

	for (uint32_t bit = 0; bit < 64; bit++) {
		uint32_t byte = bit / 8 % 4;
		uint32_t shift = 8 * (big ? 3 - byte : byte) + bit % 8;

		if ((words[bit / 32] >> shift & 1) != 0)
			ecc ^= bit + 1;
	}
	return ecc;
}

/* The eight bytes of YAFFS1's tags stand around two marks and the data's ECC;
   they are bit fields, of which a big-endian machine's begin at the top. */
static enum err
read_tags_1(struct bytes spare, bool big, struct yaffs2_tags *ret)
{
	static const size_t places[] = { 0, 1, 2, 3, 6, 7, 11, 12 };
	uint8_t raw[8];
	unsigned kept = 0;

	if (spare.len < YAFFS1_SPARE_LEN)
		return ERR_TRUNCATED;
	for (size_t i = 0; i < sizeof(raw); i++)
		raw[i] = spare.ptr[places[i]];
	struct cursor c =
	    cur_open((struct bytes){ raw, sizeof(raw) }, "yaffs1 tags");
	uint32_t low = cur_u32(&c, big, "chunk_id, serial, n_bytes");
	uint32_t high = cur_u32(&c, big, "obj_id, ecc");
	struct yaffs2_tags t = {
		.sequence = SEQUENCE_MIN,
		.object = big ? high >> 14 : high & OBJECT_MAX,
		.chunk = big ? low >> 12 : low & 0xfffff,
		.len = big ? low & 0x3ff : low >> 22,
	};

	for (unsigned bit = 0; bit < 8; bit++)
		kept += spare.ptr[4] >> bit & 1;
	if ((low & high) == UINT32_MAX || kept < 7) /* erased, or deleted */
		return ERR_END;
	if (tags_ecc(low, high, big) !=
		((big ? high >> 2 : high >> 18) & 0xfff) ||
	    t.object == 0 || (t.chunk > 0 && t.len > YAFFS1_CHUNK_LEN))
		return ERR_MALFORMED;
	*ret = t;
	return ERR_OK;
}

enum err
yaffs2_read_tags(struct bytes in, const struct yaffs2_geometry *g, size_t at,
    struct yaffs2_tags *ret)
{
	struct bytes spare = bytes_slice(in, at + g->chunk_len, g->spare_len);
	struct cursor c = cur_open_at(spare, g->tags_at, "yaffs2 tags");
	struct yaffs2_tags t = { 0 };

	if (g->first_version)
		return read_tags_1(spare, g->big, ret);
	t.sequence = cur_u32(&c, g->big, "seq_number");
	t.object = cur_u32(&c, g->big, "obj_id");
	t.chunk = cur_u32(&c, g->big, "chunk_id");
	t.len = cur_u32(&c, g->big, "n_bytes");
	if (!cur_ok(&c))
		return c.fault.code;
	if (t.sequence == UINT32_MAX)
		return ERR_END;
	if ((t.chunk & EXTRA_HEADER) != 0) {
		t.chunk = 0;
		t.object &= ((uint32_t)1 << EXTRA_TYPE_SHIFT) - 1;
	}
	if (t.sequence < SEQUENCE_MIN || t.sequence > SEQUENCE_MAX ||
	    t.object == 0 || t.object > OBJECT_MAX ||
	    (t.chunk > 0 && t.len > g->chunk_len))
		return ERR_MALFORMED;
	*ret = t;
	return ERR_OK;
}

enum err
yaffs2_read_header(
    struct bytes in, bool big, size_t at, struct yaffs2_header *ret)
{
	struct bytes raw = bytes_slice(in, at, HEADER_LEN);
	struct cursor c = cur_open(raw, "yaffs2 object header");
	struct yaffs2_header h = { 0 };

	h.type = cur_u32(&c, big, "type");
	h.parent = cur_u32(&c, big, "parent_obj_id");
	cur_skip(&c, 2, "sum_no_longer_used");
	h.name = cur_text(&c, NAME_LEN, "name");
	cur_skip(&c, 2, "padding");
	h.mode = cur_u32(&c, big, "yst_mode");
	h.uid = cur_u32(&c, big, "yst_uid");
	h.gid = cur_u32(&c, big, "yst_gid");
	cur_skip(&c, 4, "yst_atime");
	h.mtime = cur_u32(&c, big, "yst_mtime");
	cur_skip(&c, 4, "yst_ctime");
	h.size = cur_u32(&c, big, "file_size_low");
	h.equivalent = cur_u32(&c, big, "equiv_id");
	h.alias = cur_text(&c, ALIAS_LEN, "alias");
	h.device = cur_u32(&c, big, "yst_rdev");
	if (!cur_ok(&c))
		return c.fault.code;
	if (h.type < YAFFS2_FILE || h.type > YAFFS2_SPECIAL || h.parent == 0 ||
	    h.parent > OBJECT_MAX || h.name.len == NAME_LEN)
		return ERR_MALFORMED;
	*ret = h;
	return ERR_OK;
}

static bool
is_erased(struct bytes in)
{
	size_t at = 0;

	while (at < in.len && in.ptr[at] == 0xff)
		at++;
	return at == in.len;
}

/*
 * How many of the first chunks agree with these sizes: they have tags, and a
 * header where the tags say so. 0 when the first is no header, or when chunks
 * that are neither that nor erased are more than a few.
 */
static size_t
count_fitting(struct bytes in, const struct yaffs2_geometry *g)
{
	size_t page = g->chunk_len + g->spare_len;
	size_t count = size_min(in.len / page, TRIED_CHUNKS);
	size_t good = 0;
	size_t bad = 0;

	for (size_t i = 0; i < count; i++) {
		struct yaffs2_tags t = { 0 };
		struct yaffs2_header h;
		enum err err = yaffs2_read_tags(in, g, i * page, &t);

		if (err == ERR_END && i > 0 &&
		    (g->first_version ||
			is_erased(bytes_slice(in, i * page, page))))
			continue;
		if (err == ERR_OK && t.chunk == 0)
			err = yaffs2_read_header(in, g->big, i * page, &h);
		if (i == 0 && (err != ERR_OK || t.chunk != 0))
			return 0;
		if (err == ERR_OK)
			good++;
		else
			bad++;
	}
	return good > 4 * bad ? good : 0;
}

bool
yaffs2_find_geometry(struct bytes in, struct yaffs2_geometry *ret)
{
	/*
	 * Sizes that flash chips have; spare bytes as left by the controller.
	 * In increasing order: where nothing but headers stand in a row, a
	 * multiple may fit by chance, too.
	 */
	static const struct {
		size_t chunk_len, spare_len;
	} sizes[] = {
		{ 512, 16 },
		{ 1024, 32 },
		{ 2048, 64 },
		{ 2048, 112 },
		{ 2048, 128 },
		{ 4096, 128 },
		{ 4096, 218 },
		{ 4096, 224 },
		{ 4096, 256 },
		{ 8192, 256 },
		{ 8192, 448 },
		{ 8192, 512 },
		{ 16384, 512 },
		{ 16384, 1024 },
	};
	/* Behind the bad block mark, or not. */
	static const size_t places[] = { 2, 0, 1 };
	bool big = bytes_starts(in, BYTES("\0\0\0"));
	size_t best = 0;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (size_t k = 0; k < sizeof(places) / sizeof(places[0]);
		     k++) {
			struct yaffs2_geometry g = { big, sizes[i].chunk_len,
				sizes[i].spare_len, places[k], false };

			size_t good = count_fitting(in, &g);

			if (good > best) {
				best = good;
				*ret = g;
			}
		}
	struct yaffs2_geometry g = { big, YAFFS1_CHUNK_LEN, YAFFS1_SPARE_LEN, 0,
		true };

	if (count_fitting(in, &g) > best) {
		*ret = g;
		return true;
	}
	return best > 0;
}
