/* SPDX-License-Identifier: ISC */
/* Lists of packages that build systems and pacman leave behind. */
#include "base/limits.h"
#include "inspect/packages_private.h"

#include <stdbool.h>

/* Words of a line of Yocto's list: name, architecture, version. */
#define YOCTO_WORDS 3

static enum err
add(const struct unpack_event *file, struct facts *facts, struct purl purl,
    struct bytes line)
{
	struct package package = {
		.purl = purl,
		.kind = EVIDENCE_PACKAGE_DB,
	};

	package_set_evidence(&package, file, line);
	return package_add(file, facts, &package);
}

/* The line behind "%KEY%" in a pacman description. */
static struct bytes
pacman_value(struct bytes in, const char *key)
{
	struct bytes line;

	while (bytes_next_line(&in, &line)) {
		if (bytes_equal_text(line, key) && bytes_next_line(&in, &line))
			return line;
	}
	return (struct bytes){ 0 };
}

/* Source: alpm-db-desc(5). */
enum err
manifest_read_pacman(const struct unpack_event *file, struct facts *facts)
{
	struct bytes in = file->node.content;
	struct purl purl = {
		.type = "alpm",
		.space = BYTES("arch"),
		.name = pacman_value(in, "%NAME%"),
		.version = pacman_value(in, "%VERSION%"),
		.arch = pacman_value(in, "%ARCH%"),
	};

	if (purl.version.len == 0)
		return ERR_OK;
	return add(file, facts, purl, purl.name);
}

/* Takes the next field of a line off *rest: "…" without pairs of quotes in it,
   or plain. */
static struct bytes
next_csv_field(struct bytes *rest)
{
	struct bytes field;

	if (!bytes_starts(*rest, BYTES("\""))) {
		if (!bytes_next_field(rest, ',', &field))
			return (struct bytes){ 0 };
		return field;
	}
	*rest = bytes_from(*rest, 1);
	size_t len = bytes_find_byte(*rest, '"', 0);

	if (len == SIZE_MAX)
		len = rest->len;
	field = bytes_slice(*rest, 0, len);
	*rest = bytes_from(*rest, len + 1);
	if (bytes_starts(*rest, BYTES(",")))
		*rest = bytes_from(*rest, 1);
	return field;
}

/* Source: Buildroot manual, "Complying with open source licenses". */
enum err
manifest_read_buildroot(const struct unpack_event *file, struct facts *facts)
{
	struct bytes rest = file->node.content;
	struct bytes line;
	enum err err = ERR_OK;

	if (!bytes_starts(rest, BYTES("\"PACKAGE\",\"VERSION\",\"LICENSE\"")))
		return ERR_OK;
	(void)bytes_next_line(&rest, &line);
	while (err == ERR_OK && bytes_next_line(&rest, &line)) {
		struct bytes fields = line;
		struct purl purl = { .type = "generic" };

		purl.name = next_csv_field(&fields);
		purl.version = next_csv_field(&fields);
		/* the configuration itself and parts without source */
		if (purl.version.len == 0 ||
		    bytes_equal_text(purl.version, "unknown"))
			continue;
		err = add(file, facts, purl, line);
	}
	return err;
}

static bool
is_name_byte(uint8_t byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') ||
	    (byte >= 'A' && byte <= 'Z') || byte == '-' || byte == '_' ||
	    byte == '+' || byte == '.';
}

static bool
is_plain_word(struct bytes word)
{
	for (size_t i = 0; i < word.len; i++) {
		if (!is_name_byte(word.ptr[i]))
			return false;
	}
	return word.len > 0;
}

static bool
has_digit(struct bytes word)
{
	for (size_t i = 0; i < word.len; i++) {
		if (word.ptr[i] >= '0' && word.ptr[i] <= '9')
			return true;
	}
	return false;
}

/* "busybox cortexa7t2hf_neon 1.35.0-r0"; older ones without the revision. */
static bool
read_yocto_line(struct bytes line, struct bytes word[YOCTO_WORDS])
{
	struct bytes extra;

	for (size_t i = 0; i < YOCTO_WORDS; i++) {
		if (!bytes_next_word(&line, &word[i]) ||
		    !(i == 2 || is_plain_word(word[i])))
			return false;
	}
	return !bytes_next_word(&line, &extra) && has_digit(word[2]) &&
	    bytes_find_byte(word[1], '.', 0) == SIZE_MAX;
}

/* Other things are called manifest too: every line must be one of ours. */
static bool
is_yocto_list(struct bytes in)
{
	struct bytes word[YOCTO_WORDS];
	struct bytes line;
	size_t count = 0;

	while (bytes_next_line(&in, &line)) {
		if (!read_yocto_line(line, word))
			return false;
		count++;
	}
	return count > 1;
}

/* Source: Yocto Project reference manual, "Images", IMAGE_MANIFEST. */
enum err
manifest_read_yocto(const struct unpack_event *file, struct facts *facts)
{
	struct bytes rest = file->node.content;
	struct bytes line;
	enum err err = ERR_OK;

	if (!is_yocto_list(rest))
		return ERR_OK;
	while (err == ERR_OK && bytes_next_line(&rest, &line)) {
		struct bytes word[YOCTO_WORDS];

		if (!read_yocto_line(line, word))
			continue;
		err = add(file, facts,
		    (struct purl){ .type = "generic",
			.name = word[0],
			.version = word[2],
			.arch = word[1] },
		    line);
	}
	return err;
}

/* "KEY: value" of the lines up to an empty one. */
struct licence {
	struct bytes line, name, version, recipe;
};

static bool
next_licence(struct bytes *rest, struct licence *ret)
{
	static const char *const keys[] = {
		"PACKAGE NAME: ", "PACKAGE VERSION: ", "RECIPE NAME: "
	};
	struct licence licence = { .line = { 0 } };
	struct bytes *const values[] = { &licence.name, &licence.version,
		&licence.recipe };
	struct bytes line;
	bool some = false;

	while (bytes_next_line(rest, &line)) {
		if (line.len == 0 && some)
			break;
		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
			if (!bytes_starts(line, bytes_of(keys[i])))
				continue;
			*values[i] =
			    bytes_trim(bytes_from(line, bytes_of(keys[i]).len));
			if (i == 0)
				licence.line = line;
			some = true;
		}
	}
	*ret = licence;
	return some;
}

/* Source: Yocto Project, license_image.bbclass. */
enum err
manifest_read_yocto_licenses(
    const struct unpack_event *file, struct facts *facts)
{
	struct bytes rest = file->node.content;
	struct licence licence;
	enum err err = ERR_OK;

	while (err == ERR_OK && next_licence(&rest, &licence)) {
		if (licence.recipe.len == 0 || licence.version.len == 0 ||
		    licence.name.len == 0)
			continue;
		struct package package = {
			.purl = { .type = "yocto",
			    .name = licence.recipe,
			    .version = licence.version },
			.name = licence.name,
			.kind = EVIDENCE_PACKAGE_DB,
		};

		package_set_evidence(&package, file, licence.line);
		err = package_add(file, facts, &package);
	}
	return err;
}
