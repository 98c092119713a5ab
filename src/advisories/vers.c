/* SPDX-License-Identifier: ISC */
/* Version ranges as statements of VEX write them. */
#include "advisories/vers_private.h"

#include <stddef.h>

/* Bytes of one version, its percent escapes undone; longer ones are text. */
#define VERSION_LEN_MAX ((size_t)128)

enum comparator {
	IS,
	IS_NOT,
	BELOW,
	UP_TO,
	FROM,
	ABOVE
};

static const struct {
	const char *text;
	enum comparator comparator;
} comparators[] = {
	/* the longer ones first */
	{ "<=", UP_TO },
	{ ">=", FROM },
	{ "!=", IS_NOT },
	{ "<", BELOW },
	{ ">", ABOVE },
	{ "=", IS },
};

struct constraint {
	enum comparator comparator;
	uint8_t version[VERSION_LEN_MAX];
	size_t len;
};

/* What is known of one version while constraints go by. */
struct place {
	enum version_scheme scheme;
	struct bytes version;
	bool named; /* a constraint is on this very version; `holds` says */
	bool holds;
	bool bounded;  /* there is a bound; else all but the "!=" ones are in */
	bool excludes; /* there is a "!=" */
	bool unsure;
	struct constraint below; /* the nearest bounds; len 0: none */
	struct constraint above;
};

enum version_scheme
vers_scheme(struct bytes type)
{
	static const struct {
		const char *type;
		enum version_scheme scheme;
	} schemes[] = {
		{ "alpine", VERSION_APK },
		{ "alpm", VERSION_RPM },
		{ "apk", VERSION_APK },
		{ "cargo", VERSION_SEMVER },
		{ "deb", VERSION_DPKG },
		{ "golang", VERSION_SEMVER },
		{ "npm", VERSION_SEMVER },
		{ "openssl", VERSION_OPENSSL },
		{ "rpm", VERSION_RPM },
		{ "semver", VERSION_SEMVER },
	};

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (bytes_equal_any_case(type, schemes[i].type))
			return schemes[i].scheme;
	return VERSION_ANY;
}

static struct bytes
without_v(struct bytes in)
{
	bool has_v = in.len > 1 && (in.ptr[0] == 'v' || in.ptr[0] == 'V') &&
	    in.ptr[1] >= '0' && in.ptr[1] <= '9';

	return bytes_from(in, has_v ? 1 : 0);
}

static enum version_order
order_of(enum version_scheme scheme, struct bytes was, struct bytes now)
{
	struct bytes a = without_v(was);
	struct bytes b = without_v(now);

	if (bytes_equal(a, b))
		return VERSION_SAME;
	return version_compare(scheme, a, b);
}

bool
vers_same(enum version_scheme scheme, struct bytes a, struct bytes b)
{
	return order_of(scheme, a, b) == VERSION_SAME;
}

static int
hex_digit(uint8_t byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	byte = bytes_lower(byte);
	return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* Undoes percent escapes, without blanks; false when it is too long. */
static bool
read_version(struct bytes in, struct constraint *c)
{
	for (size_t at = 0; at < in.len; at++) {
		uint8_t byte = in.ptr[at];

		if (byte == '%' && in.len - at > 2 &&
		    hex_digit(in.ptr[at + 1]) >= 0 &&
		    hex_digit(in.ptr[at + 2]) >= 0) {
			byte = (uint8_t)(hex_digit(in.ptr[at + 1]) * 16 +
			    hex_digit(in.ptr[at + 2]));
			at += 2;
		}
		if (byte == ' ')
			continue;
		if (c->len == VERSION_LEN_MAX)
			return false;
		c->version[c->len++] = byte;
	}
	return c->len > 0;
}

static bool
read_constraint(struct bytes in, struct constraint *c)
{
	in = bytes_trim(in);
	c->comparator = IS;
	for (size_t i = 0; i < sizeof(comparators) / sizeof(comparators[0]);
	     i++) {
		struct bytes text = bytes_of(comparators[i].text);

		if (!bytes_starts(in, text))
			continue;
		c->comparator = comparators[i].comparator;
		in = bytes_from(in, text.len);
		break;
	}
	return read_version(in, c);
}

static struct bytes
version_in(const struct constraint *c)
{
	return (struct bytes){ c->version, c->len };
}

static bool
is_lower_bound(enum comparator is)
{
	return is == FROM || is == ABOVE;
}

static bool
is_upper_bound(enum comparator is)
{
	return is == BELOW || is == UP_TO;
}

/* A bound counts where it is nearer than the one before: newer than that
   below the version, older above it. */
static void
take_nearer(struct place *place, struct constraint *best,
    const struct constraint *c, enum version_order nearer)
{
	enum version_order order = VERSION_UNSURE;

	if (best->len > 0) {
		order =
		    order_of(place->scheme, version_in(best), version_in(c));
		place->unsure |= order == VERSION_UNSURE;
	}
	if (best->len == 0 || order == nearer)
		*best = *c;
}

static void
take_constraint(struct place *place, const struct constraint *c)
{
	enum comparator is = c->comparator;
	enum version_order order =
	    order_of(place->scheme, version_in(c), place->version);

	place->excludes |= is == IS_NOT;
	if (order == VERSION_SAME) {
		place->holds = is == IS || is == UP_TO || is == FROM;
		place->named = true;
	}
	if (!is_lower_bound(is) && !is_upper_bound(is))
		return;
	place->bounded = true;
	if (order == VERSION_UNSURE)
		place->unsure = true;
	else if (order == VERSION_NEWER)
		take_nearer(place, &place->below, c, VERSION_NEWER);
	else if (order == VERSION_OLDER)
		take_nearer(place, &place->above, c, VERSION_OLDER);
}

/*
 * The nearest bounds decide. A lower bound below another one, as in ">1|>2",
 * says what the specification says: nothing lies between them.
 */
static bool
decide(const struct place *place)
{
	if (place->named)
		return place->holds;
	if (!place->bounded)
		return place->excludes;
	return !place->unsure &&
	    (place->below.len == 0 ||
		is_lower_bound(place->below.comparator)) &&
	    (place->above.len == 0 || is_upper_bound(place->above.comparator));
}

bool
vers_holds(struct bytes range, struct bytes version)
{
	struct bytes rest = bytes_from(range, sizeof("vers:") - 1);
	struct bytes field;

	if (!bytes_starts(range, BYTES("vers:")) ||
	    !bytes_next_field(&rest, '/', &field) || version.len == 0)
		return false;
	if (bytes_equal_text(bytes_trim(rest), "*"))
		return true;
	struct place place = { .scheme = vers_scheme(field),
		.version = version };

	while (bytes_next_field(&rest, '|', &field)) {
		struct constraint c = { 0 };

		if (bytes_trim(field).len == 0)
			continue;
		if (!read_constraint(field, &c))
			return false;
		take_constraint(&place, &c);
	}
	return decide(&place);
}
