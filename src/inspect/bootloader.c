/* SPDX-License-Identifier: ISC */
/* Finds boot loaders in firmware blobs. */
#include "inspect/bootloader.h"

#include "base/limits.h"
#include "inspect/elf.h"
#include "inspect/evidence.h"

#include <stdint.h>

#define UBOOT_CPE "denx:u-boot"
#define TFA_CPE "arm:trusted_firmware-a;arm:arm_trusted_firmware"

/* Longest version string; Debian's have 20 bytes. */
#define VERSION_LEN 64

/* Longest value of an environment variable that is looked at. */
#define VALUE_LEN (2 * KIB)

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

/* The digits and dots at the start, without a dot at the end; at least one
   dot between digits, else empty. */
static struct bytes
take_version(struct bytes in)
{
	size_t len = 0;
	size_t dots = 0;

	while (len < in.len && len < VERSION_LEN &&
	    (is_digit(in.ptr[len]) || in.ptr[len] == '.')) {
		dots += in.ptr[len] == '.';
		len++;
	}
	if (len > 0 && in.ptr[len - 1] == '.') {
		len--;
		dots--;
	}
	if (len == 0 || dots == 0 || !is_digit(in.ptr[0]))
		return (struct bytes){ 0 };
	return bytes_slice(in, 0, len);
}

/* "-rc3" belongs to the upstream version, "-OpenWrt-r19685" does not. */
static struct bytes
upstream_of(struct bytes version)
{
	struct bytes upstream = take_version(version);
	struct bytes rest = bytes_from(version, upstream.len);

	if (upstream.len == 0 || !bytes_starts(rest, BYTES("-rc")) ||
	    rest.len < 4 || !is_digit(rest.ptr[3]))
		return upstream;
	upstream.len += 4;
	while (
	    upstream.len < version.len && is_digit(version.ptr[upstream.len]))
		upstream.len++;
	return upstream;
}

/* " (Sep 22 2014", " (Build from LSDK": what U-Boot prints of its build. */
static bool
is_build_mark(struct bytes in)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct bytes month = bytes_slice(in, 2, 3);

	if (!bytes_starts(in, BYTES(" (")) || month.len < 3)
		return false;
	if (bytes_starts(bytes_from(in, 2), BYTES("Build")))
		return true;
	size_t at = bytes_find(bytes_of(months), month, 0);

	return at != SIZE_MAX && at % 3 == 0;
}

static bool
read_uboot(struct bytes in, size_t at, struct uboot_banner *ret)
{
	struct bytes before = BYTES("Compiled with ");
	size_t end = at + sizeof("U-Boot ") - 1;
	struct bytes rest = bytes_from(in, end);
	size_t len = 0;

	if (at >= before.len &&
	    bytes_equal(bytes_slice(in, at - before.len, before.len), before))
		return false;
	if (bytes_starts(rest, BYTES("SPL ")) ||
	    bytes_starts(rest, BYTES("TPL "))) {
		end += 4;
		rest = bytes_from(in, end);
	}
	while (len < rest.len && len < VERSION_LEN &&
	    is_printable(rest.ptr[len]) && rest.ptr[len] != ' ')
		len++;
	struct bytes version = bytes_slice(rest, 0, len);

	if (upstream_of(version).len == 0 ||
	    !is_build_mark(bytes_from(rest, len)))
		return false;
	*ret = (struct uboot_banner){ .at = at,
		.len = end + len - at,
		.version = version,
		.upstream = upstream_of(version) };
	return true;
}

bool
bootloader_find_uboot(struct bytes in, size_t from, struct uboot_banner *ret)
{
	struct bytes start = BYTES("U-Boot ");
	size_t at = bytes_find(in, start, from);

	while (at != SIZE_MAX) {
		if (read_uboot(in, at, ret))
			return true;
		at = bytes_find(in, start, at + start.len);
	}
	return false;
}

static enum err
inspect_uboot(
    const struct unpack_event *file, struct facts *facts, struct seen *seen)
{
	struct uboot_banner banner;
	size_t from = 0;

	while (bootloader_find_uboot(file->node.content, from, &banner)) {
		struct fact fact =
		    evidence_fact(file, FACT_BOOTLOADER, banner.at, banner.len);

		from = banner.at + banner.len;
		if (!seen_first(seen, "u-boot", banner.version))
			continue;
		fact.name = BYTES("u-boot");
		fact.value = banner.version;
		enum err err = facts_add(facts, &fact);

		if (err != ERR_OK)
			return err;
		fact.value = banner.upstream;
		fact.extra = BYTES(UBOOT_CPE);
		fact.number = EVIDENCE_BANNER;
		err = evidence_add_generic(facts, fact, "u-boot");
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

/* Variables that decide whether a console can stop or change the boot. */
static const char *const settings[] = {
	"altbootcmd=",
	"bootargs=",
	"bootcmd=",
	"bootdelay=",
	"bootdelaykey=",
	"bootstopkey=",
	"bootstopkeysha256=",
	"preboot=",
	"silent=",
	"verify=",
};

#define SETTING_COUNT (sizeof(settings) / sizeof(settings[0]))

/* Whether the bytes are the text of a saved environment, whose CRC agrees. */
static bool
is_saved(const struct unpack_event *file)
{
	return bytes_find(file->path, BYTES("uboot-env@0x"), 0) != SIZE_MAX;
}

/*
 * The value of an environment variable: "name=value" between zero bytes, or
 * behind the CRC (4 bytes, or 5 with a flag) that starts an environment block.
 * A saved environment's first and last may stand at the ends.
 */
static bool
find_setting(struct bytes in, bool saved, const char *key, size_t *ret_at,
    struct bytes *ret_value)
{
	struct bytes needle = bytes_of(key);
	size_t at = bytes_find(in, needle, 0);

	while (at != SIZE_MAX) {
		struct bytes rest = bytes_slice(in, at + needle.len, VALUE_LEN);
		size_t len = 0;

		while (len < rest.len && is_printable(rest.ptr[len]))
			len++;
		bool starts = at == 4 || at == 5 ||
		    (at > 0 ? in.ptr[at - 1] == 0 : saved);
		bool ends = len < rest.len
		    ? rest.ptr[len] == 0
		    : saved && at + needle.len + len == in.len;

		if (starts && ends && len > 0) {
			*ret_at = at;
			*ret_value = bytes_slice(rest, 0, len);
			return true;
		}
		at = bytes_find(in, needle, at + needle.len);
	}
	return false;
}

/* Two of them, one of the first two, tell an environment from the strings of
   a program that reads one. */
static bool
has_environment(struct bytes in)
{
	static const char *const marks[] = {
		"bootcmd=", "bootdelay=", "bootargs=", "baudrate="
	};
	size_t found = 0;

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		struct bytes value;
		size_t at;

		if (i == 2 && found == 0)
			return false;
		if (find_setting(in, false, marks[i], &at, &value))
			found++;
	}
	return found >= 2;
}

static enum err
inspect_environment(
    const struct unpack_event *file, struct facts *facts, struct seen *seen)
{
	struct bytes in = file->node.content;
	bool saved = is_saved(file);

	if (!saved && !has_environment(in))
		return ERR_OK;
	for (size_t i = 0; i < SETTING_COUNT; i++) {
		struct bytes key = bytes_of(settings[i]);
		struct bytes value;
		size_t at;

		if (!find_setting(in, saved, settings[i], &at, &value) ||
		    !seen_first(seen, settings[i], value))
			continue;
		struct fact fact = evidence_fact(
		    file, FACT_BOOT_SETTING, at, key.len + value.len);

		fact.name = bytes_slice(key, 0, key.len - 1);
		fact.value = value;
		enum err err = facts_add(facts, &fact);

		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

/* Where the version starts that ends at `end`: "v2.8" before "(debug)". */
static size_t
version_start(struct bytes in, size_t end)
{
	size_t at = end;

	while (at > 0 && end - at < VERSION_LEN &&
	    (is_digit(in.ptr[at - 1]) || in.ptr[at - 1] == '.'))
		at--;
	if (at == end || at == 0 || in.ptr[at - 1] != 'v')
		return SIZE_MAX;
	return at;
}

/* One kind of build of Trusted Firmware-A: "v2.8(debug):v2.8.0-…".
   Source: Trusted Firmware-A, Makefile, VERSION_STRING. */
static enum err
inspect_tfa(const struct unpack_event *file, struct facts *facts,
    struct seen *seen, const char *build, bool debug)
{
	struct bytes in = file->node.content;
	size_t end = bytes_find(in, bytes_of(build), 0);

	if (end == SIZE_MAX)
		return ERR_OK;
	size_t at = version_start(in, end);

	/* the build message tells it from other programs with such versions */
	if (at == SIZE_MAX || bytes_find(in, BYTES("Built : "), 0) == SIZE_MAX)
		return ERR_OK;
	struct bytes version = bytes_slice(in, at, end - at);
	size_t len = end - at + bytes_of(build).len;

	if (take_version(version).len != version.len ||
	    !seen_first(seen, build, version))
		return ERR_OK;
	struct fact fact = evidence_fact(file, FACT_COMPONENT, at, len);

	/* instructions before it often look like text */
	fact.text = bytes_slice(in, at - 1, len + 1);
	fact.name = BYTES("trusted-firmware-a");
	fact.value = version;
	fact.extra = BYTES(TFA_CPE);
	fact.number = EVIDENCE_BANNER;
	enum err err = evidence_add_generic(facts, fact, "trusted-firmware-a");

	if (err != ERR_OK || !debug)
		return err;
	fact.kind = FACT_DEBUG_BUILD;
	fact.value = bytes_slice(in, at - 1, len);
	fact.extra = (struct bytes){ 0 };
	fact.number = 0;
	return facts_add(facts, &fact);
}

/* A boot loader as an ELF file: started by no system, so outside of one. */
static bool
is_elf_image(const struct unpack_event *file)
{
	return file->node.kind == NODE_PAYLOAD && elf_is(file->node.content);
}

enum err
bootloader_inspect(
    const struct unpack_event *file, struct facts *facts, struct seen *seen)
{
	if (!is_saved(file) && !blob_is(file) && !is_elf_image(file))
		return ERR_OK;
	enum err err = inspect_uboot(file, facts, seen);

	if (err == ERR_OK)
		err = inspect_environment(file, facts, seen);
	if (err == ERR_OK)
		err = inspect_tfa(file, facts, seen, "(debug):", true);
	if (err == ERR_OK)
		err = inspect_tfa(file, facts, seen, "(release):", false);
	return err;
}
