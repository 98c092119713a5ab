/* SPDX-License-Identifier: ISC */
/* Sets of rules, by their place in the list of rules. */
#ifndef BASELINE_RULE_SET_H
#define BASELINE_RULE_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RULES_MAX 128
#define RULE_SET_WORD_BITS 64
#define RULE_SET_WORDS 2

/* Zero is the empty set. */
struct rule_set {
	uint64_t word[RULE_SET_WORDS];
};

/* `rule` is below RULES_MAX. */
void rule_set_add(struct rule_set *set, size_t rule);
bool rule_set_has(const struct rule_set *set, size_t rule);

bool rule_set_is_empty(const struct rule_set *set);
size_t rule_set_count(const struct rule_set *set);

/* Adds all of `more`. */
void rule_set_join(struct rule_set *set, const struct rule_set *more);

/* What both have. */
struct rule_set rule_set_common(
    const struct rule_set *one, const struct rule_set *other);

#endif
