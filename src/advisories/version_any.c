/* SPDX-License-Identifier: ISC */
/* What upstream projects write as versions, part by part. */
#include "advisories/version_private.h"

/* In the order in which they stand when the other version ends or goes on:
   1.0~1 < 1.0rc < 1.0 < 1.0a < 1.0.1. */
enum part_kind {
	PART_TILDE,
	PART_BEFORE, /* a word for what comes before a release */
	PART_END,
	PART_WORD,
	PART_NUMBER,
};

struct part {
	enum part_kind kind;
	struct bytes text; /* a number as version_take_number() gives it */
	unsigned rank;	   /* of a PART_BEFORE */
};

/*
 * Gives the parts of a version. Zeros count only when a number that is none
 * follows them: 1.2 is 1.2.0, and 1.0a is 1a.
 */
struct parts {
	struct bytes rest;
	size_t zeros; /* held back */
	struct part next;
	bool has_next;
};

/* Later versions have the higher rank. */
static const struct before {
	const char *word;
	unsigned rank;
} before_words[] = {
	{ "snapshot", 0 },
	{ "nightly", 0 },
	{ "dev", 1 },
	{ "a", 2 },
	{ "alpha", 2 },
	{ "b", 3 },
	{ "beta", 3 },
	{ "test", 4 }, /* dnsmasq 2.86test5 < 2.86rc1 */
	{ "pre", 5 },
	{ "preview", 5 },
	{ "rc", 6 },
};
#define BEFORE_WORDS (sizeof(before_words) / sizeof(before_words[0]))

/* Of the same source as without the word: OpenSSL 1.0.2k-fips. */
static const char *const flavours[] = { "final", "fips", "ga", "lts", "release",
	"stable" };
#define FLAVOURS (sizeof(flavours) / sizeof(flavours[0]))

/* What stands before a count or a commit, not before a version. */
static const char *const no_projects[] = { "build", "commit", "cvs", "git",
	"hg", "r", "rev", "svn" };
#define NO_PROJECTS (sizeof(no_projects) / sizeof(no_projects[0]))

static bool
is_word_of(struct bytes word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (bytes_equal_any_case(word, words[i]))
			return true;
	return false;
}

/* "a" and "b" mean alpha and beta only with a number behind: 2.0a1, 1.0.2b. */
static bool
names_before(struct bytes word, bool number_behind, unsigned *ret)
{
	for (size_t i = 0; i < BEFORE_WORDS; i++)
		if (bytes_equal_any_case(word, before_words[i].word) &&
		    (word.len > 1 || number_behind)) {
			*ret = before_words[i].rank;
			return true;
		}
	return false;
}

static struct part
read_part(struct bytes *rest)
{
	struct part part = { .kind = PART_END };

	while (rest->len > 0 && rest->ptr[0] != '~' &&
	    !version_is_digit(rest->ptr[0]) && !version_is_letter(rest->ptr[0]))
		*rest = bytes_from(*rest, 1);
	if (rest->len == 0)
		return part;
	if (rest->ptr[0] == '~') {
		part.kind = PART_TILDE;
		*rest = bytes_from(*rest, 1);
		return part;
	}
	if (version_is_digit(rest->ptr[0])) {
		part.kind = PART_NUMBER;
		part.text = version_take_number(rest);
		return part;
	}
	size_t len = version_run_len(*rest, version_is_letter);

	part.text = bytes_slice(*rest, 0, len);
	*rest = bytes_from(*rest, len);
	part.kind =
	    names_before(part.text,
		rest->len > 0 && version_is_digit(rest->ptr[0]), &part.rank)
	    ? PART_BEFORE
	    : PART_WORD;
	return part;
}

static struct part
next_part(struct parts *p)
{
	struct part part;

	while (!p->has_next) {
		part = read_part(&p->rest);
		if (part.kind == PART_NUMBER && part.text.len == 0) {
			p->zeros++;
			continue;
		}
		if (part.kind == PART_WORD &&
		    is_word_of(part.text, flavours, FLAVOURS))
			continue;
		if (part.kind != PART_NUMBER)
			p->zeros = 0;
		p->next = part;
		p->has_next = true;
	}
	if (p->zeros > 0) {
		p->zeros--;
		return (struct part){ .kind = PART_NUMBER };
	}
	p->has_next = false;
	return p->next;
}

static int
compare_words(struct bytes a, struct bytes b)
{
	size_t len = a.len < b.len ? a.len : b.len;

	for (size_t i = 0; i < len; i++) {
		uint8_t left = bytes_lower(a.ptr[i]);
		uint8_t right = bytes_lower(b.ptr[i]);

		if (left != right)
			return left < right ? -1 : 1;
	}
	return a.len < b.len ? -1 : a.len > b.len;
}

static int
compare_parts(const struct part *a, const struct part *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->kind == PART_BEFORE)
		return a->rank < b->rank ? -1 : a->rank > b->rank;
	if (a->kind == PART_NUMBER)
		return version_compare_numbers(a->text, b->text);
	return compare_words(a->text, b->text);
}

/* "hostap_2_9", "curl-7_64_0": without the project's name. */
static struct bytes
without_project(struct bytes version)
{
	struct bytes rest = version;

	while (rest.len > 0 && version_is_letter(rest.ptr[0])) {
		size_t len = version_run_len(rest, version_is_letter);
		struct bytes word = bytes_slice(rest, 0, len);
		unsigned rank;

		rest = bytes_from(rest, len);
		if (rest.len < 2 || (rest.ptr[0] != '-' && rest.ptr[0] != '_'))
			return version;
		if (is_word_of(word, no_projects, NO_PROJECTS) ||
		    names_before(word, true, &rank))
			return version;
		rest = version_without_v(bytes_from(rest, 1));
	}
	return rest;
}

/* "2.36-81-g4f4d7a1": which commit it is adds nothing to their number. */
static struct bytes
without_described(struct bytes version)
{
	size_t at = version.len;

	while (at > 0 && version.ptr[at - 1] != '-')
		at--;
	if (at < 2 || at == version.len || version.ptr[at] != 'g')
		return version;
	for (size_t i = at + 1; i < version.len; i++) {
		uint8_t byte = bytes_lower(version.ptr[i]);

		if (!version_is_digit(byte) && (byte < 'a' || byte > 'f'))
			return version;
	}
	return version.len - at > 4 ? bytes_slice(version, 0, at - 1) : version;
}

/* "1.x": all versions of a branch, which is none of them. */
static bool
is_pattern(struct bytes version)
{
	for (size_t i = 0; i < version.len; i++) {
		uint8_t byte = bytes_lower(version.ptr[i]);

		if (byte == '*' || byte == '<' || byte == '>' || byte == '=' ||
		    byte == ',' || byte == ';')
			return true;
		if (byte == 'x' && i > 0 && version.ptr[i - 1] == '.' &&
		    (i + 1 == version.len || version.ptr[i + 1] == '.'))
			return true;
	}
	return false;
}

static bool
is_number(struct bytes version)
{
	return version.len > 0 && version_is_digit(version.ptr[0]) &&
	    !version_is_commit(version) && !is_pattern(version);
}

bool
version_compare_any(struct bytes a, struct bytes b, int *ret_order)
{
	struct bytes left_epoch = BYTES("");
	struct bytes right_epoch = BYTES("");
	int order;

	a = without_described(without_project(version_without_v(a)));
	b = without_described(without_project(version_without_v(b)));
	if (!is_number(a) || !is_number(b))
		return false;
	(void)version_take_epoch(&a, &left_epoch);
	(void)version_take_epoch(&b, &right_epoch);
	order = version_compare_numbers(left_epoch, right_epoch);

	struct parts left = { .rest = a };
	struct parts right = { .rest = b };

	while (order == 0) {
		struct part x = next_part(&left);
		struct part y = next_part(&right);

		order = compare_parts(&x, &y);
		if (order == 0 && x.kind == PART_END)
			break;
	}
	*ret_order = order;
	return true;
}
