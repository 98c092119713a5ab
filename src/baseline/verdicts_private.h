/* SPDX-License-Identifier: ISC */
/* From the rules' results to a verdict for each requirement. */
#ifndef BASELINE_VERDICTS_PRIVATE_H
#define BASELINE_VERDICTS_PRIVATE_H

#include "base/arena.h"
#include "base/err.h"
#include "baseline/assessment.h"
#include "baseline/catalogue.h"
#include "baseline/rules.h"
#include "baseline/scheme.h"
#include "baseline/summary_private.h"

#include <stdint.h>

/* Sets of rules: bit i stands for rules->list[i]. */
struct results {
	uint64_t fail, warn, info;
	uint64_t looked; /* rules that could object and had their subject */
};

struct verdicts_input {
	const struct catalogue *catalogue;
	const struct rule_list *rules;
	const struct results *results;
	const struct summary *summary;
	uint64_t image_size;
};

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
 * No provision passes: for those that a program can prove at all, the proof
 * lies in the network or in documents (5.2-1, 5.3-13), or needs both (5.3-5,
 * 5.6-1). None is not-applicable: an image cannot show that a feature is
 * absent from the product.
 *
 * A requirement elsewhere fails when a provision that matches in substance
 * failed, or a rule of its own; a loose match leads to needs-review at most.
 * Where a rule of its own is not yet looked for, it needs review.
 */
enum err verdicts_make(const struct verdicts_input *in, struct arena *arena,
    struct assessment *ret);

/* Fills scheme_name, scheme_level, missing, missing_count. ERR_MEMORY. */
enum err verdicts_reach_level(const struct scheme_list *schemes,
    struct arena *arena, struct assessment *ret);

#endif
