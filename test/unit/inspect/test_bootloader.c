/* SPDX-License-Identifier: ISC */
/* Tests of inspect/bootloader.c. */
#include "inspect/bootloader.h"

#include "base/limits.h"
#include "inspect_event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A blob: eight bytes of code, then strings (zero bytes in them count). */
#define BLOB(strings) BYTES("\xde\xad\xbe\xef\1\2\3\0" strings)

static struct facts
inspect(struct bytes content)
{
	struct unpack_event file = event_payload(content);
	struct facts facts = facts_open(MIB);
	struct seen seen = { 0 };

	assert_int_equal(bootloader_inspect(&file, &facts, &seen), ERR_OK);
	return facts;
}

static void
bootloader_is_known_in_an_elf_file_outside_a_file_system(void **state)
{
	/* The header's 52 bytes, then the banner. */
	struct bytes elf = BYTES("\177ELF\1\1\1\0\0\0\0\0\0\0\0\0"
				 "\2\0\x8\0\1\0\0\0\0\0\0\0\0\0\0\0"
				 "\0\0\0\0\0\0\0\0\x34\0\0\0\0\0\0\0"
				 "\0\0\0\0"
				 "\0U-Boot 2023.01 (Jun 22 2026 - 08:38:07)\0");
	struct unpack_event file = event_file("/usr/bin/fw_printenv", elf);
	struct facts facts = inspect(elf);
	struct seen seen = { 0 };

	(void)state;
	assert_int_equal(count_facts(&facts, FACT_BOOTLOADER), 1);
	facts_close(&facts);
	facts = facts_open(MIB);
	assert_int_equal(bootloader_inspect(&file, &facts, &seen), ERR_OK);
	assert_int_equal(count_facts(&facts, FACT_BOOTLOADER), 0);
	facts_close(&facts);
}

static void
bootloader_reads_banners(void **state)
{
	static const struct {
		const char *text;
		const char *version, *upstream;
	} cases[] = {
		{ "U-Boot 1.1.4 (Sep 22 2014 - 16:47:01)", "1.1.4", "1.1.4" },
		{ "U-Boot 1.1.4 (Build from LSDK-9.5.3.16 at Feb 10 2015)",
		    "1.1.4", "1.1.4" },
		{ "U-Boot 2023.01+dfsg-2+deb12u3 (Jun 22 2026 - 08:38:07)",
		    "2023.01+dfsg-2+deb12u3", "2023.01" },
		{ "U-Boot SPL 2020.04-OpenWrt-r19685-512e76967f (Sep 03 2022)",
		    "2020.04-OpenWrt-r19685-512e76967f", "2020.04" },
		{ "U-Boot TPL 2021.10-rc3 (Oct 01 2021)", "2021.10-rc3",
		    "2021.10-rc3" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct uboot_banner banner;

		assert_true(
		    bootloader_find_uboot(bytes_of(cases[i].text), 0, &banner));
		assert_int_equal(banner.at, 0);
		assert_true(bytes_equal_text(banner.version, cases[i].version));
		assert_true(
		    bytes_equal_text(banner.upstream, cases[i].upstream));
	}
}

static void
bootloader_takes_no_mention_for_a_banner(void **state)
{
	static const char *const texts[] = {
		"Compiled with U-Boot 2020.04 (Sep 22 2020)",
		"U-Boot 2020.04",
		"U-Boot 2020.04\n",
		"U-Boot %s (%s - %s)",
		"U-Boot 2020 (Sep 22 2020)",
		"U-Boot 2020.04 (see manual)",
		"U-Boot 2020.04 (anF 2020)",
		"U-Boot 2020.04 (Se",
		"U-Boot SPL ",
		"U-Boot ",
		"",
	};
	struct uboot_banner banner;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_false(
		    bootloader_find_uboot(bytes_of(texts[i]), 0, &banner));
}

static void
bootloader_survives_every_prefix(void **state)
{
	struct bytes whole = BLOB("U-Boot SPL 2020.04-rc1 (Sep 22 2020)\0"
				  "bootcmd=run x\0bootdelay=2\0"
				  "v2.8(debug):v2.8.0\0Built : 06:31:44\0");

	(void)state;
	for (size_t len = 0; len <= whole.len; len++) {
		uint8_t *copy = malloc(len > 0 ? len : 1);

		assert_non_null(copy);
		memcpy(copy, whole.ptr, len);
		struct facts facts = inspect((struct bytes){ copy, len });

		assert_true(facts.count <= 6);
		if (len == whole.len)
			assert_int_equal(facts.count, 6);
		facts_close(&facts);
		free(copy);
	}
}

static void
bootloader_reports_uboot_once(void **state)
{
	struct facts facts = inspect(BLOB("U-Boot 1.1.4 (Sep 22 2014)\0"
					  "U-Boot 1.1.4 (Sep 22 2014)"));
	const struct fact *loader = only_fact(&facts, FACT_BOOTLOADER);
	const struct fact *component = only_fact(&facts, FACT_COMPONENT);

	(void)state;
	assert_non_null(loader);
	assert_true(bytes_equal_text(loader->name, "u-boot"));
	assert_true(bytes_equal_text(loader->value, "1.1.4"));
	assert_int_equal(loader->at, 8);
	assert_non_null(component);
	assert_true(bytes_equal_text(component->value, "1.1.4"));
	assert_true(bytes_equal_text(component->extra, "denx:u-boot"));
	assert_true(
	    bytes_equal_text(component->detail, "pkg:generic/u-boot@1.1.4"));
	assert_int_equal(component->number, EVIDENCE_BANNER);
	facts_close(&facts);
}

static void
bootloader_reads_the_environment(void **state)
{
	struct facts facts =
	    inspect(BLOB("bootdelay\0bootargs=console=ttyS0,115200\0"
			 "bootcmd=bootm 0x9f020000\0bootdelay=1\0"
			 "distro_bootcmd=x\0baudrate=115200\0"));
	const struct fact *delay =
	    named_fact(&facts, FACT_BOOT_SETTING, "bootdelay");
	const struct fact *command =
	    named_fact(&facts, FACT_BOOT_SETTING, "bootcmd");
	const struct fact *arguments =
	    named_fact(&facts, FACT_BOOT_SETTING, "bootargs");

	(void)state;
	assert_int_equal(count_facts(&facts, FACT_BOOT_SETTING), 3);
	assert_non_null(delay);
	assert_true(bytes_equal_text(delay->value, "1"));
	assert_non_null(command);
	assert_true(bytes_equal_text(command->value, "bootm 0x9f020000"));
	assert_non_null(arguments);
	assert_true(bytes_equal_text(arguments->value, "console=ttyS0,115200"));
	facts_close(&facts);
}

static void
bootloader_reads_an_environment_block(void **state)
{
	/* a CRC, in the second case a flag too, then the variables */
	const struct bytes blocks[] = {
		BYTES("\x12\x34\x56\x78"
		      "bootdelay=3\0bootcmd=x\0"),
		BYTES("\x12\x34\x56\x78\1"
		      "bootdelay=3\0bootcmd=x\0"),
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct facts facts = inspect(blocks[i]);
		const struct fact *delay =
		    named_fact(&facts, FACT_BOOT_SETTING, "bootdelay");

		assert_non_null(delay);
		assert_true(bytes_equal_text(delay->value, "3"));
		facts_close(&facts);
	}
}

/* Its CRC was seen to agree: no other mark is needed. */
static void
bootloader_reads_a_saved_environment_to_its_ends(void **state)
{
	struct unpack_event file =
	    event_payload(BYTES("bootdelay=1\0bootcmd=y"));
	struct facts facts = facts_open(MIB);
	struct seen seen = { 0 };
	const struct fact *f;

	(void)state;
	file.path = BYTES("uboot-env@0x0!raw@0x4!");
	assert_int_equal(bootloader_inspect(&file, &facts, &seen), ERR_OK);
	f = named_fact(&facts, FACT_BOOT_SETTING, "bootdelay");
	assert_non_null(f);
	assert_true(bytes_equal_text(f->value, "1"));
	f = named_fact(&facts, FACT_BOOT_SETTING, "bootcmd");
	assert_non_null(f);
	assert_true(bytes_equal_text(f->value, "y"));
	facts_close(&facts);
}

static void
bootloader_wants_a_whole_environment(void **state)
{
	const struct bytes blobs[] = {
		BLOB("bootdelay=1\0xbootcmd=y\0"), /* one alone */
		BLOB("bootdelay=\0bootcmd=\0"),	   /* names without values */
		BLOB("bootdelay=1\nbootcmd=y\n"),  /* lines of a text */
		BLOB("bootdelay=1\0bootcmd=y"),	   /* cut short */
		BLOB("setenv bootdelay=1\0 bootcmd=y\0"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(blobs) / sizeof(blobs[0]); i++) {
		struct facts facts = inspect(blobs[i]);

		assert_int_equal(facts.count, 0);
		facts_close(&facts);
	}
}

static void
bootloader_tells_debug_builds_of_trusted_firmware(void **state)
{
	struct facts debug =
	    inspect(BLOB("/25v2.8(debug):\0Built : 06:31:44, Nov 25 2022"));
	struct facts release =
	    inspect(BLOB("v2.10.0(release):v2.10.0\0Built : 06:31:44"));
	struct facts other = inspect(BLOB("v2.8(debug):\0"));
	const struct fact *build = only_fact(&debug, FACT_DEBUG_BUILD);
	const struct fact *component = only_fact(&debug, FACT_COMPONENT);

	(void)state;
	assert_non_null(build);
	assert_true(bytes_equal_text(build->name, "trusted-firmware-a"));
	assert_true(bytes_equal_text(build->value, "v2.8(debug)"));
	assert_non_null(component);
	assert_true(bytes_equal_text(component->value, "2.8"));
	assert_int_equal(count_facts(&release, FACT_DEBUG_BUILD), 0);
	component = only_fact(&release, FACT_COMPONENT);
	assert_non_null(component);
	assert_true(bytes_equal_text(component->value, "2.10.0"));
	assert_int_equal(other.count, 0);
	facts_close(&debug);
	facts_close(&release);
	facts_close(&other);
}

/* fw_printenv and its like carry U-Boot's version and default settings. */
static void
bootloader_ignores_files_of_a_root_file_system(void **state)
{
	struct bytes content = BLOB("U-Boot 2020.04 (Sep 22 2020)\0"
				    "bootcmd=run x\0bootdelay=2\0");
	struct unpack_event file = event_file("/usr/sbin/fw_printenv", content);
	struct facts facts = facts_open(MIB);
	struct seen seen = { 0 };

	(void)state;
	assert_int_equal(bootloader_inspect(&file, &facts, &seen), ERR_OK);
	assert_int_equal(facts.count, 0);
	file = event_file("/boot/u-boot.bin", content);
	assert_int_equal(bootloader_inspect(&file, &facts, &seen), ERR_OK);
	assert_int_equal(facts.count, 4);
	facts_close(&facts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bootloader_reads_banners),
		cmocka_unit_test(
		    bootloader_is_known_in_an_elf_file_outside_a_file_system),
		cmocka_unit_test(bootloader_takes_no_mention_for_a_banner),
		cmocka_unit_test(bootloader_survives_every_prefix),
		cmocka_unit_test(bootloader_reports_uboot_once),
		cmocka_unit_test(bootloader_reads_the_environment),
		cmocka_unit_test(bootloader_reads_an_environment_block),
		cmocka_unit_test(
		    bootloader_reads_a_saved_environment_to_its_ends),
		cmocka_unit_test(bootloader_wants_a_whole_environment),
		cmocka_unit_test(
		    bootloader_tells_debug_builds_of_trusted_firmware),
		cmocka_unit_test(
		    bootloader_ignores_files_of_a_root_file_system),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
