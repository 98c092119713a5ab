/* SPDX-License-Identifier: ISC */
/* The handle of a container whose contents lie in it unchanged. */
#ifndef UNPACK_SLICES_H
#define UNPACK_SLICES_H

#include "unpack/format.h"

#define SLICES_PARTS_MAX 64

/* A handle that gives parts of `in` as payloads, one after the other. */
struct slices;

/* ERR_MEMORY. `in` is borrowed. */
enum err slices_open(struct bytes in, struct slices **ret);

/*
 * Adds in[at, at + len), cut where the input ends (which then is the node's
 * fault); parts that are empty or too many are left out. `whole`: exactly one
 * payload.
 */
void slices_add(struct slices *s, size_t at, size_t len, bool whole);

/* For the rows of struct format. */
enum err slices_next(void *handle, struct node *ret);
void slices_close(void *handle);

#endif
