/* SPDX-License-Identifier: ISC */
/* Fuzzes advisories/feed.c and all its readers: what they hand on keeps the
   promises of vulnerability.h and vex.h, and the memory is given back. */
#include "advisories/feed.h"
#include "base/date.h"
#include "base/limits.h"

#include <stdlib.h>

#define MILLION 1000000u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	uint64_t put;
	unsigned sum; /* of all bytes, so that each was read */
};

static void
require(bool right)
{
	if (!right)
		abort();
}

static void
look(struct seen *seen, struct bytes text)
{
	require(text.len == 0 || text.ptr != NULL);
	for (size_t i = 0; i < text.len; i++)
		seen->sum += text.ptr[i];
}

static void
look_at_all(struct seen *seen, const struct bytes *texts, size_t count)
{
	require(count == 0 || texts != NULL);
	for (size_t i = 0; i < count; i++)
		look(seen, texts[i]);
}

static void
require_line(struct seen *seen, struct bytes title)
{
	look(seen, title);
	require(title.len <= LIMIT_FEED_TITLE_LEN);
	require(bytes_find_byte(title, '\n', 0) == SIZE_MAX);
}

static void
require_time(int64_t secs)
{
	require(secs >= 0 && secs <= DATE_MAX);
}

static void
check_range(struct seen *seen, const struct claim_range *range)
{
	look(seen, range->from);
	look(seen, range->to);
	require((unsigned)range->status < CLAIM_STATUS_COUNT);
	require(!range->to_branch || range->to.len > 0);
	require(!range->from_excluded || range->from.len > 0);
}

static void
check_claim(struct seen *seen, const struct claim *claim)
{
	require((unsigned)claim->source < CLAIM_SOURCE_COUNT);
	require((unsigned)claim->key <= CLAIM_BY_PURL);
	require((unsigned)claim->scheme < VERSION_SCHEME_COUNT);
	require((unsigned)claim->otherwise < CLAIM_STATUS_COUNT);
	look(seen, claim->space);
	look(seen, claim->name);
	look(seen, claim->condition);
	look(seen, claim->release);
	require(claim->name.len > 0);
	require(claim->condition.len == 0 || claim->conditional);
	look_at_all(seen, claim->files, claim->file_count);
	require(claim->range_count == 0 || claim->ranges != NULL);
	for (size_t i = 0; i < claim->range_count; i++)
		check_range(seen, &claim->ranges[i]);
}

static enum err
take_vulnerability(void *context, const struct vulnerability *v,
    const struct claim *claims, size_t claim_count)
{
	struct seen *seen = context;

	seen->put++;
	look(seen, v->id);
	look(seen, v->record);
	require(v->id.len > 0);
	look_at_all(seen, v->aliases, v->alias_count);
	require_line(seen, v->title);
	require_time(v->published);
	require_time(v->modified);
	require(v->cvss <= 100 || v->cvss == CVSS_UNKNOWN);
	require(claim_count == 0 || claims != NULL);
	for (size_t i = 0; i < claim_count; i++)
		check_claim(seen, &claims[i]);
	return ERR_OK;
}

static enum err
take_exploited(void *context, const struct exploited *e)
{
	struct seen *seen = context;

	seen->put++;
	look(seen, e->id);
	require(e->id.len > 0);
	require_line(seen, e->name);
	require((unsigned)e->source < EXPLOITED_SOURCE_COUNT);
	require_time(e->since);
	return ERR_OK;
}

static enum err
take_score(void *context, struct bytes id, uint32_t epss, uint32_t percentile)
{
	struct seen *seen = context;

	seen->put++;
	look(seen, id);
	require(id.len > 0 && epss <= MILLION && percentile <= MILLION);
	return ERR_OK;
}

static void
check_name(struct seen *seen, const struct vex_name *name)
{
	look(seen, name->purl);
	look(seen, name->cpe);
	look(seen, name->name);
	look(seen, name->version);
	look(seen, name->supplier);
	look(seen, name->sha256);
}

static enum err
take_vex(void *context, const struct vex_statement *s)
{
	struct seen *seen = context;

	seen->put++;
	look(seen, s->id);
	require(s->id.len > 0);
	look_at_all(seen, s->aliases, s->alias_count);
	check_name(seen, &s->product);
	check_name(seen, &s->component);
	require(s->status > VEX_NONE && s->status < VEX_STATUS_COUNT);
	look(seen, s->justification);
	look(seen, s->detail);
	look(seen, s->author);
	look(seen, s->document);
	require_time(s->time);
	return ERR_OK;
}

static void
check_info(struct bytes in, enum err err, const struct feed_info *info)
{
	require(info->kind == feed_sniff(in));
	require_time(info->newest);
	if (info->kind == FEED_NONE) {
		require(err == ERR_UNSUPPORTED);
		return;
	}
	require(err == ERR_OK || err_is_input(err));
	if (err == ERR_OK && info->refused == 0) {
		require(info->first.code == ERR_OK);
		return;
	}
	require(info->first.code != ERR_OK && info->first.at <= in.len &&
	    info->first.format != NULL && info->first.field != NULL);
	require(err == ERR_OK || err == info->first.code);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	struct seen seen = { .put = 0 };
	struct arena work = arena_open(LIMIT_FEED_RECORD_LEN);
	struct feed_sink sink = {
		.context = &seen,
		.vulnerability = take_vulnerability,
		.exploited = take_exploited,
		.score = take_score,
		.vex = take_vex,
	};
	struct feed_info info = { .count = 0 };
	enum err err = feed_read(in, &work, &sink, &info);

	check_info(in, err, &info);
	require(work.used == 0);
	arena_close(&work);
	return 0;
}
