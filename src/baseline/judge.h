/* SPDX-License-Identifier: ISC */
/* From what was seen to findings and verdicts. */
#ifndef BASELINE_JUDGE_H
#define BASELINE_JUDGE_H

#include "advisories/matching.h"
#include "base/arena.h"
#include "base/data.h"
#include "base/err.h"
#include "base/out.h"
#include "baseline/assessment.h"
#include "declare/check.h"
#include "declare/declaration.h"
#include "inspect/observation.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Catalogues, rules, crosswalk, end-of-life dates: parsed and checked.
   A handle. */
struct baseline;

/* ERR_MALFORMED with *ret_fault saying which file (format), line (at). */
enum err baseline_open(const struct data_set *data, struct baseline **ret,
    struct fault *ret_fault);
void baseline_close(struct baseline *b);

/* Whether there is a scheme of this name; and all names, ", " between. */
bool baseline_has_scheme(const struct baseline *b, struct bytes name);
void baseline_put_schemes(const struct baseline *b, struct out *to);

/* What to judge by, besides what was seen. Zero: as little as there is. */
struct judge_wants {
	uint64_t today; /* Unix seconds, for expiry and end-of-life dates */
	struct bytes scheme; /* empty: the first of schemes.tsv */
	const struct declaration *declaration; /* NULL: none */
	const struct problems *problems; /* of declaration_check(); with it */
	const struct advisories *advisories; /* NULL: no feeds were given */
};

/*
 * First: what the image is made of, and which product it is for. Sets `seen`,
 * `components`, `component_count` and `product` of *ret; the declaration may be
 * NULL. The items stand as they are until the end. ERR_MEMORY.
 */
enum err baseline_take_inventory(const struct baseline *b,
    const struct observation *seen, const struct declaration *declaration,
    struct arena *arena, struct assessment *ret);

/*
 * What to ask feeds about: the components in their order, and behind them,
 * where maker and model are declared, the device itself. Borrows the
 * assessment. ERR_MEMORY.
 */
enum err baseline_take_subjects(const struct assessment *a, struct arena *arena,
    struct match_subject **ret, size_t *ret_count);

/*
 * Then: judges what the inventory was taken of. Fills every field of *ret but
 * those of the inventory and image_name, image_size, image_sha256, jail,
 * worker_trouble, declaration_name, declaration_sha256, declaration_problems
 * and seconds, which the caller sets before (image_size, worker_trouble and
 * declaration_name are read). Declaration, problems and advisories must outlive
 * *ret. Deterministic. ERR_MEMORY.
 */
enum err baseline_judge(const struct baseline *b,
    const struct judge_wants *wants, struct arena *arena,
    struct assessment *ret);

#endif
