/* SPDX-License-Identifier: ISC */
/* The payload of an advisory: a known vulnerability of a product. */
#ifndef STATEMENT_ADVISORY_H
#define STATEMENT_ADVISORY_H

#include "base/bytes.h"
#include "base/err.h"
#include "codec/cbor.h"

#include <stdbool.h>
#include <stddef.h>

#define ADVISORY_ID_MAX 64
#define ADVISORY_VERSION_MAX 64
#define ADVISORY_TITLE_MAX 255
#define ADVISORY_URL_MAX 512
/* No payload is longer. */
#define ADVISORY_LEN_MAX ((size_t)1024)

/* Plain data; texts are borrowed, and all but the id may be empty. */
struct advisory {
	struct bytes id;	    /* "CVE-2026-12345", 1 to 64 bytes */
	bool exploited;		    /* by somebody, as far as is known */
	struct bytes fixed_version; /* the first without it; empty: none yet */
	struct bytes title;	    /* a sentence for people */
	struct bytes url;	    /* where more is said */
};

/*
 * {-70007: [id, 0 or 1, fixed_version, title, url]}. A url is https or http, or
 * empty. It is about the product that sub names.
 */
const char *advisory_check(const struct advisory *a);
void advisory_put(struct cbor_writer *w, const struct advisory *a);
enum err advisory_read(
    struct bytes payload, struct advisory *ret, struct fault *ret_fault);

/* Whether a map is meant to be one of these: it has the claim. */
bool advisory_is(struct bytes payload);

#endif
