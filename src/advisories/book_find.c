/* SPDX-License-Identifier: ISC */
/* Finds things in a book: by key, by product, by vulnerability. */
#include "advisories/book_private.h"
#include "base/limits.h"

/* Hashes, and numbers of vulnerabilities, stand in front of their rows. */
static uint64_t
first_field(const struct book *b, enum book_section section, uint32_t i)
{
	const uint8_t *at = book_row(b, section, i);

	if (at == NULL) /* callers count */
		return 0;
	return section == BOOK_STATEMENTS ? book_u32(at) : book_u64(at);
}

/* The first row whose first field is not below `wanted`. A book that is not
   sorted gives some row. */
static uint32_t
find_first(const struct book *b, enum book_section section, uint64_t wanted)
{
	size_t low = 0;
	size_t high = book_count(b, section);

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (first_field(b, section, (uint32_t)middle) < wanted)
			low = middle + 1;
		else
			high = middle;
	}
	return (uint32_t)low;
}

/* Behind the last row from `first` on with that first field. */
static uint32_t
find_end(const struct book *b, enum book_section section, uint64_t wanted,
    uint32_t first)
{
	uint32_t count = (uint32_t)book_count(b, section);

	while (first < count && first_field(b, section, first) == wanted)
		first++;
	return first;
}

enum err
book_find_key(const struct book *b, struct bytes text, struct book_key *ret,
    bool *ret_found)
{
	uint64_t hash = book_hash(text);
	uint32_t i = find_first(b, BOOK_KEYS, hash);

	for (uint32_t tried = 0; tried < LIMIT_BOOK_LIST; tried++, i++) {
		struct book_key key;
		struct bytes found = { NULL, 0 };

		if (i >= book_count(b, BOOK_KEYS))
			break;
		enum err err = book_key_at(b, i, &key);

		if (err != ERR_OK)
			return err;
		if (key.hash != hash)
			break;
		err = book_text(b, key.text, &found);
		if (err != ERR_OK)
			return err;
		if (bytes_equal(found, text)) {
			*ret = key;
			*ret_found = true;
			return ERR_OK;
		}
	}
	*ret_found = false;
	return ERR_OK;
}

enum err
book_find_product(const struct book *b, struct bytes product,
    uint32_t *ret_first, uint32_t *ret_end)
{
	uint64_t hash = book_hash(product);
	uint32_t first = find_first(b, BOOK_PRODUCTS, hash);

	*ret_end = find_end(b, BOOK_PRODUCTS, hash, first);
	*ret_first = first;
	return ERR_OK;
}

enum err
book_product_at(const struct book *b, uint32_t i, struct book_key *ret)
{
	const uint8_t *at = book_row(b, BOOK_PRODUCTS, i);

	if (at == NULL)
		return ERR_MALFORMED;
	return book_key_at(b, book_u32(at + 8), ret);
}

enum err
book_find_statements(const struct book *b, uint32_t vulnerability,
    uint32_t *ret_first, uint32_t *ret_end)
{
	uint32_t first = find_first(b, BOOK_STATEMENTS, vulnerability);

	*ret_end = find_end(b, BOOK_STATEMENTS, vulnerability, first);
	*ret_first = first;
	return ERR_OK;
}

/* The six texts of a name, from row byte `at` on. */
static enum err
read_name(const struct book *b, const uint8_t *at, struct vex_name *ret)
{
	struct bytes *const field[] = { &ret->purl, &ret->cpe, &ret->name,
		&ret->version, &ret->supplier, &ret->sha256 };
	enum err err = ERR_OK;

	for (size_t i = 0;
	     i < sizeof(field) / sizeof(field[0]) && err == ERR_OK; i++)
		err = book_text(b, book_u32(at + 4 * i), field[i]);
	return err;
}

enum err
book_statement_at(const struct book *b, uint32_t i, struct bytes *aliases,
    struct vex_statement *ret)
{
	const uint8_t *at = book_row(b, BOOK_STATEMENTS, i);
	struct vex_statement s = { .aliases = aliases };

	if (at == NULL || book_u32(at + 88) >= VEX_STATUS_COUNT)
		return ERR_MALFORMED;
	enum err err = book_text(b, book_u32(at + 4), &s.id);

	if (err == ERR_OK)
		err = book_list(b, book_u32(at + 8), aliases, &s.alias_count);
	if (err == ERR_OK)
		err = read_name(b, at + 12, &s.product);
	if (err == ERR_OK)
		err = read_name(b, at + 36, &s.component);
	if (err == ERR_OK)
		err = book_text(b, book_u32(at + 60), &s.justification);
	if (err == ERR_OK)
		err = book_text(b, book_u32(at + 64), &s.detail);
	if (err == ERR_OK)
		err = book_text(b, book_u32(at + 68), &s.author);
	if (err == ERR_OK)
		err = book_text(b, book_u32(at + 72), &s.document);
	s.order = book_u32(at + 76);
	s.time = (int64_t)book_u64(at + 80);
	s.status = (enum vex_status)book_u32(at + 88);
	if (err == ERR_OK)
		*ret = s;
	return err;
}
