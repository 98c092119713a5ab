/* SPDX-License-Identifier: ISC */
/* Random bytes from the kernel. */
#ifndef SYSTEM_RANDOM_H
#define SYSTEM_RANDOM_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* Fills `ret`; waits until the kernel has enough to draw on. ERR_SYSTEM. */
enum err random_bytes(uint8_t *ret, size_t len);

#endif
