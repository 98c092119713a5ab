/* SPDX-License-Identifier: ISC */
/* ELF files: how each was built, what it needs and what it imports. */
#ifndef INSPECT_ELF_H
#define INSPECT_ELF_H

#include "base/bytes.h"
#include "base/err.h"
#include "inspect/facts.h"
#include "unpack/unpack.h"

#include <stdbool.h>

/* Whether elf_read_header() (inspect/elf_file.h) takes it for one. */
bool elf_is(struct bytes in);

/*
 * Adds one FACT_ELF for an ELF file (none for a core dump, which is a
 * FACT_BUILD_LEFTOVER), a FACT_ARCHITECTURE when its machine has a name,
 * a vote for linux when it asks for a dynamic loader in /lib, and FACT_RPATH.
 * Reads program headers and the dynamic segment only: routers strip sections.
 * What lies outside the file is as if it were not there. ERR_MEMORY.
 */
enum err elf_inspect(const struct unpack_event *file, struct facts *facts);

#endif
