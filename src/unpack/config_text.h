/* SPDX-License-Identifier: ISC */
/* Texts of settings in libconfig's or JSON's syntax, one item at a time. */
#ifndef UNPACK_CONFIG_TEXT_H
#define UNPACK_CONFIG_TEXT_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>

enum config_kind {
	CONFIG_VALUE,
	CONFIG_OPEN, /* of a group, list or array */
	CONFIG_CLOSE,
};

/* Borrows from the text. */
struct config_item {
	enum config_kind kind;
	struct bytes name;  /* of a value or what opens; empty in lists */
	struct bytes value; /* without quotes, escapes as written */
	size_t depth;	    /* of what it stands in; 0: outermost */
};

/* Set up with config_open(); nothing is to be released. */
struct config_text {
	struct bytes rest;
	size_t depth;
};

struct config_text config_open(struct bytes text);

/*
 * The next item; false at the end and where the text is neither. Both syntaxes
 * are read alike, so that what only one of them allows passes too. Source:
 * libconfig's manual, chapter 2; RFC 8259.
 */
bool config_next(struct config_text *c, struct config_item *ret);

#endif
