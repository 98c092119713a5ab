/* SPDX-License-Identifier: ISC */
/* From what was seen to findings and verdicts. */
#ifndef BASELINE_JUDGE_H
#define BASELINE_JUDGE_H

#include "base/arena.h"
#include "base/data.h"
#include "base/err.h"
#include "baseline/assessment.h"
#include "inspect/observation.h"

#include <stdint.h>

/* Catalogues, rules, crosswalk, end-of-life dates: parsed and checked.
   A handle. */
struct baseline;

/* ERR_MALFORMED with *ret_fault saying which file (format), line (at). */
enum err baseline_open(const struct data_set *data, struct baseline **ret,
    struct fault *ret_fault);
void baseline_close(struct baseline *b);

/*
 * Judges. `today` is Unix seconds (for expiry and end-of-life dates). Fills
 * every field of *ret but image_name, image_size, image_sha256, jail,
 * worker_trouble and seconds, which the caller sets before (image_size and
 * worker_trouble are read). Deterministic. ERR_MEMORY.
 */
enum err baseline_judge(const struct baseline *b,
    const struct observation *seen, uint64_t today, struct arena *arena,
    struct assessment *ret);

#endif
