/* SPDX-License-Identifier: ISC */
/* Version ranges as "vers:TYPE/>=1.0|<2.0", and single versions. */
#ifndef ADVISORIES_VERS_PRIVATE_H
#define ADVISORIES_VERS_PRIVATE_H

#include "advisories/version.h"
#include "base/bytes.h"

#include <stdbool.h>

/* How versions of a type of package URL, or of vers, are ordered. */
enum version_scheme vers_scheme(struct bytes type);

/* The same version; a 'v' in front of a digit counts for nothing. */
bool vers_same(enum version_scheme scheme, struct bytes a, struct bytes b);

/*
 * Whether the range holds the version. What is no range, or not comparable,
 * holds none; constraints may stand in any order. Source: package-url/
 * vers-spec, "Checking if a version is contained within a range".
 */
bool vers_holds(struct bytes range, struct bytes version);

#endif
