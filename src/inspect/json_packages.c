/* SPDX-License-Identifier: ISC */
/* Packages that JSON files tell of: Node's, PHP's and Perl's. */
#include "base/limits.h"
#include "base/number.h"
#include "base/out.h"
#include "codec/json_read.h"
#include "inspect/language_packages_private.h"
#include "inspect/package.h"

#include <stdbool.h>

#define NODE_MODULES BYTES("node_modules/")

/* One object's members that matter; texts borrow the JSON. */
struct entry {
	struct bytes name, version, at; /* at: what stands in the file */
	bool unused; /* only for development, or not for every machine */
};

/* Marks of npm's packages that need not be installed. */
static const char *const unused_keys[] = { "dev", "devOptional", "optional",
	"peer", "extraneous", "link" };

static void
read_member(const struct json_item *item, struct entry *entry)
{
	if (item->kind == JSON_TEXT) {
		if (bytes_equal_text(item->key, "name")) {
			entry->name = item->text;
			entry->at = item->text;
		} else if (bytes_equal_text(item->key, "version")) {
			entry->version = item->text;
		}
		return;
	}
	for (size_t i = 0; i < sizeof(unused_keys) / sizeof(unused_keys[0]);
	     i++) {
		if (item->kind == JSON_TRUE &&
		    bytes_equal_text(item->key, unused_keys[i]))
			entry->unused = true;
	}
}

/* Reads an object whose JSON_OBJECT was taken, to its end. */
static enum err
read_entry(struct json_reader *r, struct entry *ret)
{
	struct entry entry = { .unused = false };
	struct json_item item;
	enum err err = json_read(r, &item);

	while (err == ERR_OK && item.kind != JSON_END) {
		read_member(&item, &entry);
		err = json_skip(r, &item);
		if (err == ERR_OK)
			err = json_read(r, &item);
	}
	if (err == ERR_OK)
		*ret = entry;
	return err;
}

static bool
has_escape(struct bytes text)
{
	return bytes_find_byte(text, '\\', 0) != SIZE_MAX;
}

/* "@scope/name" and "vendor/name"; "name" alone. */
static enum err
add(const struct unpack_event *file, struct facts *facts, const char *type,
    struct bytes name, struct bytes version, struct bytes evidence)
{
	struct bytes space = { 0 };
	struct bytes base = name;
	size_t slash = bytes_find_byte(name, '/', 0);

	if (name.len == 0 || version.len == 0 || has_escape(name) ||
	    has_escape(version))
		return ERR_OK;
	if (slash != SIZE_MAX) {
		space = bytes_slice(name, 0, slash);
		base = bytes_from(name, slash + 1);
	}
	struct package package = {
		.purl = { .type = type,
		    .space = space,
		    .name = base,
		    .version = version },
		.name = name,
		.at = (size_t)(evidence.ptr - file->node.content.ptr),
		.len = evidence.len,
		.kind = EVIDENCE_PACKAGE_DB,
	};
	return package_add(file, facts, &package);
}

/* Behind the last "/node_modules/" only the package's folder and this file:
   packages hold other files of that name. */
static bool
is_package_folder(struct bytes name)
{
	size_t last = 0;

	for (size_t at = bytes_find(name, NODE_MODULES, 0); at != SIZE_MAX;
	     at = bytes_find(name, NODE_MODULES, at + 1))
		last = at + NODE_MODULES.len;
	struct bytes rest = bytes_from(name, last);
	struct bytes part;
	size_t parts = 0;
	size_t wanted = bytes_starts(rest, BYTES("@")) ? 3 : 2;

	while (bytes_next_field(&rest, '/', &part))
		parts++;
	return parts == wanted;
}

/* Source: npm documentation, "package.json". */
enum err
node_read_package(const struct unpack_event *file, struct facts *facts)
{
	struct json_reader r = json_reader_open(file->node.content);
	struct json_item item;
	struct entry entry;

	if (!is_package_folder(file->node.name) ||
	    json_read(&r, &item) != ERR_OK || item.kind != JSON_OBJECT ||
	    read_entry(&r, &entry) != ERR_OK)
		return ERR_OK;
	return add(file, facts, "npm", entry.name, entry.version, entry.at);
}

/* "node_modules/a/node_modules/@s/b" is @s/b; others are folders of the
   project itself. Versions before 7 have the name alone. */
static struct bytes
name_of_key(struct bytes key, bool with_folder)
{
	size_t last = SIZE_MAX;

	if (!with_folder)
		return key;
	for (size_t at = bytes_find(key, NODE_MODULES, 0); at != SIZE_MAX;
	     at = bytes_find(key, NODE_MODULES, at + 1))
		last = at + NODE_MODULES.len;
	return bytes_from(key, size_min(last, key.len));
}

/* The members of "packages" or, before version 7, of "dependencies". */
static enum err
add_locked(const struct unpack_event *file, struct facts *facts,
    struct json_reader *r, bool with_folder)
{
	struct json_item item;

	while (json_read(r, &item) == ERR_OK && item.kind == JSON_OBJECT) {
		struct bytes name = name_of_key(item.key, with_folder);
		struct entry entry;

		if (read_entry(r, &entry) != ERR_OK)
			break;
		/* the project itself and its parts have no such folder */
		if (entry.unused || name.len == 0)
			continue;
		if (entry.name.len > 0) /* installed under another name */
			name = entry.name;
		enum err err =
		    add(file, facts, "npm", name, entry.version, item.key);

		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

/* Source: npm documentation, "package-lock.json". */
enum err
node_read_lock(const struct unpack_event *file, struct facts *facts)
{
	static const char *const keys[] = { "packages", "dependencies" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct json_reader r = json_reader_open(file->node.content);
		struct json_item item;

		if (json_read(&r, &item) != ERR_OK || item.kind != JSON_OBJECT)
			return ERR_OK;
		while (json_read(&r, &item) == ERR_OK) {
			if (item.kind == JSON_OBJECT &&
			    bytes_equal_text(item.key, keys[i]))
				return add_locked(file, facts, &r, i == 0);
			if (json_skip(&r, &item) != ERR_OK)
				return ERR_OK;
		}
	}
	return ERR_OK;
}

static enum err
add_composer(
    const struct unpack_event *file, struct facts *facts, struct json_reader *r)
{
	struct json_item item;

	while (json_read(r, &item) == ERR_OK && item.kind == JSON_OBJECT) {
		struct entry entry;

		if (read_entry(r, &entry) != ERR_OK)
			break;
		struct bytes version = entry.version;

		if (version.len > 1 && version.ptr[0] == 'v' &&
		    version.ptr[1] >= '0' && version.ptr[1] <= '9')
			version = bytes_from(version, 1);
		enum err err =
		    add(file, facts, "composer", entry.name, version, entry.at);

		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

/*
 * The array "packages" of the outermost object; before Composer 2 the array
 * was the outermost itself. Source: Composer documentation, "composer.lock".
 */
static enum err
read_composer(const struct unpack_event *file, struct facts *facts)
{
	struct json_reader r = json_reader_open(file->node.content);
	struct json_item item;

	if (json_read(&r, &item) != ERR_OK)
		return ERR_OK;
	if (item.kind == JSON_ARRAY)
		return add_composer(file, facts, &r);
	while (item.kind == JSON_OBJECT || item.depth > 0) {
		if (json_read(&r, &item) != ERR_OK)
			break;
		if (item.kind == JSON_ARRAY &&
		    bytes_equal_text(item.key, "packages"))
			return add_composer(file, facts, &r);
		if (json_skip(&r, &item) != ERR_OK)
			break;
	}
	return ERR_OK;
}

enum err
php_read_installed(const struct unpack_event *file, struct facts *facts)
{
	return read_composer(file, facts);
}

/* "packages-dev" is another array. */
enum err
php_read_lock(const struct unpack_event *file, struct facts *facts)
{
	return read_composer(file, facts);
}

/* "O/OA/OALDERS/libwww-perl-6.76.tar.gz": the author is the folder. */
static struct bytes
author_of(struct bytes path)
{
	struct bytes author = { 0 };
	struct bytes part;
	size_t parts = 0;

	while (bytes_next_field(&path, '/', &part)) {
		if (++parts == 3)
			author = part;
	}
	return parts == 4 ? author : (struct bytes){ 0 };
}

/* Source: cpanm, .meta/NAME-VERSION/install.json. */
enum err
perl_read_install(const struct unpack_event *file, struct facts *facts)
{
	struct bytes in = file->node.content;
	struct bytes dist = json_find_text(in, "dist");
	struct bytes version = json_find_text(in, "version");

	if (version.len == 0 || dist.len <= version.len + 1 ||
	    !bytes_ends(dist, version))
		return ERR_OK;
	struct package package = {
		.purl = { .type = "cpan",
		    .space = author_of(json_find_text(in, "pathname")),
		    .name = bytes_slice(dist, 0, dist.len - version.len - 1),
		    .version = version },
		.at = (size_t)(dist.ptr - in.ptr),
		.len = dist.len,
		.kind = EVIDENCE_PACKAGE_DB,
	};

	if (package.purl.space.len == 0) /* a purl of cpan needs its author */
		package.purl.type = "generic";
	return package_add(file, facts, &package);
}
