/* SPDX-License-Identifier: ISC */
/* What a system calls itself: its release as a fact and as a component. */
#include "base/limits.h"
#include "inspect/evidence.h"
#include "inspect/packages_private.h"

#include <stdbool.h>

/* Votes for linux of a file that describes the whole system. */
#define VOTES_RELEASE 5

/* Longest name and version of a distribution; they have one word. */
#define ID_LEN 64

/* Names in the CPE dictionary. Source: NVD, products of part "o". */
static const struct system_cpe {
	const char *id; /* os-release's, in lower case */
	const char *cpe;
} system_cpes[] = {
	{ "almalinux", "almalinux:almalinux" },
	{ "alpine", "alpinelinux:alpine_linux" },
	{ "amzn", "amazon:linux_2" },
	{ "buildroot", "buildroot:buildroot" },
	{ "centos", "centos:centos" },
	{ "debian", "debian:debian_linux" },
	{ "fedora", "fedoraproject:fedora" },
	{ "openwrt", "openwrt:openwrt" },
	{ "opensuse-leap", "opensuse:leap" },
	{ "poky", "yoctoproject:yocto" },
	{ "rhel", "redhat:enterprise_linux" },
	{ "ubuntu", "canonical:ubuntu_linux" },
};

enum part {
	PART_ID,
	PART_VERSION,
	PART_PRETTY,
	PART_COUNT,
};

/* In order of preference, for each part. */
static const struct key {
	const char *name;
	enum part part;
} keys[] = {
	{ "ID=", PART_ID },
	{ "DISTRIB_ID=", PART_ID },
	{ "VERSION_ID=", PART_VERSION },
	{ "DISTRIB_RELEASE=", PART_VERSION },
	{ "PRETTY_NAME=", PART_PRETTY },
	{ "DISTRIB_DESCRIPTION=", PART_PRETTY },
	{ "OPENWRT_RELEASE=", PART_PRETTY },
};

static const struct key build_keys[] = {
	{ "DISTRO = ", PART_ID },
	{ "DISTRO_VERSION = ", PART_VERSION },
};

struct release {
	struct bytes line[PART_COUNT]; /* whole, for the evidence */
	struct bytes value[PART_COUNT];
};

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

/* The first line of each part counts, of whichever key. */
static struct release
read_lines(struct bytes in, const struct key *first, size_t count)
{
	struct release release = { 0 };
	struct bytes line;

	while (bytes_next_line(&in, &line)) {
		for (size_t i = 0; i < count; i++) {
			const struct key *key = &first[i];
			struct bytes name = bytes_of(key->name);

			if (!bytes_starts(line, name) ||
			    release.line[key->part].len > 0)
				continue;
			release.line[key->part] = line;
			release.value[key->part] =
			    unquote(bytes_from(line, name.len));
		}
	}
	return release;
}

static const char *
cpe_of(struct bytes id)
{
	size_t count = sizeof(system_cpes) / sizeof(system_cpes[0]);

	for (size_t i = 0; i < count; i++) {
		if (bytes_equal_text(id, system_cpes[i].id))
			return system_cpes[i].cpe;
	}
	return "";
}

/* OpenWrt writes its version in both cases, and names stand in both, too. */
static struct bytes
lower(struct bytes in, char to[ID_LEN])
{
	for (size_t i = 0; i < in.len; i++)
		to[i] = (char)bytes_lower(in.ptr[i]);
	return (struct bytes){ (const uint8_t *)to, in.len };
}

static enum err
add_system(const struct unpack_event *file, struct facts *facts,
    const struct release *release)
{
	struct bytes id = release->value[PART_ID];
	struct bytes version = release->value[PART_VERSION];
	char lower_id[ID_LEN];
	char lower_version[ID_LEN];

	if (id.len == 0 || id.len > ID_LEN || version.len > ID_LEN)
		return ERR_OK;
	id = lower(id, lower_id);
	version = lower(version, lower_version);
	struct package package = {
		.purl = { .type = "generic", .name = id, .version = version },
		.cpe = bytes_of(cpe_of(id)),
		.kind = EVIDENCE_DESCRIPTOR,
	};
	enum part shown =
	    release->line[PART_VERSION].len > 0 ? PART_VERSION : PART_ID;

	package_set_evidence(&package, file, release->line[shown]);
	return package_add(file, facts, &package);
}

enum err
release_read(const struct unpack_event *file, struct facts *facts)
{
	struct release release = read_lines(
	    file->node.content, keys, sizeof(keys) / sizeof(keys[0]));
	struct bytes line = release.line[PART_PRETTY];
	enum err err = ERR_OK;

	if (line.len > 0) {
		size_t at = (size_t)(line.ptr - file->node.content.ptr);
		struct fact fact =
		    evidence_fact(file, FACT_OPERATING_SYSTEM, at, line.len);

		fact.name = BYTES("linux");
		fact.detail = release.value[PART_PRETTY];
		fact.number = VOTES_RELEASE;
		err = facts_add(facts, &fact);
	}
	return err == ERR_OK ? add_system(file, facts, &release) : err;
}

/* Source: Yocto Project, image-buildinfo.bbclass. */
enum err
release_read_build(const struct unpack_event *file, struct facts *facts)
{
	struct bytes in = file->node.content;
	struct release release = read_lines(
	    in, build_keys, sizeof(build_keys) / sizeof(build_keys[0]));

	if (bytes_find(in, BYTES("Build Configuration:"), 0) == SIZE_MAX)
		return ERR_OK;
	return add_system(file, facts, &release);
}
