/* SPDX-License-Identifier: ISC */
/* Archives, read through libarchive from memory. */
#ifndef UNPACK_ARCHIVES_H
#define UNPACK_ARCHIVES_H

#include "unpack/format.h"

/*
 * Where an archive ends is found here, by walking its headers; libarchive gets
 * those bytes alone and no filters. Members that lie in the archive as they are
 * come in place. A hard link is a file without content under its later names.
 * Members without a usable name (the symbol table of an ar) are payloads.
 *
 * zip: a member that is encrypted has the fault ERR_ENCRYPTED. When the central
 * directory is missing, what the local headers give is read (no modes then).
 *
 * zip has local times, which libarchive reads by the zone that TZ names: the
 * caller sets TZ to UTC0. That, and names that are not ASCII, make the C library
 * look for files; where it may not open any, it does without.
 */
extern const struct format cpio_format; /* newc, crc, odc; also several */
extern const struct format tar_format;	/* ustar, pax, gnu */
extern const struct format zip_format;
extern const struct format ar_format; /* also deb, and ipk of old */
extern const struct format sevenzip_format;

/* Rock Ridge or Joliet; tried at the start only, its mark stands at 32 KiB. */
extern const struct format iso_format;

/* tar before ustar, known by its checksum alone: tried at the start only. */
extern const struct format tar_v7_format;

#endif
