/* SPDX-License-Identifier: ISC */
/* CVE records: what their authority and those who added to them say. */
#include "advisories/feed_claims_private.h"

#include <string.h>

/* What one container says. */
struct container {
	struct feed_claims claims;
	struct feed_score score;
	struct bytes title; /* with escapes */
	struct bytes description;
	struct json_reader applicability; /* behind its JSON_ARRAY */
	bool has_applicability;
	bool is_cisa;
	bool active; /* exploited, by CISA's decision tree */
	bool in_kev;
	int64_t since;
	int64_t published;
};

struct record {
	struct vulnerability v;
	struct container cna;
	struct feed_list others; /* of struct claim */
	struct feed_score other_score;
	struct bytes other_description;
	bool active;
	bool in_kev;
	int64_t since;
};

/* --- metrics --- */

/* "options": one object for each decision point. */
static void
read_ssvc(struct feed *f, struct container *c)
{
	size_t inside = f->json.depth;
	struct json_item item;

	/* the keys of all the objects as if they were one's */
	while (feed_next(f, inside, &item)) {
		size_t option = f->json.depth;

		if (item.kind != JSON_OBJECT)
			continue;
		while (feed_next(f, option, &item)) {
			if (feed_is(&item, BYTES("Exploitation"), JSON_TEXT) &&
			    bytes_equal_any_case(item.text, "active"))
				c->active = true;
		}
	}
}

/* "other": {"type": "ssvc" or "kev", "content": {…}}, in either order. */
static void
read_other(struct feed *f, struct container *c)
{
	size_t inside = f->json.depth;
	struct json_item item;
	struct bytes added = { 0 };
	bool kev = false;

	while (feed_next(f, inside, &item)) {
		size_t content = f->json.depth;

		if (feed_is(&item, BYTES("type"), JSON_TEXT))
			kev = feed_says(&item, BYTES("kev"));
		if (!feed_is(&item, BYTES("content"), JSON_OBJECT))
			continue;
		while (feed_next(f, content, &item)) {
			if (feed_is(&item, BYTES("options"), JSON_ARRAY))
				read_ssvc(f, c);
			else if (feed_is(&item, BYTES("dateAdded"), JSON_TEXT))
				added = item.text;
		}
	}
	if (!kev)
		return;
	c->in_kev = true;
	c->since = feed_time(added);
}

static void
read_base_score(struct feed *f, struct container *c, unsigned version)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("baseScore"), JSON_NUMBER))
			feed_score_take(&c->score, version, item.text);
	}
}

static void
read_metric(struct feed *f, struct container *c)
{
	static const struct {
		const char *key;
		unsigned version;
	} versions[] = {
		{ "cvssV4_0", 40 },
		{ "cvssV3_1", 31 },
		{ "cvssV3_0", 30 },
		{ "cvssV2_0", 20 },
	};
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (item.kind != JSON_OBJECT)
			continue;
		if (feed_is(&item, BYTES("other"), JSON_OBJECT))
			read_other(f, c);
		for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]);
		     i++) {
			if (bytes_equal_text(item.key, versions[i].key))
				read_base_score(f, c, versions[i].version);
		}
	}
}

/* --- containers --- */

struct bytes
feed_read_description(struct feed *f)
{
	size_t inside = f->json.depth;
	struct json_item item;
	struct bytes ret = { 0 };
	bool english = false;

	while (feed_next(f, inside, &item)) {
		size_t one = f->json.depth;
		struct bytes value = { 0 };
		bool is_english = false;

		if (english || item.kind != JSON_OBJECT)
			continue;
		while (feed_next(f, one, &item)) {
			if (feed_is(&item, BYTES("lang"), JSON_TEXT))
				is_english =
				    bytes_starts(item.text, BYTES("en"));
			else if (feed_is(&item, BYTES("value"), JSON_TEXT))
				value = item.text;
		}
		if (ret.len == 0 || is_english)
			ret = value;
		english = is_english;
	}
	return ret;
}

static void
read_provider(struct feed *f, struct container *c)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("shortName"), JSON_TEXT))
			c->is_cisa = feed_says(&item, BYTES("CISA-ADP"));
	}
}

static void
read_metrics(struct feed *f, struct container *c)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (item.kind == JSON_OBJECT)
			read_metric(f, c);
	}
}

static void
read_member(struct feed *f, const struct json_item *item, struct container *c)
{
	if (feed_is(item, BYTES("affected"), JSON_ARRAY)) {
		feed_read_affected(f, &c->claims);
	} else if (feed_is(item, BYTES("metrics"), JSON_ARRAY)) {
		read_metrics(f, c);
	} else if (feed_is(item, BYTES("title"), JSON_TEXT)) {
		c->title = item->text;
	} else if (feed_is(item, BYTES("datePublic"), JSON_TEXT)) {
		c->published = feed_time(item->text);
	} else if (feed_is(item, BYTES("descriptions"), JSON_ARRAY) ||
	    feed_is(item, BYTES("rejectedReasons"), JSON_ARRAY)) {
		c->description = feed_read_description(f);
	} else if (feed_is(item, BYTES("providerMetadata"), JSON_OBJECT)) {
		read_provider(f, c);
	} else if (feed_is(item, BYTES("cpeApplicability"), JSON_ARRAY)) {
		c->applicability = f->json;
		c->has_applicability = true;
	}
}

static void
read_container(struct feed *f, struct container *c)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item))
		read_member(f, &item, c);
	/* a second, poorer telling of the same, and a wrong one where branches
	   have several fixes: only where there is no other */
	if (!c->has_applicability || c->claims.says_versions ||
	    c->claims.of_kernel || feed_failed(f) != ERR_OK)
		return;
	struct json_reader here = f->json;

	f->json = c->applicability;
	feed_read_configurations(f, &c->claims);
	f->json = here;
}

static void
add_other(struct feed *f, struct record *r, const struct container *c)
{
	const struct claim *claims = c->claims.list.ptr;

	for (size_t i = 0; i < c->claims.list.count; i++) {
		struct claim *next =
		    feed_list_add(f, &r->others, sizeof(*next));

		if (next == NULL)
			return;
		*next = claims[i];
	}
	if (c->score.version > r->other_score.version)
		r->other_score = c->score;
	if (r->other_description.len == 0)
		r->other_description = c->description;
	if (!c->is_cisa)
		return;
	r->active |= c->active;
	r->in_kev |= c->in_kev;
	if (c->in_kev)
		r->since = c->since;
}

static void
read_others(struct feed *f, struct record *r)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		struct container c = {
			.claims = { .source = CLAIM_CVE_ADP },
			.score = FEED_SCORE_NONE,
		};

		if (item.kind != JSON_OBJECT)
			continue;
		read_container(f, &c);
		add_other(f, r, &c);
	}
}

static void
read_containers(struct feed *f, struct record *r)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("cna"), JSON_OBJECT))
			read_container(f, &r->cna);
		else if (feed_is(&item, BYTES("adp"), JSON_ARRAY))
			read_others(f, r);
	}
}

/* --- records --- */

static void
read_metadata(struct feed *f, struct vulnerability *v)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("cveId"), JSON_TEXT))
			v->id = feed_text(f, item.text);
		else if (feed_is(&item, BYTES("state"), JSON_TEXT))
			v->withdrawn = feed_says(&item, BYTES("REJECTED"));
		else if (feed_is(&item, BYTES("datePublished"), JSON_TEXT))
			v->published = feed_time(item.text);
		else if (feed_is(&item, BYTES("dateUpdated"), JSON_TEXT))
			v->modified = feed_time(item.text);
	}
}

/* Titles of those who add tell of themselves: "CVE Program Container". */
static struct bytes
title_of(const struct record *r)
{
	if (r->cna.title.len > 0)
		return r->cna.title;
	return r->cna.description.len > 0 ? r->cna.description
					  : r->other_description;
}

/* The claims of all containers in one array, the authority's first. */
static const struct claim *
join_claims(struct feed *f, const struct record *r, size_t *ret_count)
{
	size_t mine = r->cna.claims.list.count;
	size_t others = r->others.count;

	*ret_count = 0;
	if (others == 0 || mine == 0) {
		*ret_count = mine + others;
		return mine > 0 ? r->cna.claims.list.ptr : r->others.ptr;
	}
	struct claim *all = feed_take(f, mine + others, sizeof(*all));

	if (all == NULL)
		return NULL;
	memcpy(all, r->cna.claims.list.ptr, mine * sizeof(*all));
	memcpy(all + mine, r->others.ptr, others * sizeof(*all));
	*ret_count = mine + others;
	return all;
}

static void
put_record(struct feed *f, struct record *r)
{
	const struct feed_score *score = &r->cna.score;
	size_t count;

	if (r->v.id.len == 0) {
		feed_break(f, ERR_MALFORMED, "cveMetadata.cveId");
		return;
	}
	if (r->other_score.version > score->version)
		score = &r->other_score;
	r->v.cvss = score->tenths;
	r->v.title = feed_title(f, title_of(r));
	if (r->v.published == 0)
		r->v.published = r->cna.published;
	const struct claim *claims = join_claims(f, r, &count);

	feed_put_vulnerability(f, &r->v, claims, r->v.withdrawn ? 0 : count);
	struct exploited e = { .id = r->v.id, .name = r->v.title };

	if (r->in_kev) {
		e.source = EXPLOITED_KEV;
		e.since = r->since;
		feed_put_exploited(f, &e);
	}
	if (r->active) {
		e.source = EXPLOITED_SSVC;
		e.since = 0;
		feed_put_exploited(f, &e);
	}
}

/* Source: CVE JSON record format 5.2. */
static enum err
read_record(struct feed *f, void *context)
{
	size_t inside = f->json.depth;
	struct json_item item;
	struct record r = {
		.cna = {
			.claims = { .source = CLAIM_CVE_CNA },
			.score = FEED_SCORE_NONE,
		},
		.other_score = FEED_SCORE_NONE,
	};

	(void)context;
	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("cveMetadata"), JSON_OBJECT))
			read_metadata(f, &r.v);
		else if (feed_is(&item, BYTES("containers"), JSON_OBJECT))
			read_containers(f, &r);
	}
	if (feed_failed(f) == ERR_OK)
		put_record(f, &r);
	return feed_failed(f);
}

enum err
feed_read_cve(struct feed *f)
{
	return feed_record(f, read_record, NULL);
}
