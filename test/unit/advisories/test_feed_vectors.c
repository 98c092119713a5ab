/* SPDX-License-Identifier: ISC */
/* Feeds as they are published: how many records, rejected ones, exploits and
   scores they hold was counted by other means, and nothing is refused. */
#include "../vector_files.h"
#include "advisories/feed.h"
#include "base/limits.h"
#include "codec/decompress.h"

#include <stdlib.h>

struct count {
	uint64_t records;
	uint64_t withdrawn;
	uint64_t exploited;
	uint64_t scores;
	uint64_t claims;
	uint64_t with_ranges; /* of the claims */
	uint64_t ranges;
};

/* The last two are at least what was read when this was written. */
static const struct {
	const char *folder;
	const char *ending;
	enum feed_kind kind;
	struct count count;
} feeds[] = {
	{ "cve5/components", ".json", FEED_CVE,
	    { 193, 0, 0, 0, .with_ranges = 200, .ranges = 410 } },
	{ "cve5/devices", ".json", FEED_CVE,
	    { 507, 0, 6, 0, .with_ranges = 1030, .ranges = 1080 } },
	{ "cve5/kernel", ".json", FEED_CVE,
	    { 223, 0, 0, 0, .with_ranges = 240, .ranges = 1430 } },
	{ "cve5/kev", ".json", FEED_CVE,
	    { 34, 0, 56, 0, .with_ranges = 210, .ranges = 1000 } },
	{ "cve5/newer", ".json", FEED_CVE,
	    { 10, 0, 0, 0, .with_ranges = 8, .ranges = 23 } },
	{ "cve5/openssl-cna", ".json", FEED_CVE,
	    { 153, 0, 0, 0, .with_ranges = 152, .ranges = 390 } },
	{ "cve5-bulk", ".jsonl.zst", FEED_CVE,
	    { 21138, 56, 200, 0, .with_ranges = 60000, .ranges = 95000 } },
	{ "nvd2-page", ".json", FEED_NVD,
	    { 8, 0, 1, 0, .with_ranges = 15, .ranges = 22 } },
	{ "nvd-overrides", ".json", FEED_NVD,
	    { 386, 0, 0, 0, .with_ranges = 814, .ranges = 1890 } },
	{ "kev", "2025.04.29.json", FEED_KEV,
	    { .records = 1327, .exploited = 1327 } },
	{ "kev", "2025.08.25.json", FEED_KEV,
	    { .records = 1404, .exploited = 1404 } },
	{ "epss", ".csv.gz", FEED_EPSS,
	    { .records = 360142, .scores = 360142 } },
	{ "euvd", ".json", FEED_EUVD,
	    { 204, 0, 104, 0, .with_ranges = 980, .ranges = 1600 } },
};

static enum err
take_vulnerability(void *context, const struct vulnerability *v,
    const struct claim *claims, size_t claim_count)
{
	struct count *count = context;

	count->withdrawn += v->withdrawn;
	count->claims += claim_count;
	for (size_t i = 0; i < claim_count; i++) {
		count->with_ranges += claims[i].range_count > 0;
		count->ranges += claims[i].range_count;
	}
	return ERR_OK;
}

static enum err
take_exploited(void *context, const struct exploited *e)
{
	struct count *count = context;

	(void)e;
	count->exploited++;
	return ERR_OK;
}

static enum err
take_score(void *context, struct bytes id, uint32_t epss, uint32_t percentile)
{
	struct count *count = context;

	(void)id;
	(void)epss;
	(void)percentile;
	count->scores++;
	return ERR_OK;
}

struct reading {
	struct count count;
	enum feed_kind kind;
	bool failed;
};

static void
read_feed(struct reading *r, const char *path, struct bytes in)
{
	struct arena work = arena_open(LIMIT_FEED_RECORD_LEN);
	struct feed_sink sink = {
		.context = &r->count,
		.vulnerability = take_vulnerability,
		.exploited = take_exploited,
		.score = take_score,
	};
	struct feed_info info = { 0 };
	enum err err = feed_read(in, &work, &sink, &info);

	if (err != ERR_OK || info.refused > 0 || info.kind != r->kind ||
	    work.used > 0) {
		printf("%s: %s, %s, refused %u\n", path, err_text(err),
		    feed_kind_text(info.kind), (unsigned)info.refused);
		r->failed = true;
	}
	r->count.records += info.count;
	arena_close(&work);
}

static void
visit(const char *path, void *context)
{
	struct reading *r = context;
	struct arena file = arena_open(VECTORS_FILE_LEN);
	struct bytes in = vectors_read(&file, path);
	struct out plain = out_open(LIMIT_FILE_LEN);
	size_t used;
	enum err err = ERR_OK;

	if (bytes_ends(bytes_of(path), BYTES(".zst")))
		err = decompress_stream(CODEC_ZSTD, in, &plain, &used);
	else if (bytes_ends(bytes_of(path), BYTES(".gz")))
		err = decompress_stream(CODEC_GZIP, in, &plain, &used);
	if (err != ERR_OK) {
		printf("%s: %s\n", path, err_text(err));
		r->failed = true;
	}
	read_feed(r, path, plain.len > 0 ? out_bytes(&plain) : in);
	out_close(&plain);
	arena_close(&file);
}

static bool
is_as_counted(const struct count *is, const struct count *counted)
{
	return is->records == counted->records &&
	    is->withdrawn == counted->withdrawn &&
	    is->exploited == counted->exploited &&
	    is->scores == counted->scores &&
	    is->with_ranges >= counted->with_ranges &&
	    is->ranges >= counted->ranges;
}

int
main(int argc, char *argv[])
{
	const char *root = vectors_open(argc, argv);
	bool failed = false;

	if (root == NULL)
		return VECTORS_SKIPPED;
	for (size_t i = 0; i < sizeof(feeds) / sizeof(feeds[0]); i++) {
		struct reading r = { .kind = feeds[i].kind };
		char *folder;

		if (asprintf(&folder, "%s/%s", root, feeds[i].folder) < 0)
			abort();
		(void)vectors_each(folder, feeds[i].ending, visit, &r);
		free(folder);
		bool right = is_as_counted(&r.count, &feeds[i].count);

		printf("%-18s records %6u withdrawn %2u exploited %4u scores "
		       "%6u claims %5u with ranges %5u ranges %6u%s\n",
		    feeds[i].folder, (unsigned)r.count.records,
		    (unsigned)r.count.withdrawn, (unsigned)r.count.exploited,
		    (unsigned)r.count.scores, (unsigned)r.count.claims,
		    (unsigned)r.count.with_ranges, (unsigned)r.count.ranges,
		    right ? "" : "  WRONG");
		failed |= r.failed || !right;
	}
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
