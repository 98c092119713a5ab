/* SPDX-License-Identifier: ISC */
/* Reads OSV entries: open source's own advisories and those of
   distributions. Source: ossf/osv-schema, docs/schema.md, 1.0 to 1.7. */
#include "advisories/cvss.h"
#include "advisories/feed_osv_private.h"
#include "base/limits.h"

struct affected {
	struct osv_package package;
	struct json_reader ranges; /* behind its JSON_ARRAY, if has_ranges */
	struct json_reader versions;
	bool has_ranges;
	bool has_versions;
	uint8_t cvss;
};

struct record {
	struct vulnerability v;
	struct bytes details;
	struct feed_list aliases;
	struct feed_list upstream;
	struct feed_list related;
	struct feed_list claims;
	struct bytes project; /* that curl's entries name for themselves */
	struct json_reader affected; /* behind its JSON_ARRAY */
	bool has_affected;
	bool of_distribution;
	uint8_t cvss; /* the highest of those of single packages */
};

/* --- severity --- */

/* Behind the JSON_ARRAY of "severity". */
static uint8_t
read_severity(struct feed *f)
{
	size_t list = f->json.depth;
	struct json_item item;
	uint8_t ret = CVSS_UNKNOWN;

	while (feed_next(f, list, &item)) {
		size_t inside = f->json.depth;

		if (item.kind != JSON_OBJECT)
			continue;
		while (feed_next(f, inside, &item)) {
			if (!feed_is(&item, BYTES("score"), JSON_TEXT))
				continue;
			uint8_t score = cvss_base_score(item.text);

			if (score != CVSS_UNKNOWN)
				ret = score;
		}
	}
	return ret;
}

/* --- affected --- */

static void
read_package(struct feed *f, struct osv_package *package)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("ecosystem"), JSON_TEXT))
			package->ecosystem = feed_text(f, item.text);
		else if (feed_is(&item, BYTES("name"), JSON_TEXT))
			package->name = feed_text(f, item.text);
		else if (feed_is(&item, BYTES("purl"), JSON_TEXT))
			package->purl = feed_text(f, item.text);
	}
}

/* Behind the JSON_ARRAY of "ranges": the repository alone. */
static void
read_repo(struct feed *f, struct osv_package *package)
{
	size_t list = f->json.depth;
	struct json_item item;

	while (feed_next(f, list, &item)) {
		size_t inside = f->json.depth;

		if (item.kind != JSON_OBJECT)
			continue;
		while (feed_next(f, inside, &item))
			if (feed_is(&item, BYTES("repo"), JSON_TEXT))
				package->repo = feed_text(f, item.text);
	}
}

static void
add_claim(struct feed *f, struct record *r, const struct claim *claim)
{
	struct claim *to = feed_list_add(f, &r->claims, sizeof(*to));

	if (to != NULL)
		*to = *claim;
}

/*
 * Ranges whose versions can be put in order say all that the list of versions
 * says. Commits say nothing to us: then the list is what there is, and what it
 * does not have is not known to be free of it.
 */
static void
add_claims(struct feed *f, struct record *r, struct affected *a)
{
	struct claim claim = { .source = CLAIM_OSV };
	struct feed_list ranges = { 0 };

	if (a->package.name.len == 0 && a->package.repo.len == 0 &&
	    a->package.purl.len == 0)
		a->package.name = r->project;
	if (!osv_name_claim(f, &a->package, &claim))
		return;
	if (a->has_ranges)
		osv_read_ranges(f, &a->ranges, &claim, &ranges);
	if (ranges.count == 0 && a->has_versions)
		osv_read_versions(f, &a->versions, &claim, &ranges);
	if (ranges.count > 0)
		claim.has_unread = false;
	claim.ranges = ranges.ptr;
	claim.range_count = ranges.count;
	claim.otherwise = claim.has_unread ? CLAIM_UNKNOWN : CLAIM_UNAFFECTED;
	if (ranges.count == 0 && !claim.has_unread)
		return;
	r->of_distribution |= osv_is_distribution(&claim);
	add_claim(f, r, &claim);
	if (claim.key != CLAIM_BY_NAME || claim.scheme == VERSION_KERNEL)
		return;
	/* an inventory that knows no vendor has "pkg:generic/curl" */
	claim.key = CLAIM_BY_PURL;
	claim.space = BYTES("generic");
	add_claim(f, r, &claim);
}

static void
read_affected(struct feed *f, struct record *r)
{
	size_t inside = f->json.depth;
	struct affected a = { .cvss = CVSS_UNKNOWN };
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("package"), JSON_OBJECT)) {
			read_package(f, &a.package);
		} else if (feed_is(&item, BYTES("ranges"), JSON_ARRAY)) {
			a.ranges = f->json;
			a.has_ranges = true;
			read_repo(f, &a.package);
		} else if (feed_is(&item, BYTES("versions"), JSON_ARRAY)) {
			a.versions = f->json;
			a.has_versions = true;
		} else if (feed_is(&item, BYTES("severity"), JSON_ARRAY)) {
			a.cvss = read_severity(f);
		}
	}
	if (a.cvss != CVSS_UNKNOWN &&
	    (r->cvss == CVSS_UNKNOWN || a.cvss > r->cvss))
		r->cvss = a.cvss;
	add_claims(f, r, &a);
}

/* --- the entry --- */

static void
read_head(struct feed *f, const struct json_item *item, struct record *r)
{
	if (feed_is(item, BYTES("id"), JSON_TEXT))
		r->v.id = feed_text(f, item->text);
	else if (feed_is(item, BYTES("modified"), JSON_TEXT))
		r->v.modified = feed_time(item->text);
	else if (feed_is(item, BYTES("published"), JSON_TEXT))
		r->v.published = feed_time(item->text);
	else if (feed_is(item, BYTES("withdrawn"), JSON_TEXT))
		r->v.withdrawn = item->text.len > 0;
	else if (feed_is(item, BYTES("summary"), JSON_TEXT))
		r->v.title = feed_title(f, item->text);
	else if (feed_is(item, BYTES("details"), JSON_TEXT))
		r->details = feed_title(f, item->text);
}

static bool
is_cve(struct bytes id)
{
	return bytes_starts(id, BYTES("CVE-"));
}

/*
 * A distribution's advisory mends vulnerabilities that others have named: it
 * is put once for each of them. "upstream" came with schema 1.7; before,
 * distributions wrote "related".
 */
static bool
put_for_upstream(struct feed *f, const struct record *r)
{
	const struct feed_list *list =
	    r->upstream.count > 0 ? &r->upstream : &r->related;
	const struct bytes *ids = list->ptr;
	bool put = false;

	if (!r->of_distribution)
		return false;
	if (list->count * r->claims.count > LIMIT_FEED_RECORD_CLAIMS) {
		feed_break(f, ERR_LIMIT, "upstream");
		return true;
	}
	for (size_t i = 0; i < list->count; i++) {
		struct vulnerability v = r->v;

		if (!is_cve(ids[i]) || bytes_equal(ids[i], r->v.id))
			continue;
		v.record = r->v.id;
		v.id = ids[i];
		/* the advisory's, not the vulnerability's */
		v.title = (struct bytes){ 0 };
		v.aliases = NULL;
		v.alias_count = 0;
		feed_put_vulnerability(f, &v, r->claims.ptr, r->claims.count);
		put = true;
	}
	return put;
}

static bool
has_cve(const struct record *r)
{
	const struct bytes *ids = r->aliases.ptr;

	for (size_t i = 0; i < r->aliases.count; i++)
		if (is_cve(ids[i]))
			return true;
	return is_cve(r->v.id);
}

static void
put_record(struct feed *f, struct record *r)
{
	/* a withdrawn entry takes back its own words; what the CVE of another
	   authority says is not for it to take back */
	if (r->v.withdrawn) {
		feed_note_time(f, r->v.modified);
		if (!is_cve(r->v.id))
			feed_put_vulnerability(f, &r->v, NULL, 0);
		return;
	}
	if (r->v.title.len == 0)
		r->v.title = r->details;
	if (r->v.cvss == CVSS_UNKNOWN)
		r->v.cvss = r->cvss;
	if (!has_cve(r) && put_for_upstream(f, r))
		return;
	r->v.aliases = r->aliases.ptr;
	r->v.alias_count = r->aliases.count;
	feed_put_vulnerability(f, &r->v, r->claims.ptr, r->claims.count);
}

/* Behind the JSON_OBJECT of "database_specific". */
static void
read_project(struct feed *f, struct record *r)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item))
		if (feed_is(&item, BYTES("package"), JSON_TEXT))
			r->project = feed_text(f, item.text);
}

static void
read_members(struct feed *f, struct record *r)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("aliases"), JSON_ARRAY)) {
			feed_read_texts(f, &r->aliases);
		} else if (feed_is(&item, BYTES("upstream"), JSON_ARRAY)) {
			feed_read_texts(f, &r->upstream);
		} else if (feed_is(&item, BYTES("related"), JSON_ARRAY)) {
			feed_read_texts(f, &r->related);
		} else if (feed_is(&item, BYTES("severity"), JSON_ARRAY)) {
			r->v.cvss = read_severity(f);
		} else if (feed_is(&item, BYTES("database_specific"),
			       JSON_OBJECT)) {
			read_project(f, r);
		} else if (feed_is(&item, BYTES("affected"), JSON_ARRAY)) {
			r->affected = f->json;
			r->has_affected = true;
		} else {
			read_head(f, &item, r);
		}
	}
}

static enum err
read_record(struct feed *f, void *context)
{
	struct record r = { .v.cvss = CVSS_UNKNOWN, .cvss = CVSS_UNKNOWN };
	struct json_item item;

	(void)context;
	read_members(f, &r);
	if (r.v.id.len == 0)
		feed_break(f, ERR_MALFORMED, "id");
	if (feed_failed(f) != ERR_OK)
		return feed_failed(f);
	if (r.has_affected) {
		struct json_reader end = f->json;

		f->json = r.affected;
		size_t list = f->json.depth;

		while (feed_next(f, list, &item))
			if (item.kind == JSON_OBJECT)
				read_affected(f, &r);
		f->json = end;
	}
	if (feed_failed(f) == ERR_OK)
		put_record(f, &r);
	return feed_failed(f);
}

enum err
feed_read_osv(struct feed *f)
{
	(void)feed_record(f, read_record, NULL);
	return feed_failed(f);
}
