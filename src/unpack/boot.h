/* SPDX-License-Identifier: ISC */
/* What starts a system: loaders of boot ROMs, and what they keep. */
#ifndef UNPACK_BOOT_H
#define UNPACK_BOOT_H

#include "unpack/format.h"

/* A saved environment: in the middle of a flash image by what stands first in
   it, at the start of a payload whatever does. Sources: U-Boot include/
   env_internal.h, env/flags.c, tools/mkenvimage.c. */
extern const struct format uboot_env_format;
extern const struct format uboot_env_start_format;

/* Allwinner: what the boot ROM starts, and PhoenixSuit's images. Sources:
   U-Boot tools/sunxi_egon.c; awutils' imagewty.h. */
extern const struct format sunxi_egon_format;
extern const struct format sunxi_image_format;

/* Rockchip: the ID block for the boot ROM, and the images of its tools.
   Sources: U-Boot tools/rkcommon.c; rkflashtool's rkunpack.c. */
extern const struct format rockchip_idb_format;
extern const struct format rockchip_rkns_format;
extern const struct format rockchip_rkfw_format;
extern const struct format rockchip_rkaf_format;

#endif
