/* SPDX-License-Identifier: ISC */
/* What a program says of the packages that it was made from. */
#ifndef INSPECT_ELF_PACKAGES_H
#define INSPECT_ELF_PACKAGES_H

#include "base/err.h"
#include "inspect/elf_file.h"
#include "inspect/facts.h"
#include "unpack/unpack.h"

/*
 * For an ELF program or library, a FACT_COMPONENT (EVIDENCE_DESCRIPTOR) for
 * - the Go toolchain ("golang"), the main module and each module it needs, with
 *   replacements followed, from the build information of Go's linker;
 * - each crate that Rust's cargo-auditable recorded in section .dep-v0, but for
 *   those that only took part in the build;
 * - the distribution's package of a .note.package, which needs no sections.
 * ERR_MEMORY.
 * Sources: Go, src/debug/buildinfo and src/runtime/debug/mod.go;
 * cargo-auditable, PARSING.md; UAPI group, "Package Metadata for Executable
 * Files".
 */
enum err elf_packages_inspect(
    const struct unpack_event *file, struct facts *facts);

#endif
