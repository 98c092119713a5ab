/* SPDX-License-Identifier: ISC */
/* A writer of HTML by which every text is escaped and every element ends. */
#ifndef REGISTRY_WEB_H
#define REGISTRY_WEB_H

#include "base/bytes.h"
#include "base/out.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Elements inside each other. */
#define WEB_DEPTH_MAX 32

/*
 * Names of elements and attributes are this program's own literals; all else
 * may be foreign. There is no call that writes markup as it is. Failures stick
 * in the writer below; too deep, or an end too many, is our own mistake.
 */
struct web {
	struct out *to; /* borrowed */
	const char *open[WEB_DEPTH_MAX];
	size_t depth;
	bool in_tag;   /* attributes may still come */
	bool is_value; /* inside an attribute's quotes */
};

/* Writes the doctype. */
struct web web_open(struct out *to);

/* Begins an element and ends the innermost one. */
void web_begin(struct web *w, const char *element);
void web_end(struct web *w);
/* One without content and end: <input>, <meta>. */
void web_void(struct web *w, const char *element);

/* Only directly after web_begin() or web_void(). */
void web_attribute(struct web *w, const char *name, struct bytes value);
void web_put_attribute(struct web *w, const char *name, const char *value);
void web_flag(struct web *w, const char *name);
/* href, src, action: when web_url_ok(); else nothing is written. */
void web_url(struct web *w, const char *name, struct bytes url);
/* An attribute's value in parts: web_text() and so on write into it. */
void web_begin_value(struct web *w, const char *name);
void web_end_value(struct web *w);

/* An element that holds text alone, such as <title>: what would be an element
   in it is left out. Ends with web_end_plain(). */
void web_begin_plain(struct web *w, const char *element);
void web_end_plain(struct web *w);

/* Controls, and marks that turn the direction of writing, become U+FFFD. */
void web_text(struct web *w, struct bytes text);
void web_put(struct web *w, const char *text);
void web_number(struct web *w, uint64_t number);
void web_hex(struct web *w, struct bytes in);

/* <element class="…">text</element>; `class` may be NULL. */
void web_leaf(
    struct web *w, const char *element, const char *class, struct bytes text);
/* <element class="…"> */
void web_begin_class(struct web *w, const char *element, const char *class);

/*
 * Whether a link may lead there: "https:", "http:", or a path of this host
 * ("/…", not "//…"), or "#…"; no blanks, controls, quotes, backslashes or
 * bytes that are not ASCII.
 */
bool web_url_ok(struct bytes url);

/* Percent-encodes all but letters, digits and "-._~" (RFC 3986 §2.3). */
void web_put_encoded(struct out *o, struct bytes in);

#endif
