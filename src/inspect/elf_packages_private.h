/* SPDX-License-Identifier: ISC */
/* The readers behind elf_packages_inspect(). */
#ifndef INSPECT_ELF_PACKAGES_PRIVATE_H
#define INSPECT_ELF_PACKAGES_PRIVATE_H

#include "base/err.h"
#include "inspect/elf_file.h"
#include "inspect/facts.h"
#include "unpack/unpack.h"

typedef enum err elf_package_reader(const struct unpack_event *file,
    const struct elf *elf, struct facts *facts);

elf_package_reader go_read_buildinfo, cargo_read_audit, note_read_package;

#endif
