/* SPDX-License-Identifier: ISC */
/* Foreign text made safe for the place it goes to. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/bytes.h"
#include "base/out.h"

/*
 * Length of the valid UTF-8 sequence at the start of `in` (1 to 4), or 0 when
 * there is none: no overlong forms, no surrogates, none above U+10FFFF.
 * Source: RFC 3629 §3.
 */
size_t text_utf8_len(struct bytes in);

/* Whether all of it is valid UTF-8 without control characters but tab, LF, CR. */
bool text_is_clean(struct bytes in);

/*
 * Whether it looks like a text file: no zero byte and few control characters
 * in its first 4 KiB. Empty input is not text.
 */
bool text_is_text(struct bytes in);

/*
 * For a terminal: control characters (C0, C1, DEL), bidirectional overrides
 * and invalid UTF-8 become \xNN; one line.
 */
void text_put_terminal(struct out *o, struct bytes in);

/* For element content and quoted attributes of HTML; invalid bytes as U+FFFD. */
void text_put_html(struct out *o, struct bytes in);

/*
 * The inside of a JSON string, quotes not included; invalid bytes become
 * U+FFFD, and what a terminal would obey (see above) is written \uXXXX.
 * Source: RFC 8259 §7.
 */
void text_put_json(struct out *o, struct bytes in);

/*
 * A printable excerpt around in[at, at + len): at most `max` bytes, widened to
 * the printable run (or line) that holds it; zero bytes between two strings
 * are shown as a space by the caller's escaping. Borrows `in`.
 */
struct bytes text_excerpt(struct bytes in, size_t at, size_t len, size_t max);

#endif
