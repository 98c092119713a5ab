/* SPDX-License-Identifier: ISC */
/* What the maker says, weighed against what was tested. */
#include "baseline/verdicts_private.h"

#include "baseline/judging_private.h"

/* One provision under the maker's word. */
struct hearing {
	const struct verdicts_input *in;
	const struct requirement *provision;
	const struct opinion *tested;
	bool against; /* a rule that fails or warns */
	struct provision_claim claim;
	struct arena *arena;
	struct opinion o;
	bool no_memory; /* sticks */
};

#define SAY(h, ...)                                                            \
	((h)->no_memory |= !said_add(&(h)->o.said, (h)->arena, __VA_ARGS__))

static bool
is_mandatory(const struct requirement *r)
{
	return bytes_starts(r->modality, BYTES("M"));
}

static void
decide(struct hearing *h, enum verdict verdict, enum reason reason)
{
	h->o.verdict = verdict;
	h->o.reason = reason;
	h->o.basis =
	    verdict == VERDICT_INCONCLUSIVE ? BASIS_TESTED : BASIS_DECLARED;
}

enum err
verdicts_add_problems(const struct claims *claims,
    const struct framework *framework, struct bytes requirement,
    struct arena *arena, struct said *said, bool *ret_any)
{
	const struct problem *p;
	size_t at = 0;
	bool fine = true;
	bool any = false;

	while ((p = claims_next_problem(claims, framework, requirement, &at)) !=
	    NULL) {
		any = true;
		if (p->line == 0)
			fine &= said_add(said, arena, "needs %.*s%s%.*s.%.*s",
			    SAID_TEXT(p->table), p->row.len > 0 ? "." : "",
			    SAID_TEXT(p->row), SAID_TEXT(p->field));
		else
			fine &= said_add(said, arena,
			    "needs %.*s%s%.*s.%.*s (line %u: %.*s)",
			    SAID_TEXT(p->table), p->row.len > 0 ? "." : "",
			    SAID_TEXT(p->row), SAID_TEXT(p->field),
			    (unsigned)p->line, SAID_TEXT(p->text));
	}
	*ret_any = any;
	return fine ? ERR_OK : ERR_MEMORY;
}

/* "Fq is declared no (line 12)", for each key that says so. */
static void
say_why_not(struct hearing *h)
{
	struct bytes rest = h->provision->applies_if;
	const struct feature *f;

	while ((f = features_next(h->in->claims->features, &rest)) != NULL) {
		if (feature_holds(f) != ANSWER_NO)
			continue;
		if (f->declared != NULL)
			SAY(h, "%.*s is declared no (line %u)",
			    SAID_TEXT(f->key), (unsigned)f->declared->line);
		else
			SAY(h, "%.*s follows from what is declared: no",
			    SAID_TEXT(f->key));
	}
}

/* Whether a feature it hangs on has no answer; says which. */
static bool
say_unknown_features(struct hearing *h)
{
	struct bytes rest = h->provision->applies_if;
	const struct feature *f;
	bool any = false;

	if (h->claim.applies != ANSWER_UNKNOWN)
		return false;
	while ((f = features_next(h->in->claims->features, &rest)) != NULL)
		if (feature_holds(f) == ANSWER_UNKNOWN) {
			SAY(h, "needs features.%.*s", SAID_TEXT(f->key));
			any = true;
		}
	return any;
}

/* A document passes only when it has a place or a date of its own. */
static bool
is_document(const struct requirement *r)
{
	return bytes_starts(r->evidence, BYTES("document"));
}

static void
hear_yes(struct hearing *h)
{
	const struct claims *claims = h->in->claims;
	const struct framework *framework = &h->in->catalogue->framework[0];
	struct bytes id = h->provision->id;
	bool missing = say_unknown_features(h);
	bool problems = false;

	h->no_memory |= verdicts_add_problems(claims, framework, id, h->arena,
			    &h->o.said, &problems) != ERR_OK;
	missing |= problems;
	if (!missing && is_document(h->provision) &&
	    claims_count(claims, framework, id) == 0) {
		SAY(h, "declared yes, but nothing says where it is published");
		missing = true;
	}
	h->o.declared = !missing;
	if (h->against)
		return;
	if (missing) {
		decide(h, VERDICT_INCONCLUSIVE, REASON_NEEDS_DECLARATION);
		return;
	}
	SAY(h, "declared yes (line %u)", (unsigned)h->claim.answer->line);
	if (h->tested->reason == REASON_UNREAD_BYTES)
		return;
	decide(h, VERDICT_PASS, REASON_NONE);
}

static void
hear_no(struct hearing *h)
{
	decide(h, VERDICT_FAIL, REASON_NONE);
	h->o.because = (struct rule_set){ 0 };
	SAY(h, "declared no (line %u)", (unsigned)h->claim.answer->line);
	if (h->claim.detail.len > 0) {
		SAY(h, "%.*s", SAID_TEXT(h->claim.detail));
		h->o.reasoned = !is_mandatory(h->provision);
	} else if (!is_mandatory(h->provision)) {
		SAY(h, "needs provisions.%.*s.detail, the reason",
		    SAID_TEXT(h->provision->id));
	}
}

/* Says so, but the features say otherwise, or nothing. */
static void
hear_not_applicable(struct hearing *h)
{
	unsigned line = (unsigned)h->claim.answer->line;
	struct bytes rest = h->provision->applies_if;
	const struct feature *f;

	if (!h->against)
		decide(h, VERDICT_INCONCLUSIVE, REASON_NEEDS_DECLARATION);
	if (h->claim.circular.len > 0) {
		SAY(h, "declared not applicable (line %u), but: %.*s", line,
		    SAID_TEXT(h->claim.circular));
		return;
	}
	if (say_unknown_features(h))
		return;
	if (rest.len == 0)
		SAY(h,
		    "declared not applicable (line %u), but it concerns every "
		    "product: say yes or no",
		    line);
	while ((f = features_next(h->in->claims->features, &rest)) != NULL)
		if (f->seen != NULL)
			SAY(h,
			    "declared not applicable (line %u), but %s was "
			    "seen (%.*s)",
			    line, f->shows, SAID_TEXT(f->key));
		else
			SAY(h,
			    "declared not applicable (line %u), but %.*s is "
			    "declared yes",
			    line, SAID_TEXT(f->key));
}

static void
hear_nothing(struct hearing *h)
{
	if (h->o.reason == REASON_NEEDS_REVIEW &&
	    rule_set_is_empty(&h->o.because))
		h->o.reason = REASON_NEEDS_DECLARATION;
	SAY(h, "needs provisions.%.*s.support", SAID_TEXT(h->provision->id));
}

static void
hear(struct hearing *h)
{
	if (h->tested->verdict == VERDICT_FAIL)
		return;
	if (h->claim.applies == ANSWER_NO) {
		say_why_not(h);
		h->o.declared = h->claim.detail.len > 0;
		if (!h->against) {
			decide(h, VERDICT_NOT_APPLICABLE, REASON_NONE);
			h->o.because = (struct rule_set){ 0 };
		}
		return;
	}
	switch (h->claim.support) {
	case SUPPORT_UNSAID:
		hear_nothing(h);
		return;
	case SUPPORT_YES:
		hear_yes(h);
		return;
	case SUPPORT_NO:
		hear_no(h);
		return;
	case SUPPORT_NOT_APPLICABLE:
		hear_not_applicable(h);
		return;
	}
}

enum err
verdicts_hear_claim(const struct verdicts_input *in, size_t provision,
    const struct opinion *tested, struct arena *arena, struct opinion *ret)
{
	const struct requirement *r =
	    &in->catalogue->framework[0].list[provision];
	struct rule_set against = in->results->fail;

	rule_set_join(&against, &in->results->warn);
	against = rule_set_common(&against, &tested->because);

	struct hearing h = {
		.in = in,
		.provision = r,
		.tested = tested,
		.against = !rule_set_is_empty(&against),
		.claim = claims_find(in->claims, r),
		.arena = arena,
		.o = *tested,
	};

	hear(&h);
	if (h.no_memory)
		return ERR_MEMORY;
	*ret = h.o;
	return ERR_OK;
}

enum err
verdicts_hear_reasons(const struct verdicts_input *in,
    const struct opinion *provisions, struct arena *arena, struct opinion *ret)
{
	const struct framework *f = &in->catalogue->framework[0];
	struct hearing h = { .arena = arena };
	size_t missing = 0;
	size_t reasons = 0;

	for (size_t i = 0; i < f->count; i++) {
		const struct requirement *r = &f->list[i];
		struct provision_claim c = claims_find(in->claims, r);

		if (is_mandatory(r) || c.applies == ANSWER_NO ||
		    provisions[i].verdict == VERDICT_NOT_APPLICABLE)
			continue;
		if (c.support == SUPPORT_UNSAID) {
			SAY(&h, "needs provisions.%.*s.support",
			    SAID_TEXT(r->id));
			missing++;
		} else if (c.support != SUPPORT_YES && c.detail.len == 0) {
			SAY(&h, "needs provisions.%.*s.detail",
			    SAID_TEXT(r->id));
			missing++;
		}
		reasons += c.support != SUPPORT_YES && c.detail.len > 0;
	}
	h.o.declared = missing == 0;
	decide(&h, missing == 0 ? VERDICT_PASS : VERDICT_INCONCLUSIVE,
	    missing == 0 ? REASON_NONE : REASON_NEEDS_DECLARATION);
	if (missing == 0)
		SAY(&h,
		    "every recommendation is answered; %zu of them with the "
		    "reason why it is not met",
		    reasons);
	if (h.no_memory)
		return ERR_MEMORY;
	*ret = h.o;
	return ERR_OK;
}
