/* SPDX-License-Identifier: ISC */
/* Ranges of versions in CSAF documents. */
#include "advisories/feed_csaf_private.h"

/* A comparator as it is written, and as "vers" has it. */
static const struct {
	const char *text;
	const char *vers;
} comparators[] = {
	/* the longer ones first */
	{ "<=", "<=" },
	{ "=<", "<=" },
	{ ">=", ">=" },
	{ "=>", ">=" },
	{ "!=", "!=" },
	{ "<", "<" },
	{ ">", ">" },
	{ "=", "" },
};

/* What stands between two constraints. */
static const char *const joints[] = { "|", ",", "&&", "and ", "or " };

struct writing {
	uint8_t *to;
	size_t len;
};

static void
put(struct writing *w, struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		w->to[w->len++] = text.ptr[i];
}

/* Takes the joints and blanks at the start off; whether there were joints. */
static bool
skip_joints(struct bytes *text)
{
	struct bytes in = *text;
	bool any = false;
	bool more = true;

	while (more) {
		more = false;
		in = bytes_trim(in);
		for (size_t i = 0; i < sizeof(joints) / sizeof(joints[0]); i++)
			if (bytes_starts(in, bytes_of(joints[i]))) {
				in = bytes_from(in, bytes_of(joints[i]).len);
				more = true;
				any = true;
			}
	}
	*text = in;
	return any;
}

static struct bytes
take_comparator(struct bytes *in)
{
	for (size_t i = 0; i < sizeof(comparators) / sizeof(comparators[0]);
	     i++) {
		struct bytes text = bytes_of(comparators[i].text);

		if (!bytes_starts(*in, text))
			continue;
		*in = bytes_trim(bytes_from(*in, text.len));
		return bytes_of(comparators[i].vers);
	}
	return (struct bytes){ 0 };
}

static bool
is_version_byte(uint8_t byte)
{
	uint8_t lower = bytes_lower(byte);

	return (byte >= '0' && byte <= '9') || (lower >= 'a' && lower <= 'z') ||
	    byte == '.' || byte == '-' || byte == '_' || byte == '+' ||
	    byte == '~' || byte == ':';
}

/* "2.0", "V2.0"; with a comparator also "C.00.04", but no word without a
   digit. */
static bool
take_version(struct bytes *in, bool compared, struct bytes *ret)
{
	size_t digit = SIZE_MAX;
	size_t len = 0;

	for (; len < in->len && is_version_byte(in->ptr[len]); len++)
		if (digit == SIZE_MAX && in->ptr[len] >= '0' &&
		    in->ptr[len] <= '9')
			digit = len;
	*ret = bytes_slice(*in, 0, len);
	*in = bytes_from(*in, len);
	return compared ? digit != SIZE_MAX : digit <= 1;
}

static bool
is_all(struct bytes text)
{
	return bytes_equal_text(text, "*") ||
	    bytes_equal_any_case(text, "all") ||
	    bytes_equal_any_case(text, "all versions") ||
	    bytes_equal_any_case(text, "vers:all/*");
}

/* "vers:all/>=V1.80<V2.20" is not what "vers" means by "all". */
static struct bytes
without_all(struct bytes text)
{
	struct bytes prefix = BYTES("vers:all/");

	return bytes_starts(text, prefix) ? bytes_from(text, prefix.len) : text;
}

struct bytes
csaf_range(struct feed *f, struct bytes text)
{
	struct bytes in = bytes_trim(text);

	if (is_all(in))
		return (struct bytes){ 0 };
	struct bytes rest = without_all(in);

	if (bytes_starts(rest, BYTES("vers:")))
		return in;
	/* each version of at least a byte may get a '|' and a comparator that
	   stands there already */
	struct writing w = { feed_take(f, 16 + 2 * rest.len, 1), 0 };
	size_t count = 0;

	if (w.to == NULL)
		return (struct bytes){ 0 };
	put(&w, BYTES("vers:generic/"));
	bool joined = skip_joints(&rest);

	while (rest.len > 0) {
		size_t before = rest.len;
		struct bytes comparator = take_comparator(&rest);
		bool compared = rest.len < before;
		struct bytes version;

		/* "V3.0 SP1" is one version, and none that can be compared */
		if (!take_version(&rest, compared, &version) ||
		    (count > 0 && !compared && !joined))
			return in;
		if (count++ > 0)
			put(&w, BYTES("|"));
		put(&w, comparator);
		put(&w, version);
		joined = skip_joints(&rest);
	}
	return count > 0 ? (struct bytes){ w.to, w.len } : in;
}
