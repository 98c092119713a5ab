/* SPDX-License-Identifier: ISC */
/* Finds the banners of data/components.tsv in bytes, with their versions. */
#ifndef INSPECT_BANNERS_H
#define INSPECT_BANNERS_H

#include "base/bytes.h"
#include "base/err.h"
#include "inspect/signatures.h"

#include <stddef.h>

/* A handle. */
struct banners;

struct banner {
	const struct signature *signature;
	struct bytes version; /* borrows the content; empty when unknown */
	size_t at, len;	      /* of the first match with this version */
};

/* Banners told of one content; a whole distribution in one file has fewer. */
#define BANNERS_MAX 512

/*
 * Reads `table` (components.tsv), which must outlive the handle. `compiled`
 * (components.hsdb) is used when it was made from this very table, otherwise
 * the table is compiled here (half a second). ERR_MALFORMED (*ret_fault has
 * the line), ERR_MEMORY.
 */
enum err banners_open(struct bytes table, struct bytes compiled,
    struct banners **ret, struct fault *ret_fault);
void banners_close(struct banners *b);

/*
 * Banners in the order of the table, each version of a row once, at most
 * BANNERS_MAX; *ret is good until the next call. Versions that contradict each
 * other where only one can be right are left out. Whether the content is text
 * is not asked here. ERR_MEMORY.
 */
enum err banners_find(struct banners *b, struct bytes content,
    const struct banner **ret, size_t *ret_count);

#endif
