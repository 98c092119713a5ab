/* SPDX-License-Identifier: ISC */
/* The products of a CSAF document. */
#ifndef ADVISORIES_FEED_CSAF_PRIVATE_H
#define ADVISORIES_FEED_CSAF_PRIVATE_H

#include "advisories/feed_vex_private.h"

#include <stdlib.h>

/* What a product id stands for: a product, or a component in one. */
struct csaf_product {
	struct bytes id;
	size_t place; /* of several with one id the first counts */
	struct vex_name product;
	struct vex_name component; /* all fields empty: the product itself */
};

/* One product of a group. */
struct csaf_member {
	struct bytes group;
	struct bytes product;
};

struct csaf_tree {
	struct feed_list products; /* struct csaf_product, sorted by id */
	struct feed_list members;  /* struct csaf_member, sorted by group */
};

/*
 * Behind the JSON_OBJECT of "product_tree": branches, full_product_names,
 * relationships (of relationships too, where they stand in order or nest once)
 * and product_groups. What it takes stays in f's arena.
 */
void csaf_read_tree(struct feed *f, struct csaf_tree *ret);

/* NULL: the document does not say what that is. */
const struct csaf_product *csaf_find_product(
    const struct csaf_tree *tree, struct bytes id);

/* Each product of a group; start with *at 0. */
bool csaf_next_of_group(const struct csaf_tree *tree, struct bytes group,
    size_t *at, struct bytes *ret);

/*
 * The name of a product_version_range as struct vex_name has it: "vers:…", or
 * empty for all versions. CSAF wants "vers" or its own comparators, people
 * write ">= V2.0 and < V2.2.28". What is not understood stays as it is, and
 * so is no version of anything.
 */
struct bytes csaf_range(struct feed *f, struct bytes text);

#endif
