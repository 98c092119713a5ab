/* SPDX-License-Identifier: ISC */
/* One spelling for the makers and products that everybody writes otherwise. */
#ifndef ADVISORIES_PRODUCT_NAMES_H
#define ADVISORIES_PRODUCT_NAMES_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/data.h"
#include "base/err.h"
#include "base/out.h"

#include <stddef.h>

/* The rows of product-names.tsv: as a CNA writes them -> vendor:product of
   CPE. Borrows the data set and the arena. */
struct product_names;

/* ERR_MALFORMED with *ret_fault naming file and line; ERR_MEMORY. */
enum err product_names_read(const struct data_set *data, struct arena *arena,
    const struct product_names **ret, struct fault *ret_fault);

/*
 * Appends the key of a maker's product: "vendor:product", each in lower case
 * without anything but letters, digits and bytes over 0x7f, by the table where
 * it has a row. "The Eclipse Foundation", "Eclipse Mosquitto" give
 * "eclipse:mosquitto". `names` may be NULL: without the table. An empty or
 * "n/a" product gives nothing.
 */
void product_names_put_key(const struct product_names *names,
    struct bytes vendor, struct bytes product, struct out *to);

#endif
