/* SPDX-License-Identifier: ISC */
/* Opens a book and reads its rows, each within its bounds. */
#include "advisories/book.h"
#include "advisories/book_private.h"
#include "base/cursor.h"
#include "base/limits.h"

#define TEXT_LONG 0x80U
#define SECS_PER_DAY 86400

/* Bytes of a row; 1 where a section is no table. */
static const size_t row_len[BOOK_SECTION_COUNT] = {
	[BOOK_TEXTS] = 1,
	[BOOK_VULNERABILITIES] = BOOK_VULNERABILITY_LEN,
	[BOOK_KEYS] = BOOK_KEY_LEN,
	[BOOK_PRODUCTS] = BOOK_PRODUCT_LEN,
	[BOOK_CLAIMS] = BOOK_CLAIM_LEN,
	[BOOK_RANGES] = BOOK_RANGE_LEN,
	[BOOK_LISTS] = BOOK_LIST_ITEM_LEN,
	[BOOK_STATEMENTS] = BOOK_STATEMENT_LEN,
	[BOOK_FEEDS] = BOOK_FEED_LEN,
};

/* FNV-1a of 64 bits: what is looked up is short. The last step brings all of
   it into the upper bits, by which keys are found. */
uint64_t
book_hash(struct bytes text)
{
	uint64_t hash = 0xcbf29ce484222325U;

	for (size_t i = 0; i < text.len; i++)
		hash = (hash ^ text.ptr[i]) * 0x100000001b3U;
	return (hash ^ hash >> 32) * 0x9e3779b97f4a7c15U;
}

struct bytes
book_product_of(struct bytes key)
{
	size_t colon = bytes_find_byte(key, ':', 0);

	/* only packages have a '/' */
	if (colon == SIZE_MAX || bytes_find_byte(key, '/', 0) != SIZE_MAX)
		return (struct bytes){ NULL, 0 };
	return bytes_from(key, colon + 1);
}

static void
put_lower(struct bytes in, struct out *to)
{
	for (size_t i = 0; i < in.len; i++)
		out_u8(to, bytes_lower(in.ptr[i]));
}

void
book_put_package_key(
    struct bytes type, struct bytes space, struct bytes name, struct out *to)
{
	out_text(to, "pkg:");
	put_lower(type, to);
	if (space.len > 0)
		out_u8(to, '/');
	put_lower(space, to);
	out_u8(to, '/');
	put_lower(name, to);
}

/* --- opening --- */

static void
read_health(struct cursor *c, struct book_health *ret)
{
	ret->vulnerabilities = cur_u64le(c, "vulnerabilities");
	ret->claims = cur_u64le(c, "claims");
	ret->exploited = cur_u64le(c, "exploited");
	ret->exploited_known = cur_u64le(c, "exploited_known");
	ret->scores = cur_u64le(c, "scores");
	ret->statements = cur_u64le(c, "statements");
	ret->newest_catalogue = (int64_t)cur_u64le(c, "newest_catalogue");
	ret->newest_claim = (int64_t)cur_u64le(c, "newest_claim");
}

static void
read_sections(struct cursor *c, struct book *b)
{
	for (size_t i = 0; i < BOOK_SECTION_COUNT; i++) {
		size_t here = c->pos;
		uint64_t at = cur_u64le(c, "section");
		uint64_t len = cur_u64le(c, "section");

		if (!cur_ok(c))
			return;
		if (at > b->in.len || len > b->in.len - at ||
		    len % row_len[i] != 0 || len / row_len[i] >= UINT32_MAX) {
			cur_fail(c, ERR_MALFORMED, here, "section");
			return;
		}
		b->section[i] = bytes_slice(b->in, (size_t)at, (size_t)len);
	}
}

enum err
book_open(struct bytes in, struct book *ret)
{
	struct cursor c = cur_open(in, "book");
	struct book b = { .in = in };
	struct bytes magic = cur_bytes(&c, BOOK_MAGIC_LEN, "magic");

	if (cur_ok(&c) && !bytes_equal_text(magic, BOOK_MAGIC))
		cur_fail(&c, ERR_MALFORMED, 0, "magic");
	if (cur_u32le(&c, "version") != BOOK_VERSION && cur_ok(&c))
		cur_fail(&c, ERR_UNSUPPORTED, BOOK_MAGIC_LEN, "version");
	if (cur_u32le(&c, "sections") != BOOK_SECTION_COUNT && cur_ok(&c))
		cur_fail(&c, ERR_MALFORMED, BOOK_MAGIC_LEN + 4, "sections");
	uint64_t len = cur_u64le(&c, "length");

	if (cur_ok(&c) && len != in.len)
		cur_fail(&c, len > in.len ? ERR_TRUNCATED : ERR_MALFORMED,
		    BOOK_MAGIC_LEN + 8, "length");
	read_health(&c, &b.health);
	read_sections(&c, &b);
	b.health.feed_count = book_count(&b, BOOK_FEEDS);
	if (cur_ok(&c))
		*ret = b;
	return c.fault.code;
}

/* --- rows ---
   A cursor for each of the hundreds of thousands that a kernel's match looks at
   would take most of its time; book_row() is the one place that checks. */

size_t
book_count(const struct book *b, enum book_section section)
{
	return b->section[section].len / row_len[section];
}

const uint8_t *
book_row(const struct book *b, enum book_section section, uint32_t i)
{
	if (i >= book_count(b, section))
		return NULL;
	return b->section[section].ptr + i * row_len[section];
}

enum err
book_text(const struct book *b, uint32_t ref, struct bytes *ret)
{
	struct bytes rest = bytes_from(b->section[BOOK_TEXTS], ref);
	size_t head = 1;

	if (rest.len == 0)
		return ERR_MALFORMED;
	size_t len = rest.ptr[0];

	if ((len & TEXT_LONG) != 0) {
		if (rest.len < 2)
			return ERR_MALFORMED;
		len = (len & ~(size_t)TEXT_LONG) << 8 | rest.ptr[1];
		head = 2;
	}
	if (len > rest.len - head || len > LIMIT_BOOK_TEXT_LEN)
		return ERR_MALFORMED;
	*ret = bytes_slice(rest, head, len);
	return ERR_OK;
}

enum err
book_vulnerability_at(
    const struct book *b, uint32_t i, struct book_vulnerability *ret)
{
	const uint8_t *at = book_row(b, BOOK_VULNERABILITIES, i);

	if (at == NULL)
		return ERR_MALFORMED;
	*ret = (struct book_vulnerability){
		.id = book_u32(at),
		.title = book_u32(at + 4),
		.aliases = book_u32(at + 8),
		.epss = book_u32(at + 12),
		.since_days = book_u32(at + 16),
		.cvss = at[20],
		.exploited_by =
		    at[21] & (uint8_t)((1U << EXPLOITED_SOURCE_COUNT) - 1),
		.ransomware = at[22] != 0,
	};
	return ERR_OK;
}

/* Where the rows of the next one begin, or all of them end. */
static uint32_t
next_first(const struct book *b, enum book_section section, uint32_t i,
    size_t field, enum book_section of)
{
	const uint8_t *next = book_row(b, section, i + 1);

	return next != NULL ? book_u32(next + field)
			    : (uint32_t)book_count(b, of);
}

enum err
book_key_at(const struct book *b, uint32_t i, struct book_key *ret)
{
	const uint8_t *at = book_row(b, BOOK_KEYS, i);

	if (at == NULL)
		return ERR_MALFORMED;
	struct book_key key = {
		.hash = book_u64(at),
		.text = book_u32(at + 8),
		.claim_first = book_u32(at + 12),
		.claim_end = next_first(b, BOOK_KEYS, i, 12, BOOK_CLAIMS),
	};

	if (key.claim_first > key.claim_end ||
	    key.claim_end > book_count(b, BOOK_CLAIMS))
		return ERR_MALFORMED;
	*ret = key;
	return ERR_OK;
}

enum err
book_claim_at(const struct book *b, uint32_t i, struct book_claim *ret)
{
	const uint8_t *at = book_row(b, BOOK_CLAIMS, i);

	if (at == NULL || at[20] >= CLAIM_SOURCE_COUNT ||
	    at[21] >= VERSION_SCHEME_COUNT || at[22] >= CLAIM_STATUS_COUNT)
		return ERR_MALFORMED;
	struct book_claim claim = {
		.vulnerability = book_u32(at),
		.range_first = book_u32(at + 4),
		.range_end = next_first(b, BOOK_CLAIMS, i, 4, BOOK_RANGES),
		.files = book_u32(at + 8),
		.condition = book_u32(at + 12),
		.release = book_u32(at + 16),
		.source = (enum claim_source)at[20],
		.scheme = (enum version_scheme)at[21],
		.otherwise = (enum claim_status)at[22],
		.flags = at[23],
	};

	if (claim.range_first > claim.range_end ||
	    claim.range_end > book_count(b, BOOK_RANGES) ||
	    claim.vulnerability >= book_count(b, BOOK_VULNERABILITIES))
		return ERR_MALFORMED;
	*ret = claim;
	return ERR_OK;
}

enum err
book_range_at(const struct book *b, uint32_t i, struct book_range *ret)
{
	const uint8_t *at = book_row(b, BOOK_RANGES, i);

	if (at == NULL || at[9] >= CLAIM_STATUS_COUNT)
		return ERR_MALFORMED;
	*ret = (struct book_range){
		.from = book_u32(at),
		.to = book_u32(at + 4),
		.flags = at[8],
		.status = (enum claim_status)at[9],
	};
	return ERR_OK;
}

enum err
book_list(
    const struct book *b, uint32_t ref, struct bytes *ret, size_t *ret_count)
{
	const uint8_t *at = book_row(b, BOOK_LISTS, ref);
	uint32_t count = at != NULL ? book_u32(at) : 0;

	if (at == NULL || count > LIMIT_BOOK_LIST ||
	    count >= book_count(b, BOOK_LISTS) - ref)
		return ERR_MALFORMED;
	for (uint32_t i = 0; i < count; i++) {
		at += BOOK_LIST_ITEM_LEN;
		enum err err = book_text(b, book_u32(at), &ret[i]);

		if (err != ERR_OK)
			return err;
	}
	*ret_count = count;
	return ERR_OK;
}

enum err
book_feed_at(const struct book *b, size_t i, struct book_feed *ret)
{
	const uint8_t *at =
	    i < UINT32_MAX ? book_row(b, BOOK_FEEDS, (uint32_t)i) : NULL;
	struct book_feed feed = { .name = { NULL, 0 } };

	if (at == NULL || book_u32(at + 4) >= FEED_KIND_COUNT)
		return ERR_MALFORMED;
	enum err err = book_text(b, book_u32(at), &feed.name);

	if (err != ERR_OK)
		return err;
	feed.info.kind = (enum feed_kind)book_u32(at + 4);
	feed.info.count = book_u64(at + 8);
	feed.info.refused = book_u64(at + 16);
	feed.info.newest = (int64_t)book_u64(at + 24);
	*ret = feed;
	return ERR_OK;
}
