/* SPDX-License-Identifier: ISC */
/* ENISA's vulnerability database, as its API answers. */
#include "advisories/feed_claims_private.h"
#include "advisories/range_text.h"
#include "base/date.h"

/* One element of "enisaIdProduct". */
struct product {
	struct bytes vendor;
	struct bytes name;
	struct bytes versions;
};

struct record {
	struct vulnerability v;
	struct bytes euvd;	   /* its id here */
	struct bytes aliases;	   /* a line each */
	struct bytes vendor;	   /* of the first element of "enisaIdVendor" */
	struct feed_list products; /* of struct product */
	struct feed_list claims;
	struct feed_score score;
	struct bytes description; /* with escapes */
	int64_t since;
	bool is_exploited;
};

/* --- dates --- */

/* A word of "Jul 7, 2026, 12:00:00 AM" without its comma. */
static bool
take_number(struct bytes *rest, unsigned *ret)
{
	struct bytes word;
	uint64_t value;

	if (!bytes_next_word(rest, &word))
		return false;
	if (bytes_ends(word, BYTES(",")))
		word.len--;
	if (!bytes_to_u64(word, &value) || value > 9999)
		return false;
	*ret = (unsigned)value;
	return true;
}

static void
put_two(struct out *o, unsigned value)
{
	out_u8(o, (uint8_t)('0' + value / 10 % 10));
	out_u8(o, (uint8_t)('0' + value % 10));
}

/* Seconds of "12:34:56 PM", any blank (also U+202F) before the last word. */
static int64_t
read_clock(struct bytes in)
{
	struct bytes text = bytes_trim(in);
	struct bytes part;
	int64_t secs = 0;

	if (text.len < 7)
		return 0;
	bool after = bytes_equal_any_case(bytes_from(text, text.len - 2), "pm");

	for (unsigned i = 0; i < 3; i++) {
		uint64_t value;
		size_t len = 0;

		if (!bytes_next_field(&text, ':', &part))
			return 0;
		while (len < part.len && len < 2 && part.ptr[len] >= '0' &&
		    part.ptr[len] <= '9')
			len++;
		if (!bytes_to_u64(bytes_slice(part, 0, len), &value))
			return 0;
		if (i == 0)
			value = value % 12 + (after ? 12 : 0);
		secs = secs * 60 + (int64_t)value;
	}
	return secs;
}

/* "Jul 7, 2026, 12:00:00 AM", taken as UTC; 0 when it is none. */
static int64_t
read_date(struct feed *f, struct bytes raw)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct bytes rest = feed_text(f, raw);
	struct bytes word;
	unsigned day;
	unsigned year;
	int64_t secs;

	if (!bytes_next_word(&rest, &word) || word.len != 3 ||
	    !take_number(&rest, &day) || !take_number(&rest, &year) ||
	    day > 31 || year < 1000)
		return feed_time(bytes_trim(feed_text(f, raw)));
	size_t at = bytes_find(bytes_of(months), word, 0);
	uint8_t text[16];
	struct out o = { .ptr = text, .cap = 10, .limit = 10 };

	if (at == SIZE_MAX || at % 3 != 0)
		return 0;
	out_decimal(&o, year);
	out_u8(&o, '-');
	put_two(&o, (unsigned)(at / 3 + 1));
	out_u8(&o, '-');
	put_two(&o, day);
	return date_read_day(out_bytes(&o), &secs) ? secs + read_clock(rest)
						   : 0;
}

/* --- claims --- */

static void
add_range(struct feed *f, struct claim *claim, struct feed_list *ranges,
    const struct claim_range *range)
{
	struct claim_range *next = feed_list_add(f, ranges, sizeof(*next));

	if (next == NULL)
		return;
	*next = *range;
	next->status = CLAIM_AFFECTED;
	claim->ranges = ranges->ptr;
	claim->range_count = ranges->count;
}

static void
add_versions(struct feed *f, struct claim *claim, struct feed_list *ranges,
    struct bytes text)
{
	struct range_text found;
	struct claim_range single = { .to_included = true };

	if (range_text_version(text, &single.from) &&
	    !range_text_is_doubtful(single.from)) {
		single.to = single.from;
		add_range(f, claim, ranges, &single);
		return;
	}
	if (!range_text_read(text, &found)) {
		claim->has_unread = true;
		claim->otherwise = CLAIM_UNKNOWN;
		return;
	}
	claim->from_prose = true;
	for (size_t i = 0; i < found.count; i++)
		add_range(f, claim, ranges, &found.ranges[i]);
}

/* One claim for all the elements of a product that follow each other. */
static void
add_claims(struct feed *f, struct record *r)
{
	const struct product *products = r->products.ptr;
	struct claim *claim = NULL;
	struct feed_list ranges = { 0 };

	for (size_t i = 0; i < r->products.count; i++) {
		const struct product *p = &products[i];
		struct bytes vendor = p->vendor.len > 0 ? p->vendor : r->vendor;

		if (range_text_is_nothing(p->name))
			continue;
		if (claim == NULL || !bytes_equal(claim->space, vendor) ||
		    !bytes_equal(claim->name, p->name)) {
			claim = feed_list_add(f, &r->claims, sizeof(*claim));
			if (claim == NULL)
				return;
			ranges = (struct feed_list){ 0 };
			claim->source = CLAIM_EUVD;
			claim->space = vendor;
			claim->name = p->name;
			claim->scheme =
			    feed_scheme_of(vendor, p->name, VERSION_ANY);
			claim->otherwise = CLAIM_UNAFFECTED;
		}
		add_versions(f, claim, &ranges, p->versions);
	}
}

/* --- ids --- */

static bool
is_cve(struct bytes id)
{
	return bytes_starts(id, BYTES("CVE-"));
}

/* The next alias that is not empty. */
static bool
next_alias(struct bytes *rest, struct bytes *ret)
{
	while (bytes_next_line(rest, ret)) {
		*ret = bytes_trim(*ret);
		if (ret->len > 0)
			return true;
	}
	return false;
}

/* With exactly one CVE among the aliases that is the id. */
static void
name_record(struct feed *f, struct record *r)
{
	struct feed_list aliases = { 0 };
	struct bytes rest = r->aliases;
	struct bytes cve = { 0 };
	struct bytes alias;
	size_t cves = 0;

	while (next_alias(&rest, &alias)) {
		if (is_cve(alias)) {
			cve = alias;
			cves++;
		}
	}
	r->v.id = cves == 1 ? cve : r->euvd;
	rest = r->aliases;
	while (next_alias(&rest, &alias)) {
		if (!bytes_equal(alias, r->v.id))
			feed_list_add_text(f, &aliases, alias);
	}
	if (cves == 1)
		feed_list_add_text(f, &aliases, r->euvd);
	r->v.aliases = aliases.ptr;
	r->v.alias_count = aliases.count;
}

static void
put_exploited(struct feed *f, const struct record *r)
{
	struct exploited e = {
		.source = EXPLOITED_EUVD,
		.id = r->v.id,
		.name = r->v.title,
		.since = r->since,
	};

	feed_put_exploited(f, &e);
	if (is_cve(r->v.id))
		return;
	for (size_t i = 0; i < r->v.alias_count; i++) {
		e.id = r->v.aliases[i];
		if (is_cve(e.id))
			feed_put_exploited(f, &e);
	}
}

/* --- reading --- */

/* {"name": …, "vendor": {"name": …}} or {"vendor": {"name": …}} */
static void
read_names(struct feed *f, struct bytes *name, struct bytes *vendor)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		size_t inner = f->json.depth;

		if (feed_is(&item, BYTES("name"), JSON_TEXT))
			*name = bytes_trim(feed_text(f, item.text));
		if (!feed_is(&item, BYTES("vendor"), JSON_OBJECT))
			continue;
		while (feed_next(f, inner, &item)) {
			if (feed_is(&item, BYTES("name"), JSON_TEXT))
				*vendor = bytes_trim(feed_text(f, item.text));
		}
	}
}

static void
read_products(struct feed *f, struct record *r)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		size_t inner = f->json.depth;

		if (item.kind != JSON_OBJECT)
			continue;
		struct product *p = feed_list_add(f, &r->products, sizeof(*p));

		if (p == NULL)
			return;
		while (feed_next(f, inner, &item)) {
			if (feed_is(&item, BYTES("product"), JSON_OBJECT))
				read_names(f, &p->name, &p->vendor);
			else if (feed_is(&item, BYTES("product_version"),
				     JSON_TEXT))
				p->versions = feed_text(f, item.text);
		}
	}
}

static void
read_vendors(struct feed *f, struct record *r)
{
	size_t inside = f->json.depth;
	struct json_item item;
	struct bytes name = { 0 };

	while (feed_next(f, inside, &item)) {
		if (item.kind == JSON_OBJECT && r->vendor.len == 0)
			read_names(f, &name, &r->vendor);
	}
}

static void
read_text_member(struct feed *f, const struct json_item *item, struct record *r)
{
	if (feed_is(item, BYTES("id"), JSON_TEXT)) {
		r->euvd = feed_text(f, item->text);
	} else if (feed_is(item, BYTES("aliases"), JSON_TEXT)) {
		r->aliases = feed_text(f, item->text);
	} else if (feed_is(item, BYTES("description"), JSON_TEXT)) {
		r->description = item->text;
	} else if (feed_is(item, BYTES("datePublished"), JSON_TEXT)) {
		r->v.published = read_date(f, item->text);
	} else if (feed_is(item, BYTES("dateUpdated"), JSON_TEXT)) {
		r->v.modified = read_date(f, item->text);
	} else if (feed_is(item, BYTES("exploitedSince"), JSON_TEXT)) {
		r->since = read_date(f, item->text);
		r->is_exploited = item->text.len > 0;
	}
}

/* Source: the API's answers; notes of euvd-watch, docs/euvd-api.md. */
static enum err
read_record(struct feed *f, void *context)
{
	size_t inside = f->json.depth;
	struct json_item item;
	struct record r = { .score = FEED_SCORE_NONE };

	(void)context;
	while (feed_next(f, inside, &item)) {
		if (item.kind == JSON_TEXT)
			read_text_member(f, &item, &r);
		else if (feed_is(&item, BYTES("baseScore"), JSON_NUMBER))
			feed_score_take(&r.score, 1, item.text);
		else if (feed_is(&item, BYTES("enisaIdProduct"), JSON_ARRAY))
			read_products(f, &r);
		else if (feed_is(&item, BYTES("enisaIdVendor"), JSON_ARRAY))
			read_vendors(f, &r);
	}
	if (r.euvd.len == 0)
		feed_break(f, ERR_MALFORMED, "id");
	if (feed_failed(f) != ERR_OK)
		return feed_failed(f);
	add_claims(f, &r);
	name_record(f, &r);
	r.v.cvss = r.score.tenths;
	r.v.title = feed_title(f, r.description);
	feed_put_vulnerability(f, &r.v, r.claims.ptr, r.claims.count);
	if (r.is_exploited)
		put_exploited(f, &r);
	return feed_failed(f);
}

/* A page has "items"; without them the object is one entry. */
enum err
feed_read_euvd(struct feed *f)
{
	struct json_reader here = f->json;
	size_t inside = f->json.depth;
	struct json_item item;
	enum err err = ERR_OK;

	while (err == ERR_OK && feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("items"), JSON_ARRAY)) {
			err = feed_each_record(f, read_record, NULL);
		} else if (feed_is(&item, BYTES("id"), JSON_TEXT)) {
			f->json = here;
			return feed_record(f, read_record, NULL);
		}
	}
	return err == ERR_OK ? feed_failed(f) : err;
}
