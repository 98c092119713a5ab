/* SPDX-License-Identifier: ISC */
/* Java archives: what Maven and the manifest say of them. */
#include "base/limits.h"
#include "inspect/language_packages_private.h"
#include "inspect/package.h"

#include <stdbool.h>

static bool
is_plain(struct bytes in)
{
	for (size_t i = 0; i < in.len; i++) {
		uint8_t c = in.ptr[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9') && c != '.' && c != '-' && c != '_')
			return false;
	}
	return in.len > 0;
}

static enum err
add(const struct unpack_event *file, struct facts *facts,
    const struct purl *purl, struct bytes line)
{
	struct package package = {
		.purl = *purl,
		.at = (size_t)(line.ptr - file->node.content.ptr),
		.len = line.len,
		.kind = EVIDENCE_PACKAGE_DB,
	};

	return package_add(file, facts, &package);
}

/* Source: Apache Maven Archiver, "pom.properties content". */
enum err
java_read_pom(const struct unpack_event *file, struct facts *facts)
{
	struct bytes rest = bytes_slice(file->node.content, 0, 64 * KIB);
	struct bytes line;
	struct bytes evidence = { 0 };
	struct purl purl = { .type = "maven" };

	while (bytes_next_line(&rest, &line)) {
		if (bytes_starts(line, BYTES("groupId="))) {
			purl.space = bytes_trim(bytes_from(line, 8));
		} else if (bytes_starts(line, BYTES("artifactId="))) {
			purl.name = bytes_trim(bytes_from(line, 11));
		} else if (bytes_starts(line, BYTES("version="))) {
			purl.version = bytes_trim(bytes_from(line, 8));
			evidence = line;
		}
	}
	if (!is_plain(purl.space) || !is_plain(purl.name) ||
	    purl.version.len == 0)
		return ERR_OK;
	return add(file, facts, &purl, evidence);
}

/* NAME and VERSION of "…!/usr/share/java/NAME-VERSION.jar!zip@0x0!/META-INF/…":
   the version begins at the first dash before a digit. */
static bool
read_jar_name(
    struct bytes path, struct bytes *ret_name, struct bytes *ret_version)
{
	size_t end = SIZE_MAX;

	for (size_t at = bytes_find(path, BYTES(".jar!"), 0); at != SIZE_MAX;
	     at = bytes_find(path, BYTES(".jar!"), at + 1))
		end = at; /* of the innermost */
	if (end == SIZE_MAX)
		return false;
	size_t from = end;

	while (
	    from > 0 && path.ptr[from - 1] != '/' && path.ptr[from - 1] != '!')
		from--;
	struct bytes name = bytes_slice(path, from, end - from);

	for (size_t i = 1; i + 1 < name.len; i++) {
		if (name.ptr[i] != '-' || name.ptr[i + 1] < '0' ||
		    name.ptr[i + 1] > '9')
			continue;
		*ret_name = bytes_slice(name, 0, i);
		*ret_version = bytes_from(name, i + 1);
		return true;
	}
	return false;
}

/*
 * A manifest's titles are prose and its versions may be those of anything, so
 * one is believed only where the archive's own name says the same version.
 * Source: JAR File Specification, "JAR Manifest"; OSGi Core 3.2.
 */
enum err
java_read_manifest(const struct unpack_event *file, struct facts *facts)
{
	static const char *const keys[] = { "Implementation-Version: ",
		"Bundle-Version: ", "Specification-Version: " };
	struct bytes rest = bytes_slice(file->node.content, 0, 64 * KIB);
	struct bytes line;
	struct bytes evidence = { 0 };
	struct purl purl = { .type = "maven" };

	if (!read_jar_name(file->path, &purl.name, &purl.version) ||
	    !is_plain(purl.name) || !is_plain(purl.version))
		return ERR_OK;
	while (bytes_next_line(&rest, &line) && line.len > 0) {
		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
			struct bytes key = bytes_of(keys[i]);

			if (bytes_starts(line, key) &&
			    bytes_equal(bytes_trim(bytes_from(line, key.len)),
				purl.version))
				evidence = line;
		}
		if (bytes_starts(line, BYTES("Implementation-Vendor-Id: ")))
			purl.space = bytes_trim(bytes_from(line, 26));
	}
	if (evidence.len == 0)
		return ERR_OK;
	if (!is_plain(purl.space)) { /* Maven's names need a group */
		purl.type = "generic";
		purl.space = (struct bytes){ 0 };
	}
	return add(file, facts, &purl, evidence);
}
