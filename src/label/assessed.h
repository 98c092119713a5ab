/* SPDX-License-Identifier: ISC */
/* What an assessment's JSON supports, and why it supports no more. */
#ifndef LABEL_ASSESSED_H
#define LABEL_ASSESSED_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/data.h"
#include "base/err.h"
#include "base/out.h"
#include "statement/label_claims.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An assessment's file; those of big images have 5 MiB. */
#define ASSESSED_FILE_MAX ((size_t)64 << 20)
/* Memory that reading one takes at most. */
#define ASSESSED_ARENA_LEN ((size_t)16 << 20)

/* One requirement of the next level that is not met. */
struct assessed_gap {
	struct bytes framework, requirement;
	struct bytes need; /* "fix", "declare", "read", "review" */
	struct bytes what; /* the first reason given; may be empty */
};

/* On what the verdicts of one framework rest. */
struct assessed_framework {
	struct bytes name;
	bool declared; /* one of them on the maker's word */
	bool reviewed;
};

/* As read from the file, nothing judged; texts are in the arena and foreign:
   escape them. */
struct assessed {
	struct bytes tool, tool_version, tool_data;
	struct bytes jail;
	struct bytes image_name;
	uint64_t image_size;
	uint8_t image_sha256[32];
	uint64_t read, padding, opaque, unread; /* sums to image_size */
	struct bytes trouble; /* why the worker ended early; empty */
	struct bytes scheme, level, next; /* level empty: none reached */
	struct assessed_gap *gaps;
	size_t gap_count;
	struct assessed_framework *frameworks;
	size_t framework_count;
	/* the declaration; has_declaration false: all below are empty */
	bool has_declaration;
	uint8_t declaration_sha256[32];
	uint64_t declaration_problems;
	/* the product's identity as declared: proposals for the label */
	bool has_product; /* older programs did not write it */
	struct bytes maker, model, version, hardware;
	struct bytes support_end; /* as it stands there */
	int64_t support_until;	  /* last second of that day; 0: not said */
};

/*
 * Reads schema hallmark.assessment/1 of this or an older program; unknown
 * members are passed over. ERR_MALFORMED (not JSON, a member of another form,
 * coverage that does not add up; the fault says which), ERR_UNSUPPORTED
 * (another schema), ERR_LIMIT, ERR_MEMORY.
 */
enum err assessed_read(struct bytes json, struct arena *arena,
    struct assessed *ret, struct fault *ret_fault);

enum assessed_code {
	ASSESSED_NO_SCHEME,    /* there is no such scheme, or no such level */
	ASSESSED_OTHER_SCHEME, /* assessed for another one */
	ASSESSED_LEVEL,	       /* the level is not reached: a row each gap */
	ASSESSED_UNREAD,       /* bytes are unread, and the level forbids it */
	ASSESSED_TROUBLE,      /* the assessment did not come to its end */
	ASSESSED_NO_DECLARATION, /* the level needs one */
	ASSESSED_SUPPORT_ENDED,
	ASSESSED_NO_SUPPORT,  /* the level needs an end of support */
	ASSESSED_OTHER_IMAGE, /* the digest is another's */
	ASSESSED_OTHER_TOOL,  /* made by another, or by too old a, program */
};

struct assessed_refusal {
	enum assessed_code code;
	const struct assessed_gap *gap; /* of ASSESSED_LEVEL; else NULL */
};

struct assessed_wish {
	struct bytes scheme;
	struct bytes level;	     /* empty: what was reached */
	const uint8_t *image_sha256; /* of the image at hand; NULL: none */
	int64_t now;
	const struct data_set *data;
};

struct assessed_answer {
	/* none: the label may be issued */
	struct assessed_refusal *refusals;
	size_t refusal_count;
	/* what the label then says */
	struct bytes level_name;
	unsigned level;
	enum label_basis basis;
	unsigned max_days; /* longest life of a label of this level */
};

/* ERR_MEMORY, or ERR_MALFORMED when the data set's tables are broken. */
enum err assessed_judge(const struct assessed *a,
    const struct assessed_wish *wish, struct arena *arena,
    struct assessed_answer *ret);

/* A sentence without full stop, escaped for a terminal: "en303645 5.1-1: not
   met (fix): …". */
void assessed_put_refusal(struct out *o, const struct assessed *a,
    const struct assessed_refusal *refusal);
/* A word for --json; static. */
const char *assessed_word(enum assessed_code code);

#endif
