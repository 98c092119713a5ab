/* SPDX-License-Identifier: ISC */
/* Which packages of a distribution hold which component. */
#ifndef BASELINE_PACKAGE_NAMES_H
#define BASELINE_PACKAGE_NAMES_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/data.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct package_name {
	struct bytes package; /* without the '*' at its end */
	struct bytes component;
	struct bytes cpe; /* the component's, of components/; may be empty */
	bool open_end;	  /* there was one */
};

struct package_names {
	struct package_name *rows; /* in the arena; texts borrow the set */
	size_t count;
};

/*
 * Reads package-names.tsv, and the CPE names out of components/; a set
 * without the first gives an empty list.
 * ERR_MALFORMED (line in ret_fault->at), ERR_MEMORY.
 */
enum err package_names_read(const struct data_set *data, struct arena *arena,
    struct package_names *ret, struct fault *ret_fault);

/* Whether the package is one of this row. */
bool package_name_fits(const struct package_name *row, struct bytes package);

/*
 * What upstream calls the version of a package: without epoch, revision and
 * the marks of repacking ("1:2.10+dfsg-12+deb12u3" is 2.10). Borrows.
 */
struct bytes package_upstream_version(struct bytes version);

#endif
