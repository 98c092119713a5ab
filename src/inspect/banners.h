/* SPDX-License-Identifier: ISC */
/* Finds the banners of data/components/ in bytes, with their versions. */
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
 * Reads the tables components/NAME.tsv of `data`, which must outlive the
 * handle. The set's components.hsdb is used when it was made from these very
 * tables, otherwise they are compiled here (a second). ERR_MALFORMED
 * (*ret_fault has the table and line), ERR_MEMORY.
 */
enum err banners_open(
    const struct data_set *data, struct banners **ret, struct fault *ret_fault);
void banners_close(struct banners *b);

/*
 * Banners in the order of the tables, each version of a row once, at most
 * BANNERS_MAX; *ret is good until the next call. Versions that contradict each
 * other where only one can be right are left out. Whether the content is text
 * is not asked here. ERR_MEMORY.
 */
enum err banners_find(struct banners *b, struct bytes content,
    const struct banner **ret, size_t *ret_count);

#endif
