/* SPDX-License-Identifier: ISC */
/* Keys, numbers and lengths; groups are refused: nobody writes them. */
#include "unpack/protobuf.h"

#define WIRE_VARINT 0
#define WIRE_64 1
#define WIRE_BYTES 2
#define WIRE_32 5

static uint64_t
read_varint(struct cursor *c)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t byte = cur_u8(c, "varint");

		value |= (uint64_t)(byte & 0x7f) << shift;
		if ((byte & 0x80) == 0)
			return value;
	}
	cur_fail(c, ERR_MALFORMED, c->pos, "varint");
	return 0;
}

bool
protobuf_next(struct cursor *c, struct protobuf_field *ret)
{
	struct protobuf_field f = { 0 };

	if (!cur_ok(c) || cur_left(c) == 0)
		return false;
	uint64_t key = read_varint(c);

	f.number = key >> 3;
	switch (key & 7) {
	case WIRE_VARINT:
		f.value = read_varint(c);
		break;
	case WIRE_64:
		f.value = cur_u64le(c, "fixed64");
		break;
	case WIRE_32:
		f.value = cur_u32le(c, "fixed32");
		break;
	case WIRE_BYTES: {
		uint64_t len = read_varint(c);

		if (len > cur_left(c))
			cur_fail(c, ERR_TRUNCATED, c->pos, "length");
		else
			f.bytes = cur_bytes(c, (size_t)len, "bytes");
		f.is_bytes = true;
		break;
	}
	default: /* a foreign number */
		cur_fail(c, ERR_MALFORMED, c->pos, "wire type");
	}
	if (f.number == 0)
		cur_fail(c, ERR_MALFORMED, c->pos, "field number");
	if (cur_ok(c))
		*ret = f;
	return cur_ok(c);
}

struct bytes
protobuf_find_bytes(struct bytes message, uint64_t number)
{
	struct cursor c = cur_open(message, "protobuf message");
	struct protobuf_field f;

	while (protobuf_next(&c, &f))
		if (f.number == number && f.is_bytes)
			return f.bytes;
	return (struct bytes){ NULL, 0 };
}
