/* SPDX-License-Identifier: ISC */
/* What formats share that are a zip with certain members in it. */
#ifndef UNPACK_ZIP_PACKAGE_H
#define UNPACK_ZIP_PACKAGE_H

#include "unpack/format.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether a zip starts at in[0]: *ret_info is what it says of itself, *ret_zip
 * its bytes, empty when its end is not known. Borrows `in`.
 */
enum err zip_package_probe(
    struct bytes in, struct format_info *ret_info, struct bytes *ret_zip);

/* Whether a name stands in its directory, which is at its end: cheap, and to be
   asked before zip_package_look(). */
bool zip_package_mentions(struct bytes zip, struct bytes name);

/*
 * Shows the first `most` members, as long as they take no more than `limit`
 * bytes of room; they are good until `take` returns, those in place as long as
 * the zip. Fails when the zip cannot be opened.
 */
enum err zip_package_look(struct bytes zip, uint64_t limit, size_t most,
    void (*take)(const struct node *node, void *context), void *context);

/* For the rows of struct format: its members as those of any zip. */
enum err zip_package_open(
    struct bytes in, struct budget *budget, void **ret_handle);
enum err zip_package_next(void *handle, struct node *ret);
size_t zip_package_used(void *handle);
void zip_package_close(void *handle);

#endif
