/* SPDX-License-Identifier: ISC */
/* The handle of a format that gives bytes addresses: UF2, Intel HEX, S-record. */
#ifndef UNPACK_RUNS_H
#define UNPACK_RUNS_H

#include "unpack/format.h"

/* Gaps up to this are filled with ff: sections that are only aligned. */
#define RUNS_GAP_MAX 256

/* A handle that gives what lies together in memory as one node each: a
   payload when there is but one, else files named by their address. */
struct runs;

/*
 * `len` is the most bytes that will be added. ERR_LIMIT (the budget),
 * ERR_MEMORY.
 */
enum err runs_open(struct budget *budget, size_t len, struct runs **ret);

/* Copies `data`, which lies at `address`. ERR_LIMIT, ERR_MEMORY. */
enum err runs_add(struct runs *r, uint64_t address, struct bytes data);

/* Sorts and joins; where two overlap, what begins at the lower address (or was
   added first) holds. Call once, before next(). ERR_LIMIT, ERR_MEMORY. */
enum err runs_join(struct runs *r);

/* For the rows of struct format. */
enum err runs_next(void *handle, struct node *ret);
void runs_close(void *handle);

#endif
