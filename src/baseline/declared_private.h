/* SPDX-License-Identifier: ISC */
/* How rules look up what the maker says. Only usable answers are found. */
#ifndef BASELINE_DECLARED_PRIVATE_H
#define BASELINE_DECLARED_PRIVATE_H

#include "base/bytes.h"
#include "baseline/judging_private.h"
#include "declare/declaration.h"

#include <stdbool.h>
#include <stddef.h>

/* The next answer to table.field in any row; `size_t at = 0` begins. NULL also
   without a declaration. */
const struct declared *declared_next(
    const struct judging *j, const char *table, const char *field, size_t *at);
const struct declared *declared_first(
    const struct judging *j, const char *table, const char *field);

/* Another field of the same row. */
const struct declared *declared_in(
    const struct judging *j, const struct declared *row, const char *field);

/* The answer that a provision is supported; NULL when it is not said. */
const struct declared *declared_support(
    const struct judging *j, const char *provision);

/* Whether the text holds the word, as a whole word, in any case. */
bool text_mentions(struct bytes text, struct bytes word);

/* The text's first run of digits: "443/tcp" has 443. */
struct bytes text_number(struct bytes text);

#endif
