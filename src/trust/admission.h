/* SPDX-License-Identifier: ISC */
/* May this statement stand at the ledger's next index? */
#ifndef TRUST_ADMISSION_H
#define TRUST_ADMISSION_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/out.h"
#include "statement/kinds.h"
#include "trust/state.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A signer's clock may be ahead of the ledger's by so much. */
#define ADMISSION_SKEW_SECS 300
/* No label is longer than ten years. */
#define ADMISSION_LABEL_SECS INT64_C(315619200)

enum admission_code {
	ADMITTED,
	REFUSED_NO_STATEMENT,	/* not one that this program reads: fault */
	REFUSED_NOT_A_LEAF,	/* something stands in its unprotected header */
	REFUSED_UNKNOWN_SIGNER, /* neither an owner nor an accredited body */
	REFUSED_SIGNATURE,
	REFUSED_ISSUER,	       /* iss is not what the body is accredited as */
	REFUSED_NO_RIGHT,      /* trust_right() says no: answer */
	REFUSED_ROLE,	       /* this kind is not for this signer */
	REFUSED_SUBJECT,       /* sub is not what the payload says */
	REFUSED_TIMES,	       /* iat in the future, over already, too long */
	REFUSED_REPEATED,      /* it is there already: other */
	REFUSED_OLDER,	       /* than what it follows: other */
	REFUSED_SECOND_LABEL,  /* another body's label is active: other */
	REFUSED_BY_OWNER,      /* the owner suspended or revoked it: other */
	REFUSED_NO_SUCH_LABEL, /* a status statement on no label */
	REFUSED_NO_SUCH_STATEMENT, /* a correction of no statement */
	REFUSED_NO_SUCH_BODY,	   /* a transfer to no accredited body */
	REFUSED_NOT_ITS_OWN,	/* a change of what another body said: other */
	REFUSED_REVOKED,	/* a revoked label stays revoked: other */
	REFUSED_ACTION,		/* it is suspended already, or is not: other */
	REFUSED_NOT_RENEWED,	/* no newer active label of the product */
	REFUSED_KEY_TAKEN,	/* the key is another body's: other */
	REFUSED_NOT_ACCREDITED, /* restricts or withdraws nobody */
	REFUSED_PADDING,	/* padding of another place */
};
#define ADMISSION_CODES 24

struct admission {
	enum admission_code code;
	struct fault fault;	  /* REFUSED_NO_STATEMENT */
	enum trust_answer answer; /* REFUSED_NO_RIGHT */
	bool has_other;
	uint64_t other; /* index of the other statement, where named */
	/* what it is; false when it could not be read, or is padding */
	bool is_statement;
	enum statement_kind kind;
};

struct admission_terms {
	/* The ledger's clock; 0 when unknown, as for one who looks at a log
	   later. */
	int64_t now;
	/* Signatures are not verified but for the owners': what the ledger's
	   own program has admitted before. */
	bool trusted;
	/* A refused entry is counted: it stands in the ledger, but gives no
	   right. */
	bool monitor;
};

/*
 * Checks the entry against all that stands before it and, when it is admitted,
 * takes it into the state as the entry with index trust_count(): to check a
 * batch, hand in one after the other. Padding is admitted at its place.
 * ERR_MEMORY when the arena is full (the state is of no use any more); else
 * ERR_OK and *ret says.
 */
enum err trust_admit(struct trust_state *state, struct bytes entry,
    const struct admission_terms *terms, struct admission *ret);

/* One sentence without full stop: "another body's label of this release is
   active (index 17)". */
void admission_put(struct out *o, const struct admission *a);
/* A word for --json: "second-label"; static. */
const char *admission_word(enum admission_code code);

#endif
