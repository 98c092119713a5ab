/* SPDX-License-Identifier: ISC */
/* The compressed streams. */
#include "unpack/streams.h"

#include "format_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct format *const formats[] = { &gzip_format,
		&zlib_format, &xz_format, &lzma_any_format, &bzip2_format,
		&zstd_format, &lz4_format, &lz4_legacy_format, &lzo_format };

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		format_fuzz(formats[i], (struct bytes){ data, size });
	return 0;
}
