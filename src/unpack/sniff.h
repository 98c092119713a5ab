/* SPDX-License-Identifier: ISC */
/* Names blobs that have no header by the strings they carry. */
#ifndef UNPACK_SNIFF_H
#define UNPACK_SNIFF_H

#include "base/bytes.h"
#include "unpack/format.h"

/*
 * The format name (of data/formats.tsv; static) of a blob such as a
 * decompressed kernel or a boot loader, or NULL. Only strings that the thing
 * itself prints count, never one that mentions it. *ret_info gets what the
 * strings tell; untouched when NULL is returned.
 */
const char *sniff_blob(struct bytes in, struct format_info *ret_info);

#endif
