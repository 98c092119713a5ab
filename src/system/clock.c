/* SPDX-License-Identifier: ISC */
/* Reads the clocks. */
#include "system/clock.h"

#include <assert.h>
#include <limits.h>
#include <time.h>

uint64_t
clock_now_ms(void)
{
	struct timespec now;
	int failed = clock_gettime(CLOCK_MONOTONIC, &now);

	assert(failed == 0); /* the clock exists on every Linux */
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

uint64_t
clock_wall_usecs(void)
{
	struct timespec now;
	int failed = clock_gettime(CLOCK_REALTIME, &now);

	assert(failed == 0); /* likewise */
	return now.tv_sec < 0
	    ? 0
	    : (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

int
clock_left_ms(uint64_t until_ms)
{
	uint64_t now = clock_now_ms();

	if (until_ms <= now)
		return 0;
	return until_ms - now > INT_MAX ? INT_MAX : (int)(until_ms - now);
}
