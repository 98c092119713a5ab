/* SPDX-License-Identifier: ISC */
/* FAT12, FAT16 and FAT32 with long names. */
#ifndef UNPACK_FAT_H
#define UNPACK_FAT_H

#include "unpack/format.h"

/*
 * Modes and owners are not stored: files have 0644 and directories 0755, and
 * the detail says so. Times are local ones, taken as UTC. Files in one piece
 * come in place. Deleted entries are left out. A cluster belongs to one file:
 * chains that run into themselves or each other are the node's fault.
 * Source: Microsoft "FAT32 File System Specification" 1.03.
 */
extern const struct format fat_format;

#endif
