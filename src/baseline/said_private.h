/* SPDX-License-Identifier: ISC */
/* The few sentences that stand behind a verdict. */
#ifndef BASELINE_SAID_PRIVATE_H
#define BASELINE_SAID_PRIVATE_H

#include "base/arena.h"
#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>

#define SAID_MAX 6

/* The first sentences, in the arena; the others are counted. */
struct said {
	struct bytes list[SAID_MAX];
	size_t count;
	size_t more;
};

/* Adds a sentence (printf, cut at 400 bytes); false when memory ends. */
bool said_add(struct said *said, struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* For "%.*s": a foreign text, bounded. */
#define SAID_TEXT(bytes) judging_len(bytes), (const char *)(bytes).ptr

#endif
