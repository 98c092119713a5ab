/* SPDX-License-Identifier: ISC */
/* A list in an arena that grows without moving what is in it. */
#ifndef TRUST_CHUNKS_H
#define TRUST_CHUNKS_H

#include "base/arena.h"

#include <stddef.h>

struct chunks {
	void **chunk; /* of 1024 elements each, in the arena */
	size_t chunk_cap;
	size_t count; /* elements */
	size_t size;  /* bytes of one */
};

/* A zeroed element behind the last; NULL when the arena is full. */
void *chunks_add(struct chunks *c, struct arena *arena);

/* An element; i < count. */
void *chunks_at(const struct chunks *c, size_t i);

#endif
