/* SPDX-License-Identifier: ISC */
/* Package databases of distributions, and what a system calls itself. */
#ifndef INSPECT_PACKAGES_H
#define INSPECT_PACKAGES_H

#include "base/err.h"
#include "inspect/facts.h"
#include "unpack/unpack.h"

/*
 * By the file's name inside its file system:
 * - status files of opkg, ipkg and dpkg, dpkg's status.d, opkg's
 *   info/NAME.control and apk's installed: a FACT_COMPONENT for each package
 *   that is installed (unpacked and on hold count; removed, only configured or
 *   never installed do not). The version is the database's own, revision
 *   included. opkg's .control files repeat what a status file says: equal
 *   facts, other path;
 * - rpm's rpmdb.sqlite, Packages.db (ndb) and Packages (Berkeley DB), pacman's
 *   local/NAME/desc: likewise;
 * - Buildroot's manifest.csv, Yocto's image and license.manifest: likewise;
 * - os-release, openwrt_release, lsb-release: FACT_OPERATING_SYSTEM linux,
 *   with the pretty name as detail, and a FACT_COMPONENT (EVIDENCE_DESCRIPTOR)
 *   for the distribution; that too from Yocto's /etc/build.
 * ERR_MEMORY.
 * Source: Debian Policy 5.1, dpkg(1) "PACKAGE STATES", apk-tools "apk spec",
 * os-release(5); the others stand beside their readers.
 */
enum err packages_inspect(const struct unpack_event *file, struct facts *facts);

#endif
