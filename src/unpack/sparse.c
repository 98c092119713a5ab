/* SPDX-License-Identifier: ISC */
/* Expands an Android sparse image chunk by chunk. */
#include "unpack/sparse.h"

#include "base/cursor.h"
#include "base/limits.h"
#include "base/number.h"

#include <stdlib.h>
#include <string.h>

#define HEADER_LEN 28
#define CHUNK_LEN 12

enum chunk_type {
	CHUNK_RAW = 0xcac1,
	CHUNK_FILL = 0xcac2,
	CHUNK_DONT_CARE = 0xcac3,
	CHUNK_CRC = 0xcac4,
};

struct header {
	uint32_t block_len, blocks, chunks;
};

struct chunk {
	uint16_t type;
	uint32_t blocks;
	struct bytes data;
};

struct sparse {
	struct bytes in;
	struct budget *budget;
	size_t used;
	bool given;
	uint8_t *image; /* owned */
};

static struct header
read_header(struct cursor *c)
{
	struct header h;

	if (cur_u32le(c, "magic") != 0xed26ff3a)
		cur_fail(c, ERR_MALFORMED, 0, "magic");
	if (cur_u16le(c, "major_version") != 1)
		cur_fail(c, ERR_UNSUPPORTED, 4, "major_version");
	cur_skip(c, 2, "minor_version");
	if (cur_u16le(c, "file_hdr_sz") != HEADER_LEN ||
	    cur_u16le(c, "chunk_hdr_sz") != CHUNK_LEN)
		cur_fail(c, ERR_MALFORMED, 8, "file_hdr_sz, chunk_hdr_sz");
	h.block_len = cur_u32le(c, "blk_sz");
	h.blocks = cur_u32le(c, "total_blks");
	h.chunks = cur_u32le(c, "total_chunks");
	cur_skip(c, 4, "image_checksum");
	if (h.block_len == 0 || h.block_len % 4 != 0)
		cur_fail(c, ERR_MALFORMED, 12, "blk_sz");
	return h;
}

/* Bytes that a chunk of this type and length carries; UINT64_MAX: no type. */
static uint64_t
data_len(const struct chunk *chunk, uint32_t block_len)
{
	switch (chunk->type) {
	case CHUNK_RAW:
		return (uint64_t)chunk->blocks * block_len;
	case CHUNK_FILL:
	case CHUNK_CRC:
		return 4;
	case CHUNK_DONT_CARE:
		return 0;
	default:
		return UINT64_MAX;
	}
}

static struct chunk
read_chunk(struct cursor *c, uint32_t block_len)
{
	size_t start = c->pos;
	struct chunk chunk = { 0 };

	chunk.type = cur_u16le(c, "chunk_type");
	cur_skip(c, 2, "reserved1");
	chunk.blocks = cur_u32le(c, "chunk_sz");
	uint64_t total = cur_u32le(c, "total_sz");
	uint64_t len = data_len(&chunk, block_len);

	if (cur_ok(c) && (total < CHUNK_LEN || total - CHUNK_LEN != len))
		cur_fail(c, ERR_MALFORMED, start, "chunk_type, total_sz");
	if (cur_ok(c) && len > 0)
		chunk.data = cur_bytes(c, (size_t)len, "chunk");
	return chunk;
}

static enum err
probe(struct bytes in, struct format_info *ret)
{
	struct cursor c = cur_open(in, "sparse header");
	struct header h = read_header(&c);
	uint64_t blocks = 0;

	for (uint32_t i = 0; i < h.chunks && cur_ok(&c); i++)
		blocks += read_chunk(&c, h.block_len).blocks;
	if (cur_ok(&c) && blocks != h.blocks)
		cur_fail(&c, ERR_MALFORMED, 16, "total_blks");
	if (c.fault.code != ERR_OK)
		return c.fault.code;
	*ret = (struct format_info){ .size = c.pos,
		.authenticity = AUTHENTICITY_NONE,
		.encrypted = ANSWER_NO };
	format_detail(ret, "%u blocks of %u bytes in %u chunks", h.blocks,
	    h.block_len, h.chunks);
	return ERR_OK;
}

static enum err
open_sparse(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct sparse *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return ERR_MEMORY;
	s->in = in;
	s->budget = budget;
	*ret_handle = s;
	return ERR_OK;
}

static void
fill(uint8_t *to, size_t len, struct bytes pattern)
{
	if (bytes_equal(pattern, BYTES("\0\0\0\0")))
		return; /* it is zero, and takes no memory, until written */
	for (size_t i = 0; i < len; i++)
		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): of 4 */
		to[i] = pattern.ptr[i % 4];
}

/* Lays the chunks over s->image[0, len). */
static void
expand(struct sparse *s, struct cursor *c, const struct header *h, size_t len,
    struct node *node)
{
	size_t at = 0;

	for (uint32_t i = 0; i < h->chunks && cur_ok(c); i++) {
		struct chunk chunk = read_chunk(c, h->block_len);
		size_t size = len - at;
		uint64_t wanted = (uint64_t)chunk.blocks * h->block_len;

		if (wanted < size)
			size = (size_t)wanted;
		if (cur_ok(c) && chunk.type == CHUNK_RAW && size > 0)
			/* NOLINTNEXTLINE(clang-analyzer-*): size > 0 */
			memcpy(s->image + at, chunk.data.ptr, size);
		else if (cur_ok(c) && chunk.type == CHUNK_FILL)
			fill(s->image + at, size, chunk.data);
		at += size;
	}
	if (!cur_ok(c))
		node_fail(node, c->fault.code, (size_t)c->fault.at,
		    c->fault.format, c->fault.field);
	s->used = c->pos;
}

static enum err
next_sparse(void *handle, struct node *ret)
{
	struct sparse *s = handle;
	struct cursor c = cur_open(s->in, "sparse image");
	struct header h = read_header(&c);
	struct node node = { .kind = NODE_PAYLOAD };
	size_t len = LIMIT_FILE_LEN;

	if (s->given)
		return ERR_END;
	if (!cur_ok(&c))
		return c.fault.code;
	s->given = true;
	node.size = (uint64_t)h.blocks * h.block_len;
	if (node.size > len)
		node_fail(&node, ERR_LIMIT, 16, "android-sparse", "total_blks");
	else
		len = (size_t)node.size;
	if (budget_take(s->budget, len) != ERR_OK)
		return ERR_LIMIT;
	s->image = calloc(1, len + 1); /* + 1: none of 0 bytes */
	if (s->image == NULL)
		return ERR_MEMORY;
	expand(s, &c, &h, len, &node);
	node.content = (struct bytes){ s->image, len };
	*ret = node;
	return ERR_OK;
}

static size_t
used_sparse(void *handle)
{
	const struct sparse *s = handle;

	return s->used;
}

static void
close_sparse(void *handle)
{
	struct sparse *s = handle;

	if (s == NULL)
		return;
	free(s->image);
	free(s);
}

const struct format android_sparse_format = {
	.name = "android-sparse",
	.magic = { MAGIC(0, "\x3a\xff\x26\xed") },
	.probe = probe,
	.open = open_sparse,
	.next = next_sparse,
	.used = used_sparse,
	.close = close_sparse,
};
