/* SPDX-License-Identifier: ISC */
/* The payload of a status statement: what happens to a label, and why. */
#ifndef STATEMENT_STATUS_CHANGE_H
#define STATEMENT_STATUS_CHANGE_H

#include "base/bytes.h"
#include "base/err.h"
#include "codec/cbor.h"

#include <stdbool.h>
#include <stdint.h>

#define STATUS_TEXT_MAX 240
#define STATUS_REASON_MAX 255
#define STATUS_CHANGE_LEN_MAX 320
/* Indexes of a ledger: 40 bits. */
#define LEDGER_INDEX_MAX (((uint64_t)1 << 40) - 1)

enum status_action {
	STATUS_SUSPEND = 1,
	STATUS_REINSTATE = 2,
	STATUS_REVOKE = 3,
	STATUS_TRANSFER = 4, /* another body may take the label over */
	STATUS_RENEWED = 5,  /* a newer label stands in its place */
};

/* Plain data; texts are borrowed. */
struct status_change {
	uint64_t label; /* ledger index */
	enum status_action action;
	unsigned reason;   /* a number of data/reasons.tsv */
	struct bytes text; /* for people; may be empty */
	const uint8_t *to; /* transfer: the body's thumbprint; else NULL */
};

const char *status_change_check(const struct status_change *c);

/* {-70003: [label, action, reason, text, thumbprint or null]} */
void status_change_put(struct cbor_writer *w, const struct status_change *c);
enum err status_change_read(
    struct bytes payload, struct status_change *ret, struct fault *ret_fault);

/* "suspend"; static. */
const char *status_action_text(enum status_action action);

#endif
