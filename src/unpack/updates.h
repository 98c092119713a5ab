/* SPDX-License-Identifier: ISC */
/* Containers of updates and packages for systems with files. */
#ifndef UNPACK_UPDATES_H
#define UNPACK_UPDATES_H

#include "unpack/format.h"

/* A cpio archive that begins with sw-description. Source: SWUpdate's manual,
   "SWUpdate: syntax and tags with the default parser", "Update images from
   verified source". */
extern const struct format swupdate_format;

/* A tar archive that begins with version and manifest. Source: Mender's
   Documentation/artifact-format-v3.md. */
extern const struct format mender_format;

/* Android's payload.bin, and the zip around it. Sources: update_engine's
   update_metadata.proto and payload_consumer; AOSP's "Sign builds". */
extern const struct format android_ota_format;
extern const struct format android_ota_zip_format;

/* RPM version 3 and 4. Source: rpm's docs/manual/format_v4.md. */
extern const struct format rpm_format;

/* Alpine's package, version 2: a signature, control files and data, each a
   gzip member. Source: Alpine's wiki, "Apk spec". */
extern const struct format apk_format;

/* Source: draft-ietf-suit-manifest, §8 and appendix A. */
extern const struct format suit_format;

#endif
