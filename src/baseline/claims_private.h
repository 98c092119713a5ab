/* SPDX-License-Identifier: ISC */
/* What the maker says of a requirement, and what of it is still missing. */
#ifndef BASELINE_CLAIMS_PRIVATE_H
#define BASELINE_CLAIMS_PRIVATE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "baseline/catalogue.h"
#include "baseline/features_private.h"
#include "declare/check.h"
#include "declare/declaration.h"
#include "declare/questions.h"
#include "unpack/format.h"

#include <stdbool.h>
#include <stddef.h>

/* All borrowed. declaration NULL: nothing is declared, and nothing else of
   it is read. */
struct claims {
	const struct declaration *declaration;
	const struct problems *problems; /* of declaration_check() */
	const struct questions *questions;
	const struct features *features;
	const struct question **asked; /* by problem: its question, or NULL */
};

/* Fills `asked`. ERR_MEMORY. */
enum err claims_prepare(struct claims *claims, struct arena *arena);

enum support {
	SUPPORT_UNSAID,
	SUPPORT_YES,
	SUPPORT_NO,
	SUPPORT_NOT_APPLICABLE,
};

/* Of one provision of EN 303 645. */
struct provision_claim {
	enum answer applies;   /* by features, seen and declared */
	struct bytes circular; /* why a "does not apply" is none; or empty */
	enum support support;
	const struct declared *answer; /* that says so; NULL: unsaid */
	struct bytes detail;	       /* its reason, when it is usable */
};

struct provision_claim claims_find(
    const struct claims *claims, const struct requirement *provision);

/*
 * The next problem with an answer that serves the requirement, or NULL;
 * `size_t at = 0` begins. The provision's own support and detail belong to
 * claims_find().
 */
const struct problem *claims_next_problem(const struct claims *claims,
    const struct framework *framework, struct bytes requirement, size_t *at);

/* The next question that serves it, without a usable answer or NULL. */
const struct question *claims_next_unanswered(const struct claims *claims,
    const struct framework *framework, struct bytes requirement, size_t *at);

/* How many usable answers serve it, of those that some question asks for
   outside the table "provisions". */
size_t claims_count(const struct claims *claims,
    const struct framework *framework, struct bytes requirement);

/* The problem with this answer, or NULL. */
const struct problem *claims_problem_of(
    const struct claims *claims, const struct declared *answer);

/* The next usable answer to a question; row empty: any row. */
const struct declared *claims_next(const struct claims *claims,
    struct bytes table, struct bytes row, struct bytes field, size_t *at);

#endif
