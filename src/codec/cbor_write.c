/* SPDX-License-Identifier: ISC */
/* Writes CBOR, with the shortest heads. */
#include "codec/cbor.h"
#include "codec/cbor_private.h"

#include <string.h>

struct cbor_writer
cbor_writer_open(uint8_t *ptr, size_t cap)
{
	return (struct cbor_writer){ .ptr = ptr, .cap = cap };
}

struct bytes
cbor_written(const struct cbor_writer *w)
{
	if (w->failed)
		return (struct bytes){ NULL, 0 };
	return (struct bytes){ w->ptr, w->len };
}

void
cbor_put_raw(struct cbor_writer *w, struct bytes item)
{
	if (!w->failed && item.len > w->cap - w->len)
		w->failed = true;
	if (!w->failed && item.len > 0)
		memcpy(w->ptr + w->len, item.ptr, item.len);
	w->len += item.len;
}

static void
put_head(struct cbor_writer *w, enum major major, uint64_t value)
{
	unsigned info = INFO_U64;
	uint8_t head[9];
	size_t n = 0;

	if (value < INFO_U8) {
		info = (unsigned)value;
	} else {
		while (info > INFO_U8 && value < cbor_least_for_info(info))
			info--;
		n = (size_t)1 << (info - INFO_U8);
	}
	head[0] = (uint8_t)((unsigned)major << 5 | info);
	for (size_t i = 0; i < n; i++)
		head[1 + i] = (uint8_t)(value >> (8 * (n - 1 - i)));
	cbor_put_raw(w, (struct bytes){ head, 1 + n });
}

void
cbor_put_uint(struct cbor_writer *w, uint64_t value)
{
	put_head(w, MAJOR_UINT, value);
}

void
cbor_put_int(struct cbor_writer *w, int64_t value)
{
	if (value >= 0)
		put_head(w, MAJOR_UINT, (uint64_t)value);
	else
		put_head(w, MAJOR_NINT, (uint64_t)(-1 - value));
}

void
cbor_put_bytes(struct cbor_writer *w, struct bytes value)
{
	put_head(w, MAJOR_BYTES, value.len);
	cbor_put_raw(w, value);
}

void
cbor_put_text(struct cbor_writer *w, struct bytes value)
{
	put_head(w, MAJOR_TEXT, value.len);
	cbor_put_raw(w, value);
}

void
cbor_put_literal(struct cbor_writer *w, const char *text)
{
	cbor_put_text(w, bytes_of(text));
}

void
cbor_put_array(struct cbor_writer *w, size_t count)
{
	put_head(w, MAJOR_ARRAY, count);
}

void
cbor_put_map(struct cbor_writer *w, size_t pairs)
{
	put_head(w, MAJOR_MAP, pairs);
}

void
cbor_put_tag(struct cbor_writer *w, uint64_t tag)
{
	put_head(w, MAJOR_TAG, tag);
}

void
cbor_put_bool(struct cbor_writer *w, bool value)
{
	put_head(w, MAJOR_OTHER, value ? SIMPLE_TRUE : SIMPLE_FALSE);
}

void
cbor_put_null(struct cbor_writer *w)
{
	put_head(w, MAJOR_OTHER, SIMPLE_NULL);
}

void
cbor_put_bytes_head(struct cbor_writer *w, size_t len)
{
	put_head(w, MAJOR_BYTES, len);
}
