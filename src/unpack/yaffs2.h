/* SPDX-License-Identifier: ISC */
/* YAFFS2, a file system for NAND flash, with the flash's spare bytes. */
#ifndef UNPACK_YAFFS2_H
#define UNPACK_YAFFS2_H

#include "unpack/format.h"

/*
 * Reads images of chunks that are followed by their spare bytes, of both byte
 * orders. What the sizes are and where in the spare bytes the tags stand is
 * found by trying. Of each chunk the newest counts; a file of which chunks are
 * missing has zeros there, as the kernel gives: they may be holes. Their tags'
 * ECC is not looked at; tags inside the data are not read. YAFFS1 is read, too:
 * by its tags' ECC, without deleted chunks; of two for one place the last one
 * counts, without a look at their serial numbers.
 * Source: yaffs2 yaffs_guts.h (yaffs_obj_hdr), yaffs_packedtags2.h, "YAFFS 2
 * Specification and Development Notes".
 */
extern const struct format yaffs2_format;

#endif
