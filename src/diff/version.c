/* SPDX-License-Identifier: ISC */
/* Compares versions part by part. */
#include "diff/version.h"

#include <stddef.h>

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
	struct bytes text; /* a number without leading zeros */
	size_t rank;	   /* of a PART_BEFORE */
};

/* The shortest abbreviation of a commit that git prints. */
#define COMMIT_LEN_MIN 7

static const char *const before_words[] = { "dev", "a", "alpha", "b", "beta",
	"pre", "preview", "rc" };
#define BEFORE_WORDS (sizeof(before_words) / sizeof(before_words[0]))

static bool
is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

static bool
is_letter(uint8_t byte)
{
	return bytes_lower(byte) >= 'a' && bytes_lower(byte) <= 'z';
}

/* "a" and "b" mean alpha and beta only with a number behind: 2.0a1, 1.0.2b. */
static bool
names_before(struct bytes word, bool number_behind, size_t *ret)
{
	for (size_t i = 0; i < BEFORE_WORDS; i++)
		if (bytes_equal_any_case(word, before_words[i]) &&
		    (word.len > 1 || number_behind)) {
			*ret = i;
			return true;
		}
	return false;
}

static size_t
run_len(struct bytes in, bool (*fits)(uint8_t byte))
{
	size_t len = 0;

	while (len < in.len && fits(in.ptr[len]))
		len++;
	return len;
}

static struct part
next_part(struct bytes *rest)
{
	struct part part = { .kind = PART_END };

	while (rest->len > 0 && rest->ptr[0] != '~' &&
	    !is_digit(rest->ptr[0]) && !is_letter(rest->ptr[0]))
		*rest = bytes_from(*rest, 1);
	if (rest->len == 0)
		return part;
	if (rest->ptr[0] == '~') {
		part.kind = PART_TILDE;
		*rest = bytes_from(*rest, 1);
		return part;
	}
	bool number = is_digit(rest->ptr[0]);
	size_t len = run_len(*rest, number ? is_digit : is_letter);

	part.kind = number ? PART_NUMBER : PART_WORD;
	part.text = bytes_slice(*rest, 0, len);
	*rest = bytes_from(*rest, len);
	if (!number &&
	    names_before(
		part.text, rest->len > 0 && is_digit(rest->ptr[0]), &part.rank))
		part.kind = PART_BEFORE;
	while (number && part.text.len > 1 && part.text.ptr[0] == '0')
		part.text = bytes_from(part.text, 1);
	return part;
}

static int
compare_parts(const struct part *a, const struct part *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->kind == PART_BEFORE)
		return a->rank < b->rank ? -1 : a->rank > b->rank;
	if (a->kind == PART_NUMBER && a->text.len != b->text.len)
		return a->text.len < b->text.len ? -1 : 1;
	return bytes_compare(a->text, b->text);
}

/* Takes "1:" off the front; "0" when there is none. */
static struct part
take_epoch(struct bytes *version)
{
	struct part epoch = { .kind = PART_NUMBER, .text = BYTES("0") };
	size_t len = run_len(*version, is_digit);

	if (len > 0 && len < version->len && version->ptr[len] == ':') {
		epoch = next_part(version);
		*version = bytes_from(*version, 1);
	}
	return epoch;
}

/* "4f2a91c": a commit's name says nothing about its age. */
static bool
is_commit(struct bytes version)
{
	bool letter = false;

	for (size_t i = 0; i < version.len; i++) {
		uint8_t byte = bytes_lower(version.ptr[i]);

		if (!is_digit(byte) && (byte < 'a' || byte > 'f'))
			return false;
		letter |= !is_digit(byte);
	}
	return letter && version.len >= COMMIT_LEN_MIN;
}

static bool
is_number(struct bytes version)
{
	return version.len > 0 && is_digit(version.ptr[0]) &&
	    !is_commit(version);
}

static struct bytes
without_v(struct bytes version)
{
	bool has = version.len > 1 && bytes_lower(version.ptr[0]) == 'v' &&
	    is_digit(version.ptr[1]);

	return bytes_from(version, has);
}

enum version_order
version_compare(struct bytes was, struct bytes now)
{
	struct part a;
	struct part b;
	int order;

	was = without_v(was);
	now = without_v(now);
	if (bytes_equal(was, now))
		return VERSION_SAME;
	if (!is_number(was) || !is_number(now))
		return VERSION_UNSURE;
	a = take_epoch(&was);
	b = take_epoch(&now);
	order = compare_parts(&a, &b);
	while (order == 0) {
		a = next_part(&was);
		b = next_part(&now);
		order = compare_parts(&a, &b);
		if (order == 0 && a.kind == PART_END)
			return VERSION_SAME;
	}
	return order < 0 ? VERSION_NEWER : VERSION_OLDER;
}
