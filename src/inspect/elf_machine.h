/* SPDX-License-Identifier: ISC */
/* The numbers by which ELF files name their machine. */
#ifndef INSPECT_ELF_MACHINE_H
#define INSPECT_ELF_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

/* Whether e_machine is one that exists in devices, with or without a name of
   ours. Source: gABI "e_machine", and avr32's unofficial 0x18ad. */
bool elf_machine_is_known(uint16_t e_machine);

/* The name of DESIGN.md for an ELF file's machine, static; NULL: none. */
const char *elf_machine_name(uint16_t e_machine, bool big, bool wide);

#endif
