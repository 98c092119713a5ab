/* SPDX-License-Identifier: ISC */
/* A file of feeds holds anything: packed, nested, broken. */
#include "base/limits.h"
#include "worker/feed_content.h"

#include <stdlib.h>

static void
must(bool holds)
{
	if (!holds)
		abort();
}

struct counter {
	uint64_t count;
};

static enum err
take_vulnerability(void *context, const struct vulnerability *v,
    const struct claim *claims, size_t claim_count)
{
	struct counter *c = context;

	(void)v;
	must(claim_count == 0 || claims != NULL);
	c->count++;
	return ERR_OK;
}

static enum err
take_exploited(void *context, const struct exploited *e)
{
	struct counter *c = context;

	must(e->source < EXPLOITED_SOURCE_COUNT);
	c->count++;
	return ERR_OK;
}

static enum err
take_score(void *context, struct bytes id, uint32_t epss, uint32_t percentile)
{
	struct counter *c = context;

	(void)id;
	must(epss <= 1000000 && percentile <= 1000000);
	c->count++;
	return ERR_OK;
}

static enum err
take_vex(void *context, const struct vex_statement *statement)
{
	struct counter *c = context;

	must(statement->status < VEX_STATUS_COUNT);
	c->count++;
	return ERR_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct counter counter = { 0 };
	const struct feed_sink sink = {
		.context = &counter,
		.vulnerability = take_vulnerability,
		.exploited = take_exploited,
		.score = take_score,
		.vex = take_vex,
	};
	struct feed_content content = feed_content_open(&sink);
	struct feed_tally tally;
	struct bytes in = { data, size };

	content.left = 64 * MIB; /* so that bombs do not take a fuzzer's time */
	if (size > 0 && feed_content_read(&content, in, &tally) == ERR_OK) {
		must(!tally.is_broken || tally.first.code != ERR_OK);
		must(tally.first.code != ERR_MEMORY &&
		    tally.first.code != ERR_SYSTEM);
		for (unsigned i = 0; i < FEED_KIND_COUNT; i++)
			must(tally.info[i].refused == 0 ||
			    tally.first.code != ERR_OK);
	}
	feed_content_close(&content);
	return 0;
}
