/* SPDX-License-Identifier: ISC */
/* Walks the tables of banners and file names, and holds the known traps. */
#include "base/data.h"
#include "base/limits.h"
#include "base/out.h"
#include "base/table.h"
#include "inspect/banners.h"
#include "inspect/components.h"
#include "inspect/signatures.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ELF_HEAD "\177ELF\1\2\1\0\0\0\0\0"
#define BLOB_HEAD "\0\1\2\3\0\0\0\0\0\0\0"

static struct components *components;
static struct arena arena;
static struct signature *rows;
static size_t row_count;

static int
open_all(void **state)
{
	struct fault fault = { 0 };

	(void)state;
	arena = arena_open(4 * MIB);
	if (components_open(data_embedded(), &components, &fault) != ERR_OK ||
	    signatures_read(
		data_embedded(), &arena, &rows, &row_count, &fault) != ERR_OK)
		fail_msg("%s line %llu: %s", fault.format,
		    (unsigned long long)fault.at, fault.field);
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	components_close(components);
	arena_close(&arena);
	return 0;
}

/* Facts of one file with this content. */
static struct facts
inspect_bytes(const char *path, struct bytes content)
{
	struct facts facts = facts_open(1 * MIB);
	struct unpack_event event = {
		.kind = UNPACK_FILE,
		.path = bytes_of(path),
		.node = { .kind = NODE_FILE,
		    .name = bytes_of(path),
		    .content = content },
	};

	assert_int_equal(
	    components_inspect(components, &event, &facts), ERR_OK);
	return facts;
}

/* Head, sample, zeros; as this signature's place wants it. */
static struct out
make_file(const struct signature *s, struct bytes sample, bool with_also)
{
	struct out o = out_open(64 * KIB);

	if (s->where == SIGNATURE_BLOB)
		out_put(&o, BYTES(BLOB_HEAD));
	else
		out_put(&o, BYTES(ELF_HEAD));
	out_put(&o, sample);
	out_put(&o, BYTES("\0\0\0\0"));
	if (with_also)
		out_put(&o, s->also);
	out_put(&o, BYTES("\0\0\0\0"));
	assert_int_equal(o.failed, ERR_OK);
	return o;
}

static const struct fact *
find(const struct facts *facts, struct bytes name)
{
	for (size_t i = 0; i < facts->count; i++)
		if (bytes_equal(facts->list[i].name, name))
			return &facts->list[i];
	return NULL;
}

static void
each_signature_hits_its_sample_with_the_right_version(void **state)
{
	(void)state;
	assert_true(row_count >= 550);
	for (size_t i = 0; i < row_count; i++) {
		struct out o = make_file(&rows[i], rows[i].hit, true);
		struct facts facts = inspect_bytes("/bin/x", out_bytes(&o));
		const struct fact *f = find(&facts, rows[i].component);

		if (f == NULL || !bytes_equal(f->value, rows[i].version))
			fail_msg("%s line %zu: %s: %.*s", rows[i].table,
			    rows[i].line, rows[i].pattern,
			    f == NULL ? 3 : (int)f->value.len,
			    f == NULL ? "no!" : (const char *)f->value.ptr);
		assert_int_equal(f->kind, FACT_COMPONENT);
		assert_int_equal(f->number, EVIDENCE_BANNER);
		assert_true(bytes_starts(f->detail, rows[i].purl));
		assert_true(f->text.len > 0);
		facts_close(&facts);
		out_close(&o);
	}
}

static void
each_signature_misses_its_other_sample(void **state)
{
	(void)state;
	for (size_t i = 0; i < row_count; i++) {
		struct out o = make_file(&rows[i], rows[i].miss, true);
		struct facts facts = inspect_bytes("/bin/x", out_bytes(&o));

		assert_true(rows[i].miss.len > 0);
		if (find(&facts, rows[i].component) != NULL)
			fail_msg("%s line %zu: %s", rows[i].table, rows[i].line,
			    rows[i].pattern);
		facts_close(&facts);
		out_close(&o);
	}
}

static void
a_row_is_silent_without_its_also(void **state)
{
	size_t seen = 0;

	(void)state;
	for (size_t i = 0; i < row_count; i++) {
		struct out o = make_file(&rows[i], rows[i].hit, false);
		bool inside =
		    bytes_find(rows[i].hit, rows[i].also, 0) != SIZE_MAX;

		if (rows[i].also.len > 0 && !inside) {
			struct facts facts =
			    inspect_bytes("/bin/x", out_bytes(&o));

			if (find(&facts, rows[i].component) != NULL)
				fail_msg(
				    "%s line %zu", rows[i].table, rows[i].line);
			facts_close(&facts);
			seen++;
		}
		out_close(&o);
	}
	assert_true(seen > 10);
}

/* A sample gives away its own component and no other. */
static void
samples_do_not_hit_strangers(void **state)
{
	(void)state;
	for (size_t i = 0; i < row_count; i++) {
		struct out o = make_file(&rows[i], rows[i].hit, true);
		struct facts facts = inspect_bytes("/bin/x", out_bytes(&o));

		for (size_t k = 0; k < facts.count; k++)
			if (!bytes_equal(facts.list[k].name, rows[i].component))
				fail_msg("%s line %zu also gives %.*s",
				    rows[i].table, rows[i].line,
				    (int)facts.list[k].name.len,
				    (const char *)facts.list[k].name.ptr);
		facts_close(&facts);
		out_close(&o);
	}
}

/* Rows of one component stand together, in one table only. */
static void
the_tables_are_sorted_and_know_many_components(void **state)
{
	size_t names = 0;

	(void)state;
	for (size_t i = 0; i < row_count; i++) {
		bool first = i == 0 ||
		    !bytes_equal(rows[i - 1].component, rows[i].component);

		if (i > 0 && strcmp(rows[i - 1].table, rows[i].table) == 0 &&
		    bytes_compare(rows[i - 1].component, rows[i].component) > 0)
			fail_msg("%s line %zu", rows[i].table, rows[i].line);
		for (size_t k = 0; k < i; k++) {
			bool again = first &&
			    bytes_equal(rows[k].component, rows[i].component);

			again |=
			    strcmp(rows[k].pattern, rows[i].pattern) == 0 &&
			    bytes_equal(rows[k].also, rows[i].also);
			if (again)
				fail_msg("%s line %zu again", rows[i].table,
				    rows[i].line);
		}
		names += first;
	}
	assert_true(names >= 500);
}

static void
each_file_name_row_hits_and_misses(void **state)
{
	struct table t;
	size_t count = 0;

	(void)state;
	assert_int_equal(
	    table_open(data_find(data_embedded(), "file-names.tsv"), &t),
	    ERR_OK);
	while (table_next(&t) == ERR_OK) {
		char hit[200] = "/usr/lib/";
		char miss[200] = "/usr/lib/";
		struct bytes good = table_field(&t, "hit");
		struct bytes bad = table_field(&t, "miss");

		memcpy(hit + 9, good.ptr, good.len);
		memcpy(miss + 9, bad.ptr, bad.len);
		struct facts yes = inspect_bytes(hit, BYTES("\0"));
		struct facts no = inspect_bytes(miss, BYTES("\0"));
		const struct fact *f = find(&yes, table_field(&t, "component"));

		if (f == NULL ||
		    !bytes_equal(f->value, table_field(&t, "version")) ||
		    find(&no, table_field(&t, "component")) != NULL)
			fail_msg("line %zu", t.line);
		assert_int_equal(f->number, EVIDENCE_FILE_NAME);
		facts_close(&yes);
		facts_close(&no);
		count++;
	}
	assert_true(count >= 20);
}

static void
mentions_are_not_components(void **state)
{
	const struct {
		const char *path;
		struct bytes content;
	} traps[] = {
		{ "/etc/ssl.conf",
		    BYTES("# made by OpenSSL 1.0.2f  28 Jan 2016\n"
			  "# TLSv1 part of OpenSSL 1.0.2f  28 Jan 2016\n") },
		{ "/usr/sbin/fw_printenv",
		    BYTES(ELF_HEAD "U-Boot 2020.04\0Usage: fw_printenv\0") },
		{ "/usr/lib/lua/luci/jsonc.so",
		    BYTES(ELF_HEAD "\0liblua.so.5.1.5\0libjson-c.so.4\0"
				   "json_tokener_parse_ex\0\0005.1.5\0") },
		{ "/thirdlib/libz.so",
		    BYTES(ELF_HEAD "\0GCC: (GNU) 3.3.2\0GCC: (GNU) 4.7.2\0") },
		{ "/payload",
		    BYTES(BLOB_HEAD "SERVER: FreeRTOS/6.0.5, UPnP/1.0, "
				    "IpBridge/1.17.0\r\n\0") },
		{ "/usr/sbin/dropbear",
		    BYTES(ELF_HEAD "\0ssh-rsa\0OpenSSH_\0"
				   "OpenSSH_2.5.0p1*,OpenSSH_6.6.1*\0") },
		{ "/vmlinux",
		    BYTES(ELF_HEAD "\0Linux version 4.4.140 (u@h)\0") },
		{ "/lib/libjson-c.so.2.0.1", BYTES(ELF_HEAD "\0") },
		{ "/lib/libcrypto.so.1.0.0", BYTES(ELF_HEAD "\0") },
		/* what a program says of libraries that it links or works
		   around, in the words of their headers */
		{ "/usr/sbin/arping",
		    BYTES(ELF_HEAD "\0libpcap version 1.7\0"
				   "libpcap version 1.9.0\0pcap_create\0") },
		{ "/usr/lib/libtorrent.so",
		    BYTES(ELF_HEAD "\0curl/7.81.0\0announce_ip\0") },
		{ "/usr/bin/tor",
		    BYTES(ELF_HEAD "\0event_base_new\0"
				   "lzma_version_string\0"
				   "2.1.12-stable\0\0\0005.4.1\0") },
		{ "/usr/sbin/haproxy",
		    BYTES(ELF_HEAD "\0pcre2_config_8\0"
				   "10.42 2022-12-11\0") },
		{ "/usr/sbin/exim4",
		    BYTES(ELF_HEAD "\0Berkeley DB 5.3.28: "
				   "(September  9, 2013)\0") },
		{ "/usr/lib/libgdal.so",
		    BYTES(ELF_HEAD "\0LIBTIFF, Version 4.5.0\n"
				   "Copyright\0TIFFReadDirectory\0") },
		{ "/usr/sbin/mosquitto",
		    BYTES(ELF_HEAD "\0lws_create_context\0"
				   "4.1.6-\0") },
		{ "/usr/bin/zstd",
		    BYTES(ELF_HEAD "\0Restored data doesn't match "
				   "checksum\0LZ4_versionString\0\0"
				   "1.2.13\0") },
		{ "/usr/lib/libnl-tiny.so",
		    BYTES(ELF_HEAD "\0Netlink Protocol mismatch\0"
				   "Dump inconsistency detected, "
				   "interrupted\0") },
		{ "/usr/libexec/vendoridcheck",
		    BYTES(ELF_HEAD "\0Libreswan 3.0\0OE-Libreswan-\0") },
		{ "/usr/sbin/nginx",
		    BYTES(ELF_HEAD "\0built with OpenSSL 3.0.22 25 Aug 2026\0"
				   "OpenSSL 3.0.22 25 Aug 2026\0)\n\0") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(traps) / sizeof(traps[0]); i++) {
		struct facts facts =
		    inspect_bytes(traps[i].path, traps[i].content);

		if (facts.count > 0)
			fail_msg("%s gives %.*s", traps[i].path,
			    (int)facts.list[0].name.len,
			    (const char *)facts.list[0].name.ptr);
		facts_close(&facts);
	}
}

static void
numbers_that_contradict_each_other_are_left_out(void **state)
{
	const struct bytes one =
	    BYTES(ELF_HEAD "\0001.1.24\0\0musl libc (mips)\0\0001.1.24\0");
	const struct bytes two =
	    BYTES(ELF_HEAD "\0001.1.24\0\0musl libc (mips)\0\0001.2.3\0");
	struct facts facts = inspect_bytes("/lib/libc.so", one);

	(void)state;
	assert_int_equal(facts.count, 1);
	facts_close(&facts);
	facts = inspect_bytes("/lib/libc.so", two);
	assert_int_equal(facts.count, 0);
	facts_close(&facts);
}

static void
one_file_may_hold_several_versions_of_a_component(void **state)
{
	struct out o = out_open(64 * KIB);

	(void)state;
	out_put(&o, BYTES(ELF_HEAD " inflate 1.2.3 Copyright 1995-2005 \0"));
	for (size_t i = 0; i < 2000; i++)
		out_u8(&o, (uint8_t)i);
	out_put(&o, BYTES(" inflate 1.2.11 Copyright 1995-2017 \0"));
	out_put(&o, BYTES(" inflate 1.2.11 Copyright 1995-2017 \0"));
	struct facts facts = inspect_bytes("/bin/x", out_bytes(&o));

	assert_int_equal(facts.count, 2);
	assert_true(bytes_equal_text(facts.list[0].value, "1.2.3"));
	assert_true(bytes_equal_text(facts.list[1].value, "1.2.11"));
	assert_true(
	    bytes_equal_text(facts.list[1].detail, "pkg:generic/zlib@1.2.11"));
	assert_true(bytes_equal_text(facts.list[1].extra, "zlib:zlib"));
	assert_int_equal(facts.list[0].at, sizeof(ELF_HEAD) - 1);
	facts_close(&facts);
	out_close(&o);
}

static void
a_script_with_a_binary_behind_it_is_looked_into(void **state)
{
	struct out o = out_open(64 * KIB);

	(void)state;
	for (size_t i = 0; i < 300; i++)
		out_text(&o, "#!/bin/sh unpack what is behind\n");
	out_put(&o, BYTES("\0\1\2BusyBox v1.31.1 ()\0\0\1\2\3"));
	struct facts facts = inspect_bytes("/update.run", out_bytes(&o));

	assert_int_equal(facts.count, 1);
	facts_close(&facts);
	out_close(&o);
}

static void
every_cut_of_a_banner_is_harmless(void **state)
{
	static const char whole[] =
	    ELF_HEAD "\0scp: \0\0"
		     "2020.79\0Dropbear server v%s https://\0";

	(void)state;
	for (size_t len = 0; len < sizeof(whole); len++) {
		uint8_t *copy = malloc(len > 0 ? len : 1);

		assert_non_null(copy);
		memcpy(copy, whole, len);
		struct facts facts =
		    inspect_bytes("/bin/x", (struct bytes){ copy, len });

		assert_true(facts.count <= 1);
		facts_close(&facts);
		free(copy);
	}
}

/* Opens a set of one table of our own, without a database. */
static enum err
open_own(const char *table, struct facts *ret, struct fault *ret_fault)
{
	struct data_file file = { "components/own.tsv", bytes_of(table), NULL };
	struct data_set set = { &file, 1 };
	struct components *own = NULL;
	struct unpack_event event = {
		.kind = UNPACK_FILE,
		.path = BYTES("/x"),
		.node = { .kind = NODE_FILE,
		    .name = BYTES("/x"),
		    .content = BYTES("\0\0gadgetd v3.2\0\0gadgetd\0") },
	};
	enum err err = components_open(&set, &own, ret_fault);

	if (err != ERR_OK)
		return err;
	*ret = facts_open(64 * KIB);
	assert_int_equal(components_inspect(own, &event, ret), ERR_OK);
	components_close(own);
	return ERR_OK;
}

#define COLUMNS                                                                \
	"component\tcpe\tpurl\twhere\talso\tversion\tpattern\thit\tmiss\n"
#define GADGET "gadget\t\tpkg:generic/gadget\t"

static void
a_table_without_database_is_compiled_when_opened(void **state)
{
	struct facts facts;
	struct fault fault = { 0 };

	(void)state;
	assert_int_equal(
	    open_own(COLUMNS GADGET "any\t\t3.2\tgadgetd v(\\d\\.\\d)\th\tm\n",
		&facts, &fault),
	    ERR_OK);
	assert_int_equal(facts.count, 1);
	assert_true(bytes_equal_text(facts.list[0].value, "3.2"));
	facts_close(&facts);
}

static void
tables_of_a_set_are_read_one_after_the_other(void **state)
{
	struct data_file file[] = {
		{ "components/README.md", BYTES("no table"), NULL },
		{ "components/a.tsv",
		    BYTES(COLUMNS GADGET "any\t\t1\tgadgetd v(\\d)\th\tm\n"),
		    NULL },
		{ "other/a.tsv", BYTES("no table of ours"), NULL },
		{ "components/b.tsv",
		    BYTES(COLUMNS GADGET
			"any\t\t1\tgadgetd V(\\d)\th\tm\n"
			"gizmo\t\tpkg:generic/gizmo\tany\t\t1\t(\th\tm\n"),
		    NULL },
	};
	struct data_set set = { file, sizeof(file) / sizeof(file[0]) };
	struct arena own = arena_open(64 * KIB);
	struct signature *read = NULL;
	size_t count = 0;
	struct fault fault = { 0 };
	uint8_t seal[SIGNATURES_SEAL_LEN];
	uint8_t other[SIGNATURES_SEAL_LEN];
	struct components *opened;

	(void)state;
	assert_int_equal(
	    signatures_read(&set, &own, &read, &count, &fault), ERR_OK);
	assert_int_equal(count, 3);
	assert_string_equal(read[0].table, "components/a.tsv");
	assert_string_equal(read[2].table, "components/b.tsv");
	assert_int_equal(read[2].line, 3);
	assert_int_equal(components_open(&set, &opened, &fault), ERR_MALFORMED);
	assert_string_equal(fault.format, "components/b.tsv");
	assert_int_equal(fault.at, 3);
	signatures_seal(&set, seal);
	set.count--;
	signatures_seal(&set, other);
	assert_memory_not_equal(seal, other, sizeof(seal));
	set.count = 1;
	assert_int_equal(
	    signatures_read(&set, &own, &read, &count, &fault), ERR_MALFORMED);
	arena_close(&own);
}

static void
a_bad_row_is_named_by_its_line_and_column(void **state)
{
	static const struct {
		const char *row;
		const char *field;
	} cases[] = {
		{ GADGET "anywhere\t\t1\tgadgetd v(\\d)\th\tm\n", "where" },
		{ GADGET "any\t\t1\tgadgetd v(\\d\th\tm\n", "pattern" },
		{ GADGET "any\t\t1\tgadgetd v(\\d+)\th\tm\n", "pattern" },
		{ GADGET "any\t\t1\tv(\\d)\th\tm\n", "pattern" },
		{ GADGET "any\t\t1\tgadgetd v(\\d)\t\\q\tm\n", "hit" },
		{ GADGET "any\t\\x0\t1\tgadgetd v(\\d)\th\tm\n", "also" },
		{ "gadget\t\tgadget\tany\t\t1\tgadgetd v(\\d)\th\tm\n",
		    "purl" },
		{ "\t\tpkg:generic/x\tany\t\t1\tgadgetd v(\\d)\th\tm\n",
		    "component" },
		{ "gadget\ttoo few\n", "fields" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char table[600];
		struct facts facts;
		struct fault fault = { 0 };

		(void)snprintf(
		    table, sizeof(table), "%s%s", COLUMNS, cases[i].row);
		assert_int_equal(
		    open_own(table, &facts, &fault), ERR_MALFORMED);
		assert_string_equal(fault.field, cases[i].field);
		assert_int_equal(fault.at, 2);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    each_signature_hits_its_sample_with_the_right_version),
		cmocka_unit_test(each_signature_misses_its_other_sample),
		cmocka_unit_test(a_row_is_silent_without_its_also),
		cmocka_unit_test(samples_do_not_hit_strangers),
		cmocka_unit_test(
		    the_tables_are_sorted_and_know_many_components),
		cmocka_unit_test(each_file_name_row_hits_and_misses),
		cmocka_unit_test(mentions_are_not_components),
		cmocka_unit_test(
		    numbers_that_contradict_each_other_are_left_out),
		cmocka_unit_test(
		    one_file_may_hold_several_versions_of_a_component),
		cmocka_unit_test(
		    a_script_with_a_binary_behind_it_is_looked_into),
		cmocka_unit_test(every_cut_of_a_banner_is_harmless),
		cmocka_unit_test(
		    a_table_without_database_is_compiled_when_opened),
		cmocka_unit_test(tables_of_a_set_are_read_one_after_the_other),
		cmocka_unit_test(a_bad_row_is_named_by_its_line_and_column),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
