/* SPDX-License-Identifier: ISC */
/* CRC-32 through zlib. */
#include "codec/crc.h"

#include <zlib.h>

uint32_t
crc32_add(uint32_t crc, struct bytes in)
{
	return (uint32_t)crc32_z(crc, in.ptr, in.len);
}

uint32_t
crc32_of(struct bytes in)
{
	return crc32_add(0, in);
}
