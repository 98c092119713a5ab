/* SPDX-License-Identifier: ISC */
/* Reads package URLs, from the right to the left. */
#include "advisories/purl_read.h"

#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>

enum spelling {
	LOWER_SPACE = 1 << 0,
	LOWER_NAME = 1 << 1,
	LOWER_VERSION = 1 << 2,
	UPPER_SPACE = 1 << 3,
	ONE_DASH = 1 << 4,    /* runs of -, _ and . become one dash */
	UNDERSCORES = 1 << 5, /* all but letters and digits become '_' */
	LONG_NAME = 1 << 6,   /* the namespace is the first segment alone */
	NEEDS_SPACE = 1 << 7,
	NO_SPACE = 1 << 8,
	NO_COLONS = 1 << 9, /* not "::" in a name */
};
#define LOWER (LOWER_SPACE | LOWER_NAME)

/* Source: package-url specification, types/NAME-definition.json; sorted. */
static const struct type {
	const char *name;
	unsigned spelling;
	const char *needs; /* a qualifier that must be there */
} types[] = {
	{ "alpm", LOWER, NULL },
	{ "apk", LOWER, NULL },
	{ "bitbucket", LOWER, NULL },
	{ "bitnami", LOWER_NAME, NULL },
	{ "chrome-extension", LOWER_NAME | NO_SPACE, NULL },
	{ "composer", LOWER, NULL },
	{ "cpan", UPPER_SPACE | NEEDS_SPACE | NO_COLONS, NULL },
	{ "cran", NO_SPACE, NULL },
	{ "deb", LOWER, NULL },
	{ "git", LONG_NAME | NEEDS_SPACE, NULL },
	{ "github", LOWER, NULL },
	{ "golang", LOWER, NULL },
	{ "hex", LOWER, NULL },
	{ "huggingface", LOWER_VERSION, NULL },
	{ "julia", NO_SPACE, "uuid" },
	{ "luarocks", LOWER, NULL },
	{ "mlflow", NO_SPACE, NULL },
	{ "npm", LOWER, NULL },
	{ "oci", LOWER_NAME | NO_SPACE, NULL },
	{ "opam", NO_SPACE, NULL },
	{ "otp", LOWER_NAME | NO_SPACE, NULL },
	{ "pub", LOWER_NAME | UNDERSCORES, NULL },
	{ "pypi", LOWER_NAME | ONE_DASH | NO_SPACE, NULL },
	{ "qpkg", LOWER_SPACE, NULL },
	{ "rpm", LOWER_SPACE, NULL },
	{ "swid", 0, "tag_id" },
	{ "swift", NEEDS_SPACE, NULL },
	{ "vcpkg", NO_SPACE, NULL },
	{ "vscode-extension", LOWER | NEEDS_SPACE, NULL },
	{ "yocto", LOWER_SPACE, NULL },
};

/* What is decoded is never longer than it was, so this cannot overflow. */
struct room {
	uint8_t *at;
};

static const struct type *
find_type(struct bytes name)
{
	static const struct type other = { "", 0, NULL };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (bytes_equal_text(name, types[i].name))
			return &types[i];
	return &other;
}

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

static bool
take_nibble(uint8_t byte, unsigned *value)
{
	unsigned digit;

	if (is_digit(byte))
		digit = byte - '0';
	else if (bytes_lower(byte) >= 'a' && bytes_lower(byte) <= 'f')
		digit = bytes_lower(byte) - 'a' + 10U;
	else
		return false;
	*value = *value << 4 | digit;
	return true;
}

/* Appends `in` without its percent encoding; false when that is broken. */
static bool
decode(struct bytes in, struct room *room)
{
	for (size_t i = 0; i < in.len; i++) {
		unsigned value = 0;

		if (in.ptr[i] != '%') {
			*room->at++ = in.ptr[i];
			continue;
		}
		if (in.len - i < 3 || !take_nibble(in.ptr[i + 1], &value) ||
		    !take_nibble(in.ptr[i + 2], &value) || value == 0)
			return false;
		*room->at++ = (uint8_t)value;
		i += 2;
	}
	return true;
}

static struct bytes
since(const uint8_t *start, const struct room *room)
{
	return (struct bytes){ start, (size_t)(room->at - start) };
}

static bool
decode_part(struct bytes in, struct room *room, struct bytes *ret)
{
	const uint8_t *start = room->at;

	if (!decode(in, room))
		return false;
	*ret = since(start, room);
	return true;
}

static bool
is_dots(struct bytes segment)
{
	return bytes_equal_text(segment, ".") ||
	    bytes_equal_text(segment, "..");
}

/* Segments without the empty ones, and without dots in a subpath. */
static bool
decode_path(struct bytes in, bool subpath, struct room *room, struct bytes *ret)
{
	const uint8_t *start = room->at;
	struct bytes segment;

	while (bytes_next_field(&in, '/', &segment)) {
		uint8_t *before = room->at;
		struct bytes decoded;

		if (segment.len == 0)
			continue;
		if (before != start)
			*room->at++ = '/';
		if (!decode_part(segment, room, &decoded) ||
		    bytes_find_byte(decoded, '/', 0) != SIZE_MAX)
			return false;
		if (subpath && is_dots(decoded))
			room->at = before;
	}
	*ret = since(start, room);
	return true;
}

/* The offset of the last such byte, or SIZE_MAX. */
static size_t
find_last(struct bytes in, uint8_t byte)
{
	for (size_t i = in.len; i > 0; i--)
		if (in.ptr[i - 1] == byte)
			return i - 1;
	return SIZE_MAX;
}

/* Takes what follows the last `mark` off; empty when there is none. */
static struct bytes
take_behind(struct bytes *rest, uint8_t mark)
{
	size_t at = find_last(*rest, mark);
	struct bytes behind = { 0 };

	if (at != SIZE_MAX) {
		behind = bytes_from(*rest, at + 1);
		*rest = bytes_slice(*rest, 0, at);
	}
	return behind;
}

/*
 * Keys of two or more words were published with capitals in them, and the
 * suite reads those; it refuses a key that starts with one.
 */
static bool
is_key(struct bytes key)
{
	if (key.len == 0 || key.ptr[0] < 'a' || key.ptr[0] > 'z')
		return false;
	for (size_t i = 0; i < key.len; i++)
		if (!is_digit(key.ptr[i]) && !is_letter(key.ptr[i]) &&
		    key.ptr[i] != '.' && key.ptr[i] != '-' && key.ptr[i] != '_')
			return false;
	return true;
}

/* Each is key=value; an empty value is as if it were not there. */
static bool
are_qualifiers(struct bytes in)
{
	struct bytes pair;
	struct bytes key;

	while (bytes_next_field(&in, '&', &pair)) {
		bool empty = pair.len == 0;
		bool valued = bytes_find_byte(pair, '=', 0) != SIZE_MAX;

		(void)bytes_next_field(&pair, '=', &key);
		if (!empty && (!valued || !is_key(key)))
			return false;
	}
	return true;
}

struct bytes
purl_qualifier(
    const struct purl_parts *purl, const char *key, struct arena *arena)
{
	struct bytes rest = purl->qualifiers;
	struct bytes none = BYTES("");
	struct bytes pair;

	while (bytes_next_field(&rest, '&', &pair)) {
		struct bytes name;
		struct bytes value;
		struct room room;

		if (!bytes_next_field(&pair, '=', &name) ||
		    !bytes_equal_any_case(name, key))
			continue;
		room.at = arena_take(arena, pair.len);
		if (room.at == NULL || !decode_part(pair, &room, &value))
			return none;
		return value;
	}
	return none;
}

static bool
has_qualifier(struct bytes qualifiers, const char *key)
{
	struct bytes pair;
	struct bytes name;

	while (bytes_next_field(&qualifiers, '&', &pair))
		if (bytes_next_field(&pair, '=', &name) && pair.len > 0 &&
		    bytes_equal_any_case(name, key))
			return true;
	return false;
}

/* Lower-cases, in the room that decode() wrote. */
static bool
take_type(struct bytes *rest, struct room *room, struct bytes *ret)
{
	const uint8_t *start = room->at;
	struct bytes type;

	if (!bytes_next_field(rest, '/', &type) || type.len == 0 ||
	    !is_letter(type.ptr[0]))
		return false;
	for (size_t i = 0; i < type.len; i++) {
		uint8_t byte = bytes_lower(type.ptr[i]);

		if (!is_letter(byte) && !is_digit(byte) && byte != '.' &&
		    byte != '+' && byte != '-')
			return false;
		*room->at++ = byte;
	}
	*ret = since(start, room);
	return true;
}

/* The last '@' parts the version off, but for "/@scope/". */
static struct bytes
take_version(struct bytes *rest)
{
	size_t at = find_last(*rest, '@');

	if (at == SIZE_MAX ||
	    ((at == 0 || rest->ptr[at - 1] == '/') &&
		bytes_find_byte(*rest, '/', at) != SIZE_MAX))
		return BYTES("");
	return take_behind(rest, '@');
}

static struct bytes
without_slashes(struct bytes in)
{
	while (in.len > 0 && in.ptr[0] == '/')
		in = bytes_from(in, 1);
	while (in.len > 0 && in.ptr[in.len - 1] == '/')
		in.len--;
	return in;
}

/* Splits namespace and name; the name of git is a path itself. */
static void
split_name(struct bytes in, unsigned spelling, struct bytes *ret_space,
    struct bytes *ret_name)
{
	size_t at = spelling & LONG_NAME ? bytes_find_byte(in, '/', 0)
					 : find_last(in, '/');

	*ret_space = at == SIZE_MAX ? BYTES("") : bytes_slice(in, 0, at);
	*ret_name = at == SIZE_MAX ? in : bytes_from(in, at + 1);
}

/* The room is behind: `text` is bytes that decode() wrote there. */
static struct bytes
spell(struct bytes text, unsigned spelling, struct room *room)
{
	uint8_t *start = room->at - text.len;
	size_t len = 0;
	bool dash = false;

	for (size_t i = 0; i < text.len; i++) {
		uint8_t byte = start[i];
		bool mark = !is_letter(byte) && !is_digit(byte) && byte < 0x80;

		if (spelling & (LOWER_SPACE | LOWER_NAME | LOWER_VERSION))
			byte = bytes_lower(byte);
		if ((spelling & UPPER_SPACE) && byte >= 'a' && byte <= 'z')
			byte = (uint8_t)(byte - ('a' - 'A'));
		if ((spelling & UNDERSCORES) && mark)
			byte = '_';
		mark = byte == '-' || byte == '_' || byte == '.';
		if ((spelling & ONE_DASH) && mark) {
			if (dash)
				continue;
			byte = '-';
		}
		dash = mark;
		start[len++] = byte;
	}
	room->at = start + len;
	return since(start, room);
}

/* Decodes what the type's own rules need, in the order of the parts. */
static bool
decode_names(const struct type *type, struct bytes path, struct bytes version,
    struct room *room, struct purl_parts *ret)
{
	struct bytes space;
	struct bytes name;

	while (path.len > 0 && path.ptr[0] == '/')
		path = bytes_from(path, 1);
	split_name(path, type->spelling, &space, &name);
	if (!decode_path(space, false, room, &ret->space))
		return false;
	ret->space = spell(
	    ret->space, type->spelling & (LOWER_SPACE | UPPER_SPACE), room);
	if (!decode_part(name, room, &ret->name))
		return false;
	ret->name = spell(ret->name,
	    type->spelling & (LOWER_NAME | ONE_DASH | UNDERSCORES), room);
	if (!decode_part(version, room, &ret->version))
		return false;
	ret->version =
	    spell(ret->version, type->spelling & LOWER_VERSION, room);
	if (ret->name.len == 0)
		return false;
	if ((type->spelling & NO_COLONS) &&
	    bytes_find(ret->name, BYTES("::"), 0) != SIZE_MAX)
		return false;
	return (!(type->spelling & NEEDS_SPACE) || ret->space.len > 0) &&
	    (!(type->spelling & NO_SPACE) || ret->space.len == 0);
}

/* Whatever else is not encoded is read as it stands. */
static bool
is_purl(struct bytes in)
{
	for (size_t i = 0; i < in.len; i++)
		if (in.ptr[i] < ' ' || in.ptr[i] == 0x7f)
			return false;
	return in.len > 4 && in.ptr[3] == ':' &&
	    bytes_equal_any_case(bytes_slice(in, 0, 3), "pkg");
}

enum err
purl_read(struct bytes in, struct arena *arena, struct purl_parts *ret)
{
	struct purl_parts purl = { 0 };
	const struct type *type;
	struct bytes rest = bytes_trim(in);
	struct bytes subpath;
	struct bytes version;
	struct room room;

	if (in.len > LIMIT_PURL_LEN)
		return ERR_LIMIT;
	if (!is_purl(rest))
		return ERR_MALFORMED;
	room.at = arena_take(arena, in.len);
	if (room.at == NULL)
		return ERR_MEMORY;
	subpath = take_behind(&rest, '#');
	purl.qualifiers = take_behind(&rest, '?');
	rest = without_slashes(bytes_from(rest, 4));
	if (!are_qualifiers(purl.qualifiers) ||
	    !take_type(&rest, &room, &purl.type))
		return ERR_MALFORMED;
	type = find_type(purl.type);
	version = take_version(&rest);
	if (!decode_names(type, rest, version, &room, &purl) ||
	    !decode_path(subpath, true, &room, &purl.subpath) ||
	    (type->needs != NULL &&
		!has_qualifier(purl.qualifiers, type->needs)))
		return ERR_MALFORMED;
	*ret = purl;
	return ERR_OK;
}
