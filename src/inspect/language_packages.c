/* SPDX-License-Identifier: ISC */
/* Which file tells of packages of which language; Python, Lua and Ruby. */
#include "inspect/language_packages.h"

#include "base/limits.h"
#include "inspect/language_packages_private.h"
#include "inspect/package.h"

#include <stdbool.h>

/* Headers of a Python description; what follows is its README. */
#define HEADERS_LEN (64 * KIB)

struct name_rule {
	const char *end;    /* of the name */
	const char *within; /* stands somewhere in it */
	language_reader *read;
};

static const struct name_rule rules[] = {
	{ "/METADATA", ".dist-info/", python_read_metadata },
	{ "/PKG-INFO", ".egg-info/", python_read_metadata },
	{ "/PKG-INFO", "/EGG-INFO/", python_read_metadata },
	{ ".egg-info", "-packages/", python_read_metadata },
	{ ".rockspec", "/rocks", lua_read_rockspec },
	{ ".gemspec", "/specifications/", ruby_read_gemspec },
	{ "/pom.properties", "/META-INF/maven/", java_read_pom },
	{ "/META-INF/MANIFEST.MF", "", java_read_manifest },
	{ "/package.json", "/node_modules/", node_read_package },
	{ "/package-lock.json", "", node_read_lock },
	{ "/.package-lock.json", "/node_modules/", node_read_lock },
	{ "/composer/installed.json", "", php_read_installed },
	{ "/composer.lock", "", php_read_lock },
	{ "/install.json", "/.meta/", perl_read_install },
};

enum err
language_packages_inspect(const struct unpack_event *file, struct facts *facts)
{
	struct bytes name = file->node.name;

	if (file->node.kind != NODE_FILE || file->node.content.len == 0 ||
	    file->node.content.len > LIMIT_PACKAGE_DB_LEN)
		return ERR_OK;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		const struct name_rule *rule = &rules[i];

		if (bytes_ends(name, bytes_of(rule->end)) &&
		    (rule->within[0] == '\0' ||
			bytes_find(name, bytes_of(rule->within), 0) !=
			    SIZE_MAX))
			return rule->read(file, facts);
	}
	return ERR_OK;
}

static enum err
add(const struct unpack_event *file, struct facts *facts, const char *type,
    struct bytes name, struct bytes version, struct bytes line)
{
	struct package package = {
		.purl = { .type = type, .name = name, .version = version },
		.at = (size_t)(line.ptr - file->node.content.ptr),
		.len = line.len,
		.kind = EVIDENCE_PACKAGE_DB,
	};

	if (version.len == 0)
		return ERR_OK;
	return package_add(file, facts, &package);
}

/* Source: Python Packaging User Guide, "Core metadata specifications". */
enum err
python_read_metadata(const struct unpack_event *file, struct facts *facts)
{
	struct bytes rest = bytes_slice(file->node.content, 0, HEADERS_LEN);
	struct bytes line;
	struct bytes name = { 0 };
	struct bytes version = { 0 };
	struct bytes evidence = { 0 };

	while (bytes_next_line(&rest, &line) && line.len > 0) {
		if (bytes_starts(line, BYTES("Name: ")) && name.len == 0) {
			name = bytes_trim(bytes_from(line, 6));
			evidence = line;
		} else if (bytes_starts(line, BYTES("Version: ")) &&
		    version.len == 0) {
			version = bytes_trim(bytes_from(line, 9));
		}
	}
	return add(file, facts, "pypi", name, version, evidence);
}

/* Takes the last part of a path off it. */
static struct bytes
take_last_part(struct bytes *path)
{
	size_t at = path->len;

	while (at > 0 && path->ptr[at - 1] != '/')
		at--;
	struct bytes part = bytes_from(*path, at);

	*path = bytes_slice(*path, 0, at > 0 ? at - 1 : 0);
	return part;
}

/*
 * rocks-5.1/luasocket/3.1.0-1/luasocket-3.1.0-1.rockspec: both folders must
 * agree with the file's name, and the file must say the version too.
 */
enum err
lua_read_rockspec(const struct unpack_event *file, struct facts *facts)
{
	struct bytes path = file->node.name;
	struct bytes name = take_last_part(&path);
	struct bytes version = take_last_part(&path);
	struct bytes rock = take_last_part(&path);
	struct bytes in = file->node.content;
	size_t at = bytes_find(in, version, 0);

	name = bytes_slice(name, 0, name.len - 9); /* ".rockspec" */
	if (rock.len == 0 || version.len == 0 || at == SIZE_MAX ||
	    name.len != rock.len + 1 + version.len ||
	    !bytes_starts(name, rock) || !bytes_ends(name, version))
		return ERR_OK;
	return add(file, facts, "luarocks", rock, version,
	    bytes_slice(in, at, version.len));
}

/* The text between the first quotes at or after `at`. */
static struct bytes
quoted(struct bytes line, size_t at)
{
	struct bytes rest = bytes_from(line, at);
	size_t from = 0;

	while (
	    from < rest.len && rest.ptr[from] != '"' && rest.ptr[from] != '\'')
		from++;
	if (from == rest.len)
		return (struct bytes){ 0 };
	size_t end = bytes_find_byte(rest, rest.ptr[from], from + 1);

	if (end == SIZE_MAX)
		return (struct bytes){ 0 };
	return bytes_slice(rest, from + 1, end - from - 1);
}

/* "# stub: rake 13.0.6 ruby lib", which RubyGems writes itself; else the
   assignments s.name = "rake" and s.version = "13.0.6". */
enum err
ruby_read_gemspec(const struct unpack_event *file, struct facts *facts)
{
	struct bytes rest = bytes_slice(file->node.content, 0, HEADERS_LEN);
	struct bytes line;
	struct bytes name = { 0 };
	struct bytes version = { 0 };
	struct bytes evidence = { 0 };

	while (bytes_next_line(&rest, &line) &&
	    (name.len == 0 || version.len == 0)) {
		struct bytes words = bytes_trim(line);

		if (bytes_starts(words, BYTES("# stub: "))) {
			evidence = words;
			words = bytes_from(words, 8);
			(void)bytes_next_word(&words, &name);
			(void)bytes_next_word(&words, &version);
		} else if (bytes_starts(words, BYTES("s.name = "))) {
			evidence = words;
			name = quoted(words, 9);
		} else if (bytes_starts(words, BYTES("s.version = "))) {
			version = quoted(words, 12);
		}
	}
	return add(file, facts, "gem", name, version, evidence);
}
