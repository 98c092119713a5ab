/* SPDX-License-Identifier: ISC */
/* Finds Linux kernels by banner and by the modules made for them. */
#include "inspect/kernel.h"

#include "base/number.h"
#include "inspect/elf_file.h"
#include "inspect/evidence.h"

#include <stdint.h>

#define KERNEL_CPE "linux:linux_kernel"

/* Votes for an operating system: the kernel itself outweighs the tools. */
#define VOTES_KERNEL 20
#define VOTES_MODULE 5

/* Longest user@host and compiler of a banner; real ones have about 150. */
#define BANNER_PART_LEN 256

static bool
is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

static bool
is_printable(uint8_t byte)
{
	return byte >= 0x20 && byte < 0x7f;
}

struct bytes
kernel_upstream(struct bytes release)
{
	size_t len = 0;
	size_t dots = 0;

	while (len < release.len &&
	    (is_digit(release.ptr[len]) || release.ptr[len] == '.')) {
		dots += release.ptr[len] == '.';
		len++;
	}
	if (dots == 0 || !is_digit(release.ptr[0]))
		return (struct bytes){ 0 };
	while (release.ptr[len - 1] == '.')
		len--;
	if (bytes_starts(bytes_from(release, len), BYTES("-rc")) &&
	    len + 3 < release.len && is_digit(release.ptr[len + 3])) {
		len += 4;
		while (len < release.len && is_digit(release.ptr[len]))
			len++;
	}
	return bytes_slice(release, 0, len);
}

/* Takes "(…)" with its inner pairs off *rest; empty when there is none. */
static struct bytes
take_parentheses(struct bytes *rest)
{
	size_t depth = 0;

	if (rest->len == 0 || rest->ptr[0] != '(')
		return (struct bytes){ 0 };
	for (size_t i = 0; i < size_min(rest->len, BANNER_PART_LEN); i++) {
		uint8_t byte = rest->ptr[i];

		if (!is_printable(byte))
			break;
		if (byte == '(')
			depth++;
		if (byte == ')')
			depth--;
		if (depth > 0)
			continue;
		struct bytes inner = bytes_slice(*rest, 1, i - 1);

		*rest = bytes_from(*rest, i + 1);
		if (rest->len > 0 && rest->ptr[0] == ' ')
			*rest = bytes_from(*rest, 1);
		return inner;
	}
	return (struct bytes){ 0 };
}

/* The numbers at the start, when they begin with the first two of `release`:
   a version of the same kernel. */
static struct bytes
same_branch(struct bytes version, struct bytes release)
{
	size_t dot = bytes_find_byte(release, '.', 0);
	size_t len = dot == SIZE_MAX ? 0 : dot + 1;

	if (bytes_starts(version, BYTES("1:"))) /* an epoch */
		version = bytes_from(version, 2);
	while (len > 0 && len < release.len && is_digit(release.ptr[len]))
		len++;
	if (len == 0 || !bytes_starts(version, bytes_slice(release, 0, len)) ||
	    len == version.len || is_digit(version.ptr[len]))
		return (struct bytes){ 0 };
	return kernel_upstream(version);
}

/*
 * What distributions write behind the compiler:
 * "#1 SMP Debian 6.1.176-1 (2026-05-01)" and
 * "#14~22.04.1-Ubuntu SMP … (Ubuntu 6.5.0-14.14-generic 6.5.3)".
 */
static struct bytes
find_version(struct bytes rest, struct bytes release)
{
	static const char *const words[] = { " Debian ", "(Ubuntu " };
	size_t len = 0;

	while (len < size_min(rest.len, BANNER_PART_LEN) &&
	    is_printable(rest.ptr[len]))
		len++;
	rest = bytes_slice(rest, 0, len);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct bytes word = bytes_of(words[i]);
		size_t at = bytes_find(rest, word, 0);

		if (at == SIZE_MAX)
			continue;
		struct bytes behind = bytes_from(rest, at + word.len);

		if (i == 1) /* behind Ubuntu's own */
			(void)bytes_next_field(&behind, ' ', &word);
		struct bytes version = same_branch(behind, release);

		if (version.len > 0)
			return version;
	}
	return kernel_upstream(release);
}

/* What follows "Linux version ". */
static bool
read_banner(struct bytes rest, struct kernel_banner *ret)
{
	size_t len = 0;

	while (len < rest.len && len < BANNER_PART_LEN &&
	    is_printable(rest.ptr[len]) && rest.ptr[len] != ' ')
		len++;
	ret->release = bytes_slice(rest, 0, len);
	if (kernel_upstream(ret->release).len == 0 ||
	    !bytes_starts(bytes_from(rest, len), BYTES(" (")))
		return false;
	rest = bytes_from(rest, len + 1);
	ret->builder = take_parentheses(&rest);
	ret->compiler = bytes_trim(take_parentheses(&rest));
	ret->version = find_version(rest, ret->release);
	return bytes_find_byte(ret->builder, '@', 0) != SIZE_MAX;
}

bool
kernel_find_banner(struct bytes in, size_t from, struct kernel_banner *ret)
{
	struct bytes start = BYTES("Linux version ");
	size_t at = bytes_find(in, start, from);

	while (at != SIZE_MAX) {
		struct kernel_banner banner = { .at = at };

		if (read_banner(bytes_from(in, at + start.len), &banner)) {
			*ret = banner;
			return true;
		}
		at = bytes_find(in, start, at + start.len);
	}
	return false;
}

/* FACT_KERNEL and FACT_COMPONENT; `fact` carries the evidence. */
static enum err
add_kernel(
    struct facts *facts, struct fact fact, const struct kernel_banner *banner)
{
	fact.kind = FACT_KERNEL;
	fact.name = BYTES("linux");
	fact.value = banner->release;
	fact.detail = banner->builder;
	fact.extra = banner->compiler;
	fact.number = 0;
	enum err err = facts_add(facts, &fact);

	if (err != ERR_OK)
		return err;
	fact.name = BYTES("linux_kernel");
	fact.value = banner->version;
	fact.extra = BYTES(KERNEL_CPE);
	fact.number = EVIDENCE_KERNEL;
	return evidence_add_generic(facts, fact, "linux");
}

static enum err
add_vote(const struct unpack_event *file, struct facts *facts, uint64_t votes)
{
	struct fact fact = evidence_fact(file, FACT_OPERATING_SYSTEM, 0, 0);

	fact.name = BYTES("linux");
	fact.number = votes;
	return facts_add(facts, &fact);
}

static enum err
add_banner(const struct unpack_event *file, struct facts *facts,
    const struct kernel_banner *banner)
{
	size_t len = sizeof("Linux version ") - 1 + banner->release.len;
	struct fact fact = evidence_fact(file, FACT_KERNEL, banner->at, len);
	enum err err = add_kernel(facts, fact, banner);

	if (err == ERR_OK)
		err = add_vote(file, facts, VOTES_KERNEL);
	if (err != ERR_OK)
		return err;
	fact.kind = FACT_BUILD_LEFTOVER;
	fact.name = BYTES("user@host");
	fact.value = banner->builder;
	return facts_add(facts, &fact);
}

/* A kernel has its banner twice or three times; A/B images have two. */
static enum err
inspect_banners(
    const struct unpack_event *file, struct facts *facts, struct seen *seen)
{
	struct bytes in = file->node.content;
	struct kernel_banner banner;
	size_t from = 0;

	while (kernel_find_banner(in, from, &banner)) {
		from = banner.at + 1;
		if (!seen_first(seen, "kernel banner", banner.release))
			continue;
		(void)seen_first(seen, "kernel release", banner.release);
		enum err err = add_banner(file, facts, &banner);

		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

/* RELEASE of /lib/modules/RELEASE/…, wherever that stands in the name. */
static struct bytes
release_of_path(struct bytes name)
{
	struct bytes folder = BYTES("/lib/modules/");
	size_t at = bytes_find(name, folder, 0);

	if (at == SIZE_MAX)
		return (struct bytes){ 0 };
	struct bytes rest = bytes_from(name, at + folder.len);
	size_t len = bytes_find_byte(rest, '/', 0);

	if (len == SIZE_MAX)
		return (struct bytes){ 0 };
	return bytes_slice(rest, 0, len);
}

static bool
is_module_name(struct bytes name)
{
	return bytes_ends(name, BYTES(".ko")) ||
	    bytes_ends(name, BYTES(".ko.gz")) ||
	    bytes_ends(name, BYTES(".ko.xz")) ||
	    bytes_ends(name, BYTES(".ko.zst"));
}

/* "vermagic=4.9.164 mod_unload ARMv5 p2v8": the release is the first word. */
static struct bytes
find_vermagic(struct bytes in, size_t *ret_at)
{
	struct bytes key = BYTES("vermagic=");
	size_t at = bytes_find(in, key, 0);

	if (at == SIZE_MAX)
		return (struct bytes){ 0 };
	struct bytes rest = bytes_slice(in, at + key.len, BANNER_PART_LEN);
	size_t len = 0;

	while (len < rest.len && is_printable(rest.ptr[len]) &&
	    rest.ptr[len] != ' ')
		len++;
	*ret_at = at;
	return bytes_slice(rest, 0, len);
}

static enum err
inspect_module(
    const struct unpack_event *file, struct facts *facts, struct seen *seen)
{
	struct bytes in = file->node.content;
	struct kernel_banner known = { .release = { 0 } };
	struct elf_header header;
	size_t at = 0;
	size_t len = 0;

	/* the folder tells 200 times what one module has told before */
	known.release = release_of_path(file->node.name);
	if (known.release.len > 0 &&
	    !seen_first(seen, "module folder", known.release))
		return ERR_OK;
	if (elf_read_header(in, &header) == ERR_OK) {
		struct bytes release = find_vermagic(in, &at);

		if (kernel_upstream(release).len > 0) {
			known.release = release;
			len = sizeof("vermagic=") - 1 + release.len;
		}
	}
	known.version = kernel_upstream(known.release);
	if (known.version.len == 0 ||
	    !seen_first(seen, "kernel release", known.release))
		return ERR_OK;
	enum err err = add_kernel(
	    facts, evidence_fact(file, FACT_KERNEL, at, len), &known);

	if (err != ERR_OK)
		return err;
	return add_vote(file, facts, VOTES_MODULE);
}

/* Only a Linux system has these. */
static const char *const linux_files[] = {
	"/bin/busybox",
	"/etc/fstab",
	"/etc/inittab",
	"/sbin/procd",
	"/usr/lib/systemd/systemd",
};

static bool
is_linux_file(struct bytes name)
{
	size_t count = sizeof(linux_files) / sizeof(linux_files[0]);

	for (size_t i = 0; i < count; i++) {
		if (bytes_equal_text(name, linux_files[i]))
			return true;
	}
	return false;
}

/* vmlinux is an ELF program; a module, or one that needs libc, is no kernel. */
static bool
is_elf_kernel(struct bytes in)
{
	struct elf e;

	return elf_read(in, &e) == ERR_OK &&
	    (e.header.type == ELF_TYPE_EXEC ||
		e.header.type == ELF_TYPE_SHARED) &&
	    !e.has_interp && e.needed_count == 0;
}

enum err
kernel_inspect(
    const struct unpack_event *file, struct facts *facts, struct seen *seen)
{
	struct bytes name = file->node.name;
	enum node_kind kind = file->node.kind;

	if (kind != NODE_FILE && kind != NODE_PAYLOAD)
		return ERR_OK;
	if (is_module_name(name))
		return inspect_module(file, facts, seen);
	if (is_linux_file(name)) {
		enum err err = add_vote(file, facts, 1);

		if (err != ERR_OK)
			return err;
	}
	if (blob_is(file) || is_elf_kernel(file->node.content))
		return inspect_banners(file, facts, seen);
	return ERR_OK;
}
