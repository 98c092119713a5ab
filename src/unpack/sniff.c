/* SPDX-License-Identifier: ISC */
/* Banners of kernels, boot loaders and monitors. */
#include "unpack/sniff.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>

/* Whether in[at...] reads as a version: digits and dots, as many as given. */
static bool
is_version(struct bytes in, size_t at, size_t dots)
{
	size_t seen = 0;
	bool digit = false;

	for (size_t i = at; i < in.len && i - at < 32; i++) {
		if (isdigit(in.ptr[i])) {
			digit = true;
		} else if (in.ptr[i] == '.' && digit) {
			seen++;
			digit = false;
		} else {
			break;
		}
		if (seen >= dots && digit)
			return true;
	}
	return false;
}

static bool
line_has(struct bytes in, size_t at, struct bytes needle)
{
	struct bytes line = bytes_slice(in, at, 160);
	size_t end = 0;

	while (end < line.len && line.ptr[end] >= 0x20 && line.ptr[end] < 0x7f)
		end++;
	return bytes_find(bytes_slice(line, 0, end), needle, 0) != SIZE_MAX;
}

/* "Linux version 4.4.140 (user@host) (gcc ...": include/linux/utsrelease.h as
   init/version.c prints it. A module's backports string has no builder. */
static bool
is_linux(struct bytes in, size_t at)
{
	size_t version = at + sizeof("Linux version ") - 1;

	return is_version(in, version, 1) &&
	    line_has(in, version, BYTES(" (")) &&
	    line_has(in, version, BYTES("@")) &&
	    line_has(in, version, BYTES(") "));
}

/* "U-Boot 1.1.4 (Sep 22 2014": the boot loader's own banner has its date. */
static bool
is_uboot(struct bytes in, size_t at)
{
	size_t version = at + sizeof("U-Boot ") - 1;

	if (at >= 14 &&
	    bytes_equal(bytes_slice(in, at - 14, 14), BYTES("Compiled with ")))
		return false;
	return is_version(in, version, 1) && line_has(in, version, BYTES(" ("));
}

/* Its first part by itself: where both are, the whole has its own banner. */
static bool
is_uboot_spl(struct bytes in, size_t at)
{
	size_t version = at + sizeof("U-Boot SPL ") - 1;

	return is_version(in, version, 1) && line_has(in, version, BYTES(" ("));
}

/* "WIND version 2.13": the kernel's, not the product's. */
static bool
is_vxworks(struct bytes in, size_t at)
{
	return is_version(in, at + sizeof("WIND version ") - 1, 1);
}

static bool
is_certain(struct bytes in, size_t at)
{
	(void)in;
	(void)at;
	return true;
}

static const struct {
	struct bytes banner;
	bool (*check)(struct bytes in, size_t at);
	const char *format;
	const char *operating_system;
	const char *architecture;
} blobs[] = {
	{ { (const uint8_t *)"Linux version ", 14 }, is_linux, "linux-kernel",
	    "linux", NULL },
	{ { (const uint8_t *)"U-Boot ", 7 }, is_uboot, "uboot", NULL, NULL },
	{ { (const uint8_t *)"U-Boot SPL ", 11 }, is_uboot_spl, "uboot-spl",
	    NULL, NULL },
	{ { (const uint8_t *)"WIND version ", 13 }, is_vxworks, "vxworks",
	    "vxworks", NULL },
	/* TF-M's secure image, as its version prints it since 1.0 */
	{ { (const uint8_t *)"Booting TF-M ", 13 }, is_certain, "tfm", NULL,
	    "arm" },
	{ { (const uint8_t *)"[Sec Thread] Secure image initializing!", 39 },
	    is_certain, "tfm", NULL, "arm" },
	/* open-ath9k-htc-firmware, target_firmware/init/app_start.c */
	{ { (const uint8_t *)"[+++Magpie_init]", 16 }, is_certain, "ath9k-htc",
	    NULL, "xtensa" },
	{ { (const uint8_t *)"\nOpenSBI v%d.%d\n", 16 }, is_certain, "opensbi",
	    "none", "riscv64" },
	{ { (const uint8_t *)"*** Booting Zephyr OS", 21 }, is_certain,
	    "zephyr", "zephyr", NULL },
	{ { (const uint8_t *)"BL31: Initializing runtime services", 35 },
	    is_certain, "tfa", NULL, NULL },
};

const char *
sniff_blob(struct bytes in, struct format_info *ret_info)
{
	for (size_t i = 0; i < sizeof(blobs) / sizeof(blobs[0]); i++) {
		size_t at = bytes_find(in, blobs[i].banner, 0);

		while (at != SIZE_MAX && !blobs[i].check(in, at))
			at = bytes_find(in, blobs[i].banner, at + 1);
		if (at == SIZE_MAX)
			continue;
		*ret_info = (struct format_info){
			.size = in.len,
			.operating_system = blobs[i].operating_system,
			.architecture = blobs[i].architecture,
		};
		return blobs[i].format;
	}
	return NULL;
}
