/* SPDX-License-Identifier: ISC */
/* Time that only goes forward, for deadlines, and the time of day. */
#ifndef SYSTEM_CLOCK_H
#define SYSTEM_CLOCK_H

#include <stdint.h>

/* Milliseconds since some fixed moment (CLOCK_MONOTONIC). */
uint64_t clock_now_ms(void);

/* Microseconds since 1970 (CLOCK_REALTIME): what people call the time. */
uint64_t clock_wall_usecs(void);

/* Milliseconds from now until `until_ms`, as poll() wants them; 0 when past. */
int clock_left_ms(uint64_t until_ms);

#endif
