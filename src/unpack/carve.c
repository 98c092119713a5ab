/* SPDX-License-Identifier: ISC */
/* Searches for magics, and parts padding and noise from the rest. */
#include "unpack/carve.h"

#include "base/limits.h"
#include "base/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC_ROWS_MAX 256
#define PAIRS ((size_t)65536)
#define ASK_TIME_EVERY (1 * MIB)

/* Runs of one byte shorter than this are part of what surrounds them. */
#define PADDING_MIN_LEN ((size_t)1024)
#define WINDOW_LEN ((size_t)4096)
#define NOISE_MIN_LEN ((size_t)1024)
/* Bits per byte. Random bytes in a window of 4096 measure 7.95, xz data 7.9,
   machine code below 7. */
#define NOISE_BITS 7.75

struct magic_row {
	const struct format *format;
	const struct magic *magic;
	uint32_t pair_at; /* from the container's start */
	uint16_t next;	  /* row with the same pair, or 0 */
};

/* A magic is searched for by two of its bytes, the two that are seldom met
   side by side. */
struct carve_index {
	uint8_t wanted[PAIRS]; /* 1 for each pair that one has */
	/* By pair: number of the first row, or 0. */
	uint16_t first[PAIRS];
	struct magic_row row[MAGIC_ROWS_MAX]; /* row 0 is not used */
	uint16_t count;
};

static size_t
pair_of(const uint8_t *p)
{
	return (size_t)p[1] << 8 | p[0];
}

/* How often a byte is met in firmware, roughly: machine code, text, tables. */
static unsigned
commonness(uint8_t byte)
{
	if (byte == 0x00)
		return 16;
	if (byte == 0xff)
		return 8;
	if (byte < 0x10 || (byte >= 'a' && byte <= 'z'))
		return 4;
	return byte == ' ' || (byte >= '0' && byte <= '9') ? 3 : 2;
}

/* The first byte of the pair to search for. */
static uint32_t
rarest_pair(const struct magic *magic)
{
	const uint8_t *p = (const uint8_t *)magic->bytes;
	unsigned least = UINT32_MAX;
	uint32_t ret = 0;

	for (uint32_t i = 0; i + 1 < magic->len; i++) {
		unsigned weight = commonness(p[i]) * commonness(p[i + 1]);

		if (weight < least) {
			least = weight;
			ret = i;
		}
	}
	return ret;
}

static void
add_magic(struct carve_index *index, const struct format *format,
    const struct magic *magic)
{
	uint32_t at = rarest_pair(magic);
	size_t pair = pair_of((const uint8_t *)magic->bytes + at);
	uint16_t number = ++index->count;
	uint16_t *link = &index->first[pair];

	index->wanted[pair] = 1;
	while (*link != 0) /* behind its elders: the table's order holds */
		link = &index->row[*link].next;
	index->row[number] = (struct magic_row){
		.format = format,
		.magic = magic,
		.pair_at = magic->at + at,
	};
	*link = number;
}

struct carve_index *
carve_index_open(void)
{
	struct carve_index *index = calloc(1, sizeof(*index));

	if (index == NULL)
		return NULL;
	for (size_t i = 0; i < unpack_format_count; i++) {
		const struct format *format = unpack_formats[i];

		for (size_t k = 0; k < FORMAT_MAGICS; k++) {
			const struct magic *magic = &format->magic[k];

			if (magic->len < 2 || format->only_at_start ||
			    index->count == MAGIC_ROWS_MAX - 1)
				continue;
			add_magic(index, format, magic);
		}
	}
	return index;
}

void
carve_index_close(struct carve_index *index)
{
	free(index);
}

static bool
has_magic(struct bytes in, const struct magic *magic)
{
	return in.len >= magic->at && in.len - magic->at >= magic->len &&
	    in.ptr[magic->at] == (uint8_t)magic->bytes[0] &&
	    memcmp(in.ptr + magic->at, magic->bytes, magic->len) == 0;
}

/* A format without magics is known by its probe alone. */
static bool
may_start(struct bytes in, const struct format *format)
{
	if (format->magic[0].len == 0)
		return true;
	for (size_t k = 0; k < FORMAT_MAGICS; k++)
		if (format->magic[k].len > 0 &&
		    has_magic(in, &format->magic[k]))
			return true;
	return false;
}

static bool
probe(const struct format *format, struct bytes in, size_t at,
    struct carve_hit *ret)
{
	struct carve_hit hit = { .format = format, .at = at };

	if (format->probe(bytes_from(in, at), &hit.info) != ERR_OK)
		return false;
	if (hit.info.size > in.len - at)
		hit.info.size = in.len - at;
	*ret = hit;
	return true;
}

bool
carve_find_at_start(struct bytes in, struct carve_hit *ret)
{
	if (in.len == 0)
		return false;
	for (size_t i = 0; i < unpack_format_count; i++) {
		const struct format *format = unpack_formats[i];

		if (may_start(in, format) && probe(format, in, 0, ret))
			return true;
	}
	return false;
}

static bool
find_here(const struct carve_index *index, struct bytes in, size_t floor,
    size_t here, struct carve_hit *ret)
{
	uint16_t number = index->first[pair_of(in.ptr + here)];

	for (; number != 0; number = index->row[number].next) {
		const struct magic_row *row = &index->row[number];

		if (here < row->pair_at || here - row->pair_at < floor)
			continue;
		size_t at = here - row->pair_at;

		if (has_magic(bytes_from(in, at), row->magic) &&
		    probe(row->format, in, at, ret))
			return true;
	}
	return false;
}

/* Not 0 when one of the four pairs that begin here is searched for. */
static inline unsigned
has_wanted(const struct carve_index *index, const uint8_t *p)
{
	return index->wanted[pair_of(p)] | index->wanted[pair_of(p + 1)] |
	    index->wanted[pair_of(p + 2)] | index->wanted[pair_of(p + 3)];
}

/* The first place in in[from, to) with a pair that is searched for; `to` when
   there is none. in[to] is there, too. Eight at a time: few have one. */
static size_t
next_pair(
    const struct carve_index *index, struct bytes in, size_t from, size_t to)
{
	const uint8_t *p = in.ptr + from;
	const uint8_t *end = in.ptr + to;

	while (end - p >= 8 &&
	    (has_wanted(index, p) | has_wanted(index, p + 4)) == 0)
		p += 8;
	while (p < end && index->wanted[pair_of(p)] == 0)
		p++;
	return (size_t)(p - in.ptr);
}

bool
carve_find(const struct carve_index *index, struct bytes in, size_t floor,
    size_t from, struct budget *budget, struct carve_hit *ret)
{
	if (from == 0 && carve_find_at_start(in, ret))
		return true;
	while (from + 1 < in.len) {
		size_t to = size_min(from + ASK_TIME_EVERY, in.len - 1);
		size_t here = next_pair(index, in, from, to);

		for (; here < to; here = next_pair(index, in, here + 1, to))
			if (find_here(index, in, floor, here, ret))
				return true;
		if (budget_take(budget, 0) != ERR_OK)
			return false;
		from = to;
	}
	return false;
}

/* Length of the run of equal bytes at the start, if it is 00 or ff. */
static size_t
padding_len(struct bytes in)
{
	size_t len = 0;

	if (in.ptr[0] != 0x00 && in.ptr[0] != 0xff)
		return 0;
	while (len < in.len && in.ptr[len] == in.ptr[0])
		len++;
	return len;
}

static bool
is_noise(struct bytes in)
{
	uint32_t count[256] = { 0 };
	double bits = 0;

	if (in.len < NOISE_MIN_LEN)
		return false;
	for (size_t i = 0; i < in.len; i++)
		count[in.ptr[i]]++;
	for (size_t i = 0; i < 256; i++) {
		double share = (double)count[i] / (double)in.len;

		if (count[i] > 0)
			bits -= share * log2(share);
	}
	/* Few samples measure too low: correct for them (Miller, 1955). */
	bits += 255.0 / (2.0 * (double)in.len * log(2.0));
	return bits >= NOISE_BITS + (in.len < WINDOW_LEN ? 0.2 : 0.0);
}

/*
 * Bytes of in[0, look) before the next long run of 00 or ff; a short run counts
 * too when it ends the input.
 */
static size_t
content_len(struct bytes in, size_t look)
{
	size_t at = 0;

	while (at < look) {
		if (in.ptr[at] != 0x00 && in.ptr[at] != 0xff) {
			at++;
			continue;
		}
		size_t run = padding_len(
		    bytes_slice(in, at, look - at + PADDING_MIN_LEN));

		if (run >= PADDING_MIN_LEN || run == in.len - at)
			return at;
		at += run;
	}
	return size_min(at, look);
}

struct carve_gap
carve_next_gap(struct bytes in)
{
	size_t run = padding_len(in);

	if (run >= PADDING_MIN_LEN || run == in.len)
		return (struct carve_gap){ run, CHUNK_PADDING };
	size_t len = 0;
	bool noise = false;

	while (len < in.len) {
		struct bytes rest = bytes_from(in, len);
		size_t look = size_min(WINDOW_LEN, rest.len);
		size_t part = content_len(rest, look);
		struct bytes window = bytes_slice(rest, 0, part);

		if (len == 0)
			noise = is_noise(window);
		else if (window.len >= NOISE_MIN_LEN &&
		    is_noise(window) != noise)
			break;
		len += part;
		if (part < look)
			break;
	}
	return (struct carve_gap){ len, noise ? CHUNK_OPAQUE : CHUNK_READ };
}
