/* SPDX-License-Identifier: ISC */
/* Package databases of opkg, dpkg and apk, and what a system calls itself. */
#ifndef INSPECT_PACKAGES_H
#define INSPECT_PACKAGES_H

#include "base/err.h"
#include "inspect/facts.h"
#include "unpack/unpack.h"

/*
 * By the file's name inside its file system:
 * - status files of opkg and dpkg, dpkg's status.d, opkg's info/NAME.control
 *   and apk's installed: a FACT_COMPONENT for each package that is installed
 *   (unpacked and on hold count; removed, only configured or never installed
 *   do not). The version is the database's own, revision included. opkg's
 *   .control files repeat what a status file says: equal facts, other path;
 * - os-release, openwrt_release, lsb-release: FACT_OPERATING_SYSTEM linux,
 *   with the pretty name as detail.
 * ERR_MEMORY.
 * Source: Debian Policy 5.1, dpkg(1) "PACKAGE STATES", apk-tools "apk spec",
 * os-release(5).
 */
enum err packages_inspect(const struct unpack_event *file, struct facts *facts);

#endif
