/* SPDX-License-Identifier: ISC */
/* Writes a book: its sections, and of the texts those that they name. */
#include "advisories/maker_private.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

/* A text's length takes a byte, or two with this bit. */
#define TEXT_LONG 0x80U
#define TEXT_SHORT_MAX 0x7fU

_Static_assert(LIMIT_BOOK_TEXT_LEN < 0x8000, "a text's length has 15 bits");

struct writing {
	struct book_maker *m;
	struct plan plan;
	struct out texts;
	struct out lists;
	struct out ranges;
	struct out *to;
	size_t start;	 /* of the book in `to` */
	struct rows ref; /* uint32_t: by text, its place in the book */
	struct book_health health;
	uint64_t at[BOOK_SECTION_COUNT];
	uint64_t len[BOOK_SECTION_COUNT];
};

static const struct maker_id *
id_at(const struct writing *w, uint32_t i)
{
	return (const struct maker_id *)w->m->ids.ptr + i;
}

/* Where a text stands in the book; it is put there when it first comes up. */
static uint32_t
ref_of(struct writing *w, uint32_t text)
{
	uint32_t *ref = w->ref.ptr;
	struct bytes in = texts_at(&w->m->texts, text);

	if (in.len == 0 || ref[text] != 0)
		return ref[text];
	ref[text] = (uint32_t)w->texts.len;
	if (in.len > TEXT_SHORT_MAX)
		out_u8(&w->texts, (uint8_t)(TEXT_LONG | in.len >> 8));
	out_u8(&w->texts, (uint8_t)in.len);
	out_put(&w->texts, in);
	return ref[text];
}

static void
begin(struct writing *w, enum book_section section)
{
	w->at[section] = w->to->len - w->start;
}

static void
end(struct writing *w, enum book_section section)
{
	w->len[section] = w->to->len - w->start - w->at[section];
}

static uint32_t
list_place(const struct writing *w)
{
	return (uint32_t)(w->lists.len / BOOK_LIST_ITEM_LEN);
}

/* A list of texts; 0 when it is empty. */
static uint32_t
put_list(struct writing *w, const uint32_t *text, size_t count)
{
	uint32_t place = list_place(w);

	if (count == 0)
		return 0;
	out_u32le(&w->lists, (uint32_t)count);
	for (size_t i = 0; i < count; i++)
		out_u32le(&w->lists, ref_of(w, text[i]));
	return place;
}

/* --- vulnerabilities --- */

struct names {
	uint32_t text[LIMIT_BOOK_LIST];
	size_t count;
};

static void
add_name(struct names *names, const struct maker_id *id)
{
	size_t same = 0;

	while (same < names->count && names->text[same] != id->text)
		same++;
	/* another CVE is another vulnerability, whatever a feed says */
	if (same == names->count && same < LIMIT_BOOK_LIST && !id->is_cve &&
	    !id->is_joint)
		names->text[names->count++] = id->text;
}

/* The other names of what counts as `id`, and the words of its best record. */
static void
put_vulnerability(struct writing *w, const struct maker_id *id)
{
	const struct maker_record *records = w->m->records.ptr;
	const uint32_t *list = w->m->lists.ptr;
	enum maker_family title_of = FAMILY_NONE;
	enum maker_family cvss_of = FAMILY_NONE;
	uint32_t title = 0;
	uint8_t cvss = CVSS_UNKNOWN;
	struct names names = { .count = 0 };

	for (uint32_t r = id->merged; r != MAKER_NONE; r = records[r].merged) {
		const struct maker_record *record = &records[r];

		if (record->title != 0 &&
		    (title == 0 || record->family < title_of)) {
			title = record->title;
			title_of = record->family;
		}
		if (record->cvss != CVSS_UNKNOWN &&
		    (cvss == CVSS_UNKNOWN || record->family < cvss_of)) {
			cvss = record->cvss;
			cvss_of = record->family;
		}
		if (records[r].id != id->target)
			add_name(&names, id_at(w, record->id));
		for (uint32_t i = 0; i < record->alias_count; i++)
			add_name(
			    &names, id_at(w, list[record->alias_first + i]));
	}
	out_u32le(w->to, ref_of(w, id->text));
	out_u32le(w->to, ref_of(w, title));
	out_u32le(w->to, put_list(w, names.text, names.count));
	out_u32le(w->to, id->epss);
	out_u32le(w->to, id->since_days);
	out_u8(w->to, cvss);
	out_u8(w->to, id->exploited_by);
	out_u8(w->to, id->ransomware);
	out_u8(w->to, 0);
	w->health.exploited_known += id->exploited_by != 0;
}

static void
put_vulnerabilities(struct writing *w)
{
	const uint32_t *rows = w->plan.rows.ptr;

	begin(w, BOOK_VULNERABILITIES);
	for (size_t i = 0; i < w->plan.rows.count; i++)
		put_vulnerability(w, id_at(w, rows[i]));
	end(w, BOOK_VULNERABILITIES);
	w->health.vulnerabilities = w->plan.rows.count;
}

/* --- keys --- */

static void
put_keys(struct writing *w)
{
	const struct plan_key *keys = w->plan.keys.ptr;
	uint32_t claim = 0;

	begin(w, BOOK_KEYS);
	for (size_t i = 0; i < w->plan.keys.count; i++) {
		out_u64le(w->to, keys[i].hash);
		out_u32le(w->to, ref_of(w, keys[i].text));
		out_u32le(w->to, claim);
		claim += keys[i].item_count;
	}
	end(w, BOOK_KEYS);
}

struct product {
	uint64_t hash;
	uint32_t key;
};

static int
compare_products(const void *a, const void *b)
{
	const struct product *x = a;
	const struct product *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (x->key > y->key) - (x->key < y->key);
}

static enum err
put_products(struct writing *w)
{
	struct rows rows = { .size = sizeof(struct product) };
	const struct plan_key *keys = w->plan.keys.ptr;
	enum err err = ERR_OK;

	for (uint32_t i = 0; i < w->plan.keys.count && err == ERR_OK; i++) {
		uint32_t at = 0;
		struct bytes product =
		    book_product_of(texts_at(&w->m->texts, keys[i].text));

		if (product.len == 0)
			continue;
		err = rows_add(&w->m->memory, &rows, 1, &at);
		if (err == ERR_OK)
			((struct product *)rows.ptr)[at] =
			    (struct product){ .hash = book_hash(product),
				    .key = i };
	}
	const struct product *sorted = rows.ptr;

	if (err == ERR_OK && rows.count > 0)
		qsort(rows.ptr, rows.count, sizeof(*sorted), compare_products);
	begin(w, BOOK_PRODUCTS);
	for (size_t i = 0; i < rows.count && err == ERR_OK; i++) {
		out_u64le(w->to, sorted[i].hash);
		out_u32le(w->to, sorted[i].key);
	}
	end(w, BOOK_PRODUCTS);
	rows_close(&w->m->memory, &rows);
	return err;
}

/* --- claims --- */

static void
put_ranges(struct writing *w, const struct maker_claim *claim)
{
	const struct maker_range *ranges = w->m->ranges.ptr;

	for (uint32_t i = 0; i < claim->range_count; i++) {
		const struct maker_range *range =
		    &ranges[claim->range_first + i];

		out_u32le(&w->ranges, ref_of(w, range->from));
		out_u32le(&w->ranges, ref_of(w, range->to));
		out_u8(&w->ranges, range->flags);
		out_u8(&w->ranges, range->status);
		out_u16le(&w->ranges, 0);
	}
}

static void
put_claims(struct writing *w)
{
	const struct plan_item *items = w->plan.items.ptr;
	const struct maker_claim *claims = w->m->claims.ptr;
	const uint32_t *list = w->m->lists.ptr;

	begin(w, BOOK_CLAIMS);
	for (size_t i = 0; i < w->plan.items.count; i++) {
		const struct maker_claim *claim = &claims[items[i].claim];
		const uint32_t *files =
		    claim->file_count > 0 ? list + claim->file_first : NULL;

		out_u32le(w->to, items[i].row);
		out_u32le(w->to, (uint32_t)(w->ranges.len / BOOK_RANGE_LEN));
		out_u32le(w->to, put_list(w, files, claim->file_count));
		out_u32le(w->to, ref_of(w, claim->condition));
		out_u32le(w->to, ref_of(w, claim->release));
		out_u8(w->to, (uint8_t)claim->source);
		out_u8(w->to, (uint8_t)claim->scheme);
		out_u8(w->to, (uint8_t)claim->otherwise);
		out_u8(w->to, claim->flags);
		put_ranges(w, claim);
	}
	end(w, BOOK_CLAIMS);
	w->health.claims = w->plan.items.count;
}

/* --- statements, feeds --- */

static void
put_statement(struct writing *w, uint32_t row, const struct maker_statement *s)
{
	const uint32_t *list = w->m->lists.ptr;
	struct names names = { .count = s->alias_count };

	for (size_t i = 0; i < names.count; i++)
		names.text[i] = id_at(w, list[s->alias_first + i])->text;
	out_u32le(w->to, row);
	out_u32le(w->to, ref_of(w, id_at(w, s->id)->text));
	out_u32le(w->to, put_list(w, names.text, names.count));
	for (size_t i = 0; i < MAKER_NAME_FIELDS; i++)
		out_u32le(w->to, ref_of(w, s->product[i]));
	for (size_t i = 0; i < MAKER_NAME_FIELDS; i++)
		out_u32le(w->to, ref_of(w, s->component[i]));
	out_u32le(w->to, ref_of(w, s->justification));
	out_u32le(w->to, ref_of(w, s->detail));
	out_u32le(w->to, ref_of(w, s->author));
	out_u32le(w->to, ref_of(w, s->document));
	out_u32le(w->to, s->order);
	out_u64le(w->to, (uint64_t)s->time);
	out_u32le(w->to, (uint32_t)s->status);
}

static void
put_statements(struct writing *w)
{
	const struct plan_item *items = w->plan.statements.ptr;
	const struct maker_statement *statements = w->m->statements.ptr;

	begin(w, BOOK_STATEMENTS);
	for (size_t i = 0; i < w->plan.statements.count; i++)
		put_statement(w, items[i].row, &statements[items[i].claim]);
	end(w, BOOK_STATEMENTS);
	w->health.statements = w->m->statements.count;
}

/* What a kind of feed is good for. */
static const struct {
	bool is_catalogue; /* of what is exploited */
	bool has_claims;
} kinds[FEED_KIND_COUNT] = {
	[FEED_CVE] = { .has_claims = true },
	[FEED_NVD] = { .has_claims = true },
	[FEED_OSV] = { .has_claims = true },
	[FEED_KEV] = { .is_catalogue = true },
	[FEED_EUVD] = { .is_catalogue = true, .has_claims = true },
};

/* A page of ENISA's answers is dated, too, but says nothing of the rest. */
static bool
is_catalogue(const struct writing *w, enum feed_kind kind)
{
	return kinds[kind].is_catalogue &&
	    (kind != FEED_EUVD ||
		w->plan.exploited_by_euvd >= BOOK_CATALOGUE_MIN);
}

static void
put_feeds(struct writing *w)
{
	const struct maker_feed *feeds = w->m->feeds.ptr;
	struct book_health *health = &w->health;

	begin(w, BOOK_FEEDS);
	for (size_t i = 0; i < w->m->feeds.count; i++) {
		const struct feed_info *info = &feeds[i].info;

		out_u32le(w->to, ref_of(w, feeds[i].name));
		out_u32le(w->to, (uint32_t)info->kind);
		out_u64le(w->to, info->count);
		out_u64le(w->to, info->refused);
		out_u64le(w->to, (uint64_t)info->newest);
		if (is_catalogue(w, info->kind) &&
		    info->newest > health->newest_catalogue)
			health->newest_catalogue = info->newest;
		if (kinds[info->kind].has_claims &&
		    info->newest > health->newest_claim)
			health->newest_claim = info->newest;
	}
	end(w, BOOK_FEEDS);
}

/* --- all of it --- */

static void
put_parts(struct writing *w)
{
	const struct {
		enum book_section section;
		const struct out *part;
	} parts[] = {
		{ BOOK_RANGES, &w->ranges },
		{ BOOK_LISTS, &w->lists },
		{ BOOK_TEXTS, &w->texts },
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i].part->failed != ERR_OK && w->to->failed == ERR_OK)
			w->to->failed = parts[i].part->failed;
		begin(w, parts[i].section);
		out_put(w->to, out_bytes(parts[i].part));
		end(w, parts[i].section);
	}
}

/* Known only now, and it stands in front. */
static void
put_header(struct writing *w)
{
	const struct book_health *h = &w->health;
	const uint64_t health[BOOK_HEALTH_COUNT] = { h->vulnerabilities,
		h->claims, h->exploited, h->exploited_known, h->scores,
		h->statements, (uint64_t)h->newest_catalogue,
		(uint64_t)h->newest_claim };
	struct out header = out_open(BOOK_HEADER_LEN);

	out_text(&header, BOOK_MAGIC);
	out_u32le(&header, BOOK_VERSION);
	out_u32le(&header, BOOK_SECTION_COUNT);
	out_u64le(&header, w->to->len - w->start);
	for (size_t i = 0; i < BOOK_HEALTH_COUNT; i++)
		out_u64le(&header, health[i]);
	for (size_t i = 0; i < BOOK_SECTION_COUNT; i++) {
		out_u64le(&header, w->at[i]);
		out_u64le(&header, w->len[i]);
	}
	if (header.failed != ERR_OK)
		w->to->failed = header.failed;
	else
		memcpy(w->to->ptr + w->start, header.ptr, header.len);
	out_close(&header);
}

static enum err
put_book(struct writing *w)
{
	static const uint8_t blank[BOOK_HEADER_LEN] = { 0 };
	struct book_maker *m = w->m;
	uint32_t at;
	enum err err =
	    rows_add(&m->memory, &w->ref, m->texts.end.count + 1, &at);

	if (err != ERR_OK)
		return err;
	out_put(w->to, (struct bytes){ blank, sizeof(blank) });
	out_u8(&w->texts, 0); /* the empty text, and the empty list */
	out_u32le(&w->lists, 0);
	put_vulnerabilities(w);
	put_keys(w);
	err = put_products(w);
	if (err != ERR_OK)
		return err;
	put_claims(w);
	put_statements(w);
	put_feeds(w);
	put_parts(w);
	w->health.scores = m->scores;
	w->health.exploited = w->plan.exploited;
	if (w->to->failed == ERR_OK)
		put_header(w);
	return w->to->failed;
}

enum err
book_maker_write(struct book_maker *m, struct out *to)
{
	struct writing w = {
		.m = m,
		.texts = out_open(to->limit),
		.lists = out_open(to->limit),
		.ranges = out_open(to->limit),
		.to = to,
		.start = to->len,
		.ref = { .size = sizeof(uint32_t) },
	};
	enum err err = maker_plan(m, &w.plan);

	if (err == ERR_OK) {
		err = put_book(&w);
		maker_close_plan(m, &w.plan);
	}
	rows_close(&m->memory, &w.ref);
	out_close(&w.texts);
	out_close(&w.lists);
	out_close(&w.ranges);
	return err;
}
