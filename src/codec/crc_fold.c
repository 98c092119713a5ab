/* SPDX-License-Identifier: ISC */
/* CRC-32 of 64 bytes at a step, by multiplying without carries. */

/*
 * zlib's tables take 0.5 ns a byte, this a tenth of that; a squashfs of xz
 * blocks and the ledger's write-ahead record are summed from end to end. The
 * rule "#ifdef only in system/" is broken as in crypto/sha256_many.c: the
 * header with the instructions exists for this architecture alone.
 *
 * Source: Gopal et al., "Fast CRC Computation for Generic Polynomials Using
 * PCLMULQDQ Instruction", Intel 2009, with the constants of its section on the
 * reflected 0x04c11db7. A remainder of so many bits further on is the product
 * with x to that power modulo the polynomial, so blocks are moved on top of
 * later ones and added, until one of 16 bytes is left.
 */
#include "codec/crc_fold.h"

#if defined(__x86_64__) && __has_include(<sys/platform/x86.h>)

#include <immintrin.h>
#include <sys/platform/x86.h>

#define FOLDING __attribute__((target("pclmul,sse4.1")))
#define FOLDING_INLINE static inline __attribute__((always_inline)) FOLDING

#define LANE_LEN ((size_t)16)
#define LANES 4

/* Moves `from` on by the distance that the two factors stand for. */
FOLDING_INLINE __m128i
move(__m128i from, __m128i factors, __m128i onto)
{
	__m128i low = _mm_clmulepi64_si128(from, factors, 0x00);
	__m128i high = _mm_clmulepi64_si128(from, factors, 0x11);

	return _mm_xor_si128(_mm_xor_si128(low, high), onto);
}

FOLDING_INLINE __m128i
load(const uint8_t *from)
{
	return _mm_loadu_si128((const __m128i_u *)from);
}

/* The remainder of 16 bytes. */
FOLDING_INLINE uint32_t
reduce(__m128i in, __m128i by_lane)
{
	const __m128i low_words = _mm_set_epi32(0, -1, 0, -1);
	const __m128i by_64 = _mm_set_epi64x(0, 0x163cd6124);
	/* the polynomial, and 2 to the 64 divided by it: Barrett */
	const __m128i barrett = _mm_set_epi64x(0x1f7011641, 0x1db710641);

	/* 128 bits to 96 to 64 */
	in = _mm_xor_si128(
	    _mm_srli_si128(in, 8), _mm_clmulepi64_si128(in, by_lane, 0x10));
	in = _mm_xor_si128(_mm_srli_si128(in, 4),
	    _mm_clmulepi64_si128(_mm_and_si128(in, low_words), by_64, 0x00));
	__m128i quotient =
	    _mm_clmulepi64_si128(_mm_and_si128(in, low_words), barrett, 0x10);

	in = _mm_xor_si128(in,
	    _mm_clmulepi64_si128(
		_mm_and_si128(quotient, low_words), barrett, 0x00));
	return (uint32_t)_mm_extract_epi32(in, 1);
}

FOLDING static uint32_t
fold(uint32_t crc, const uint8_t *at, size_t len)
{
	const __m128i by_step = _mm_set_epi64x(0x1c6e41596, 0x154442bd4);
	const __m128i by_lane = _mm_set_epi64x(0x0ccaa009e, 0x1751997d0);
	__m128i lane[LANES];

	for (size_t i = 0; i < LANES; i++)
		lane[i] = load(at + i * LANE_LEN);
	lane[0] = _mm_xor_si128(lane[0], _mm_cvtsi32_si128((int)~crc));
	for (size_t done = CRC_FOLD_STEP; done < len; done += CRC_FOLD_STEP)
		for (size_t i = 0; i < LANES; i++)
			lane[i] = move(
			    lane[i], by_step, load(at + done + i * LANE_LEN));
	for (size_t i = 1; i < LANES; i++)
		lane[0] = move(lane[0], by_lane, lane[i]);
	return ~reduce(lane[0], by_lane);
}

bool
crc_fold(uint32_t *crc, const uint8_t *at, size_t len)
{
	if (!CPU_FEATURE_ACTIVE(PCLMULQDQ) || !CPU_FEATURE_ACTIVE(SSE4_1))
		return false;
	*crc = fold(*crc, at, len);
	return true;
}

#else

bool
crc_fold(uint32_t *crc, const uint8_t *at, size_t len)
{
	(void)crc;
	(void)at;
	(void)len;
	return false;
}

#endif
