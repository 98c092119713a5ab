/* SPDX-License-Identifier: ISC */
/* UEFI volumes, coreboot's file system, and tables in a boot flash. */
#include "unpack/flash.h"

#include "format_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a row without used() answers: its size is known before. */
static size_t
used_nothing(void *handle)
{
	(void)handle;
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct format *const formats[] = { &uefi_fv_format,
		&uefi_capsule_format, &cbfs_format, &fmap_format,
		&intel_flash_format, &amd_psp_format };

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		struct format format = *formats[i];

		if (format.used == NULL)
			format.used = used_nothing;
		format_fuzz(&format, (struct bytes){ data, size });
	}
	return 0;
}
