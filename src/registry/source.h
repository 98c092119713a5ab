/* SPDX-License-Identifier: ISC */
/* What pages and API ask of the registry's store, and what it answers. */
#ifndef REGISTRY_SOURCE_H
#define REGISTRY_SOURCE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "registry/rows.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Rows in one reply. */
#define REGISTRY_ROWS_MAX 200
/* Bytes of a value, and of a path. */
#define REGISTRY_VALUE_MAX 240
/* Bytes of a reply in its arena: the largest bundle, and 64 MiB/256 entries. */
#define REGISTRY_REPLY_LEN_MAX ((size_t)20 << 20)

/* What for; each fills the field of its name in the reply. */
enum registry_ask {
	REGISTRY_ASK_HEAD, /* only the head, which is in every reply */
	REGISTRY_ASK_LABELS,
	REGISTRY_ASK_PRODUCTS,
	REGISTRY_ASK_STATEMENTS,
	REGISTRY_ASK_BODIES,
	REGISTRY_ASK_RECOGNITIONS,
	REGISTRY_ASK_ENTRY,   /* bytes: the entry `number` */
	REGISTRY_ASK_RECEIPT, /* bytes: COSE receipt of `number` (RFC 9942) */
	REGISTRY_ASK_PROOF,   /* bytes: tlog-proof of `number` (C2SP) */
	REGISTRY_ASK_FILE,    /* bytes: the published file `value` */
};
#define REGISTRY_ASKS 10

/* Which rows. Not every pair has a meaning: see registry_question_ok(). */
enum registry_by {
	REGISTRY_BY_ALL,
	REGISTRY_BY_INDEX,   /* `number`: labels, statements, bodies */
	REGISTRY_BY_PRODUCT, /* `value`: 16 bytes; labels, products, statements */
	REGISTRY_BY_RELEASE, /* `value`: 16 bytes; labels, statements */
	REGISTRY_BY_BODY,    /* `value`: 32 bytes; labels, statements, bodies */
	/* texts compare without upper and lower case (ASCII) from their
	   beginning: labels, products */
	REGISTRY_BY_MAKER,
	REGISTRY_BY_MODEL,
	REGISTRY_BY_WORDS,  /* either of the two */
	REGISTRY_BY_DIGEST, /* `value`: 1 to 32 bytes, a beginning; labels */
	REGISTRY_BY_CHANGE, /* labels that are not valid, newest change first;
			       `after` counts changed_by then */
	REGISTRY_BY_LABEL,  /* `number`: statements on this label */
};
#define REGISTRY_BYS 11

struct registry_question {
	enum registry_ask ask;
	enum registry_by by;
	struct bytes value;
	uint64_t number;
	/* statements only: bit 1 << kind for each that is wanted; 0: all */
	unsigned kinds;
	/* By rising index (of products: of the first label), or falling. */
	bool newest_first;
	/* Only rows behind this index in that order; see has_after. */
	bool has_after;
	uint64_t after;
	unsigned limit; /* 1 to REGISTRY_ROWS_MAX; rows only */
};

struct registry_reply {
	struct registry_head head;
	const struct registry_label *labels;
	const struct registry_product *products;
	const struct registry_statement *statements;
	const struct registry_body *bodies;
	const struct registry_recognition *recognitions;
	size_t count; /* rows of the field that was asked for */
	bool more;    /* there are more behind the last */
	struct bytes bytes;
};

/* What became of a statement that was handed in. */
enum registry_outcome {
	REGISTRY_ADDED,	  /* and is durable */
	REGISTRY_KNOWN,	  /* was there already, at `index` */
	REGISTRY_REFUSED, /* word and why say so */
	REGISTRY_BUSY,	  /* ask again in a while: nothing happened */
	REGISTRY_CLOSED,  /* this store takes none */
	REGISTRY_FAILED,  /* the machine: nothing was acknowledged */
};
#define REGISTRY_OUTCOMES 6

struct registry_submission {
	enum registry_outcome outcome;
	uint64_t index;	      /* added, known */
	struct bytes receipt; /* added, known */
	struct bytes word;    /* refused: admission_word() */
	struct bytes why;     /* refused: a sentence */
	bool has_other;
	uint64_t other; /* refused: index of the statement that is in the way */
};

/*
 * ask() answers from one state of the store; all of *ret lies in the arena.
 *   ERR_END        no such entry, file, receipt or proof (rows: count is 0)
 *   ERR_MALFORMED  not a question (registry_question_ok())
 *   ERR_LIMIT      of the arena
 *   ERR_SYSTEM     the store does not answer
 *   ERR_MEMORY
 */
struct registry_source {
	enum err (*ask)(void *context, const struct registry_question *question,
	    struct arena *arena, struct registry_reply *ret);
	void *context;
};

/* Whether the pair has a meaning and every field is in its range. */
bool registry_question_ok(const struct registry_question *question);

/* Whether a path is one that is published: "checkpoint", "tile/0/x001/234",
   "tile/entries/000.p/17", "status/0", "bundle", "keys", "anchors". */
bool registry_path_ok(struct bytes path);

#endif
