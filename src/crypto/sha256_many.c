/* SPDX-License-Identifier: ISC */
/* SHA-256 of sixteen messages in step: each has a place in every register. */

/*
 * libcrypto has no call for several messages, and one by one they leave most of
 * the processor idle: every round needs the result of the one before. The rule
 * "#ifdef only in system/" is broken by the one below because the header with
 * the instructions exists for this architecture alone. Other processors, and C
 * libraries that do not tell what theirs can, get the function at the end. See
 * docs/decisions/007-sha256-of-many.md.
 */
#include "crypto/sha256_many.h"

#if defined(__x86_64__) && __has_include(<sys/platform/x86.h>)

#include <immintrin.h>
#include <string.h>
#include <sys/platform/x86.h>

/* These functions are compiled for AVX-512 and nothing else is: a whole file
   that was would hand its registers' upper halves to libcrypto's older code. */
#define WIDE __attribute__((target("avx512f,avx512bw")))
#define WIDE_INLINE static inline __attribute__((always_inline)) WIDE

#define LANES 16
#define BLOCK_LEN ((size_t)64)
#define BLOCK_WORDS 16
#define DIGEST_LEN ((size_t)32)
#define DIGEST_WORDS 8
#define COUNT_LEN 8 /* of a message's bits, in its last block */

_Static_assert(8 * (1 + SHA256_MANY_LEN_MAX) <= INT32_MAX,
    "load_row() writes one word of two");

/* FIPS 180-4 §4.2.2. */
static const uint32_t round_constants[64] = { 0x428a2f98, 0x71374491,
	0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
	0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
	0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d,
	0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb,
	0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
	0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
	0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb,
	0xbef9a3f7, 0xc67178f2 };

/* §5.3.3. */
static const uint32_t initial[DIGEST_WORDS] = { 0x6a09e667, 0xbb67ae85,
	0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab,
	0x5be0cd19 };

/* What a lane hashes. */
struct message {
	struct bytes rest;
	uint8_t *ret;
	size_t block; /* the next one */
	size_t blocks;
};

struct lanes {
	_Alignas(BLOCK_LEN) uint32_t state[DIGEST_WORDS][LANES];
	struct message message[LANES];
	unsigned busy; /* so many lanes, from 0 on */
	uint8_t first;
};

/* §4.1.2, of all lanes: the logic of three words is one instruction, whose
   table gives the result for each of the eight ways their bits can be. */
#define TABLE_XOR 0x96
#define TABLE_CH 0xca
#define TABLE_MAJ 0xe8

WIDE_INLINE __m512i
xor3(__m512i x, __m512i y, __m512i z)
{
	return _mm512_ternarylogic_epi32(x, y, z, TABLE_XOR);
}

WIDE_INLINE __m512i
add(__m512i x, __m512i y)
{
	return _mm512_add_epi32(x, y);
}

/* Round `at` of §6.2.2 step 3, `sum` being K + W. The letters stay where they are
   in `v`; it is their names that move. */
WIDE_INLINE void
take_round(__m512i v[DIGEST_WORDS], unsigned at, __m512i sum)
{
	__m512i a = v[(0 - at) % 8];
	__m512i b = v[(1 - at) % 8];
	__m512i c = v[(2 - at) % 8];
	__m512i e = v[(4 - at) % 8];
	__m512i f = v[(5 - at) % 8];
	__m512i g = v[(6 - at) % 8];
	__m512i h = v[(7 - at) % 8];
	__m512i sigma_0 = xor3(_mm512_ror_epi32(a, 2), _mm512_ror_epi32(a, 13),
	    _mm512_ror_epi32(a, 22));
	__m512i sigma_1 = xor3(_mm512_ror_epi32(e, 6), _mm512_ror_epi32(e, 11),
	    _mm512_ror_epi32(e, 25));
	__m512i ch = _mm512_ternarylogic_epi32(e, f, g, TABLE_CH);
	__m512i maj = _mm512_ternarylogic_epi32(a, b, c, TABLE_MAJ);
	__m512i t1 = add(add(h, sigma_1), add(ch, sum));

	v[(3 - at) % 8] = add(v[(3 - at) % 8], t1);
	v[(7 - at) % 8] = add(t1, add(sigma_0, maj));
}

/* Step 1: word `at` of the next sixteen takes the place of the old one. */
WIDE_INLINE void
next_word(__m512i w[BLOCK_WORDS], unsigned at)
{
	__m512i x = w[(at + 1) % 16];
	__m512i y = w[(at + 14) % 16];
	__m512i sigma_0 = xor3(_mm512_ror_epi32(x, 7), _mm512_ror_epi32(x, 18),
	    _mm512_srli_epi32(x, 3));
	__m512i sigma_1 = xor3(_mm512_ror_epi32(y, 17), _mm512_ror_epi32(y, 19),
	    _mm512_srli_epi32(y, 10));

	w[at] = add(add(w[at], sigma_0), add(w[(at + 9) % 16], sigma_1));
}

WIDE_INLINE void
take_words(__m512i state[DIGEST_WORDS], __m512i w[BLOCK_WORDS])
{
	__m512i v[DIGEST_WORDS];

	for (unsigned i = 0; i < DIGEST_WORDS; i++)
		v[i] = state[i];
	for (unsigned at = 0; at < 64; at += BLOCK_WORDS) {
		/* Unrolled, else places in `v` and `w` were not registers. */
		_Pragma("GCC unroll 16") for (unsigned i = 0; i < BLOCK_WORDS;
					      i++)
		{
			__m512i k =
			    _mm512_set1_epi32((int)round_constants[at + i]);

			take_round(v, i, add(k, w[i]));
			if (at + BLOCK_WORDS < 64)
				next_word(w, i);
		}
	}
	for (unsigned i = 0; i < DIGEST_WORDS; i++)
		state[i] = add(state[i], v[i]);
}

/* Words are big-endian. */
WIDE_INLINE __m512i
turn_words(void)
{
	return _mm512_broadcast_i32x4(
	    _mm_set_epi32(0x0c0d0e0f, 0x08090a0b, 0x04050607, 0x00010203));
}

/* The next block of a message: the first byte, what follows on it, a byte 80,
   zeroes and the length (§5.1.1), as far as they lie in there. No byte beside
   the message is read: those that a mask leaves out are not touched. */
WIDE_INLINE __m512i
load_row(const struct message *m, uint8_t first)
{
	size_t begin = m->block * BLOCK_LEN; /* in the message, first and all */
	size_t end = 1 + m->rest.len;
	size_t at = begin > 0 ? begin - 1 : 0; /* in the rest */
	size_t room = begin > 0 ? BLOCK_LEN : BLOCK_LEN - 1;
	__m512i row = _mm512_setzero_si512();

	if (m->rest.len > at) {
		size_t len = m->rest.len - at < room ? m->rest.len - at : room;

		row = _mm512_maskz_loadu_epi8(
		    ~(__mmask64)0 >> (BLOCK_LEN - len), m->rest.ptr + at);
	}
	if (begin == 0) {
		/* A byte onwards: each quarter gets the last one of that
		   before it. */
		__m512i before =
		    _mm512_alignr_epi32(row, _mm512_set1_epi8((char)first), 12);

		row = _mm512_alignr_epi8(row, before, 15);
	}
	if (end >= begin && end - begin < BLOCK_LEN)
		row = _mm512_mask_mov_epi8(row, (__mmask64)1 << (end - begin),
		    _mm512_set1_epi8((char)0x80));
	row = _mm512_shuffle_epi8(row, turn_words());
	if (m->block + 1 == m->blocks)
		row = _mm512_mask_mov_epi32(
		    row, 1U << 15, _mm512_set1_epi32((int)(8 * end)));
	return row;
}

/* Of each four rows 4 r to 4 r + 3 a quarter q becomes: word 4 q + c of all four,
   in row 4 r + c. */
WIDE_INLINE void
mix_rows(__m512i *row, unsigned count)
{
	for (unsigned i = 0; i < count; i += 4) {
		__m512i a = _mm512_unpacklo_epi32(row[i], row[i + 1]);
		__m512i b = _mm512_unpackhi_epi32(row[i], row[i + 1]);
		__m512i c = _mm512_unpacklo_epi32(row[i + 2], row[i + 3]);
		__m512i d = _mm512_unpackhi_epi32(row[i + 2], row[i + 3]);

		row[i] = _mm512_unpacklo_epi64(a, c);
		row[i + 1] = _mm512_unpackhi_epi64(a, c);
		row[i + 2] = _mm512_unpacklo_epi64(b, d);
		row[i + 3] = _mm512_unpackhi_epi64(b, d);
	}
}

/* The blocks of all lanes, a row each, become sixteen words of each: §5.2.1. */
WIDE_INLINE void
load_words(struct lanes *l, __m512i w[BLOCK_WORDS])
{
	__m512i row[LANES];

	for (unsigned i = 0; i < LANES; i++)
		row[i] = i < l->busy ? load_row(&l->message[i], l->first)
				     : _mm512_setzero_si512();
	for (unsigned i = 0; i < l->busy; i++)
		l->message[i].block++;
	mix_rows(row, LANES);
	for (unsigned c = 0; c < 4; c++) {
		__m512i even = _mm512_shuffle_i32x4(row[c], row[4 + c], 0x88);
		__m512i odd = _mm512_shuffle_i32x4(row[c], row[4 + c], 0xdd);
		__m512i even_2 =
		    _mm512_shuffle_i32x4(row[8 + c], row[12 + c], 0x88);
		__m512i odd_2 =
		    _mm512_shuffle_i32x4(row[8 + c], row[12 + c], 0xdd);

		w[c] = _mm512_shuffle_i32x4(even, even_2, 0x88);
		w[4 + c] = _mm512_shuffle_i32x4(odd, odd_2, 0x88);
		w[8 + c] = _mm512_shuffle_i32x4(even, even_2, 0xdd);
		w[12 + c] = _mm512_shuffle_i32x4(odd, odd_2, 0xdd);
	}
}

/* A block of every lane. */
WIDE static void
take_blocks(struct lanes *l)
{
	__m512i state[DIGEST_WORDS];
	__m512i w[BLOCK_WORDS];

	load_words(l, w);
	for (unsigned i = 0; i < DIGEST_WORDS; i++)
		state[i] = _mm512_load_si512(l->state[i]);
	take_words(state, w);
	for (unsigned i = 0; i < DIGEST_WORDS; i++)
		_mm512_store_si512(l->state[i], state[i]);
}

/* What a digest is of every lane, were this its last block. */
WIDE static void
read_states(const struct lanes *l, uint8_t ret[LANES][DIGEST_LEN])
{
	const __m512i turn = turn_words();
	__m512i row[DIGEST_WORDS];

	for (unsigned i = 0; i < DIGEST_WORDS; i++)
		row[i] =
		    _mm512_shuffle_epi8(_mm512_load_si512(l->state[i]), turn);
	/* Four words of lane 4 q + c are quarter q of row[c], the other four that
	   of row[4 + c]. */
	mix_rows(row, DIGEST_WORDS);
	for (size_t c = 0; c < 4; c++) {
		_Alignas(BLOCK_LEN) uint8_t low[BLOCK_LEN];
		_Alignas(BLOCK_LEN) uint8_t high[BLOCK_LEN];

		_mm512_store_si512(low, row[c]);
		_mm512_store_si512(high, row[4 + c]);
		for (size_t i = 0; i < 4; i++) {
			memcpy(ret[4 * i + c], low + 16 * i, 16);
			memcpy(ret[4 * i + c] + 16, high + 16 * i, 16);
		}
	}
}

static void
open_lane(struct lanes *l, unsigned lane, struct bytes rest, uint8_t *ret)
{
	l->message[lane] = (struct message){
		.rest = rest,
		.ret = ret,
		.blocks = (rest.len + 1 + COUNT_LEN) / BLOCK_LEN + 1,
	};
	for (unsigned i = 0; i < DIGEST_WORDS; i++)
		l->state[i][lane] = initial[i];
}

/* The last one of those that are busy takes a lane's place. */
static void
close_lane(struct lanes *l, unsigned lane)
{
	unsigned last = --l->busy;

	if (lane == last)
		return;
	l->message[lane] = l->message[last];
	for (unsigned i = 0; i < DIGEST_WORDS; i++)
		l->state[i][lane] = l->state[i][last];
}

/* Digests of the messages that end here; their lanes are free. */
static void
finish_blocks(struct lanes *l)
{
	uint8_t digest[LANES][DIGEST_LEN];
	bool any = false;

	for (unsigned i = l->busy; i-- > 0;) {
		if (l->message[i].block < l->message[i].blocks)
			continue;
		if (!any)
			read_states(l, digest);
		any = true;
		memcpy(l->message[i].ret, digest[i], DIGEST_LEN);
		close_lane(l, i);
	}
}

bool
sha256_many(uint8_t first, const struct bytes *rest, size_t count, uint8_t *ret)
{
	struct lanes l = { .first = first };
	size_t next = 0;

	if (!CPU_FEATURE_ACTIVE(AVX512F) || !CPU_FEATURE_ACTIVE(AVX512BW))
		return false;
	for (;;) {
		for (; l.busy < LANES && next < count; next++)
			if (rest[next].len <= SHA256_MANY_LEN_MAX)
				open_lane(&l, l.busy++, rest[next],
				    ret + next * DIGEST_LEN);
		if (l.busy == 0)
			return true;
		take_blocks(&l);
		finish_blocks(&l);
	}
}

#else

bool
sha256_many(uint8_t first, const struct bytes *rest, size_t count, uint8_t *ret)
{
	(void)first;
	(void)rest;
	(void)count;
	(void)ret;
	return false;
}

#endif
