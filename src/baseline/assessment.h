/* SPDX-License-Identifier: ISC */
/* An assessment: findings, verdicts and the inventory behind them. */
#ifndef BASELINE_ASSESSMENT_H
#define BASELINE_ASSESSMENT_H

#include "advisories/book.h"
#include "advisories/matching.h"
#include "base/bytes.h"
#include "inspect/observation.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum verdict {
	VERDICT_INCONCLUSIVE,
	VERDICT_PASS,
	VERDICT_FAIL,
	VERDICT_NOT_APPLICABLE,
};

enum basis {
	BASIS_TESTED,	/* by program */
	BASIS_DECLARED, /* by the maker */
	BASIS_REVIEWED, /* by a named role at a laboratory */
};

enum reason {
	REASON_NONE,
	REASON_NOT_DISPROVED, /* looked, coverage stated, nothing against it */
	REASON_NEEDS_DECLARATION,
	REASON_NEEDS_REVIEW,
	REASON_UNREAD_BYTES,
};

enum finding_result {
	FINDING_FAIL,
	FINDING_WARN,
	FINDING_INFO,
};

/* What helps against a gap, the maker's own work first. */
enum need {
	NEED_FIX,     /* mend what was found */
	NEED_DECLARE, /* answer in the declaration */
	NEED_READ,    /* give an image that can be read */
	NEED_REVIEW,  /* a person has to look, or a laboratory to test */
};

/* The words of DESIGN.md section 2 for --json and reports; static. */
const char *verdict_text(enum verdict verdict);
const char *basis_text(enum basis basis);
const char *reason_text(enum reason reason); /* "" for REASON_NONE */
const char *finding_result_text(enum finding_result result);
const char *need_text(enum need need);

/* All texts below live in the assessment's arena, in the observation or in
   the data set: the three must outlive the assessment. */
struct evidence {
	struct bytes path; /* in the image, or the declaration's name */
	uint64_t at;	   /* FACT_NOWHERE when it has no place */
	struct bytes text; /* foreign: escape */
	uint32_t line;	   /* in the declaration, from 1; 0: not out of it */
	uint32_t column;
	struct bytes
	    vulnerability; /* its id, where it is about one; or empty */
};

struct component_item {
	struct bytes name;
	struct bytes version;	      /* upstream; empty when unknown */
	struct bytes package_version; /* with the distribution's revision */
	struct bytes purl;
	struct bytes cpe;	      /* vendor:product list, ';' between */
	enum component_evidence kind; /* the strongest evidence */
	unsigned confidence;	      /* percent */
	const struct fact **evidence;
	size_t evidence_count;
	bool operating_system; /* itself: no program of one */
};

struct finding {
	struct bytes rule; /* CRED-1 */
	enum finding_result result;
	struct bytes title;
	struct bytes advice;
	struct bytes *requirements; /* EN 303 645 provisions */
	size_t requirement_count;
	struct evidence *evidence;
	size_t evidence_count; /* shown; the first ones */
	size_t evidence_total;
};

struct verdict_row {
	struct bytes framework; /* en303645, enisa-2017, cra, en18031, psti,
				   nist8259a, nist8425 */
	struct bytes requirement;
	struct bytes title;    /* our paraphrase */
	struct bytes modality; /* "M", "R", "M C" …; empty elsewhere */
	struct bytes unsure;   /* what of the row is not verified, or empty */
	enum verdict verdict;
	enum basis basis;
	enum reason reason;
	struct bytes *because; /* rule ids, or a sentence; may be empty */
	size_t because_count;
	bool loose;    /* reached through a loose crosswalk match only */
	bool declared; /* the maker says yes with all that belongs to it, or
			  why it does not apply */
	bool reasoned; /* a recommendation that the maker does not follow,
			  with the reason: verdict fail, basis declared */
};

/* What stands between a product and the next level. */
struct gap {
	const struct verdict_row *row; /* its `because` says what is missing */
	enum need need;
};

struct framework_total {
	struct bytes framework;
	struct bytes title;
	size_t pass, fail, inconclusive, not_applicable;
};

struct update_state {
	struct bytes container; /* format name, or empty */
	enum authenticity authenticity;
	enum answer encrypted, rollback;
	struct bytes detail;
};

struct coverage {
	uint64_t read, padding, opaque, unread; /* sums to the image's size */
};

/* Who the product is by the maker's word; empty: nothing is said. */
struct declared_product {
	struct bytes maker, model, hardware, release;
	struct bytes support_end; /* a day: "2031-12-31" */
};

/*
 * What feeds know of the components: matches[i].subject is a place in
 * `components`, or component_count: the device itself, as declared. Borrowed.
 */
struct advisories {
	const struct matches *matches;
	const struct book_health *health;
	const struct book_feed *feeds; /* health->feed_count of them */
};

struct assessment {
	struct bytes image_name;
	uint64_t image_size;
	uint8_t image_sha256[32];
	struct bytes jail;	     /* what held the worker */
	struct bytes worker_trouble; /* why the worker ended early; empty */
	const struct observation *seen;
	struct coverage coverage;
	struct bytes architecture, operating_system; /* "unknown" */
	struct update_state update;
	struct component_item *components; /* by name, then version */
	size_t component_count;
	struct finding *findings; /* fail, warn, info; the worst rule first */
	size_t finding_count;
	size_t fail_count, warn_count, info_count;
	struct verdict_row *verdicts; /* in catalogue order */
	size_t verdict_count;
	struct framework_total *totals;
	size_t total_count;
	struct bytes declaration_name; /* empty: there is none */
	uint8_t declaration_sha256[32];
	size_t declaration_answers, declaration_problems;
	struct declared_product product;
	const struct advisories *advisories; /* NULL: no feeds were given */
	struct bytes *unlooked; /* ids of rules that nobody looked for, and
				   what to do about each, in turn */
	size_t unlooked_count;	/* of such pairs */
	struct bytes scheme_name, scheme_level; /* level empty: none reached */
	struct bytes scheme_next; /* the level to reach; empty: all are */
	struct bytes *missing;	  /* requirement ids for the next level, once */
	size_t missing_count;
	struct gap *gaps; /* the same with what to do: to fix, declare … */
	size_t gap_count;
	double seconds;
};

#endif
