/* SPDX-License-Identifier: ISC */
/* Cuts unknown bytes up: where a format starts, and what lies between. */
#ifndef UNPACK_CARVE_H
#define UNPACK_CARVE_H

#include "base/bytes.h"
#include "unpack/format.h"
#include "unpack/unpack.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All magics of the table of formats, ready to be searched for at once. */
struct carve_index;

/* NULL when memory is out. */
struct carve_index *carve_index_open(void);
void carve_index_close(struct carve_index *index);

struct carve_hit {
	const struct format *format;
	size_t at; /* where it starts */
	struct format_info info;
};

/*
 * The first format that starts in in[from, len): its magic is there and its
 * probe says yes. `floor` <= `from` is the first byte not yet dealt with (a
 * magic may stand behind its container's start). Formats that are
 * only_at_start are tried at 0 alone. False when there is none, or when the
 * budget's time is up.
 */
bool carve_find(const struct carve_index *index, struct bytes in, size_t floor,
    size_t from, struct budget *budget, struct carve_hit *ret);

/* Whether one starts at in[0], whatever else lies behind it. */
bool carve_find_at_start(struct bytes in, struct carve_hit *ret);

/* A run of bytes of one kind among those that no format claimed. */
struct carve_gap {
	size_t len;		/* > 0 */
	enum chunk_state state; /* CHUNK_READ, _PADDING or _OPAQUE */
};

/* The kind and length of the run at the start of `in`, which is not empty. */
struct carve_gap carve_next_gap(struct bytes in);

#endif
