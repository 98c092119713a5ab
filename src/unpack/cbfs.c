/* SPDX-License-Identifier: ISC */
/* coreboot's file system: one file behind the other, some compressed. */
#include "unpack/flash.h"

#include "base/cursor.h"
#include "base/limits.h"
#include "base/number.h"
#include "codec/decompress.h"
#include "unpack/vendor_private.h"

#include <stdlib.h>

#define FILE_MAGIC "LARCHIVE"
#define FILE_HEADER_LEN ((size_t)24)
#define FILE_OFFSET_MAX 4096
#define FILE_ALIGN 64
#define NAME_MAX_LEN 255
#define TYPE_DELETED 0x00000000U
#define TYPE_STAGE_OLD 0x10U
#define TYPE_PAYLOAD 0x20U
#define TYPE_EMPTY 0xffffffffU
#define ATTRIBUTE_COMPRESSION 0x42435a4cU
#define STAGE_HEADER_LEN ((size_t)28)
#define SEGMENT_LEN ((size_t)28)
#define SEGMENT_CODE 0x434f4445U
#define SEGMENT_DATA 0x44415441U
#define SEGMENT_ENTRY 0x454e5452U
#define SEGMENTS_MAX 64

struct file {
	uint32_t type;
	uint32_t compression;
	struct bytes name;
	size_t at, len; /* of the content */
	size_t next;	/* where the next file's header may stand */
};

struct cbfs {
	struct bytes in;
	struct budget *budget;
	size_t pos;
	struct file file; /* the payload whose segments are being given */
	size_t segment;
	bool in_payload;
	struct out made;
	char name[NAME_MAX_LEN + 32];
};

/* Attributes of a tag and a length each; one tells the compression. */
static uint32_t
read_compression(struct bytes attributes)
{
	struct cursor c = cur_open(attributes, "cbfs attribute");

	while (cur_ok(&c) && cur_left(&c) >= 8) {
		uint32_t tag = cur_u32be(&c, "tag");
		uint32_t len = cur_u32be(&c, "length");

		if (len < 8)
			break;
		if (tag == ATTRIBUTE_COMPRESSION)
			return cur_u32be(&c, "compression");
		if (len > 8)
			cur_skip(&c, len - 8, "attribute");
	}
	return 0;
}

static bool
read_file(struct bytes in, size_t at, struct file *ret)
{
	struct cursor c = cur_open_at(in, at, "cbfs file");
	struct file f = { .compression = 0 };

	if (!bytes_equal(cur_bytes(&c, sizeof(FILE_MAGIC) - 1, "magic"),
		BYTES(FILE_MAGIC)))
		return false;
	f.len = cur_u32be(&c, "length");
	f.type = cur_u32be(&c, "type");
	size_t attributes = cur_u32be(&c, "attributes");
	size_t offset = cur_u32be(&c, "offset");
	size_t name_end = attributes != 0 ? attributes : offset;

	if (!cur_ok(&c) || offset <= FILE_HEADER_LEN ||
	    offset > FILE_OFFSET_MAX || name_end < FILE_HEADER_LEN ||
	    name_end > offset || offset > in.len - at ||
	    f.len > in.len - at - offset)
		return false;
	f.name = vendor_text_of(
	    in, at + FILE_HEADER_LEN, name_end - FILE_HEADER_LEN);
	if (attributes != 0)
		f.compression = read_compression(
		    bytes_slice(in, at + attributes, offset - attributes));
	f.at = at + offset;
	if (!size_round_up(f.at + f.len, FILE_ALIGN, &f.next))
		return false;
	*ret = f;
	return true;
}

static enum err
cbfs_probe(struct bytes in, struct format_info *ret)
{
	struct format_info info = {
		.encrypted = ANSWER_NO,
		.rollback = ANSWER_UNKNOWN,
	};
	struct file f;
	size_t count = 0;

	/* Decided by the first one, so that a search never walks in vain. */
	if (!read_file(in, 0, &f) || f.name.len == 0)
		return ERR_MALFORMED;
	for (size_t at = 0; read_file(in, at, &f); at = f.next) {
		info.size = f.at + f.len;
		count += f.name.len > 0;
	}
	format_detail(&info, "coreboot, %zu files", count);
	*ret = info;
	return ERR_OK;
}

static enum err
cbfs_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct cbfs *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return ERR_MEMORY;
	h->in = in;
	h->budget = budget;
	*ret_handle = h;
	return ERR_OK;
}

static const enum codec codecs[] = { CODEC_LZMA, CODEC_LZ4, CODEC_ZSTD };

/* Content of a file or segment, decompressed if need be. */
static enum err
give(struct cbfs *h, size_t at, size_t len, uint32_t compression,
    struct node *ret)
{
	struct bytes content = bytes_slice(h->in, at, len);
	size_t used;

	*ret = (struct node){
		.kind = NODE_FILE,
		.name = bytes_of(h->name),
		.size = len,
		.content = content,
		.in_place = true,
		.at = at,
	};
	if (compression == 0)
		return ERR_OK;
	if (compression > sizeof(codecs) / sizeof(codecs[0])) {
		node_fail(ret, ERR_UNSUPPORTED, at, "cbfs file", "compression");
		return ERR_OK;
	}
	out_close(&h->made);
	h->made = out_open(size_min(LIMIT_FILE_LEN, budget_left(h->budget)));
	enum err err = decompress_stream(
	    codecs[compression - 1], content, &h->made, &used);
	enum err spent = budget_take(h->budget, h->made.len);

	if (err == ERR_MEMORY)
		return err;
	if (spent != ERR_OK)
		return spent;
	ret->content = out_bytes(&h->made);
	ret->size = h->made.len;
	ret->in_place = false;
	ret->at = 0;
	if (err != ERR_OK)
		node_fail(ret, err, at, "cbfs file", "content");
	return ERR_OK;
}

/* The stage's own header tells its compression, in the machine's order. */
static enum err
give_stage(struct cbfs *h, const struct file *f, struct node *ret)
{
	struct bytes content = bytes_slice(h->in, f->at, f->len);
	uint32_t compression = vendor_u32le(content, 0);
	size_t len = vendor_u32le(content, 20);

	if (content.len < STAGE_HEADER_LEN ||
	    len > content.len - STAGE_HEADER_LEN)
		return give(h, f->at, f->len, f->compression, ret);
	return give(h, f->at + STAGE_HEADER_LEN, len, compression, ret);
}

static void
set_name(struct cbfs *h, struct bytes name, const size_t *segment)
{
	struct out text = out_open(sizeof(h->name));

	out_put(&text, bytes_slice(name, 0, NAME_MAX_LEN));
	if (segment != NULL) {
		out_text(&text, "/segment-");
		out_decimal(&text, *segment);
	}
	size_t len = format_clean_name(out_bytes(&text), h->name);

	h->name[len] = '\0';
	out_close(&text);
}

/* The next segment of the payload that has bytes; ERR_END behind the last. */
static enum err
next_segment(struct cbfs *h, struct node *ret)
{
	struct bytes payload = bytes_slice(h->in, h->file.at, h->file.len);

	while (h->segment < SEGMENTS_MAX) {
		struct cursor c = cur_open_at(
		    payload, h->segment * SEGMENT_LEN, "cbfs segment");
		uint32_t type = cur_u32be(&c, "type");
		uint32_t compression = cur_u32be(&c, "compression");
		size_t at = cur_u32be(&c, "offset");

		cur_skip(&c, 8, "load address");
		size_t len = cur_u32be(&c, "length");

		if (!cur_ok(&c) || type == SEGMENT_ENTRY)
			break;
		h->segment++;
		if ((type != SEGMENT_CODE && type != SEGMENT_DATA) ||
		    len == 0 || at > payload.len || len > payload.len - at)
			continue;
		set_name(h, h->file.name, &h->segment);
		return give(h, h->file.at + at, len, compression, ret);
	}
	h->in_payload = false;
	return ERR_END;
}

static enum err
cbfs_next(void *handle, struct node *ret)
{
	struct cbfs *h = handle;
	struct file f;

	if (h->in_payload) {
		enum err err = next_segment(h, ret);

		if (err != ERR_END)
			return err;
	}
	while (read_file(h->in, h->pos, &f)) {
		h->pos = f.next;
		if (f.type == TYPE_DELETED || f.type == TYPE_EMPTY ||
		    f.name.len == 0 || f.len == 0)
			continue;
		if (f.type == TYPE_PAYLOAD) {
			h->file = f;
			h->segment = 0;
			h->in_payload = true;
			enum err err = next_segment(h, ret);

			if (err != ERR_END)
				return err;
			continue;
		}
		set_name(h, f.name, NULL);
		if (f.type == TYPE_STAGE_OLD)
			return give_stage(h, &f, ret);
		return give(h, f.at, f.len, f.compression, ret);
	}
	return ERR_END;
}

static size_t
cbfs_used(void *handle)
{
	const struct cbfs *h = handle;

	return size_min(h->pos, h->in.len);
}

static void
cbfs_close(void *handle)
{
	struct cbfs *h = handle;

	if (h == NULL)
		return;
	out_close(&h->made);
	free(h);
}

const struct format cbfs_format = {
	.name = "cbfs",
	.magic = { MAGIC(0, FILE_MAGIC) },
	.probe = cbfs_probe,
	.open = cbfs_open,
	.next = cbfs_next,
	.used = cbfs_used,
	.close = cbfs_close,
};
