/* SPDX-License-Identifier: ISC */
/* Rubin's arithmetic coding as the first JFFS2 compressed with it. */
#include "unpack/jffs2_private.h"

#define HALF ((uint32_t)1 << 15)
#define MODEL_LEN ((size_t)8)

/* How often each bit of a byte is set, in `divider`. */
struct model {
	uint32_t divider;
	uint32_t ones[MODEL_LEN];
};

/* An interval of 16 bits, low + range <= 2 * HALF, and the bits in it. */
struct decoder {
	struct bytes in;
	size_t bit; /* next to be taken */
	uint32_t low, range, code;
};

/* "rubinmips": counted over a MIPS user land, once and for all. */
static const struct model fixed_model = {
	.divider = 1043,
	.ones = { 277, 249, 290, 267, 229, 341, 212, 241 },
};

/* Behind the end come zeros; that too many were taken shows in `bit`. */
static uint32_t
take_bit(struct decoder *d)
{
	size_t at = d->bit++;

	if (at / 8 >= d->in.len)
		return 0;
	return d->in.ptr[at / 8] >> (7 - at % 8) & 1;
}

/* Doubles the interval until it lies on both sides of the middle: at most 16
   times, since it is never empty. */
static void
widen(struct decoder *d)
{
	while (d->low >= HALF || d->low + d->range <= HALF) {
		d->low = (d->low & (HALF - 1)) << 1;
		d->range <<= 1;
		d->code = (d->code & (HALF - 1)) << 1 | take_bit(d);
	}
}

static uint32_t
decode_bit(struct decoder *d, uint32_t divider, uint32_t ones)
{
	widen(d);
	/* Neither half may be empty: range >= 2 after widen(). */
	uint32_t zeros =
	    (uint32_t)((uint64_t)(divider - ones) * d->range / divider);

	if (zeros == 0)
		zeros = 1;
	if (zeros >= d->range)
		zeros = d->range - 1;
	if (d->code < d->low + zeros) {
		d->range = zeros;
		return 0;
	}
	d->low += zeros;
	d->range -= zeros;
	return 1;
}

/* True when the bytes end where the last bit was taken. */
static bool
decode(const struct model *model, struct bytes in, uint8_t *to, size_t len)
{
	struct decoder d = { .in = in, .range = 2 * HALF };

	for (size_t i = 0; i < 16; i++)
		d.code = d.code << 1 | take_bit(&d);
	for (size_t i = 0; i < len && d.bit <= 8 * in.len; i++) {
		uint32_t byte = 0;

		for (size_t k = 0; k < MODEL_LEN; k++)
			byte |= decode_bit(&d, model->divider, model->ones[k])
			    << k;
		to[i] = (uint8_t)byte;
	}
	return (d.bit + 7) / 8 == in.len;
}

/* "dynrubin": counted over this node, and stored in front of it. */
static bool
decode_own(struct bytes in, uint8_t *to, size_t len)
{
	struct model model = { .divider = 256 };

	if (in.len < MODEL_LEN)
		return false;
	for (size_t i = 0; i < MODEL_LEN; i++)
		model.ones[i] = in.ptr[i];
	return decode(&model, bytes_from(in, MODEL_LEN), to, len);
}

enum err
jffs2_decode_rubin(bool own_model, struct bytes in, uint8_t *to, size_t len)
{
	for (size_t i = 0; i < 2; i++, own_model = !own_model)
		if (own_model ? decode_own(in, to, len)
			      : decode(&fixed_model, in, to, len))
			return ERR_OK;
	return ERR_MALFORMED;
}
