/* SPDX-License-Identifier: ISC */
/* What an image shows of a declaration's answers, with the evidence. */
#ifndef DRAFT_PREFILL_H
#define DRAFT_PREFILL_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "baseline/assessment.h"

#include <stdbool.h>
#include <stddef.h>

/* One answer, or (`remark`) only what should stand beside its question. The
   answers of a row stand together. */
struct shown {
	struct bytes table, row, field;
	struct bytes value;    /* foreign: escape */
	struct bytes evidence; /* where it was seen; foreign, may be empty */
	bool remark;
};

struct prefill {
	struct shown *list;
	size_t count;
};

/*
 * Answers that facts prove: a feature is yes or left open, never no, for what
 * was not seen may be there. Rows for components, services, accounts, keys,
 * updates, consoles. In the arena; some borrow the assessment. ERR_MEMORY.
 */
enum err prefill_make(
    const struct assessment *a, struct arena *arena, struct prefill *ret);

/* The answer (no remark), or NULL. */
const struct shown *prefill_find(const struct prefill *prefill,
    struct bytes table, struct bytes row, struct bytes field);

#endif
