/* SPDX-License-Identifier: ISC */
/* Members of hallmark.assessment/1 that only feeds give. */
#include "base/date.h"
#include "baseline/advised.h"
#include "report/json_parts_private.h"

/* A day, or null when it is not said. */
static void
put_day(struct json *j, const char *key, int64_t secs)
{
	struct out day = out_open(16);

	json_key(j, key);
	if (secs > 0 && secs <= DATE_MAX) {
		date_put_day(&day, secs);
		json_put_text(j, out_bytes(&day));
	} else {
		json_put_null(j);
	}
	report_pass_failure(&day, j->to);
	out_close(&day);
}

static void
put_feeds(struct json *j, const struct advisories *known)
{
	json_key(j, "feeds");
	json_begin_array(j, JSON_LINES);
	for (size_t i = 0; i < known->health->feed_count; i++) {
		const struct book_feed *f = &known->feeds[i];

		json_begin_object(j, JSON_INLINE);
		json_text(j, "name", f->name);
		json_string(j, "kind", feed_kind_text(f->info.kind));
		json_number(j, "records", f->info.count);
		json_number(j, "refused", f->info.refused);
		put_day(j, "newest", f->info.newest);
		json_end(j);
	}
	json_end(j);
}

static void
put_unused(struct json *j, const struct matches *matches)
{
	json_key(j, "vex_unused");
	json_begin_array(j, JSON_LINES);
	for (size_t i = 0; i < matches->unused_count; i++) {
		const struct match_unused *u = &matches->unused[i];

		json_begin_object(j, JSON_INLINE);
		json_text(j, "id", u->id);
		json_text(j, "component", u->component);
		json_text(j, "document", u->document);
		json_end(j);
	}
	json_end(j);
}

static void
put_exploited(struct json *j, const struct match *m)
{
	json_key(j, "exploited");
	if (m->exploited_by == 0) {
		json_put_null(j);
		return;
	}
	json_begin_object(j, JSON_INLINE);
	json_key(j, "by");
	json_begin_array(j, JSON_INLINE);
	for (int i = 0; i < EXPLOITED_SOURCE_COUNT; i++)
		if ((m->exploited_by & (1U << i)) != 0)
			json_put_string(
			    j, exploited_source_text((enum exploited_source)i));
	json_end(j);
	put_day(j, "since", m->exploited_since);
	json_bool(j, "ransomware", m->ransomware);
	json_end(j);
}

static void
put_vex(struct json *j, const struct match *m)
{
	json_key(j, "vex");
	if (m->vex == VEX_NONE) {
		json_put_null(j);
		return;
	}
	json_begin_object(j, JSON_INLINE);
	json_string(j, "status", vex_status_text(m->vex));
	json_text(j, "justification", m->vex_justification);
	json_text(j, "detail", m->vex_detail);
	json_text(j, "author", m->vex_author);
	json_text(j, "document", m->vex_document);
	json_end(j);
}

static void
put_scores(struct json *j, const struct match *m)
{
	json_key(j, "cvss");
	if (m->cvss == CVSS_UNKNOWN)
		json_put_null(j);
	else
		json_put_fixed(j, m->cvss / 10.0, 1);
	json_key(j, "epss");
	if (m->epss == EPSS_UNKNOWN)
		json_put_null(j);
	else
		json_put_fixed(j, m->epss / 1e6, 5);
}

static void
put_match(struct json *j, const struct advised *of, const struct match *m)
{
	struct out name = out_open(REPORT_NAME_LEN);

	advised_put_name(of, &name);
	json_begin_object(j, JSON_INLINE);
	json_text(j, "id", m->id);
	json_text(j, "title", m->title);
	json_text(j, "component", out_bytes(&name));
	json_text(j, "version", of->version);
	json_string(j, "state", match_state_text(m->state));
	json_string(j, "confidence", match_confidence_text(m->confidence));
	json_string(j, "source", claim_source_text(m->source));
	json_text(j, "range", m->range);
	json_text(j, "because", m->because);
	json_text(j, "fixed_in", m->fixed_in);
	put_scores(j, m);
	put_exploited(j, m);
	put_vex(j, m);
	json_end(j);
	report_pass_failure(&name, j->to);
	out_close(&name);
}

void
json_part_vulnerabilities(struct json *j, const struct assessment *a)
{
	const struct advisories *known = a->advisories;
	struct advised of;

	if (known == NULL)
		return;
	json_key(j, "advisories");
	json_begin_object(j, JSON_LINES);
	put_feeds(j, known);
	put_day(j, "exploited_catalogue", known->health->newest_catalogue);
	put_day(j, "claims_until", known->health->newest_claim);
	json_key(j, "exploited_known");
	json_begin_array(j, JSON_INLINE);
	json_put_number(j, known->health->exploited_known);
	json_put_number(j, known->health->exploited);
	json_end(j);
	put_unused(j, known->matches);
	json_end(j);
	json_key(j, "vulnerabilities");
	json_begin_array(j, JSON_LINES);
	for (size_t i = 0; i < known->matches->count; i++)
		if (advised_find(a, known->matches->list[i].subject, &of))
			put_match(j, &of, &known->matches->list[i]);
	json_end(j);
}
