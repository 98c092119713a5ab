/* SPDX-License-Identifier: ISC */
/* What a developer's machine left in programs and firmware. */
#ifndef INSPECT_LEFTOVER_H
#define INSPECT_LEFTOVER_H

#include "base/err.h"
#include "inspect/facts.h"
#include "unpack/unpack.h"

/*
 * Adds at most one FACT_BUILD_LEFTOVER "path" for an ELF file or a blob
 * (blob_is()), of which the needles `held` are known: the first path below
 * somebody's home folder, /home/NAME/… or /Users/NAME/…, in it. Patterns
 * ("/home/%s/") are none. ERR_MEMORY.
 */
enum err leftover_inspect(
    const struct unpack_event *file, uint64_t held, struct facts *facts);

#endif
