/* SPDX-License-Identifier: ISC */
/* One growing heap with a fixed limit; everything in it is freed at once. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/bytes.h"

#include <stdarg.h>
#include <stddef.h>

struct arena_block;

/* A handle. Set up with arena_open(), released with arena_close(). */
struct arena {
	struct arena_block *block; /* the newest; older ones hang behind it */
	size_t used;		   /* bytes given out, alignment included */
	size_t limit;		   /* bytes that may be given out */
};

/* Takes no memory yet. */
struct arena arena_open(size_t limit);

/* Frees all; the arena is empty afterwards and may be used again. */
void arena_close(struct arena *a);

/*
 * n zeroed bytes, aligned for any type, in the arena; NULL when the limit or
 * the machine's memory is reached. n of 0 gives a valid pointer.
 */
void *arena_take(struct arena *a, size_t n);

/* How far an arena is filled. */
struct arena_mark {
	struct arena_block *block;
	size_t block_used;
	size_t used;
};

struct arena_mark arena_mark(const struct arena *a);

/*
 * Forgets what was taken since the mark; a first block stays for what comes.
 * Marks made since are void.
 */
void arena_back(struct arena *a, struct arena_mark mark);

/* count elements of `size`; NULL also when the product does not fit. */
void *arena_take_array(struct arena *a, size_t count, size_t size);

/* A copy in the arena; {NULL, 0} when it does not fit or `in` is empty. */
struct bytes arena_copy(struct arena *a, struct bytes in);

/* A zero-terminated copy in the arena, or NULL. */
char *arena_text(struct arena *a, struct bytes in);

/*
 * A text of vprintf() in the arena, cut so that it is shorter than `limit`;
 * {NULL, 0} when it does not fit into the arena.
 */
struct bytes arena_print(struct arena *a, size_t limit, const char *format,
    va_list args) __attribute__((format(printf, 3, 0)));

#endif
