/* SPDX-License-Identifier: ISC */
/* Lines for a terminal: wrapped, coloured, cut to a number of lines. */
#ifndef REPORT_TERMINAL_PRIVATE_H
#define REPORT_TERMINAL_PRIVATE_H

#include "base/bytes.h"
#include "base/out.h"
#include "baseline/assessment.h"

#include <stdbool.h>
#include <stddef.h>

enum tone {
	TONE_PLAIN,
	TONE_STRONG,
	TONE_FAINT,
	TONE_FAIL,
	TONE_WARN,
	TONE_INFO,
};

/*
 * A paragraph is gathered in `text` (foreign texts through
 * text_put_terminal()) and goes out with terminal_flush().
 */
struct terminal {
	struct out *to;	 /* borrowed */
	struct out text; /* owned: the paragraph */
	bool color;
	size_t columns;
};

struct terminal terminal_open(struct out *to, bool color, unsigned columns);

/* A failure of the paragraph becomes one of `to`. */
void terminal_close(struct terminal *t);

/* A coloured run outside of paragraphs; `text` is clean already. */
void terminal_put(struct terminal *t, enum tone tone, const char *text);

/* Likewise as a line of its own, below an empty one. */
void terminal_heading(struct terminal *t, enum tone tone, const char *title);

/* Foreign text into the paragraph, as one printable line of useful length. */
void terminal_excerpt(struct terminal *t, struct bytes foreign);

/*
 * Writes the paragraph, wrapped between `indent` and the right edge, and
 * empties it. The first line starts behind `first` columns that are there
 * already. At most `lines` lines (0: all); what is cut off ends in "...".
 */
void terminal_flush(
    struct terminal *t, size_t first, size_t indent, size_t lines);

void terminal_spaces(struct terminal *t, size_t count);

/* Columns that UTF-8 text takes: one a character. */
size_t terminal_width(struct bytes text);

/* As much of the text as fits into `width` columns, whole characters. */
struct bytes terminal_fit(struct bytes text, size_t width);

/* What feeds know of the components; nothing without feeds. */
void terminal_put_vulnerabilities(
    struct terminal *t, const struct assessment *a);

#endif
