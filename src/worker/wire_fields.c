/* SPDX-License-Identifier: ISC */
/* A length in front of each text. */
#include "worker/wire_fields.h"

#include "base/number.h"

#include <string.h>

void
wire_put_field(struct out *to, struct bytes field, size_t limit)
{
	struct bytes cut = bytes_slice(field, 0, limit);

	out_u32le(to, (uint32_t)cut.len);
	out_put(to, cut);
}

struct bytes
wire_get_field(struct cursor *c, size_t limit, const char *field)
{
	size_t at = c->pos;
	size_t len = cur_u32le(c, field);

	if (len > limit)
		cur_fail(c, ERR_MALFORMED, at, field);
	return cur_bytes(c, len, field);
}

enum err
wire_end(struct cursor *c)
{
	if (cur_left(c) > 0)
		cur_fail(c, ERR_MALFORMED, c->pos, "end of message");
	return c->fault.code;
}

void
wire_keep_text(char to[WIRE_TEXT_LEN + 1], struct bytes text)
{
	size_t len = size_min(text.len, WIRE_TEXT_LEN);

	if (len > 0)
		memcpy(to, text.ptr, len);
	to[len] = '\0';
}
