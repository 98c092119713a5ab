/* SPDX-License-Identifier: ISC */
/* One statement before the door: what admission's parts share. */
#ifndef TRUST_ADMISSION_PRIVATE_H
#define TRUST_ADMISSION_PRIVATE_H

#include "statement/status_change.h"
#include "trust/admission.h"
#include "trust/state_private.h"

/* All that the checks look at and what they found; borrows. */
struct candidate {
	struct trust_state *state;
	const struct admission_terms *terms;
	const struct statement *s;
	struct bytes entry;
	uint64_t index; /* where it would stand */
	bool is_owner;
	/* The newest record of the signer, NULL for an owner that is not
	   accredited itself. It may move when a record is added. */
	const struct trust_record *record;
	struct admission *answer;
	/* Filled by the check of its kind for what takes it in. */
	struct trust_label label;
	struct trust_label *older; /* is superseded by it */
	struct status_change change;
	struct trust_label *target; /* of the change */
};

/* Checks what the kind asks for: ADMITTED or why not, in c->answer, too. */
enum admission_code admission_check_kind(struct candidate *c);

/* Takes an admitted one into the state. ERR_MEMORY, ERR_LIMIT. */
enum err admission_take(struct candidate *c);

/* Whether two keys are one body's: by its iss, for a body may have several. */
bool admission_same_body(
    const struct trust_state *state, const uint8_t *a, const uint8_t *b);

/* The newest moment before which this entry was certainly not made, or the
   ledger's clock when that is later. */
int64_t admission_now(const struct candidate *c);

/* Sets the other index; gives the code. */
enum admission_code admission_clash(
    struct candidate *c, enum admission_code code, uint64_t other);

/* May the signer do this by its accreditation? */
enum admission_code admission_judge_right(
    struct candidate *c, const struct trust_question *question);

#endif
