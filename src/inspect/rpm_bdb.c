/* SPDX-License-Identifier: ISC */
/* rpm's database in Berkeley DB: a hash file, read page by page. */
#include "base/cursor.h"
#include "base/out.h"
#include "inspect/packages_private.h"
#include "inspect/rpm.h"

#include <stdbool.h>

/* Source: Berkeley DB 4.8 and 5.3, dbinc/db_page.h. The byte order is that of
   the machine which made it. */
#define HASH_MAGIC 0x00061561u
#define MAGIC_AT 12
#define TYPE_AT 25
#define PAGE_HEAD_LEN 26
#define PAGE_MIN_LEN 512u
#define PAGE_MAX_LEN 65536u

enum page_type {
	PAGE_HASH_UNSORTED = 2,
	PAGE_OVERFLOW = 7,
	PAGE_HASH_META = 8,
	PAGE_HASH = 13,
};

enum item_type {
	ITEM_DATA = 1,
	ITEM_OFF_PAGE = 3,
};

struct bdb {
	struct bytes in;
	bool big;
	uint32_t page_len;
	size_t left; /* bytes of records still believed */
	struct out record;
};

struct page_head {
	uint32_t next;
	uint16_t entries; /* items; of an overflow page: references */
	uint16_t free;	  /* where items begin; of one: bytes of the record */
	uint8_t type;
};

static bool
open_bdb(struct bytes in, struct bdb *ret)
{
	struct bdb bdb = { .in = in, .left = in.len };
	struct cursor c = cur_open_at(in, MAGIC_AT, "bdb");

	bdb.big = cur_u32le(&c, "magic") != HASH_MAGIC;
	cur_seek(&c, MAGIC_AT, "magic");
	uint32_t magic = cur_u32(&c, bdb.big, "magic");

	(void)cur_u32(&c, bdb.big, "version");
	bdb.page_len = cur_u32(&c, bdb.big, "page length");
	uint8_t encryption = cur_u8(&c, "encryption");
	uint8_t type = cur_u8(&c, "type");

	if (!cur_ok(&c) || magic != HASH_MAGIC || encryption != 0 ||
	    type != PAGE_HASH_META || bdb.page_len < PAGE_MIN_LEN ||
	    bdb.page_len > PAGE_MAX_LEN ||
	    (bdb.page_len & (bdb.page_len - 1)) != 0)
		return false;
	*ret = bdb;
	return true;
}

/* A whole page; empty when the file has none of this number. */
static struct bytes
page_of(const struct bdb *bdb, uint32_t number)
{
	uint64_t at = (uint64_t)number * bdb->page_len;

	if (at >= bdb->in.len || bdb->in.len - at < bdb->page_len)
		return (struct bytes){ 0 };
	return bytes_slice(bdb->in, (size_t)at, bdb->page_len);
}

static bool
read_head(const struct bdb *bdb, struct bytes page, struct page_head *ret)
{
	struct cursor c = cur_open(page, "bdb page");

	cur_skip(&c, 16, "lsn, number, previous page");
	ret->next = cur_u32(&c, bdb->big, "next page");
	ret->entries = cur_u16(&c, bdb->big, "entries");
	ret->free = cur_u16(&c, bdb->big, "free");
	(void)cur_u8(&c, "level");
	ret->type = cur_u8(&c, "type");
	return cur_ok(&c);
}

/* A record on pages of its own, gathered in bdb->record. */
static bool
gather(struct bdb *bdb, struct bytes item)
{
	struct cursor c = cur_open(item, "bdb off-page item");

	cur_skip(&c, 4, "type");
	uint32_t number = cur_u32(&c, bdb->big, "page");
	uint32_t len = cur_u32(&c, bdb->big, "length");

	if (!cur_ok(&c) || len > bdb->left)
		return false;
	bdb->left -= len;
	out_close(&bdb->record);
	bdb->record = out_open(len);
	while (bdb->record.len < len) {
		struct bytes page = page_of(bdb, number);
		struct page_head head;

		if (number == 0 || !read_head(bdb, page, &head) ||
		    head.type != PAGE_OVERFLOW || head.free == 0 ||
		    head.free > page.len - PAGE_HEAD_LEN)
			return false;
		out_put(
		    &bdb->record, bytes_slice(page, PAGE_HEAD_LEN, head.free));
		if (bdb->record.failed != ERR_OK)
			return false;
		number = head.next;
	}
	return true;
}

static enum err
add_item(struct bdb *bdb, const struct unpack_event *file, struct facts *facts,
    struct bytes item)
{
	size_t at = (size_t)(item.ptr - bdb->in.ptr);
	enum err err = ERR_OK;

	if (item.ptr[0] == ITEM_DATA) {
		err = rpm_add(file, facts, bytes_from(item, 1), at);
	} else if (item.ptr[0] == ITEM_OFF_PAGE && gather(bdb, item)) {
		err = rpm_add(file, facts, out_bytes(&bdb->record), at);
	}
	return bdb->record.failed == ERR_MEMORY ? ERR_MEMORY : err;
}

/* Items grow down from the page's end: each key, then its data. */
static enum err
read_hash_page(struct bdb *bdb, const struct unpack_event *file,
    struct facts *facts, struct bytes page)
{
	struct cursor c = cur_open_at(page, PAGE_HEAD_LEN, "bdb hash page");
	struct page_head head;
	size_t end = page.len;
	enum err err = ERR_OK;

	if (!read_head(bdb, page, &head))
		return ERR_OK;
	for (size_t i = 0; i < head.entries && err == ERR_OK; i++) {
		size_t at = cur_u16(&c, bdb->big, "item offset");

		if (!cur_ok(&c) || at >= end || at < PAGE_HEAD_LEN)
			break;
		if (i % 2 == 1)
			err = add_item(
			    bdb, file, facts, bytes_slice(page, at, end - at));
		end = at;
	}
	return err;
}

/* Pages of the free list have type 0, so every hash page is in use. */
enum err
rpm_read_bdb(const struct unpack_event *file, struct facts *facts)
{
	struct bdb bdb;
	enum err err = ERR_OK;

	if (!open_bdb(file->node.content, &bdb))
		return ERR_OK;
	for (uint32_t number = 1; err == ERR_OK; number++) {
		struct bytes page = page_of(&bdb, number);

		if (page.len == 0)
			break;
		if (page.ptr[TYPE_AT] == PAGE_HASH ||
		    page.ptr[TYPE_AT] == PAGE_HASH_UNSORTED)
			err = read_hash_page(&bdb, file, facts, page);
	}
	out_close(&bdb.record);
	return err;
}
