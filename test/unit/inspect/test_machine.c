/* SPDX-License-Identifier: ISC */
/* Tests of inspect/machine.c. */
#include "inspect/elf_machine.h"
#include "inspect/machine.h"

#include "base/limits.h"
#include "inspect_event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CODE_LEN (64 * KIB)

/* The same pseudo-random bytes every time. */
static void
fill_random(uint8_t *to, size_t len)
{
	uint64_t x = 88172645463325252;

	for (size_t i = 0; i < len; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		to[i] = (uint8_t)(x >> 32);
	}
}

/* Code: random bytes with an instruction every `step` bytes. */
static bool
guess(
    const char *instruction, size_t len, size_t step, struct machine_guess *ret)
{
	uint8_t *code = malloc(CODE_LEN);

	assert_non_null(code);
	fill_random(code, CODE_LEN);
	for (size_t at = 64; step > 0 && at + len <= CODE_LEN; at += step)
		memcpy(code + at, instruction, len);
	bool found = machine_guess((struct bytes){ code, CODE_LEN }, ret);

	free(code);
	return found;
}

static void
machine_names_elf_numbers(void **state)
{
	static const struct {
		uint16_t number;
		bool big, wide;
		const char *name;
	} cases[] = {
		{ 3, false, false, "x86" },
		{ 8, true, false, "mips" },
		{ 8, false, false, "mipsel" },
		{ 8, true, true, "mips64" },
		{ 8, false, true, "mips64el" },
		{ 20, true, false, "powerpc" },
		{ 40, false, false, "arm" },
		{ 62, false, true, "x86_64" },
		{ 83, false, false, "avr" },
		{ 93, false, false, "arc" },
		{ 94, false, false, "xtensa" },
		{ 105, false, false, "msp430" },
		{ 183, false, true, "aarch64" },
		{ 195, false, false, "arc" },
		{ 243, false, false, "riscv32" },
		{ 243, false, true, "riscv64" },
		{ 0x18ad, true, false, "avr32" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(elf_machine_is_known(cases[i].number));
		assert_string_equal(elf_machine_name(cases[i].number,
					cases[i].big, cases[i].wide),
		    cases[i].name);
	}
	assert_true(
	    elf_machine_is_known(42)); /* SuperH: known, no name of ours */
	assert_null(elf_machine_name(42, false, false));
	assert_false(elf_machine_is_known(0x3068));
	assert_null(elf_machine_name(0x3068, false, false));
}

static void
machine_counts_how_functions_end(void **state)
{
	static const struct {
		const char *instruction;
		size_t len;
		const char *name;
		bool big;
	} cases[] = {
		{ "\x03\xe0\x00\x08", 4, "mips", true },
		{ "\x08\x00\xe0\x03", 4, "mipsel", false },
		{ "\x1e\xff\x2f\xe1", 4, "arm", false }, /* bx lr */
		{ "\x10\x80\xbd\xe8", 4, "arm", false }, /* pop {r4, pc} */
		{ "\xe8\xbd\x80\x10", 4, "arm", true },
		{ "\x70\x47", 2, "arm", false }, /* Thumb bx lr */
		{ "\xc0\x03\x5f\xd6", 4, "aarch64", false },
		{ "\x4e\x80\x00\x20", 4, "powerpc", true },
		{ "\x55\x89\xe5", 3, "x86", false },
		{ "\x55\x48\x89\xe5", 4, "x86_64", false },
		{ "\x36\x41\x00", 3, "xtensa", false },
		{ "\x6c\x10\x04", 3, "xtensa", true },
		{ "\x82\x80\x06\xe4", 4, "riscv64", false }, /* + c.sdsp ra */
		{ "\x82\x80\x06\xc4", 4, "riscv32", false }, /* + c.swsp ra */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct machine_guess found = { 0 };

		assert_true(
		    guess(cases[i].instruction, cases[i].len, 256, &found));
		assert_string_equal(found.name, cases[i].name);
		assert_int_equal(found.big, cases[i].big);
	}
}

static void
machine_does_not_guess_from_chance(void **state)
{
	struct machine_guess found = { .name = "untouched" };
	uint8_t *data = calloc(1, CODE_LEN);

	(void)state;
	assert_non_null(data);
	assert_false(guess("", 0, 0, &found)); /* random bytes */
	/* one hit in 16 KiB is too little */
	assert_false(guess("\x03\xe0\x00\x08", 4, 16 * KIB, &found));
	assert_false(machine_guess((struct bytes){ data, CODE_LEN }, &found));
	memset(data, 0xff, CODE_LEN);
	assert_false(machine_guess((struct bytes){ data, CODE_LEN }, &found));
	assert_string_equal(found.name, "untouched");
	free(data);
}

static void
put_u32(uint8_t *to, uint32_t value)
{
	for (size_t i = 0; i < 4; i++)
		to[i] = (uint8_t)(value >> (8 * i));
}

/* The table of an nRF52 program behind its boot loader. */
static void
make_vectors(uint8_t table[64])
{
	memset(table, 0, 64);
	put_u32(table, 0x20040000);
	put_u32(table + 4, 0x00026401);
	for (size_t i = 2; i < 7; i++)
		put_u32(table + 4 * i, (uint32_t)(0x00026411 + 2 * i));
	for (size_t i = 11; i < 16; i++)
		put_u32(table + 4 * i, 0x00026421);
}

static void
machine_knows_a_cortex_m_vector_table(void **state)
{
	static const uint32_t stacks[] = { 0x20001380, 0x20050000, 0x10008000,
		0x1fffc000 };
	uint8_t table[64];
	struct machine_guess found;

	(void)state;
	for (size_t i = 0; i < sizeof(stacks) / sizeof(stacks[0]); i++) {
		make_vectors(table);
		put_u32(table, stacks[i]);
		assert_true(machine_guess(
		    (struct bytes){ table, sizeof(table) }, &found));
		assert_string_equal(found.name, "arm");
		assert_false(found.big);
	}
}

static void
machine_is_told_by_a_pe_header(void **state)
{
	uint8_t code[0x60] = { 'M', 'Z' };
	struct machine_guess found;

	(void)state;
	code[0x3c] = 0x50;
	memcpy(code + 0x50, "PE\0\0\x64\x86", 6);
	assert_true(
	    machine_guess((struct bytes){ code, sizeof(code) }, &found));
	assert_string_equal(found.name, "x86_64");
	for (size_t len = 0; len < 0x56; len++)
		assert_false(
		    machine_guess((struct bytes){ code, len }, &found));
	code[0x3f] = 0xff; /* far behind the end */
	assert_false(
	    machine_guess((struct bytes){ code, sizeof(code) }, &found));
}

static void
machine_wants_a_whole_vector_table(void **state)
{
	static const struct {
		size_t at;
		uint32_t value;
	} cases[] = {
		{ 0, 0x30000000 }, /* the stack is not in RAM */
		{ 0, 0x20001381 }, /* not aligned */
		{ 4, 0x00026400 }, /* reset is no Thumb code */
		{ 8, 0x00026400 }, /* nor is a handler */
		{ 8, 0x08026401 }, /* far away from reset */
	};
	uint8_t table[64];
	struct machine_guess found;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		make_vectors(table);
		put_u32(table + cases[i].at, cases[i].value);
		assert_false(machine_guess(
		    (struct bytes){ table, sizeof(table) }, &found));
	}
	make_vectors(table);
	for (size_t len = 0; len < sizeof(table); len++)
		assert_false(
		    machine_guess((struct bytes){ table, len }, &found));
}

static void
machine_votes_for_blobs_only(void **state)
{
	static const char boot[] = "\0\1\2\0*** Booting Zephyr OS build v3 ***";
	struct bytes content = { (const uint8_t *)boot, sizeof(boot) };
	struct unpack_event blob = event_payload(content);
	struct unpack_event file = event_file("/usr/share/zephyr", content);
	struct facts facts = facts_open(MIB);

	(void)state;
	assert_int_equal(machine_inspect(&file, &facts), ERR_OK);
	assert_int_equal(facts.count, 0);
	assert_int_equal(machine_inspect(&blob, &facts), ERR_OK);
	const struct fact *os = only_fact(&facts, FACT_OPERATING_SYSTEM);

	assert_non_null(os);
	assert_true(bytes_equal_text(os->name, "zephyr"));
	assert_int_equal(os->at, 4);
	facts_close(&facts);
}

static void
machine_tells_systems_apart(void **state)
{
	static const struct {
		const char *text;
		const char *system; /* NULL: none */
	} cases[] = {
		{ "WEST_TOPDIR/zephyr/kernel/init.c", "zephyr" },
		{ "ZEPHYR_BASE/kernel/init.c", "zephyr" },
		{ "/home/a/esp-idf/components/log/log.c", "esp-idf" },
		{ "//IDF/components/esp_system/panic.c", "esp-idf" },
		{ "IDF/components/freertos/port.c", "esp-idf" },
		{ "%s: ESP-IDF:          %s", "esp-idf" },
		{ "FreeRTOS Kernel V10.4.3", "freertos" },
		{ "../FreeRTOS/Source/tasks.c", "freertos" },
		{ "Express Logic Inc. * ThreadX Cortex-M4/GCC *", "threadx" },
		{ "Copyright 1984-2004 Wind River Systems, Inc.", "vxworks" },
		{ "NuttShell (NSH) NuttX-10.1", "nuttx" },
		{ "main(): This is RIOT! (Version: 2021)", "riot" },
		{ "mbed assertation failed: %s", "mbed" },
		{ "./mbed-os/rtos/Thread.cpp", "mbed" },
		{ "eCos Release: 3.0", "ecos" },
		{ "SERVER: FreeRTOS/6.0.5, UPnP/1.0", NULL },
		{ "powered by vxworks", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t code[128] = { 1, 2 };
		struct facts facts = facts_open(MIB);

		memcpy(code + 3, cases[i].text, strlen(cases[i].text));
		struct unpack_event file =
		    event_payload((struct bytes){ code, sizeof(code) });

		assert_int_equal(machine_inspect(&file, &facts), ERR_OK);
		const struct fact *os =
		    only_fact(&facts, FACT_OPERATING_SYSTEM);

		if (cases[i].system == NULL) {
			assert_int_equal(facts.count, 0);
		} else {
			assert_non_null(os);
			assert_true(
			    bytes_equal_text(os->name, cases[i].system));
		}
		facts_close(&facts);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(machine_names_elf_numbers),
		cmocka_unit_test(machine_counts_how_functions_end),
		cmocka_unit_test(machine_does_not_guess_from_chance),
		cmocka_unit_test(machine_knows_a_cortex_m_vector_table),
		cmocka_unit_test(machine_is_told_by_a_pe_header),
		cmocka_unit_test(machine_wants_a_whole_vector_table),
		cmocka_unit_test(machine_votes_for_blobs_only),
		cmocka_unit_test(machine_tells_systems_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
