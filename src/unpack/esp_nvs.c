/* SPDX-License-Identifier: ISC */
/* ESP-IDF's non-volatile storage: keys and values, each as a file. */
#include "base/cursor.h"
#include "base/limits.h"
#include "codec/crc.h"
#include "unpack/mcu.h"

#include <stdlib.h>
#include <string.h>

/* Source: ESP-IDF's "Non-Volatile Storage Library" guide, nvs_types.hpp. */
#define PAGE_LEN ((size_t)4096)
#define PAGE_HEADER_LEN ((size_t)32)
#define ENTRY_LEN ((size_t)32)
#define ENTRY_COUNT 126
#define FIRST_ENTRY_AT ((size_t)64)
#define PAGE_UNUSED 0xffffffffU
#define PAGE_ACTIVE 0xfffffffeU
#define PAGE_FULL 0xfffffffcU
#define PAGE_FREEING 0xfffffff8U
#define ENTRY_WRITTEN 2
#define KEY_LEN ((size_t)16)
#define NAMESPACE_COUNT 255
#define TYPE_U8 0x01
#define TYPE_STRING 0x21
#define TYPE_BLOB 0x41 /* of version 1 */
#define TYPE_BLOB_DATA 0x42
#define TYPE_BLOB_INDEX 0x48

struct item {
	uint8_t space, type, span, chunk;
	struct bytes key;
	struct bytes data;
	size_t data_at;
	bool right; /* its CRC agrees */
};

struct nvs {
	struct bytes in;
	struct bytes space[NAMESPACE_COUNT + 1]; /* names */
	size_t page, entry;			 /* to be looked at next */
	char name[2 * KEY_LEN + 24];
};

/* The header of a page in use; CRC-32 of its bytes 4 to 28. */
static bool
is_page(struct bytes in)
{
	struct cursor c = cur_open(in, "nvs page");
	uint32_t state = cur_u32le(&c, "state");

	if (state != PAGE_ACTIVE && state != PAGE_FULL && state != PAGE_FREEING)
		return false;
	cur_seek(&c, 28, "crc32");
	uint32_t crc = cur_u32le(&c, "crc32");

	/* its sum begins with ones, not with zero as the usual does */
	return cur_ok(&c) && in.len >= PAGE_HEADER_LEN &&
	    crc32_add(UINT32_MAX, bytes_slice(in, 4, 24)) == crc;
}

static bool
is_unused(struct bytes in)
{
	struct bytes page = bytes_slice(in, 0, PAGE_LEN);

	for (size_t i = 0; i < page.len; i++)
		if (page.ptr[i] != 0xff)
			return false;
	return page.len == PAGE_LEN;
}

/* Pages that are one storage: used ones, with erased ones between. */
static size_t
count_pages(struct bytes in)
{
	size_t last = 0;

	for (size_t i = 0; (i + 1) * PAGE_LEN <= in.len; i++) {
		struct bytes page = bytes_from(in, i * PAGE_LEN);

		if (is_page(page))
			last = i + 1;
		else if (!is_unused(page))
			break;
	}
	return last;
}

static unsigned
entry_state(struct bytes page, size_t entry)
{
	size_t bit = entry * 2;

	return (unsigned)page.ptr[PAGE_HEADER_LEN + bit / 8] >> bit % 8 & 3U;
}

/* Header bytes around the CRC; variable data have a CRC of their own. */
static bool
item_is_right(struct bytes entry, uint32_t crc)
{
	uint32_t sum = crc32_add(UINT32_MAX, bytes_slice(entry, 0, 4));

	return crc32_add(sum, bytes_slice(entry, 8, ENTRY_LEN - 8)) == crc;
}

/* One entry with the ones that its data take; false: none that is right. */
static bool
read_item(struct bytes page, size_t entry, struct item *ret)
{
	size_t at = FIRST_ENTRY_AT + entry * ENTRY_LEN;
	struct bytes bytes = bytes_slice(page, at, ENTRY_LEN);
	struct cursor c = cur_open(bytes, "nvs entry");
	struct item item = { .space = cur_u8(&c, "namespace") };

	item.type = cur_u8(&c, "type");
	item.span = cur_u8(&c, "span");
	item.chunk = cur_u8(&c, "chunk index");
	uint32_t crc = cur_u32le(&c, "crc32");

	item.key = cur_text(&c, KEY_LEN, "key");
	item.data = bytes_from(bytes, c.pos);
	item.data_at = at + c.pos;
	if (!cur_ok(&c) || item.key.len == 0 || item.span == 0 ||
	    item.span > ENTRY_COUNT - entry || !item_is_right(bytes, crc))
		return false;
	if (item.type == TYPE_STRING || item.type == TYPE_BLOB ||
	    item.type == TYPE_BLOB_DATA) {
		size_t len = cur_u16le(&c, "size");

		if (len > (item.span - 1U) * ENTRY_LEN)
			return false;
		item.data_at = at + ENTRY_LEN;
		item.data = bytes_slice(page, item.data_at, len);
	} else {
		item.data.len = item.type & 0x0f;
		if (item.data.len > 8)
			return false;
	}
	*ret = item;
	return true;
}

/* Moves on to the next item that is written; false at the end. */
static bool
next_item(struct nvs *n, struct item *ret, size_t *ret_page_at)
{
	for (; (n->page + 1) * PAGE_LEN <= n->in.len; n->page++, n->entry = 0) {
		size_t at = n->page * PAGE_LEN;
		struct bytes page = bytes_slice(n->in, at, PAGE_LEN);

		if (!is_page(page))
			continue;
		while (n->entry < ENTRY_COUNT) {
			size_t entry = n->entry++;
			struct item item;

			if (entry_state(page, entry) != ENTRY_WRITTEN ||
			    !read_item(page, entry, &item))
				continue;
			n->entry = entry + item.span;
			*ret = item;
			*ret_page_at = at;
			return true;
		}
	}
	return false;
}

/* Names of namespaces are entries of namespace 0. */
static size_t
read_spaces(struct nvs *n)
{
	struct item item;
	size_t at;
	size_t count = 0;

	while (next_item(n, &item, &at)) {
		if (item.space == 0 && item.type == TYPE_U8 &&
		    item.data.len == 1)
			n->space[item.data.ptr[0]] = item.key;
		count += item.space != 0 && item.type != TYPE_BLOB_INDEX;
	}
	n->page = 0;
	n->entry = 0;
	return count;
}

static enum err
nvs_probe(struct bytes in, struct format_info *ret)
{
	/* It is what a device keeps, not an update: its CRCs answer for none. */
	struct format_info info = { .authenticity = AUTHENTICITY_UNKNOWN };
	struct nvs n = { .page = 0 };

	if (!is_page(in) || in.len < PAGE_LEN)
		return ERR_MALFORMED;
	info.size = count_pages(in) * PAGE_LEN;
	n.in = bytes_slice(in, 0, info.size);
	size_t count = read_spaces(&n);

	/* Encrypted entries have no right CRC. */
	info.encrypted = count > 0 ? ANSWER_NO : ANSWER_UNKNOWN;
	format_detail(
	    &info, "%zu pages, %zu values", info.size / PAGE_LEN, count);
	*ret = info;
	return ERR_OK;
}

static enum err
nvs_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct nvs *n = calloc(1, sizeof(*n));

	(void)budget; /* nothing is made */
	if (n == NULL)
		return ERR_MEMORY;
	n->in = in;
	(void)read_spaces(n);
	*ret_handle = n;
	return ERR_OK;
}

/* "/namespace/key", and the chunk of a blob in several. */
static struct bytes
name_item(struct nvs *n, const struct item *item)
{
	char text[2 * KEY_LEN + 16];
	struct bytes space = n->space[item->space];
	size_t len = 0;

	if (space.len > 0)
		memcpy(text, space.ptr, space.len);
	len = space.len;
	text[len++] = '/';
	memcpy(text + len, item->key.ptr, item->key.len);
	len += item->key.len;
	if (item->type == TYPE_BLOB_DATA && (item->chunk & 0x7f) > 0) {
		text[len++] = '.';
		text[len++] = (char)('0' + item->chunk % 128 / 100);
		text[len++] = (char)('0' + item->chunk % 100 / 10);
		text[len++] = (char)('0' + item->chunk % 10);
	}
	len = format_clean_name(
	    (struct bytes){ (const uint8_t *)text, len }, n->name);
	return (struct bytes){ (const uint8_t *)n->name, len };
}

static enum err
nvs_next(void *handle, struct node *ret)
{
	struct nvs *n = handle;
	struct item item;
	size_t page_at;

	do {
		if (!next_item(n, &item, &page_at))
			return ERR_END;
	} while (item.space == 0 || item.type == TYPE_BLOB_INDEX);
	struct bytes data = item.data;

	/* A text is stored with its final zero. */
	if (item.type == TYPE_STRING && data.len > 0 &&
	    data.ptr[data.len - 1] == 0)
		data.len--;
	*ret = (struct node){
		.kind = NODE_FILE,
		.mode = 0600,
		.name = name_item(n, &item),
		.size = data.len,
		.content = data,
		.in_place = true,
		.at = page_at + item.data_at,
	};
	if (ret->name.len == 1) { /* nothing but dots and slashes */
		ret->kind = NODE_PAYLOAD;
		ret->name.len = 0;
	}
	return ERR_OK;
}

static void
nvs_close(void *handle)
{
	free(handle);
}

/* A page has no magic, but behind state and number stand its version and 19
   bytes that are never written. */
const struct format esp_nvs_format = {
	.name = "esp-nvs",
	.magic = { MAGIC(8,
	    "\xfe\xff\xff\xff\xff\xff\xff\xff\xff\xff"
	    "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff") },
	.probe = nvs_probe,
	.open = nvs_open,
	.next = nvs_next,
	.close = nvs_close,
};
