/* SPDX-License-Identifier: ISC */
/* Compressed files of EROFS: the index of their clusters, and these. */
#include "base/cursor.h"
#include "base/number.h"
#include "codec/decompress.h"
#include "unpack/erofs_private.h"

#include <string.h>

#define HEADER_LEN ((size_t)8)
#define FULL_ENTRY_LEN ((size_t)8)
#define PACK_MAX ((size_t)16)
#define COMPRESSED_MAX (1 * MIB) /* bytes of a compressed cluster */

enum advise {
	ADVISE_COMPACT_2B = 0x1,
	ADVISE_BIG_1 = 0x2,
	ADVISE_BIG_2 = 0x4,
	ADVISE_TAIL = 0x8, /* the last cluster stands in the index */
	ADVISE_INTERLACED = 0x10,
	ADVISE_FRAGMENT = 0x20, /* the last cluster is in the packed inode */
};

enum cluster_type {
	CLUSTER_PLAIN,
	CLUSTER_HEAD_1,
	CLUSTER_NOT_HEAD,
	CLUSTER_HEAD_2,
};

#define BLOCK_COUNT_MARK 0x800u /* the first that is no head: its size */

/* What the index says of a file, and of one of its clusters. */
struct map {
	const struct erofs *fs;
	const struct erofs_inode *inode;
	uint64_t index; /* bytes: where the header begins */
	unsigned bits;	/* of a logical cluster's length */
	uint64_t clusters;
	uint16_t advise;
	unsigned algorithm[2];
	size_t tail_len;
	uint64_t fragment_at; /* in the packed inode */
	bool all_fragment;
};

struct cluster {
	enum cluster_type type;
	uint32_t start; /* heads: where in the cluster its extent begins */
	uint32_t block; /* heads */
	uint32_t block_count; /* the first that is no head: 0: not said */
	uint64_t behind;      /* bytes: where this part of the index ends */
};

/* Bytes of a file that are compressed together. */
struct extent {
	enum cluster_type type;
	uint64_t at, len;
	uint32_t block, block_count;
	bool last;
	uint64_t behind; /* with ADVISE_TAIL: where the tail stands */
};

static enum err
read_header(
    const struct erofs *fs, const struct erofs_inode *inode, struct map *ret)
{
	struct map m = { .fs = fs,
		.inode = inode,
		.index = (inode->end + 7) & ~UINT64_C(7) };

	if (m.index > fs->in.len)
		return ERR_TRUNCATED;
	struct cursor c = cur_open_at(fs->in, (size_t)m.index, "erofs index");
	uint64_t all = cur_u64le(&c, "map header");

	if (!cur_ok(&c))
		return c.fault.code;
	m.bits = fs->super.block_bits + (unsigned)(all >> 56 & 7);
	m.clusters = inode->size >> m.bits;
	if ((inode->size & ((UINT64_C(1) << m.bits) - 1)) != 0)
		m.clusters++;
	if (all >> 63 != 0) {
		m.all_fragment = true;
		m.fragment_at = all & (UINT64_MAX >> 1);
		*ret = m;
		return ERR_OK;
	}
	m.advise = (uint16_t)(all >> 32);
	m.algorithm[0] = (unsigned)(all >> 48 & 15);
	m.algorithm[1] = (unsigned)(all >> 52 & 15);
	m.tail_len = (size_t)(all >> 16 & 0xffff);
	m.fragment_at = all & UINT32_MAX;
	/* Each has two bytes at least. */
	if (m.clusters > (fs->in.len - m.index) / 2)
		return ERR_TRUNCATED;
	*ret = m;
	return ERR_OK;
}

static enum err
read_full(const struct map *m, uint64_t number, struct cluster *ret)
{
	uint64_t at = m->index + 2 * HEADER_LEN + number * FULL_ENTRY_LEN;

	if (at > m->fs->in.len)
		return ERR_TRUNCATED;
	struct cursor c = cur_open_at(m->fs->in, (size_t)at, "erofs index");
	struct cluster e = { .behind = at + FULL_ENTRY_LEN };

	e.type = (enum cluster_type)(cur_u16le(&c, "di_advise") & 3);
	e.start = cur_u16le(&c, "di_clusterofs");
	e.block = cur_u32le(&c, "di_u");
	if (!cur_ok(&c))
		return c.fault.code;
	if (e.type == CLUSTER_NOT_HEAD) {
		uint32_t back = e.block & 0xffff;

		if ((back & BLOCK_COUNT_MARK) != 0)
			e.block_count = back & ~BLOCK_COUNT_MARK;
	}
	*ret = e;
	return ERR_OK;
}

/* Where in a compact index a cluster is: packs of two in 8 bytes, or of 16 in
   32, with the block of the first head at their end. */
struct pack {
	uint64_t at; /* bytes */
	size_t len;
	size_t count;  /* clusters */
	size_t number; /* of ours in it */
};

static bool
find_pack(const struct map *m, uint64_t number, struct pack *ret)
{
	uint64_t base = m->index + HEADER_LEN;
	uint64_t before = (32 - base % 32) % 32 / 4; /* up to the alignment */
	uint64_t twos = 0;
	struct pack p = { .len = 8, .count = 2 };

	if ((m->advise & ADVISE_COMPACT_2B) != 0 && before < m->clusters)
		twos = (m->clusters - before) / PACK_MAX * PACK_MAX;
	uint64_t at = base + number * 4;

	if (number >= before && number < before + twos) {
		if (m->bits > 12)
			return false;
		p.len = 32;
		p.count = PACK_MAX;
		at = base + before * 4 + (number - before) * 2;
	} else if (m->bits > 14) {
		return false;
	} else if (number >= before + twos) {
		at =
		    base + before * 4 + twos * 2 + (number - before - twos) * 4;
	}
	p.at = at / p.len * p.len;
	p.number = (size_t)((at - p.at) / (p.len / p.count));
	*ret = p;
	return true;
}

/* Bits of a value in a pack: room for BLOCK_COUNT_MARK at least. */
static unsigned
value_bits(const struct map *m)
{
	return m->bits > 12 ? m->bits : 12;
}

/* One entry of a pack: a value, then two bits of the type. */
struct packed {
	enum cluster_type type;
	uint32_t value;
};

static struct packed
packed_at(
    const struct map *m, struct bytes pack, const struct pack *p, size_t number)
{
	size_t width = (p->len - 4) * 8 / p->count;
	size_t bit = number * width;
	uint32_t raw = 0;

	for (size_t i = 0; i < 4; i++)
		if (bit / 8 + i < pack.len)
			raw |= (uint32_t)pack.ptr[bit / 8 + i] << 8 * i;
	raw >>= bit % 8;
	return (struct packed){ (enum cluster_type)(raw >> value_bits(m) & 3),
		raw & ((1u << value_bits(m)) - 1) };
}

/* Blocks that the heads in front of entry `number` of a pack take. */
static uint32_t
blocks_before(
    const struct map *m, struct bytes pack, const struct pack *p, size_t number)
{
	bool big = (m->advise & (ADVISE_BIG_1 | ADVISE_BIG_2)) != 0;
	uint32_t count = big ? 0 : 1;
	size_t i = number;

	while (i > 0) {
		struct packed e = packed_at(m, pack, p, --i);

		if (e.type != CLUSTER_NOT_HEAD) {
			count++;
			continue;
		}
		if (big && (e.value & BLOCK_COUNT_MARK) != 0) {
			/* and its head, which stands in front of it */
			count += e.value & ~BLOCK_COUNT_MARK;
			i -= i > 0 ? 1 : 0;
			continue;
		}
		/* To the head, or with big clusters to the one behind it. */
		size_t back = e.value;

		if (big)
			back = back > 2 ? back - 2 : 0;
		if (!big && back <= i)
			count++;
		i = back < i ? i - back : 0;
	}
	return count;
}

static enum err
read_compact(const struct map *m, uint64_t number, struct cluster *ret)
{
	struct pack p;

	if (!find_pack(m, number, &p))
		return ERR_UNSUPPORTED;
	struct bytes pack = erofs_bytes(m->fs, p.at, p.len);

	if (pack.len == 0)
		return ERR_TRUNCATED;
	struct packed e = packed_at(m, pack, &p, p.number);
	struct cluster found = { .type = e.type, .behind = p.at + p.len };

	if (e.type == CLUSTER_NOT_HEAD) {
		if ((e.value & BLOCK_COUNT_MARK) != 0)
			found.block_count = e.value & ~BLOCK_COUNT_MARK;
	} else {
		struct cursor c =
		    cur_open_at(pack, p.len - 4, "erofs index pack");

		found.start = e.value;
		found.block = cur_u32le(&c, "blkaddr") +
		    blocks_before(m, pack, &p, p.number);
	}
	*ret = found;
	return ERR_OK;
}

static enum err
read_cluster(const struct map *m, uint64_t number, struct cluster *ret)
{
	if (m->inode->layout == EROFS_FULL_INDEX)
		return read_full(m, number, ret);
	return read_compact(m, number, ret);
}

/*
 * The extent that begins in cluster `number`; *ret_next is the cluster in which
 * the next one does. They end where the next head says, the last with the file.
 */
static enum err
read_extent(const struct map *m, uint64_t number, struct extent *ret,
    uint64_t *ret_next)
{
	struct cluster head;
	enum err err = read_cluster(m, number, &head);

	if (err != ERR_OK)
		return err;
	if (head.type == CLUSTER_NOT_HEAD || head.start >> m->bits != 0)
		return ERR_MALFORMED;
	struct extent e = {
		.type = head.type,
		.at = (number << m->bits) + head.start,
		.block = head.block,
		.block_count = 1u << (m->bits - m->fs->super.block_bits),
		.behind = head.behind,
	};
	uint64_t end = m->inode->size;
	uint64_t next = number + 1;

	for (; next < m->clusters; next++) {
		struct cluster c;

		err = read_cluster(m, next, &c);
		if (err != ERR_OK)
			return err;
		if (c.type != CLUSTER_NOT_HEAD) {
			uint64_t start = (next << m->bits) + c.start;

			if (start < end) {
				end = start;
				break;
			}
		}
		if (next == number + 1 && c.type == CLUSTER_NOT_HEAD &&
		    c.block_count != 0)
			e.block_count = c.block_count;
		e.behind = c.behind;
	}
	e.last = next >= m->clusters;
	if (end <= e.at)
		return ERR_MALFORMED;
	e.len = end - e.at;
	*ret = e;
	*ret_next = next;
	return ERR_OK;
}

/* Plain bytes; interlaced, those of the first block stand last and where they
   do in the file. */
static enum err
copy_plain(
    const struct map *m, const struct extent *e, struct bytes data, uint8_t *to)
{
	size_t block_len = m->fs->super.block_len;
	size_t len = (size_t)e->len;
	size_t first = 0;

	if (len > data.len)
		return ERR_MALFORMED;
	if ((m->advise & ADVISE_INTERLACED) != 0 && data.len >= block_len) {
		size_t part = block_len - (size_t)(e->at % block_len);

		first = size_min(part, len);
		memcpy(to, data.ptr + data.len - part, first);
	}
	if (len > first)
		memcpy(to + first, data.ptr, len - first);
	return ERR_OK;
}

static enum err
decode(
    const struct map *m, const struct extent *e, struct bytes data, uint8_t *to)
{
	static const enum start_codec codecs[] = { START_LZ4, START_MICROLZMA,
		START_DEFLATE, START_ZSTD };
	unsigned algorithm = m->algorithm[e->type == CLUSTER_HEAD_2 ? 1 : 0];

	if (algorithm >= sizeof(codecs) / sizeof(codecs[0]))
		return ERR_UNSUPPORTED;
	bool padded =
	    algorithm != 0 || (m->fs->super.incompat & EROFS_ZERO_PADDING) != 0;

	while (padded && data.len > 0 && data.ptr[0] == 0)
		data = bytes_from(data, 1);
	return block_decode_start(codecs[algorithm], data, to, (size_t)e->len);
}

/* The bytes of an extent into `to`, which has e->len. */
static enum err
read_extent_data(
    struct erofs *fs, const struct map *m, const struct extent *e, uint8_t *to)
{
	struct bytes data = { NULL, 0 };

	if (e->last && (m->advise & ADVISE_FRAGMENT) != 0) {
		uint64_t at = m->fragment_at;

		if (m->inode->layout == EROFS_FULL_INDEX)
			at |= (uint64_t)e->block << 32;
		enum err err = erofs_read_packed(fs, at, (size_t)e->len, &data);

		if (err == ERR_OK && data.len == 0)
			err = ERR_MALFORMED;
		if (err == ERR_OK)
			memcpy(to, data.ptr, data.len);
		return err;
	}
	if (e->last && (m->advise & ADVISE_TAIL) != 0) {
		data = erofs_bytes(fs, e->behind, m->tail_len);
	} else {
		uint64_t len = (uint64_t)e->block_count * fs->super.block_len;

		if (len > COMPRESSED_MAX)
			return ERR_LIMIT;
		data = erofs_bytes(fs,
		    (uint64_t)e->block << fs->super.block_bits, (size_t)len);
	}
	if (data.len == 0)
		return ERR_TRUNCATED;
	if (e->type == CLUSTER_PLAIN)
		return copy_plain(m, e, data, to);
	return decode(m, e, data, to);
}

static enum err
read_all_fragment(struct erofs *fs, const struct map *m, uint8_t *to,
    size_t size, struct node *node)
{
	struct bytes data;
	enum err err = erofs_read_packed(fs, m->fragment_at, size, &data);

	if (err != ERR_OK)
		return err;
	if (data.len == size)
		memcpy(to, data.ptr, size);
	else
		node_fail(
		    node, ERR_MALFORMED, (size_t)m->index, "erofs", "fragment");
	return ERR_OK;
}

/* `size` is less than the inode's only when that is over the limit. */
enum err
erofs_decompress(struct erofs *fs, const struct erofs_inode *inode, uint8_t *to,
    size_t size, struct node *node)
{
	struct map m;
	enum err err = read_header(fs, inode, &m);
	uint64_t number = 0;
	uint64_t at = 0;

	if (err == ERR_OK && m.all_fragment)
		return read_all_fragment(fs, &m, to, size, node);
	while (err == ERR_OK && at < size) {
		struct extent e;

		err = read_extent(&m, number, &e, &number);
		if (err != ERR_OK || e.at != at || e.len > size - at) {
			err = err == ERR_OK ? ERR_MALFORMED : err;
			break;
		}
		err = read_extent_data(fs, &m, &e, to + at);
		if (err == ERR_MEMORY)
			return err;
		if (err != ERR_OK) {
			node_fail(node, err, (size_t)m.index, "erofs",
			    "compressed data");
			memset(to + at, 0, (size_t)e.len);
			err = ERR_OK;
		}
		at += e.len;
	}
	if (err != ERR_OK)
		node_fail(node, err, (size_t)m.index, "erofs", "index");
	return ERR_OK;
}
