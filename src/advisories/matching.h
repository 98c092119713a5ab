/* SPDX-License-Identifier: ISC */
/* Components against the compiled feeds: what is known of them. */
#ifndef ADVISORIES_MATCHING_H
#define ADVISORIES_MATCHING_H

#include "advisories/book.h"
#include "advisories/product_names.h"
#include "advisories/vex.h"
#include "advisories/vulnerability.h"
#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is asked about. Texts as in struct component_item of the baseline. */
struct match_subject {
	struct bytes name;
	struct bytes version;	      /* upstream; empty: unknown */
	struct bytes package_version; /* with a distribution's revision */
	struct bytes purl;
	struct bytes cpe;      /* vendor:product list, ';' between */
	unsigned confidence;   /* percent: of the identification */
	bool is_product;       /* the device itself: maker, model, release */
	struct bytes supplier; /* the maker, for is_product */
};

enum match_state {
	MATCH_AFFECTED,	    /* the version is inside of an affected range */
	MATCH_CONDITIONAL,  /* likewise, with another product that is not known
			       to be there */
	MATCH_UNKNOWN,	    /* known flaw of the product; the version is not
			       known or cannot be compared */
	MATCH_FIXED,	    /* by VEX or the distribution's own advisory */
	MATCH_NOT_AFFECTED, /* by VEX */
	MATCH_STATE_COUNT
};

enum match_confidence {
	MATCH_LOW,    /* by the product's name alone */
	MATCH_MEDIUM, /* prose, a distribution that may have mended it, a
			 kernel whose configuration decides, sources that
			 disagree, an identification below
			 MATCH_SURE_PERCENT */
	MATCH_HIGH,
	MATCH_CONFIDENCE_COUNT
};
#define MATCH_SURE_PERCENT 90

/* One vulnerability of one subject. */
struct match {
	size_t subject; /* index in what was asked */
	struct bytes id;
	struct bytes title;
	enum match_state state;
	enum match_confidence confidence;
	enum claim_source source; /* whose claim decided */
	struct bytes range;   /* that claim in words: "from 2.0, before 2.78" */
	struct bytes because; /* why the confidence is not high, or empty */
	struct bytes fixed_in; /* the first version that is not affected */
	uint8_t cvss;	       /* tenths, or CVSS_UNKNOWN */
	uint32_t epss;	       /* millionths, or EPSS_UNKNOWN */
	uint32_t exploited_by; /* bits 1 << enum exploited_source; 0: unknown */
	int64_t exploited_since; /* the earliest that is said; 0: not said */
	bool ransomware;
	enum vex_status vex; /* VEX_NONE: no statement holds */
	struct bytes vex_justification;
	struct bytes vex_detail;
	struct bytes vex_author;
	struct bytes vex_document;
};

/* A VEX statement that was about nothing here. */
struct match_unused {
	struct bytes id;
	struct bytes component; /* as the statement names it */
	struct bytes document;
};

struct match_wants {
	const struct match_subject *subjects;
	size_t subject_count;
	struct bytes image_sha256; /* hex */
	/* the table that the book was made with, or NULL: makers declare
	   themselves as they write themselves */
	const struct product_names *names;
	/* statements given for this very product, besides those of the book */
	const struct vex_statement *vex;
	size_t vex_count;
};

/* Sorted: exploited first, then by EPSS, CVSS, id, subject. */
struct matches {
	struct match *list;
	size_t count;
	struct match_unused *unused; /* of match_wants.vex only */
	size_t unused_count;
};

/*
 * One match for each subject and vulnerability that some claim or statement
 * does not rule out. The result lives in the arena and borrows the book and
 * `wants`. Deterministic. ERR_MEMORY; ERR_MALFORMED when the book is broken;
 * ERR_LIMIT over LIMIT_MATCHES.
 */
enum err matching_run(const struct book *book, const struct match_wants *wants,
    struct arena *arena, struct matches *ret);

/* Static words for reports: "affected", "conditional", "unknown", "fixed",
   "not affected"; "high" …; "CVE record", "NVD" …; "CISA KEV" … */
const char *match_state_text(enum match_state state);
const char *match_confidence_text(enum match_confidence confidence);
const char *claim_source_text(enum claim_source source);
const char *exploited_source_text(enum exploited_source source);

#endif
