/* SPDX-License-Identifier: ISC */
/* Reads package URLs. */
#ifndef ADVISORIES_PURL_READ_H
#define ADVISORIES_PURL_READ_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"

/* Parts of a package URL, percent-decoded and in the type's own spelling; in
   the arena, or borrowed. Empty: not there. */
struct purl_parts {
	struct bytes type;  /* lower case */
	struct bytes space; /* namespace; segments joined by '/' */
	struct bytes name;
	struct bytes version;
	struct bytes qualifiers; /* as they stand, "arch=…&distro=…" */
	struct bytes subpath;
};

/*
 * Source: ECMA-427 / package-url specification, "How to parse a purl string".
 * ERR_MALFORMED, ERR_LIMIT (over LIMIT_PURL_LEN), ERR_MEMORY.
 */
enum err purl_read(
    struct bytes in, struct arena *arena, struct purl_parts *ret);

/* A qualifier's value, percent-decoded in the arena; empty: not there. */
struct bytes purl_qualifier(
    const struct purl_parts *purl, const char *key, struct arena *arena);

#endif
