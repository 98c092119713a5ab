/* SPDX-License-Identifier: ISC */
/* What a registry knows, as rows: a database holds them, pages show them. */
#ifndef REGISTRY_ROWS_H
#define REGISTRY_ROWS_H

#include "base/bytes.h"
#include "crypto/hooks.h"
#include "statement/accreditation.h"
#include "statement/kinds.h"
#include "statement/label_claims.h"
#include "statement/product.h"
#include "trust/record.h"
#include "trust/state.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * All rows are plain data; their bytes are borrowed (from an entry, or from the
 * arena of the question). Every one is derived from the ledger and nothing
 * else: what is lost is made again by reading the ledger from its beginning.
 * Times are seconds since 1970, 0 where nothing is said.
 */

/* How far the view has read the ledger. */
struct registry_head {
	struct bytes origin;
	uint64_t size; /* entries taken */
	uint8_t root[SHA256_LEN];
	int64_t time; /* of that head */
};

/* A label with what the ledger says of it now. */
struct registry_label {
	uint64_t index; /* the label's number */
	struct product_ids ids;
	/* the label's own words; claims.product.digest is set */
	struct label_claims claims;
	int64_t issued, expires;
	/* who issued it, and the accreditation it rested on */
	uint8_t body[SHA256_LEN];
	struct bytes body_name, body_iss;
	uint64_t accredited_by; /* ledger index */
	/* trust_label_status() as of the head; whether its time is over is the
	   reader's question */
	enum trust_status status;
	/* The statement that made it so: a status statement, an accreditation
	   that suspends a body's labels, or the newer label. Without one
	   (has_change false) the label is as it was issued. */
	bool has_change;
	uint64_t changed_by; /* ledger index */
	int64_t changed;     /* its iat */
	unsigned reason;     /* of data/reasons.tsv; 0: none */
	struct bytes reason_text;
	bool by_owner;	      /* said by the scheme's owner, not by the body */
	uint64_t replaced_by; /* the newer label's index + 1; 0: none */
};

/* A product: all labels that name the same maker's id and model. */
struct registry_product {
	uint8_t id[PRODUCT_ID_LEN];
	uint64_t first_label, newest_label; /* ledger indexes */
	uint64_t label_count;
	/* as the newest label has them; claims.product is the newest release */
	struct label_claims claims;
};

/* One entry of the ledger. */
struct registry_statement {
	uint64_t index;
	/* False: padding, or bytes that are no statement or were refused; then
	   `refused` says why (0 for padding) and nothing else is set. */
	bool is_admitted;
	unsigned refused; /* enum admission_code */
	enum statement_kind kind;
	struct bytes iss, sub;
	uint8_t kid[SHA256_LEN];
	struct bytes signer_name; /* of the body; empty: an owner */
	int64_t issued, expires;
	bool has_product, has_release;
	struct product_ids ids;
	uint64_t label; /* the label it is on: index + 1; 0: none */
};

/* A body as its newest record has it. */
struct registry_body {
	uint64_t index; /* of the record */
	uint8_t kid[SHA256_LEN];
	enum accreditation_action action;
	struct bytes name, iss;
	struct bytes scopes; /* CBOR: accreditation_scopes() */
	int64_t from, until;
	int64_t said_at;
	uint64_t label_count;
};

/* A recognition, whether in force or not (trust_next_recognition() tells). */
struct registry_recognition {
	struct trust_recognition row;
};

#endif
