/* SPDX-License-Identifier: ISC */
/* Puts the data of one JFFS2 inode together. */
#include "base/number.h"
#include "unpack/jffs2_private.h"

#include <stdlib.h>
#include <string.h>

/* A data node holds one page of memory; the largest pages have 256 KiB. */
#define NODE_DATA_MAX (1 * MIB)
/* What a visit to one data node costs of the budget, so that many names for
   one inode of many nodes come to an end. */
#define VISIT_COST 64

struct jffs2_inode
jffs2_inode_at(const struct jffs2 *fs, size_t number)
{
	struct jffs2_node node = { .at = fs->inode[number].at,
		.len = fs->inode[number].len,
		.type = JFFS2_INODE };
	struct jffs2_inode inode = { 0 };

	/* It was read and checked before: it cannot fail. */
	(void)jffs2_read_inode(&fs->walk, &node, false, &inode);
	return inode;
}

void
jffs2_fail_node(struct node *node, enum err code, size_t at, const char *field)
{
	if (node->fault.code == ERR_OK)
		node->fault = (struct fault){ .code = code,
			.at = at,
			.format = "jffs2",
			.field = field };
}

static enum err
decode_with(struct block_decoder **decoder, enum block_codec codec,
    struct bytes in, uint8_t *to, size_t cap, size_t *ret_len)
{
	if (*decoder == NULL) {
		enum err err = block_decoder_open(codec, decoder);

		if (err != ERR_OK)
			return err;
	}
	return block_decode(*decoder, in, to, cap, ret_len);
}

/* OpenWrt's compr_lzma.c: no properties stored, these are meant. */
static const struct lzma_props openwrt_lzma = { .lc = 0,
	.lp = 0,
	.pb = 0,
	.dictionary_len = 0x2000 };

static enum err
decode_rubin(struct jffs2 *fs, const struct jffs2_inode *i, size_t *ret_len)
{
	enum err err =
	    jffs2_decode_rubin(i->compressor == 5, i->data, fs->page, i->len);

	if (err == ERR_OK)
		*ret_len = i->len;
	return err;
}

/* Decodes a page into fs->page; *ret_len is set on success only. */
static enum err
decode_page(struct jffs2 *fs, const struct jffs2_inode *i, size_t *ret_len)
{
	if (i->len > NODE_DATA_MAX)
		return ERR_LIMIT;
	if (fs->page == NULL)
		fs->page = malloc(NODE_DATA_MAX);
	if (fs->page == NULL)
		return ERR_MEMORY;
	switch (i->compressor) { /* JFFS2_COMPR_ values */
	case 2:
		return decode_with(&fs->rtime, BLOCK_RTIME, i->data, fs->page,
		    i->len, ret_len);
	case 6:
		return decode_with(
		    &fs->zlib, BLOCK_ZLIB, i->data, fs->page, i->len, ret_len);
	case 7:
		return decode_with(
		    &fs->lzo, BLOCK_LZO1X, i->data, fs->page, i->len, ret_len);
	case 8:
		return block_decode_lzma_raw(
		    &openwrt_lzma, i->data, fs->page, i->len, ret_len);
	case 3: /* rubinmips */
	case 5: /* dynrubin */
		return decode_rubin(fs, i, ret_len);
	default: /* 4 was never written */
		return ERR_UNSUPPORTED;
	}
}

/* Lays one data node over file[0, size). */
static enum err
apply_data(struct jffs2 *fs, const struct jffs2_inode *i, size_t size)
{
	size_t room = size_min(i->len, size - i->offset);
	size_t len = 0;

	switch (i->compressor) {
	case 0:
		if (i->data.len != i->len)
			return ERR_MALFORMED;
		memcpy(fs->file + i->offset, i->data.ptr, room);
		return ERR_OK;
	case 1:
		memset(fs->file + i->offset, 0, room);
		return ERR_OK;
	default:
		break;
	}
	enum err err = decode_page(fs, i, &len);

	if (err != ERR_OK)
		return err;
	memcpy(fs->file + i->offset, fs->page, size_min(room, len));
	return len == i->len ? ERR_OK : ERR_MALFORMED;
}

/* How much of a file its nodes cover, and what reading it costs. */
static size_t
measure(struct jffs2 *fs, size_t from, size_t to, struct node *node,
    uint64_t *ret_cost)
{
	uint64_t end = 0;
	uint64_t made = 0;

	for (size_t n = from; n < to; n++) {
		struct jffs2_inode i = jffs2_inode_at(fs, n);

		if (i.len == 0)
			continue;
		if ((uint64_t)i.offset + i.len > end)
			end = (uint64_t)i.offset + i.len;
		made += i.len;
	}
	size_t size = (size_t)node->size;

	if (size > end)
		jffs2_fail_node(
		    node, ERR_TRUNCATED, fs->inode[to - 1].at, "isize");
	size = size_min(size, (size_t)end);
	if (size > made) /* the kernel writes nodes for holes, too */
		jffs2_fail_node(
		    node, ERR_TRUNCATED, fs->inode[to - 1].at, "data");
	if (size > LIMIT_FILE_LEN)
		jffs2_fail_node(node, ERR_LIMIT, fs->inode[to - 1].at, "isize");
	size = size_min(size, LIMIT_FILE_LEN);
	*ret_cost = (made > size ? made : size) + (to - from) * VISIT_COST;
	return size;
}

enum err
jffs2_read_data(struct jffs2 *fs, size_t from, size_t to, struct node *node)
{
	uint64_t cost;
	size_t size = measure(fs, from, to, node, &cost);

	if (budget_take(fs->budget, cost) != ERR_OK)
		return ERR_LIMIT;
	if (size == 0)
		return ERR_OK;
	fs->file = calloc(1, size);
	if (fs->file == NULL)
		return ERR_MEMORY;
	for (size_t n = from; n < to; n++) { /* older first */
		struct jffs2_inode i = jffs2_inode_at(fs, n);

		if (i.len == 0 || i.offset >= size)
			continue;
		enum err err = apply_data(fs, &i, size);

		if (err == ERR_MEMORY)
			return err;
		if (err != ERR_OK)
			jffs2_fail_node(node, err, fs->inode[n].at, "data");
	}
	fs->content = (struct bytes){ fs->file, size };
	return ERR_OK;
}
