/* SPDX-License-Identifier: ISC */
/* Which level of a scheme the verdicts earn, and what the next one lacks. */
#include "baseline/verdicts_private.h"

#include "base/table_file.h"

/* What schemes.tsv may accept; several words may fit one verdict. */
struct accepted {
	const char *word;
	bool (*fits)(const struct verdict_row *v);
};

static bool
is_pass(const struct verdict_row *v)
{
	return v->verdict == VERDICT_PASS;
}

static bool
is_pass_tested(const struct verdict_row *v)
{
	return is_pass(v) && v->basis == BASIS_TESTED;
}

static bool
is_pass_reviewed(const struct verdict_row *v)
{
	return is_pass(v) && v->basis == BASIS_REVIEWED;
}

static bool
is_not_applicable(const struct verdict_row *v)
{
	return v->verdict == VERDICT_NOT_APPLICABLE;
}

static bool
is_not_applicable_reviewed(const struct verdict_row *v)
{
	return is_not_applicable(v) && v->basis == BASIS_REVIEWED;
}

static bool
is_not_disproved(const struct verdict_row *v)
{
	return v->reason == REASON_NOT_DISPROVED;
}

static bool
is_unread_declared(const struct verdict_row *v)
{
	return v->reason == REASON_UNREAD_BYTES && v->declared;
}

static bool
is_review_declared(const struct verdict_row *v)
{
	return v->reason == REASON_NEEDS_REVIEW && v->declared;
}

static bool
is_reasoned_no(const struct verdict_row *v)
{
	return v->reasoned;
}

static const struct accepted words[] = {
	{ "pass", is_pass },
	{ "pass-tested", is_pass_tested },
	{ "pass-reviewed", is_pass_reviewed },
	{ "not-applicable", is_not_applicable },
	{ "not-applicable-reviewed", is_not_applicable_reviewed },
	{ "not-disproved", is_not_disproved },
	{ "unread-declared", is_unread_declared },
	{ "review-declared", is_review_declared },
	{ "reasoned-no", is_reasoned_no },
};
#define WORDS (sizeof(words) / sizeof(words[0]))

bool
scheme_accepts_known(struct bytes accepts)
{
	struct bytes word;

	while (accepts.len > 0 && bytes_next_field(&accepts, ';', &word)) {
		size_t i = 0;

		while (i < WORDS && !bytes_equal_text(word, words[i].word))
			i++;
		if (i == WORDS)
			return false;
	}
	return true;
}

static bool
is_accepted(const struct scheme_row *row, const struct verdict_row *v)
{
	for (size_t i = 0; i < WORDS; i++)
		if (words[i].fits(v) &&
		    table_list_has(row->accepts, bytes_of(words[i].word)))
			return true;
	return false;
}

static bool
concerns(const struct scheme_row *row, const struct verdict_row *v)
{
	return bytes_equal(v->framework, row->framework) &&
	    bytes_starts(v->modality, row->modality) &&
	    (row->requirement.len == 0 ||
		bytes_equal(v->requirement, row->requirement));
}

static enum need
need_of(const struct scheme_row *row, const struct verdict_row *v)
{
	if (v->verdict == VERDICT_FAIL)
		return NEED_FIX;
	if (v->reason == REASON_NEEDS_REVIEW &&
	    table_list_has(row->accepts, BYTES("review-declared")))
		return NEED_DECLARE;
	switch (v->reason) {
	case REASON_NOT_DISPROVED:
	case REASON_NEEDS_DECLARATION:
		return NEED_DECLARE;
	case REASON_UNREAD_BYTES:
		return NEED_READ;
	case REASON_NONE:
	case REASON_NEEDS_REVIEW:
		break;
	}
	return NEED_REVIEW;
}

static bool
is_listed(const struct assessment *a, const struct verdict_row *v)
{
	for (size_t i = 0; i < a->gap_count; i++)
		if (a->gaps[i].row == v)
			return true;
	return false;
}

static void
find_gaps(const struct scheme_row *row, struct assessment *ret)
{
	for (size_t i = 0; i < ret->verdict_count; i++) {
		const struct verdict_row *v = &ret->verdicts[i];

		if (!concerns(row, v) || is_accepted(row, v) ||
		    is_listed(ret, v))
			continue;
		ret->gaps[ret->gap_count++] =
		    (struct gap){ v, need_of(row, v) };
		ret->missing[ret->missing_count++] = v->requirement;
	}
}

/* Level by level, as they stand in the table; the first gap ends the climb. */
enum err
verdicts_reach_level(const struct scheme_list *schemes, struct bytes scheme,
    struct arena *arena, struct assessment *ret)
{
	size_t i = 0;

	ret->scheme_name = scheme.len > 0 ? scheme : schemes->list[0].scheme;
	ret->scheme_level = (struct bytes){ NULL, 0 };
	ret->scheme_next = (struct bytes){ NULL, 0 };
	ret->missing_count = 0;
	ret->gap_count = 0;
	ret->missing =
	    arena_take_array(arena, ret->verdict_count, sizeof(*ret->missing));
	ret->gaps =
	    arena_take_array(arena, ret->verdict_count, sizeof(*ret->gaps));
	if (ret->missing == NULL || ret->gaps == NULL)
		return ERR_MEMORY;
	while (i < schemes->count) {
		struct bytes level = schemes->list[i].level;
		bool ours =
		    bytes_equal(schemes->list[i].scheme, ret->scheme_name);

		for (; i < schemes->count &&
		     bytes_equal(schemes->list[i].level, level) &&
		     bytes_equal(schemes->list[i].scheme, ret->scheme_name) ==
			 ours;
		     i++)
			if (ours)
				find_gaps(&schemes->list[i], ret);
		if (ret->gap_count > 0) {
			ret->scheme_next = level;
			return ERR_OK;
		}
		if (ours)
			ret->scheme_level = level;
	}
	return ERR_OK;
}
