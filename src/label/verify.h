/* SPDX-License-Identifier: ISC */
/* Verifies a label without a network: three answers, never one tick. */
#ifndef LABEL_VERIFY_H
#define LABEL_VERIFY_H

#include "base/bytes.h"
#include "base/err.h"
#include "label/bundle.h"
#include "label/compact.h"
#include "statement/label_claims.h"
#include "statement/statement.h"

#include <stdbool.h>
#include <stdint.h>

/* Answer 1: who says it, and had they the right to. */
enum label_issuer {
	LABEL_ISSUER_UNKNOWN_KEY = 0, /* no accredited body has that key */
	LABEL_ISSUER_YES,
	LABEL_ISSUER_FORGED,	     /* not the signature of that key */
	LABEL_ISSUER_UNSUPPORTED,    /* an algorithm without a hook */
	LABEL_ISSUER_NOT_ACCREDITED, /* not (yet, or any more) at its index */
	LABEL_ISSUER_WITHDRAWN,
	LABEL_ISSUER_SCHEME,   /* not for this scheme */
	LABEL_ISSUER_LEVEL,    /* not that high */
	LABEL_ISSUER_CATEGORY, /* not for this category of product */
	LABEL_ISSUER_DATES,    /* outside the accreditation's dates */
};

/* Answer 2: is it in the ledger. */
enum label_presence {
	LABEL_PRESENCE_UNKNOWN =
	    0, /* the issuer's answer left nothing to ask */
	LABEL_PRESENCE_YES,
	LABEL_PRESENCE_NOT_YET,	 /* not logged, or newer than the bundle */
	LABEL_PRESENCE_NO_PROOF, /* logged by its own word, but no proof in it */
	LABEL_PRESENCE_NO,	 /* another entry stands at its index */
};

/* Answer 3, first half: what the ledger says of it, as of the bundle. */
enum label_status {
	LABEL_STATUS_UNKNOWN =
	    0, /* no list, or not proven to be in the ledger */
	LABEL_STATUS_VALID,
	LABEL_STATUS_REVOKED,
	LABEL_STATUS_SUSPENDED,
	LABEL_STATUS_SUPERSEDED,
	LABEL_STATUS_STALE, /* the bundle or its list has expired */
};

/* Answer 3, second half: what the clock says. */
enum label_clock {
	LABEL_CLOCK_UNKNOWN = 0, /* it stands before the bundle was made */
	LABEL_CLOCK_IN_TIME,
	LABEL_CLOCK_NOT_YET,
	LABEL_CLOCK_EXPIRED,
	LABEL_CLOCK_SUPPORT_ENDED, /* the label runs, updates do not come */
};

/* What the label says and what was found. Texts borrow the label, the room or
   the bundle, and are foreign: escape them. */
struct label_answers {
	enum label_issuer issuer;
	enum label_presence presence;
	enum label_status status;
	enum label_clock clock;

	/* who; empty when the key is unknown */
	struct bytes body_iss;
	struct bytes body_name;
	uint8_t body_key[SHA256_LEN]; /* thumbprint */
	/* the index at which the right was judged: the label's own when its
	   place is proven, else the size of the tree */
	uint64_t judged_at;

	/* the label's own words: nobody's before issuer is LABEL_ISSUER_YES */
	bool logged;
	uint64_t index;
	int64_t issued;
	int64_t expires;
	struct label_claims claims;

	/* the ledger's head and the bundle that brought it */
	struct bytes origin;
	uint64_t tree_size;
	int64_t head_time; /* of the newest witness; 0 when none signs */
	unsigned witnesses;
	int64_t status_as_of; /* 0 when there is none */
	int64_t bundle_issued;
	int64_t bundle_expires;
};

/* Whether all answers are the good ones. */
bool label_is_good(const struct label_answers *answers);

/* Room that label_verify() works in; the answers may borrow it. */
#define LABEL_VERIFY_ROOM                                                      \
	(COMPACT_MAX_LEN + STATEMENT_PROTECTED_MAX + COMPACT_STATEMENT_MAX_LEN)

/*
 * Verifies the text of a QR code (either carrier) or the bytes of a compact
 * label against an opened bundle, at `now` (Unix seconds). `room` has
 * LABEL_VERIFY_ROOM bytes. An error means that the text is no label at all;
 * whatever else is wrong is in the answers.
 */
enum err label_verify_text(const struct bundle *bundle, struct bytes text,
    int64_t now, uint8_t *room, struct label_answers *ret,
    struct fault *ret_fault);
enum err label_verify(const struct bundle *bundle, struct bytes compact,
    int64_t now, uint8_t *room, struct label_answers *ret,
    struct fault *ret_fault);

/* English, lower case, no full stop; static. */
const char *label_issuer_text(enum label_issuer issuer);
const char *label_presence_text(enum label_presence presence);
const char *label_status_text(enum label_status status);
const char *label_clock_text(enum label_clock clock);

#endif
