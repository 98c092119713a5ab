/* SPDX-License-Identifier: ISC */
/* The parts of a disk in the order in which they lie, gaps included. */
#ifndef UNPACK_PARTITIONS_H
#define UNPACK_PARTITIONS_H

#include "unpack/format.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Android phones have about 100. */
#define PARTITIONS_MAX 128
/* Boot records of logical partitions, headers of tables. */
#define PARTITIONS_OWN_MAX 64
#define PARTITIONS_NAME_LEN 112 /* 36 characters of UTF-16, as UTF-8 */

/* A handle. */
struct partitions;

/* ERR_MEMORY. `in` is borrowed. */
enum err partitions_open(
    struct bytes in, const char *format, struct partitions **ret);

/*
 * A partition; `name` may be empty, or is cleaned. One that runs past the end
 * is cut, which is its node's fault.
 */
void partitions_add(
    struct partitions *p, uint64_t at, uint64_t len, struct bytes name);

/* Bytes that are the table's own: no node. */
void partitions_add_own(struct partitions *p, uint64_t at, uint64_t len);

/* What is wrong with the table; the first one is next()'s last answer. */
void partitions_fail(struct partitions *p, enum err code);

/* Sorts, refuses overlaps, fills the gaps. Call once, before next(). */
void partitions_finish(struct partitions *p);

/* For the rows of struct format. */
enum err partitions_next(void *handle, struct node *ret);
size_t partitions_used(void *handle);
void partitions_close(void *handle);

#endif
