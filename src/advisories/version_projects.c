/* SPDX-License-Identifier: ISC */
/* Versions of semver.org, OpenSSL and the Linux kernel. */
#include "advisories/version_private.h"

static bool
is_identifier(uint8_t byte)
{
	return version_is_digit(byte) || version_is_letter(byte) || byte == '-';
}

/* Identifiers with dots between, each with a byte at least. */
static bool
are_identifiers(struct bytes in)
{
	struct bytes rest = in;
	struct bytes part;

	if (in.len == 0 || in.ptr[in.len - 1] == '.')
		return false;
	while (bytes_next_field(&rest, '.', &part))
		if (part.len == 0 ||
		    version_run_len(part, is_identifier) != part.len)
			return false;
	return true;
}

/* Numeric identifiers come before others. Source: semver.org 2.0.0 §11.4. */
static int
compare_identifiers(struct bytes a, struct bytes b)
{
	bool left = version_run_len(a, version_is_digit) == a.len;
	bool right = version_run_len(b, version_is_digit) == b.len;

	if (left != right)
		return left ? -1 : 1;
	if (!left)
		return bytes_compare(a, b);
	struct bytes x = version_take_number(&a);
	struct bytes y = version_take_number(&b);

	return version_compare_numbers(x, y);
}

/* Without one it is the release, which comes after all of them. */
static int
compare_prereleases(struct bytes a, struct bytes b)
{
	int order = 0;

	if (a.len == 0 || b.len == 0)
		return a.len == b.len ? 0 : a.len == 0 ? 1 : -1;
	while (order == 0) {
		struct bytes x = BYTES("");
		struct bytes y = BYTES("");
		bool left = bytes_next_field(&a, '.', &x);
		bool right = bytes_next_field(&b, '.', &y);

		if (!left || !right)
			return left ? 1 : right ? -1 : 0;
		order = compare_identifiers(x, y);
	}
	return order;
}

/*
 * Splits off what follows the numbers. More lenient than semver.org: a 'v', a
 * number that is missing or a fourth one, as records have them.
 */
static bool
read_semver(struct bytes in, struct bytes *ret_numbers, struct bytes *ret_pre)
{
	struct bytes rest = in;
	struct bytes empty = BYTES("");
	size_t plus = bytes_find_byte(in, '+', 0);

	if (plus != SIZE_MAX) {
		if (!are_identifiers(bytes_from(in, plus + 1)))
			return false;
		rest = bytes_slice(in, 0, plus);
		in = rest;
	}
	(void)version_compare_dotted(&rest, &empty);
	if (rest.len == in.len ||
	    (rest.len > 0 &&
		(rest.ptr[0] != '-' || !are_identifiers(bytes_from(rest, 1)))))
		return false;
	*ret_numbers = bytes_slice(in, 0, in.len - rest.len);
	*ret_pre = bytes_from(rest, 1);
	return true;
}

bool
version_compare_semver(struct bytes a, struct bytes b, int *ret_order)
{
	struct bytes left;
	struct bytes right;
	int order;

	if (!read_semver(version_without_v(a), &a, &left) ||
	    !read_semver(version_without_v(b), &b, &right))
		return false;
	order = version_compare_dotted(&a, &b);
	*ret_order = order != 0 ? order : compare_prereleases(left, right);
	return true;
}

/* Words for what comes before a release, the earliest first. */
struct stage_words {
	const char *const *list;
	unsigned count;
};

struct stage {
	unsigned rank; /* its word's; the release itself is above all */
	struct bytes number;
};

/* Reads "-rc1"; anything else behind a version is somebody's own matter. */
static struct stage
read_stage(struct bytes rest, const struct stage_words *words)
{
	struct stage stage = { .rank = words->count, .number = BYTES("") };
	struct bytes word;

	if (rest.len > 0 && !version_is_letter(rest.ptr[0]))
		rest = bytes_from(rest, 1);
	size_t len = version_run_len(rest, version_is_letter);

	word = bytes_slice(rest, 0, len);
	rest = bytes_from(rest, len);
	for (unsigned i = 0; i < words->count; i++)
		if (bytes_equal_any_case(word, words->list[i])) {
			stage.rank = i;
			stage.number = version_take_number(&rest);
		}
	return stage;
}

static int
compare_stages(const struct stage *a, const struct stage *b)
{
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return version_compare_numbers(a->number, b->number);
}

static const char *const openssl_words[] = { "dev", "alpha", "beta", "pre",
	"rc" };
static const struct stage_words openssl_stages = { openssl_words,
	sizeof(openssl_words) / sizeof(openssl_words[0]) };

/* The letters of a release: 'z' is followed by "za". */
static struct bytes
take_letters(struct bytes *rest)
{
	size_t len = version_run_len(*rest, version_is_letter);
	struct bytes letters = bytes_slice(*rest, 0, len);
	struct stage stage = read_stage(*rest, &openssl_stages);

	if (stage.rank < openssl_stages.count)
		return BYTES(""); /* "3.0.0beta1" */
	*rest = bytes_from(*rest, len);
	return letters;
}

static int
compare_letters(struct bytes a, struct bytes b)
{
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	for (size_t i = 0; i < a.len; i++) {
		uint8_t left = bytes_lower(a.ptr[i]);
		uint8_t right = bytes_lower(b.ptr[i]);

		if (left != right)
			return left < right ? -1 : 1;
	}
	return 0;
}

static bool
starts_number(struct bytes version)
{
	return version.len > 0 && version_is_digit(version.ptr[0]) &&
	    !version_is_commit(version);
}

bool
version_compare_openssl(struct bytes a, struct bytes b, int *ret_order)
{
	struct stage left;
	struct stage right;
	int order;

	a = version_without_v(a);
	b = version_without_v(b);
	if (!starts_number(a) || !starts_number(b))
		return false;
	order = version_compare_dotted(&a, &b);
	struct bytes x = take_letters(&a);
	struct bytes y = take_letters(&b);

	if (order == 0)
		order = compare_letters(x, y);
	left = read_stage(a, &openssl_stages);
	right = read_stage(b, &openssl_stages);
	if (order == 0)
		order = compare_stages(&left, &right);
	*ret_order = order;
	return true;
}

static const char *const kernel_words[] = { "test", "pre", "rc" };
static const struct stage_words kernel_stages = { kernel_words,
	sizeof(kernel_words) / sizeof(kernel_words[0]) };

bool
version_compare_kernel(struct bytes a, struct bytes b, int *ret_order)
{
	struct stage left;
	struct stage right;
	int order;

	a = version_without_v(a);
	b = version_without_v(b);
	if (!starts_number(a) || !starts_number(b))
		return false;
	order = version_compare_dotted(&a, &b);
	left = read_stage(a, &kernel_stages);
	right = read_stage(b, &kernel_stages);
	if (order == 0)
		order = compare_stages(&left, &right);
	*ret_order = order;
	return true;
}
