/* SPDX-License-Identifier: ISC */
/* Writes package URLs. */
#include "inspect/purl.h"

#include <stdbool.h>
#include <stddef.h>

enum spelling {
	LOWER_SPACE = 1 << 0,
	LOWER_NAME = 1 << 1,
	SLASHED_NAME = 1 << 2, /* the name is a path: its '/' part it */
	ONE_DASH = 1 << 3,     /* runs of -, _ and . become one dash */
};

/* Source: package-url specification, types/NAME-definition.json. */
static const struct type {
	const char *name;
	unsigned spelling;
} types[] = {
	{ "alpm", LOWER_SPACE | LOWER_NAME },
	{ "apk", LOWER_SPACE | LOWER_NAME },
	{ "composer", LOWER_SPACE | LOWER_NAME },
	{ "deb", LOWER_SPACE | LOWER_NAME },
	{ "golang", LOWER_NAME | SLASHED_NAME },
	{ "luarocks", LOWER_SPACE | LOWER_NAME },
	{ "npm", LOWER_SPACE | LOWER_NAME },
	{ "pypi", LOWER_NAME | ONE_DASH },
	{ "rpm", LOWER_SPACE },
	{ "yocto", LOWER_SPACE },
};

static unsigned
spelling_of(const char *type)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (bytes_equal_text(bytes_of(type), types[i].name))
			return types[i].spelling;
	}
	return 0;
}

/* What stands for itself in every part of a purl. */
static bool
is_plain(uint8_t byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	    (byte >= '0' && byte <= '9') || byte == '.' || byte == '-' ||
	    byte == '_' || byte == '~' || byte == ':';
}

static void
put_byte(struct out *o, uint8_t byte)
{
	static const char digits[] = "0123456789ABCDEF";

	if (is_plain(byte)) {
		out_u8(o, byte);
		return;
	}
	out_u8(o, '%');
	out_u8(o, (uint8_t)digits[byte >> 4]);
	out_u8(o, (uint8_t)digits[byte & 15]);
}

static bool
is_separator(uint8_t byte)
{
	return byte == '-' || byte == '_' || byte == '.';
}

static void
put_encoded(struct out *o, struct bytes in, unsigned spelling)
{
	for (size_t i = 0; i < in.len; i++) {
		uint8_t byte = in.ptr[i];

		if ((spelling & LOWER_NAME) != 0 && byte >= 'A' && byte <= 'Z')
			byte = (uint8_t)(byte + 32);
		if ((spelling & ONE_DASH) != 0 && is_separator(byte)) {
			if (i > 0 && is_separator(in.ptr[i - 1]))
				continue;
			byte = '-';
		}
		if ((spelling & SLASHED_NAME) != 0 && byte == '/')
			out_u8(o, byte);
		else
			put_byte(o, byte);
	}
}

void
purl_put(struct out *o, const struct purl *purl)
{
	unsigned spelling = spelling_of(purl->type);
	unsigned space = SLASHED_NAME;

	if ((spelling & LOWER_SPACE) != 0)
		space |= LOWER_NAME;
	out_text(o, "pkg:");
	out_text(o, purl->type);
	out_u8(o, '/');
	if (purl->space.len > 0) {
		put_encoded(o, purl->space, space);
		out_u8(o, '/');
	}
	put_encoded(o, purl->name, spelling);
	if (purl->version.len > 0) {
		out_u8(o, '@');
		put_encoded(o, purl->version, 0);
	}
	if (purl->arch.len > 0) {
		out_text(o, "?arch=");
		put_encoded(o, purl->arch, 0);
	}
	if (purl->epoch.len > 0) {
		out_text(o, purl->arch.len > 0 ? "&epoch=" : "?epoch=");
		put_encoded(o, purl->epoch, 0);
	}
}
