/* SPDX-License-Identifier: ISC */
/* What the reports of a comparison share. */
#ifndef REPORT_REPORT_DIFF_PRIVATE_H
#define REPORT_REPORT_DIFF_PRIVATE_H

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

#endif
