/* SPDX-License-Identifier: ISC */
/* The parts of the page about two images. */
#ifndef REPORT_HTML_DIFF_PRIVATE_H
#define REPORT_HTML_DIFF_PRIVATE_H

#include "diff/diff.h"
#include "report/html_private.h"

/* Lines of style that only this page needs; ended by NULL. */
extern const char *const html_style_diff[];

/* "worse", "better", "neither" with its colour and sign. */
void html_direction_badge(struct html *h, enum direction direction);

/* What got worse, each with its places; nothing without any. */
void html_put_worse(struct html *h, const struct diff *d);

/* What got better, and the rest, by area; nothing without any. */
void html_put_better(struct html *h, const struct diff *d);
void html_put_neutral(struct html *h, const struct diff *d);

/* Verdicts that changed, and the requirements to look at again. */
void html_put_verdict_changes(struct html *h, const struct diff *d);
void html_put_retests(struct html *h, const struct diff *d);

#endif
