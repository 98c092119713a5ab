/* SPDX-License-Identifier: ISC */
/* The words of the pages: one table a language, all with the same keys. */
#ifndef REGISTRY_TEXTS_H
#define REGISTRY_TEXTS_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/data.h"
#include "base/err.h"
#include "base/table_file.h"

#include <stdbool.h>
#include <stddef.h>

/* Languages: files data/texts/CODE.tsv, English first. */
#define TEXTS_LANGUAGES 3

struct texts;

/* Reads the tables of all languages into the arena. ERR_MALFORMED: a key is
   missing in one of them, or stands twice; *ret_fault says where. ERR_MEMORY. */
enum err texts_open(const struct data_set *data, struct arena *arena,
    const struct texts **ret, struct fault *ret_fault);

/* The text of a key; a key that is not there is our own mistake and ends the
   program. */
struct bytes texts_find(
    const struct texts *texts, unsigned language, const char *key);
/* Likewise, but false when there is none: keys made of data ("reason.7"). */
bool texts_try(const struct texts *texts, unsigned language, const char *key,
    struct bytes *ret);

/* "en"; static. And its own name: "Deutsch". */
const char *texts_code(unsigned language);
/* The language that an Accept-Language header wants most (RFC 9110 §12.5.4);
   English when it says nothing that is there. */
unsigned texts_choose(struct bytes accept_language);

#endif
