/* SPDX-License-Identifier: ISC */
/* An assessment of a router that does not exist, full of hostile texts. */
#ifndef REPORT_SAMPLE_H
#define REPORT_SAMPLE_H

#include "baseline/assessment.h"
#include "report/report.h"

/* A handle; the assessment in it borrows from it and from static texts. */
struct sample {
	struct observation seen;
	struct assessment assessment;
	struct component_item components[6];
	const struct fact *evidence[6][32];
};

/* What every foreign text of the sample holds somewhere. */
extern const struct bytes sample_hostile;

extern const struct report_tool sample_tool;

void sample_open(struct sample *s);
/* Adds what feeds know of it: exploited, relieved, hostile. */
void sample_know(struct sample *s);

void sample_close(struct sample *s);

#endif
