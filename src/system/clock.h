/* SPDX-License-Identifier: ISC */
/* Time that only goes forward, for deadlines. */
#ifndef SYSTEM_CLOCK_H
#define SYSTEM_CLOCK_H

#include <stdint.h>

/* Milliseconds since some fixed moment (CLOCK_MONOTONIC). */
uint64_t clock_now_ms(void);

/* Milliseconds from now until `until_ms`, as poll() wants them; 0 when past. */
int clock_left_ms(uint64_t until_ms);

#endif
