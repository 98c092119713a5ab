/* SPDX-License-Identifier: ISC */
/* Reads the build information that Go's linker puts into a program. */
#include "base/limits.h"
#include "inspect/elf_packages_private.h"
#include "inspect/package.h"

#include <stdbool.h>

/* Source: Go, src/debug/buildinfo/buildinfo.go and src/cmd/link. */
#define BUILDINFO_MAGIC BYTES("\xff Go buildinf:")
#define HEADER_LEN 32
#define FLAG_BIG 1
#define FLAG_INLINE 2

/* Sixteen bytes of a mark on either side of the list of modules. */
#define FRAME_LEN ((size_t)16)

/* Where it may stand in a segment of data; linkers put it first. */
#define SEARCH_LEN (4 * MIB)

struct buildinfo {
	struct bytes version; /* of the toolchain: go1.19.8 */
	struct bytes modules; /* lines; may be empty */
};

/* The bytes from the magic on; empty when there is none. */
static struct bytes
find_magic(const struct elf *elf)
{
	struct bytes in = elf_find_section(elf, ".go.buildinfo");

	if (bytes_starts(in, BUILDINFO_MAGIC))
		return in;
	for (size_t i = 0; i < elf->load_count; i++) {
		if (!elf->load[i].writable)
			continue;
		in = elf_segment_bytes(elf, &elf->load[i]);
		size_t at = bytes_find(
		    bytes_slice(in, 0, SEARCH_LEN), BUILDINFO_MAGIC, 0);

		if (at != SIZE_MAX)
			return bytes_from(in, at);
	}
	return (struct bytes){ 0 };
}

/* A length of seven bits a byte, the lowest first, and that many bytes. */
static struct bytes
read_inline(struct cursor *c)
{
	uint64_t len = 0;

	for (unsigned shift = 0; shift < 35; shift += 7) {
		uint8_t byte = cur_u8(c, "length");

		len |= (uint64_t)(byte & 0x7f) << shift;
		if ((byte & 0x80) == 0)
			break;
	}
	if (len == 0 || len > cur_left(c))
		return (struct bytes){ 0 };
	return cur_bytes(c, (size_t)len, "text");
}

static uint64_t
read_pointer(struct cursor *c, uint8_t size, bool big)
{
	return size == 8 ? cur_u64(c, big, "pointer")
			 : cur_u32(c, big, "pointer");
}

/* A Go string at an address: pointer and length. */
static struct bytes
read_string(const struct elf *elf, uint64_t address, uint8_t size, bool big)
{
	struct cursor c = cur_open(elf_bytes_at(elf, address), "go string");
	uint64_t text = read_pointer(&c, size, big);
	uint64_t len = read_pointer(&c, size, big);
	struct bytes in = { 0 };

	if (cur_ok(&c))
		in = elf_bytes_at(elf, text);
	if (len > in.len)
		return (struct bytes){ 0 };
	return bytes_slice(in, 0, (size_t)len);
}

static struct buildinfo
read_buildinfo(const struct elf *elf, struct bytes in)
{
	struct cursor c = cur_open(in, "go build information");
	struct buildinfo info = { .version = { 0 } };

	cur_skip(&c, BUILDINFO_MAGIC.len, "magic");
	uint8_t size = cur_u8(&c, "pointer size");
	uint8_t flags = cur_u8(&c, "flags");

	if ((flags & FLAG_INLINE) != 0) {
		cur_seek(&c, HEADER_LEN, "texts");
		info.version = read_inline(&c);
		info.modules = read_inline(&c);
	} else if (size == 4 || size == 8) {
		bool big = (flags & FLAG_BIG) != 0;
		uint64_t version = read_pointer(&c, size, big);
		uint64_t modules = read_pointer(&c, size, big);

		if (!cur_ok(&c))
			return info;
		info.version = read_string(elf, version, size, big);
		info.modules = read_string(elf, modules, size, big);
	}
	/* as Go itself does: a list without its frame is none */
	size_t len = info.modules.len;

	if (len < 2 * FRAME_LEN + 1 ||
	    info.modules.ptr[len - FRAME_LEN - 1] != '\n')
		info.modules = (struct bytes){ 0 };
	else
		info.modules =
		    bytes_slice(info.modules, FRAME_LEN, len - 2 * FRAME_LEN);
	return info;
}

/* "go1.21.5 X:boringcrypto" is 1.21.5; "devel go1.23-8a5ef7b" is none. */
static enum err
add_toolchain(
    const struct unpack_event *file, struct facts *facts, struct bytes version)
{
	struct bytes rest = version;
	struct bytes word;

	if (!bytes_starts(version, BYTES("go1.")) ||
	    !bytes_next_word(&rest, &word))
		return ERR_OK;
	struct package package = {
		.purl = { .type = "golang",
		    .name = BYTES("stdlib"),
		    .version = bytes_from(word, 2) },
		.name = BYTES("golang"),
		.cpe = BYTES("golang:go"),
		.at = (size_t)(version.ptr - file->node.content.ptr),
		.len = version.len,
		.kind = EVIDENCE_DESCRIPTOR,
	};
	return package_add(file, facts, &package);
}

struct module {
	struct bytes line, path, version;
};

/* "dep<TAB>path<TAB>version<TAB>sum", behind its first word. */
static struct module
read_module(struct bytes line)
{
	struct bytes rest = line;
	struct module module = { .line = line };
	struct bytes word;

	(void)bytes_next_field(&rest, '\t', &word);
	(void)bytes_next_field(&rest, '\t', &module.path);
	(void)bytes_next_field(&rest, '\t', &module.version);
	if (bytes_equal_text(module.version, "(devel)"))
		module.version = (struct bytes){ 0 };
	return module;
}

/* Replaced by a folder of the builder's: still that module. */
static bool
is_folder(struct bytes path)
{
	return bytes_starts(path, BYTES(".")) || bytes_starts(path, BYTES("/"));
}

static enum err
add_module(const struct unpack_event *file, struct facts *facts,
    const struct module *module)
{
	struct bytes version = module->version;
	struct package package = {
		.purl = { .type = "golang",
		    .name = module->path,
		    .version = version },
		.at = (size_t)(module->line.ptr - file->node.content.ptr),
		.len = module->line.len,
		.kind = EVIDENCE_DESCRIPTOR,
	};

	/* what a single file is built as */
	if (bytes_equal_text(module->path, "command-line-arguments"))
		return ERR_OK;
	if (version.len > 1 && version.ptr[0] == 'v')
		package.version = bytes_from(version, 1);
	return package_add(file, facts, &package);
}

/* A module is told when its line is over and no replacement follows. */
static enum err
add_modules(
    const struct unpack_event *file, struct facts *facts, struct bytes lines)
{
	struct module module = { .line = { 0 } };
	struct bytes line;
	enum err err = ERR_OK;

	while (err == ERR_OK && bytes_next_line(&lines, &line)) {
		if (bytes_starts(line, BYTES("=>\t"))) {
			struct module other = read_module(line);

			if (!is_folder(other.path))
				module = other;
			continue;
		}
		err = add_module(file, facts, &module);
		module = (struct module){ .line = { 0 } };
		if (bytes_starts(line, BYTES("mod\t")) ||
		    bytes_starts(line, BYTES("dep\t")))
			module = read_module(line);
	}
	return err == ERR_OK ? add_module(file, facts, &module) : err;
}

enum err
go_read_buildinfo(
    const struct unpack_event *file, const struct elf *elf, struct facts *facts)
{
	struct bytes in = find_magic(elf);

	if (in.len == 0)
		return ERR_OK;
	struct buildinfo info = read_buildinfo(elf, in);
	enum err err = ERR_OK;

	if (info.version.len > 0)
		err = add_toolchain(file, facts, info.version);
	if (err == ERR_OK)
		err = add_modules(file, facts, info.modules);
	return err;
}
