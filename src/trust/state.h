/* SPDX-License-Identifier: ISC */
/* What a ledger says by its statements so far: bodies, labels, who spoke. */
#ifndef TRUST_STATE_H
#define TRUST_STATE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "crypto/cose.h"
#include "crypto/hooks.h"
#include "statement/product.h"
#include "statement/statement.h"
#include "trust/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of a state: a million labels take 160 MiB of it. */
#define TRUST_STATE_LEN_MAX ((size_t)4 << 30)

/* The registry's word on a label; numbers are those of its status list. */
enum trust_status {
	TRUST_VALID = 0,
	TRUST_REVOKED = 1,
	TRUST_SUSPENDED = 2,
	TRUST_SUPERSEDED = 3,
};

/* One label of the ledger; plain data in the arena. */
struct trust_label {
	uint64_t index;
	struct product_ids ids;
	uint8_t firmware[PRODUCT_ID_LEN]; /* of product and image digest */
	int64_t iat, exp;
	int64_t changed;	  /* newest iat of a status statement, or 0 */
	int64_t changed_by_owner; /* likewise of the owner's */
	uint64_t replaced_by;	  /* the newer label's index + 1; 0: none */
	uint32_t body;		  /* number: trust_body_id() */
	uint32_t transfer_to;	  /* number + 1; 0: to nobody */
	/* number + 1 of the one before it; 0: none */
	uint32_t older_firmware, older_product;
	uint16_t scheme; /* number: trust_scheme_name() */
	uint8_t level;
	bool revoked, suspended, superseded; /* by statements on itself */
	bool by_owner; /* suspended or revoked by the owner */
	uint8_t category_len;
	char category[LABEL_CATEGORY_MAX];
};

struct trust_state; /* in its arena: gone when that is closed */

/*
 * An empty state. The owners' keys (at least one) say who may accredit; they
 * and the hooks are borrowed. NULL when the arena is full.
 */
struct trust_state *trust_open(struct arena *arena,
    const struct crypto_hooks *hooks, const struct cose_key *owner,
    size_t owner_count);

/* Entries taken so far. */
uint64_t trust_count(const struct trust_state *state);

/* Every accreditation and recognition in ledger order; they lie in the arena
   and stand until the next trust_admit(). */
struct trust_list trust_records(const struct trust_state *state);
struct trust_recognitions trust_recognitions(const struct trust_state *state);

/* The label at this ledger index, or NULL. Stays valid as long as the arena. */
const struct trust_label *trust_find_label(
    const struct trust_state *state, uint64_t index);

/* The newest label of a release (or, when `release` is false, product) for a
   scheme (empty: any), whatever its status, or NULL; then, with `before` set
   to the last one found, the one before it. */
const struct trust_label *trust_find_labels(const struct trust_state *state,
    const struct product_ids *ids, bool release, struct bytes scheme,
    const struct trust_label *before);

/* Labels one by one in ledger order: *at from 0. NULL at the end. */
const struct trust_label *trust_next_label(
    const struct trust_state *state, size_t *at);

/* Its status with all that bears on it: its own status statements, its newer
   label, and what the owner said of its body's labels. */
enum trust_status trust_label_status(
    const struct trust_state *state, const struct trust_label *label);
/* "valid"; static. */
const char *trust_status_text(enum trust_status status);

/* Whether this thumbprint is an owner's key's. */
bool trust_is_owner(
    const struct trust_state *state, const uint8_t kid[SHA256_LEN]);

/* Thumbprint of the body of a label (or to whom it may go). */
const uint8_t *trust_body_id(const struct trust_state *state, uint32_t number);
struct bytes trust_scheme_name(
    const struct trust_state *state, uint16_t number);

/* The kind of the statement at an index and who made it (thumbprint); false
   when the entry is none, was refused, or is not there yet. */
bool trust_find_statement(const struct trust_state *state, uint64_t index,
    enum statement_kind *ret_kind, const uint8_t **ret_kid);

#endif
