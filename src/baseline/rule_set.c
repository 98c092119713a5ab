/* SPDX-License-Identifier: ISC */
/* A bit for each rule. */
#include "baseline/rule_set.h"

#include <assert.h>

static_assert(RULES_MAX == RULE_SET_WORDS * RULE_SET_WORD_BITS,
    "a bit for each rule, and none too many");

void
rule_set_add(struct rule_set *set, size_t rule)
{
	assert(rule < RULES_MAX);
	set->word[rule / RULE_SET_WORD_BITS] |= (uint64_t)1
	    << rule % RULE_SET_WORD_BITS;
}

bool
rule_set_has(const struct rule_set *set, size_t rule)
{
	assert(rule < RULES_MAX);
	return (set->word[rule / RULE_SET_WORD_BITS] >>
		       rule % RULE_SET_WORD_BITS &
		   1) != 0;
}

bool
rule_set_is_empty(const struct rule_set *set)
{
	for (size_t i = 0; i < RULE_SET_WORDS; i++)
		if (set->word[i] != 0)
			return false;
	return true;
}

size_t
rule_set_count(const struct rule_set *set)
{
	size_t count = 0;

	for (size_t i = 0; i < RULE_SET_WORDS; i++)
		count += (size_t)__builtin_popcountll(set->word[i]);
	return count;
}

void
rule_set_join(struct rule_set *set, const struct rule_set *more)
{
	for (size_t i = 0; i < RULE_SET_WORDS; i++)
		set->word[i] |= more->word[i];
}

struct rule_set
rule_set_common(const struct rule_set *one, const struct rule_set *other)
{
	struct rule_set common = { .word = { 0 } };

	for (size_t i = 0; i < RULE_SET_WORDS; i++)
		common.word[i] = one->word[i] & other->word[i];
	return common;
}
