/* SPDX-License-Identifier: ISC */
/* What archives.c and its probes share. */
#ifndef UNPACK_ARCHIVES_PRIVATE_H
#define UNPACK_ARCHIVES_PRIVATE_H

#include "unpack/format.h"

/* The probes of struct format; all but zip's always know the size. */
enum err archives_probe_cpio(struct bytes in, struct format_info *ret);
enum err archives_probe_tar(struct bytes in, struct format_info *ret);
enum err archives_probe_ar(struct bytes in, struct format_info *ret);
enum err archives_probe_zip(struct bytes in, struct format_info *ret);
enum err archives_probe_sevenzip(struct bytes in, struct format_info *ret);
enum err archives_probe_iso(struct bytes in, struct format_info *ret);

/* Bytes of one cpio at the start of `in`, through its trailer; 0: none. */
size_t archives_cpio_len(struct bytes in, size_t *ret_count);

/*
 * The member of a cpio at in[*at], which moves behind it. Name (as stored) and
 * data borrow. False at the trailer and where the rest is no member.
 */
bool archives_cpio_member(struct bytes in, size_t *at, struct bytes *ret_name,
    struct bytes *ret_data);

/*
 * Bytes of a zip through the end of its central directory and comment;
 * 0 when that end is not found. *ret_encrypted: a member is.
 */
size_t archives_zip_len(
    struct bytes in, size_t *ret_count, bool *ret_encrypted);

#endif
