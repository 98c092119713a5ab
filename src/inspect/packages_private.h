/* SPDX-License-Identifier: ISC */
/* The readers behind packages_inspect(), one for each kind of file. */
#ifndef INSPECT_PACKAGES_PRIVATE_H
#define INSPECT_PACKAGES_PRIVATE_H

#include "base/bytes.h"
#include "base/err.h"
#include "inspect/facts.h"
#include "inspect/package.h"
#include "unpack/unpack.h"

typedef enum err package_reader(
    const struct unpack_event *file, struct facts *facts);

/* os-release, openwrt_release, lsb-release; Yocto's /etc/build. */
package_reader release_read, release_read_build;

/* pacman's local/NAME-VERSION/desc. */
package_reader manifest_read_pacman;

/* What build systems leave: Buildroot's manifest.csv, Yocto's lists. */
package_reader manifest_read_buildroot, manifest_read_yocto,
    manifest_read_yocto_licenses;

/* rpm's databases: SQLite, ndb, Berkeley DB. */
package_reader rpm_read_sqlite, rpm_read_ndb, rpm_read_bdb;

/* The place of `part` in the file; it borrows its content. */
static inline void
package_set_evidence(
    struct package *package, const struct unpack_event *file, struct bytes part)
{
	package->at = (size_t)(part.ptr - file->node.content.ptr);
	package->len = part.len;
}

#endif
