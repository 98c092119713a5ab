/* SPDX-License-Identifier: ISC */
/* UBIFS, as it comes and once more with its nodes' checksums mended. */
#include "unpack/ubifs.h"

#include "format_fuzz.h"
#include "unpack/ubi.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The node's length once it is mended; 0 when it is not all there. */
static size_t
mend(uint8_t *node, size_t size)
{
	size_t len = node[16] | (size_t)node[17] << 8 | (size_t)node[18] << 16 |
	    (size_t)node[19] << 24;

	if (len < 24 || len > size)
		return 0;
	uint32_t crc = ubi_crc((struct bytes){ node + 8, len - 8 });

	for (size_t i = 0; i < 4; i++)
		node[4 + i] = (uint8_t)(crc >> 8 * i);
	return len;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size + 1);

	format_fuzz(&ubifs_format, (struct bytes){ data, size });
	if (copy == NULL || size == 0) {
		free(copy);
		return 0;
	}
	memcpy(copy, data, size);
	for (size_t at = 0; at + 24 <= size; at += 8)
		if (memcmp(copy + at, "\x31\x18\x10\x06", 4) == 0)
			at += mend(copy + at, size - at) & ~(size_t)7;
	format_fuzz(&ubifs_format, (struct bytes){ copy, size });
	free(copy);
	return 0;
}
