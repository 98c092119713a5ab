/* SPDX-License-Identifier: ISC */
/* Looks up what the maker says, and leaves out what cannot be used. */
#include "baseline/claims_private.h"

#define PROVISIONS BYTES("provisions")

enum err
claims_prepare(struct claims *claims, struct arena *arena)
{
	const struct problems *p = claims->problems;

	if (p == NULL)
		return ERR_OK;
	claims->asked =
	    arena_take_array(arena, p->count, sizeof(*claims->asked));
	if (claims->asked == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < p->count; i++)
		claims->asked[i] = questions_find(
		    claims->questions, p->list[i].table, p->list[i].field);
	return ERR_OK;
}

const struct problem *
claims_problem_of(const struct claims *claims, const struct declared *answer)
{
	const struct problems *p = claims->problems;

	for (size_t i = 0; p != NULL && i < p->count; i++)
		if (bytes_equal(p->list[i].field, answer->field) &&
		    bytes_equal(p->list[i].row, answer->row) &&
		    bytes_equal(p->list[i].table, answer->table))
			return &p->list[i];
	return NULL;
}

static enum support
read_support(struct bytes value)
{
	if (bytes_equal_text(value, "yes"))
		return SUPPORT_YES;
	if (bytes_equal_text(value, "no"))
		return SUPPORT_NO;
	return bytes_equal_text(value, "not-applicable")
	    ? SUPPORT_NOT_APPLICABLE
	    : SUPPORT_UNSAID;
}

struct provision_claim
claims_find(const struct claims *claims, const struct requirement *provision)
{
	struct provision_claim c = { .applies = features_apply(claims->features,
					 provision->applies_if) };
	const struct problems *p = claims->problems;
	const struct applicability *a = p == NULL
	    ? NULL
	    : applicability_find(
		  p->applicability, p->applicability_count, provision->id);
	const struct declared *detail = declaration_find(
	    claims->declaration, PROVISIONS, provision->id, BYTES("detail"));

	if (a != NULL && a->circular.len > 0 && c.applies == ANSWER_NO) {
		c.circular = a->circular;
		c.applies = ANSWER_YES;
	}
	c.answer = declaration_find(
	    claims->declaration, PROVISIONS, provision->id, BYTES("support"));
	if (c.answer != NULL)
		c.support = read_support(c.answer->value);
	if (detail != NULL && claims_problem_of(claims, detail) == NULL)
		c.detail = bytes_trim(detail->value);
	return c;
}

/* "5.1-1" is a provision; "cra:AnxII(7)" names its column of the crosswalk,
   which several frameworks may share. */
static bool
serves(const struct question *question, const struct framework *framework,
    struct bytes requirement)
{
	struct bytes list = question->serves;
	struct bytes id;

	while (list.len > 0 && bytes_next_field(&list, ';', &id)) {
		struct bytes prefix = BYTES("en303645");

		if (bytes_find_byte(id, ':', 0) != SIZE_MAX &&
		    !bytes_next_field(&id, ':', &prefix))
			continue;
		if (bytes_equal(id, requirement) &&
		    (bytes_equal(prefix, framework->id) ||
			bytes_equal(prefix, framework->crosswalk)))
			return true;
	}
	return false;
}

const struct problem *
claims_next_problem(const struct claims *claims,
    const struct framework *framework, struct bytes requirement, size_t *at)
{
	const struct problems *p = claims->problems;

	for (; p != NULL && *at < p->count; (*at)++) {
		const struct question *q = claims->asked[*at];

		if (q == NULL || bytes_equal(q->table, PROVISIONS) ||
		    !serves(q, framework, requirement))
			continue;
		(*at)++;
		return &p->list[*at - 1];
	}
	return NULL;
}

static bool
is_answered(const struct claims *claims, const struct question *q)
{
	size_t at = 0;

	return claims_next(claims, q->table, BYTES(""), q->field, &at) != NULL;
}

/* The next question outside "provisions", answered or not. */
static const struct question *
next_question(const struct claims *claims, const struct framework *framework,
    struct bytes requirement, bool answered, size_t *at)
{
	const struct questions *all = claims->questions;

	while (*at < all->count) {
		const struct question *q = &all->list[(*at)++];

		if (!bytes_equal(q->table, PROVISIONS) &&
		    serves(q, framework, requirement) &&
		    is_answered(claims, q) == answered)
			return q;
	}
	return NULL;
}

const struct question *
claims_next_unanswered(const struct claims *claims,
    const struct framework *framework, struct bytes requirement, size_t *at)
{
	return next_question(claims, framework, requirement, false, at);
}

size_t
claims_count(const struct claims *claims, const struct framework *framework,
    struct bytes requirement)
{
	size_t count = 0;
	size_t at = 0;

	while (next_question(claims, framework, requirement, true, &at) != NULL)
		count++;
	return count;
}

const struct declared *
claims_next(const struct claims *claims, struct bytes table, struct bytes row,
    struct bytes field, size_t *at)
{
	const struct declaration *d = claims->declaration;

	for (; d != NULL && *at < d->count; (*at)++) {
		const struct declared *answer = &d->list[*at];

		if (!bytes_equal(answer->field, field) ||
		    !bytes_equal(answer->table, table) ||
		    (row.len > 0 && !bytes_equal(answer->row, row)) ||
		    bytes_trim(answer->value).len == 0 ||
		    claims_problem_of(claims, answer) != NULL)
			continue;
		(*at)++;
		return answer;
	}
	return NULL;
}
