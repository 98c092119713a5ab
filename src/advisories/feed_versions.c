/* SPDX-License-Identifier: ISC */
/* The versions of CVE records, as ranges. */
#include "advisories/feed_claims_private.h"
#include "advisories/range_text.h"
#include "advisories/version_private.h"

/* A point inside of a range from which on another status holds. */
struct change {
	struct bytes at;
	enum claim_status status;
};

/* One element of "versions"; texts are unescaped. */
struct entry {
	struct bytes version;
	struct bytes less;
	struct bytes type;
	bool has_less;
	bool or_equal;
	enum claim_status status;
	struct feed_list changes;
};

enum claim_status
feed_status(struct bytes text)
{
	if (bytes_equal_text(text, "affected"))
		return CLAIM_AFFECTED;
	if (bytes_equal_text(text, "unaffected"))
		return CLAIM_UNAFFECTED;
	return CLAIM_UNKNOWN;
}

/* Types that say how numbers are ordered; the others ("custom", "python", …)
   leave that to their look. */
static enum version_scheme
scheme_of(struct bytes type)
{
	static const struct {
		const char *type;
		enum version_scheme scheme;
	} types[] = {
		{ "semver", VERSION_SEMVER },
		{ "rpm", VERSION_RPM },
		{ "deb", VERSION_DPKG },
		{ "dpkg", VERSION_DPKG },
		{ "apk", VERSION_APK },
		{ "git", VERSION_COMMIT },
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (bytes_equal_any_case(type, types[i].type))
			return types[i].scheme;
	}
	return VERSION_ANY;
}

static void
add_range(
    struct feed *f, struct feed_versions *to, const struct claim_range *range)
{
	struct claim_range *next = feed_list_add(f, &to->ranges, sizeof(*next));

	if (next != NULL)
		*next = *range;
}

static void
note_unread(struct feed_versions *to, const struct entry *e)
{
	bool affected = e->status == CLAIM_AFFECTED;

	for (size_t i = 0; i < e->changes.count; i++) {
		const struct change *changes = e->changes.ptr;

		affected |= changes[i].status == CLAIM_AFFECTED;
	}
	to->has_unread = true;
	to->unread_affected |= affected;
}

/* --- a single version, or a text in its place --- */

static void
add_text(struct feed *f, struct feed_versions *to, const struct entry *e)
{
	struct range_text found;

	if (!range_text_read(e->version, &found)) {
		note_unread(to, e);
		return;
	}
	to->from_prose = true;
	for (size_t i = 0; i < found.count; i++) {
		found.ranges[i].status = e->status;
		add_range(f, to, &found.ranges[i]);
	}
}

static void
add_single(struct feed *f, struct feed_versions *to, const struct entry *e)
{
	struct claim_range range = { .status = e->status };

	if (range_text_is_nothing(e->version) ||
	    bytes_equal_text(e->version, "0") || e->changes.count > 0) {
		note_unread(to, e);
	} else if (range_text_is_all(e->version)) {
		add_range(f, to, &range);
	} else if (range_text_version(e->version, &range.from)) {
		range.to = range.from;
		range.to_included = true;
		if (version_is_commit(range.from) ||
		    (scheme_of(e->type) == VERSION_ANY &&
			range_text_is_doubtful(range.from)))
			note_unread(to, e);
		else
			add_range(f, to, &range);
	} else {
		add_text(f, to, e);
	}
}

/* --- a range --- */

/* Texts that mean "from the first one on". */
static bool
is_first(struct bytes text)
{
	return bytes_equal_text(text, "0") || range_text_is_all(text) ||
	    range_text_is_nothing(text) ||
	    bytes_equal_any_case(text, "earlier") ||
	    bytes_equal_any_case(text, "previous versions");
}

/* False when it is not surely understood. */
static bool
read_low(
    const struct entry *e, struct feed_versions *to, struct claim_range *range)
{
	struct range_text text;

	if (is_first(e->version) ||
	    range_text_version(e->version, &range->from))
		return true;
	/* "2.x"; "< 3.4" with lessThan "3.4" */
	bool understood = range_text_branch(e->version, &range->from) ||
	    (range_text_read(e->version, &text) && text.count == 1 &&
		text.ranges[0].from.len == 0 &&
		bytes_equal(text.ranges[0].to, e->less));

	to->from_prose |= understood;
	return understood;
}

static bool
read_high(const struct entry *e, struct claim_range *range)
{
	range->to_included = e->or_equal;
	if (range_text_is_all(e->less)) {
		range->to_included = false;
		return true;
	}
	if (range_text_version(e->less, &range->to))
		return true;
	range->to_branch = e->or_equal;
	return e->or_equal && range_text_branch(e->less, &range->to);
}

/* Whether the changes are versions, and in their order, as they must be. */
static bool
are_changes_sound(const struct entry *e, enum version_scheme scheme)
{
	const struct change *changes = e->changes.ptr;

	for (size_t i = 0; i < e->changes.count; i++) {
		if (changes[i].at.len == 0 ||
		    (i > 0 &&
			version_compare(scheme, changes[i - 1].at,
			    changes[i].at) == VERSION_OLDER))
			return false;
	}
	return true;
}

/* Whether the change comes behind all that the range holds. */
static bool
is_beyond(const struct entry *e, const struct claim_range *whole,
    const struct change *change)
{
	if (whole->to.len == 0 || whole->to_branch)
		return false;
	enum version_order order =
	    version_compare(scheme_of(e->type), whole->to, change->at);

	return order == VERSION_NEWER ||
	    (order == VERSION_SAME && !whole->to_included);
}

/* A range for each stretch between two changes. */
static void
add_changing(struct feed *f, struct feed_versions *to, const struct entry *e,
    const struct claim_range *whole)
{
	const struct change *changes = e->changes.ptr;
	struct claim_range part = *whole;

	for (size_t i = 0; i < e->changes.count; i++) {
		if (is_beyond(e, whole, &changes[i]))
			break;
		part.to = changes[i].at;
		part.to_included = false;
		part.to_branch = false;
		add_range(f, to, &part);
		part = *whole;
		part.from = changes[i].at;
		part.status = changes[i].status;
	}
	add_range(f, to, &part);
}

/*
 * "1.6 and later" and "up to 2.0.11", each an entry of its own with one end
 * unspecified, are what converters made of one range.
 */
static bool
joins_half(const struct feed_versions *to, const struct entry *e,
    const struct claim_range *range)
{
	const struct claim_range *ranges = to->ranges.ptr;

	if (to->half == 0 || e->changes.count > 0 ||
	    !bytes_equal_text(e->version, "unspecified"))
		return false;
	const struct claim_range *half = &ranges[to->half - 1];

	return half->status == e->status && range->to.len > 0 &&
	    version_compare(VERSION_ANY, half->from, range->to) ==
	    VERSION_NEWER;
}

static void
add_before(
    struct feed *f, struct feed_versions *to, const struct claim_range *range)
{
	struct claim_range *last = feed_list_add(f, &to->before, sizeof(*last));

	if (last == NULL)
		return;
	*last = *range;
	if (to->before.count == 1 ||
	    version_compare(VERSION_ANY, last[-1].to, last->to) !=
		VERSION_OLDER)
		return;
	*last = last[-1]; /* the smaller one must decide first */
	last[-1] = *range;
}

/*
 * "3.4 up to but without 3.4" holds nothing. Who writes all ranges like this
 * (HackerOne, Chrome) means all before it; one among others is a slip.
 */
static void
end_before(struct feed_versions *to)
{
	const struct claim_range *before = to->before.ptr;

	if (to->before.count == 0)
		return;
	if (to->ranges.count == 0) {
		to->ranges = to->before;
		to->from_prose = true;
		return;
	}
	to->has_unread = true;
	for (size_t i = 0; i < to->before.count; i++)
		to->unread_affected |= before[i].status == CLAIM_AFFECTED;
}

static void
add_between(struct feed *f, struct feed_versions *to, const struct entry *e)
{
	struct claim_range range = { .status = e->status };
	bool open = bytes_equal_text(e->less, "unspecified");

	if (!read_low(e, to, &range) || (!open && !read_high(e, &range)) ||
	    version_is_commit(range.from) || version_is_commit(range.to) ||
	    !are_changes_sound(e, scheme_of(e->type))) {
		note_unread(to, e);
		return;
	}
	if (range.from.len > 0 && !e->or_equal &&
	    bytes_equal(range.from, range.to) && e->changes.count == 0) {
		range.from = (struct bytes){ 0 };
		add_before(f, to, &range);
		return;
	}
	if (joins_half(to, e, &range)) {
		struct claim_range *ranges = to->ranges.ptr;

		range.from = ranges[to->half - 1].from;
		ranges[to->half - 1] = range;
		to->from_prose = true;
		return;
	}
	if (open && range.from.len == 0) {
		note_unread(to, e);
		return;
	}
	add_changing(f, to, e, &range);
	if (open && e->changes.count == 0)
		to->half = to->ranges.count;
}

/* --- entries --- */

/* What the type says, unless a version in it breaks the type's own rules. */
static void
note_scheme(struct feed_versions *to, const struct entry *e)
{
	enum version_scheme scheme = scheme_of(e->type);

	if (to->has_scheme && to->scheme != scheme)
		scheme = VERSION_ANY;
	to->scheme = scheme;
	to->has_scheme = true;
}

/* Ranges whose ends the scheme cannot read are read by their look. */
static void
check_scheme(struct feed_versions *to)
{
	const struct claim_range *ranges = to->ranges.ptr;

	for (size_t i = 0; i < to->ranges.count; i++) {
		struct bytes ends[] = { ranges[i].from, ranges[i].to };

		for (size_t j = 0; j < 2; j++) {
			if (ends[j].len > 0 &&
			    !version_is_allowed(to->scheme, ends[j])) {
				to->scheme = VERSION_ANY;
				return;
			}
		}
	}
}

static void
add_entry(struct feed *f, struct feed_versions *to, const struct entry *e)
{
	size_t half = to->half;

	if (scheme_of(e->type) == VERSION_COMMIT) {
		to->has_commits = true;
		note_unread(to, e);
		return;
	}
	note_scheme(to, e);
	if (e->has_less)
		add_between(f, to, e);
	else
		add_single(f, to, e);
	if (to->half == half)
		to->half = 0; /* only the very next one may join it */
}

static void
read_change(struct feed *f, struct feed_list *to)
{
	size_t inside = f->json.depth;
	struct json_item item;
	struct bytes at = { 0 };
	struct change *change = feed_list_add(f, to, sizeof(*change));

	if (change == NULL)
		return;

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("at"), JSON_TEXT))
			at = feed_text(f, item.text);
		else if (feed_is(&item, BYTES("status"), JSON_TEXT))
			change->status = feed_status(item.text);
	}
	(void)range_text_version(at, &change->at); /* empty: not sound */
}

static void
read_changes(struct feed *f, struct entry *e)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (item.kind == JSON_OBJECT)
			read_change(f, &e->changes);
	}
}

/* The text of a version; CISA writes some as in CPE, "7.0\\(3\\)". */
static struct bytes
version_text(struct feed *f, struct bytes raw)
{
	struct bytes text = bytes_trim(feed_text(f, raw));
	size_t len = 0;

	if (bytes_find_byte(text, '\\', 0) == SIZE_MAX)
		return text;
	uint8_t *plain = feed_take(f, text.len, 1);

	if (plain == NULL)
		return (struct bytes){ 0 };
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] != '\\')
			plain[len++] = text.ptr[i];
	}
	return (struct bytes){ plain, len };
}

static void
read_entry(struct feed *f, struct feed_versions *to)
{
	size_t inside = f->json.depth;
	struct json_item item;
	struct entry e = { .status = CLAIM_UNKNOWN };

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("version"), JSON_TEXT)) {
			e.version = version_text(f, item.text);
		} else if (feed_is(&item, BYTES("status"), JSON_TEXT)) {
			e.status = feed_status(item.text);
		} else if (feed_is(&item, BYTES("lessThan"), JSON_TEXT)) {
			e.less = version_text(f, item.text);
			e.has_less = true;
			e.or_equal = false;
		} else if (feed_is(
			       &item, BYTES("lessThanOrEqual"), JSON_TEXT)) {
			if (e.has_less)
				continue; /* one too many: the narrower */
			e.less = version_text(f, item.text);
			e.has_less = true;
			e.or_equal = true;
		} else if (feed_is(&item, BYTES("versionType"), JSON_TEXT)) {
			e.type = item.text;
		} else if (feed_is(&item, BYTES("changes"), JSON_ARRAY)) {
			read_changes(f, &e);
		}
	}
	if (feed_failed(f) == ERR_OK)
		add_entry(f, to, &e);
}

void
feed_read_versions(struct feed *f, struct feed_versions *to)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (item.kind == JSON_OBJECT)
			read_entry(f, to);
	}
	end_before(to);
	check_scheme(to);
}
