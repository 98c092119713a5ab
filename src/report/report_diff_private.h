/* SPDX-License-Identifier: ISC */
/* What the reports of a comparison share. */
#ifndef REPORT_REPORT_DIFF_PRIVATE_H
#define REPORT_REPORT_DIFF_PRIVATE_H

#include "base/out.h"
#include "diff/diff.h"

#include <stdbool.h>

/* "Findings", "Keys and certificates", …; static. */
const char *report_area_title(enum area area);

/* "worse", "better", "neither"; for people. */
const char *report_direction_word(enum direction direction);

/* The answer in one sentence. */
const char *report_diff_answer(const struct diff *d);

/* Whether both are the same file, byte for byte. */
bool report_diff_same_image(const struct diff *d);

/* What a reader has to know before he trusts the comparison, or NULL. */
const char *report_diff_caution(const struct diff *d);

/* How many known vulnerabilities are new, gone, still there, in one sentence;
   nothing where feeds were not given for both. */
void report_diff_put_known(const struct diff *d, struct out *to);

#endif
