/* SPDX-License-Identifier: ISC */
/* CRC-32 by folding or through zlib; CRC-32C by hand: for headers only. */
#include "codec/crc.h"

#include "codec/crc_fold.h"

#include <zlib.h>

uint32_t
crc32_add(uint32_t crc, struct bytes in)
{
	size_t whole = in.len - in.len % CRC_FOLD_STEP;

	if (whole > 0 && crc_fold(&crc, in.ptr, whole))
		in = bytes_from(in, whole);
	if (in.len == 0) /* zlib would begin anew */
		return crc;
	return (uint32_t)crc32_z(crc, in.ptr, in.len);
}

uint32_t
crc32_of(struct bytes in)
{
	return crc32_add(0, in);
}

uint32_t
crc32c_add(uint32_t crc, struct bytes in)
{
	for (size_t i = 0; i < in.len; i++) {
		crc ^= in.ptr[i];
		for (unsigned bit = 0; bit < 8; bit++)
			crc =
			    (crc & 1) != 0 ? crc >> 1 ^ 0x82f63b78u : crc >> 1;
	}
	return crc;
}
