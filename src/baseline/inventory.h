/* SPDX-License-Identifier: ISC */
/* Facts about components become the inventory: each one once. */
#ifndef BASELINE_INVENTORY_H
#define BASELINE_INVENTORY_H

#include "base/arena.h"
#include "base/err.h"
#include "baseline/assessment.h"
#include "baseline/package_names.h"
#include "inspect/facts.h"

#include <stddef.h>

/*
 * One item for each name and version, sorted by name, version and package
 * version; its evidence strongest first, then in the order found, then what
 * other items lend it. A package of a distribution keeps its own name and its
 * package_version; a banner of the same name and upstream version is the same
 * item. Where package-names.tsv says that a package holds a component of
 * another name and both are of one upstream version, both items stay (people
 * look for either name), and each gets the other's evidence, and with it kind,
 * CPE and confidence; a package that gets none so has those of what the table
 * says that it holds. A banner without a version is no item of its own where
 * the component stands there with one.
 *
 * Items are in the arena and borrow the facts. ERR_MEMORY.
 */
enum err inventory_make(const struct package_names *names,
    const struct facts *facts, struct arena *arena,
    struct component_item **ret_items, size_t *ret_count);

#endif
