/* SPDX-License-Identifier: ISC */
/* The rows of a book: what the writer and the readers agree about. */
#ifndef ADVISORIES_BOOK_PRIVATE_H
#define ADVISORIES_BOOK_PRIVATE_H

#include "advisories/book.h"
#include "base/bytes.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The format is told in docs/advisories-book.md. */
#define BOOK_MAGIC "hallmark book\r\n\n"
#define BOOK_MAGIC_LEN 16
#define BOOK_VERSION 1
#define BOOK_HEALTH_COUNT 8
#define BOOK_HEADER_LEN                                                        \
	(BOOK_MAGIC_LEN + 4 + 4 + 8 + 8 * BOOK_HEALTH_COUNT +                  \
	    16 * BOOK_SECTION_COUNT)

enum book_section {
	BOOK_TEXTS,
	BOOK_VULNERABILITIES, /* sorted by id */
	BOOK_KEYS,	      /* sorted by hash, then text */
	BOOK_PRODUCTS,	      /* sorted by hash of the product alone */
	BOOK_CLAIMS, /* by key, vulnerability, source, order of taking */
	BOOK_RANGES, /* by claim */
	BOOK_LISTS,
	BOOK_STATEMENTS, /* by vulnerability, then order of taking */
	BOOK_FEEDS,
};

/* Bytes of one row of each. */
#define BOOK_VULNERABILITY_LEN 24
#define BOOK_KEY_LEN 16
#define BOOK_PRODUCT_LEN 12
#define BOOK_CLAIM_LEN 24
#define BOOK_RANGE_LEN 12
#define BOOK_LIST_ITEM_LEN 4
#define BOOK_STATEMENT_LEN 92
#define BOOK_FEED_LEN 32

enum book_claim_flag {
	BOOK_CLAIM_PROSE = 1,
	BOOK_CLAIM_UNREAD = 2,
	BOOK_CLAIM_CONDITIONAL = 4,
};

enum book_range_flag {
	BOOK_FROM_EXCLUDED = 1,
	BOOK_TO_INCLUDED = 2,
	BOOK_TO_BRANCH = 4,
};

/* "ref" below is a place in the book, of a text or a list; 0: an empty one. */

struct book_vulnerability {
	uint32_t id;
	uint32_t title;
	uint32_t aliases; /* a list of texts */
	uint32_t epss;
	uint32_t since_days; /* Unix days of the first word of exploitation */
	uint8_t cvss;
	uint8_t exploited_by;
	bool ransomware;
};

struct book_key {
	uint64_t hash;
	uint32_t text;
	uint32_t claim_first;
	uint32_t claim_end; /* where the next key's begin */
};

struct book_claim {
	uint32_t vulnerability;
	uint32_t range_first;
	uint32_t range_end; /* where the next claim's begin */
	uint32_t files;	    /* a list of texts */
	uint32_t condition;
	uint32_t release;
	enum claim_source source;
	enum version_scheme scheme;
	enum claim_status otherwise;
	uint8_t flags;
};

struct book_range {
	uint32_t from;
	uint32_t to;
	uint8_t flags;
	enum claim_status status;
};

/* How a product's key "vendor:product" or "pkg:type/space/name" is found. */
uint64_t book_hash(struct bytes text);

/* What stands behind the ':' of a "vendor:product". */
struct bytes book_product_of(struct bytes key);

/* Appends the key of a package, "pkg:type/space/name" in lower case. A claim's
   space is both type and space. */
void book_put_package_key(
    struct bytes type, struct bytes space, struct bytes name, struct out *to);

/* Rows of a section; all bytes of row i, NULL when there are fewer. */
size_t book_count(const struct book *b, enum book_section section);
const uint8_t *book_row(
    const struct book *b, enum book_section section, uint32_t i);

static inline uint32_t
book_u32(const uint8_t *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	    (uint32_t)at[3] << 24;
}

static inline uint64_t
book_u64(const uint8_t *at)
{
	return book_u32(at) | (uint64_t)book_u32(at + 4) << 32;
}

/* All give ERR_MALFORMED for what lies outside or makes no sense. */
enum err book_text(const struct book *b, uint32_t ref, struct bytes *ret);
enum err book_vulnerability_at(
    const struct book *b, uint32_t i, struct book_vulnerability *ret);
enum err book_key_at(const struct book *b, uint32_t i, struct book_key *ret);
enum err book_claim_at(
    const struct book *b, uint32_t i, struct book_claim *ret);
enum err book_range_at(
    const struct book *b, uint32_t i, struct book_range *ret);

/* At most LIMIT_BOOK_LIST texts, for which `ret` has room. */
enum err book_list(
    const struct book *b, uint32_t ref, struct bytes *ret, size_t *ret_count);

/* The key of this text: *ret_found false when there is none. */
enum err book_find_key(const struct book *b, struct bytes text,
    struct book_key *ret, bool *ret_found);

/* Rows of BOOK_PRODUCTS, [*ret_first, *ret_end): keys with such a product, or
   (seldom) with another of the same hash. */
enum err book_find_product(const struct book *b, struct bytes product,
    uint32_t *ret_first, uint32_t *ret_end);
enum err book_product_at(
    const struct book *b, uint32_t i, struct book_key *ret);

/* Rows of BOOK_STATEMENTS about a vulnerability: [*ret_first, *ret_end). */
enum err book_find_statements(const struct book *b, uint32_t vulnerability,
    uint32_t *ret_first, uint32_t *ret_end);

/* `aliases`: the caller's room for LIMIT_BOOK_LIST of them. */
enum err book_statement_at(const struct book *b, uint32_t i,
    struct bytes *aliases, struct vex_statement *ret);

#endif
