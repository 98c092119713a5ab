/* SPDX-License-Identifier: ISC */
/* A strict reader of the markup that the page is made of. */
#ifndef REPORT_MARKUP_H
#define REPORT_MARKUP_H

#include "base/bytes.h"

#include <stddef.h>

struct markup_counts {
	size_t elements;
	size_t scripts;	   /* script elements and on… attributes */
	size_t references; /* attributes that point out of the page */
	size_t h1;
	size_t broken_order; /* headings that skip a level */
};

/*
 * NULL when every element is closed in order, attributes are quoted, and text
 * holds no bare '<', '>' or '&'; else where it is wrong, static.
 */
const char *markup_check(struct bytes page, struct markup_counts *ret);

#endif
