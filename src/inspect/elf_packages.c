/* SPDX-License-Identifier: ISC */
/* Metadata of packages in ELF files: Rust's, and the distributions' notes. */
#include "inspect/elf_packages.h"

#include "base/limits.h"
#include "base/out.h"
#include "codec/decompress.h"
#include "codec/json_read.h"
#include "inspect/elf_packages_private.h"
#include "inspect/package.h"

#include <stdbool.h>

/* Decompressed audit data; 500 crates have 60 KiB. */
#define AUDIT_LEN (4 * MIB)

#define NOTE_PACKAGE 0xcafe1a7eu
#define NOTE_LEN (16 * KIB)

struct crate {
	struct bytes name, version, kind;
};

/* Up to the object's end, which is taken off. */
static enum err
read_crate(struct json_reader *r, struct crate *ret)
{
	struct crate crate = { .name = { 0 } };
	struct json_item item;
	enum err err;

	while ((err = json_read(r, &item)) == ERR_OK && item.kind != JSON_END) {
		if (item.kind == JSON_TEXT) {
			if (bytes_equal_text(item.key, "name"))
				crate.name = item.text;
			else if (bytes_equal_text(item.key, "version"))
				crate.version = item.text;
			else if (bytes_equal_text(item.key, "kind"))
				crate.kind = item.text;
		}
		err = json_skip(r, &item);
		if (err != ERR_OK)
			break;
	}
	if (err == ERR_OK)
		*ret = crate;
	return err;
}

static enum err
add_crate(const struct unpack_event *file, struct facts *facts,
    const struct crate *crate, size_t at)
{
	struct out text = out_open(KIB);
	enum err err = ERR_OK;

	if (bytes_equal_text(crate->kind, "build"))
		return ERR_OK;
	out_put(&text, crate->name);
	out_u8(&text, ' ');
	out_put(&text, crate->version);
	struct package package = {
		.purl = { .type = "cargo",
		    .name = crate->name,
		    .version = crate->version },
		.text = out_bytes(&text),
		.at = at,
		.kind = EVIDENCE_DESCRIPTOR,
	};

	if (text.failed == ERR_OK)
		err = package_add(file, facts, &package);
	else if (text.failed == ERR_MEMORY)
		err = ERR_MEMORY;
	out_close(&text);
	return err;
}

/* {"packages":[{"name":…,"version":…,"kind":"build"}, …]} */
static enum err
add_crates(const struct unpack_event *file, struct facts *facts,
    struct bytes json, size_t at)
{
	struct json_reader r = json_reader_open(json);
	struct json_item item;

	if (json_read(&r, &item) != ERR_OK || item.kind != JSON_OBJECT)
		return ERR_OK;
	while (json_read(&r, &item) == ERR_OK) {
		if (item.kind != JSON_ARRAY ||
		    !bytes_equal_text(item.key, "packages")) {
			if (json_skip(&r, &item) != ERR_OK)
				return ERR_OK;
			continue;
		}
		while (json_read(&r, &item) == ERR_OK &&
		    item.kind == JSON_OBJECT) {
			struct crate crate;

			if (read_crate(&r, &crate) != ERR_OK)
				return ERR_OK;
			enum err err = add_crate(file, facts, &crate, at);

			if (err != ERR_OK)
				return err;
		}
		return ERR_OK;
	}
	return ERR_OK;
}

enum err
cargo_read_audit(
    const struct unpack_event *file, const struct elf *elf, struct facts *facts)
{
	struct bytes section = elf_find_section(elf, ".dep-v0");
	struct out json = out_open(AUDIT_LEN);
	size_t used;
	enum err err;

	if (section.len == 0)
		return ERR_OK;
	err = decompress_stream(CODEC_ZLIB, section, &json, &used);
	if (err == ERR_OK)
		err = add_crates(file, facts, out_bytes(&json),
		    (size_t)(section.ptr - file->node.content.ptr));
	out_close(&json);
	return err == ERR_MEMORY ? ERR_MEMORY : ERR_OK;
}

/* How the metadata names a packaging, and the purl specification. */
static const struct packaging {
	const char *name, *type;
} packagings[] = {
	{ "deb", "deb" },
	{ "rpm", "rpm" },
	{ "apk", "apk" },
	{ "alpm", "alpm" },
	{ "opkg", "opkg" },
	{ "ipk", "opkg" },
};

/* Vendors of CPE names that are called otherwise in purls. */
static const struct packaging vendors[] = {
	{ "canonical", "ubuntu" },
	{ "fedoraproject", "fedora" },
	{ "archlinux", "arch" },
};

static const char *
find_type(struct bytes packaging)
{
	size_t count = sizeof(packagings) / sizeof(packagings[0]);

	for (size_t i = 0; i < count; i++) {
		if (bytes_equal_text(packaging, packagings[i].name))
			return packagings[i].type;
	}
	return "generic";
}

/* "cpe:/o:fedoraproject:fedora:37" gives fedora. */
static struct bytes
find_vendor(struct bytes cpe)
{
	struct bytes field = { 0 };

	for (size_t i = 0; i < 3; i++) {
		if (!bytes_next_field(&cpe, ':', &field))
			return (struct bytes){ 0 };
	}
	for (size_t i = 0; i < sizeof(vendors) / sizeof(vendors[0]); i++) {
		if (bytes_equal_text(field, vendors[i].name))
			return bytes_of(vendors[i].type);
	}
	return field;
}

static enum err
add_note(
    const struct unpack_event *file, struct facts *facts, struct bytes json)
{
	size_t end = bytes_find_byte(json, 0, 0);

	if (end != SIZE_MAX)
		json = bytes_slice(json, 0, end);
	struct bytes os = json_find_text(json, "os");
	struct package package = {
		.purl = { .type = find_type(json_find_text(json, "type")),
		    .space = os,
		    .name = json_find_text(json, "name"),
		    .version = json_find_text(json, "version"),
		    .arch = json_find_text(json, "architecture") },
		.at = (size_t)(json.ptr - file->node.content.ptr),
		.len = json.len,
		.kind = EVIDENCE_DESCRIPTOR,
	};

	if (os.len == 0)
		package.purl.space = find_vendor(json_find_text(json, "osCpe"));
	if (package.purl.version.len == 0)
		return ERR_OK;
	return package_add(file, facts, &package);
}

/* Fields of notes are padded to words. */
static void
skip_padding(struct cursor *c, uint32_t len)
{
	size_t padding = (4 - len % 4) % 4;

	if (padding > 0 && padding <= cur_left(c))
		cur_skip(c, padding, "padding");
}

/* The package note among these notes; empty when there is none. */
static struct bytes
find_note(struct bytes notes, bool big)
{
	struct cursor c = cur_open(notes, "elf note");

	while (cur_left(&c) > 0) {
		uint32_t name_len = cur_u32(&c, big, "n_namesz");
		uint32_t len = cur_u32(&c, big, "n_descsz");
		uint32_t type = cur_u32(&c, big, "n_type");
		struct bytes name = { 0 };
		struct bytes content = { 0 };

		if (!cur_ok(&c) || name_len > cur_left(&c))
			break;
		if (name_len > 0)
			name = cur_bytes(&c, name_len, "name");
		skip_padding(&c, name_len);
		if (len > cur_left(&c))
			break;
		if (len > 0)
			content = cur_bytes(&c, len, "descriptor");
		skip_padding(&c, len);
		if (type == NOTE_PACKAGE && len <= NOTE_LEN &&
		    bytes_equal(name, BYTES("FDO\0")))
			return content;
	}
	return (struct bytes){ 0 };
}

enum err
note_read_package(
    const struct unpack_event *file, const struct elf *elf, struct facts *facts)
{
	bool big = elf->header.big;
	struct bytes note = { 0 };

	for (size_t i = 0; i < elf->note_count && note.len == 0; i++)
		note = find_note(elf_segment_bytes(elf, &elf->note[i]), big);
	if (note.len == 0)
		note = find_note(elf_find_section(elf, ".note.package"), big);
	return note.len == 0 ? ERR_OK : add_note(file, facts, note);
}

enum err
elf_packages_inspect(const struct unpack_event *file, struct facts *facts)
{
	static elf_package_reader *const readers[] = { go_read_buildinfo,
		cargo_read_audit, note_read_package };
	struct elf elf;
	enum err err = ERR_OK;

	if (file->node.kind != NODE_FILE ||
	    !bytes_starts(file->node.content, BYTES("\177ELF")) ||
	    elf_read(file->node.content, &elf) != ERR_OK ||
	    (elf.header.type != ELF_TYPE_EXEC &&
		elf.header.type != ELF_TYPE_SHARED))
		return ERR_OK;
	for (size_t i = 0;
	     i < sizeof(readers) / sizeof(readers[0]) && err == ERR_OK; i++)
		err = readers[i](file, &elf, facts);
	return err;
}
