/* SPDX-License-Identifier: ISC */
/* Third-party components by the banners in binaries and by file names. */
#ifndef INSPECT_COMPONENTS_H
#define INSPECT_COMPONENTS_H

#include "base/data.h"
#include "base/err.h"
#include "inspect/facts.h"
#include "unpack/unpack.h"

/* A handle for any number of images. */
struct components;

/*
 * Reads components/ and file-names.tsv from `data`, which must outlive the
 * handle. The compiled database components.hsdb of the set is used when it was
 * made from these very tables; otherwise they are compiled here (a second).
 * ERR_MALFORMED (a table is wrong: *ret_fault says which and its
 * line), ERR_MEMORY.
 */
enum err components_open(const struct data_set *data, struct components **ret,
    struct fault *ret_fault);
void components_close(struct components *c);

/*
 * Adds a FACT_COMPONENT for each component and version that one file of an
 * UNPACK_FILE event gives away, in the order of the tables: banners in its
 * content unless that is text, then its name. Banners that contradict each
 * other where only one can be right are all left out. Input is never to blame;
 * ERR_MEMORY.
 */
enum err components_inspect(
    struct components *c, const struct unpack_event *file, struct facts *facts);

#endif
