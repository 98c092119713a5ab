/* SPDX-License-Identifier: ISC */
/* The payload of a label: which release reached which level of what. */
#ifndef STATEMENT_LABEL_CLAIMS_H
#define STATEMENT_LABEL_CLAIMS_H

#include "base/bytes.h"
#include "base/err.h"
#include "codec/cbor.h"
#include "statement/product.h"

#include <stdint.h>

#define LABEL_SCHEME_MAX 16
#define LABEL_LEVEL_MAX 99
#define LABEL_MAKER_MAX 48
#define LABEL_CATEGORY_MAX 16
/* No label's payload is longer. */
#define LABEL_CLAIMS_LEN_MAX 320

enum label_basis {
	LABEL_BASIS_TESTED = 1,
	LABEL_BASIS_DECLARED = 2, /* rests on the maker's word somewhere */
	LABEL_BASIS_REVIEWED = 3,
};

/* Plain data; texts are borrowed. */
struct label_claims {
	struct product product;
	struct bytes scheme; /* 1 to 16 bytes */
	unsigned level;	     /* 1 up: the scheme's levels in their order */
	enum label_basis basis;
	int64_t support_until; /* 0: not said */
	struct bytes maker;    /* the name people know, 1 to 48 bytes */
	/* The product's category, 0 to 16 bytes: only a body that is accredited
	   for some categories alone has to name one. */
	struct bytes category;
};

/* Which field is out of its range (static), or NULL. */
const char *label_claims_check(const struct label_claims *c);

/*
 * {258: oemid, 259: hwmodel, 271: [version], -70000: [scheme, level, basis,
 * digest, support_until or null, maker, ? category]}; category only when there
 * is one. The claims must be checked.
 */
void label_claims_put(struct cbor_writer *w, const struct label_claims *c);

/* Reads a payload; *ret borrows it. ERR_MALFORMED; the fault says where. */
enum err label_claims_read(
    struct bytes payload, struct label_claims *ret, struct fault *ret_fault);

/* "tested"; static. */
const char *label_basis_text(enum label_basis basis);

#endif
