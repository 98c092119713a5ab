/* SPDX-License-Identifier: ISC */
/* The inside of a trust state: what admission reads and changes. */
#ifndef TRUST_STATE_PRIVATE_H
#define TRUST_STATE_PRIVATE_H

#include "trust/chunks.h"
#include "trust/hash_table.h"
#include "trust/state.h"

/* Owners of one ledger. */
#define STATE_OWNERS 16

/* What verifying the longest statement takes. */
#define STATE_ROOM_LEN (STATEMENT_LEN_MAX + STATEMENT_TBS_MORE)

struct state_owner {
	const struct cose_key *key;
	uint8_t id[SHA256_LEN];
};

struct trust_state {
	struct arena *arena;
	const struct crypto_hooks *hooks;
	struct state_owner owner[STATE_OWNERS];
	size_t owner_count;
	uint8_t *room;	/* STATE_ROOM_LEN bytes, to verify in */
	uint64_t count; /* entries */
	int64_t proven; /* newest iat of an owner's statement: later entries
			   were made after it */
	struct trust_record *record;
	size_t record_count, record_cap;
	struct trust_recognition *recognition;
	size_t recognition_count, recognition_cap;
	struct chunks labels;	   /* struct trust_label */
	struct chunks bodies;	   /* uint8_t[SHA256_LEN] */
	struct chunks spoke;	   /* uint32_t for each entry: see spoke_of() */
	struct chunks schemes;	   /* struct bytes */
	struct hash_table by_body; /* number in bodies */
	struct hash_table by_firmware; /* newest label of it, any scheme */
	struct hash_table by_product;  /* likewise */
	struct hash_table by_content;  /* ledger index */
};

/* Number of a thumbprint, added when it is new. ERR_MEMORY. */
enum err state_intern_body(
    struct trust_state *state, const uint8_t body[SHA256_LEN], uint32_t *ret);
/* Likewise; ERR_LIMIT at 65 535 schemes. */
enum err state_intern_scheme(
    struct trust_state *state, struct bytes scheme, uint16_t *ret);

/* The newest label of the firmware under the scheme, or NULL. */
struct trust_label *state_find_newest(const struct trust_state *state,
    const uint8_t firmware[PRODUCT_ID_LEN], struct bytes scheme);

/* Room for a record more behind the last. */
enum err state_add_record(
    struct trust_state *state, const struct trust_record *record);
enum err state_add_recognition(
    struct trust_state *state, const struct trust_recognition *recognition);

/* Adds a label to the list and its chains; the fields for these are set
   here. */
enum err state_add_label(
    struct trust_state *state, const struct trust_label *label);

/* Counts the entry; `kid` NULL: it says nothing. ERR_MEMORY. */
enum err state_add_entry(
    struct trust_state *state, enum statement_kind kind, const uint8_t *kid);

struct trust_label *state_find_label(
    const struct trust_state *state, uint64_t index);

/* The question whether this label was rightly issued. */
struct trust_question state_question(
    const struct trust_state *state, const struct trust_label *label);

#endif
