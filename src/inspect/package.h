/* SPDX-License-Identifier: ISC */
/* An installed package, as all readers of package databases tell it. */
#ifndef INSPECT_PACKAGE_H
#define INSPECT_PACKAGE_H

#include "base/bytes.h"
#include "base/err.h"
#include "inspect/facts.h"
#include "inspect/purl.h"
#include "unpack/unpack.h"

#include <stddef.h>

/* Longest name and version; npm allows 214 bytes, the others less. */
#define PACKAGE_NAME_LEN 256

struct package {
	struct purl purl;
	struct bytes name;    /* in reports; empty: the purl's */
	struct bytes version; /* as the database writes it; empty: the purl's */
	struct bytes cpe;     /* vendor:product; may be empty */
	struct bytes text;    /* the evidence where it does not stand in the
				 file in one piece; else empty: */
	size_t at, len;	      /* … then it is these bytes of the content */
	enum component_evidence kind;
};

/*
 * Adds a FACT_COMPONENT. Without a name, or with one or a version that is too
 * long or has control characters or blanks in it, nothing is added: such bytes
 * are no package's. ERR_MEMORY.
 */
enum err package_add(const struct unpack_event *file, struct facts *facts,
    const struct package *package);

#endif
