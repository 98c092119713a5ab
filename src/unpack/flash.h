/* SPDX-License-Identifier: ISC */
/* What the boot flash of a PC holds: UEFI's volumes, coreboot's file system,
   and the tables that say what lies where. */
#ifndef UNPACK_FLASH_H
#define UNPACK_FLASH_H

#include "unpack/format.h"

/*
 * A firmware volume: each section of each file that is no wrapping becomes a
 * file "/DxeCore/pe32", named by its user interface section or its GUID.
 * Sections in LZMA and gzip are followed; those in the Tiano, Brotli and
 * filtered LZMA codings are given as they are, with ERR_UNSUPPORTED.
 * Source: UEFI Platform Initialization Specification 1.8 §III-3.2; edk2's
 * GUIDs of codings.
 */
extern const struct format uefi_fv_format;

/* The header around an update; its parts are found by themselves. Source: UEFI
   Specification 2.10 §8.5.3. */
extern const struct format uefi_capsule_format;

/*
 * coreboot's file system: files under their names, decompressed. Source:
 * coreboot util/cbfstool/cbfs.h (the layout).
 */
extern const struct format cbfs_format;

/* The map of a flash that coreboot and Chrome OS keep in it; its areas are
   found by themselves. Source: flashmap's lib/fmap.h (the layout). */
extern const struct format fmap_format;

/* Intel's flash descriptor: the regions as parts. Source: coreboot
   util/ifdtool (the layout of the region section). */
extern const struct format intel_flash_format;

/* Directories of AMD's secure processor, recognised by their checksum. Source:
   coreboot util/amdfwtool (the layout). */
extern const struct format amd_psp_format;

#endif
