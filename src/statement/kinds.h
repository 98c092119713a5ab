/* SPDX-License-Identifier: ISC */
/* The kinds of statements: their types and what each must carry. */
#ifndef STATEMENT_KINDS_H
#define STATEMENT_KINDS_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>

enum statement_kind {
	STATEMENT_ASSESSMENT,
	STATEMENT_LABEL,
	STATEMENT_STATUS,
	STATEMENT_UPDATE,
	STATEMENT_ADVISORY,
	STATEMENT_EVIDENCE,
	STATEMENT_ACCREDITATION,
	STATEMENT_RECOGNITION,
	STATEMENT_CORRECTION,
};
#define STATEMENT_KINDS 9

/* What `sub` names. */
enum statement_subject {
	SUBJECT_RELEASE, /* product/HEX/release/HEX */
	SUBJECT_PRODUCT, /* a product or one of its releases */
	SUBJECT_ANY,	 /* any text of its length */
};

struct kind_row {
	const char *name; /* "label" */
	const char *typ;  /* "application/vnd.hallmark.label+cose" */
	bool envelope;	  /* a hash envelope (RFC 9995) */
	bool must_expire; /* exp is required */
	enum statement_subject subject;
};

/* By enum statement_kind. */
extern const struct kind_row kind_rows[STATEMENT_KINDS];

/* False when no kind has it; *ret is then untouched. */
bool kind_find_typ(struct bytes typ, enum statement_kind *ret);

/* "label"; static. */
const char *kind_text(enum statement_kind kind);

#endif
