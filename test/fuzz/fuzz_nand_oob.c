/* SPDX-License-Identifier: ISC */
/* Dumps of NAND with spare bytes, as they come and laid out as one. */
#include "unpack/nand_oob.h"

#include "format_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Pages of 512 bytes are enough to be taken for a dump. */
#define PAGE ((size_t)512)
#define SPARE ((size_t)16)
#define PAGES ((size_t)40)

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t len = PAGES * (PAGE + SPARE);
	uint8_t *dump = malloc(len);

	format_fuzz(&nand_oob_format, (struct bytes){ data, size });
	if (dump == NULL || size == 0) {
		free(dump);
		return 0;
	}
	for (size_t i = 0; i < len; i++) {
		size_t at = i % (PAGE + SPARE);

		dump[i] = at < PAGE || at >= PAGE + SPARE / 2
		    ? data[i % size] ^ (uint8_t)(i / 7)
		    : 0xff;
	}
	memcpy(dump, data, size < PAGE ? size : PAGE);
	format_fuzz(&nand_oob_format, (struct bytes){ dump, len });
	free(dump);
	return 0;
}
