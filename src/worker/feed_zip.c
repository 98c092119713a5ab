/* SPDX-License-Identifier: ISC */
/* Walks the central directory; members are unpacked one at a time. */
#include "worker/feed_zip.h"

#include "base/cursor.h"
#include "base/limits.h"
#include "base/number.h"
#include "base/out.h"
#include "codec/crc.h"
#include "codec/decompress.h"

#include <stdlib.h>

#define FORMAT_NAME "zip"
#define LOCAL_SIGNATURE 0x04034b50
#define CENTRAL_SIGNATURE 0x02014b50
#define END_SIGNATURE 0x06054b50
#define END64_SIGNATURE 0x06064b50
#define LOCATOR64_SIGNATURE 0x07064b50
#define END_LEN ((size_t)22)
#define LOCATOR64_LEN ((size_t)20)
#define COMMENT_MAX_LEN ((size_t)UINT16_MAX)
#define EXTRA_ZIP64 1
#define FLAG_ENCRYPTED 0x0001
#define METHOD_STORED 0
#define METHOD_DEFLATED 8

struct directory {
	uint64_t count;
	uint64_t len;
	uint64_t at;
};

struct member {
	uint16_t flags;
	uint16_t method;
	uint32_t crc;
	uint64_t packed_len;
	uint64_t len;
	uint64_t at; /* of its local header */
	struct bytes name;
};

struct zip {
	struct bytes in;
	struct budget *budget;
	struct cursor directory;
	uint64_t left; /* members */
	struct out unpacked;
	struct out name;
};

/* ---- the directory ---- */

static enum err
read_end64(struct bytes in, size_t end_at, struct directory *ret)
{
	struct directory d = { 0 };

	if (end_at < LOCATOR64_LEN)
		return ERR_MALFORMED;
	struct cursor c =
	    cur_open(bytes_from(in, end_at - LOCATOR64_LEN), FORMAT_NAME);

	if (cur_u32le(&c, "signature") != LOCATOR64_SIGNATURE)
		return ERR_MALFORMED;
	cur_skip(&c, 4, "disk");
	uint64_t at = cur_u64le(&c, "ZIP64 end");

	if (!cur_ok(&c) || at > in.len)
		return ERR_MALFORMED;
	c = cur_open(bytes_from(in, (size_t)at), FORMAT_NAME);
	if (cur_u32le(&c, "signature") != END64_SIGNATURE)
		return ERR_MALFORMED;
	cur_skip(&c, 8 + 2 + 2 + 4 + 4, "size, versions, disks");
	cur_skip(&c, 8, "members on this disk");
	d.count = cur_u64le(&c, "members");
	d.len = cur_u64le(&c, "directory size");
	d.at = cur_u64le(&c, "directory offset");
	if (cur_ok(&c))
		*ret = d;
	return c.fault.code;
}

static enum err
read_end(struct bytes in, size_t at, struct directory *ret)
{
	struct cursor c = cur_open(bytes_from(in, at), FORMAT_NAME);
	struct directory d = { 0 };

	cur_skip(&c, 4 + 2 + 2 + 2, "signature, disks");
	d.count = cur_u16le(&c, "members");
	d.len = cur_u32le(&c, "directory size");
	d.at = cur_u32le(&c, "directory offset");
	if (!cur_ok(&c))
		return c.fault.code;
	if (d.count == UINT16_MAX || d.len == UINT32_MAX || d.at == UINT32_MAX)
		(void)read_end64(in, at, &d); /* none: just as many */
	if (d.at > in.len || d.len > in.len - d.at)
		return ERR_MALFORMED;
	*ret = d;
	return ERR_OK;
}

/* The end record stands before a comment of up to 64 KiB. */
static enum err
find_directory(struct bytes in, struct directory *ret)
{
	size_t first = in.len > END_LEN + COMMENT_MAX_LEN
	    ? in.len - END_LEN - COMMENT_MAX_LEN
	    : 0;

	if (in.len < END_LEN)
		return ERR_TRUNCATED;
	for (size_t at = in.len - END_LEN + 1; at-- > first;) {
		struct cursor c = cur_open(bytes_from(in, at), FORMAT_NAME);

		if (cur_u32le(&c, "signature") == END_SIGNATURE &&
		    read_end(in, at, ret) == ERR_OK)
			return ERR_OK;
	}
	return ERR_TRUNCATED;
}

static uint64_t
wide(struct cursor *c, uint64_t narrow, const char *field)
{
	return narrow == UINT32_MAX ? cur_u64le(c, field) : narrow;
}

/* §4.5.3: only those fields are there that are all ones in the header. */
static void
read_extra(struct bytes extra, struct member *m)
{
	struct cursor c = cur_open(extra, FORMAT_NAME);

	while (cur_ok(&c) && cur_left(&c) >= 4) {
		uint16_t id = cur_u16le(&c, "extra id");
		struct bytes field =
		    cur_bytes(&c, cur_u16le(&c, "extra length"), "extra");

		if (!cur_ok(&c) || id != EXTRA_ZIP64)
			continue;
		struct cursor f = cur_open(field, FORMAT_NAME);

		m->len = wide(&f, m->len, "size");
		m->packed_len = wide(&f, m->packed_len, "packed size");
		m->at = wide(&f, m->at, "offset");
		return;
	}
}

/* §4.3.12 */
static enum err
read_member(struct cursor *c, struct member *ret)
{
	struct member m = { 0 };
	size_t at = c->pos;

	if (cur_u32le(c, "signature") != CENTRAL_SIGNATURE)
		cur_fail(c, ERR_MALFORMED, at, "signature");
	cur_skip(c, 4, "versions");
	m.flags = cur_u16le(c, "flags");
	m.method = cur_u16le(c, "method");
	cur_skip(c, 4, "time");
	m.crc = cur_u32le(c, "CRC-32");
	m.packed_len = cur_u32le(c, "packed size");
	m.len = cur_u32le(c, "size");
	size_t name_len = cur_u16le(c, "name length");
	size_t extra_len = cur_u16le(c, "extra length");
	size_t comment_len = cur_u16le(c, "comment length");

	cur_skip(c, 2 + 2 + 4, "disk, attributes");
	m.at = cur_u32le(c, "offset");
	m.name = cur_bytes(c, name_len, "name");
	read_extra(cur_bytes(c, extra_len, "extra"), &m);
	(void)cur_bytes(c, comment_len, "comment");
	if (cur_ok(c))
		*ret = m;
	return c->fault.code;
}

/* ---- members ---- */

/* Its bytes as they stand in the zip. §4.3.7 */
static enum err
find_packed(struct bytes in, const struct member *m, struct bytes *ret)
{
	if (m->at > in.len)
		return ERR_TRUNCATED;
	struct cursor c = cur_open(bytes_from(in, (size_t)m->at), FORMAT_NAME);

	if (cur_u32le(&c, "signature") != LOCAL_SIGNATURE)
		return cur_ok(&c) ? ERR_MALFORMED : ERR_TRUNCATED;
	cur_skip(&c, 22, "what the directory says, too");
	size_t name_len = cur_u16le(&c, "name length");
	size_t extra_len = cur_u16le(&c, "extra length");

	(void)cur_bytes(&c, name_len, "name");
	(void)cur_bytes(&c, extra_len, "extra");
	if (!cur_ok(&c) || m->packed_len > cur_left(&c))
		return ERR_TRUNCATED;
	*ret = cur_bytes(&c, (size_t)m->packed_len, "data");
	return ERR_OK;
}

static enum err
inflate_member(struct zip *z, const struct member *m, struct bytes packed)
{
	size_t used = 0;
	size_t most = size_min(budget_left(z->budget), LIMIT_FEED_FILE_LEN);

	if (m->len > most)
		return ERR_LIMIT;
	z->unpacked = out_open((size_t)m->len);
	enum err err =
	    decompress_stream(CODEC_DEFLATE, packed, &z->unpacked, &used);

	if (err == ERR_OK && z->unpacked.len != m->len)
		return ERR_TRUNCATED;
	return err;
}

static enum err
unpack_member(struct zip *z, const struct member *m, struct node *node)
{
	struct bytes packed;
	enum err err = find_packed(z->in, m, &packed);

	if ((m->flags & FLAG_ENCRYPTED) != 0)
		return ERR_ENCRYPTED;
	if (err != ERR_OK)
		return err;
	if (m->method == METHOD_STORED) {
		node->in_place = true;
		node->content = packed;
	} else if (m->method == METHOD_DEFLATED) {
		err = inflate_member(z, m, packed);
		node->content = out_bytes(&z->unpacked);
	} else {
		return ERR_UNSUPPORTED;
	}
	if (err == ERR_OK)
		err = budget_take(z->budget, node->content.len);
	if (err == ERR_OK && crc32_of(node->content) != m->crc)
		err = ERR_CHECKSUM;
	return err;
}

static enum err
set_name(struct zip *z, struct bytes name, struct node *node)
{
	z->name.len = 0;
	uint8_t *to = out_reserve(&z->name, name.len + 1);

	if (to == NULL)
		return z->name.failed;
	z->name.len = format_clean_name(name, (char *)to);
	node->name = out_bytes(&z->name);
	return ERR_OK;
}

/* ---- the row ---- */

static void
close_zip(void *handle)
{
	struct zip *z = handle;

	if (z == NULL)
		return;
	out_close(&z->unpacked);
	out_close(&z->name);
	free(z);
}

static enum err
open_zip(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct directory d = { 0 };
	enum err err = find_directory(in, &d);

	if (err != ERR_OK)
		return err;
	struct zip *z = calloc(1, sizeof(*z));

	if (z == NULL)
		return ERR_MEMORY;
	z->in = in;
	z->budget = budget;
	z->directory = cur_open_at(in, (size_t)d.at, FORMAT_NAME);
	z->left = d.count;
	z->unpacked = out_open(0);
	z->name = out_open(COMMENT_MAX_LEN + 1);
	*ret_handle = z;
	return ERR_OK;
}

static enum err
next_member(void *handle, struct node *ret)
{
	struct zip *z = handle;
	struct node node = { .kind = NODE_FILE };
	struct member m = { 0 };

	out_close(&z->unpacked);
	z->unpacked = out_open(0);
	if (z->left == 0)
		return ERR_END;
	z->left--;
	enum err err = read_member(&z->directory, &m);

	if (err == ERR_OK)
		err = set_name(z, m.name, &node);
	if (err != ERR_OK)
		return err;
	node.size = m.len;
	if (bytes_ends(m.name, BYTES("/"))) {
		node.kind = NODE_DIRECTORY;
	} else {
		err = unpack_member(z, &m, &node);
		if (err == ERR_MEMORY)
			return err;
		if (err != ERR_OK)
			node_fail(
			    &node, err, (size_t)m.at, FORMAT_NAME, "member");
	}
	*ret = node;
	return ERR_OK;
}

const struct format feed_zip_format = {
	.name = FORMAT_NAME,
	.open = open_zip,
	.next = next_member,
	.close = close_zip,
};
