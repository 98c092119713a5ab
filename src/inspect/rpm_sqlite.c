/* SPDX-License-Identifier: ISC */
/* rpm's database in SQLite: the one table that matters, by its b-tree. */
#include "base/cursor.h"
#include "base/number.h"
#include "base/out.h"
#include "inspect/packages_private.h"
#include "inspect/rpm.h"

#include <stdbool.h>

/* Source of all: "Database File Format", sqlite.org/fileformat2.html. */
#define SQLITE_MAGIC BYTES("SQLite format 3\0")
#define FILE_HEADER_LEN 100
#define PAGE_MIN_LEN 512u
#define USABLE_MIN_LEN 480u
#define LEAF 0x0d
#define INTERIOR 0x05

/* Levels of a tree: SQLite's own limit, enough for 2^31 pages. */
#define TREE_DEPTH 20

#define VARINT_LEN 9

struct database {
	struct bytes in;
	uint32_t page_len;
	uint32_t usable; /* bytes of a page but for those reserved at its end */
	size_t left;	 /* bytes of payloads still believed */
	struct out payload;
};

/* A page of a table on the way down to the rows. */
struct level {
	struct bytes page; /* whole */
	size_t cells_at;   /* the array of cell pointers */
	uint32_t next, count;
	bool leaf;
};

struct rows {
	struct database *db; /* borrowed */
	struct level level[TREE_DEPTH];
	size_t depth;
	size_t pages_left; /* a page of a tree is visited once */
};

struct row {
	size_t at; /* of its cell */
	struct bytes payload;
};

static bool
open_database(struct bytes in, struct database *ret)
{
	struct database db = { .in = in, .left = in.len };
	struct cursor c = cur_open(in, "sqlite");
	struct bytes magic = cur_bytes(&c, 16, "magic");

	db.page_len = cur_u16be(&c, "page length");
	if (db.page_len == 1)
		db.page_len = 65536;
	cur_skip(&c, 2, "versions");
	uint32_t reserved = cur_u8(&c, "reserved");

	if (!cur_ok(&c) || in.len < FILE_HEADER_LEN ||
	    !bytes_equal(magic, SQLITE_MAGIC) || db.page_len < PAGE_MIN_LEN ||
	    (db.page_len & (db.page_len - 1)) != 0 ||
	    reserved > db.page_len - USABLE_MIN_LEN)
		return false;
	db.usable = db.page_len - reserved;
	*ret = db;
	return true;
}

/* Pages count from 1; empty when the file has not all of it. */
static struct bytes
page_of(const struct database *db, uint32_t number)
{
	uint64_t at = ((uint64_t)number - 1) * db->page_len;

	if (number == 0 || at >= db->in.len || db->in.len - at < db->page_len)
		return (struct bytes){ 0 };
	return bytes_slice(db->in, (size_t)at, db->page_len);
}

/* Seven bits a byte, the highest first; the ninth byte has eight. */
static uint64_t
read_varint(struct cursor *c)
{
	uint64_t value = 0;

	for (size_t i = 0; i < VARINT_LEN; i++) {
		uint8_t byte = cur_u8(c, "varint");

		if (i == VARINT_LEN - 1)
			return value << 8 | byte;
		value = value << 7 | (byte & 0x7f);
		if ((byte & 0x80) == 0)
			break;
	}
	return value;
}

/* Goes down to a page; false when it is no page of a table. */
static bool
enter_page(struct rows *rows, uint32_t number)
{
	struct bytes page = page_of(rows->db, number);
	size_t at = number == 1 ? FILE_HEADER_LEN : 0;
	struct cursor c = cur_open_at(page, at, "sqlite page");
	uint8_t type = cur_u8(&c, "type");

	cur_skip(&c, 2, "first free block");
	uint16_t count = cur_u16be(&c, "cells");

	cur_skip(&c, 3, "content, fragments");
	if (type == INTERIOR)
		(void)cur_u32be(&c, "right-most page");
	if (!cur_ok(&c) || (type != LEAF && type != INTERIOR) ||
	    count > cur_left(&c) / 2 || rows->depth == TREE_DEPTH ||
	    rows->pages_left == 0)
		return false;
	rows->pages_left--;
	rows->level[rows->depth++] = (struct level){
		.page = page,
		.cells_at = c.pos,
		.count = count,
		.leaf = type == LEAF,
	};
	return true;
}

static bool
open_rows(struct database *db, uint32_t root, struct rows *ret)
{
	ret->db = db;
	ret->depth = 0;
	ret->pages_left = db->in.len / db->page_len;
	return enter_page(ret, root);
}

/* A cursor on the cell of this number. */
static struct cursor
open_cell(const struct level *level, uint32_t number)
{
	struct cursor c = cur_open_at(
	    level->page, level->cells_at + (size_t)number * 2, "sqlite cell");
	size_t at = cur_u16be(&c, "cell pointer");

	if (cur_ok(&c))
		cur_seek(&c, at, "cell");
	return c;
}

/* How much of a payload stands in the page; the rest is on overflow pages. */
static uint64_t
local_len(const struct database *db, uint64_t len)
{
	uint64_t usable = db->usable;
	uint64_t least = (usable - 12) * 32 / 255 - 23;
	uint64_t fits = least + (len - least) % (usable - 4);

	if (len <= usable - 35)
		return len;
	return fits <= usable - 35 ? fits : least;
}

/* Gathers what did not fit into the page. */
static bool
gather(struct database *db, struct bytes local, uint32_t number, size_t len)
{
	out_close(&db->payload);
	db->payload = out_open(len);
	out_put(&db->payload, local);
	while (db->payload.len < len) {
		struct cursor c =
		    cur_open(page_of(db, number), "sqlite overflow page");
		size_t part = size_min(len - db->payload.len, db->usable - 4);

		number = cur_u32be(&c, "next page");
		out_put(&db->payload, cur_bytes(&c, part, "content"));
		if (!cur_ok(&c) || db->payload.failed != ERR_OK)
			return false;
	}
	return true;
}

static bool
read_row(struct database *db, struct cursor *c, struct row *ret)
{
	size_t cell = c->pos;
	uint64_t len = read_varint(c);

	(void)read_varint(c); /* the row's number */
	if (!cur_ok(c) || len == 0 || len > db->left)
		return false;
	db->left -= (size_t)len;
	uint64_t in_page = local_len(db, len);
	struct bytes local = cur_bytes(c, (size_t)in_page, "payload");
	struct row row = { .payload = local };

	if (in_page < len) {
		uint32_t number = cur_u32be(c, "overflow page");

		if (!cur_ok(c) || !gather(db, local, number, (size_t)len))
			return false;
		row.payload = out_bytes(&db->payload);
	}
	row.at = (size_t)(c->in.ptr - db->in.ptr) + cell;
	*ret = row;
	return cur_ok(c);
}

/* The page behind an interior page's next pointer; behind its cells stands
   the right-most one. */
static uint32_t
next_child(struct level *level)
{
	struct cursor c;

	if (level->next < level->count)
		c = open_cell(level, level->next);
	else
		c = cur_open_at(
		    level->page, level->cells_at - 4, "right-most page");
	level->next++;
	return cur_u32be(&c, "child page");
}

/* The next row; false behind the last one, and where a page is none. A row
   that is broken is passed over. */
static bool
next_row(struct rows *rows, struct row *ret)
{
	while (rows->depth > 0) {
		struct level *level = &rows->level[rows->depth - 1];

		if (level->next >= level->count + !level->leaf) {
			rows->depth--;
			continue;
		}
		if (level->leaf) {
			struct cursor c = open_cell(level, level->next++);

			if (read_row(rows->db, &c, ret))
				return true;
		} else if (!enter_page(rows, next_child(level))) {
			return false;
		}
	}
	return false;
}

/* Bytes of a column by its serial type; false for types that do not exist. */
static bool
column_len(uint64_t serial, size_t *ret)
{
	static const uint8_t lengths[] = { 0, 1, 2, 3, 4, 6, 8, 8, 0, 0 };

	if (serial >= 12 && (serial - 12) / 2 <= SIZE_MAX / 2) {
		*ret = (size_t)((serial - 12) / 2);
		return true;
	}
	if (serial >= sizeof(lengths))
		return false;
	*ret = lengths[serial];
	return true;
}

/* The bytes of one column of a row; empty when it is NULL or not there. */
static struct bytes
read_column(struct bytes payload, size_t number)
{
	struct cursor head = cur_open(payload, "sqlite record");
	uint64_t body = read_varint(&head);
	size_t len = 0;

	if (!cur_ok(&head) || body > payload.len)
		return (struct bytes){ 0 };
	for (size_t i = 0; i <= number; i++) {
		body += len;
		uint64_t serial = read_varint(&head);

		if (!cur_ok(&head) || !column_len(serial, &len) ||
		    body > payload.len || len > payload.len - body)
			return (struct bytes){ 0 };
	}
	return bytes_slice(payload, (size_t)body, len);
}

/* The root of the table "Packages"; 0 when there is none. */
static uint32_t
find_table(struct database *db)
{
	struct rows rows;
	struct row row;

	if (!open_rows(db, 1, &rows))
		return 0;
	while (next_row(&rows, &row)) {
		struct bytes type = read_column(row.payload, 0);
		struct bytes name = read_column(row.payload, 1);
		struct bytes root = read_column(row.payload, 3);
		uint32_t number = 0;

		if (!bytes_equal_text(type, "table") ||
		    !bytes_equal_text(name, "Packages") || root.len > 4)
			continue;
		for (size_t i = 0; i < root.len; i++)
			number = number << 8 | root.ptr[i];
		/* the integers 0 and 1 have types of their own, without bytes */
		return number;
	}
	return 0;
}

enum err
rpm_read_sqlite(const struct unpack_event *file, struct facts *facts)
{
	struct database db;
	struct rows rows;
	struct row row;
	enum err err = ERR_OK;

	if (!open_database(file->node.content, &db))
		return ERR_OK;
	uint32_t root = find_table(&db);

	if (root > 1 && open_rows(&db, root, &rows)) {
		while (err == ERR_OK && next_row(&rows, &row))
			err = rpm_add(
			    file, facts, read_column(row.payload, 1), row.at);
	}
	if (db.payload.failed == ERR_MEMORY)
		err = ERR_MEMORY;
	out_close(&db.payload);
	return err;
}
