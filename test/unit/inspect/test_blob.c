/* SPDX-License-Identifier: ISC */
/* Tests of inspect/blob.c, inspect/evidence.c and inspect/leftover.c. */
#include "inspect/blob.h"

#include "base/limits.h"
#include "elf_build.h"
#include "inspect/evidence.h"
#include "inspect/leftover.h"
#include "inspect/needles.h"
#include "inspect_event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CODE BYTES("\xde\xad\xbe\xef\1\2\3\0code")

static void
blob_is_firmware_and_nothing_else(void **state)
{
	struct elf_build elf;
	const struct {
		const char *name; /* NULL: a payload */
		struct bytes content;
		bool is;
	} cases[] = {
		{ NULL, CODE, true },
		{ NULL, BYTES(""), false },
		{ NULL, BYTES("a text\n"), false },
		{ "/uImage", CODE, true },
		{ "/firmware-base.bin", CODE, true },
		{ "/boot/Image", CODE, true },
		{ "/uboot", CODE, true },
		{ "/readme", BYTES("a text\n"), false },
		{ "/bin/a", CODE, false },
		{ "/etc/a", CODE, false },
		{ "/home/a", CODE, false },
		{ "/lib/firmware/a.bin", CODE, false },
		{ "/lib32/a", CODE, false },
		{ "/lib64/a", CODE, false },
		{ "/libexec/a", CODE, false },
		{ "/opt/a", CODE, false },
		{ "/sbin/a", CODE, false },
		{ "/usr/sbin/fw_printenv", CODE, false },
		{ "/var/a", CODE, false },
		{ "/www/a", CODE, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct unpack_event file = cases[i].name == NULL
		    ? event_payload(cases[i].content)
		    : event_file(cases[i].name, cases[i].content);

		assert_int_equal(blob_is(&file), cases[i].is);
	}

	struct unpack_event link = event_file("/boot/Image", CODE);

	link.node.kind = NODE_SYMLINK;
	assert_false(blob_is(&link));
	elf_build_open(&elf, false, false, 2, 40);
	struct unpack_event program = event_payload(elf_build_bytes(&elf));

	assert_false(blob_is(&program));
}

/* Strings behind a header that only looks like ELF: still a boot loader. */
static void
blob_may_begin_with_text(void **state)
{
	struct unpack_event file = event_payload(
	    BYTES("\177ELF\2\1\1\3\nh0J\nFFPZ\nh0J\nU-Boot 2020.04"));

	(void)state;
	assert_true(blob_is(&file));
}

static void
seen_says_everything_once(void **state)
{
	struct seen seen = { 0 };

	(void)state;
	assert_true(seen_first(&seen, "kernel", BYTES("4.9.164")));
	assert_false(seen_first(&seen, "kernel", BYTES("4.9.164")));
	assert_true(seen_first(&seen, "kernel", BYTES("4.9.190")));
	assert_true(seen_first(&seen, "u-boot", BYTES("4.9.164")));
	assert_true(seen_first(&seen, "kernel4", BYTES(".9.164")));
}

static void
seen_has_an_end(void **state)
{
	struct seen seen = { 0 };

	(void)state;
	for (size_t i = 0; i < SEEN_MARKS; i++) {
		uint8_t text = (uint8_t)i;

		assert_true(seen_first(&seen, "x", (struct bytes){ &text, 1 }));
	}
	assert_false(seen_first(&seen, "x", BYTES("one more")));
}

static void
evidence_gives_place_and_excerpt(void **state)
{
	struct unpack_event file = event_payload(BYTES("\0\0say 1.2.3 ok\0"));
	struct fact fact = evidence_fact(&file, FACT_COMPONENT, 6, 5);

	(void)state;
	assert_int_equal(fact.at, 6);
	assert_true(bytes_equal_text(fact.text, "say 1.2.3 ok"));
	file.raw = true; /* its path ends in raw@0x1000!: counted from there */
	file.node.at = 0x1000;
	fact = evidence_fact(&file, FACT_COMPONENT, 6, 5);
	assert_int_equal(fact.at, 6);
	fact = evidence_fact(&file, FACT_COMPONENT, 6, 0);
	assert_true(fact.at == FACT_NOWHERE);
	assert_int_equal(fact.text.len, 0);
}

static void
leftover_finds_home_folders(void **state)
{
	static const struct {
		const char *text;
		const char *path; /* NULL: none */
	} cases[] = {
		{ "/home/sag/sdk/lib_mem.c", "/home/sag/sdk/lib_mem.c" },
		{ "in /home/a/b: error", "/home/a/b" },
		{ "/Users/me/src/a.c", "/Users/me/src/a.c" },
		{ "/home/%s/a", NULL },
		{ "/home/", NULL },
		{ "/home//a", NULL },
		{ "/home/user", NULL },
		{ "/home/user/", NULL },
		{ "/mnt/home/user/a", NULL },
		{ "http://x/home/page/a", NULL },
		{ "/home/%s/a /home/b/c", "/home/b/c" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t code[64] = { 1, 2, 3 };
		struct facts facts = facts_open(MIB);

		memcpy(code + 4, cases[i].text, strlen(cases[i].text));
		struct unpack_event file =
		    event_payload((struct bytes){ code, sizeof(code) });

		assert_int_equal(
		    leftover_inspect(&file, NEEDLES_ALL, &facts), ERR_OK);
		const struct fact *fact =
		    named_fact(&facts, FACT_BUILD_LEFTOVER, "path");

		if (cases[i].path == NULL) {
			assert_null(fact);
		} else {
			assert_non_null(fact);
			assert_true(
			    bytes_equal_text(fact->value, cases[i].path));
		}
		facts_close(&facts);
	}
}

static void
leftover_looks_into_programs_but_no_texts(void **state)
{
	struct elf_build elf;
	struct facts facts = facts_open(MIB);
	struct unpack_event file =
	    event_file("/etc/profile", BYTES("cd /home/user/x\n"));

	(void)state;
	assert_int_equal(leftover_inspect(&file, NEEDLES_ALL, &facts), ERR_OK);
	assert_int_equal(facts.count, 0);
	elf_build_open(&elf, false, false, 2, 40);
	memcpy(elf.bytes + ELF_BUILD_STRTAB, "\0/home/a/b.c\0/home/c/d.c", 25);
	file = event_file("/usr/bin/a", elf_build_bytes(&elf));
	assert_int_equal(leftover_inspect(&file, NEEDLES_ALL, &facts), ERR_OK);
	assert_int_equal(facts.count, 1); /* one per file */
	facts_close(&facts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blob_is_firmware_and_nothing_else),
		cmocka_unit_test(blob_may_begin_with_text),
		cmocka_unit_test(seen_says_everything_once),
		cmocka_unit_test(seen_has_an_end),
		cmocka_unit_test(evidence_gives_place_and_excerpt),
		cmocka_unit_test(leftover_finds_home_folders),
		cmocka_unit_test(leftover_looks_into_programs_but_no_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
