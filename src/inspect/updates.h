/* SPDX-License-Identifier: ISC */
/* How the image updates itself: scripts that write flash, and what they check. */
#ifndef INSPECT_UPDATES_H
#define INSPECT_UPDATES_H

#include "base/err.h"
#include "inspect/facts.h"
#include "unpack/unpack.h"

/*
 * Looks at one shell script: FACT_FLASH_WRITE for a command that writes flash
 * with a file it was given, FACT_PLAIN_URL for downloads over http or ftp,
 * FACT_TLS_UNCHECKED; and at any file's name: FACT_UPDATER, FACT_RESET,
 * FACT_DEBUG_TOOL. ERR_MEMORY.
 */
enum err updates_inspect(const struct unpack_event *file, struct facts *facts);

#endif
