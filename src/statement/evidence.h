/* SPDX-License-Identifier: ISC */
/* Assessments and evidence: hash envelopes that commit to a file. */
#ifndef STATEMENT_EVIDENCE_H
#define STATEMENT_EVIDENCE_H

#include "base/bytes.h"
#include "crypto/hooks.h"
#include "statement/statement.h"

#include <stdbool.h>

/* What assessments are: JSON by this project's schema. */
#define EVIDENCE_ASSESSMENT_TYPE "application/vnd.hallmark.assessment+json"

/* Whether the file is the one that the envelope (RFC 9995) commits to; false
   also when the statement is none. */
bool evidence_matches(const struct statement *s,
    const struct crypto_hooks *hooks, struct bytes file);

#endif
