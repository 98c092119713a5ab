/* SPDX-License-Identifier: ISC */
/* Sentences of the texts with names, numbers and dates put into them. */
#ifndef REGISTRY_WORDING_H
#define REGISTRY_WORDING_H

#include "base/bytes.h"
#include "registry/texts.h"
#include "registry/web.h"

#include <stdint.h>

enum word_kind {
	WORD_END,    /* the last of a list */
	WORD_OURS,   /* a text of the tables */
	WORD_TEXT,   /* a foreign one: set apart by <bdi> */
	WORD_CODE,   /* a foreign one that is no language: <code> */
	WORD_NUMBER, /* grouped as the language does */
	WORD_DAY,    /* "3 March 2027" */
	WORD_TIME,   /* with hour and minute, UTC */
	WORD_HEX,
};

/* What stands for {name}; may be a link. */
struct word {
	const char *name;
	enum word_kind kind;
	struct bytes text; /* OURS to CODE, HEX */
	uint64_t number;
	int64_t time;
	struct bytes url; /* empty: no link */
};

struct wording {
	const struct texts *texts;
	unsigned language;
};

/*
 * The text with its words, escaped, where the writer stands: in an element, or
 * in an attribute's value (then without elements). A {name} that no word has is
 * our own mistake.
 */
void wording_put(const struct wording *wording, struct web *w, const char *key,
    const struct word *words);

/* key.one or key.other, as the language has it; {n} is the number. */
void wording_put_count(const struct wording *wording, struct web *w,
    const char *key, uint64_t n, const struct word *words);

/* One word by itself. */
void wording_put_word(
    const struct wording *wording, struct web *w, const struct word *word);

/* Whether the language says "1 label" of so many: CLDR's "one". */
bool wording_is_one(unsigned language, uint64_t n);

#endif
