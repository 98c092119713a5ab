/* SPDX-License-Identifier: ISC */
/* UTF-16 to UTF-8. Sources: RFC 2781 §2.2, RFC 3629 §3. */
#include "unpack/utf16.h"

#include "base/cursor.h"

static size_t
put_utf8(uint32_t c, char *to)
{
	size_t len = 0;

	if (c < 0x80) {
		to[len++] = (char)c;
		return len;
	}
	if (c < 0x800) {
		to[len++] = (char)(0xc0 | c >> 6);
	} else {
		if (c < 0x10000) {
			to[len++] = (char)(0xe0 | c >> 12);
		} else {
			to[len++] = (char)(0xf0 | c >> 18);
			to[len++] = (char)(0x80 | (c >> 12 & 0x3f));
		}
		to[len++] = (char)(0x80 | (c >> 6 & 0x3f));
	}
	to[len++] = (char)(0x80 | (c & 0x3f));
	return len;
}

size_t
utf16_to_utf8(struct bytes in, char *to)
{
	struct cursor c = cur_open(in, "utf-16");
	uint32_t high = 0; /* first half of a pair, or 0 */
	size_t len = 0;

	while (cur_left(&c) >= 2) {
		uint32_t unit = cur_u16le(&c, "unit");

		if (high != 0 && (unit < 0xdc00 || unit > 0xdfff))
			to[len++] = '_'; /* its second half is missing */
		if (unit == 0) {
			high = 0;
			break;
		}
		if (unit >= 0xd800 && unit <= 0xdbff) {
			high = unit;
			continue;
		}
		if (unit >= 0xdc00 && unit <= 0xdfff)
			unit = high == 0
			    ? '_'
			    : 0x10000 + ((high & 0x3ff) << 10) + (unit & 0x3ff);
		high = 0;
		len += put_utf8(unit, to + len);
	}
	if (high != 0)
		to[len++] = '_';
	to[len] = '\0';
	return len;
}
