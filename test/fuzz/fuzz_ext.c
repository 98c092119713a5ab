/* SPDX-License-Identifier: ISC */
/* ext2, ext3 and ext4, as they come. */
#include "unpack/ext.h"

#include "format_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	format_fuzz(&ext_format, (struct bytes){ data, size });
	return 0;
}
