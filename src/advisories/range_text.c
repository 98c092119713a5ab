/* SPDX-License-Identifier: ISC */
/* Ranges of versions as people write them: words, then clauses of them. */
#include "advisories/range_text.h"

#include "advisories/version_private.h"

/* What a word of such a text is. */
enum word {
	WORD_END,
	WORD_VERSION,
	WORD_BRANCH, /* "2.x" */
	WORD_NONE,   /* "unspecified": no bound */
	WORD_COMMA,  /* and what else separates */
	WORD_AND,
	WORD_ALL,
	WORD_LESS,  /* "<", "before" */
	WORD_UP_TO, /* "<=", "through" */
	WORD_MORE,  /* ">" */
	WORD_FROM,  /* ">=", "from" */
	WORD_DASH,
	WORD_EQUAL,
	WORD_EARLIER, /* behind a version and an "and" */
	WORD_LATER,
	WORD_FILLER,  /* "version": says nothing */
	WORD_THAN,    /* "to", "than" behind "prior", "earlier" */
	WORD_UP,      /* "up", before "to" */
	WORD_FOREIGN, /* anything else */
};

static const struct {
	const char *text;
	enum word word;
} words[] = {
	{ "<", WORD_LESS },
	{ "before", WORD_LESS },
	{ "<=", WORD_UP_TO },
	{ "=<", WORD_UP_TO },
	{ "\xe2\x89\xa4", WORD_UP_TO },
	{ "through", WORD_UP_TO },
	{ "thru", WORD_UP_TO },
	{ ">", WORD_MORE },
	{ ">=", WORD_FROM },
	{ "=>", WORD_FROM },
	{ "\xe2\x89\xa5", WORD_FROM },
	{ "from", WORD_FROM },
	{ "=", WORD_EQUAL },
	{ "==", WORD_EQUAL },
	{ "-", WORD_DASH },
	{ "\xe2\x80\x93", WORD_DASH },
	{ ",", WORD_COMMA },
	{ ";", WORD_COMMA },
	{ "and", WORD_AND },
	{ "or", WORD_AND },
	{ "&", WORD_AND },
	{ "earlier", WORD_EARLIER },
	{ "prior", WORD_EARLIER },
	{ "below", WORD_EARLIER },
	{ "older", WORD_EARLIER },
	{ "lower", WORD_EARLIER },
	{ "previous", WORD_EARLIER },
	{ "less", WORD_EARLIER },
	{ "later", WORD_LATER },
	{ "above", WORD_LATER },
	{ "newer", WORD_LATER },
	{ "higher", WORD_LATER },
	{ "to", WORD_THAN },
	{ "up", WORD_UP },
	{ "than", WORD_THAN },
	{ "all", WORD_ALL },
	{ "any", WORD_ALL },
	{ "*", WORD_ALL },
	{ "version", WORD_FILLER },
	{ "versions", WORD_FILLER },
	{ "ver", WORD_FILLER },
	{ "ver.", WORD_FILLER },
	{ "vers.", WORD_FILLER },
	{ "v", WORD_FILLER },
	{ "v.", WORD_FILLER },
	{ "release", WORD_FILLER },
	{ "releases", WORD_FILLER },
	{ "firmware", WORD_FILLER },
	{ "unspecified", WORD_NONE },
};

/* Texts in the place of a version that are none. */
static const char *const nothings[] = { "", "-", "--", "n/a", "na", "none",
	"unspecified", "unknown", "not specified", "various", "tbd", "?", "." };

static bool
is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

static bool
is_operator(uint8_t byte)
{
	return byte == '<' || byte == '>' || byte == '=';
}

/* U+2264 and U+2265, less or equal and greater or equal. */
static bool
is_sign(struct bytes in, size_t at)
{
	return in.len - at >= 3 && in.ptr[at] == 0xe2 &&
	    in.ptr[at + 1] == 0x89 &&
	    (in.ptr[at + 2] == 0xa4 || in.ptr[at + 2] == 0xa5);
}

bool
range_text_is_nothing(struct bytes text)
{
	struct bytes in = bytes_trim(text);

	for (size_t i = 0; i < sizeof(nothings) / sizeof(nothings[0]); i++) {
		if (bytes_equal_any_case(in, nothings[i]))
			return true;
	}
	return false;
}

bool
range_text_is_all(struct bytes text)
{
	struct bytes in = bytes_trim(text);

	return bytes_equal_any_case(in, "*") ||
	    bytes_equal_any_case(in, "all") ||
	    bytes_equal_any_case(in, "any") ||
	    bytes_equal_any_case(in, "all versions");
}

/* Bytes that stand in versions, parentheses of Cisco's included. */
static bool
is_version_byte(uint8_t c)
{
	return is_digit(c) ||
	    (bytes_lower(c) >= 'a' && bytes_lower(c) <= 'z') || c == '.' ||
	    c == '_' || c == '+' || c == '~' || c == ':' || c == '-' ||
	    c == '(' || c == ')';
}

/* ".x", ".*" at the end, and how many bytes that is. */
static size_t
wildcard_len(struct bytes in)
{
	if (in.len < 3 || in.ptr[in.len - 2] != '.')
		return 0;
	uint8_t last = in.ptr[in.len - 1];

	return last == '*' || last == 'x' || last == 'X' ? 2 : 0;
}

bool
range_text_is_doubtful(struct bytes in)
{
	size_t dash = bytes_find_byte(in, '-', 0);

	return dash != SIZE_MAX && dash + 1 < in.len &&
	    is_digit(in.ptr[dash + 1]) && bytes_find_byte(in, '.', 0) < dash &&
	    bytes_find_byte(in, '.', dash) != SIZE_MAX;
}

/* "7.0(3", "1.2)": half of something. */
static bool
is_balanced(struct bytes in)
{
	size_t open = 0;

	for (size_t i = 0; i < in.len; i++) {
		if (in.ptr[i] == '(')
			open++;
		if (in.ptr[i] == ')' && open-- == 0)
			return false;
	}
	return open == 0;
}

/* Behind "v", "v.", "ver", "ver." that stand before a digit. */
static struct bytes
without_v(struct bytes in)
{
	size_t at = 0;

	if (in.len > 0 && bytes_lower(in.ptr[0]) == 'v')
		at = 1;
	if (bytes_equal_any_case(bytes_slice(in, 0, 3), "ver"))
		at = 3;
	if (at > 0 && at < in.len && in.ptr[at] == '.')
		at++;
	return bytes_from(in, at);
}

bool
range_text_version(struct bytes text, struct bytes *ret)
{
	struct bytes in = without_v(bytes_trim(text));

	if (in.len == 0 || !is_digit(in.ptr[0]) || wildcard_len(in) > 0 ||
	    in.ptr[in.len - 1] == '.' || !is_balanced(in))
		return false;
	for (size_t i = 0; i < in.len; i++) {
		if (!is_version_byte(in.ptr[i]))
			return false;
	}
	*ret = in;
	return true;
}

bool
range_text_branch(struct bytes text, struct bytes *ret)
{
	struct bytes in = bytes_trim(text);
	size_t len = wildcard_len(in);

	return len > 0 &&
	    range_text_version(bytes_slice(in, 0, in.len - len), ret);
}

/* --- words --- */

struct reader {
	struct bytes rest;
	enum word word;	    /* the one at hand */
	struct bytes value; /* of a version or branch */
};

/* The next run of bytes that is one word. */
static struct bytes
take_run(struct bytes *rest)
{
	struct bytes in = bytes_trim(*rest);
	size_t len = 0;

	if (in.len > 0 && (in.ptr[0] == ',' || in.ptr[0] == ';')) {
		len = 1;
	} else if (is_sign(in, 0)) {
		len = 3;
	} else if (in.len > 0 && is_operator(in.ptr[0])) {
		while (len < in.len && is_operator(in.ptr[len]))
			len++;
	} else {
		while (len < in.len && in.ptr[len] > ' ' &&
		    in.ptr[len] != ',' && in.ptr[len] != ';' &&
		    !is_operator(in.ptr[len]) && !is_sign(in, len))
			len++;
	}
	if (len == 0 && in.len > 0)
		len = 1; /* a control character: foreign */
	*rest = bytes_from(in, len);
	return bytes_slice(in, 0, len);
}

static enum word
word_of(struct bytes run, struct bytes *value)
{
	if (run.len == 0)
		return WORD_END;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (bytes_equal_any_case(run, words[i].text))
			return words[i].word;
	}
	if (range_text_version(run, value))
		return range_text_is_doubtful(*value) ||
			version_is_commit(*value)
		    ? WORD_FOREIGN
		    : WORD_VERSION;
	return range_text_branch(run, value) ? WORD_BRANCH : WORD_FOREIGN;
}

static void
next(struct reader *r)
{
	do {
		r->word = word_of(take_run(&r->rest), &r->value);
	} while (r->word == WORD_FILLER);
}

/* Takes the word when it is this one. */
static bool
accept(struct reader *r, enum word word)
{
	if (r->word != word)
		return false;
	next(r);
	return true;
}

/* --- clauses --- */

/* A version, or none where there is no bound on that side; "0" is the first
   one there is. */
static bool
take_bound(struct reader *r, struct bytes *ret)
{
	if (r->word == WORD_NONE) {
		*ret = (struct bytes){ 0 };
	} else if (r->word == WORD_VERSION) {
		*ret = r->value;
	} else {
		return false;
	}
	next(r);
	return true;
}

static bool
take_low(struct reader *r, struct bytes *ret)
{
	if (r->word == WORD_BRANCH) {
		*ret = r->value;
		next(r);
		return true;
	}
	if (!take_bound(r, ret))
		return false;
	if (bytes_equal_text(*ret, "0"))
		*ret = (struct bytes){ 0 };
	return true;
}

/* "2.3", or all of "2.x", as the upper end. */
static bool
take_high(struct reader *r, bool included, struct claim_range *range)
{
	range->to_included = included;
	if (included && r->word == WORD_BRANCH) {
		range->to = r->value;
		range->to_branch = true;
		next(r);
		return true;
	}
	return take_bound(r, &range->to) && range->to.len > 0;
}

/* "prior to 2.0", "earlier than 2.0"; "up to 2.0". */
static bool
take_prior(struct reader *r, struct claim_range *range)
{
	bool included = r->word == WORD_UP;

	next(r);
	return accept(r, WORD_THAN) && take_high(r, included, range);
}

/* Behind a lower bound: "<2.3", ", <= 2.3", "through 2.3", "to 2.3". */
static bool
take_upper(struct reader *r, struct claim_range *range)
{
	switch ((int)r->word) {
	case WORD_LESS:
		next(r);
		return take_high(r, false, range);
	case WORD_UP_TO:
	case WORD_DASH:
	case WORD_THAN:
		next(r);
		return take_high(r, true, range);
	case WORD_EARLIER:
	case WORD_UP:
		return take_prior(r, range);
	default:
		return false;
	}
}

/* ">= 2.0, < 2.3", "from 2.0 to 2.3"; alone it has no end. */
static bool
take_from(struct reader *r, bool excluded, struct claim_range *range)
{
	next(r);
	range->from_excluded = excluded;
	if (!take_low(r, &range->from))
		return false;
	struct reader here = *r;

	if (!accept(r, WORD_COMMA))
		(void)accept(r, WORD_AND);
	if (r->word == WORD_LATER) {
		next(r);
		return true;
	}
	if (take_upper(r, range))
		return true;
	*r = here;
	range->to = (struct bytes){ 0 };
	range->to_included = false;
	range->to_branch = false;
	return r->word == WORD_COMMA || r->word == WORD_AND ||
	    r->word == WORD_END;
}

/* Behind a version, "and" or "or" taken: "earlier", "all later", "before" as
   the last word. Both results untouched when it is none of these. */
static bool
take_beyond(struct reader *r, bool *ret_earlier)
{
	struct reader at = *r;

	(void)accept(&at, WORD_ALL);
	enum word word = at.word;

	next(&at);
	bool last =
	    at.word == WORD_END || at.word == WORD_COMMA || at.word == WORD_AND;

	if (!last ||
	    (word != WORD_EARLIER && word != WORD_LATER && word != WORD_LESS))
		return false;
	*ret_earlier = word != WORD_LATER;
	*r = at;
	return true;
}

/* "2.0", "2.x", "2.0 - 2.3", "2.0 <2.3", "2.0 and earlier". */
static bool
take_version(struct reader *r, struct claim_range *range)
{
	bool branch = r->word == WORD_BRANCH;
	struct bytes version = r->value;
	bool earlier;

	range->from = version;
	next(r);
	struct reader here = *r;

	if (accept(r, WORD_AND) && take_beyond(r, &earlier)) {
		if (!earlier)
			return true;
		range->from = (struct bytes){ 0 };
		range->to = version;
		range->to_included = true;
		range->to_branch = branch;
		return true;
	}
	*r = here;
	if (r->word == WORD_COMMA || r->word == WORD_AND ||
	    r->word == WORD_END) {
		range->to = version;
		range->to_included = true;
		range->to_branch = branch;
		return true;
	}
	if (bytes_equal_text(version, "0"))
		range->from = (struct bytes){ 0 };
	return take_upper(r, range);
}

static bool
take_clause(struct reader *r, struct claim_range *range)
{
	bool all = accept(r, WORD_ALL);

	if (all && r->word == WORD_END)
		return true;
	switch ((int)r->word) {
	case WORD_LESS:
	case WORD_UP_TO:
	case WORD_EARLIER:
	case WORD_UP:
		return take_upper(r, range);
	case WORD_MORE:
	case WORD_FROM:
		return take_from(r, r->word == WORD_MORE, range);
	case WORD_EQUAL:
		next(r);
		return (r->word == WORD_VERSION || r->word == WORD_BRANCH) &&
		    take_version(r, range);
	case WORD_NONE:
		next(r);
		return take_upper(r, range);
	case WORD_VERSION:
	case WORD_BRANCH:
		return take_version(r, range);
	default:
		return false;
	}
}

/* "2.0, before 2.3": one range, or two of which the first says nothing. */
static bool
is_torn(const struct claim_range *before, const struct reader *r)
{
	return before->from.len > 0 && before->from.ptr == before->to.ptr &&
	    (r->word == WORD_LESS || r->word == WORD_UP_TO ||
		r->word == WORD_EARLIER || r->word == WORD_UP);
}

/* "2.0, < 2.3" as the whole text is one range, as EUVD writes it. */
static bool
take_torn(struct reader *r, struct claim_range *ret)
{
	struct reader at = *r;
	struct claim_range range = { .to_included = false };

	if (at.word != WORD_VERSION || !take_low(&at, &range.from) ||
	    !accept(&at, WORD_COMMA) || !take_upper(&at, &range) ||
	    at.word != WORD_END)
		return false;
	*ret = range;
	return true;
}

bool
range_text_read(struct bytes text, struct range_text *ret)
{
	struct reader r = { .rest = text };
	struct range_text found = { .count = 0 };

	next(&r);
	if (take_torn(&r, &found.ranges[0])) {
		found.count = 1;
		*ret = found;
		return true;
	}
	do {
		if (found.count == RANGE_TEXT_MAX ||
		    !take_clause(&r, &found.ranges[found.count]))
			return false;
		const struct claim_range *range = &found.ranges[found.count++];
		bool comma = accept(&r, WORD_COMMA);
		bool parted = accept(&r, WORD_AND) || comma;

		if (parted ? r.word == WORD_END || is_torn(range, &r)
			   : r.word != WORD_END)
			return false;
	} while (r.word != WORD_END);
	*ret = found;
	return true;
}
