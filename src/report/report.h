/* SPDX-License-Identifier: ISC */
/* One assessment in the forms people and programs read. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/out.h"
#include "baseline/assessment.h"

#include <stdbool.h>

/* The program's version, and the version of its data, for all reports. */
struct report_tool {
	const char *version;
	const char *data_version; /* short hash over the data set */
};

struct report_terminal_options {
	bool color;
	unsigned columns; /* width to wrap at; 0: 80 */
};

/* Each appends to `to`; a look at to->failed afterwards tells success. */

/* Short, worst first, with what to do about each finding. */
void report_terminal(const struct assessment *a, const struct report_tool *tool,
    const struct report_terminal_options *options, struct out *to);

/* Schema hallmark.assessment/1 (DESIGN.md section 5). */
void report_json(
    const struct assessment *a, const struct report_tool *tool, struct out *to);

/* One file that works offline, light and dark, without script. */
void report_html(
    const struct assessment *a, const struct report_tool *tool, struct out *to);

/* CycloneDX 1.6 JSON. */
void report_sbom(
    const struct assessment *a, const struct report_tool *tool, struct out *to);

/* SPDX 2.3 JSON; it must say when it was made: Unix seconds. */
void report_spdx(const struct assessment *a, const struct report_tool *tool,
    uint64_t created_secs, struct out *to);

/*
 * OSCAL 1.0.4 assessment results, JSON: every verdict as a finding, every
 * finding as an observation. What is not applicable is left out of what was
 * reviewed; "other than satisfied" includes what could not be told.
 */
void report_oscal(const struct assessment *a, const struct report_tool *tool,
    uint64_t created_secs, struct out *to);

/* SARIF 2.1.0. */
void report_sarif(
    const struct assessment *a, const struct report_tool *tool, struct out *to);

/*
 * OpenVEX 0.2.0: a statement for each known vulnerability, as a document that
 * the maker goes on with; statements that were given are carried on with their
 * authors. Such a document has at least one statement: only with
 * report_has_openvex().
 */
void report_openvex(const struct assessment *a, const struct report_tool *tool,
    uint64_t created_secs, struct out *to);
bool report_has_openvex(const struct assessment *a);

#endif
