/* SPDX-License-Identifier: ISC */
/* The formats over libarchive. */
#include "unpack/archives.h"

#include "format_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct format *const formats[] = { &cpio_format,
		&tar_format, &zip_format, &ar_format, &sevenzip_format };

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		format_fuzz(formats[i], (struct bytes){ data, size });
	return 0;
}
