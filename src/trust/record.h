/* SPDX-License-Identifier: ISC */
/* Accreditations in ledger order, and the rights that follow; no memory. */
#ifndef TRUST_RECORD_H
#define TRUST_RECORD_H

#include "base/bytes.h"
#include "base/err.h"
#include "crypto/cose.h"
#include "crypto/hooks.h"
#include "statement/accreditation.h"
#include "statement/label_claims.h"
#include "statement/recognition.h"
#include "statement/statement.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One accreditation statement as it stands in the ledger; plain data, texts
   borrow the statement. */
struct trust_record {
	uint64_t index;
	uint8_t body[SHA256_LEN]; /* thumbprint of its key: the body's kid */
	struct accreditation what;
	int64_t said_at; /* iat */
};

/* In ledger order, rising; borrowed. A list of the owner's own statements
   only: whoever makes it has verified them. */
struct trust_list {
	const struct trust_record *record;
	size_t count;
};

/* Reads the statement of an accreditation; looks at no signature.
   ERR_MALFORMED also when it is another kind or its sub is not its body. */
enum err trust_record_read(const struct statement *s, uint64_t index,
    const struct crypto_hooks *hooks, struct trust_record *ret,
    struct fault *ret_fault);

/* May this body, by what stood in the ledger before `index`, label that? */
struct trust_question {
	const uint8_t *body; /* thumbprint, 32 bytes */
	struct bytes scheme; /* empty: may it speak at all? */
	unsigned level;
	struct bytes category; /* empty: the label names none */
	uint64_t index;	       /* the ledger index of the label */
	int64_t time;	       /* its iat */
};

enum trust_answer {
	TRUST_YES,
	TRUST_UNKNOWN,	 /* no body of this key was ever accredited */
	TRUST_NOT_YET,	 /* its accreditation stands later in the ledger */
	TRUST_WITHDRAWN, /* before this index; record says where */
	TRUST_SCHEME,	 /* not for this scheme */
	TRUST_LEVEL,	 /* not up to this level */
	TRUST_CATEGORY,	 /* for some categories, and the label names none of
			    them */
	TRUST_TOO_EARLY, /* issued before the accreditation begins */
	TRUST_TOO_LATE,	 /* issued after it ended */
};

struct trust_right {
	enum trust_answer answer;
	/* What decided; NULL for TRUST_UNKNOWN and TRUST_NOT_YET. */
	const struct trust_record *record;
};

/* The last record of the body before the index decides; never the time that
   the body claims, which can only take a right away. */
struct trust_right trust_right(
    struct trust_list list, const struct trust_question *question);

/*
 * The later record by which the owner suspended this label (a restriction or
 * withdrawal "with labels" that no later accreditation lifted), or NULL.
 * question->index is the label's own.
 */
const struct trust_record *trust_find_suspension(
    struct trust_list list, const struct trust_question *question);

/*
 * The next body whose thumbprint starts with `hint` (1 to 32 bytes; empty: any):
 * gives its newest record, each body once. Start with *at = 0; false at the end. A hint
 * can meet several bodies: try every one.
 */
bool trust_next_body(struct trust_list list, struct bytes hint, size_t *at,
    const struct trust_record **ret);

/* The newest record of a body before `index`, or NULL. */
const struct trust_record *trust_find_body(
    struct trust_list list, const uint8_t body[SHA256_LEN], uint64_t index);

/* "its accreditation was withdrawn", in the sense of "no, because …"; static.
   For TRUST_YES "accredited". */
const char *trust_answer_text(enum trust_answer answer);
/* A word for --json: "withdrawn"; static. */
const char *trust_answer_word(enum trust_answer answer);

/* One recognition as it stands in the ledger. */
struct trust_recognition {
	uint64_t index;
	struct recognition what;
	int64_t said_at;
};
struct trust_recognitions {
	const struct trust_recognition *list; /* in ledger order */
	size_t count;
};
enum err trust_recognition_read(const struct statement *s, uint64_t index,
    struct trust_recognition *ret, struct fault *ret_fault);

/*
 * The recognitions in force at a time for a level of one of our schemes, one
 * after the other: start with *at = 0; false at the end. A later one of the
 * same domain, scheme and level of theirs and the same scheme of ours stands in
 * the place of an earlier. An empty scheme meets all; level 0 meets all, else
 * those of ours up to that level.
 */
bool trust_next_recognition(struct trust_recognitions all,
    struct bytes our_scheme, unsigned our_level, int64_t time, size_t *at,
    const struct trust_recognition **ret);

#endif
