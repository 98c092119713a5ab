/* SPDX-License-Identifier: ISC */
/* One text, written as a page or as Markdown. */
#ifndef REPORT_PEN_PRIVATE_H
#define REPORT_PEN_PRIVATE_H

#include "base/bytes.h"
#include "base/out.h"

#include <stdbool.h>
#include <stddef.h>

struct pen {
	struct out *to; /* borrowed */
	bool html;
	size_t columns; /* of the table that is open */
};

/* The page's start with its title, and its end. */
void pen_begin(struct pen *p, const char *title);
void pen_end(struct pen *p);

/* Foreign text, escaped for where it stands; line ends become blanks. */
void pen_text(struct pen *p, struct bytes text);

/* Text of ours: letters, digits and plain punctuation. */
void pen_say(struct pen *p, const char *text);

void pen_heading(struct pen *p, unsigned level, struct bytes text);
void pen_begin_paragraph(struct pen *p);
void pen_end_paragraph(struct pen *p);

/* A table: the names of its columns, NULL behind the last; then for each row
   its cells, one begin and one end each. */
void pen_begin_table(struct pen *p, const char *const *columns);
void pen_begin_row(struct pen *p);
void pen_begin_cell(struct pen *p);
void pen_end_cell(struct pen *p);

/* A whole cell: foreign text, and text of ours. */
void pen_text_cell(struct pen *p, struct bytes text);
void pen_say_cell(struct pen *p, const char *text);

void pen_end_row(struct pen *p);
void pen_end_table(struct pen *p);

#endif
