/* SPDX-License-Identifier: ISC */
/* The LZMA decoder itself: bits are read without branches where no processor
   could foretell them. */
#include "codec/lzma_once.h"

#include "base/number.h"

#include <string.h>

#define INLINE static inline __attribute__((always_inline))

#define RANGE_MIN ((uint32_t)1 << 24)
#define MODEL_BITS 11
#define MOVE_BITS 5
#define HALF (1U << (MODEL_BITS - 1))

#define BEGIN_LEN ((size_t)5)
/* More than one symbol can take: 20 bytes. */
#define SYMBOL_IN ((size_t)24)

#define MATCH_MIN 2
#define END_DISTANCE UINT32_MAX
/* States below this one follow a literal. */
#define STATE_LITERALS 7
#define COPY_STEP ((size_t)16)

/* What a run keeps in registers. */
struct running {
	struct once_decoder *d;
	const uint8_t *in;
	uint8_t *out;
	size_t begin;
	size_t at;
	size_t limit;
	uint32_t range;
	uint32_t code;
	uint32_t state;
	uint32_t rep0, rep1, rep2, rep3;
};

static void
fill(uint16_t *probs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		probs[i] = HALF;
}

static void
fill_lengths(struct once_lengths *l)
{
	fill(l->choice, 2);
	fill(l->low[0], (size_t)ONCE_POSITIONS * 8);
	fill(l->middle[0], (size_t)ONCE_POSITIONS * 8);
	fill(l->high, 256);
}

void
once_reset(struct once_decoder *d)
{
	d->state = 0;
	memset(d->rep, 0, sizeof(d->rep));
	d->pending = 0;
	fill(d->match[0], (size_t)ONCE_STATES * ONCE_POSITIONS);
	fill(d->is_rep, ONCE_STATES);
	fill(d->is_rep0, ONCE_STATES);
	fill(d->is_rep1, ONCE_STATES);
	fill(d->is_rep2, ONCE_STATES);
	fill(d->rep0_long[0], (size_t)ONCE_STATES * ONCE_POSITIONS);
	fill(d->slot[0], (size_t)4 * 64);
	fill(d->special, 128);
	fill(d->align, 16);
	fill_lengths(&d->lengths);
	fill_lengths(&d->rep_lengths);
	fill(d->literal, ((size_t)0x300 << d->lc) * (d->lp_mask + 1));
}

bool
once_set_props(struct once_decoder *d, uint8_t props)
{
	uint32_t lc = props % 9;
	uint32_t lp = props / 9 % 5;
	uint32_t pb = props / 45;

	if (pb > 4 || lc + lp > ONCE_LITERAL_BITS)
		return false;
	d->lc = lc;
	d->lp_mask = (1U << lp) - 1;
	d->pb_mask = (1U << pb) - 1;
	once_reset(d);
	return true;
}

bool
once_begin(struct once_decoder *d, struct bytes *in)
{
	if (in->len < BEGIN_LEN || in->ptr[0] != 0)
		return false;
	d->range = UINT32_MAX;
	d->code = 0;
	for (size_t i = 1; i < BEGIN_LEN; i++)
		d->code = d->code << 8 | in->ptr[i];
	*in = bytes_from(*in, BEGIN_LEN);
	return true;
}

INLINE void
shift(struct running *r)
{
	if (r->range < RANGE_MIN) {
		r->range <<= 8;
		r->code = r->code << 8 | *r->in++;
	}
}

/* A bit that decides what comes next. */
INLINE bool
branch(struct running *r, uint16_t *prob)
{
	shift(r);
	uint32_t p = *prob;
	uint32_t bound = (r->range >> MODEL_BITS) * p;

	if (r->code < bound) {
		r->range = bound;
		*prob = (uint16_t)(p + (((1U << MODEL_BITS) - p) >> MOVE_BITS));
		return false;
	}
	r->range -= bound;
	r->code -= bound;
	*prob = (uint16_t)(p - (p >> MOVE_BITS));
	return true;
}

/*
 * A bit of a number, of the probability p that stands at *prob. All ones when
 * it is clear, else zero: what follows is computed with this mask, for a branch
 * would be foretold wrongly every third time.
 */
INLINE uint32_t
clear(struct running *r, uint16_t *prob, uint32_t p)
{
	shift(r);
	uint32_t bound = (r->range >> MODEL_BITS) * p;
	uint32_t above = r->range - bound;
	uint64_t less = (uint64_t)r->code - bound; /* wraps when it is clear */
	uint32_t mask = 0U - (uint32_t)(less >> 63);

	r->range = above + (mask & (bound - above));
	r->code = (uint32_t)less + (mask & bound);
	/* p -= p >> 5, or p += (2048 - p) >> 5, in one: both shift down */
	uint32_t up = ((1U << MODEL_BITS) - p) >> MOVE_BITS;
	uint32_t down = p >> MOVE_BITS;

	*prob = (uint16_t)(p - down + (mask & (up + down)));
	return mask;
}

/* Both probabilities that may come next are fetched before the bit is known. */
INLINE uint32_t
tree(struct running *r, uint16_t *probs, unsigned bits)
{
	uint32_t at = 1;
	uint32_t p = probs[1];

#pragma GCC unroll 8
	for (unsigned i = 1; i < bits; i++) {
		uint32_t next = 2 * at;
		uint32_t if_clear = probs[next];
		uint32_t if_set = probs[next + 1];
		uint32_t mask = clear(r, &probs[at], p);

		p = if_set ^ ((if_set ^ if_clear) & mask);
		at = next + 1 + mask;
	}
	at = 2 * at + 1 + clear(r, &probs[at], p);
	return at - (1U << bits);
}

/* Its lowest bit comes first. */
INLINE uint32_t
reverse_tree(struct running *r, uint16_t *probs, unsigned bits)
{
	uint32_t at = 1;
	uint32_t value = 0;

	for (unsigned i = 0; i < bits; i++) {
		uint32_t set = 1 + clear(r, &probs[at], probs[at]);

		at = 2 * at + set;
		value |= set << i;
	}
	return value;
}

/* Bits of no probability. */
INLINE uint32_t
plain_bits(struct running *r, unsigned bits)
{
	uint32_t value = 0;

	for (; bits > 0; bits--) {
		shift(r);
		r->range >>= 1;
		r->code -= r->range;
		uint32_t mask = 0U - (r->code >> 31);

		r->code += r->range & mask;
		value = 2 * value + 1 + mask;
	}
	return value;
}

INLINE uint32_t
read_length(struct running *r, struct once_lengths *l, uint32_t position)
{
	if (!branch(r, &l->choice[0]))
		return MATCH_MIN + tree(r, l->low[position], 3);
	if (!branch(r, &l->choice[1]))
		return MATCH_MIN + 8 + tree(r, l->middle[position], 3);
	return MATCH_MIN + 16 + tree(r, l->high, 8);
}

INLINE uint32_t
read_distance(struct running *r, uint32_t len)
{
	struct once_decoder *d = r->d;
	uint32_t class = len < MATCH_MIN + 3 ? len - MATCH_MIN : 3;
	uint32_t slot = tree(r, d->slot[class], 6);

	if (slot < 4)
		return slot;
	unsigned bits = (slot >> 1) - 1;
	uint32_t base = (2 | (slot & 1)) << bits;

	if (slot < 14)
		return base + reverse_tree(r, d->special + base - slot, bits);
	base += plain_bits(r, bits - 4) << 4;
	return base + reverse_tree(r, d->align, 4);
}

/* A literal behind a match: it is not the byte that the match would go on
   with, so that one tells which probabilities to take. */
INLINE uint32_t
read_matched(struct running *r, uint16_t *probs, uint32_t like)
{
	uint32_t at = 1;
	uint32_t offset = 0x100;

#pragma GCC unroll 8
	for (unsigned i = 0; i < 8; i++) {
		like <<= 1;
		uint32_t same = like & offset;
		uint16_t *prob = &probs[offset + same + at];
		uint32_t mask = clear(r, prob, *prob);

		at = 2 * at + 1 + mask;
		offset &= same ^ mask;
	}
	return at;
}

INLINE bool
read_literal(struct running *r)
{
	struct once_decoder *d = r->d;
	size_t position = r->at - r->begin;
	uint32_t last = position > 0 ? r->out[r->at - 1] : 0;
	uint32_t context = (((uint32_t)position & d->lp_mask) << d->lc) +
	    (last >> (8 - d->lc));
	uint16_t *probs = d->literal + (size_t)0x300 * context;

	if (r->state < STATE_LITERALS) {
		r->out[r->at] = (uint8_t)tree(r, probs, 8);
		r->state = r->state < 4 ? 0 : r->state - 3;
	} else {
		if (r->rep0 >= position)
			return false;
		r->out[r->at] = (uint8_t)read_matched(
		    r, probs, r->out[r->at - r->rep0 - 1]);
		r->state -= r->state < 10 ? 3 : 6;
	}
	r->at++;
	return true;
}

/* One of the last four distances comes to the front. */
INLINE void
take_older(struct running *r)
{
	struct once_decoder *d = r->d;
	uint32_t distance = r->rep1;

	if (branch(r, &d->is_rep1[r->state])) {
		distance = r->rep2;
		if (branch(r, &d->is_rep2[r->state])) {
			distance = r->rep3;
			r->rep3 = r->rep2;
		}
		r->rep2 = r->rep1;
	}
	r->rep1 = r->rep0;
	r->rep0 = distance;
}

/* The length of the match at rep0. */
INLINE uint32_t
read_match(struct running *r)
{
	struct once_decoder *d = r->d;
	uint32_t position = (uint32_t)(r->at - r->begin) & d->pb_mask;
	bool after_literal = r->state < STATE_LITERALS;
	uint32_t len;

	if (!branch(r, &d->is_rep[r->state])) {
		r->rep3 = r->rep2;
		r->rep2 = r->rep1;
		r->rep1 = r->rep0;
		len = read_length(r, &d->lengths, position);
		r->rep0 = read_distance(r, len);
		r->state = after_literal ? 7 : 10;
		return len;
	}
	if (branch(r, &d->is_rep0[r->state])) {
		take_older(r);
	} else if (!branch(r, &d->rep0_long[r->state][position])) {
		r->state = after_literal ? 9 : 11;
		return 1;
	}
	len = read_length(r, &d->rep_lengths, position);
	r->state = after_literal ? 8 : 11;
	return len;
}

/* `room` bytes may be written; a short match may overlap itself. */
INLINE void
copy(uint8_t *to, size_t back, size_t len, size_t room)
{
	const uint8_t *from = to - back;

	if (back >= COPY_STEP && room >= len + COPY_STEP) {
		for (size_t i = 0; i < len; i += COPY_STEP)
			memcpy(to + i, from + i, COPY_STEP);
		return;
	}
	for (size_t i = 0; i < len; i++)
		to[i] = from[i];
}

INLINE void
copy_match(struct running *r, size_t len)
{
	size_t room = r->limit - r->at;
	size_t now = size_min(len, room);

	copy(r->out + r->at, (size_t)r->rep0 + 1, now, room);
	r->at += now;
	r->d->pending = (uint32_t)(len - now);
}

/* Whole symbols, as long as each begins at or before `last`. */
static enum once_end
run_symbols(struct running *r, const uint8_t *last)
{
	struct once_decoder *d = r->d;

	while (r->at < r->limit) {
		uint32_t position = (uint32_t)(r->at - r->begin) & d->pb_mask;

		if (r->in > last)
			return ONCE_SHORT;
		if (!branch(r, &d->match[r->state][position])) {
			if (!read_literal(r))
				return ONCE_BROKEN;
			continue;
		}
		uint32_t len = read_match(r);

		if (r->rep0 == END_DISTANCE)
			return ONCE_MARK;
		if (r->rep0 >= r->at - r->begin)
			return ONCE_BROKEN;
		copy_match(r, len);
	}
	return ONCE_FULL;
}

/* Reads at *in, up to SYMBOL_IN bytes behind `last`. */
static enum once_end
run(struct once_decoder *d, const uint8_t **in, const uint8_t *last,
    struct once_room *room)
{
	struct running r = {
		.d = d,
		.in = *in,
		.out = room->ptr,
		.begin = room->begin,
		.at = room->len,
		.limit = room->limit,
		.range = d->range,
		.code = d->code,
		.state = d->state,
		.rep0 = d->rep[0],
		.rep1 = d->rep[1],
		.rep2 = d->rep[2],
		.rep3 = d->rep[3],
	};

	if (d->pending > 0)
		copy_match(&r, d->pending);
	enum once_end end = run_symbols(&r, last);

	d->range = r.range;
	d->code = r.code;
	d->state = r.state;
	d->rep[0] = r.rep0;
	d->rep[1] = r.rep1;
	d->rep[2] = r.rep2;
	d->rep[3] = r.rep3;
	room->len = r.at;
	*in = r.in;
	return end;
}

enum once_end
once_run(struct once_decoder *d, struct bytes *in, struct once_room *room)
{
	uint8_t tail[4 * SYMBOL_IN] = { 0 };
	enum once_end end = ONCE_SHORT;
	size_t used = 0;

	if (in->len > SYMBOL_IN) {
		const uint8_t *at = in->ptr;

		end = run(d, &at, in->ptr + in->len - SYMBOL_IN, room);
		used = (size_t)(at - in->ptr);
	}
	if (end == ONCE_SHORT) {
		/* The last bytes, with zeroes to run into behind them. */
		struct bytes rest = bytes_from(*in, used);
		const uint8_t *at = tail;

		if (rest.len > 0)
			memcpy(tail, rest.ptr, rest.len);
		end = run(d, &at, tail + rest.len, room);
		if ((size_t)(at - tail) > rest.len)
			end = ONCE_SHORT;
		used += size_min((size_t)(at - tail), rest.len);
	}
	*in = bytes_from(*in, used);
	return end;
}

bool
once_finish(struct once_decoder *d, struct bytes *in)
{
	if (d->range < RANGE_MIN) {
		if (in->len == 0)
			return false;
		d->range <<= 8;
		d->code = d->code << 8 | in->ptr[0];
		*in = bytes_from(*in, 1);
	}
	return d->code == 0 && d->pending == 0;
}
