/* SPDX-License-Identifier: ISC */
/* The LZMA decoder itself: bits are read without branches where no processor
   could foretell them. */
#include "codec/lzma_once.h"

#include "base/number.h"
#include "codec/lzma_range_private.h"

#include <string.h>

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
	struct range range;
	uint8_t *at;
	const uint8_t *begin;
	const uint8_t *limit;
	uint32_t state;
	uint32_t distance; /* the last one, less one: rep[0] */
};

static void
fill(uint16_t *probs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		probs[i] = RANGE_HALF;
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

RANGE_INLINE uint32_t
read_length(struct range *r, struct once_lengths *l, uint32_t position)
{
	if (!range_branch(r, &l->choice[0]))
		return MATCH_MIN + range_tree(r, l->low[position], 3);
	if (!range_branch(r, &l->choice[1]))
		return MATCH_MIN + 8 + range_tree(r, l->middle[position], 3);
	return MATCH_MIN + 16 + range_tree(r, l->high, 8);
}

RANGE_INLINE uint32_t
read_distance(struct once_decoder *d, struct range *r, uint32_t len)
{
	uint32_t class = len < MATCH_MIN + 3 ? len - MATCH_MIN : 3;
	uint32_t slot = range_tree(r, d->slot[class], 6);

	if (slot < 4)
		return slot;
	unsigned bits = (slot >> 1) - 1;
	uint32_t base = (2 | (slot & 1)) << bits;

	if (slot < 14)
		return base +
		    range_reverse_tree(r, d->special + base - slot, bits);
	base += range_plain_bits(r, bits - 4) << 4;
	return base + range_reverse_tree(r, d->align, 4);
}

RANGE_INLINE bool
read_literal(struct running *r)
{
	struct once_decoder *d = r->d;
	size_t position = (size_t)(r->at - r->begin);
	uint32_t last = position > 0 ? r->at[-1] : 0;
	uint32_t context = (((uint32_t)position & d->lp_mask) << d->lc) +
	    (last >> (8 - d->lc));
	uint16_t *probs = d->literal + (size_t)0x300 * context;

	if (r->state < STATE_LITERALS) {
		*r->at = (uint8_t)range_tree(&r->range, probs, 8);
		r->state = r->state < 4 ? 0 : r->state - 3;
	} else {
		if (r->distance >= position)
			return false;
		const uint8_t *like = r->at - r->distance - 1;

		*r->at = (uint8_t)range_matched(&r->range, probs, *like);
		r->state -= r->state < 10 ? 3 : 6;
	}
	r->at++;
	return true;
}

/* One of the last four distances comes to the front. */
RANGE_INLINE void
take_older(struct running *r)
{
	struct once_decoder *d = r->d;
	uint32_t distance = d->rep[1];

	if (range_branch(&r->range, &d->is_rep1[r->state])) {
		distance = d->rep[2];
		if (range_branch(&r->range, &d->is_rep2[r->state])) {
			distance = d->rep[3];
			d->rep[3] = d->rep[2];
		}
		d->rep[2] = d->rep[1];
	}
	d->rep[1] = r->distance;
	r->distance = distance;
}

/* The length of the match at `distance`. */
RANGE_INLINE uint32_t
read_match(struct running *r, uint32_t position)
{
	struct once_decoder *d = r->d;
	bool after_literal = r->state < STATE_LITERALS;
	uint32_t len;

	if (!range_branch(&r->range, &d->is_rep[r->state])) {
		d->rep[3] = d->rep[2];
		d->rep[2] = d->rep[1];
		d->rep[1] = r->distance;
		len = read_length(&r->range, &d->lengths, position);
		r->distance = read_distance(d, &r->range, len);
		r->state = after_literal ? 7 : 10;
		return len;
	}
	if (range_branch(&r->range, &d->is_rep0[r->state])) {
		take_older(r);
	} else if (!range_branch(
		       &r->range, &d->rep0_long[r->state][position])) {
		r->state = after_literal ? 9 : 11;
		return 1;
	}
	len = read_length(&r->range, &d->rep_lengths, position);
	r->state = after_literal ? 8 : 11;
	return len;
}

/* `room` bytes may be written; a short match may overlap itself. */
RANGE_INLINE void
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

RANGE_INLINE void
copy_match(struct running *r, size_t len)
{
	size_t room = (size_t)(r->limit - r->at);
	size_t now = size_min(len, room);

	copy(r->at, (size_t)r->distance + 1, now, room);
	r->at += now;
	if (now < len)
		r->d->pending = (uint32_t)(len - now);
}

/* Whole symbols, as long as each begins at or before `last`. */
static enum once_end
run_symbols(struct running *r, const uint8_t *last)
{
	struct once_decoder *d = r->d;

	while (r->at < r->limit) {
		uint32_t position = (uint32_t)(r->at - r->begin) & d->pb_mask;

		if (r->range.in > last)
			return ONCE_SHORT;
		if (!range_branch(&r->range, &d->match[r->state][position])) {
			if (!read_literal(r))
				return ONCE_BROKEN;
			continue;
		}
		uint32_t len = read_match(r, position);

		if (r->distance == END_DISTANCE)
			return ONCE_MARK;
		if (r->distance >= (size_t)(r->at - r->begin))
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
		.range = { *in, d->range, d->code },
		.at = room->ptr + room->len,
		.begin = room->ptr + room->begin,
		.limit = room->ptr + room->limit,
		.state = d->state,
		.distance = d->rep[0],
	};
	uint32_t pending = d->pending;

	d->pending = 0;
	if (pending > 0)
		copy_match(&r, pending);
	enum once_end end = run_symbols(&r, last);

	d->range = r.range.range;
	d->code = r.range.code;
	d->state = r.state;
	d->rep[0] = r.distance;
	room->len = (size_t)(r.at - room->ptr);
	*in = r.range.in;
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
