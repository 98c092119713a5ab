/* SPDX-License-Identifier: ISC */
/* EROFS: found and measured, not read. */
#ifndef UNPACK_EROFS_H
#define UNPACK_EROFS_H

#include "unpack/format.h"

/* Source: Linux fs/erofs/erofs_fs.h. */
extern const struct format erofs_format;

#endif
