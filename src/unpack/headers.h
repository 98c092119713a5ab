/* SPDX-License-Identifier: ISC */
/* Formats that are a header in front of (or around) other things. */
#ifndef UNPACK_HEADERS_H
#define UNPACK_HEADERS_H

#include "unpack/format.h"

/* U-Boot legacy image. Source: U-Boot include/image.h, tools/mkimage.c. */
extern const struct format uimage_format;

/* Flattened image tree, and a device tree by itself. Sources: Devicetree
   Specification v0.4 §5; U-Boot doc/usage/fit/source_file_format.rst. */
extern const struct format fit_format;
extern const struct format dtb_format;

/* Broadcom TRX, versions 1 and 2. Source: OpenWrt tools/firmware-utils trx. */
extern const struct format trx_format;

/* TP-Link header version 1. Source: OpenWrt firmware-utils mktplinkfw.c (the
   layout and the two published MD5 salts). */
extern const struct format tplink_format;

/* Linux zImage, bzImage, arm64 and RISC-V Image. Sources: Linux
   Documentation/arch/{arm/booting,x86/boot,arm64/booting,riscv/boot-image-
   header}.rst. */
extern const struct format zimage_format;
extern const struct format bzimage_format;
extern const struct format image_format;

/* OpenWrt's trailer with metadata or signature. Source: fwtool's
   fwimage.h. */
extern const struct format fwtool_format;

/* An image that ends with such a signature, whole: so it can be verified. */
extern const struct format fwtool_signed_format;

/* Netgear's 20 bytes in front of WNR854T images: a name and a CRC-32. */
extern const struct format netgear_wndr_format;

#endif
