/* SPDX-License-Identifier: ISC */
/* Reads hexadecimal digits. */
#include "codec/hex.h"

static unsigned
digit_value(uint8_t digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - (unsigned)'0';
	digit = bytes_lower(digit);
	return digit >= 'a' && digit <= 'f' ? digit - (unsigned)'a' + 10 : 16;
}

bool
hex_read(struct bytes in, uint8_t *ret, size_t len)
{
	if (in.len % 2 != 0 || in.len / 2 != len)
		return false;
	for (size_t i = 0; i < in.len; i++)
		if (digit_value(in.ptr[i]) > 15)
			return false;
	for (size_t i = 0; i < len; i++)
		ret[i] = (uint8_t)(digit_value(in.ptr[2 * i]) << 4 |
		    digit_value(in.ptr[2 * i + 1]));
	return true;
}
