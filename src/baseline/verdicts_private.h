/* SPDX-License-Identifier: ISC */
/* From the rules' results to a verdict for each requirement. */
#ifndef BASELINE_VERDICTS_PRIVATE_H
#define BASELINE_VERDICTS_PRIVATE_H

#include "base/arena.h"
#include "base/err.h"
#include "baseline/assessment.h"
#include "baseline/catalogue.h"
#include "baseline/claims_private.h"
#include "baseline/rules.h"
#include "baseline/said_private.h"
#include "baseline/scheme.h"
#include "baseline/summary_private.h"

#include <stddef.h>
#include <stdint.h>

/* Rules by what they said, numbered as in rules->list. */
struct results {
	struct rule_set fail, warn, info;
	struct rule_set
	    looked; /* rules that could object and had their subject */
	struct rule_set unlooked;  /* nobody looked for what they ask */
	struct rule_set unsettled; /* inform, and leave it to a person */
};

struct verdicts_input {
	const struct catalogue *catalogue;
	const struct rule_list *rules;
	const struct results *results;
	const struct summary *summary;
	const struct claims *claims; /* its declaration may be NULL */
	uint64_t image_size;
};

/* The rules that speak to a requirement directly. */
struct speakers {
	struct rule_set all;
	struct rule_set unlooked; /* of these */
};

struct speakers speakers_find(
    const struct verdicts_input *in, size_t framework, size_t requirement);

/* What is known of one requirement. */
struct opinion {
	enum verdict verdict;
	enum basis basis;
	enum reason reason;
	struct rule_set because;
	struct said said; /* sentences beside the rules */
	bool loose;
	bool declared, reasoned; /* as in struct verdict_row */
};

/*
 * What becomes of what was tested when the maker speaks (only with a
 * declaration):
 *   fail tested       stays; so does what a warning speaks against, unless the
 *                     provision does not apply and nothing speaks against it.
 *   not-applicable    computed from the features, never as the maker wrote it;
 *                     what was seen holds, whatever was declared.
 *   fail declared     he says no: with a reason, a recommendation is `reasoned`.
 *   pass declared     he says yes, all answers that serve it are there and
 *                     usable, nothing speaks against it, and the bytes that
 *                     could were read.
 *   needs-declaration else, naming what is missing.
 * ERR_MEMORY.
 */
enum err verdicts_hear_claim(const struct verdicts_input *in, size_t provision,
    const struct opinion *tested, struct arena *arena, struct opinion *ret);

/*
 * Provision 5.0-1, out of the opinions of the others: every recommendation is
 * answered, and has a reason where it is not met. ERR_MEMORY.
 */
enum err verdicts_hear_reasons(const struct verdicts_input *in,
    const struct opinion *provisions, struct arena *arena, struct opinion *ret);

/* Adds what is missing or wrong of the answers that serve a requirement;
   *ret_any tells whether anything is. ERR_MEMORY. */
enum err verdicts_add_problems(const struct claims *claims,
    const struct framework *framework, struct bytes requirement,
    struct arena *arena, struct said *said, bool *ret_any);

/* A requirement of another framework, out of the provisions' opinions; see
   verdicts_make(). ERR_MEMORY. */
enum err verdicts_weigh_other(const struct verdicts_input *in,
    const struct opinion *provisions, size_t framework, size_t requirement,
    struct arena *arena, struct opinion *ret);

/*
 * Fills verdicts, verdict_count, totals, total_count of *ret, for every
 * requirement of every judged framework in the catalogue's order. ERR_MEMORY.
 *
 * A provision of EN 303 645:
 *   fail            a finding of result fail speaks against it, and a program
 *                   may disprove it (tool_verdict fail-only or both).
 *   needs-review    a warning speaks against it (or a fail where only a
 *                   person can conclude): somebody has to look at it. A
 *                   warning never fails: it stands for what can be right.
 *   unread-bytes    nothing speaks against it, but too much stayed dark.
 *   not-disproved   a rule looked and found nothing, the firmware is where
 *                   its evidence is (before any statement of the maker), and
 *                   a program may disprove it.
 *   needs-declaration, needs-review   else, by where its evidence comes from.
 * No provision passes by the image alone: for those that a program can prove
 * at all, the proof lies in the network or in documents (5.2-1, 5.3-13), or
 * needs both (5.3-5, 5.6-1). None is not-applicable without a declaration: an
 * image cannot show that a feature is absent from the product.
 *
 * A requirement elsewhere fails when a provision that matches in substance
 * failed, or a rule of its own; a loose match leads to needs-review at most.
 * Where a rule of its own was not looked for, or left what it found to a
 * person, it needs review. It passes,
 * as declared, when every provision that matches in substance passes or does
 * not apply and every answer that serves it directly is there; it has to have
 * at least one of either.
 */
enum err verdicts_make(const struct verdicts_input *in, struct arena *arena,
    struct assessment *ret);

/*
 * Fills scheme_name, scheme_level, scheme_next, missing and gaps. `scheme` is
 * one of the list's; empty: the first. ERR_MEMORY.
 */
enum err verdicts_reach_level(const struct scheme_list *schemes,
    struct bytes scheme, struct arena *arena, struct assessment *ret);

#endif
