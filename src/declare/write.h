/* SPDX-License-Identifier: ISC */
/* Texts as YAML that reads back as the same text. */
#ifndef DECLARE_WRITE_H
#define DECLARE_WRITE_H

#include "base/bytes.h"
#include "base/out.h"

#include <stddef.h>

/*
 * A scalar as the value of a key: plain where that is safe, a literal block
 * (|-) for clean text of several lines, else in double quotes with escapes.
 * Ends with LF. `indent` blanks stand before the lines of a block. Foreign
 * bytes that are no UTF-8 become U+FFFD.
 */
void yaml_put_value(struct out *to, struct bytes value, size_t indent);

/* The same in one line and without LF, for keys and lists in brackets. */
void yaml_put_scalar(struct out *to, struct bytes value);

/* A comment's text: one line, nothing a terminal would obey. */
void yaml_put_comment(struct out *to, struct bytes text);

#endif
