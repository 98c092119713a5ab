/* SPDX-License-Identifier: ISC */
/* Dumps of NAND flash with the spare bytes behind each page. */
#ifndef UNPACK_NAND_OOB_H
#define UNPACK_NAND_OOB_H

#include "unpack/format.h"

/*
 * Gives the pages without their spare bytes as one payload, so that whatever
 * the flash holds can be read; bit errors are not mended. A YAFFS2 in it needs
 * the spare bytes: it is given as it lies, and is erased in the payload.
 *
 * Nothing in a dump says that it is one. It is taken for one when a place in
 * the spare bytes (the bad block mark, or what the driver leaves free) reads ff
 * in page after page that is written, and hardly a place in the pages does; few
 * pages are enough where JFFS2's clean markers stand in the spare bytes.
 * Controllers that mix data and ECC inside a page are not recognised.
 * Source: Linux drivers/mtd/nand/raw/nand_bbt.c, fs/jffs2/wbuf.c.
 */
extern const struct format nand_oob_format;

#endif
