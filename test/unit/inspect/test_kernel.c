/* SPDX-License-Identifier: ISC */
/* Tests of inspect/kernel.c and inspect/kernel_config.c. */
#include "inspect/kernel.h"

#include "base/limits.h"
#include "elf_build.h"
#include "inspect/kernel_config.h"
#include "inspect_event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BANNER                                                                 \
	"Linux version 6.1.0-50-marvell (kernel@lists.example.org) "           \
	"(gcc-12 (Debian 12.2.0-14) 12.2.0, GNU ld 2.40) #1 Debian 6.1.176-1"

/* A configuration of eight lines: gzip -9n of
   "#\n# Automatically generated file; DO NOT EDIT.\n#\nCONFIG_MIPS=y\n"
   "CONFIG_DEVMEM=y\n# CONFIG_STACKPROTECTOR is not set\n"
   "CONFIG_MODULE_SIG=m\nCONFIG_DEBUG_FS=y\n" */
static const uint8_t config_gz[] = {
	0x1f,
	0x8b,
	0x08,
	0x00,
	0x00,
	0x00,
	0x00,
	0x00,
	0x02,
	0xff,
	0x53,
	0xe6,
	0x52,
	0x56,
	0x70,
	0x2c,
	0x2d,
	0xc9,
	0xcf,
	0x4d,
	0x2c,
	0xc9,
	0x4c,
	0x4e,
	0xcc,
	0xc9,
	0xa9,
	0x54,
	0x48,
	0x4f,
	0xcd,
	0x4b,
	0x2d,
	0x4a,
	0x2c,
	0x49,
	0x4d,
	0x51,
	0x48,
	0xcb,
	0xcc,
	0x49,
	0xb5,
	0x56,
	0x70,
	0xf1,
	0x57,
	0xf0,
	0xf3,
	0x0f,
	0x51,
	0x70,
	0x75,
	0xf1,
	0x0c,
	0xd1,
	0xe3,
	0x52,
	0xe6,
	0x72,
	0xf6,
	0xf7,
	0x73,
	0xf3,
	0x74,
	0x8f,
	0xf7,
	0xf5,
	0x0c,
	0x08,
	0xb6,
	0xad,
	0x84,
	0xf1,
	0x5c,
	0x5c,
	0xc3,
	0x7c,
	0x5d,
	0x7d,
	0x81,
	0x7c,
	0x65,
	0x05,
	0xa8,
	0x48,
	0x70,
	0x88,
	0xa3,
	0xb3,
	0x77,
	0x40,
	0x90,
	0x7f,
	0x88,
	0xab,
	0x73,
	0x88,
	0x7f,
	0x90,
	0x42,
	0x66,
	0xb1,
	0x42,
	0x5e,
	0x7e,
	0x89,
	0x42,
	0x71,
	0x6a,
	0x09,
	0xdc,
	0x00,
	0x7f,
	0x97,
	0x50,
	0x1f,
	0xd7,
	0xf8,
	0x60,
	0x4f,
	0x77,
	0xdb,
	0x5c,
	0x84,
	0x31,
	0x4e,
	0xa1,
	0xee,
	0xf1,
	0x6e,
	0x20,
	0x83,
	0x01,
	0x11,
	0x65,
	0xc9,
	0x9e,
	0x98,
	0x00,
	0x00,
	0x00,
};

static void
put(void *to, struct bytes in)
{
	memcpy(to, in.ptr, in.len);
}

/* Not text: a kernel's code comes before its strings. */
static struct bytes
make_blob(uint8_t *to, size_t len, const char *text, size_t text_len)
{
	assert_true(text_len + 8 <= len);
	memset(to, 0, len);
	put(to, BYTES("\xde\xad\xbe\xef\1\2\3\4"));
	memcpy(to + 8, text, text_len);
	return (struct bytes){ to, len };
}

static void
kernel_reads_a_banner(void **state)
{
	struct kernel_banner banner;

	(void)state;
	assert_true(kernel_find_banner(BYTES("..." BANNER), 0, &banner));
	assert_int_equal(banner.at, 3);
	assert_true(bytes_equal_text(banner.release, "6.1.0-50-marvell"));
	assert_true(
	    bytes_equal_text(banner.builder, "kernel@lists.example.org"));
	assert_true(bytes_equal_text(
	    banner.compiler, "gcc-12 (Debian 12.2.0-14) 12.2.0, GNU ld 2.40"));
	assert_false(kernel_find_banner(BYTES("..." BANNER), 4, &banner));
}

static void
kernel_takes_no_pattern_for_a_banner(void **state)
{
	static const char *const texts[] = {
		"Linux version %s (%s) (%s) %s",
		"Linux version v5.7-rc3 (a@b) (c)",
		"Linux version v5.7-rc3-0-g6a8b55ed4056",
		"Linux version 5.4.48",
		"Linux version 5.4.48 or later (see a@b)x",
		"Linux version 5 (a@b) (gcc)",
		"Linux version 5.4.48 (nobody) (gcc)",
		"Linux version 5.4.48 (a@b",
		"Linux version 5.4.48 (a@\nb) (gcc)",
		"Linux version ",
		"Linux version 5.4.48 )a@b)",
		"",
	};
	struct kernel_banner banner;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		bool found = kernel_find_banner(bytes_of(texts[i]), 0, &banner);

		assert_false(found);
	}
	/* but one behind them is found */
	assert_true(kernel_find_banner(
	    BYTES("Linux version %s (%s)\0" BANNER), 0, &banner));
}

static void
kernel_survives_every_prefix_of_a_banner(void **state)
{
	struct bytes whole = BYTES(BANNER);

	(void)state;
	for (size_t len = 0; len <= whole.len; len++) {
		uint8_t *copy = malloc(len > 0 ? len : 1);
		struct kernel_banner banner;
		size_t needed = sizeof("Linux version 6.1.0-50-marvell "
				       "(kernel@lists.example.org)") -
		    1;

		assert_non_null(copy);
		memcpy(copy, whole.ptr, len);
		assert_int_equal(
		    kernel_find_banner((struct bytes){ copy, len }, 0, &banner),
		    len >= needed);
		free(copy);
	}
}

static void
kernel_parts_the_upstream_version(void **state)
{
	static const struct {
		const char *release;
		const char *upstream;
	} cases[] = {
		{ "6.1.0-50-marvell", "6.1.0" },
		{ "2.6.31--LSDK-9.2.0.312", "2.6.31" },
		{ "4.4.140", "4.4.140" },
		{ "4.4.140+", "4.4.140" },
		{ "6.2.0-rc3", "6.2.0-rc3" },
		{ "6.2-rc12-00001-gabc", "6.2-rc12" },
		{ "6.2-rc", "6.2" },
		{ "5.10.", "5.10" },
		{ "5", "" },
		{ "v5.7-rc3", "" },
		{ ".5.7", "" },
		{ "", "" },
		{ "%s", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_true(bytes_equal_text(
		    kernel_upstream(bytes_of(cases[i].release)),
		    cases[i].upstream));
}

static void
kernel_reads_what_distributions_call_its_version(void **state)
{
	static const struct {
		const char *release, *rest, *version;
	} cases[] = {
		{ "6.1.0-18-amd64",
		    "#1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)",
		    "6.1.76" },
		{ "6.1.0-rpi7-rpi-v8",
		    "#1 SMP PREEMPT Debian 1:6.1.63-1+rpt1 (2023-11-24)",
		    "6.1.63" },
		{ "6.5.0-14-generic",
		    "#14~22.04.1-Ubuntu SMP PREEMPT_DYNAMIC Mon Nov 20 "
		    "(Ubuntu 6.5.0-14.14~22.04.1-generic 6.5.3)",
		    "6.5.3" },
		{ "5.4.0", "#1 SMP Thu Jan 1", "5.4.0" },
		{ "5.4.48", "#0 Mon Jun 1 (Ubuntu 5.4.0)", "5.4.48" },
		{ "6.1.0", "#1 Debian 12.2.0-14", "6.1.0" }, /* not of it */
		{ "6.1.0", "#1 Debian 6.12.3-1", "6.1.0" },  /* nor this */
		{ "6.1.0", "#1 Debian 6.1", "6.1.0" },
		{ "6.1.0", "\n#1 Debian 6.1.9-1", "6.1.0" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct kernel_banner banner;
		char text[256];

		(void)snprintf(text, sizeof(text),
		    "Linux version %s (a@b) (gcc (Debian 9.1.0) 9) %s",
		    cases[i].release, cases[i].rest);
		assert_true(kernel_find_banner(bytes_of(text), 0, &banner));
		assert_true(bytes_equal_text(banner.version, cases[i].version));
	}
}

static void
kernel_reports_a_kernel_once(void **state)
{
	uint8_t blob[512];
	struct unpack_event file = event_payload(make_blob(
	    blob, sizeof(blob), BANNER "\0" BANNER "\n", 2 * sizeof(BANNER)));
	struct facts facts = facts_open(MIB);
	struct seen seen = { 0 };

	(void)state;
	assert_int_equal(kernel_inspect(&file, &facts, &seen), ERR_OK);
	assert_int_equal(kernel_inspect(&file, &facts, &seen), ERR_OK);
	const struct fact *kernel = only_fact(&facts, FACT_KERNEL);
	const struct fact *component = only_fact(&facts, FACT_COMPONENT);
	const struct fact *leftover = only_fact(&facts, FACT_BUILD_LEFTOVER);

	assert_non_null(kernel);
	assert_true(bytes_equal_text(kernel->name, "linux"));
	assert_true(bytes_equal_text(kernel->value, "6.1.0-50-marvell"));
	assert_int_equal(kernel->at, 8);
	assert_non_null(component);
	assert_true(bytes_equal_text(component->name, "linux_kernel"));
	assert_true(bytes_equal_text(component->value, "6.1.176"));
	assert_true(
	    bytes_equal_text(component->detail, "pkg:generic/linux@6.1.176"));
	assert_true(bytes_equal_text(component->extra, "linux:linux_kernel"));
	assert_int_equal(component->number, EVIDENCE_KERNEL);
	assert_non_null(leftover);
	assert_true(
	    bytes_equal_text(leftover->value, "kernel@lists.example.org"));
	assert_non_null(named_fact(&facts, FACT_OPERATING_SYSTEM, "linux"));
	facts_close(&facts);
}

static void
kernel_looks_only_where_a_kernel_can_be(void **state)
{
	uint8_t blob[512];
	struct bytes code =
	    make_blob(blob, sizeof(blob), BANNER, sizeof(BANNER));
	const struct {
		struct unpack_event file;
		size_t count;
	} cases[] = {
		{ event_file("/Image", code), 1 },
		{ event_file("/boot/vmlinuz-6.1", code), 1 },
		{ event_file("/usr/bin/tool", code), 0 },
		{ event_payload(BYTES(BANNER)), 0 }, /* a log */
		{ event_file("/boot/log.txt", BYTES(BANNER)), 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct facts facts = facts_open(MIB);
		struct seen seen = { 0 };

		assert_int_equal(
		    kernel_inspect(&cases[i].file, &facts, &seen), ERR_OK);
		assert_int_equal(
		    count_facts(&facts, FACT_KERNEL), cases[i].count);
		facts_close(&facts);
	}
}

/* An ELF file with a text where its string table would be. */
static void
make_elf(struct elf_build *b, uint16_t type, const char *text, size_t len)
{
	elf_build_open(b, false, false, type, 40);
	memcpy(b->bytes + ELF_BUILD_STRTAB, text, len);
}

static void
kernel_finds_a_vmlinux_but_no_program(void **state)
{
	struct elf_build b;
	struct facts facts = facts_open(MIB);
	struct seen seen = { 0 };

	(void)state;
	make_elf(&b, 2, BANNER, sizeof(BANNER));
	elf_build_segment(&b, 3, 4, ELF_BUILD_INTERP, 13);
	struct unpack_event file =
	    event_file("/sbin/kexec", elf_build_bytes(&b));

	assert_int_equal(kernel_inspect(&file, &facts, &seen), ERR_OK);
	assert_int_equal(facts.count, 0);
	make_elf(&b, 2, BANNER, sizeof(BANNER));
	file = event_payload(elf_build_bytes(&b));
	assert_int_equal(kernel_inspect(&file, &facts, &seen), ERR_OK);
	assert_int_equal(count_facts(&facts, FACT_KERNEL), 1);
	facts_close(&facts);
}

static void
kernel_learns_the_release_from_modules_once(void **state)
{
	static const char magic[] = "vermagic=4.9.164 mod_unload ARMv5 p2v8 ";
	struct elf_build b;
	struct facts facts = facts_open(MIB);
	struct seen seen = { 0 };
	static const char *const names[] = { "/lib/modules/4.9.164/a.ko",
		"/lib/modules/4.9.164/b.ko", "/drivers/c.ko" };

	(void)state;
	make_elf(&b, 1, magic, sizeof(magic));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct unpack_event file =
		    event_file(names[i], elf_build_bytes(&b));

		assert_int_equal(kernel_inspect(&file, &facts, &seen), ERR_OK);
	}
	const struct fact *kernel = only_fact(&facts, FACT_KERNEL);
	const struct fact *component = only_fact(&facts, FACT_COMPONENT);

	assert_non_null(kernel);
	assert_true(bytes_equal_text(kernel->value, "4.9.164"));
	assert_int_equal(kernel->at, ELF_BUILD_STRTAB);
	assert_true(bytes_equal_text(kernel->path, names[0]));
	assert_non_null(component);
	assert_true(bytes_equal_text(component->value, "4.9.164"));
	facts_close(&facts);
}

static void
kernel_learns_the_release_from_the_folder(void **state)
{
	struct unpack_event file =
	    event_file("/usr/lib/modules/6.1.0-50-marvell/kernel/a.ko.xz",
		BYTES("\xfd"
		      "7zXZ"));
	struct facts facts = facts_open(MIB);
	struct seen seen = { 0 };

	(void)state;
	assert_int_equal(kernel_inspect(&file, &facts, &seen), ERR_OK);
	const struct fact *kernel = only_fact(&facts, FACT_KERNEL);

	assert_non_null(kernel);
	assert_true(bytes_equal_text(kernel->value, "6.1.0-50-marvell"));
	assert_true(kernel->at == FACT_NOWHERE);
	facts_close(&facts);
}

/* compat.ko of the backports project names the kernel it was taken from. */
static void
kernel_does_not_believe_backported_modules(void **state)
{
	static const char text[] = "\0Backport generated by backports.git\0"
				   "Linux version v5.7-rc3-0-g6a8b55ed4056\0"
				   "Linux version 5.7.1 (a@b) (gcc) #1\0"
				   "vermagic=5.4.48 mod_unload MIPS32_R2 ";
	struct elf_build b;
	struct facts facts = facts_open(MIB);
	struct seen seen = { 0 };

	(void)state;
	make_elf(&b, 1, text, sizeof(text));
	struct unpack_event file =
	    event_file("/lib/modules/5.4.48/compat.ko", elf_build_bytes(&b));

	assert_int_equal(kernel_inspect(&file, &facts, &seen), ERR_OK);
	const struct fact *kernel = only_fact(&facts, FACT_KERNEL);

	assert_non_null(kernel);
	assert_true(bytes_equal_text(kernel->value, "5.4.48"));
	facts_close(&facts);
}

static void
assert_option(const struct facts *facts, const char *name, const char *value)
{
	const struct fact *fact = named_fact(facts, FACT_KERNEL_OPTION, name);

	assert_non_null(fact);
	assert_true(bytes_equal_text(fact->value, value));
}

static void
kernel_config_reads_ikconfig(void **state)
{
	uint8_t blob[512];
	char text[16 + sizeof(config_gz)];
	struct facts facts = facts_open(MIB);
	struct seen seen = { 0 };

	(void)state;
	put(text, BYTES("IKCFG_STIKCFG_ST")); /* the first: a bare name */
	memcpy(text + 16, config_gz, sizeof(config_gz));
	struct unpack_event file =
	    event_payload(make_blob(blob, sizeof(blob), text, sizeof(text)));

	assert_int_equal(kernel_config_inspect(&file, &facts, &seen), ERR_OK);
	assert_int_equal(facts.count, 4);
	assert_option(&facts, "CONFIG_DEVMEM", "y");
	assert_option(&facts, "CONFIG_STACKPROTECTOR", "n");
	assert_option(&facts, "CONFIG_MODULE_SIG", "m");
	assert_option(&facts, "CONFIG_DEBUG_FS", "y");
	assert_int_equal(facts.list[0].at, 24);
	/* the first configuration counts */
	assert_int_equal(kernel_config_inspect(&file, &facts, &seen), ERR_OK);
	assert_int_equal(facts.count, 4);
	facts_close(&facts);
}

static void
kernel_config_wants_more_than_the_marker(void **state)
{
	static const char bare[] = "IKCFG_ST\0IKCFG_ED";
	uint8_t blob[512];
	struct unpack_event file =
	    event_payload(make_blob(blob, sizeof(blob), bare, sizeof(bare)));
	struct facts facts = facts_open(MIB);
	struct seen seen = { 0 };
	char text[8 + sizeof(config_gz)];

	(void)state;
	assert_int_equal(kernel_config_inspect(&file, &facts, &seen), ERR_OK);
	assert_int_equal(facts.count, 0);
	/* a broken stream: half a configuration would mislead */
	put(text, BYTES("IKCFG_ST"));
	memcpy(text + 8, config_gz, sizeof(config_gz));
	text[8 + sizeof(config_gz) - 6] ^= 1;
	file = event_payload(make_blob(blob, sizeof(blob), text, sizeof(text)));
	assert_int_equal(kernel_config_inspect(&file, &facts, &seen), ERR_OK);
	assert_int_equal(facts.count, 0);
	facts_close(&facts);
}

static void
kernel_config_reads_files(void **state)
{
	static const struct {
		const char *name;
		size_t count;
	} cases[] = {
		{ "/boot/config-6.1.0-50-marvell", 3 },
		{ "/config-5.10", 3 },
		{ "/lib/modules/5.10/config", 3 },
		{ "/usr/src/linux/.config", 3 },
		{ "/etc/config/network", 0 },
		{ "/etc/config", 0 },
	};
	static const char text[] = "# CONFIG_KEXEC is not set\nCONFIG_USB=y\n"
				   "CONFIG_SECCOMP=y\nCONFIG_COREDUMP=y";

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct unpack_event file =
		    event_file(cases[i].name, bytes_of(text));
		struct facts facts = facts_open(MIB);
		struct seen seen = { 0 };

		assert_int_equal(
		    kernel_config_inspect(&file, &facts, &seen), ERR_OK);
		assert_int_equal(facts.count, cases[i].count);
		if (cases[i].count > 0) {
			assert_option(&facts, "CONFIG_KEXEC", "n");
			assert_int_equal(facts.list[1].at,
			    strstr(text, "CONFIG_SECCOMP") - text);
		}
		facts_close(&facts);
	}

	struct unpack_event file = event_file(
	    "/proc/config.gz", (struct bytes){ config_gz, sizeof(config_gz) });
	struct facts facts = facts_open(MIB);
	struct seen seen = { 0 };

	assert_int_equal(kernel_config_inspect(&file, &facts, &seen), ERR_OK);
	assert_int_equal(facts.count, 4);
	facts_close(&facts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernel_reads_a_banner),
		cmocka_unit_test(kernel_takes_no_pattern_for_a_banner),
		cmocka_unit_test(kernel_survives_every_prefix_of_a_banner),
		cmocka_unit_test(kernel_parts_the_upstream_version),
		cmocka_unit_test(
		    kernel_reads_what_distributions_call_its_version),
		cmocka_unit_test(kernel_reports_a_kernel_once),
		cmocka_unit_test(kernel_looks_only_where_a_kernel_can_be),
		cmocka_unit_test(kernel_finds_a_vmlinux_but_no_program),
		cmocka_unit_test(kernel_learns_the_release_from_modules_once),
		cmocka_unit_test(kernel_learns_the_release_from_the_folder),
		cmocka_unit_test(kernel_does_not_believe_backported_modules),
		cmocka_unit_test(kernel_config_reads_ikconfig),
		cmocka_unit_test(kernel_config_wants_more_than_the_marker),
		cmocka_unit_test(kernel_config_reads_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
