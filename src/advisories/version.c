/* SPDX-License-Identifier: ISC */
/* Chooses the scheme; what the schemes have in common. */
#include "advisories/version.h"

#include "advisories/version_private.h"

/* The shortest abbreviation of a commit that git prints. */
#define COMMIT_LEN_MIN 7

bool
version_is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

bool
version_is_letter(uint8_t byte)
{
	return bytes_lower(byte) >= 'a' && bytes_lower(byte) <= 'z';
}

size_t
version_run_len(struct bytes in, bool (*fits)(uint8_t byte))
{
	size_t len = 0;

	while (len < in.len && fits(in.ptr[len]))
		len++;
	return len;
}

bool
version_is_commit(struct bytes version)
{
	bool letter = false;

	for (size_t i = 0; i < version.len; i++) {
		uint8_t byte = bytes_lower(version.ptr[i]);

		if (!version_is_digit(byte) && (byte < 'a' || byte > 'f'))
			return false;
		letter |= !version_is_digit(byte);
	}
	return letter && version.len >= COMMIT_LEN_MIN;
}

struct bytes
version_without_v(struct bytes version)
{
	bool has = version.len > 1 && bytes_lower(version.ptr[0]) == 'v' &&
	    version_is_digit(version.ptr[1]);

	return bytes_from(version, has);
}

struct bytes
version_take_number(struct bytes *rest)
{
	size_t len = version_run_len(*rest, version_is_digit);
	struct bytes number = bytes_slice(*rest, 0, len);

	*rest = bytes_from(*rest, len);
	while (number.len > 0 && number.ptr[0] == '0')
		number = bytes_from(number, 1);
	return number;
}

int
version_compare_numbers(struct bytes a, struct bytes b)
{
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	return bytes_compare(a, b);
}

/* Takes a number and the dot before it; zero when there is none. */
static bool
take_dotted(struct bytes *rest, bool first, struct bytes *ret)
{
	struct bytes at = *rest;

	if (!first) {
		if (at.len == 0 || at.ptr[0] != '.')
			return false;
		at = bytes_from(at, 1);
	}
	if (at.len == 0 || !version_is_digit(at.ptr[0]))
		return false;
	*ret = version_take_number(&at);
	*rest = at;
	return true;
}

int
version_compare_dotted(struct bytes *a, struct bytes *b)
{
	bool more = true;
	bool first = true;
	int order = 0;

	while (more) {
		struct bytes left = BYTES("");
		struct bytes right = BYTES("");
		bool left_more = take_dotted(a, first, &left);
		bool right_more = take_dotted(b, first, &right);

		if (order == 0)
			order = version_compare_numbers(left, right);
		more = left_more || right_more;
		first = false;
	}
	return order;
}

bool
version_take_epoch(struct bytes *rest, struct bytes *ret_number)
{
	size_t len = version_run_len(*rest, version_is_digit);

	if (len == 0 || len == rest->len || rest->ptr[len] != ':')
		return false;
	*ret_number = version_take_number(rest);
	*rest = bytes_from(*rest, 1);
	return true;
}

static bool
compare_commits(struct bytes a, struct bytes b, int *ret_order)
{
	(void)a;
	(void)b;
	(void)ret_order;
	return false;
}

static version_scheme_compare *const compare[VERSION_SCHEME_COUNT] = {
	[VERSION_ANY] = version_compare_any,
	[VERSION_SEMVER] = version_compare_semver,
	[VERSION_DPKG] = version_compare_dpkg,
	[VERSION_RPM] = version_compare_rpm,
	[VERSION_APK] = version_compare_apk,
	[VERSION_OPENSSL] = version_compare_openssl,
	[VERSION_KERNEL] = version_compare_kernel,
	[VERSION_COMMIT] = compare_commits,
};

bool
version_is_allowed(enum version_scheme scheme, struct bytes version)
{
	int order;

	return compare[scheme](version, version, &order);
}

enum version_order
version_compare(enum version_scheme scheme, struct bytes was, struct bytes now)
{
	int order;

	if (bytes_equal(was, now))
		return VERSION_SAME;
	if (!compare[scheme](was, now, &order))
		return VERSION_UNSURE;
	if (order == 0)
		return VERSION_SAME;
	return order < 0 ? VERSION_NEWER : VERSION_OLDER;
}
