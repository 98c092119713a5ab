/* SPDX-License-Identifier: ISC */
/* Keys of products: one for all spellings, and the table of names. */
#include "advisories/product_names.h"

#include "base/table_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define KEY_LEN 4096
#define ARENA_LEN ((size_t)1 << 20)

static const struct sample {
	const char *vendor;
	const char *product;
	const char *plain; /* without the table; "" where it gives nothing */
	const char *key;   /* with it */
} samples[] = {
	{ "The Eclipse Foundation", "Eclipse Mosquitto",
	    "theeclipsefoundation:eclipsemosquitto", "eclipse:mosquitto" },
	{ "Eclipse Foundation", "Mosquitto", "eclipsefoundation:mosquitto",
	    "eclipse:mosquitto" },
	{ "eclipse", "mosquitto", "eclipse:mosquitto", "eclipse:mosquitto" },
	{ "Linux", "Linux", "linux:linux", "linux:linuxkernel" },
	{ "linux", "linux_kernel", "linux:linuxkernel", "linux:linuxkernel" },
	{ "n/a", "kernel", ":kernel", "linux:linuxkernel" },
	{ "", "avahi", ":avahi", "avahi:avahi" },
	{ "[UNKNOWN]", "curl", ":curl", "haxx:curl" },
	{ "n/a", "https://github.com/curl/curl", ":httpsgithubcomcurlcurl",
	    "haxx:curl" },
	{ "Go standard library", "net/http", "gostandardlibrary:nethttp",
	    "golang:go" },
	{ "ISC", "BIND 9", "isc:bind9", "isc:bind" },
	{ "D-Link", "DIR-823G", "dlink:dir823g", "dlink:dir823g" },
	{ "gtk", "gtk%2b", "gtk:gtk", "gtk:gtk" },
	{ "gtk", "gtk+", "gtk:gtk", "gtk:gtk" },
	{ "m\xc3\xbcller", "\xc3\xa4", "m\xc3\xbcller:\xc3\xa4",
	    "m\xc3\xbcller:\xc3\xa4" },
	{ "busybox", "", "", "" },
	{ "busybox", "n/a", "", "" },
	{ "busybox", " N/A ", "", "" },
	{ "busybox", "*", "", "" },
	{ "busybox", "-", "", "" },
};

static const struct product_names *
read_names(const struct data_set *data, struct arena *arena)
{
	const struct product_names *names;
	struct fault fault;

	if (product_names_read(data, arena, &names, &fault) != ERR_OK)
		fail_msg(
		    "%s:%zu: %s", fault.format, (size_t)fault.at, fault.field);
	return names;
}

static void
assert_key(const struct product_names *names, struct bytes vendor,
    struct bytes product, struct bytes expected)
{
	struct out out = out_open(KEY_LEN);

	out_text(&out, "before ");
	product_names_put_key(names, vendor, product, &out);
	assert_int_equal(out.failed, ERR_OK);
	if (!bytes_equal(bytes_from(out_bytes(&out), 7), expected))
		fail_msg("%.*s, %.*s: %.*s", (int)vendor.len,
		    (const char *)vendor.ptr, (int)product.len,
		    (const char *)product.ptr, (int)out.len, out.ptr);
	out_close(&out);
}

static void
names_of_one_product_have_one_key(void **state)
{
	struct arena arena = arena_open(ARENA_LEN);
	const struct product_names *names = read_names(data_embedded(), &arena);

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		const struct sample *s = &samples[i];

		assert_key(NULL, bytes_of(s->vendor), bytes_of(s->product),
		    bytes_of(s->plain));
		assert_key(names, bytes_of(s->vendor), bytes_of(s->product),
		    bytes_of(s->key));
	}
	arena_close(&arena);
}

/* Keys of the CPE list of one component: with and without the table. */
static void
assert_kept(const struct product_names *names, struct bytes list)
{
	struct bytes cpe;
	struct bytes vendor;

	while (list.len > 0 && bytes_next_field(&list, ';', &cpe)) {
		struct out plain = out_open(KEY_LEN);

		assert_true(bytes_next_field(&cpe, ':', &vendor));
		product_names_put_key(NULL, vendor, cpe, &plain);
		assert_true(plain.len > 0);
		assert_key(names, vendor, cpe, out_bytes(&plain));
		out_close(&plain);
	}
}

static void
no_row_takes_the_name_of_a_component_away(void **state)
{
	static const char *const columns[] = { "cpe", NULL };
	const struct data_set *data = data_embedded();
	struct arena arena = arena_open(ARENA_LEN);
	const struct product_names *names = read_names(data, &arena);
	size_t tables = 0;

	(void)state;
	for (size_t i = 0; i < data->count; i++) {
		struct bytes name = bytes_of(data->file[i].name);
		struct table_file t;

		if (!bytes_starts(name, BYTES("components/")))
			continue;
		assert_int_equal(
		    table_file_open(data, name, columns, &t), ERR_OK);
		while (table_file_next(&t) == ERR_OK)
			assert_kept(names, table_field(&t.table, "cpe"));
		tables++;
	}
	assert_true(tables > 10);
	arena_close(&arena);
}

static void
every_row_is_needed_and_leads_to_a_name_that_stays(void **state)
{
	static const char *const columns[] = { "vendor", NULL };
	struct arena arena = arena_open(ARENA_LEN);
	const struct product_names *names = read_names(data_embedded(), &arena);
	struct table_file t;

	(void)state;
	assert_int_equal(table_file_open(data_embedded(),
			     BYTES("product-names.tsv"), columns, &t),
	    ERR_OK);
	while (table_file_next(&t) == ERR_OK) {
		struct bytes vendor = table_field(&t.table, "vendor");
		struct bytes product = table_field(&t.table, "product");
		struct out plain = out_open(KEY_LEN);
		struct out key = out_open(KEY_LEN);
		struct bytes rest;
		struct bytes to;

		if (bytes_equal_text(product, "*"))
			product = BYTES("any");
		product_names_put_key(NULL, vendor, product, &plain);
		product_names_put_key(names, vendor, product, &key);
		if (bytes_equal(out_bytes(&plain), out_bytes(&key)))
			fail_msg("line %zu changes nothing", t.table.line);
		rest = out_bytes(&key);
		assert_true(bytes_next_field(&rest, ':', &to));
		assert_key(names, to, rest, out_bytes(&key));
		out_close(&plain);
		out_close(&key);
	}
	arena_close(&arena);
}

static void
a_broken_table_is_refused_with_its_line(void **state)
{
	static const struct {
		const char *content;
		size_t line;
	} cases[] = {
		{ "vendor\tproduct\tcpe\n", 1 },
		{ "vendor\tproduct\tcpe\tsource\na\tb\tc:d\n", 2 },
		{ "vendor\tproduct\tcpe\tsource\na\t\tc:d\tx\n", 2 },
		{ "vendor\tproduct\tcpe\tsource\nn/a\t*\tc:*\tx\n", 2 },
		{ "vendor\tproduct\tcpe\tsource\na\tb\tc\tx\n", 2 },
		{ "vendor\tproduct\tcpe\tsource\na\tb\tc:*\tx\n", 2 },
		{ "vendor\tproduct\tcpe\tsource\na\tb\t:d\tx\n", 2 },
		{ "vendor\tproduct\tcpe\tsource\na\tb\tc:d:e\tx\n", 2 },
		{ "vendor\tproduct\tcpe\tsource\na\tb\tc:d\t\n", 2 },
		{ "vendor\tproduct\tcpe\tsource\na\tb\tc:d\tx\n"
		  "#\nA.\t b\te:f\tx\n",
		    4 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct data_file file = { "product-names.tsv",
			bytes_of(cases[i].content), NULL };
		struct data_set data = { &file, 1 };
		struct arena arena = arena_open(ARENA_LEN);
		const struct product_names *names = NULL;
		struct fault fault;

		assert_int_equal(
		    product_names_read(&data, &arena, &names, &fault),
		    ERR_MALFORMED);
		assert_null(names);
		assert_int_equal(fault.at, cases[i].line);
		assert_string_equal(fault.format, "product-names.tsv");
		arena_close(&arena);
	}
}

static void
memory_is_asked_for_step_by_step(void **state)
{
	struct data_file file = { "product-names.tsv",
		BYTES("vendor\tproduct\tcpe\tsource\na\tb\tc:d\tx\n"
		      "e\t*\tf:*\tx\n"),
		NULL };
	struct data_set data = { &file, 1 };
	enum err err = ERR_MEMORY;

	(void)state;
	for (size_t limit = 0; err != ERR_OK && limit < ARENA_LEN;
	     limit += 16) {
		struct arena arena = arena_open(limit);
		const struct product_names *names = NULL;
		struct fault fault;

		err = product_names_read(&data, &arena, &names, &fault);
		assert_true(err == ERR_OK || err == ERR_MEMORY);
		assert_true((err == ERR_OK) == (names != NULL));
		arena_close(&arena);
	}
	assert_int_equal(err, ERR_OK);
}

static void
a_full_writer_keeps_its_first_failure(void **state)
{
	struct arena arena = arena_open(ARENA_LEN);
	const struct product_names *names = read_names(data_embedded(), &arena);

	(void)state;
	for (size_t limit = 0; limit < 40; limit++) {
		struct out out = out_open(limit);

		product_names_put_key(
		    names, BYTES("Linux"), BYTES("Linux"), &out);
		assert_true(out.len <= limit);
		if (out.failed == ERR_OK)
			assert_true(bytes_equal_text(
			    out_bytes(&out), "linux:linuxkernel"));
		else
			assert_int_equal(out.failed, ERR_LIMIT);
		out_close(&out);
	}
	arena_close(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_one_product_have_one_key),
		cmocka_unit_test(no_row_takes_the_name_of_a_component_away),
		cmocka_unit_test(
		    every_row_is_needed_and_leads_to_a_name_that_stays),
		cmocka_unit_test(a_broken_table_is_refused_with_its_line),
		cmocka_unit_test(memory_is_asked_for_step_by_step),
		cmocka_unit_test(a_full_writer_keeps_its_first_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
