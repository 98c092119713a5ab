/* SPDX-License-Identifier: ISC */
/* Conditions and features of the product: as declared, and as seen. */
#ifndef BASELINE_FEATURES_PRIVATE_H
#define BASELINE_FEATURES_PRIVATE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "declare/declaration.h"
#include "declare/logic.h"
#include "inspect/facts.h"
#include "inspect/observation.h"
#include "unpack/format.h"

#include <stdbool.h>
#include <stddef.h>

/* Keys of en303645-conditions.tsv: 5 conditions, 27 features. */
#define FEATURES_MAX 40

struct feature {
	struct bytes key;		 /* "C14", "Fe" */
	const struct declared *declared; /* the maker's answer, or NULL */
	enum answer answer;	 /* what it says, or what follows from others */
	const struct fact *seen; /* shows that it holds; NULL: nothing does */
	const char *shows;	 /* what that is, in words; or NULL */
};

struct features {
	struct feature list[FEATURES_MAX];
	size_t count;
};

/*
 * Facts beat claims: what was seen holds, whatever the maker says. That
 * something was not seen says nothing. `logic` may be NULL: nothing is
 * declared.
 */
struct features features_make(
    const struct logic *logic, const struct facts *facts);

/* Whether it holds: seen, else as declared. */
enum answer feature_holds(const struct feature *feature);

/* Denied although the image shows it. */
bool feature_is_contradicted(const struct feature *feature);

/*
 * The next of the features that a provision's applies_if ("14,e") names, or
 * NULL behind the last. A key that nobody knows is skipped.
 */
const struct feature *features_next(
    const struct features *features, struct bytes *rest);

/*
 * Whether a provision applies: NO when one of them does not hold, YES when
 * all do (or none is named), else UNKNOWN.
 */
enum answer features_apply(
    const struct features *features, struct bytes applies_if);

#endif
