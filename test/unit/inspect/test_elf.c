/* SPDX-License-Identifier: ISC */
/* Tests of inspect/elf.c and inspect/elf_file.c. */
#include "inspect/elf.h"

#include "base/limits.h"
#include "elf_build.h"
#include "inspect/elf_file.h"
#include "inspect_event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define EM_MIPS 8
#define EM_ARM 40
#define EM_AARCH64 183

#define GNU_STACK 0x6474e551
#define GNU_RELRO 0x6474e552

static void
inspect(const struct elf_build *b, const char *name, struct facts *ret)
{
	struct unpack_event file = event_file(name, elf_build_bytes(b));

	*ret = facts_open(MIB);
	assert_int_equal(elf_inspect(&file, ret), ERR_OK);
}

static uint64_t
flags_of(const struct elf_build *b)
{
	struct facts facts;

	inspect(b, "/bin/a", &facts);
	const struct fact *elf = only_fact(&facts, FACT_ELF);

	assert_non_null(elf);
	uint64_t flags = elf->number;

	facts_close(&facts);
	return flags;
}

static void
assert_kind(const struct elf_build *b, const char *name, const char *kind)
{
	struct facts facts;

	inspect(b, name, &facts);
	const struct fact *elf = only_fact(&facts, FACT_ELF);

	assert_non_null(elf);
	assert_true(bytes_equal_text(elf->extra, kind));
	facts_close(&facts);
}

static void
elf_reads_both_byte_orders_and_classes(void **state)
{
	static const struct {
		bool big, wide;
		uint16_t machine;
		const char *name;
	} cases[] = {
		{ false, false, EM_MIPS, "mipsel" },
		{ true, false, EM_MIPS, "mips" },
		{ false, true, EM_MIPS, "mips64el" },
		{ true, true, EM_MIPS, "mips64" },
		{ false, false, EM_ARM, "arm" },
		{ true, false, EM_ARM, "arm" },
		{ false, true, EM_AARCH64, "aarch64" },
		{ false, true, 243, "riscv64" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct elf_build b;
		struct facts facts;
		bool big = cases[i].big;
		bool wide = cases[i].wide;

		elf_build_open(&b, big, wide, 2, cases[i].machine);
		memcpy(b.bytes + ELF_BUILD_INTERP, "/lib/ld.so.1", 13);
		elf_build_segment(&b, 3, 4, ELF_BUILD_INTERP, 13);
		elf_build_dynamic_segment(&b);
		elf_build_dynamic(&b, 1, elf_build_string(&b, "libc.so"));
		elf_build_dynamic(&b, 1, elf_build_string(&b, "libm.so.0"));
		elf_build_symbol(&b, "__stack_chk_fail", false);
		elf_build_symbol(&b, "listen", false);
		elf_build_symbol(&b, "__memcpy_chk", false);
		elf_build_hash(&b);
		inspect(&b, "/bin/a", &facts);

		const struct fact *elf = only_fact(&facts, FACT_ELF);
		const struct fact *arch = only_fact(&facts, FACT_ARCHITECTURE);
		const struct fact *os =
		    only_fact(&facts, FACT_OPERATING_SYSTEM);
		uint64_t expected = ELF_CANARY | ELF_NETWORK | ELF_LISTENS |
		    ELF_FORTIFY | ELF_DYNAMIC | ELF_NO_SECTIONS |
		    ELF_NO_STACK_HEADER;

		expected |= big ? ELF_BIG_ENDIAN : 0;
		expected |= wide ? ELF_64 : 0;
		assert_non_null(elf);
		assert_int_equal(elf->number, expected);
		assert_true(bytes_equal_text(elf->detail, cases[i].name));
		assert_true(bytes_equal_text(elf->extra, "exec"));
		assert_true(bytes_equal_text(elf->value, "libc.so,libm.so.0"));
		assert_non_null(arch);
		assert_true(bytes_equal_text(arch->name, cases[i].name));
		assert_true(bytes_equal_text(arch->value, big ? "be" : "le"));
		assert_int_equal(arch->number, 1);
		assert_non_null(os);
		assert_true(bytes_equal_text(os->name, "linux"));
		facts_close(&facts);
	}
}

/* A GNU hash table of one bucket whose chain covers the symbols from 1 on. */
static void
put_gnu_hash(struct elf_build *b)
{
	size_t at = ELF_BUILD_HASH;

	elf_build_put(b, at, 4, 1);	 /* buckets */
	elf_build_put(b, at + 4, 4, 1);	 /* first hashed symbol */
	elf_build_put(b, at + 8, 4, 1);	 /* words of the Bloom filter */
	elf_build_put(b, at + 12, 4, 0); /* shift */
	at += 16 + elf_build_word(b);
	elf_build_put(b, at, 4, 1); /* bucket 0 starts at symbol 1 */
	for (size_t i = 1; i < b->symbols; i++)
		elf_build_put(b, at + 4 * i, 4, i + 1 == b->symbols);
	elf_build_dynamic(b, 0x6ffffef5, ELF_BUILD_BASE + ELF_BUILD_HASH);
}

static void
elf_counts_symbols_by_every_table(void **state)
{
	(void)state;
	for (int i = 0; i < 16; i++) {
		struct elf_build b;

		elf_build_open(&b, (i & 1) != 0, (i & 2) != 0, 2, EM_MIPS);
		elf_build_dynamic_segment(&b);
		elf_build_symbol(&b, "exit", false);
		elf_build_symbol(&b, "main", true);
		elf_build_symbol(&b, "__stack_chk_fail", false);
		switch (i >> 2) {
		case 0:
			elf_build_hash(&b);
			break;
		case 1:
			put_gnu_hash(&b);
			break;
		case 2: /* DT_MIPS_SYMTABNO */
			elf_build_dynamic(&b, 0x70000011, b.symbols);
			break;
		default: /* nothing but the string table behind it */
			break;
		}
		assert_true((flags_of(&b) & ELF_CANARY) != 0);
	}
}

/*
 * Programs that export nothing: GNU ld writes an empty table that starts at
 * symbol 1 and tells no count, lld one that starts behind the imports.
 */
static void
elf_finds_imports_behind_an_empty_gnu_hash(void **state)
{
	static const struct {
		uint32_t first;
		bool canary;
	} cases[] = {
		{ 1, true },		   /* all up to the string table */
		{ 3, true }, { 2, false }, /* one import, "exit" */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct elf_build b;

		elf_build_open(&b, false, true, 3, EM_AARCH64);
		elf_build_dynamic_segment(&b);
		elf_build_symbol(&b, "exit", false);
		elf_build_symbol(&b, "__stack_chk_fail", false);
		elf_build_put(&b, ELF_BUILD_HASH, 4, 1);
		elf_build_put(&b, ELF_BUILD_HASH + 4, 4, cases[i].first);
		elf_build_put(&b, ELF_BUILD_HASH + 8, 4, 1);
		elf_build_dynamic(
		    &b, 0x6ffffef5, ELF_BUILD_BASE + ELF_BUILD_HASH);
		assert_int_equal(
		    (flags_of(&b) & ELF_CANARY) != 0, cases[i].canary);
	}
}

static void
elf_stops_where_the_symbol_count_ends(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct elf_build b;

		elf_build_open(&b, true, false, 2, EM_MIPS);
		elf_build_dynamic_segment(&b);
		elf_build_symbol(&b, "exit", false);
		if (i == 0)
			elf_build_hash(&b);
		else if (i == 1)
			put_gnu_hash(&b);
		else
			elf_build_dynamic(&b, 0x70000011, b.symbols);
		elf_build_symbol(&b, "__stack_chk_fail", false);
		assert_true((flags_of(&b) & ELF_CANARY) == 0);
	}
}

static void
elf_tells_imports_from_definitions(void **state)
{
	struct elf_build b;
	uint64_t flags;

	(void)state;
	elf_build_open(&b, false, false, 3, EM_ARM);
	elf_build_dynamic_segment(&b);
	elf_build_symbol(&b, "__stack_chk_fail", true);
	elf_build_symbol(&b, "socket", true);
	elf_build_symbol(&b, "__memcpy_chk", true);
	elf_build_hash(&b);
	flags = flags_of(&b);
	assert_true((flags & ELF_DEFINES_CANARY) != 0);
	assert_true((flags & (ELF_CANARY | ELF_NETWORK | ELF_FORTIFY)) == 0);

	/* a copy of libc's variable does not make a program a libc */
	elf_build_open(&b, false, false, 2, EM_ARM);
	elf_build_dynamic_segment(&b);
	elf_build_symbol(&b, "__stack_chk_guard", true);
	elf_build_symbol(&b, "__stack_chk_fail", false);
	elf_build_hash(&b);
	flags = flags_of(&b);
	assert_true((flags & ELF_DEFINES_CANARY) == 0);
	assert_true((flags & ELF_CANARY) != 0);
}

static void
elf_reads_stack_and_relro(void **state)
{
	static const struct {
		uint32_t stack_flags; /* 0: no header */
		bool relro;
		uint64_t tag, value;
		uint64_t flags;
	} cases[] = {
		{ 0, false, 0, 0, ELF_NO_STACK_HEADER },
		{ 6, false, 0, 0, ELF_NX },
		{ 7, false, 0, 0, 0 },
		{ 6, true, 0, 0, ELF_NX | ELF_RELRO_PARTIAL },
		{ 6, true, 24, 0, ELF_NX | ELF_RELRO_FULL },
		{ 6, true, 30, 8, ELF_NX | ELF_RELRO_FULL },
		{ 6, true, 0x6ffffffb, 1, ELF_NX | ELF_RELRO_FULL },
		{ 6, true, 30, 4, ELF_NX | ELF_RELRO_PARTIAL },
		{ 6, false, 24, 0, ELF_NX },
	};
	uint64_t mask =
	    ELF_NX | ELF_NO_STACK_HEADER | ELF_RELRO_PARTIAL | ELF_RELRO_FULL;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (int j = 0; j < 4; j++) {
			struct elf_build b;

			elf_build_open(
			    &b, (j & 1) != 0, (j & 2) != 0, 2, EM_ARM);
			if (cases[i].stack_flags != 0)
				elf_build_segment(
				    &b, GNU_STACK, cases[i].stack_flags, 0, 0);
			if (cases[i].relro)
				elf_build_segment(&b, GNU_RELRO, 4, 0, 16);
			elf_build_dynamic_segment(&b);
			if (cases[i].tag != 0)
				elf_build_dynamic(
				    &b, cases[i].tag, cases[i].value);
			assert_int_equal(flags_of(&b) & mask, cases[i].flags);
		}
	}
}

static void
elf_tells_the_kinds_apart(void **state)
{
	struct elf_build b;

	(void)state;
	elf_build_open(&b, false, false, 1, EM_ARM);
	assert_kind(&b, "/lib/modules/4.9/compat.ko", "module");
	assert_kind(&b, "/usr/lib/crt1.o", "object");
	elf_build_open(&b, false, false, 2, EM_ARM);
	assert_kind(&b, "/bin/a", "static");
	elf_build_open(&b, false, false, 3, EM_ARM);
	elf_build_dynamic_segment(&b);
	assert_kind(&b, "/lib/a.so", "library");
	elf_build_dynamic(&b, 0x6ffffffb, 0x08000000); /* DF_1_PIE alone */
	assert_kind(&b, "/bin/a", "static");
	assert_true((flags_of(&b) & ELF_PIE) != 0);
	elf_build_segment(&b, 3, 4, ELF_BUILD_INTERP, 13);
	assert_kind(&b, "/bin/a", "pie");
}

/* Outside a file system: what a boot ROM, no system, starts. */
static void
elf_calls_what_lies_bare_in_the_image_an_image(void **state)
{
	struct elf_build b;
	struct facts facts = facts_open(MIB);

	(void)state;
	elf_build_open(&b, false, true, 2, 21 /* PPC64 */);
	struct unpack_event file = event_payload(elf_build_bytes(&b));

	assert_int_equal(elf_inspect(&file, &facts), ERR_OK);
	const struct fact *elf = only_fact(&facts, FACT_ELF);
	const struct fact *machine = only_fact(&facts, FACT_ARCHITECTURE);

	assert_true(bytes_equal_text(elf->extra, "image"));
	assert_true(bytes_equal_text(machine->name, "powerpc"));
	/* more than the guesses from a whole kernel's other parts */
	assert_true(machine->number > 20);
	facts_close(&facts);

	/* a program is one wherever it lies */
	facts = facts_open(MIB);
	elf_build_open(&b, false, false, 2, EM_ARM);
	elf_build_segment(&b, 3, 4, ELF_BUILD_INTERP, 13);
	file = event_payload(elf_build_bytes(&b));
	assert_int_equal(elf_inspect(&file, &facts), ERR_OK);
	assert_true(
	    bytes_equal_text(only_fact(&facts, FACT_ELF)->extra, "exec"));
	assert_int_equal(only_fact(&facts, FACT_ARCHITECTURE)->number, 1);
	facts_close(&facts);
}

static void
elf_takes_libc_with_an_interpreter_for_a_library(void **state)
{
	struct elf_build b;
	struct facts facts;

	(void)state;
	elf_build_open(&b, true, false, 3, EM_MIPS);
	elf_build_segment(&b, 3, 4, ELF_BUILD_INTERP, 13);
	elf_build_dynamic_segment(&b);
	elf_build_dynamic(&b, 14, elf_build_string(&b, "libc.so.0"));
	inspect(&b, "/lib/libc.so.0", &facts);
	const struct fact *elf = only_fact(&facts, FACT_ELF);

	assert_non_null(elf);
	assert_true(bytes_equal_text(elf->name, "libc.so.0"));
	assert_true(bytes_equal_text(elf->extra, "library"));
	assert_true((elf->number & ELF_PIE) == 0);
	facts_close(&facts);
}

static void
elf_reports_search_paths(void **state)
{
	struct elf_build b;
	struct facts facts;

	(void)state;
	elf_build_open(&b, false, true, 2, EM_AARCH64);
	elf_build_dynamic_segment(&b);
	elf_build_dynamic(&b, 15, elf_build_string(&b, "/tmp/lib"));
	elf_build_dynamic(&b, 29, elf_build_string(&b, "$ORIGIN"));
	inspect(&b, "/bin/a", &facts);
	const struct fact *rpath = named_fact(&facts, FACT_RPATH, "RPATH");
	const struct fact *runpath = named_fact(&facts, FACT_RPATH, "RUNPATH");

	assert_non_null(rpath);
	assert_true(bytes_equal_text(rpath->value, "/tmp/lib"));
	assert_int_equal(rpath->at, ELF_BUILD_STRTAB + 1);
	assert_non_null(runpath);
	assert_true(bytes_equal_text(runpath->value, "$ORIGIN"));
	facts_close(&facts);
}

static void
elf_calls_a_core_dump_a_leftover(void **state)
{
	struct elf_build b;
	struct facts facts;

	(void)state;
	elf_build_open(&b, false, false, 4, EM_ARM);
	inspect(&b, "/root/core", &facts);
	assert_int_equal(facts.count, 1);
	assert_non_null(named_fact(&facts, FACT_BUILD_LEFTOVER, "core"));
	facts_close(&facts);
}

static void
elf_names_the_bad_field(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
	} cases[] = {
		{ 0, 0x7e }, /* magic */
		{ 3, 'f' },
		{ 4, 0 }, /* class */
		{ 4, 3 },
		{ 5, 0 }, /* byte order */
		{ 5, 3 },
		{ 6, 0 },  /* version */
		{ 16, 0 }, /* type */
		{ 16, 5 },
		{ 17, 0xff },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct elf_build b;
		struct elf_header header = { .machine = 0x5555 };

		elf_build_open(&b, false, false, 2, EM_ARM);
		assert_true(elf_is(elf_build_bytes(&b)));
		b.bytes[cases[i].at] = cases[i].value;
		assert_int_equal(elf_read_header(elf_build_bytes(&b), &header),
		    ERR_MALFORMED);
		assert_int_equal(header.machine, 0x5555);
	}
}

static void
elf_is_not_fooled_by_the_magic_alone(void **state)
{
	/* the start of a file of strings that somebody put a header before */
	static const uint8_t strings[] = "\177ELF\2\1\1\3\nh0J\nFFP"
					 "\2\0h0J\nFFPZ\np@-\np@-\np@-\n7@-"
					 "\n@ R\n 0l\n*$@\n  R\n B0\n  R\n";
	struct elf_build b;

	(void)state;
	assert_false(elf_is((struct bytes){ strings, sizeof(strings) }));
	/* a machine nobody knows, but the tables are in the file */
	elf_build_open(&b, false, false, 2, 0x3068);
	assert_true(elf_is(elf_build_bytes(&b)));
	elf_build_put(&b, 28, 4, ELF_BUILD_LEN);
	assert_false(elf_is(elf_build_bytes(&b)));
}

static void
elf_survives_every_prefix(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		struct elf_build b;
		bool wide = (i & 2) != 0;

		elf_build_open(&b, (i & 1) != 0, wide, 2, EM_MIPS);
		elf_build_dynamic_segment(&b);
		elf_build_dynamic(&b, 1, elf_build_string(&b, "libc.so"));
		elf_build_symbol(&b, "__stack_chk_fail", false);
		put_gnu_hash(&b);
		for (size_t len = 0; len < sizeof(b.bytes); len++) {
			uint8_t *copy = malloc(len > 0 ? len : 1);
			struct facts facts = facts_open(MIB);

			assert_non_null(copy);
			memcpy(copy, b.bytes, len);
			struct unpack_event file =
			    event_file("/bin/a", (struct bytes){ copy, len });

			assert_int_equal(elf_inspect(&file, &facts), ERR_OK);
			assert_int_equal(count_facts(&facts, FACT_ELF),
			    len >= (wide ? 64U : 52U));
			facts_close(&facts);
			free(copy);
		}
	}
}

static void
elf_survives_hostile_tables(void **state)
{
	(void)state;
	/* every dynamic value in turn is as large as can be */
	for (size_t i = 0; i < 6; i++) {
		struct elf_build b;

		elf_build_open(&b, false, true, 3, EM_AARCH64);
		elf_build_segment(&b, 3, 4, UINT64_MAX, UINT64_MAX);
		elf_build_dynamic_segment(&b);
		elf_build_dynamic(&b, 1, elf_build_string(&b, "libc.so"));
		elf_build_dynamic(&b, 14, 1);
		elf_build_symbol(&b, "__stack_chk_fail", false);
		put_gnu_hash(&b);
		elf_build_put(&b, ELF_BUILD_HASH, 4, UINT32_MAX);
		elf_build_hash(&b);
		elf_build_put(
		    &b, ELF_BUILD_DYNAMIC + i * 16 + 8, 8, UINT64_MAX);
		(void)flags_of(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elf_reads_both_byte_orders_and_classes),
		cmocka_unit_test(elf_counts_symbols_by_every_table),
		cmocka_unit_test(elf_finds_imports_behind_an_empty_gnu_hash),
		cmocka_unit_test(elf_stops_where_the_symbol_count_ends),
		cmocka_unit_test(elf_tells_imports_from_definitions),
		cmocka_unit_test(elf_reads_stack_and_relro),
		cmocka_unit_test(elf_tells_the_kinds_apart),
		cmocka_unit_test(
		    elf_calls_what_lies_bare_in_the_image_an_image),
		cmocka_unit_test(
		    elf_takes_libc_with_an_interpreter_for_a_library),
		cmocka_unit_test(elf_reports_search_paths),
		cmocka_unit_test(elf_calls_a_core_dump_a_leftover),
		cmocka_unit_test(elf_names_the_bad_field),
		cmocka_unit_test(elf_is_not_fooled_by_the_magic_alone),
		cmocka_unit_test(elf_survives_every_prefix),
		cmocka_unit_test(elf_survives_hostile_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
