/* SPDX-License-Identifier: ISC */
/* Android's sparse images: a partition without its empty blocks. */
#ifndef UNPACK_SPARSE_H
#define UNPACK_SPARSE_H

#include "unpack/format.h"

/*
 * Expands to one payload. All chunks must be there and add up to the image.
 * An image larger than LIMIT_FILE_LEN ends there, with ERR_LIMIT in the
 * payload's fault. Checksums are not compared: tools write zero.
 * Source: Android system/core libsparse/sparse_format.h.
 */
extern const struct format android_sparse_format;

#endif
