/* SPDX-License-Identifier: ISC */
/* NVD's records, and those that others shaped like them. */
#include "advisories/feed_claims_private.h"
#include "advisories/range_text.h"

struct record {
	struct vulnerability v;
	struct feed_claims configured;
	struct feed_claims affected; /* the numbering authority's own words */
	struct feed_score score;
	struct exploited exploited;
	bool in_kev;
	struct bytes description; /* with escapes */
};

/* --- metrics --- */

static void
read_base_score(struct feed *f, struct feed_score *score, unsigned version)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		size_t data = f->json.depth;

		if (!feed_is(&item, BYTES("cvssData"), JSON_OBJECT))
			continue;
		while (feed_next(f, data, &item)) {
			if (feed_is(&item, BYTES("baseScore"), JSON_NUMBER))
				feed_score_take(score, version, item.text);
		}
	}
}

static void
read_metrics(struct feed *f, struct feed_score *score)
{
	static const struct {
		const char *key;
		unsigned version;
	} versions[] = {
		{ "cvssMetricV40", 40 },
		{ "cvssMetricV31", 31 },
		{ "cvssMetricV30", 30 },
		{ "cvssMetricV2", 20 },
	};
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		size_t metrics = f->json.depth;
		unsigned version = 0;

		for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]);
		     i++) {
			if (bytes_equal_text(item.key, versions[i].key))
				version = versions[i].version;
		}
		if (version == 0 || item.kind != JSON_ARRAY)
			continue;
		while (feed_next(f, metrics, &item)) {
			if (item.kind == JSON_OBJECT)
				read_base_score(f, score, version);
		}
	}
}

/* --- records --- */

/* "affected": since 2026 what the CVE record says, by source. */
static void
read_affected(struct feed *f, struct feed_claims *to)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		size_t source = f->json.depth;

		if (item.kind != JSON_OBJECT)
			continue;
		while (feed_next(f, source, &item)) {
			if (feed_is(&item, BYTES("affectedData"), JSON_ARRAY))
				feed_read_affected(f, to);
		}
	}
}

static void
read_text_member(struct feed *f, const struct json_item *item, struct record *r)
{
	if (feed_is(item, BYTES("id"), JSON_TEXT)) {
		r->v.id = feed_text(f, item->text);
	} else if (feed_is(item, BYTES("published"), JSON_TEXT)) {
		r->v.published = feed_time(item->text);
	} else if (feed_is(item, BYTES("lastModified"), JSON_TEXT)) {
		r->v.modified = feed_time(item->text);
	} else if (feed_is(item, BYTES("vulnStatus"), JSON_TEXT)) {
		r->v.withdrawn = feed_says(item, BYTES("Rejected"));
	} else if (feed_is(item, BYTES("cisaExploitAdd"), JSON_TEXT)) {
		r->exploited.since = feed_time(item->text);
		r->in_kev = true;
	} else if (feed_is(item, BYTES("cisaVulnerabilityName"), JSON_TEXT)) {
		r->exploited.name = feed_title(f, item->text);
	}
}

static void
read_member(struct feed *f, const struct json_item *item, struct record *r)
{
	if (item->kind == JSON_TEXT)
		read_text_member(f, item, r);
	else if (feed_is(item, BYTES("descriptions"), JSON_ARRAY))
		r->description = feed_read_description(f);
	else if (feed_is(item, BYTES("metrics"), JSON_OBJECT))
		read_metrics(f, &r->score);
	else if (feed_is(item, BYTES("configurations"), JSON_ARRAY))
		feed_read_configurations(f, &r->configured);
	else if (feed_is(item, BYTES("affected"), JSON_ARRAY))
		read_affected(f, &r->affected);
}

static void
put_record(struct feed *f, struct record *r)
{
	const struct claim *more = r->affected.list.ptr;

	if (r->v.id.len == 0) {
		feed_break(f, ERR_MALFORMED, "cve.id");
		return;
	}
	for (size_t i = 0; i < r->affected.list.count; i++) {
		struct claim *next =
		    feed_list_add(f, &r->configured.list, sizeof(*next));

		if (next == NULL)
			return;
		*next = more[i];
	}
	r->v.cvss = r->score.tenths;
	r->v.title = feed_title(f, r->description);
	feed_put_vulnerability(f, &r->v, r->configured.list.ptr,
	    r->v.withdrawn ? 0 : r->configured.list.count);
	if (!r->in_kev)
		return;
	r->exploited.source = EXPLOITED_KEV;
	r->exploited.id = r->v.id;
	feed_put_exploited(f, &r->exploited);
}

/* A "cve" object; `context` is the id that stands beside it, or empty. Source:
   NVD, cve_api_json_2.0.schema. */
static enum err
read_cve(struct feed *f, void *context)
{
	const struct bytes *id = context;
	size_t inside = f->json.depth;
	struct json_item item;
	struct record r = {
		.v = { .id = id != NULL ? *id : BYTES("") },
		.configured = { .source = CLAIM_NVD },
		.affected = { .source = CLAIM_CVE_CNA },
		.score = FEED_SCORE_NONE,
	};

	while (feed_next(f, inside, &item))
		read_member(f, &item, &r);
	if (feed_failed(f) == ERR_OK)
		put_record(f, &r);
	return feed_failed(f);
}

/* {"cve": {…}} */
static enum err
read_wrapped(struct feed *f, void *context)
{
	size_t inside = f->json.depth;
	struct json_item item;
	enum err err;

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("cve"), JSON_OBJECT)) {
			err = read_cve(f, context);
			return err;
		}
	}
	feed_break(f, ERR_MALFORMED, "cve");
	return feed_failed(f);
}

/* The id that overrides name beside their object. */
static struct bytes
read_annotation(struct feed *f)
{
	size_t inside = f->json.depth;
	struct json_item item;
	struct bytes ret = { 0 };

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("cve_id"), JSON_TEXT))
			ret = feed_text(f, item.text);
	}
	return ret;
}

/* A page has "vulnerabilities", a feed file "cve_items"; others wrap one. */
enum err
feed_read_nvd(struct feed *f)
{
	struct json_reader here = f->json;
	size_t inside = f->json.depth;
	struct json_item item;
	struct bytes id = { 0 };
	enum err err = ERR_OK;

	while (err == ERR_OK && feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("_annotation"), JSON_OBJECT)) {
			id = read_annotation(f);
		} else if (feed_is(
			       &item, BYTES("vulnerabilities"), JSON_ARRAY)) {
			err = feed_each_record(f, read_wrapped, NULL);
		} else if (feed_is(&item, BYTES("cve_items"), JSON_ARRAY)) {
			err = feed_each_record(f, read_cve, NULL);
		} else if (feed_is(&item, BYTES("item"), JSON_OBJECT)) {
			err = feed_record(f, read_wrapped, NULL);
		} else if (feed_is(&item, BYTES("cve"), JSON_OBJECT)) {
			err = feed_record(f, read_cve, &id);
		} else if (feed_is(&item, BYTES("id"), JSON_TEXT)) {
			f->json = here; /* the object itself is one */
			return feed_record(f, read_cve, NULL);
		}
	}
	return err == ERR_OK ? feed_failed(f) : err;
}
