/* SPDX-License-Identifier: ISC */
/* Disks and what lies on them: tables, FAT, ISO 9660, Android, superblocks. */
#include "format_fuzz.h"
#include "unpack/android.h"
#include "unpack/archives.h"
#include "unpack/disks.h"
#include "unpack/fat.h"
#include "unpack/volumes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a row without used() answers: its size is known before. */
static size_t
used_nothing(void *handle)
{
	(void)handle;
	return 0;
}

/* Formats that are recognised only. */
static void
probe_only(const struct format *format, struct bytes in)
{
	struct format_info info = { .size = SIZE_MAX };

	if (format->probe(in, &info) == ERR_OK)
		format_fuzz_check(info.size <= in.len);
	else
		format_fuzz_check(info.size == SIZE_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct format *const formats[] = { &mbr_format,
		&gpt_format, &qcow_format, &fat_format, &iso_format,
		&android_boot_format, &avb_format, &avb_footer_format,
		&ntfs_format, &exfat_format, &f2fs_format, &minix_format,
		&btrfs_format, &xfs_format, &hfsplus_format, &reiserfs_format,
		&luks_format };

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		struct format format = *formats[i];

		if (format.open == NULL) {
			probe_only(&format, (struct bytes){ data, size });
			continue;
		}
		if (format.used == NULL)
			format.used = used_nothing;
		format_fuzz(&format, (struct bytes){ data, size });
	}
	return 0;
}
