/* SPDX-License-Identifier: ISC */
/* Reads package databases into components. */
#include "inspect/packages.h"

#include "base/limits.h"
#include "base/out.h"
#include "inspect/evidence.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Votes for linux of a file that describes the whole system. */
#define VOTES_RELEASE 5

enum database {
	DATABASE_NONE,
	DATABASE_OPKG,
	DATABASE_DPKG,
	DATABASE_APK,
	DATABASE_RELEASE,
};

struct place {
	const char *start; /* of the name */
	const char *end;   /* empty: `start` is all of it */
	enum database database;
};

static const struct place places[] = {
	{ "/usr/lib/opkg/status", "", DATABASE_OPKG },
	{ "/var/lib/opkg/status", "", DATABASE_OPKG },
	{ "/opt/lib/opkg/status", "", DATABASE_OPKG },
	{ "/usr/lib/opkg/info/", ".control", DATABASE_OPKG },
	{ "/var/lib/opkg/info/", ".control", DATABASE_OPKG },
	{ "/opt/lib/opkg/info/", ".control", DATABASE_OPKG },
	{ "/var/lib/dpkg/status", "", DATABASE_DPKG },
	{ "/var/lib/dpkg/status.d/", "", DATABASE_DPKG },
	{ "/lib/apk/db/installed", "", DATABASE_APK },
	{ "/usr/lib/apk/db/installed", "", DATABASE_APK },
	{ "/etc/os-release", "", DATABASE_RELEASE },
	{ "/usr/lib/os-release", "", DATABASE_RELEASE },
	{ "/etc/openwrt_release", "", DATABASE_RELEASE },
	{ "/etc/lsb-release", "", DATABASE_RELEASE },
};

static bool
is_place(const struct place *place, struct bytes name)
{
	struct bytes start = bytes_of(place->start);

	if (!bytes_starts(name, start))
		return false;
	if (start.ptr[start.len - 1] != '/')
		return name.len == start.len;
	/* status.d has checksum lists beside the packages */
	return name.len > start.len && !bytes_ends(name, BYTES(".md5sums")) &&
	    bytes_ends(name, bytes_of(place->end));
}

static enum database
database_of(struct bytes name)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (is_place(&places[i], name))
			return places[i].database;
	}
	return DATABASE_NONE;
}

/* One paragraph; all borrowed from the file. */
struct package {
	struct bytes line; /* its first field: the evidence */
	struct bytes name, version, arch, status;
};

struct field {
	const char *key;
	size_t offset; /* of the member in struct package */
};

static const struct field control_fields[] = {
	{ "Package:", offsetof(struct package, name) },
	{ "Version:", offsetof(struct package, version) },
	{ "Architecture:", offsetof(struct package, arch) },
	{ "Status:", offsetof(struct package, status) },
	{ NULL, 0 },
};

static const struct field apk_fields[] = {
	{ "P:", offsetof(struct package, name) },
	{ "V:", offsetof(struct package, version) },
	{ "A:", offsetof(struct package, arch) },
	{ NULL, 0 },
};

static void
read_field(
    struct bytes line, const struct field *fields, struct package *package)
{
	for (const struct field *f = fields; f->key != NULL; f++) {
		struct bytes key = bytes_of(f->key);

		if (!bytes_starts(line, key))
			continue;
		void *member = (uint8_t *)package + f->offset;
		struct bytes *value = member;

		*value = bytes_trim(bytes_from(line, key.len));
		if (f == fields)
			package->line = line;
	}
}

/* Takes the next paragraph with a package name off *rest. */
static bool
next_package(
    struct bytes *rest, const struct field *fields, struct package *ret)
{
	struct package package = { .name = { 0 } };
	struct bytes line;

	while (bytes_next_line(rest, &line)) {
		if (line.len > 0) {
			read_field(line, fields, &package);
			continue;
		}
		if (package.name.len > 0)
			break;
		package = (struct package){ .name = { 0 } };
	}
	*ret = package;
	return package.name.len > 0;
}

/*
 * "install ok installed": want, flag, state. No status at all: status.d and
 * .control files, which only installed packages have.
 */
static bool
is_installed(struct bytes status)
{
	static const char *const absent[] = { "not-installed", "config-files",
		"half-installed" };
	struct bytes state = { 0 };
	struct bytes word;

	if (status.len == 0)
		return true;
	for (size_t i = 0; i < 3; i++) {
		if (!bytes_next_word(&status, &word))
			return false;
		state = word;
	}
	for (size_t i = 0; i < sizeof(absent) / sizeof(absent[0]); i++) {
		if (bytes_equal_text(state, absent[i]))
			return false;
	}
	return true;
}

/* opkg has no type of its own in the purl specification. */
static void
put_purl(struct out *o, enum database database, const struct package *package)
{
	bool ubuntu =
	    bytes_find(package->version, BYTES("ubuntu"), 0) != SIZE_MAX;
	const char *type = "generic";
	const char *space = "";

	if (database == DATABASE_DPKG) {
		type = "deb";
		space = ubuntu ? "ubuntu" : "debian";
	} else if (database == DATABASE_APK) {
		type = "apk";
		space = "alpine";
	}
	evidence_put_purl(
	    o, type, space, package->name, package->version, package->arch);
}

static enum err
add_package(const struct unpack_event *file, struct facts *facts,
    enum database database, const struct package *package)
{
	struct bytes in = file->node.content;
	struct out purl = out_open(LIMIT_PURL_LEN);
	size_t at = (size_t)(package->line.ptr - in.ptr);
	struct fact fact =
	    evidence_fact(file, FACT_COMPONENT, at, package->line.len);
	enum err err = ERR_MEMORY;

	put_purl(&purl, database, package);
	if (purl.failed == ERR_MEMORY)
		goto done;
	if (purl.failed == ERR_OK)
		fact.detail = out_bytes(&purl);
	fact.name = package->name;
	fact.value = package->version;
	fact.number = EVIDENCE_PACKAGE_DB;
	err = facts_add(facts, &fact);
done:
	out_close(&purl);
	return err;
}

static enum err
inspect_database(const struct unpack_event *file, struct facts *facts,
    enum database database)
{
	const struct field *fields =
	    database == DATABASE_APK ? apk_fields : control_fields;
	struct bytes rest = file->node.content;
	struct package package;

	while (next_package(&rest, fields, &package)) {
		if (!is_installed(package.status))
			continue;
		enum err err = add_package(file, facts, database, &package);

		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

/* The value without the quotes of a shell assignment. */
static struct bytes
unquote(struct bytes value)
{
	value = bytes_trim(value);
	if (value.len < 2)
		return value;
	uint8_t first = value.ptr[0];

	if ((first == '"' || first == '\'') &&
	    value.ptr[value.len - 1] == first)
		return bytes_slice(value, 1, value.len - 2);
	return value;
}

static enum err
inspect_release(const struct unpack_event *file, struct facts *facts)
{
	static const char *const keys[] = {
		"PRETTY_NAME=", "DISTRIB_DESCRIPTION=", "OPENWRT_RELEASE="
	};
	struct bytes in = file->node.content;
	struct bytes rest = in;
	struct bytes line;

	while (bytes_next_line(&rest, &line)) {
		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
			struct bytes key = bytes_of(keys[i]);

			if (!bytes_starts(line, key))
				continue;
			struct fact fact =
			    evidence_fact(file, FACT_OPERATING_SYSTEM,
				(size_t)(line.ptr - in.ptr), line.len);

			fact.name = BYTES("linux");
			fact.detail = unquote(bytes_from(line, key.len));
			fact.number = VOTES_RELEASE;
			return facts_add(facts, &fact);
		}
	}
	return ERR_OK;
}

enum err
packages_inspect(const struct unpack_event *file, struct facts *facts)
{
	enum database database = database_of(file->node.name);

	if (file->node.kind != NODE_FILE ||
	    file->node.content.len > LIMIT_PACKAGE_DB_LEN)
		return ERR_OK;
	switch (database) {
	case DATABASE_NONE:
		break;
	case DATABASE_RELEASE:
		return inspect_release(file, facts);
	case DATABASE_OPKG:
	case DATABASE_DPKG:
	case DATABASE_APK:
		return inspect_database(file, facts, database);
	}
	return ERR_OK;
}
