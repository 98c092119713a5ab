/* SPDX-License-Identifier: ISC */
/* A source that answers any question with rows of the same foreign texts. */
#ifndef TEST_REGISTRY_CANNED_H
#define TEST_REGISTRY_CANNED_H

#include "base/arena.h"
#include "base/bytes.h"
#include "registry/source.h"

#include <stdatomic.h>
#include <stdint.h>

/* Texts that stand in every row. */
struct canned {
	struct bytes maker, model, version, scheme, body, iss, reason;
	uint64_t size; /* of the ledger: labels are all indexes below */
	atomic_uint_least64_t asked; /* questions */
};

/* Markup in every field: CANNED_MARK must never reach a page as it is. */
#define CANNED_MARK "<x-evil"
void canned_fill(struct canned *canned);

/* An entry beyond size, and rows of one, are ERR_END and none. */
struct registry_source canned_source(struct canned *canned);

#endif
