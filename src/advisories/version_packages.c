/* SPDX-License-Identifier: ISC */
/* Versions as the package managers of distributions compare them. */
#include "advisories/version_private.h"

/* A package's version in its three parts. */
struct package_version {
	struct bytes epoch; /* as version_take_number() gives it */
	struct bytes upstream;
	struct bytes revision;
	bool has_revision;
};

/* The revision is what follows the last dash. */
static struct package_version
split(struct bytes in)
{
	struct package_version v = { .epoch = BYTES("") };
	size_t dash;

	(void)version_take_epoch(&in, &v.epoch);
	dash = in.len;
	while (dash > 0 && in.ptr[dash - 1] != '-')
		dash--;
	v.has_revision = dash > 0;
	v.upstream = dash > 0 ? bytes_slice(in, 0, dash - 1) : in;
	v.revision = dash > 0 ? bytes_from(in, dash) : BYTES("");
	return v;
}

/* Source: deb-version(7), "Syntax". */
static bool
is_dpkg(const struct package_version *v)
{
	static const char marks[] = ".+~-:";
	struct bytes allowed = bytes_of(marks);

	if (v->upstream.len == 0 || (v->has_revision && v->revision.len == 0))
		return false;
	for (size_t i = 0; i < v->upstream.len + v->revision.len; i++) {
		bool upstream = i < v->upstream.len;
		uint8_t byte = upstream ? v->upstream.ptr[i]
					: v->revision.ptr[i - v->upstream.len];

		/* the revision may have the first three marks alone */
		if (!version_is_digit(byte) && !version_is_letter(byte) &&
		    bytes_find_byte(
			bytes_slice(allowed, 0, upstream ? allowed.len : 3),
			byte, 0) == SIZE_MAX)
			return false;
	}
	return true;
}

/* '~' before the end, the end before letters, letters before all else. */
static int
dpkg_weight(struct bytes rest)
{
	if (rest.len == 0 || version_is_digit(rest.ptr[0]))
		return 0;
	if (rest.ptr[0] == '~')
		return -1;
	return version_is_letter(rest.ptr[0]) ? rest.ptr[0] : rest.ptr[0] + 256;
}

/* Source: deb-version(7), "Sorting algorithm". */
static int
compare_dpkg_part(struct bytes a, struct bytes b)
{
	while (a.len > 0 || b.len > 0) {
		int left = dpkg_weight(a);
		int right = dpkg_weight(b);
		int order;

		if (left != right)
			return left < right ? -1 : 1;
		if (left != 0) {
			a = bytes_from(a, 1);
			b = bytes_from(b, 1);
			continue;
		}
		struct bytes x = version_take_number(&a);
		struct bytes y = version_take_number(&b);

		order = version_compare_numbers(x, y);
		if (order != 0)
			return order;
	}
	return 0;
}

bool
version_compare_dpkg(struct bytes a, struct bytes b, int *ret_order)
{
	struct package_version x = split(a);
	struct package_version y = split(b);
	int order;

	if (!is_dpkg(&x) || !is_dpkg(&y))
		return false;
	order = version_compare_numbers(x.epoch, y.epoch);
	if (order == 0)
		order = compare_dpkg_part(x.upstream, y.upstream);
	if (order == 0)
		order = compare_dpkg_part(x.revision, y.revision);
	*ret_order = order;
	return true;
}

static bool
parts_rpm(uint8_t byte)
{
	return !version_is_digit(byte) && !version_is_letter(byte) &&
	    byte != '~' && byte != '^';
}

/* The order in which the parts stand when both go on otherwise. */
static int
rpm_weight(struct bytes rest)
{
	if (rest.len == 0)
		return 0;
	if (version_is_digit(rest.ptr[0]))
		return 3;
	if (rest.ptr[0] == '~')
		return -1;
	return rest.ptr[0] == '^' ? 1 : 2;
}

/* Source: rpm-version(7), "Comparison". */
static int
compare_rpm_part(struct bytes a, struct bytes b)
{
	int order = 0;

	while (order == 0) {
		int left;
		int right;

		a = bytes_from(a, version_run_len(a, parts_rpm));
		b = bytes_from(b, version_run_len(b, parts_rpm));
		left = rpm_weight(a);
		right = rpm_weight(b);
		if (left != right)
			return left < right ? -1 : 1;
		if (left == 0)
			return 0;
		if (left == 3) {
			struct bytes x = version_take_number(&a);
			struct bytes y = version_take_number(&b);

			order = version_compare_numbers(x, y);
			continue;
		}
		bool word = left == 2;
		size_t x = word ? version_run_len(a, version_is_letter) : 1;
		size_t y = word ? version_run_len(b, version_is_letter) : 1;

		order =
		    bytes_compare(bytes_slice(a, 0, x), bytes_slice(b, 0, y));
		a = bytes_from(a, x);
		b = bytes_from(b, y);
	}
	return order;
}

bool
version_compare_rpm(struct bytes a, struct bytes b, int *ret_order)
{
	struct package_version x = split(a);
	struct package_version y = split(b);
	int order;

	if (x.upstream.len == 0 || y.upstream.len == 0)
		return false;
	order = version_compare_numbers(x.epoch, y.epoch);
	if (order == 0)
		order = compare_rpm_part(x.upstream, y.upstream);
	if (order == 0 && x.has_revision != y.has_revision)
		order = x.has_revision ? 1 : -1;
	if (order == 0)
		order = compare_rpm_part(x.revision, y.revision);
	*ret_order = order;
	return true;
}
