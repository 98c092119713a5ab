/* SPDX-License-Identifier: ISC */
/* Puts the logical blocks of UBI volumes together. */
#include "unpack/ubi.h"

#include "base/cursor.h"
#include "base/limits.h"
#include "base/number.h"
#include "codec/crc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEADER_LEN ((size_t)64)
#define CRC_AT ((size_t)60)
#define LAYOUT_VOLUME 0x7fffefffu
#define VOLUMES_MAX 128
#define RECORD_LEN ((size_t)172)
#define RECORD_CRC_AT ((size_t)168)
#define NAME_LEN ((size_t)128)
#define UBI_GAP_MAX 8

enum volume_type {
	VOLUME_DYNAMIC = 1,
	VOLUME_STATIC = 2,
};

struct ec_header {
	uint32_t vid_at, data_at;
	uint32_t sequence; /* the same for all blocks of one image */
};

/* A block of a volume, as its VID header says. */
struct leb {
	uint32_t volume, number;
	uint64_t sequence;
	uint8_t type;
	bool copy;
	uint32_t data_len, used_blocks, pad, data_crc;
	size_t at; /* of its data */
};

struct geometry {
	size_t block_len; /* of an erase block */
	size_t size;	  /* of all */
	size_t count;	  /* of blocks in it, the bad ones too */
	struct ec_header first;
};

struct ubi {
	struct bytes in;
	struct budget *budget;
	struct geometry geometry;
	struct leb *leb; /* owned; by volume, number, newest first */
	size_t leb_count;
	size_t given;	    /* blocks whose volume was given */
	struct bytes table; /* the volume table; in the input */
	struct fault broken;
	uint8_t *volume; /* owned: the current one's content */
	char name[NAME_LEN + 2];
};

uint32_t
ubi_crc(struct bytes in)
{
	return ~crc32_of(in);
}

static bool
read_ec(struct bytes in, size_t at, struct ec_header *ret)
{
	struct bytes raw = bytes_slice(in, at, HEADER_LEN);
	struct cursor c = cur_open(raw, "ubi EC header");
	struct ec_header h;

	if (!bytes_equal(cur_bytes(&c, 4, "magic"), BYTES("UBI#")) ||
	    cur_u8(&c, "version") != 1)
		return false;
	cur_skip(&c, 3 + 8, "padding1, ec");
	h.vid_at = cur_u32be(&c, "vid_hdr_offset");
	h.data_at = cur_u32be(&c, "data_offset");
	h.sequence = cur_u32be(&c, "image_seq");
	cur_seek(&c, CRC_AT, "hdr_crc");
	uint32_t crc = cur_u32be(&c, "hdr_crc");

	if (!cur_ok(&c) || crc != ubi_crc(bytes_slice(raw, 0, CRC_AT)))
		return false;
	*ret = h;
	return true;
}

/* ERR_END: the block belongs to no volume. */
static enum err
read_vid(struct bytes block, const struct ec_header *ec, struct leb *ret)
{
	struct bytes raw = bytes_slice(block, ec->vid_at, HEADER_LEN);
	struct cursor c = cur_open(raw, "ubi VID header");
	struct leb l = { 0 };

	if (bytes_starts(raw, BYTES("\xff\xff\xff\xff")))
		return ERR_END;
	if (!bytes_equal(cur_bytes(&c, 4, "magic"), BYTES("UBI!")) ||
	    cur_u8(&c, "version") != 1)
		cur_fail(&c, ERR_MALFORMED, 0, "magic");
	l.type = cur_u8(&c, "vol_type");
	l.copy = cur_u8(&c, "copy_flag") != 0;
	(void)cur_u8(&c, "compat");
	l.volume = cur_u32be(&c, "vol_id");
	l.number = cur_u32be(&c, "lnum");
	cur_skip(&c, 4, "padding1");
	l.data_len = cur_u32be(&c, "data_size");
	l.used_blocks = cur_u32be(&c, "used_ebs");
	l.pad = cur_u32be(&c, "data_pad");
	l.data_crc = cur_u32be(&c, "data_crc");
	cur_skip(&c, 4, "padding2");
	l.sequence = cur_u64be(&c, "sqnum");
	cur_seek(&c, CRC_AT, "hdr_crc");
	uint32_t crc = cur_u32be(&c, "hdr_crc");

	if (cur_ok(&c) && crc != ubi_crc(bytes_slice(raw, 0, CRC_AT)))
		cur_fail(&c, ERR_CHECKSUM, CRC_AT, "hdr_crc");
	if (!cur_ok(&c))
		return c.fault.code;
	*ret = l;
	return ERR_OK;
}

/* Bytes of data in a block of this volume. */
static size_t
leb_len(const struct geometry *g, const struct leb *l)
{
	size_t room = g->block_len - g->first.data_at;

	return l->pad < room ? room - l->pad : 0;
}

static bool
read_geometry(struct bytes in, struct geometry *ret)
{
	struct geometry g = { 0 };
	struct ec_header h;

	if (!read_ec(in, 0, &g.first))
		return false;
	/* The next header tells the size of an erase block. */
	size_t block = bytes_find(in, BYTES("UBI#"), HEADER_LEN);

	while (block != SIZE_MAX && !read_ec(in, block, &h))
		block = bytes_find(in, BYTES("UBI#"), block + 1);
	g.block_len = block != SIZE_MAX ? block : in.len;
	if (g.first.vid_at < HEADER_LEN || g.first.data_at < HEADER_LEN ||
	    g.first.vid_at >= g.block_len || g.first.data_at >= g.block_len)
		return false;
	size_t gap = 0;

	for (size_t at = 0; at < in.len && gap <= UBI_GAP_MAX;) {
		size_t len = size_min(g.block_len, in.len - at);

		if (!read_ec(in, at, &h)) {
			gap++;
		} else if (h.sequence == g.first.sequence) {
			gap = 0;
			g.size = at + len;
		} else {
			break; /* another image */
		}
		at += len;
	}
	g.count = (g.size + g.block_len - 1) / g.block_len;
	*ret = g;
	return true;
}

static void
note_broken(struct ubi *u, enum err code, size_t at, const char *field)
{
	if (u->broken.code == ERR_OK)
		u->broken = (struct fault){
			.code = code, .at = at, .format = "ubi", .field = field
		};
}

static int
order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int
compare_lebs(const void *a, const void *b)
{
	const struct leb *x = a;
	const struct leb *y = b;

	if (x->volume != y->volume)
		return order(x->volume, y->volume);
	if (x->number != y->number)
		return order(x->number, y->number);
	if (x->sequence != y->sequence)
		return order(y->sequence, x->sequence);
	return order(x->at, y->at);
}

/* Whether the data is what its header says; unknown is yes. */
static bool
data_is_right(const struct ubi *u, const struct leb *l)
{
	struct bytes data = bytes_slice(u->in, l->at, l->data_len);

	if (!l->copy && l->type != VOLUME_STATIC)
		return true;
	return l->data_len <= leb_len(&u->geometry, l) &&
	    l->data_crc == ubi_crc(data);
}

/* Keeps of each logical block the newest that is complete. */
static void
drop_old(struct ubi *u)
{
	size_t kept = 0;

	for (size_t i = 0; i < u->leb_count; i++) {
		const struct leb *l = &u->leb[i];
		const struct leb *last = kept > 0 ? &u->leb[kept - 1] : NULL;
		const struct leb *next =
		    i + 1 < u->leb_count ? &u->leb[i + 1] : NULL;

		if (last != NULL && last->volume == l->volume &&
		    last->number == l->number)
			continue;
		if (l->copy && next != NULL && next->volume == l->volume &&
		    next->number == l->number && !data_is_right(u, l))
			continue;
		u->leb[kept++] = *l;
	}
	u->leb_count = kept;
}

static enum err
read_lebs(struct ubi *u)
{
	const struct geometry *g = &u->geometry;

	if (g->count > LIMIT_INDEX_LEN / sizeof(*u->leb))
		return ERR_LIMIT;
	u->leb = calloc(g->count, sizeof(*u->leb));
	if (u->leb == NULL)
		return ERR_MEMORY;
	for (size_t n = 0; n < g->count; n++) {
		size_t at = n * g->block_len;
		struct bytes block = bytes_slice(u->in, at, g->block_len);
		struct ec_header ec;
		struct leb l = { 0 };

		if (!read_ec(block, 0, &ec))
			continue;
		enum err err = read_vid(block, &ec, &l);

		if (err == ERR_OK && l.number >= g->count)
			err = ERR_TRUNCATED; /* more blocks than there are */
		if (err == ERR_OK) {
			l.at = at + g->first.data_at;
			u->leb[u->leb_count++] = l;
		} else if (err != ERR_END) {
			note_broken(u, err, at, "VID header");
		}
	}
	qsort(u->leb, u->leb_count, sizeof(*u->leb), compare_lebs);
	drop_old(u);
	for (size_t i = 0; i < u->leb_count && u->table.len == 0; i++)
		if (u->leb[i].volume == LAYOUT_VOLUME)
			u->table = bytes_slice(
			    u->in, u->leb[i].at, leb_len(g, &u->leb[i]));
	return ERR_OK;
}

/* A volume's name in the volume table; empty when it has none there. */
static struct bytes
volume_name(const struct ubi *u, uint32_t volume)
{
	struct bytes none = { NULL, 0 };

	if (volume >= VOLUMES_MAX)
		return none;
	struct bytes raw =
	    bytes_slice(u->table, volume * RECORD_LEN, RECORD_LEN);
	struct cursor c = cur_open(raw, "ubi volume table");
	uint32_t reserved = cur_u32be(&c, "reserved_pebs");

	cur_skip(&c, 4 + 4 + 1 + 1, "alignment to upd_marker");
	size_t len = cur_u16be(&c, "name_len");
	struct bytes name = cur_text(&c, NAME_LEN, "name");

	cur_seek(&c, RECORD_CRC_AT, "crc");
	uint32_t crc = cur_u32be(&c, "crc");

	if (!cur_ok(&c) || reserved == 0 || len != name.len ||
	    crc != ubi_crc(bytes_slice(raw, 0, RECORD_CRC_AT)))
		return none;
	return name;
}

static void
close_ubi(void *handle)
{
	struct ubi *u = handle;

	if (u == NULL)
		return;
	free(u->leb);
	free(u->volume);
	free(u);
}

static enum err
open_ubi(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct ubi *u = calloc(1, sizeof(*u));
	enum err err = ERR_MALFORMED;

	if (u == NULL)
		return ERR_MEMORY;
	u->budget = budget;
	if (!read_geometry(in, &u->geometry))
		goto done;
	u->in = bytes_slice(in, 0, u->geometry.size);
	err = read_lebs(u);
	if (err != ERR_OK)
		goto done;
	*ret_handle = u;
	err = ERR_OK;
done:
	if (err != ERR_OK)
		close_ubi(u);
	return err;
}

/* The end of the volume whose blocks begin at leb[from]. */
static size_t
volume_end(const struct ubi *u, size_t from)
{
	size_t to = from;

	while (to < u->leb_count && u->leb[to].volume == u->leb[from].volume)
		to++;
	return to;
}

static void
describe_volumes(const struct ubi *u, struct format_info *info)
{
	for (size_t at = 0; at < u->leb_count;) {
		size_t end = volume_end(u, at);
		struct bytes name = volume_name(u, u->leb[at].volume);

		if (u->leb[at].volume < VOLUMES_MAX)
			format_detail(info, ", %s volume \"%.*s\"",
			    u->leb[at].type == VOLUME_STATIC ? "static"
							     : "dynamic",
			    (int)name.len, (const char *)name.ptr);
		at = end;
	}
}

static enum err
probe(struct bytes in, struct format_info *ret)
{
	struct budget none = { 0 };
	void *handle;
	enum err err = open_ubi(in, &none, &handle);

	if (err != ERR_OK)
		return err;
	struct ubi *u = handle;

	*ret = (struct format_info){ .size = u->geometry.size,
		.authenticity = AUTHENTICITY_CRC,
		.encrypted = ANSWER_NO };
	format_detail(ret, "%zu erase blocks of %zu bytes", u->geometry.count,
	    u->geometry.block_len);
	describe_volumes(u, ret);
	close_ubi(u);
	return ERR_OK;
}

/* Lays the blocks leb[from, to) one after the other into u->volume. */
static void
copy_blocks(
    struct ubi *u, size_t from, size_t to, size_t size, struct node *node)
{
	size_t len = leb_len(&u->geometry, &u->leb[from]);
	size_t wanted = 0; /* number of the next block */

	memset(u->volume, 0xff, size);
	for (size_t i = from; i < to; i++) {
		const struct leb *l = &u->leb[i];
		size_t at = l->number * len; /* <= size: volume_len() */
		bool fixed = l->type == VOLUME_STATIC;
		struct bytes data = bytes_slice(
		    u->in, l->at, size_min(len, fixed ? l->data_len : len));

		if (fixed && (l->number != wanted || !data_is_right(u, l)))
			node_fail(node,
			    l->number != wanted ? ERR_TRUNCATED : ERR_CHECKSUM,
			    l->at, "ubi", "data_crc");
		wanted = (size_t)l->number + 1;
		if (at >= size)
			continue;
		data.len = size_min(data.len, size - at);
		if (data.len > 0)
			memcpy(u->volume + at, data.ptr, data.len);
	}
	if (u->leb[from].type == VOLUME_STATIC &&
	    wanted < u->leb[from].used_blocks)
		node_fail(
		    node, ERR_TRUNCATED, u->leb[to - 1].at, "ubi", "used_ebs");
}

/* Never more than the image: numbers are below geometry.count. */
static size_t
volume_len(const struct ubi *u, size_t from, size_t to)
{
	const struct leb *last = &u->leb[to - 1];
	size_t len = leb_len(&u->geometry, &u->leb[from]);

	if (last->type == VOLUME_STATIC)
		return last->number * len + size_min(last->data_len, len);
	return ((size_t)last->number + 1) * len;
}

static void
name_volume(struct ubi *u, uint32_t volume, struct node *node)
{
	struct bytes name = volume_name(u, volume);
	char fallback[24];

	if (name.len == 0) {
		(void)snprintf(fallback, sizeof(fallback), "volume%u", volume);
		name = bytes_of(fallback);
	}
	node->name.len = format_clean_name(name, u->name);
	node->name.ptr = (const uint8_t *)u->name;
}

static enum err
next_ubi(void *handle, struct node *ret)
{
	struct ubi *u = handle;
	struct node node = { .kind = NODE_PAYLOAD };
	size_t from = u->given;

	free(u->volume);
	u->volume = NULL;
	/* UBI's own volumes stand behind the others. */
	if (from == u->leb_count || u->leb[from].volume >= VOLUMES_MAX)
		return ERR_END;
	size_t to = volume_end(u, from);
	size_t size = volume_len(u, from, to);

	node.size = size;
	if (size > LIMIT_FILE_LEN) {
		node_fail(&node, ERR_LIMIT, u->leb[from].at, "ubi", "volume");
		size = LIMIT_FILE_LEN;
	}
	if (budget_take(u->budget, size) != ERR_OK)
		return ERR_LIMIT;
	u->volume = malloc(size + 1); /* + 1: none of 0 bytes */
	if (u->volume == NULL)
		return ERR_MEMORY;
	copy_blocks(u, from, to, size, &node);
	if (node.fault.code == ERR_OK)
		node.fault = u->broken;
	name_volume(u, u->leb[from].volume, &node);
	node.content = (struct bytes){ u->volume, size };
	u->given = to;
	*ret = node;
	return ERR_OK;
}

static size_t
used_ubi(void *handle)
{
	const struct ubi *u = handle;

	return u->in.len;
}

const struct format ubi_format = {
	.name = "ubi",
	.magic = { MAGIC(0, "UBI#") },
	.probe = probe,
	.open = open_ubi,
	.next = next_ubi,
	.used = used_ubi,
	.close = close_ubi,
};
