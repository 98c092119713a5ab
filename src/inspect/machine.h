/* SPDX-License-Identifier: ISC */
/* Which machine bare code is for: by counting, by vector table. */
#ifndef INSPECT_MACHINE_H
#define INSPECT_MACHINE_H

#include "base/bytes.h"
#include "base/err.h"
#include "inspect/facts.h"
#include "unpack/unpack.h"

#include <stdbool.h>
#include <stdint.h>

struct machine_guess {
	const char *name; /* of DESIGN.md, static */
	bool big;
	size_t count; /* instructions counted; 1 for a header or vector table */
};

/*
 * Guesses the machine of bare code from the header of a PE file (UEFI), from a
 * Cortex-M vector table at its start (initial stack pointer in RAM, odd
 * handlers close together) or from how often the instructions occur by which
 * functions begin and end. False when none stands clear of chance: random
 * bytes, text and data give no guess.
 * Looks at the first MiB.
 */
bool machine_guess(struct bytes code, struct machine_guess *ret);

/*
 * Adds FACT_ARCHITECTURE with one vote for a blob (blob_is()) whose code gives
 * itself away, and FACT_OPERATING_SYSTEM with one vote for each system but
 * Linux (kernel_inspect()) whose own strings it holds. ERR_MEMORY.
 */
enum err machine_inspect(const struct unpack_event *file, struct facts *facts);

#endif
