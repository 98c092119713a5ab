/* SPDX-License-Identifier: ISC */
/* Which names stand in a heap of scripts, and which of them more than once. */
#ifndef INSPECT_WORD_COUNTS_H
#define INSPECT_WORD_COUNTS_H

#include "base/bytes.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A handle; all zero is an empty one. Texts need not stay. */
struct word_counts {
	uint64_t *slot; /* hash of a word, its lowest bit: more than once */
	size_t mask;	/* slots less one */
	size_t used;
};

/* Adds every word (letters, digits, underscores) of a text. ERR_MEMORY. */
enum err word_counts_add(struct word_counts *w, struct bytes text);

/* How often the word was added; 2 is "more than once". Two words of the same
   63 bits of hash are taken for one. */
unsigned word_counts_of(const struct word_counts *w, struct bytes word);

/* Whether all of it is one word. */
bool word_counts_is_word(struct bytes in);

void word_counts_close(struct word_counts *w);

#endif
