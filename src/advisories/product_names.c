/* SPDX-License-Identifier: ISC */
/* The table of names, and the key under which a product is found. */
#include "advisories/product_names.h"

#include "base/table_file.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define TABLE "product-names.tsv"
#define KEY_LEN_MAX 256 /* of a row; the longest has 50 */

/* Keys as put_pair() makes them; "vendor:" stands for all of that maker. */
struct row {
	struct bytes from;
	struct bytes to;
	size_t line;
};

struct product_names {
	struct row *rows; /* sorted by `from`; in the arena */
	size_t count;
};

static bool
stays(uint8_t byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') ||
	    byte > 0x7f;
}

/* Without what a record writes when it names none. */
static struct bytes
named(struct bytes name)
{
	static const char *const none[] = { "n/a", "[unknown]", "unspecified" };

	name = bytes_trim(name);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		if (bytes_equal_any_case(name, none[i]))
			return BYTES("");
	return name;
}

static bool
is_hex(uint8_t byte)
{
	byte = bytes_lower(byte);
	return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f');
}

/* "%2b" of a URI is punctuation too. */
static bool
is_encoded(struct bytes rest)
{
	return rest.len >= 3 && rest.ptr[0] == '%' && rest.ptr[1] >= '2' &&
	    rest.ptr[1] <= '7' && is_hex(rest.ptr[2]);
}

static void
put_plain(struct bytes name, struct out *to)
{
	uint8_t *room = out_reserve(to, name.len);
	size_t start = to->len;

	if (room == NULL)
		return;
	for (size_t i = 0; i < name.len; i++) {
		uint8_t byte = bytes_lower(name.ptr[i]);

		if (is_encoded(bytes_from(name, i)))
			i += 2;
		else if (stays(byte))
			room[to->len++ - start] = byte;
	}
}

/* Both parts as they are, without the table; false when no product is left. */
static bool
put_pair(struct bytes vendor, struct bytes product, struct out *to)
{
	size_t start = to->len;
	size_t middle;

	put_plain(named(vendor), to);
	out_u8(to, ':');
	middle = to->len;
	put_plain(named(product), to);
	if (to->failed == ERR_OK && to->len > middle)
		return true;
	to->len = start;
	return false;
}

static int
compare_rows(const void *a, const void *b)
{
	const struct row *x = a;
	const struct row *y = b;

	return bytes_compare(x->from, y->from);
}

static const struct row *
find_row(const struct product_names *names, struct bytes key)
{
	struct row wanted = { .from = key };

	return bsearch(&wanted, names->rows, names->count, sizeof(*names->rows),
	    compare_rows);
}

/* Puts `text` in the place of the first `len` bytes that follow `start`. */
static void
replace(struct out *to, size_t start, size_t len, struct bytes text)
{
	size_t tail = to->len - start - len;
	uint8_t *at;

	if (out_reserve(to, text.len) == NULL)
		return;
	at = to->ptr + start;
	memmove(at + text.len, at + len, tail);
	memcpy(at, text.ptr, text.len);
	to->len = start + text.len + tail;
}

void
product_names_put_key(const struct product_names *names, struct bytes vendor,
    struct bytes product, struct out *to)
{
	size_t start = to->len;
	const struct row *row;
	struct bytes key;
	size_t maker;

	if (!put_pair(vendor, product, to) || names == NULL)
		return;
	key = bytes_from(out_bytes(to), start);
	row = find_row(names, key);
	if (row == NULL) {
		maker = bytes_find_byte(key, ':', 0) + 1;
		row = find_row(names, bytes_slice(key, 0, maker));
		if (row == NULL)
			return;
		if (row->to.ptr[row->to.len - 1] != ':')
			maker = key.len; /* all that it makes is one */
		replace(to, start, maker, row->to);
		row = find_row(names, bytes_from(out_bytes(to), start));
	}
	if (row != NULL && to->failed == ERR_OK)
		replace(to, start, to->len - start, row->to);
}

/* The column `cpe`: "vendor:product", or "vendor:*" where all are meant. */
static bool
put_cpe(struct bytes cpe, bool all, struct out *to)
{
	size_t colon = bytes_find_byte(cpe, ':', 0);
	struct bytes vendor = bytes_slice(cpe, 0, colon);
	struct bytes product =
	    colon == SIZE_MAX ? BYTES("") : bytes_from(cpe, colon + 1);

	if (vendor.len == 0 || bytes_find_byte(product, ':', 0) != SIZE_MAX)
		return false;
	if (!all || !bytes_equal_text(product, "*"))
		return put_pair(vendor, product, to);
	put_plain(vendor, to);
	out_u8(to, ':');
	return true;
}

static bool
put_from(const struct table *t, bool all, struct out *to)
{
	struct bytes vendor = table_field(t, "vendor");

	if (!all)
		return put_pair(vendor, table_field(t, "product"), to);
	put_plain(named(vendor), to);
	out_u8(to, ':');
	return to->len > 1;
}

static enum err
read_row(struct table_file *t, struct arena *arena, struct row *ret)
{
	struct out from = out_open(KEY_LEN_MAX);
	struct out to = out_open(KEY_LEN_MAX);
	bool all = bytes_equal_text(table_field(&t->table, "product"), "*");
	const char *bad = NULL;
	enum err err = ERR_OK;

	if (!put_from(&t->table, all, &from))
		bad = "product";
	else if (!put_cpe(table_field(&t->table, "cpe"), all, &to))
		bad = "cpe";
	else if (table_field(&t->table, "source").len == 0)
		bad = "source";
	if (from.failed == ERR_MEMORY || to.failed == ERR_MEMORY)
		err = ERR_MEMORY;
	else if (bad != NULL || from.failed != ERR_OK || to.failed != ERR_OK)
		err = table_file_fail(t, bad != NULL ? bad : "cpe");
	if (err == ERR_OK) {
		ret->from = arena_copy(arena, out_bytes(&from));
		ret->to = arena_copy(arena, out_bytes(&to));
		ret->line = t->table.line;
		if (ret->from.ptr == NULL || ret->to.ptr == NULL)
			err = ERR_MEMORY;
	}
	out_close(&from);
	out_close(&to);
	return err;
}

static enum err
read_rows(struct table_file *t, struct arena *arena, struct product_names *n)
{
	enum err err = ERR_OK;

	while (err == ERR_OK && n->count < t->row_count) {
		err = table_file_next(t);
		if (err == ERR_OK)
			err = read_row(t, arena, &n->rows[n->count]);
		n->count += err == ERR_OK;
	}
	if (err != ERR_OK)
		return err;
	qsort(n->rows, n->count, sizeof(*n->rows), compare_rows);
	for (size_t i = 1; i < n->count; i++)
		if (bytes_equal(n->rows[i - 1].from, n->rows[i].from)) {
			t->table.line = n->rows[i].line;
			return table_file_fail(t, "product");
		}
	return ERR_OK;
}

enum err
product_names_read(const struct data_set *data, struct arena *arena,
    const struct product_names **ret, struct fault *ret_fault)
{
	static const char *const columns[] = { "vendor", "product", "cpe",
		"source", NULL };
	struct product_names *names = arena_take(arena, sizeof(*names));
	struct table_file t;
	enum err err;

	*ret_fault = (struct fault){ ERR_MEMORY, 0, TABLE, "rows" };
	if (names == NULL)
		return ERR_MEMORY;
	err = table_file_open(data, BYTES(TABLE), columns, &t);
	if (err == ERR_OK) {
		names->rows =
		    arena_take_array(arena, t.row_count, sizeof(*names->rows));
		err = names->rows == NULL ? ERR_MEMORY
					  : read_rows(&t, arena, names);
	}
	if (err != ERR_OK && err != ERR_MEMORY)
		*ret_fault = t.fault;
	if (err == ERR_OK)
		*ret = names;
	return err;
}
