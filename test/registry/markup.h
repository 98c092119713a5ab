/* SPDX-License-Identifier: ISC */
/* Whether a page is markup that we could have written, and nothing else. */
#ifndef TEST_REGISTRY_MARKUP_H
#define TEST_REGISTRY_MARKUP_H

#include "base/bytes.h"

enum markup_kind {
	MARKUP_HTML,
	MARKUP_XML, /* Atom, SVG */
};

/*
 * NULL when every element is closed in its order (but for the void ones of
 * HTML), names are plain, values are quoted, no attribute runs script or styles
 * itself, links lead to http, https, data pictures or a path, scripts come from
 * /assets/, and every & begins an entity. Else what is wrong; static.
 */
const char *markup_check(struct bytes in, enum markup_kind kind);

#endif
