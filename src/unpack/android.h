/* SPDX-License-Identifier: ISC */
/* Android: boot images and Verified Boot. */
#ifndef UNPACK_ANDROID_H
#define UNPACK_ANDROID_H

#include "unpack/format.h"

/*
 * boot.img with header version 0 to 4, and vendor_boot.img (3, 4). The parts
 * are payloads in place. Up to version 2 the header has a digest of them:
 * AUTHENTICITY_HASH when it agrees. Source: AOSP system/tools/mkbootimg,
 * include/bootimg/bootimg.h and mkbootimg.py.
 */
extern const struct format android_boot_format;

/*
 * Verified Boot 2.0: a vbmeta image, and an image with a footer, whose payload
 * is the image in front of it. The signature is verified by the key inside; in
 * an image with a footer the digest or hash tree that it promises is computed
 * anew. AUTHENTICITY_SIGNED only when all of that agrees and verification is
 * not switched off by a flag. Source: AOSP external/avb, README.md and
 * libavb/avb_{vbmeta_image,footer,crypto,hash_descriptor,
 * hashtree_descriptor}.h.
 */
extern const struct format avb_format;
extern const struct format avb_footer_format; /* at the start only */

#endif
