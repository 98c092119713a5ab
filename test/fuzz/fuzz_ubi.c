/* SPDX-License-Identifier: ISC */
/* UBI, as it comes and once more with its headers' checksums mended. */
#include "unpack/ubi.h"

#include "format_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
mend(uint8_t *header)
{
	uint32_t crc = ubi_crc((struct bytes){ header, 60 });

	for (size_t i = 0; i < 4; i++)
		header[60 + i] = (uint8_t)(crc >> (24 - 8 * i));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size + 1);

	format_fuzz(&ubi_format, (struct bytes){ data, size });
	if (copy == NULL || size == 0) {
		free(copy);
		return 0;
	}
	memcpy(copy, data, size);
	for (size_t at = 0; at + 64 <= size; at++)
		if (memcmp(copy + at, "UBI#", 4) == 0 ||
		    memcmp(copy + at, "UBI!", 4) == 0)
			mend(copy + at);
	format_fuzz(&ubi_format, (struct bytes){ copy, size });
	free(copy);
	return 0;
}
