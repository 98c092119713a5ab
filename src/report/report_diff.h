/* SPDX-License-Identifier: ISC */
/* A comparison of two images in the forms people and programs read. */
#ifndef REPORT_REPORT_DIFF_H
#define REPORT_REPORT_DIFF_H

#include "base/out.h"
#include "diff/diff.h"
#include "report/report.h"

/* Each appends to `to`; a look at to->failed afterwards tells success. */

/* Short: the worse first, then the better, then the rest. */
void report_diff_terminal(const struct diff *d, const struct report_tool *tool,
    const struct report_terminal_options *options, struct out *to);

/* Schema hallmark.diff/1 (docs/diff.md). */
void report_diff_json(
    const struct diff *d, const struct report_tool *tool, struct out *to);

/* One file that works offline, light and dark, without script. */
void report_diff_html(
    const struct diff *d, const struct report_tool *tool, struct out *to);

#endif
