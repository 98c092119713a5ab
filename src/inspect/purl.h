/* SPDX-License-Identifier: ISC */
/* Package URLs, each type's spelling of names included. */
#ifndef INSPECT_PURL_H
#define INSPECT_PURL_H

#include "base/bytes.h"
#include "base/out.h"

/* The parts of a package URL; foreign but for the type. Empty: left out. */
struct purl {
	const char *type;   /* "deb", "npm", …; static */
	struct bytes space; /* vendor, group, scope; parts joined by '/' */
	struct bytes name;  /* likewise of golang: all of the module's path */
	struct bytes version;
	struct bytes arch, epoch; /* qualifiers */
};

/*
 * Writes pkg:type/space/name@version?arch=…&epoch=…, percent-encoded, with
 * names and spaces in the spelling that the type asks for (lower case, PyPI's
 * dashes). Source: package-url specification, "How to build purl string from
 * its components", "Character encoding" (the colon stays) and types/.
 */
void purl_put(struct out *o, const struct purl *purl);

#endif
