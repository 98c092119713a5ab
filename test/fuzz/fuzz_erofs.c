/* SPDX-License-Identifier: ISC */
/* EROFS, as it comes. */
#include "unpack/erofs.h"

#include "format_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	format_fuzz(&erofs_format, (struct bytes){ data, size });
	return 0;
}
