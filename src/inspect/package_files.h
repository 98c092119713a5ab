/* SPDX-License-Identifier: ISC */
/* Packages in their own files: what is to be installed, not what is. */
#ifndef INSPECT_PACKAGE_FILES_H
#define INSPECT_PACKAGE_FILES_H

#include "base/err.h"
#include "inspect/facts.h"
#include "unpack/unpack.h"

/*
 * The control file of a deb or ipk (in its control.tar) and the .PKGINFO of an
 * apk or of pacman's packages: one FACT_COMPONENT. ERR_MEMORY. Sources: Debian
 * Policy §5.3; Alpine's wiki, "Apk spec".
 */
enum err package_files_inspect(
    const struct unpack_event *file, struct facts *facts);

/* The same of an RPM, whose name its reader has in the chunk's detail. */
enum err package_files_inspect_chunk(
    const struct unpack_event *event, struct facts *facts);

#endif
