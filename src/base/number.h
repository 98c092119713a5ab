/* SPDX-License-Identifier: ISC */
/* Sums and products of foreign numbers, checked. */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* False, and *ret untouched, when the result does not fit. */
static inline bool
size_add(size_t a, size_t b, size_t *ret)
{
	size_t sum;

	if (__builtin_add_overflow(a, b, &sum))
		return false;
	*ret = sum;
	return true;
}

static inline bool
size_mul(size_t a, size_t b, size_t *ret)
{
	size_t product;

	if (__builtin_mul_overflow(a, b, &product))
		return false;
	*ret = product;
	return true;
}

/* Rounds up to a multiple of `to`, a power of two; false on overflow. */
static inline bool
size_round_up(size_t value, size_t to, size_t *ret)
{
	size_t sum;

	if (!size_add(value, to - 1, &sum))
		return false;
	*ret = sum & ~(to - 1);
	return true;
}

static inline size_t
size_min(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Narrows; the caller has shown that it fits (asserted by saturation). */
static inline uint32_t
u32_saturate(uint64_t value)
{
	return value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

#endif
