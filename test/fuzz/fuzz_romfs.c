/* SPDX-License-Identifier: ISC */
/* romfs, as it comes and once more with its checksum mended. */
#include "unpack/romfs.h"

#include "format_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
mend(uint8_t *image, size_t size)
{
	size_t full = (size_t)image[8] << 24 | (size_t)image[9] << 16 |
	    (size_t)image[10] << 8 | image[11];
	uint32_t sum = 0;

	if (size > full)
		size = full;
	for (size_t i = 0; i + 4 <= size && i < 512; i += 4)
		if (i != 12)
			sum += (uint32_t)image[i] << 24 |
			    (uint32_t)image[i + 1] << 16 |
			    (uint32_t)image[i + 2] << 8 | image[i + 3];
	for (size_t i = 0; i < 4; i++)
		image[12 + i] = (uint8_t)((0u - sum) >> (24 - 8 * i));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size + 1);

	format_fuzz(&romfs_format, (struct bytes){ data, size });
	if (copy == NULL || size < 16) {
		free(copy);
		return 0;
	}
	memcpy(copy, data, size);
	mend(copy, size);
	format_fuzz(&romfs_format, (struct bytes){ copy, size });
	free(copy);
	return 0;
}
