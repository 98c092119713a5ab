/* SPDX-License-Identifier: ISC */
/* How programs are built: which protections concern one, and which it has. */
#ifndef BASELINE_HARDENING_H
#define BASELINE_HARDENING_H

#include "inspect/facts.h"

#include <stdbool.h>

/* All take a FACT_ELF. */

/* Something that is started: no library, module or loose object. */
bool hardening_is_program(const struct fact *elf);

/* A program or a library; never kernel modules or loose objects. */
bool hardening_is_user_code(const struct fact *elf);

/* A program that talks to the network. */
bool hardening_faces_network(const struct fact *elf);

/* Old MIPS tool chains say nothing of the stack, in either direction. */
bool hardening_is_mips(const struct fact *elf);

enum protection {
	PROTECTION_STACK, /* non-executable stack */
	PROTECTION_RELRO, /* full RELRO */
	PROTECTION_PIE,
	PROTECTION_CANARY,
	PROTECTION_FORTIFY,
	PROTECTION_COUNT
};

/* Whether the question makes sense for this file. */
bool hardening_concerns(enum protection protection, const struct fact *elf);

/* Whether it has the protection. */
bool hardening_has(enum protection protection, const struct fact *elf);

#endif
