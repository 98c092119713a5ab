/* SPDX-License-Identifier: ISC */
/* Walks the log of a JFFS2 and reads its nodes. */
#include "base/cursor.h"
#include "base/number.h"
#include "codec/crc.h"
#include "unpack/jffs2_private.h"

#include <string.h>

#define MAGIC_WORD 0x1985
#define ACCURATE 0x2000 /* cleared in a node to make it obsolete */
#define DIRENT_CRC_LEN ((size_t)32)
#define INODE_CRC_LEN ((size_t)60)
#define BLOCK_DEFAULT_LEN ((size_t)64 << 10)
#define BLOCK_MIN_LEN ((size_t)4 << 10)
#define BLOCK_MAX_LEN ((size_t)4 << 20)

/* JFFS2 begins with zero and does not invert: linux/crc32.h, crc32(0, ...). */
static uint32_t
crc_of(struct bytes in)
{
	return in.len == 0 ? 0 : ~crc32_add(UINT32_MAX, in);
}

bool
jffs2_walk_open(struct bytes in, struct jffs2_walk *ret)
{
	if (in.len < JFFS2_HEADER_LEN)
		return false;
	bool big = in.ptr[0] == 0x19 && in.ptr[1] == 0x85;

	if (!big && (in.ptr[0] != 0x85 || in.ptr[1] != 0x19))
		return false;
	*ret = (struct jffs2_walk){ .in = in, .big = big };
	return true;
}

/* An obsolete node's checksum was made before it became so. */
static uint32_t
header_crc(struct bytes header, bool big)
{
	uint8_t fresh[8];

	memcpy(fresh, header.ptr, sizeof(fresh));
	fresh[big ? 2 : 3] |= ACCURATE >> 8;
	return crc_of((struct bytes){ fresh, sizeof(fresh) });
}

/* ERR_TRUNCATED: a right header, but the node runs past the input. */
static enum err
read_header(const struct jffs2_walk *w, size_t at, struct jffs2_node *ret)
{
	struct cursor c = cur_open_at(w->in, at, "jffs2");
	struct jffs2_node node = { .at = at };

	if (cur_u16(&c, w->big, "magic") != MAGIC_WORD)
		return ERR_MALFORMED;
	node.type = cur_u16(&c, w->big, "nodetype");
	node.len = cur_u32(&c, w->big, "totlen");
	uint32_t crc = cur_u32(&c, w->big, "hdr_crc");

	if (!cur_ok(&c))
		return c.fault.code;
	if (crc != header_crc(bytes_slice(w->in, at, 8), w->big))
		return ERR_CHECKSUM;
	if (node.len < JFFS2_HEADER_LEN)
		return ERR_MALFORMED;
	if (node.len > w->in.len - at)
		return ERR_TRUNCATED;
	*ret = node;
	return ERR_OK;
}

static size_t
gcd(size_t a, size_t b)
{
	while (b != 0) {
		size_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

static void
note_node(struct jffs2_walk *w, const struct jffs2_node *node)
{
	size_t next = node->at + node->len; /* <= in.len: cannot wrap */

	if (node->type == JFFS2_CLEANMARKER)
		w->marker_gcd = gcd(w->marker_gcd, node->at);
	else if (w->gap)
		w->gap_gcd = gcd(w->gap_gcd, node->at);
	w->gap = false;
	next = (next + 3) & ~(size_t)3;
	w->pos = size_min(next, w->in.len);
	w->end = w->pos;
}

static bool
is_erased(struct bytes in, size_t at)
{
	return bytes_equal(bytes_slice(in, at, 4), BYTES("\xff\xff\xff\xff"));
}

enum err
jffs2_walk_next(struct jffs2_walk *w, struct jffs2_node *ret)
{
	size_t garbage = 0;

	while (w->in.len - w->pos >= JFFS2_HEADER_LEN) {
		struct jffs2_node node;
		enum err err = read_header(w, w->pos, &node);

		if (err == ERR_OK) {
			note_node(w, &node);
			*ret = node;
			return ERR_OK;
		}
		if (err == ERR_TRUNCATED) {
			w->cut = true;
			w->end = w->in.len;
			return ERR_END;
		}
		if (is_erased(w->in, w->pos))
			w->gap = true;
		else
			garbage += 4;
		/* A whole block of it belongs to something else. */
		if (garbage >= jffs2_walk_block_len(w))
			return ERR_END;
		w->pos += 4;
	}
	return ERR_END;
}

static size_t
lowest_bit(size_t value)
{
	return value & (~value + 1);
}

size_t
jffs2_walk_block_len(const struct jffs2_walk *w)
{
	size_t len = lowest_bit(w->marker_gcd);

	if (len < BLOCK_MIN_LEN || len > BLOCK_MAX_LEN)
		len = lowest_bit(w->gap_gcd);
	if (len < BLOCK_MIN_LEN || len > BLOCK_MAX_LEN)
		len = BLOCK_DEFAULT_LEN;
	return len;
}

size_t
jffs2_walk_size(const struct jffs2_walk *w)
{
	size_t block_end = w->in.len;
	size_t size = w->end;

	(void)size_round_up(size, jffs2_walk_block_len(w), &block_end);
	while (size < block_end && size < w->in.len && w->in.ptr[size] == 0xff)
		size++;
	return size;
}

/* A name that no kernel would have written; it could mislead a path. */
static bool
is_bad_name(struct bytes name)
{
	return name.len == 0 || bytes_equal(name, BYTES(".")) ||
	    bytes_equal(name, BYTES("..")) ||
	    bytes_find_byte(name, '/', 0) != SIZE_MAX ||
	    bytes_find_byte(name, 0, 0) != SIZE_MAX;
}

enum err
jffs2_read_dirent(const struct jffs2_walk *w, const struct jffs2_node *node,
    struct jffs2_dirent *ret)
{
	struct bytes raw = bytes_slice(w->in, node->at, node->len);
	struct cursor c = cur_open_at(raw, JFFS2_HEADER_LEN, "jffs2 dirent");
	struct jffs2_dirent d = { 0 };

	d.parent = cur_u32(&c, w->big, "pino");
	d.version = cur_u32(&c, w->big, "version");
	d.ino = cur_u32(&c, w->big, "ino");
	(void)cur_u32(&c, w->big, "mctime");
	size_t name_len = cur_u8(&c, "nsize");
	d.type = cur_u8(&c, "type");
	cur_skip(&c, 2, "unused");
	uint32_t node_crc = cur_u32(&c, w->big, "node_crc");
	uint32_t name_crc = cur_u32(&c, w->big, "name_crc");
	d.name = cur_bytes(&c, name_len, "name");
	if (!cur_ok(&c))
		return c.fault.code;
	if (node_crc != crc_of(bytes_slice(raw, 0, DIRENT_CRC_LEN)) ||
	    name_crc != crc_of(d.name))
		return ERR_CHECKSUM;
	if (is_bad_name(d.name))
		return ERR_MALFORMED;
	*ret = d;
	return ERR_OK;
}

enum err
jffs2_read_inode(const struct jffs2_walk *w, const struct jffs2_node *node,
    bool check_data, struct jffs2_inode *ret)
{
	struct bytes raw = bytes_slice(w->in, node->at, node->len);
	struct cursor c = cur_open_at(raw, JFFS2_HEADER_LEN, "jffs2 inode");
	struct jffs2_inode i = { 0 };

	i.ino = cur_u32(&c, w->big, "ino");
	i.version = cur_u32(&c, w->big, "version");
	i.mode = cur_u32(&c, w->big, "mode");
	i.uid = cur_u16(&c, w->big, "uid");
	i.gid = cur_u16(&c, w->big, "gid");
	i.size = cur_u32(&c, w->big, "isize");
	(void)cur_u32(&c, w->big, "atime");
	i.mtime = cur_u32(&c, w->big, "mtime");
	(void)cur_u32(&c, w->big, "ctime");
	i.offset = cur_u32(&c, w->big, "offset");
	size_t data_len = cur_u32(&c, w->big, "csize");
	i.len = cur_u32(&c, w->big, "dsize");
	i.compressor = cur_u8(&c, "compr");
	(void)cur_u8(&c, "usercompr");
	(void)cur_u16(&c, w->big, "flags");
	uint32_t data_crc = cur_u32(&c, w->big, "data_crc");
	uint32_t node_crc = cur_u32(&c, w->big, "node_crc");
	i.data = cur_bytes(&c, data_len, "data");
	if (!cur_ok(&c))
		return c.fault.code;
	if (node_crc != crc_of(bytes_slice(raw, 0, INODE_CRC_LEN)) ||
	    (check_data && data_crc != crc_of(i.data)))
		return ERR_CHECKSUM;
	*ret = i;
	return ERR_OK;
}
