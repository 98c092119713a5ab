/* SPDX-License-Identifier: ISC */
/* The range coder of LZMA: one bit after the other, as fast as it goes. */
#ifndef CODEC_LZMA_RANGE_PRIVATE_H
#define CODEC_LZMA_RANGE_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Source: LZMA SDK, lzma-specification. A probability is that of a clear bit,
 * in 2048ths. Whoever asks for a bit must know that *in is there.
 */

#define RANGE_INLINE static inline __attribute__((always_inline))

#define RANGE_MIN ((uint32_t)1 << 24)
#define RANGE_MODEL_BITS 11
#define RANGE_MOVE_BITS 5
#define RANGE_ONE ((uint32_t)1 << RANGE_MODEL_BITS)
#define RANGE_HALF (RANGE_ONE / 2)

struct range {
	const uint8_t *in; /* the next byte */
	uint32_t range;
	uint32_t code;
};

RANGE_INLINE void
range_shift(struct range *r)
{
	if (r->range < RANGE_MIN) {
		r->range <<= 8;
		r->code = r->code << 8 | *r->in++;
	}
}

/* A bit that decides what comes next. */
RANGE_INLINE bool
range_branch(struct range *r, uint16_t *prob)
{
	range_shift(r);
	uint32_t p = *prob;
	uint32_t bound = (r->range >> RANGE_MODEL_BITS) * p;

	if (r->code < bound) {
		r->range = bound;
		*prob = (uint16_t)(p + ((RANGE_ONE - p) >> RANGE_MOVE_BITS));
		return false;
	}
	r->range -= bound;
	r->code -= bound;
	*prob = (uint16_t)(p - (p >> RANGE_MOVE_BITS));
	return true;
}

/* What range_split() does, in C: the only way on other processors. */
RANGE_INLINE void
range_split_plain(struct range *r, uint32_t bound, uint32_t if_clear,
    uint32_t *if_set, size_t *at)
{
	uint32_t above = r->range - bound;
	uint64_t less = (uint64_t)r->code - bound; /* wraps when it is clear */
	uint32_t mask = 0U - (uint32_t)(less >> 63);

	r->range = above + (mask & (bound - above));
	r->code = (uint32_t)less + (mask & bound);
	*if_set ^= (*if_set ^ if_clear) & mask;
	*at += 1 - (mask & 1);
}

/*
 * The bit that code and bound give, without a branch, which would be foretold
 * wrongly every third time: range and code go to its side, *if_set becomes
 * if_clear when it is clear, and *at grows by it. One subtraction's carry moves
 * all of them; no compiler here makes that of C, and the chain from bit to bit
 * is what unpacking LZMA waits for.
 */
RANGE_INLINE void
range_split(struct range *r, uint32_t bound, uint32_t if_clear,
    uint32_t *if_set, size_t *at)
{
#if defined(__x86_64__) && defined(__LP64__)
	uint32_t code = r->code;

	__asm__(
	    "subl %[bound], %[range]\n\t"
	    "subl %[bound], %[code]\n\t"
	    "cmovbl %[bound], %[range]\n\t"
	    "cmovbl %[old], %[code]\n\t"
	    "cmovbl %[if_clear], %[if_set]\n\t"
	    "sbbq $-1, %[at]"
	    : [range] "+&r"(r->range), [code] "+&r"(code),
	    [if_set] "+&r"(*if_set), [at] "+&r"(*at)
	    : [bound] "r"(bound), [old] "r"(r->code), [if_clear] "r"(if_clear)
	    : "cc");
	r->code = code;
#else
	range_split_plain(r, bound, if_clear, if_set, at);
#endif
}

/*
 * A bit of a number, of the probability *p that stands at *prob; 2 * *at plus
 * the bit is the new *at. *p becomes what the next bit has: one of two, both
 * fetched before this bit is known.
 */
RANGE_INLINE void
range_bit(struct range *r, uint16_t *prob, uint32_t *p, uint32_t if_clear,
    uint32_t if_set, size_t *at)
{
	range_shift(r);
	uint32_t old = *p;
	uint32_t bound = (r->range >> RANGE_MODEL_BITS) * old;

	*at *= 2;
	range_split(r, bound, if_clear, &if_set, at);
	*p = if_set;
	/* old -= old >> 5, or old += (2048 - old) >> 5, which is less the
	   quotient of (old - 2048 + 31) by 32, rounded down */
	uint32_t mask = ((uint32_t)*at & 1) - 1;
	uint32_t part = old + (mask & (31 - RANGE_ONE));

	*prob = (uint16_t)(old - (uint32_t)((int32_t)part >> RANGE_MOVE_BITS));
}

RANGE_INLINE uint32_t
range_tree(struct range *r, uint16_t *probs, unsigned bits)
{
	size_t at = 1;
	uint32_t p = probs[1];

#pragma GCC unroll 8
	for (unsigned i = 1; i < bits; i++)
		range_bit(
		    r, &probs[at], &p, probs[2 * at], probs[2 * at + 1], &at);
	range_bit(r, &probs[at], &p, 0, 0, &at);
	return (uint32_t)at - (1U << bits);
}

/* Its lowest bit comes first. bits > 0. */
RANGE_INLINE uint32_t
range_reverse_tree(struct range *r, uint16_t *probs, unsigned bits)
{
	size_t at = 1;
	uint32_t p = probs[1];
	uint32_t value = 0;
	unsigned i = 0;

	for (; i + 1 < bits; i++) {
		range_bit(
		    r, &probs[at], &p, probs[2 * at], probs[2 * at + 1], &at);
		value |= ((uint32_t)at & 1) << i;
	}
	range_bit(r, &probs[at], &p, 0, 0, &at);
	return value | ((uint32_t)at & 1) << i;
}

/* Bits of no probability. */
RANGE_INLINE uint32_t
range_plain_bits(struct range *r, unsigned bits)
{
	size_t value = 0;

	for (; bits > 0; bits--) {
		range_shift(r);
		uint32_t half = r->range >> 1;
		struct range side = { r->in, 2 * half, r->code };
		uint32_t none = 0;

		value *= 2;
		range_split(&side, half, 0, &none, &value);
		r->code = side.code;
		r->range = half; /* on either side */
	}
	return (uint32_t)value;
}

/* A literal behind a match: it is not the byte that the match would go on
   with, so that one tells which probabilities to take. */
RANGE_INLINE uint32_t
range_matched(struct range *r, uint16_t *probs, size_t like)
{
	size_t at = 1;
	size_t offset = 0x100; /* 0 once a bit was another */
	uint16_t *prob = &probs[offset + (2 * like & offset) + at];
	uint32_t p = *prob;

#pragma GCC unroll 8
	for (unsigned i = 1; i < 8; i++) {
		like *= 2;
		size_t offset_set = like & offset;
		size_t offset_clear = offset ^ offset_set;
		uint16_t *if_set =
		    &probs[offset_set + (2 * like & offset_set) + 2 * at + 1];
		uint16_t *if_clear =
		    &probs[offset_clear + (2 * like & offset_clear) + 2 * at];

		range_bit(r, prob, &p, *if_clear, *if_set, &at);
		size_t mask = (at & 1) - 1;

		offset = offset_set ^ ((offset_set ^ offset_clear) & mask);
		prob = &probs[offset + (2 * like & offset) + at];
	}
	range_bit(r, prob, &p, 0, 0, &at);
	return (uint32_t)at & 0xff;
}

#endif
