/* SPDX-License-Identifier: ISC */
/* Reads one file of a feed, whatever of the known kinds it is. */
#ifndef ADVISORIES_FEED_H
#define ADVISORIES_FEED_H

#include "advisories/vex.h"
#include "advisories/vulnerability.h"
#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

enum feed_kind {
	FEED_NONE,	/* none of these: left alone */
	FEED_CVE,	/* CVE JSON 5.x, a record or a line each */
	FEED_NVD,	/* API 2.0: a page, a feed file, or one "cve" object */
	FEED_OSV,	/* an entry, a line each, or an array */
	FEED_KEV,	/* CISA's catalogue */
	FEED_EPSS,	/* CSV */
	FEED_EUVD,	/* an answer of the API: a page, a list or one entry */
	FEED_OPENVEX,	/* 0.2.0 */
	FEED_CYCLONEDX, /* VEX, and what patches mend */
	FEED_CSAF,	/* 2.0 or 2.1 */
	FEED_KIND_COUNT
};

/* Static: "CVE JSON 5", "CISA KEV" … */
const char *feed_kind_text(enum feed_kind kind);

/* What one file held. */
struct feed_info {
	enum feed_kind kind;
	uint64_t count;	    /* records: vulnerabilities, rows, statements */
	uint64_t refused;   /* records left out because they are broken */
	int64_t newest;	    /* Unix seconds of what it says last; 0: not said */
	struct fault first; /* of the first broken record, or ERR_OK */
};

/*
 * Takes what is read, record by record; what it is given lives until it
 * returns. Any result but ERR_OK ends the reading and is passed on.
 */
struct feed_sink {
	void *context;
	enum err (*vulnerability)(void *context, const struct vulnerability *v,
	    const struct claim *claims, size_t claim_count);
	enum err (*exploited)(void *context, const struct exploited *e);
	/* probability and percentile in millionths */
	enum err (*score)(
	    void *context, struct bytes id, uint32_t epss, uint32_t percentile);
	enum err (*vex)(void *context, const struct vex_statement *statement);
};

/* By its first bytes: looks only as far as it must. */
enum feed_kind feed_sniff(struct bytes in);

/*
 * Reads all of `in`. `work` is memory for one record, emptied after each. A
 * broken record in a file of many is left out and counted; a file that cannot
 * be read on is ERR_MALFORMED, ERR_TRUNCATED or ERR_LIMIT with ret->first set;
 * what came before stays taken. FEED_NONE: ERR_UNSUPPORTED. ERR_MEMORY.
 */
enum err feed_read(struct bytes in, struct arena *work,
    const struct feed_sink *sink, struct feed_info *ret);

#endif
