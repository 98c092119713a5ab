/* SPDX-License-Identifier: ISC */
/* YAFFS2, as it comes. */
#include "unpack/yaffs2.h"

#include "format_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	format_fuzz(&yaffs2_format, (struct bytes){ data, size });
	return 0;
}
