/* SPDX-License-Identifier: ISC */
/* U-Boot and Trusted Firmware-A: which version, which settings, debug build. */
#ifndef INSPECT_BOOTLOADER_H
#define INSPECT_BOOTLOADER_H

#include "base/bytes.h"
#include "base/err.h"
#include "inspect/blob.h"
#include "inspect/facts.h"
#include "unpack/unpack.h"

#include <stdbool.h>
#include <stddef.h>

/* "U-Boot SPL 2023.01+dfsg-2 (Jun 22 2026 …)", borrowed parts. */
struct uboot_banner {
	size_t at;
	size_t len;	       /* up to the version's end */
	struct bytes version;  /* 2023.01+dfsg-2 */
	struct bytes upstream; /* 2023.01 */
};

/*
 * Finds the next banner of U-Boot itself at or after `from`: with its build
 * date or "Build from" behind the version, so that neither "Compiled with
 * U-Boot 2020.04" (fw_printenv) nor a mere mention is one.
 */
bool bootloader_find_uboot(
    struct bytes in, size_t from, struct uboot_banner *ret);

/*
 * Looks into blobs (blob_is()) only, for files of a root file system are never
 * a boot loader. Adds, each once per image (`seen`): FACT_BOOTLOADER and
 * FACT_COMPONENT of U-Boot; FACT_BOOT_SETTING from its environment; a
 * component of Trusted Firmware-A, and FACT_DEBUG_BUILD for its debug builds.
 * ERR_MEMORY.
 */
enum err bootloader_inspect(
    const struct unpack_event *file, struct facts *facts, struct seen *seen);

#endif
