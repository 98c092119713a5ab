/* SPDX-License-Identifier: ISC */
/* The payload of an accreditation: who may label what, since when. */
#ifndef STATEMENT_ACCREDITATION_H
#define STATEMENT_ACCREDITATION_H

#include "base/bytes.h"
#include "base/err.h"
#include "codec/cbor.h"
#include "crypto/cose.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACCREDITATION_NAME_MAX 128
#define ACCREDITATION_SCOPES 32
#define ACCREDITATION_CATEGORIES 64

enum accreditation_action {
	ACCREDIT = 1, /* also: accredit anew, with another scope or key name */
	RESTRICT = 2, /* only what stands here remains */
	WITHDRAW = 3,
};

/* One scheme of a body; texts are borrowed. */
struct accreditation_scope {
	struct bytes scheme;
	unsigned level;		 /* the highest */
	size_t category_count;	 /* 0: every category */
	struct bytes categories; /* that many CBOR texts */
};

/* Plain data; texts are borrowed. The scopes stay CBOR: see below. */
struct accreditation {
	enum accreditation_action action;
	struct cose_key key;
	struct bytes name;   /* 1 to 128 bytes */
	struct bytes iss;    /* what the body's statements carry */
	struct bytes scopes; /* one CBOR array */
	int64_t from;	     /* labels issued since then */
	int64_t until;	     /* and before then; 0: open */
	bool suspend_labels; /* those that are outside from now on */
};

/*
 * {-70001: [action, COSE_Key, name, iss, [[scheme, level, [category ...]] ...],
 * from, until or null, 0 or 1]}. A withdrawal has no scopes. Reading checks the
 * scopes, too.
 */
const char *accreditation_check(const struct accreditation *a);
void accreditation_put(struct cbor_writer *w, const struct accreditation *a);
enum err accreditation_read(
    struct bytes payload, struct accreditation *ret, struct fault *ret_fault);

/* Writes one scope as an element of `scopes`; the array's head is the
   caller's. */
void accreditation_put_scope(struct cbor_writer *w, struct bytes scheme,
    unsigned level, const struct bytes *categories, size_t category_count);

/* The scopes one by one, from checked ones: start with *rest = scopes and
   *first true. */
struct accreditation_walk {
	struct cbor_reader reader;
	size_t left;
};
struct accreditation_walk accreditation_scopes(struct bytes scopes);
bool accreditation_next(
    struct accreditation_walk *walk, struct accreditation_scope *ret);
/* Likewise the categories of a scope. */
struct accreditation_walk accreditation_categories(
    const struct accreditation_scope *scope);
bool accreditation_next_category(
    struct accreditation_walk *walk, struct bytes *ret);
bool accreditation_scope_has(
    const struct accreditation_scope *scope, struct bytes category);

/* "accredit"; static. */
const char *accreditation_action_text(enum accreditation_action action);

#endif
