/* SPDX-License-Identifier: ISC */
/* What all claims on one vulnerability come to for one component. */
#include "advisories/matching_private.h"
#include "base/limits.h"

#define SECS_PER_DAY 86400

/* The weightiest voice of each source; of the packager's apart. */
struct council {
	const struct voice *of[CLAIM_SOURCE_COUNT];
	const struct voice *packager;
};

struct verdict {
	enum match_state state;
	const struct voice *by;
	const struct voice *against; /* another source that says no, or NULL */
	bool by_packager;
};

/* --- who speaks --- */

static bool
is_certain(const struct voice *voice)
{
	return (voice->claim_flags & BOOK_CLAIM_CONDITIONAL) == 0;
}

static bool
is_prose(const struct voice *voice)
{
	return (voice->claim_flags & BOOK_CLAIM_PROSE) != 0;
}

/* Of two of one source: the wider, then the more certain, the better read. */
static const struct voice *
weightier(const struct voice *a, const struct voice *b)
{
	if (a == NULL)
		return b;
	if (a->says != b->says)
		return a->says > b->says ? a : b;
	if (is_certain(a) != is_certain(b))
		return is_certain(a) ? a : b;
	if (is_prose(a) != is_prose(b))
		return is_prose(a) ? b : a;
	return a;
}

/*
 * The kernel's authority alone says what is mended in which branch; others
 * give ranges without a start, which hold every branch that was mended long
 * ago.
 */
static bool
kernel_authority_speaks(const struct voice *voices, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (voices[i].of_kernel_cna && voices[i].says != SAYS_NOTHING)
			return true;
	return false;
}

static struct council
hear(const struct voice *voices, size_t count)
{
	struct council c = { .packager = NULL };
	bool kernel = kernel_authority_speaks(voices, count);

	for (size_t i = 0; i < count; i++) {
		const struct voice *v = &voices[i];

		if (v->of_packager)
			c.packager = weightier(c.packager, v);
		else if (!kernel || v->of_kernel_cna)
			c.of[v->source] = weightier(c.of[v->source], v);
	}
	return c;
}

/* --- what they come to --- */

static bool
says(const struct voice *voice, enum says what)
{
	return voice != NULL && voice->says == what;
}

/* The first source that says so, the best read first. */
static const struct voice *
find_says(const struct council *c, enum says what)
{
	const struct voice *found = NULL;

	for (size_t i = 0; i < CLAIM_SOURCE_COUNT; i++)
		if (says(c->of[i], what))
			found = weightier(found, c->of[i]);
	return found;
}

/* False: it is ruled out. Between sources the widest that knows decides. */
static bool
decide(const struct council *c, struct verdict *ret)
{
	const struct voice *yes = find_says(c, SAYS_YES);
	const struct voice *no = find_says(c, SAYS_NO);
	struct verdict v = { .state = MATCH_UNKNOWN };

	if (says(c->packager, SAYS_YES)) {
		v.state = is_certain(c->packager) ? MATCH_AFFECTED
						  : MATCH_CONDITIONAL;
		v.by = c->packager;
		v.by_packager = true;
	} else if (says(c->packager, SAYS_NO)) {
		v.state = MATCH_FIXED;
		v.by = yes != NULL ? c->packager : NULL;
		v.by_packager = true;
	} else if (yes != NULL) {
		v.state = is_certain(yes) ? MATCH_AFFECTED : MATCH_CONDITIONAL;
		v.by = yes;
		v.against = no;
	} else if (no == NULL) {
		v.by = find_says(c, SAYS_UNKNOWN);
		if (v.by == NULL)
			v.by = find_says(c, SAYS_NOTHING);
		if (v.by == NULL)
			v.by = c->packager;
	}
	*ret = v;
	return v.by != NULL;
}

/* --- why the confidence is not high --- */

static void
put_reason(struct matching *m, const char *text)
{
	if (m->text.len > 0)
		out_text(&m->text, "; ");
	out_text(&m->text, text);
}

static enum err
put_disagreement(struct matching *m, const struct verdict *v)
{
	struct bytes words = { NULL, 0 };
	struct bytes fixed;
	struct out so_far = m->text;

	/* the words are made in the same place */
	m->text = out_open(LIMIT_BOOK_TEXT_LEN);
	enum err err = matching_range_words(m, v->against, &words, &fixed);

	out_close(&m->text);
	m->text = so_far;
	if (err != ERR_OK)
		return err;
	put_reason(m, claim_source_text((enum claim_source)v->against->source));
	out_text(&m->text, " says not affected: ");
	out_put(&m->text, words);
	return ERR_OK;
}

static enum err
put_condition(struct matching *m, const struct voice *voice)
{
	struct book_claim claim;
	struct bytes condition = { NULL, 0 };
	enum err err = book_claim_at(m->book, voice->claim, &claim);

	if (err == ERR_OK)
		err = book_text(m->book, claim.condition, &condition);
	if (err != ERR_OK)
		return err;
	put_reason(m, "only together with ");
	if (condition.len > 0)
		out_put(&m->text, condition);
	else
		out_text(&m->text, "something else");
	return ERR_OK;
}

/* What does not depend on the claim. */
static void
put_reasons_of_subject(struct matching *m, const struct verdict *v)
{
	const struct asked *a = &m->asked;

	if (a->is_ambiguous)
		put_reason(m, "found by its name, which several makers use");
	else if (a->by_product)
		put_reason(m, "found by its name alone");
	if (a->subject->confidence < MATCH_SURE_PERCENT) {
		put_reason(m, "the component is identified with ");
		out_decimal(&m->text, a->subject->confidence);
		out_text(&m->text, " %");
	}
	if (a->is_kernel)
		put_reason(m,
		    "the kernel's configuration and its packager's "
		    "patches decide");
	else if (a->is_packaged && !v->by_packager)
		put_reason(m, "its packager may have mended it");
}

static enum err
put_reasons_of_claim(struct matching *m, const struct verdict *v)
{
	bool boundless = false;
	enum err err = ERR_OK;

	if (v->state == MATCH_UNKNOWN)
		put_reason(m,
		    m->asked.subject->version.len == 0
			? "the version is not known"
			: "the version cannot be compared");
	if (is_prose(v->by))
		put_reason(m, "the range is read out of prose");
	if (!is_certain(v->by))
		err = put_condition(m, v->by);
	if (err == ERR_OK && v->against != NULL)
		err = put_disagreement(m, v);
	if (err == ERR_OK && v->state == MATCH_AFFECTED &&
	    !m->asked.subject->is_product)
		err = matching_is_boundless(m, v->by, &boundless);
	if (err == ERR_OK && boundless)
		put_reason(m, "the advisory names no version");
	return err;
}

static enum err
judge_confidence(struct matching *m, const struct verdict *v, struct match *ret)
{
	m->text.len = 0;
	put_reasons_of_subject(m, v);
	enum err err = put_reasons_of_claim(m, v);

	if (err != ERR_OK)
		return err;
	if (m->asked.by_product)
		ret->confidence = MATCH_LOW;
	else
		ret->confidence = m->text.len > 0 ? MATCH_MEDIUM : MATCH_HIGH;
	/* mostly as with the one before */
	if (bytes_equal(out_bytes(&m->text), m->because)) {
		ret->because = m->because;
		return ERR_OK;
	}
	err = matching_keep_text(m, &ret->because);
	m->because = ret->because;
	return err;
}

/* --- the match --- */

static enum err
describe(
    struct matching *m, const struct book_vulnerability *v, struct match *ret)
{
	enum err err = book_text(m->book, v->id, &ret->id);

	if (err == ERR_OK)
		err = book_text(m->book, v->title, &ret->title);
	ret->subject = m->subject;
	ret->cvss = v->cvss;
	ret->epss = v->epss;
	ret->exploited_by = v->exploited_by;
	ret->exploited_since = (int64_t)v->since_days * SECS_PER_DAY;
	ret->ransomware = v->ransomware;
	return err;
}

static enum err
add_match(struct matching *m, const struct match *match)
{
	void *list = m->list;

	if (m->count >= LIMIT_MATCHES)
		return ERR_LIMIT;
	enum err err =
	    matching_grow(m->arena, &list, &m->cap, m->count, sizeof(*match));

	if (err != ERR_OK)
		return err;
	m->list = list;
	m->list[m->count++] = *match;
	return ERR_OK;
}

enum err
matching_judge(struct matching *m, const struct voice *voices, size_t count)
{
	struct council council = hear(voices, count);
	struct book_vulnerability v;
	struct verdict verdict;
	struct match match = { .confidence = MATCH_LOW };

	if (!decide(&council, &verdict))
		return ERR_OK;
	if (m->asked.is_ambiguous && verdict.state != MATCH_FIXED)
		verdict.state = MATCH_UNKNOWN;
	enum err err =
	    book_vulnerability_at(m->book, voices[0].vulnerability, &v);

	if (err == ERR_OK)
		err = describe(m, &v, &match);
	match.state = verdict.state;
	match.source = (enum claim_source)verdict.by->source;
	if (err == ERR_OK)
		err = matching_heed_vex(m, voices[0].vulnerability, &v, &match);
	/* else they are noise */
	if (err != ERR_OK ||
	    (verdict.state == MATCH_UNKNOWN && v.exploited_by == 0))
		return err;
	err =
	    matching_range_words(m, verdict.by, &match.range, &match.fixed_in);
	if (err == ERR_OK)
		err = judge_confidence(m, &verdict, &match);
	if (err == ERR_OK)
		err = add_match(m, &match);
	return err;
}
