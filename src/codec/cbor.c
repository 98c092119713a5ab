/* SPDX-License-Identifier: ISC */
/* Reads CBOR head by head; nothing is built. */
#include "codec/cbor.h"

#include "base/text.h"
#include "codec/cbor_private.h"

#include <math.h>
#include <string.h>

struct head {
	enum major major;
	unsigned info;
	uint64_t value;
};

static const struct cbor_item nothing = { .kind = CBOR_NULL };

struct cbor_reader
cbor_open(struct bytes in, enum cbor_rules rules, const char *format)
{
	return (
	    struct cbor_reader){ .in = in, .rules = rules, .format = format };
}

bool
cbor_ok(const struct cbor_reader *r)
{
	return r->fault.code == ERR_OK;
}

void
cbor_fail(struct cbor_reader *r, enum err code, size_t at, const char *field)
{
	if (r->fault.code != ERR_OK)
		return;
	r->fault = (struct fault){
		.code = code, .at = at, .format = r->format, .field = field
	};
}

/* The only place that advances the reader. Of nothing it gives the place, so
   that an empty string is told from a missing one. */
static struct bytes
take(struct cbor_reader *r, uint64_t n, const char *field)
{
	if (!cbor_ok(r))
		return (struct bytes){ NULL, 0 };
	if (n > r->in.len - r->pos) { /* subtract: it cannot wrap */
		cbor_fail(r, ERR_TRUNCATED, r->pos, field);
		return (struct bytes){ NULL, 0 };
	}
	r->pos += (size_t)n;
	return (struct bytes){ r->in.ptr + (r->pos - (size_t)n), (size_t)n };
}

static struct head
take_head(struct cbor_reader *r, const char *field)
{
	size_t at = r->pos;
	struct bytes first = take(r, 1, field);

	if (first.len == 0)
		return (struct head){ .major = MAJOR_OTHER };
	struct head h = { .major = (enum major)(first.ptr[0] >> 5),
		.info = first.ptr[0] & 31u };

	h.value = h.info;
	if (h.info == INFO_INDEFINITE) {
		/* What has no length at all, and a break by itself, is wrong
		   in any CBOR. */
		bool can = h.major >= MAJOR_BYTES && h.major <= MAJOR_MAP;

		cbor_fail(r,
		    can && r->rules == CBOR_RELAXED ? ERR_UNSUPPORTED
						    : ERR_MALFORMED,
		    at, field);
	} else if (h.info > INFO_U64) {
		cbor_fail(r, ERR_MALFORMED, at, field);
	} else if (h.info >= INFO_U8) {
		struct bytes more =
		    take(r, UINT64_C(1) << (h.info - INFO_U8), field);

		h.value = 0;
		for (size_t i = 0; i < more.len; i++)
			h.value = h.value << 8 | more.ptr[i];
		if (r->rules == CBOR_STRICT && h.major != MAJOR_OTHER &&
		    h.value < cbor_least_for_info(h.info))
			cbor_fail(r, ERR_MALFORMED, at, field);
	}
	return h;
}

/* RFC 8949 appendix D. */
static double
half_float(uint16_t half)
{
	unsigned exponent = half >> 10 & 31u;
	unsigned mantissa = half & 1023u;
	double value;

	if (exponent == 0)
		value = mantissa / 16777216.0; /* 2^24 */
	else if (exponent != 31)
		value = (mantissa + 1024) * (double)(1u << exponent) /
		    33554432.0; /* 2^25 */
	else
		value = mantissa == 0 ? (double)INFINITY : (double)NAN;
	return (half & 0x8000) != 0 ? -value : value;
}

static double
real_of(const struct head *h)
{
	uint32_t bits32 = (uint32_t)h->value;
	float single;
	double real;

	if (h->info == INFO_U16)
		return half_float((uint16_t)h->value);
	if (h->info == INFO_U32) {
		memcpy(&single, &bits32, sizeof(single));
		return (double)single;
	}
	memcpy(&real, &h->value, sizeof(real));
	return real;
}

static enum cbor_kind
kind_of_other(const struct head *h)
{
	if (h->info >= INFO_U16 && h->info <= INFO_U64)
		return CBOR_FLOAT;
	switch (h->info) {
	case SIMPLE_FALSE:
		return CBOR_FALSE;
	case SIMPLE_TRUE:
		return CBOR_TRUE;
	case SIMPLE_NULL:
		return CBOR_NULL;
	case SIMPLE_UNDEFINED:
		return CBOR_UNDEFINED;
	default:
		return CBOR_SIMPLE;
	}
}

/* Major type 7: floats and simple values. */
static void
check_other(struct cbor_reader *r, const struct head *h, enum cbor_kind kind,
    size_t at, const char *field)
{
	if (h->info == INFO_U8 && h->value < SIMPLE_FIRST_LONG)
		cbor_fail(r, ERR_MALFORMED, at, field);
	if (r->rules == CBOR_STRICT && kind != CBOR_FALSE &&
	    kind != CBOR_TRUE && kind != CBOR_NULL)
		cbor_fail(r, ERR_MALFORMED, at, field);
}

/* How many bytes from there on are ASCII, of the next 8 at most. */
static size_t
ascii_len(struct bytes in, size_t at)
{
	uint64_t word;

	if (in.len - at < sizeof(word))
		return in.ptr[at] < 0x80 ? 1 : 0;
	memcpy(&word, in.ptr + at, sizeof(word));
	if ((word & UINT64_C(0x8080808080808080)) == 0)
		return sizeof(word);
	return in.ptr[at] < 0x80 ? 1 : 0;
}

static bool
is_utf8(struct bytes in)
{
	size_t at = 0;

	while (at < in.len) {
		size_t len = ascii_len(in, at);

		if (len == 0)
			len = text_utf8_len(bytes_from(in, at));

		if (len == 0)
			return false;
		at += len;
	}
	return true;
}

/* What the head's value stands for, and whether the input can hold it. */
static enum cbor_kind
read_body(struct cbor_reader *r, const struct head *h, size_t at,
    const char *field, struct bytes *bytes)
{
	switch (h->major) {
	case MAJOR_UINT:
		return CBOR_UINT;
	case MAJOR_NINT:
		return CBOR_NINT;
	case MAJOR_BYTES:
		*bytes = take(r, h->value, field);
		return CBOR_BYTES;
	case MAJOR_TEXT:
		*bytes = take(r, h->value, field);
		if (!is_utf8(*bytes))
			cbor_fail(r, ERR_MALFORMED, at, field);
		return CBOR_TEXT;
	case MAJOR_ARRAY:
		if (h->value > r->in.len - r->pos) /* a byte each, at least */
			cbor_fail(r, ERR_TRUNCATED, at, field);
		return CBOR_ARRAY;
	case MAJOR_MAP:
		if (h->value > (r->in.len - r->pos) / 2)
			cbor_fail(r, ERR_TRUNCATED, at, field);
		return CBOR_MAP;
	case MAJOR_TAG:
		return CBOR_TAG;
	case MAJOR_OTHER:
		break;
	}
	check_other(r, h, kind_of_other(h), at, field);
	return kind_of_other(h);
}

struct cbor_item
cbor_read(struct cbor_reader *r, const char *field)
{
	size_t at = r->pos;
	struct head h = take_head(r, field);
	struct bytes bytes = { NULL, 0 };
	enum cbor_kind kind = CBOR_NULL;

	if (cbor_ok(r))
		kind = read_body(r, &h, at, field, &bytes);
	if (!cbor_ok(r))
		return nothing;
	/* Put together here, field by field, and not copied: reading back in
	   larger pieces what was just written in smaller ones is what took
	   most of this function's time. */
	return (struct cbor_item){
		.kind = kind,
		.number = kind == CBOR_FLOAT ? 0 : h.value,
		.real = kind == CBOR_FLOAT ? real_of(&h) : 0,
		.bytes = bytes,
		.at = at,
	};
}

/* Reads an item that must be of one kind. */
static struct cbor_item
want(struct cbor_reader *r, enum cbor_kind kind, const char *field)
{
	struct cbor_item item = cbor_read(r, field);

	if (cbor_ok(r) && item.kind != kind) {
		cbor_fail(r, ERR_MALFORMED, item.at, field);
		return nothing;
	}
	return item;
}

uint64_t
cbor_uint(struct cbor_reader *r, const char *field)
{
	return want(r, CBOR_UINT, field).number;
}

int64_t
cbor_int(struct cbor_reader *r, const char *field)
{
	struct cbor_item item = cbor_read(r, field);

	if (!cbor_ok(r))
		return 0;
	if ((item.kind != CBOR_UINT && item.kind != CBOR_NINT) ||
	    item.number > INT64_MAX) {
		cbor_fail(r, ERR_MALFORMED, item.at, field);
		return 0;
	}
	return item.kind == CBOR_UINT ? (int64_t)item.number
				      : -1 - (int64_t)item.number;
}

struct bytes
cbor_bytes(struct cbor_reader *r, const char *field)
{
	return want(r, CBOR_BYTES, field).bytes;
}

struct bytes
cbor_text(struct cbor_reader *r, const char *field)
{
	return want(r, CBOR_TEXT, field).bytes;
}

size_t
cbor_array(struct cbor_reader *r, const char *field)
{
	return (size_t)want(r, CBOR_ARRAY, field).number;
}

void
cbor_tag(struct cbor_reader *r, uint64_t want_tag, const char *field)
{
	struct cbor_item item = want(r, CBOR_TAG, field);

	if (cbor_ok(r) && item.number != want_tag)
		cbor_fail(r, ERR_MALFORMED, item.at, field);
}

enum cbor_kind
cbor_peek(const struct cbor_reader *r)
{
	static const enum cbor_kind kinds[] = { CBOR_UINT, CBOR_NINT,
		CBOR_BYTES, CBOR_TEXT, CBOR_ARRAY, CBOR_MAP, CBOR_TAG };

	if (!cbor_ok(r) || r->pos == r->in.len)
		return CBOR_NULL;
	struct head h = { .major = (enum major)(r->in.ptr[r->pos] >> 5),
		.info = r->in.ptr[r->pos] & 31u };

	return h.major == MAJOR_OTHER ? kind_of_other(&h) : kinds[h.major];
}

enum err
cbor_end(struct cbor_reader *r)
{
	if (r->pos < r->in.len)
		cbor_fail(r, ERR_MALFORMED, r->pos, "trailing bytes");
	return r->fault.code;
}

enum err
cbor_check(struct bytes in, enum cbor_rules rules, struct fault *ret_fault)
{
	struct cbor_reader r = cbor_open(in, rules, "CBOR");
	enum err err;

	(void)cbor_skip(&r, "item");
	err = cbor_end(&r);
	if (err != ERR_OK)
		*ret_fault = r.fault;
	return err;
}
