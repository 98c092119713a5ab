/* SPDX-License-Identifier: ISC */
/* Whether a claim's ranges hold a version, and how to say so. */
#include "advisories/matching_private.h"
#include "base/limits.h"

/* --- orders --- */

static bool
is_of_packages(enum version_scheme scheme)
{
	return scheme == VERSION_DPKG || scheme == VERSION_RPM ||
	    scheme == VERSION_APK;
}

/* Packagers' advisories count their revisions, others do not. */
static struct bytes
version_for(const struct matching *m, enum version_scheme scheme)
{
	return is_of_packages(scheme) ? m->asked.packaged : m->asked.upstream;
}

/* Digits of a number that fits into 32 bits. */
#define PLAIN_DIGITS 9

static bool
is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

/* Numbers without leading zeros, a dot between two: "1.19.4", or what follows
   the digit before in one. */
static bool
is_plain(struct bytes in, uint8_t before)
{
	for (size_t i = 0; i < in.len; i++) {
		uint8_t byte = in.ptr[i];

		if (!is_digit(byte) && (byte != '.' || !is_digit(before)))
			return false;
		if (byte == '0' && before == '.' && i + 1 < in.len &&
		    in.ptr[i + 1] != '.')
			return false;
		before = byte;
	}
	return is_digit(before);
}

/* Takes the number off the front; false when it is none, or too long. */
static bool
take_number(struct bytes *rest, uint32_t *ret)
{
	uint32_t number = 0;
	size_t len = 0;

	while (len < rest->len && is_digit(rest->ptr[len]))
		number = number * 10 + (rest->ptr[len++] - '0');
	*rest = bytes_from(*rest, len);
	*ret = number;
	return len > 0 && len <= PLAIN_DIGITS;
}

/*
 * Most versions are numbers with dots between. Where such a pair differs in a
 * number that both have, all schemes agree on the order, and this is a tenth
 * of the work. False: not so plain.
 */
static bool
compare_plain(struct bytes was, struct bytes now, enum version_order *ret)
{
	size_t same = 0; /* bytes up to the last dot that is in both */
	uint32_t a = 0;
	uint32_t b = 0;

	if (!is_plain(was, '.') || !is_plain(now, '.'))
		return false;
	for (size_t i = 0; i < was.len && i < now.len; i++) {
		if (was.ptr[i] != now.ptr[i])
			break;
		if (was.ptr[i] == '.')
			same = i + 1;
	}
	was = bytes_from(was, same);
	now = bytes_from(now, same);
	if (!take_number(&was, &a) || !take_number(&now, &b) || a == b)
		return false;
	*ret = a < b ? VERSION_NEWER : VERSION_OLDER;
	return true;
}

enum version_order
matching_compare(enum version_scheme scheme, struct bytes was, struct bytes now)
{
	enum version_order order;

	if (scheme != VERSION_COMMIT && compare_plain(was, now, &order))
		return order;
	return version_compare(scheme, was, now);
}

/* What the subject's version is to one in the book. */
static enum err
order_of(struct matching *m, enum version_scheme scheme, uint32_t ref,
    enum version_order *ret)
{
	uint32_t at = (ref * 0x9e3779b1U + (uint32_t)scheme) >> 20;
	struct known_order *known = &m->known[at % ORDER_SLOTS];
	struct bytes was = { NULL, 0 };

	if (known->ref == ref && known->scheme == scheme &&
	    known->round == m->round) {
		*ret = (enum version_order)known->order;
		return ERR_OK;
	}
	enum err err = book_text(m->book, ref, &was);

	if (err != ERR_OK)
		return err;
	struct bytes now = version_for(m, scheme);
	enum version_order order = VERSION_UNSURE;
	enum version_scheme by = scheme;

	/* 8.9p1 is no semver, but has its place between 8.8.0 and 9.0.0 */
	if (by == VERSION_SEMVER && !version_is_allowed(by, now))
		by = VERSION_ANY;
	if (now.len > 0 && was.len <= LIMIT_BOOK_VERSION_LEN)
		order = matching_compare(by, was, now);
	*known = (struct known_order){ .ref = ref,
		.round = m->round,
		.scheme = (uint8_t)scheme,
		.order = (uint8_t)order };
	*ret = order;
	return ERR_OK;
}

/* --- ranges --- */

enum held {
	HELD_NO,
	HELD_UNSURE,
	HELD_YES
};

static enum held
least(enum held a, enum held b)
{
	return a < b ? a : b;
}

static enum err
is_from_held(struct matching *m, enum version_scheme scheme,
    const struct book_range *range, enum held *ret)
{
	enum version_order order = VERSION_UNSURE;
	enum err err = ERR_OK;

	*ret = HELD_YES;
	if (range->from == 0)
		return ERR_OK;
	err = order_of(m, scheme, range->from, &order);
	if (order == VERSION_UNSURE)
		*ret = HELD_UNSURE;
	else if (order == VERSION_OLDER ||
	    (order == VERSION_SAME && (range->flags & BOOK_FROM_EXCLUDED) != 0))
		*ret = HELD_NO;
	return err;
}

/* 5.10.7 is of the branch 5.10. */
static bool
is_of_branch(struct bytes version, struct bytes branch)
{
	return version.len > branch.len && branch.len > 0 &&
	    bytes_starts(version, branch) && version.ptr[branch.len] == '.';
}

static enum err
is_to_held(struct matching *m, enum version_scheme scheme,
    const struct book_range *range, enum held *ret)
{
	enum version_order order = VERSION_UNSURE;
	struct bytes branch = { NULL, 0 };
	unsigned included = BOOK_TO_INCLUDED | BOOK_TO_BRANCH;

	*ret = HELD_YES;
	if (range->to == 0)
		return ERR_OK;
	enum err err = order_of(m, scheme, range->to, &order);

	if (err == ERR_OK && order == VERSION_NEWER &&
	    (range->flags & BOOK_TO_BRANCH) != 0)
		err = book_text(m->book, range->to, &branch);
	if (order == VERSION_UNSURE)
		*ret = HELD_UNSURE;
	else if (order == VERSION_NEWER)
		*ret = is_of_branch(version_for(m, scheme), branch) ? HELD_YES
								    : HELD_NO;
	else if (order == VERSION_SAME && (range->flags & included) == 0)
		*ret = HELD_NO;
	return err;
}

static enum err
is_held(struct matching *m, enum version_scheme scheme,
    const struct book_range *range, enum held *ret)
{
	enum held from;
	enum held end = HELD_NO;
	enum err err = is_from_held(m, scheme, range, &from);

	if (err == ERR_OK && from != HELD_NO)
		err = is_to_held(m, scheme, range, &end);
	if (err == ERR_OK)
		*ret = least(from, end);
	return err;
}

/* --- claims --- */

static enum says
says_of(enum claim_status status)
{
	switch (status) {
	case CLAIM_AFFECTED:
		return SAYS_YES;
	case CLAIM_UNAFFECTED:
		return SAYS_NO;
	case CLAIM_UNKNOWN:
	case CLAIM_STATUS_COUNT:
		break;
	}
	return SAYS_UNKNOWN;
}

/*
 * Without a range that holds it. A version outside of the affected ranges is
 * not affected, though most records leave that unsaid (their default is
 * "unknown"); unless there are ranges that nobody could read. Those of OSV are
 * commits, beside ranges that say the same.
 */
static enum says
says_otherwise(const struct book_claim *claim, bool any_unsure)
{
	bool has_ranges = claim->range_end > claim->range_first;
	bool unread = (claim->flags & BOOK_CLAIM_UNREAD) != 0;

	if (any_unsure)
		return SAYS_UNKNOWN;
	if (!has_ranges && (unread || claim->otherwise == CLAIM_UNKNOWN))
		return SAYS_NOTHING;
	if (unread && claim->source != CLAIM_OSV)
		return SAYS_UNKNOWN;
	return claim->otherwise == CLAIM_AFFECTED ? SAYS_YES : SAYS_NO;
}

enum err
matching_evaluate(
    struct matching *m, const struct book_claim *claim, struct voice *ret)
{
	bool any_unsure = false;

	/* a packager's revisions say nothing of anybody else's versions */
	ret->says = SAYS_NOTHING;
	ret->range = VOICE_OTHERWISE;
	if (is_of_packages(claim->scheme) && !ret->of_packager)
		return ERR_OK;
	for (uint32_t i = claim->range_first; i < claim->range_end; i++) {
		struct book_range range;
		enum held held = HELD_NO;
		enum err err = book_range_at(m->book, i, &range);

		if (err == ERR_OK)
			err = is_held(m, claim->scheme, &range, &held);
		if (err != ERR_OK)
			return err;
		if (held == HELD_YES) {
			ret->says = (uint8_t)says_of(range.status);
			ret->range = i;
			return ERR_OK;
		}
		any_unsure |= held == HELD_UNSURE;
	}
	ret->says = (uint8_t)says_otherwise(claim, any_unsure);
	return ERR_OK;
}

enum err
matching_is_boundless(struct matching *m, const struct voice *voice, bool *ret)
{
	struct book_claim claim;
	struct book_range range = { .from = 0 };
	enum err err = book_claim_at(m->book, voice->claim, &claim);

	if (err == ERR_OK && voice->range == VOICE_OTHERWISE) {
		*ret = claim.range_first == claim.range_end;
		return ERR_OK;
	}
	if (err == ERR_OK)
		err = book_range_at(m->book, voice->range, &range);
	if (err == ERR_OK)
		*ret = range.from == 0 && range.to == 0;
	return err;
}

/* --- words --- */

/* A stretch of versions; empty ends are open. */
struct stretch {
	struct bytes from;
	struct bytes to;
	bool from_excluded;
	bool from_branch; /* behind all of that branch */
	bool to_included;
	bool to_branch;
};

static void
put_words(const struct stretch *s, struct out *to)
{
	if (s->from.len == 0 && s->to.len == 0) {
		out_text(to, "every version");
		return;
	}
	if (s->to_included && bytes_equal(s->from, s->to)) {
		out_put(to, s->to);
		return;
	}
	if (s->from.len > 0) {
		out_text(to, s->from_excluded ? "after " : "from ");
		out_put(to, s->from);
		out_text(to, s->from_branch ? ".x" : "");
		out_text(to, s->to.len > 0 ? ", " : "");
	}
	if (s->to.len > 0) {
		out_text(
		    to, s->to_included || s->to_branch ? "up to " : "before ");
		out_put(to, s->to);
		out_text(to, s->to_branch ? ".x" : "");
	}
}

static enum err
read_stretch(
    struct matching *m, const struct book_range *range, struct stretch *ret)
{
	enum err err = book_text(m->book, range->from, &ret->from);

	if (err == ERR_OK)
		err = book_text(m->book, range->to, &ret->to);
	ret->from_excluded = (range->flags & BOOK_FROM_EXCLUDED) != 0;
	ret->to_included = (range->flags & BOOK_TO_INCLUDED) != 0;
	ret->to_branch = (range->flags & BOOK_TO_BRANCH) != 0;
	return err;
}

/* The gap between ranges where the version lies: the nearest end below it and
   the nearest start above. */
struct gap {
	enum version_scheme scheme;
	struct stretch at;
};

static bool
is_nearer_start(const struct gap *gap, struct bytes from)
{
	return gap->at.to.len == 0 ||
	    matching_compare(gap->scheme, gap->at.to, from) == VERSION_OLDER;
}

static bool
is_nearer_end(const struct gap *gap, struct bytes to)
{
	return gap->at.from.len == 0 ||
	    matching_compare(gap->scheme, gap->at.from, to) == VERSION_NEWER;
}

static enum err
narrow_gap(struct matching *m, const struct book_range *range, struct gap *gap)
{
	struct stretch s;
	enum version_order to_from = VERSION_UNSURE;
	enum version_order to_end = VERSION_UNSURE;
	enum err err = read_stretch(m, range, &s);

	if (err == ERR_OK && s.from.len > 0)
		err = order_of(m, gap->scheme, range->from, &to_from);
	if (err == ERR_OK && s.to.len > 0)
		err = order_of(m, gap->scheme, range->to, &to_end);
	if (err != ERR_OK)
		return err;
	bool starts_above = s.from.len > 0 &&
	    (to_from == VERSION_OLDER ||
		(to_from == VERSION_SAME && s.from_excluded));

	if (starts_above && is_nearer_start(gap, s.from)) {
		gap->at.to = s.from;
		gap->at.to_included = s.from_excluded;
	} else if (!starts_above && s.to.len > 0 &&
	    (to_end == VERSION_NEWER || to_end == VERSION_SAME) &&
	    is_nearer_end(gap, s.to)) {
		gap->at.from = s.to;
		gap->at.from_excluded = s.to_included || s.to_branch;
		gap->at.from_branch = s.to_branch;
	}
	return ERR_OK;
}

static enum err
find_gap(
    struct matching *m, const struct book_claim *claim, struct stretch *ret)
{
	struct gap gap = { .scheme = claim->scheme };
	enum err err = ERR_OK;

	for (uint32_t i = claim->range_first;
	     i < claim->range_end && err == ERR_OK; i++) {
		struct book_range range;

		err = book_range_at(m->book, i, &range);
		if (err == ERR_OK)
			err = narrow_gap(m, &range, &gap);
	}
	if (err == ERR_OK)
		*ret = gap.at;
	return err;
}

/* What is affected, where the version is not known: the first such range. */
static enum err
find_affected(
    struct matching *m, const struct book_claim *claim, struct stretch *ret)
{
	for (uint32_t i = claim->range_first; i < claim->range_end; i++) {
		struct book_range range;
		enum err err = book_range_at(m->book, i, &range);

		if (err != ERR_OK)
			return err;
		if (range.status == CLAIM_AFFECTED)
			return read_stretch(m, &range, ret);
	}
	return ERR_OK;
}

static enum err
find_stretch(struct matching *m, const struct voice *voice, struct stretch *ret)
{
	struct book_claim claim;
	struct book_range range;
	enum err err = book_claim_at(m->book, voice->claim, &claim);

	if (err != ERR_OK)
		return err;
	if (voice->range == VOICE_OTHERWISE)
		return voice->says == SAYS_UNKNOWN
		    ? find_affected(m, &claim, ret)
		    : find_gap(m, &claim, ret);
	err = book_range_at(m->book, voice->range, &range);
	return err == ERR_OK ? read_stretch(m, &range, ret) : err;
}

enum err
matching_range_words(struct matching *m, const struct voice *voice,
    struct bytes *ret_words, struct bytes *ret_fixed)
{
	struct stretch s = { .to_included = false };
	enum err err = find_stretch(m, voice, &s);

	if (err != ERR_OK)
		return err;
	if (voice->says == SAYS_NO)
		*ret_fixed = s.from_excluded ? BYTES("") : s.from;
	else
		*ret_fixed = s.to_included || s.to_branch ? BYTES("") : s.to;
	m->text.len = 0;
	put_words(&s, &m->text);
	return matching_keep_text(m, ret_words);
}
