/* SPDX-License-Identifier: ISC */
/* Images of whole disks: partition tables, and disks of virtual machines. */
#ifndef UNPACK_DISKS_H
#define UNPACK_DISKS_H

#include "unpack/format.h"

/*
 * Partitions are payloads in place, GPT's under their names; what lies between
 * them is given likewise, so that a boot loader in a gap is found. Partitions
 * that overlap others, and broken chains of logical ones, are the container's
 * fault at its end. Tried at the start only: their marks are two bytes, or
 * stand far behind.
 */

/* Sources: UEFI Specification 2.10 §5.2.1 (the entries); the chain of extended
   boot records as Linux' block/partitions/msdos.c follows it. */
extern const struct format mbr_format;

/* Source: UEFI Specification 2.10 §5.3. The backup is read when the primary
   header or its entries are damaged. */
extern const struct format gpt_format;

/* QEMU's copy-on-write disks: version 2 and 3 without backing file, data file
   or encryption; others are recognised. Source: QEMU docs/interop/qcow2.txt. */
extern const struct format qcow_format;

#endif
