/* SPDX-License-Identifier: ISC */
/* A sink that writes all of claims, exploits and scores as lines of text. */
#ifndef TEST_CLAIM_LOG_H
#define TEST_CLAIM_LOG_H

#include "advisories/feed.h"
#include "base/date.h"
#include "base/limits.h"
#include "base/out.h"

#include <stdlib.h>

static inline void
claim_log_text(struct out *o, const char *before, struct bytes text)
{
	out_text(o, before);
	out_put(o, text);
}

static inline const char *
claim_log_status(enum claim_status status)
{
	static const char *const texts[CLAIM_STATUS_COUNT] = { "unknown",
		"unaffected", "affected" };

	return texts[status];
}

/* "  [1.0,2.0) affected\n" */
static inline void
claim_log_range(struct out *o, const struct claim_range *range)
{
	claim_log_text(o, range->from_excluded ? "  (" : "  [", range->from);
	claim_log_text(o, ",", range->to);
	out_text(o, range->to_branch ? ".*" : "");
	out_text(o, range->to_included ? "] " : ") ");
	out_text(o, claim_log_status(range->status));
	out_text(o, "\n");
}

/* " CNA busybox:busybox any, else unknown, prose, unread, with X, 2 files\n" */
static inline void
claim_log_claim(struct out *o, const struct claim *c)
{
	static const char *const sources[CLAIM_SOURCE_COUNT] = { " CNA ",
		" ADP ", " NVD ", " OSV ", " EUVD " };
	static const char *const schemes[VERSION_SCHEME_COUNT] = { "any",
		"semver", "dpkg", "rpm", "apk", "openssl", "kernel", "commit" };

	out_text(o, sources[c->source]);
	claim_log_text(o, c->key == CLAIM_BY_PURL ? "purl " : "", c->space);
	claim_log_text(o, ":", c->name);
	out_text(o, " ");
	out_text(o, schemes[c->scheme]);
	out_text(o, ", else ");
	out_text(o, claim_log_status(c->otherwise));
	out_text(o, c->from_prose ? ", prose" : "");
	out_text(o, c->has_unread ? ", unread" : "");
	if (c->conditional)
		claim_log_text(o, ", with ", c->condition);
	for (size_t i = 0; i < c->file_count; i++)
		claim_log_text(o, ", in ", c->files[i]);
	out_text(o, "\n");
	for (size_t i = 0; i < c->range_count; i++)
		claim_log_range(o, &c->ranges[i]);
}

/* "CVE-1 = GHSA-2 cvss 98 2024-01-01 2024-02-02 title\n" */
static inline enum err
claim_log_vulnerability(void *context, const struct vulnerability *v,
    const struct claim *claims, size_t claim_count)
{
	struct out *o = context;

	out_put(o, v->id);
	for (size_t i = 0; i < v->alias_count; i++)
		claim_log_text(o, " = ", v->aliases[i]);
	out_text(o, v->withdrawn ? " withdrawn" : "");
	out_text(o, " cvss ");
	out_decimal(o, v->cvss);
	out_text(o, " ");
	date_put_day(o, v->published);
	out_text(o, " ");
	date_put_day(o, v->modified);
	claim_log_text(o, " ", v->title);
	out_text(o, "\n");
	for (size_t i = 0; i < claim_count; i++)
		claim_log_claim(o, &claims[i]);
	return o->failed;
}

static inline enum err
claim_log_exploited(void *context, const struct exploited *e)
{
	static const char *const sources[EXPLOITED_SOURCE_COUNT] = { "KEV",
		"EUVD", "SSVC" };
	struct out *o = context;

	claim_log_text(o, "exploited ", e->id);
	out_text(o, " by ");
	out_text(o, sources[e->source]);
	out_text(o, " since ");
	date_put_day(o, e->since);
	out_text(o, e->ransomware ? " ransomware" : "");
	claim_log_text(o, ": ", e->name);
	out_text(o, "\n");
	return o->failed;
}

static inline enum err
claim_log_score(
    void *context, struct bytes id, uint32_t epss, uint32_t percentile)
{
	struct out *o = context;

	claim_log_text(o, "score ", id);
	out_text(o, " ");
	out_decimal(o, epss);
	out_text(o, " ");
	out_decimal(o, percentile);
	out_text(o, "\n");
	return o->failed;
}

/* Appends what the file says; its result. `limit`: bytes for one record. */
static inline enum err
claim_log_feed(
    struct bytes in, size_t limit, struct out *to, struct feed_info *ret)
{
	struct arena work = arena_open(limit);
	struct feed_sink sink = {
		.context = to,
		.vulnerability = claim_log_vulnerability,
		.exploited = claim_log_exploited,
		.score = claim_log_score,
	};
	enum err err = feed_read(in, &work, &sink, ret);

	if (work.used != 0)
		abort(); /* it was to be emptied */
	arena_close(&work);
	return err;
}

#endif
