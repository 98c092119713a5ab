/* SPDX-License-Identifier: ISC */
/* Permissions as the inodes store them. */
#ifndef INSPECT_MODES_H
#define INSPECT_MODES_H

#include "base/err.h"
#include "inspect/facts.h"
#include "unpack/unpack.h"

/* FACT_SETUID, and FACT_WORLD_WRITABLE ("file") for regular files. */
enum err modes_inspect(const struct unpack_event *file, struct facts *facts);

#endif
