/* SPDX-License-Identifier: ISC */
/* Why a label's status changed: data/reasons.tsv. */
#ifndef STATEMENT_REASONS_H
#define STATEMENT_REASONS_H

#include "base/bytes.h"
#include "base/data.h"
#include "base/err.h"
#include "statement/status_change.h"

/* All bytes borrow the data set. */
struct reason_row {
	unsigned number;
	struct bytes word;    /* "vulnerability" */
	struct bytes actions; /* those it goes with, ';' between them */
	struct bytes meaning; /* a sentence for people */
};

/*
 * Finds a reason by its word (or, when `word` is empty, its number).
 * ERR_END: there is none; ERR_MALFORMED: the table is broken.
 */
enum err reason_find(const struct data_set *data, struct bytes word,
    unsigned number, struct reason_row *ret);

/* Whether it goes with the action. */
bool reason_suits(const struct reason_row *reason, enum status_action action);

#endif
