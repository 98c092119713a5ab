/* SPDX-License-Identifier: ISC */
/* The parts of the page. */
#ifndef REPORT_HTML_PRIVATE_H
#define REPORT_HTML_PRIVATE_H

#include "base/bytes.h"
#include "base/out.h"
#include "baseline/assessment.h"
#include "report/report.h"
#include "report/report_private.h"

/* Lines of the style sheet, each list ended by NULL; read in this order. */
extern const char *const html_style[];
extern const char *const html_style_parts[];
extern const char *const html_style_tables[];

/* The page so far. */
struct html {
	struct out *to; /* borrowed */
	const struct assessment *a;
	const struct report_tool *tool;
	const struct report_layout *layout;
};

/* Markup of ours. */
void html_put(struct html *h, const char *markup);

/* Foreign text, escaped; and as one printable line cut to a useful length. */
void html_text(struct html *h, struct bytes text);
void html_excerpt(struct html *h, struct bytes text);

/* Where it stands, and the excerpt. */
void html_put_evidence(struct html *h, const struct evidence *e);

void html_number(struct html *h, uint64_t value);
void html_offset(struct html *h, uint64_t at);

/* part of whole in percent with three decimals, for places in pictures. */
void html_share(struct html *h, uint64_t part, uint64_t whole);

/* From the doctype into the title, and from there to the body's start; the
   style sheet gets the lines of `more_style`, which may be NULL. */
void html_begin_page(struct html *h);
void html_begin_body(struct html *h, const char *const *more_style);

/* One struck mark: a shape, a number in it, a word below. */
void html_put_mark(struct html *h, const char *class, const char *shape,
    uint64_t number, const char *word);

/* A word in the colour of the class is-`kind`, with a sign of its own. */
void html_put_badge(
    struct html *h, const char *kind, const char *sign, const char *word);

/* "fail", "warn", "info": the classes is-… and the signs in badges. */
void html_badge(struct html *h, enum finding_result result);
void html_verdict_badge(struct html *h, enum verdict verdict);

/* Patterns that the pictures below refer to. */
void html_put_patterns(struct html *h);

/* The image as a bar of chunks, with legend and the table that says it. */
void html_put_map(struct html *h);

/* Verdicts of each framework as bars with their numbers. */
void html_put_bars(struct html *h);

/* How many programs are built with which protection; nothing without any. */
void html_put_hardening(struct html *h);

void html_put_findings(struct html *h);
void html_put_components(struct html *h);

/* What feeds know of them; nothing without feeds. */
void html_put_vulnerabilities(struct html *h);
void html_put_verdicts(struct html *h);

#endif
