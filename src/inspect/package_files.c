/* SPDX-License-Identifier: ISC */
/* Reads the one file in a package that says which it is. */
#include "inspect/package_files.h"

#include "base/limits.h"
#include "inspect/package.h"

#include <string.h>

#define CONTROL_MAX_LEN (64 * KIB)

struct fields {
	const char *name, *version, *arch;
};

static const struct fields control_fields = {
	"Package:", "Version:", "Architecture:"
};
static const struct fields pkginfo_fields = {
	"pkgname =", "pkgver =", "arch ="
};

/* The value of the first such line. */
static struct bytes
find_value(struct bytes text, const char *key)
{
	struct bytes line;

	while (bytes_next_line(&text, &line))
		if (bytes_starts(line, bytes_of(key)))
			return bytes_trim(bytes_from(line, strlen(key)));
	return (struct bytes){ NULL, 0 };
}

static enum err
add(const struct unpack_event *file, struct facts *facts,
    const struct fields *fields, const char *type, struct bytes space)
{
	struct bytes text = file->node.content;
	struct package package = {
		.purl = { .type = type,
		    .space = space,
		    .name = find_value(text, fields->name),
		    .version = find_value(text, fields->version),
		    .arch = find_value(text, fields->arch) },
		.kind = EVIDENCE_DESCRIPTOR,
	};

	if (package.purl.name.len == 0 || package.purl.version.len == 0)
		return ERR_OK;
	package.at = (size_t)(package.purl.name.ptr - text.ptr);
	package.len = package.purl.name.len;
	return package_add(file, facts, &package);
}

/*
 * A control file speaks for a package only in control.tar. In an ar that is
 * Debian's (or an ipk of old, which looks the same), else it is opkg's.
 */
static enum err
inspect_control(const struct unpack_event *file, struct facts *facts)
{
	size_t at = bytes_find(file->path, BYTES("!/control.tar"), 0);

	if (at == SIZE_MAX)
		return ERR_OK;
	struct bytes above = bytes_slice(file->path, 0, at);
	struct bytes part;
	struct bytes last = { NULL, 0 };

	while (bytes_next_field(&above, '!', &part))
		last = part;
	if (bytes_starts(last, BYTES("ar@")))
		return add(
		    file, facts, &control_fields, "deb", BYTES("debian"));
	return add(file, facts, &control_fields, "opkg", BYTES(""));
}

enum err
package_files_inspect(const struct unpack_event *file, struct facts *facts)
{
	struct bytes name = file->node.name;

	if (file->node.kind != NODE_FILE ||
	    file->node.content.len > CONTROL_MAX_LEN)
		return ERR_OK;
	if (bytes_equal_text(name, "/control"))
		return inspect_control(file, facts);
	if (!bytes_equal_text(name, "/.PKGINFO"))
		return ERR_OK;
	/* Others pack the same file: then it is pacman's. */
	if (bytes_find(file->path, BYTES("apk@0x"), 0) == SIZE_MAX)
		return add(file, facts, &pkginfo_fields, "alpm", BYTES("arch"));
	return add(file, facts, &pkginfo_fields, "apk", BYTES("alpine"));
}

/* "bash 5.2.15-3.fc38 x86_64, …" */
enum err
package_files_inspect_chunk(
    const struct unpack_event *event, struct facts *facts)
{
	struct bytes detail = bytes_of(event->chunk.info.detail);
	struct package package = { .purl = { .type = "rpm" },
		.kind = EVIDENCE_DESCRIPTOR };

	if (event->chunk.format == NULL ||
	    strcmp(event->chunk.format, "rpm") != 0)
		return ERR_OK;
	detail = bytes_slice(detail, 0, bytes_find_byte(detail, ',', 0));
	if (!bytes_next_word(&detail, &package.purl.name) ||
	    !bytes_next_word(&detail, &package.purl.version))
		return ERR_OK;
	(void)bytes_next_word(&detail, &package.purl.arch); /* or none */
	package.text = package.purl.name;
	return package_add(event, facts, &package);
}
