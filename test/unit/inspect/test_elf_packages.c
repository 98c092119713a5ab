/* SPDX-License-Identifier: ISC */
/* Tests of inspect/elf_packages.c and inspect/go_buildinfo.c. */
#include "inspect/elf_packages.h"

#include "base/limits.h"
#include "elf_build.h"
#include "inspect_event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Where the tests put what they test; a segment of its own begins there. */
#define PLACE 0x400
#define PLACE_LEN 0x600

static struct facts
inspect(const struct elf_build *b)
{
	struct unpack_event file =
	    event_file("/usr/bin/camera", elf_build_bytes(b));
	struct facts facts = facts_open(MIB);

	assert_int_equal(elf_packages_inspect(&file, &facts), ERR_OK);
	return facts;
}

static void
assert_component(const struct facts *facts, const char *name,
    const char *version, const char *purl)
{
	const struct fact *fact = named_fact(facts, FACT_COMPONENT, name);

	assert_non_null(fact);
	assert_true(bytes_equal_text(fact->value, version));
	assert_true(bytes_equal_text(fact->detail, purl));
	assert_int_equal(fact->number, EVIDENCE_DESCRIPTOR);
}

/* What Go 1.19.8 wrote for a program with one replaced module. */
static const char go_start[] = "0w\xaf\x0c\x92t\x08\x02"
			       "A\xe1\xc1\x07\xe6\xd6\x18\xe6";
static const char go_end[] = "\xf9"
			     "2C1\x86\x18 r\0\x82"
			     "B\x10"
			     "A\x16\xd8\xf2";
static const char go_modules[] = "path\texample.org/Camera/server\n"
				 "mod\texample.org/Camera/server\t(devel)\t\n"
				 "dep\texample.org/dep/v2\tv2.1.0\n"
				 "=>\t./dep\t(devel)\t\n\n"
				 "dep\tgithub.com/a/old\tv1.0.0\th1:x=\n"
				 "=>\tgithub.com/B/new\tv1.5.0\th1:y=\n"
				 "build\t-compiler=gc\n"
				 "build\tGOARCH=mips\n";

/* The frame, the lines and the frame. */
static size_t
put_modules(uint8_t *to)
{
	size_t len = sizeof(go_modules) - 1;

	memcpy(to, go_start, 16);
	memcpy(to + 16, go_modules, len);
	memcpy(to + 16 + len, go_end, 16);
	return len + 32;
}

static void
open_program(struct elf_build *b, bool big, bool wide)
{
	elf_build_open(b, big, wide, 2, big ? 8 : 40);
	elf_build_segment(b, 1, 6, PLACE, PLACE_LEN);
}

/* As Go since 1.18 does: two lengths and texts behind the header. */
static void
put_inline(struct elf_build *b)
{
	uint8_t *to = b->bytes + PLACE + 0x20;
	uint8_t modules[1024];
	size_t len = put_modules(modules);

	memcpy(to, "\xff Go buildinf:\x04", 15);
	to[15] = b->big ? 3 : 2;
	to += 32;
	*to++ = 8;
	memcpy(to, "go1.19.8", 8);
	to += 8;
	*to++ = (uint8_t)((len & 0x7f) | 0x80);
	*to++ = (uint8_t)(len >> 7);
	memcpy(to, modules, len);
}

/* As Go before 1.18 did: pointers to two Go strings. */
static void
put_pointers(struct elf_build *b)
{
	size_t word = elf_build_word(b);
	size_t at = PLACE + 0x20;
	size_t strings = PLACE + 0x40;
	size_t texts = PLACE + 0x80;
	size_t len = put_modules(b->bytes + texts + 16);

	memcpy(b->bytes + at, "\xff Go buildinf:", 14);
	b->bytes[at + 14] = (uint8_t)word;
	b->bytes[at + 15] = b->big;
	elf_build_put(b, at + 16, word, ELF_BUILD_BASE + strings);
	elf_build_put(
	    b, at + 16 + word, word, ELF_BUILD_BASE + strings + 2 * word);
	elf_build_put(b, strings, word, ELF_BUILD_BASE + texts);
	elf_build_put(b, strings + word, word, 7);
	elf_build_put(b, strings + 2 * word, word, ELF_BUILD_BASE + texts + 16);
	elf_build_put(b, strings + 3 * word, word, len);
	memcpy(b->bytes + texts, "go1.16.", 7);
}

static void
assert_modules(const struct facts *facts)
{
	assert_int_equal(facts->count, 4);
	assert_component(facts, "example.org/Camera/server", "",
	    "pkg:golang/example.org/camera/server");
	assert_component(facts, "example.org/dep/v2", "2.1.0",
	    "pkg:golang/example.org/dep/v2@v2.1.0");
	assert_component(facts, "github.com/B/new", "1.5.0",
	    "pkg:golang/github.com/b/new@v1.5.0");
}

static void
go_modules_are_read_where_texts_stand_in_line(void **state)
{
	(void)state;
	for (int k = 0; k < 4; k++) {
		struct elf_build b;

		open_program(&b, k % 2, k / 2);
		put_inline(&b);
		struct facts facts = inspect(&b);

		assert_modules(&facts);
		assert_component(
		    &facts, "golang", "1.19.8", "pkg:golang/stdlib@1.19.8");
		const struct fact *dep =
		    named_fact(&facts, FACT_COMPONENT, "example.org/dep/v2");

		assert_memory_equal(b.bytes + dep->at, "dep\texample", 11);
		facts_close(&facts);
	}
}

static void
go_modules_are_read_where_pointers_lead_to_them(void **state)
{
	(void)state;
	for (int k = 0; k < 4; k++) {
		struct elf_build b;

		open_program(&b, k % 2, k / 2);
		put_pointers(&b);
		struct facts facts = inspect(&b);

		assert_modules(&facts);
		assert_component(
		    &facts, "golang", "1.16.", "pkg:golang/stdlib@1.16.");
		facts_close(&facts);
	}
}

static void
go_reads_data_only_and_no_constants(void **state)
{
	struct elf_build b;

	(void)state;
	elf_build_open(&b, false, false, 2, 40);
	put_inline(&b);
	struct facts facts = inspect(&b);

	assert_int_equal(facts.count, 0);
	facts_close(&facts);
}

static void
go_survives_broken_build_information(void **state)
{
	(void)state;
	for (size_t at = 0x20; at < 0x90; at++) {
		for (unsigned value = 0; value < 256; value += 51) {
			struct elf_build b;

			open_program(&b, false, true);
			if (value % 2 == 0)
				put_inline(&b);
			else
				put_pointers(&b);
			b.bytes[PLACE + at] = (uint8_t)value;
			struct facts facts = inspect(&b);

			assert_true(facts.count <= 5);
			facts_close(&facts);
		}
	}
}

/* {"packages":[{"name":"adler","version":"0.2.3","source":"registry"},
   {"name":"cc","version":"1.0.79","source":"registry","kind":"build"},
   {"name":"camera-ui","version":"0.4.0","source":"local",
   "dependencies":[0,1],"root":true}]} */
static const uint8_t audit[] = { 0x78, 0xda, 0x6d, 0x8f, 0x41, 0x0a, 0xc2, 0x30,
	0x10, 0x45, 0xef, 0x32, 0xeb, 0x18, 0x52, 0x15, 0xc4, 0x5c, 0x45, 0xba,
	0x18, 0x27, 0x43, 0x09, 0x8d, 0x49, 0x99, 0x24, 0x82, 0x94, 0xdc, 0xdd,
	0xe8, 0x42, 0xac, 0xb8, 0x1a, 0x78, 0xfc, 0xf7, 0x3f, 0xb3, 0xc2, 0x82,
	0x34, 0xe3, 0xc4, 0x19, 0xec, 0x65, 0x85, 0x88, 0x37, 0x06, 0x0b, 0xe8,
	0x02, 0x0b, 0x28, 0xb8, 0xb3, 0x64, 0x9f, 0x62, 0x27, 0x46, 0xef, 0xf5,
	0xa1, 0x93, 0x9c, 0xaa, 0xd0, 0x2b, 0x22, 0x3c, 0xf9, 0x5c, 0xe4, 0x01,
	0x4d, 0x7d, 0x34, 0xa2, 0x8d, 0x33, 0x68, 0xa3, 0x4f, 0xe7, 0xbf, 0x92,
	0x82, 0xd9, 0x47, 0xd7, 0xc9, 0xb5, 0xfa, 0xe0, 0x36, 0x1d, 0xfd, 0x08,
	0xee, 0xaa, 0xff, 0x99, 0x3f, 0x6a, 0xf3, 0xdd, 0x14, 0x12, 0x61, 0xe8,
	0xc0, 0xf1, 0xc2, 0xd1, 0x71, 0x24, 0xff, 0xfe, 0xc0, 0xa8, 0x61, 0x54,
	0x20, 0x29, 0x15, 0xb0, 0x45, 0x2a, 0xb7, 0xb1, 0x3d, 0x01, 0xd0, 0x19,
	0x48, 0x25 };

/* Section headers: none, the names and .dep-v0. */
static void
put_section(struct elf_build *b, const char *name)
{
	size_t size = b->wide ? 64 : 40;
	size_t word = elf_build_word(b);
	size_t table = 0x900;
	size_t names = 0x8c0;

	memcpy(b->bytes + names + 1, name, strlen(name) + 1);
	elf_build_put(b, b->wide ? 40 : 32, word, table);
	elf_build_put(b, b->wide ? 58 : 46, 2, size);
	elf_build_put(b, b->wide ? 60 : 48, 2, 3);
	elf_build_put(b, b->wide ? 62 : 50, 2, 1);
	for (size_t i = 1; i < 3; i++) {
		size_t to = table + i * size;

		elf_build_put(b, to, 4, i - 1);
		elf_build_put(b, to + 4, 4, i == 1 ? 3 : 1);
		elf_build_put(
		    b, to + 8 + 2 * word, word, i == 1 ? names : PLACE);
		elf_build_put(
		    b, to + 8 + 3 * word, word, i == 1 ? 0x20 : sizeof(audit));
	}
}

static void
cargo_tells_the_crates_that_are_in_the_program(void **state)
{
	(void)state;
	for (int k = 0; k < 4; k++) {
		struct elf_build b;

		open_program(&b, k % 2, k / 2);
		memcpy(b.bytes + PLACE, audit, sizeof(audit));
		put_section(&b, ".dep-v0");
		struct facts facts = inspect(&b);

		assert_int_equal(facts.count, 2);
		assert_component(
		    &facts, "adler", "0.2.3", "pkg:cargo/adler@0.2.3");
		assert_component(
		    &facts, "camera-ui", "0.4.0", "pkg:cargo/camera-ui@0.4.0");
		assert_int_equal(facts.list[0].at, PLACE);
		assert_true(
		    bytes_equal_text(facts.list[0].text, "adler 0.2.3"));
		facts_close(&facts);
	}
}

static void
cargo_believes_no_broken_record(void **state)
{
	struct elf_build b;

	(void)state;
	for (size_t at = 0; at < sizeof(audit); at++) {
		open_program(&b, false, true);
		memcpy(b.bytes + PLACE, audit, sizeof(audit));
		b.bytes[PLACE + at] ^= 0x20;
		put_section(&b, ".dep-v0");
		struct facts facts = inspect(&b);

		/* its checksum is wrong, but for unused bits at the end */
		assert_true(facts.count == 0 || at == sizeof(audit) - 5);
		facts_close(&facts);
	}
	open_program(&b, false, true);
	memcpy(b.bytes + PLACE, audit, sizeof(audit));
	put_section(&b, ".dep-v00");
	struct facts facts = inspect(&b);

	assert_int_equal(facts.count, 0);
	facts_close(&facts);
}

/* A note of another kind first, then the package's. */
static void
put_note(struct elf_build *b, const char *json)
{
	size_t len = strlen(json) + 1;
	size_t to = PLACE;

	elf_build_put(b, to, 4, 4);
	elf_build_put(b, to + 4, 4, 3);
	elf_build_put(b, to + 8, 4, 3);
	memcpy(b->bytes + to + 12, "GNU\0abc\0", 8);
	to += 20;
	elf_build_put(b, to, 4, 4);
	elf_build_put(b, to + 4, 4, len);
	elf_build_put(b, to + 8, 4, 0xcafe1a7e);
	memcpy(b->bytes + to + 12, "FDO", 4);
	memcpy(b->bytes + to + 16, json, len);
	elf_build_segment(b, 4, 4, PLACE, 36 + len);
}

static void
note_tells_the_package_without_sections(void **state)
{
	static const struct {
		const char *json, *name, *version, *purl;
	} cases[] = {
		{ "{\"type\":\"deb\",\"os\":\"debian\",\"name\":\"bash\","
		  "\"version\":\"5.2-3\",\"architecture\":\"arm64\"}",
		    "bash", "5.2-3", "pkg:deb/debian/bash@5.2-3?arch=arm64" },
		{ "{\"type\":\"rpm\",\"name\":\"coreutils\","
		  "\"version\":\"9.1-7.fc37\",\"architecture\":\"x86_64\","
		  "\"osCpe\":\"cpe:/o:fedoraproject:fedora:37\"}",
		    "coreutils", "9.1-7.fc37",
		    "pkg:rpm/fedora/coreutils@9.1-7.fc37?arch=x86_64" },
		{ "{ \"type\" : \"acme\", \"name\" : \"a\", "
		  "\"version\" : \"1\" }",
		    "a", "1", "pkg:generic/a@1" },
	};

	(void)state;
	for (size_t i = 0; i < 4 * sizeof(cases) / sizeof(cases[0]); i++) {
		struct elf_build b;

		open_program(&b, i % 2, i / 2 % 2);
		put_note(&b, cases[i / 4].json);
		struct facts facts = inspect(&b);

		assert_int_equal(facts.count, 1);
		assert_component(&facts, cases[i / 4].name,
		    cases[i / 4].version, cases[i / 4].purl);
		assert_int_equal(b.bytes[facts.list[0].at], '{');
		facts_close(&facts);
	}
}

static void
note_without_name_or_version_tells_nothing(void **state)
{
	static const char *const texts[] = { "", "{}", "{\"name\":\"a\"}",
		"{\"version\":\"1\"}", "[{\"name\":\"a\",\"version\":\"1\"}]",
		"{\"name\":\"a\",\"version\":1}",
		"{\"name\":\"a\" \"version\"" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct elf_build b;

		open_program(&b, false, true);
		put_note(&b, texts[i]);
		struct facts facts = inspect(&b);

		assert_int_equal(facts.count, 0);
		facts_close(&facts);
	}
}

static void
elf_packages_survives_every_prefix(void **state)
{
	struct elf_build b;

	(void)state;
	open_program(&b, true, true);
	put_inline(&b);
	put_section(&b, ".dep-v0");
	for (size_t len = 0; len < sizeof(b.bytes); len += 3) {
		uint8_t *copy = malloc(len + 1);

		assert_non_null(copy);
		memcpy(copy, b.bytes, len);
		struct unpack_event file =
		    event_file("/bin/a", (struct bytes){ copy, len });
		struct facts facts = facts_open(MIB);

		assert_int_equal(elf_packages_inspect(&file, &facts), ERR_OK);
		assert_true(facts.count <= 4);
		facts_close(&facts);
		free(copy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(go_modules_are_read_where_texts_stand_in_line),
		cmocka_unit_test(
		    go_modules_are_read_where_pointers_lead_to_them),
		cmocka_unit_test(go_reads_data_only_and_no_constants),
		cmocka_unit_test(go_survives_broken_build_information),
		cmocka_unit_test(
		    cargo_tells_the_crates_that_are_in_the_program),
		cmocka_unit_test(cargo_believes_no_broken_record),
		cmocka_unit_test(note_tells_the_package_without_sections),
		cmocka_unit_test(note_without_name_or_version_tells_nothing),
		cmocka_unit_test(elf_packages_survives_every_prefix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
