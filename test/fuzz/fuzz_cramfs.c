/* SPDX-License-Identifier: ISC */
/* cramfs, as it comes. */
#include "unpack/cramfs.h"

#include "format_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	format_fuzz(&cramfs_format, (struct bytes){ data, size });
	return 0;
}
