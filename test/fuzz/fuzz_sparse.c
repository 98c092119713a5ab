/* SPDX-License-Identifier: ISC */
/* Android sparse images, as they come. */
#include "unpack/sparse.h"

#include "format_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	format_fuzz(&android_sparse_format, (struct bytes){ data, size });
	return 0;
}
