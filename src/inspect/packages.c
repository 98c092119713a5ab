/* SPDX-License-Identifier: ISC */
/* Reads package databases into components. */
#include "inspect/packages.h"

#include "base/limits.h"
#include "inspect/packages_private.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static package_reader read_openwrt, read_opkg, read_dpkg, read_apk;

struct place {
	const char *start; /* of the name */
	const char *end;   /* … when `start` is a folder */
	package_reader *read;
};

/* A start that ends in '/' is a folder, an empty one any. */
static const struct place places[] = {
	{ "/usr/lib/opkg/status", "", read_openwrt },
	{ "/usr/lib/opkg/info/", ".control", read_openwrt },
	{ "/usr/lib/ipkg/status", "", read_openwrt },
	{ "/usr/lib/ipkg/info/", ".control", read_openwrt },
	{ "/var/lib/opkg/status", "", read_opkg },
	{ "/var/lib/opkg/info/", ".control", read_opkg },
	{ "/opt/lib/opkg/status", "", read_opkg },
	{ "/opt/lib/opkg/info/", ".control", read_opkg },
	{ "/var/lib/ipkg/status", "", read_opkg },
	{ "/opt/lib/ipkg/status", "", read_opkg },
	{ "/opt/lib/ipkg/info/", ".control", read_opkg },
	{ "/var/lib/dpkg/status", "", read_dpkg },
	{ "/var/lib/dpkg/status.d/", "", read_dpkg },
	{ "/lib/apk/db/installed", "", read_apk },
	{ "/usr/lib/apk/db/installed", "", read_apk },
	{ "/var/lib/pacman/local/", "/desc", manifest_read_pacman },
	{ "/var/lib/rpm/rpmdb.sqlite", "", rpm_read_sqlite },
	{ "/usr/lib/sysimage/rpm/rpmdb.sqlite", "", rpm_read_sqlite },
	{ "/usr/share/rpm/rpmdb.sqlite", "", rpm_read_sqlite },
	{ "/var/lib/rpm/Packages.db", "", rpm_read_ndb },
	{ "/usr/lib/sysimage/rpm/Packages.db", "", rpm_read_ndb },
	{ "/var/lib/rpm/Packages", "", rpm_read_bdb },
	{ "/usr/lib/sysimage/rpm/Packages", "", rpm_read_bdb },
	{ "/usr/share/rpm/Packages", "", rpm_read_bdb },
	{ "/etc/os-release", "", release_read },
	{ "/usr/lib/os-release", "", release_read },
	{ "/etc/openwrt_release", "", release_read },
	{ "/etc/lsb-release", "", release_read },
	{ "/etc/build", "", release_read_build },
	{ "/etc/buildinfo", "", release_read_build },
	{ "", "/manifest.csv", manifest_read_buildroot },
	{ "", "/license.manifest", manifest_read_yocto_licenses },
	{ "", ".manifest", manifest_read_yocto },
};

static bool
is_place(const struct place *place, struct bytes name)
{
	struct bytes start = bytes_of(place->start);

	if (!bytes_starts(name, start))
		return false;
	if (start.len > 0 && start.ptr[start.len - 1] != '/')
		return name.len == start.len;
	/* status.d has checksum lists beside the packages */
	return name.len > start.len && !bytes_ends(name, BYTES(".md5sums")) &&
	    bytes_ends(name, bytes_of(place->end));
}

static package_reader *
reader_of(struct bytes name)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (is_place(&places[i], name))
			return places[i].read;
	}
	return NULL;
}

/* One paragraph; all borrowed from the file. */
struct paragraph {
	struct bytes line; /* its first field: the evidence */
	struct bytes name, version, arch, status, maintainer;
};

struct field {
	const char *key;
	size_t offset; /* of the member in struct paragraph */
};

static const struct field control_fields[] = {
	{ "Package:", offsetof(struct paragraph, name) },
	{ "Version:", offsetof(struct paragraph, version) },
	{ "Architecture:", offsetof(struct paragraph, arch) },
	{ "Status:", offsetof(struct paragraph, status) },
	{ "Maintainer:", offsetof(struct paragraph, maintainer) },
	{ NULL, 0 },
};

static const struct field apk_fields[] = {
	{ "P:", offsetof(struct paragraph, name) },
	{ "V:", offsetof(struct paragraph, version) },
	{ "A:", offsetof(struct paragraph, arch) },
	{ NULL, 0 },
};

static void
read_field(
    struct bytes line, const struct field *fields, struct paragraph *paragraph)
{
	for (const struct field *f = fields; f->key != NULL; f++) {
		struct bytes key = bytes_of(f->key);

		if (!bytes_starts(line, key))
			continue;
		void *member = (uint8_t *)paragraph + f->offset;
		struct bytes *value = member;

		*value = bytes_trim(bytes_from(line, key.len));
		if (f == fields)
			paragraph->line = line;
	}
}

/* Takes the next paragraph with a package name off *rest. */
static bool
next_paragraph(
    struct bytes *rest, const struct field *fields, struct paragraph *ret)
{
	struct paragraph paragraph = { .name = { 0 } };
	struct bytes line;

	while (bytes_next_line(rest, &line)) {
		if (line.len > 0) {
			read_field(line, fields, &paragraph);
			continue;
		}
		if (paragraph.name.len > 0)
			break;
		paragraph = (struct paragraph){ .name = { 0 } };
	}
	*ret = paragraph;
	return paragraph.name.len > 0;
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

/* What databases differ in. */
struct database {
	const struct field *fields;
	const char *type;
	const char *space;
};

/* Debian's, its ports included. Yocto writes the name of a processor. */
static const char *const debian_archs[] = { "all", "alpha", "amd64", "arm64",
	"armel", "armhf", "hppa", "i386", "ia64", "loong64", "m68k", "mips",
	"mips64el", "mipsel", "powerpc", "ppc64", "ppc64el", "riscv64", "s390x",
	"sh4", "sparc64" };

/* Whose package it is: Ubuntu's say so in their maintainer or version. */
static const char *
deb_vendor(const struct paragraph *p)
{
	size_t count = sizeof(debian_archs) / sizeof(debian_archs[0]);

	if (bytes_find(p->version, BYTES("ubuntu"), 0) != SIZE_MAX ||
	    bytes_find(p->maintainer, BYTES("Ubuntu "), 0) != SIZE_MAX)
		return "ubuntu";
	if (bytes_find(p->maintainer, BYTES("openembedded"), 0) != SIZE_MAX ||
	    bytes_find(p->maintainer, BYTES("yoctoproject"), 0) != SIZE_MAX)
		return "";
	for (size_t i = 0; i < count; i++) {
		if (p->arch.len == 0 ||
		    bytes_equal_text(p->arch, debian_archs[i]))
			return "debian";
	}
	return "";
}

static enum err
add_paragraph(const struct unpack_event *file, struct facts *facts,
    const struct database *database, const struct paragraph *p)
{
	bool deb = bytes_equal_text(bytes_of(database->type), "deb");
	struct package package = {
		.purl = { .type = database->type,
		    .space = bytes_of(deb ? deb_vendor(p) : database->space),
		    .name = p->name,
		    .version = p->version,
		    .arch = p->arch },
		.kind = EVIDENCE_PACKAGE_DB,
	};

	package_set_evidence(&package, file, p->line);
	return package_add(file, facts, &package);
}

static enum err
read_database(const struct unpack_event *file, struct facts *facts,
    const struct database *database)
{
	struct bytes rest = file->node.content;
	struct paragraph paragraph;
	enum err err = ERR_OK;

	while (err == ERR_OK &&
	    next_paragraph(&rest, database->fields, &paragraph)) {
		if (is_installed(paragraph.status))
			err = add_paragraph(file, facts, database, &paragraph);
	}
	return err;
}

/* OpenWrt has it below /usr/lib, on flash; Yocto and Entware elsewhere. */
static enum err
read_openwrt(const struct unpack_event *file, struct facts *facts)
{
	return read_database(file, facts,
	    &(struct database){ control_fields, "opkg", "openwrt" });
}

static enum err
read_opkg(const struct unpack_event *file, struct facts *facts)
{
	return read_database(
	    file, facts, &(struct database){ control_fields, "opkg", "" });
}

static enum err
read_dpkg(const struct unpack_event *file, struct facts *facts)
{
	return read_database(
	    file, facts, &(struct database){ control_fields, "deb", "" });
}

/* OpenWrt 24.10 and later use apk too, and always have procd. */
static enum err
read_apk(const struct unpack_event *file, struct facts *facts)
{
	struct bytes in = file->node.content;
	struct database database = { apk_fields, "apk", "alpine" };

	if (bytes_find(in, BYTES("\nP:procd\n"), 0) != SIZE_MAX)
		database.space = "openwrt";
	else if (bytes_find(in, BYTES("\nP:wolfi-baselayout\n"), 0) != SIZE_MAX)
		database.space = "wolfi";
	return read_database(file, facts, &database);
}

enum err
packages_inspect(const struct unpack_event *file, struct facts *facts)
{
	if (file->node.kind != NODE_FILE || file->node.content.len == 0 ||
	    file->node.content.len > LIMIT_PACKAGE_DB_LEN)
		return ERR_OK;
	package_reader *read = reader_of(file->node.name);

	return read == NULL ? ERR_OK : read(file, facts);
}
