/* SPDX-License-Identifier: ISC */
/* How facts about components become the inventory. */
#include "base/data.h"
#include "base/limits.h"
#include "base/table.h"
#include "baseline/inventory.h"
#include "inspect/signatures.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct world {
	struct facts facts;
	struct arena arena;
	struct package_names names;
	struct component_item *items;
	size_t count;
};

static int
open_world(void **state)
{
	static struct world w;
	struct fault fault = { 0 };

	w = (struct world){ .facts = facts_open(8 * MIB),
		.arena = arena_open(8 * MIB) };
	assert_int_equal(
	    package_names_read(data_embedded(), &w.arena, &w.names, &fault),
	    ERR_OK);
	*state = &w;
	return 0;
}

static int
close_world(void **state)
{
	struct world *w = *state;

	facts_close(&w->facts);
	arena_close(&w->arena);
	return 0;
}

static void
add(struct world *w, enum component_evidence kind, const char *name,
    const char *version, const char *path)
{
	char purl[200];

	(void)snprintf(purl, sizeof(purl), "pkg:%s/%s@%s",
	    kind == EVIDENCE_PACKAGE_DB ? "opkg" : "generic", name, version);
	struct fact fact = {
		.kind = FACT_COMPONENT,
		.path = bytes_of(path),
		.at = 7,
		.text = bytes_of(version),
		.name = bytes_of(name),
		.value = bytes_of(version),
		.detail = bytes_of(purl),
		.extra = kind == EVIDENCE_BANNER ? BYTES("vendor:product")
						 : BYTES(""),
		.number = kind,
	};

	assert_int_equal(facts_add(&w->facts, &fact), ERR_OK);
}

static void
make(struct world *w)
{
	assert_int_equal(inventory_make(&w->names, &w->facts, &w->arena,
			     &w->items, &w->count),
	    ERR_OK);
}

/* What a report prints as the version of an item. */
static struct bytes
shown(const struct component_item *item)
{
	return item->package_version.len > 0 ? item->package_version
					     : item->version;
}

static const struct component_item *
find(const struct world *w, const char *name, const char *version)
{
	for (size_t i = 0; i < w->count; i++)
		if (bytes_equal_text(w->items[i].name, name) &&
		    bytes_equal_text(shown(&w->items[i]), version))
			return &w->items[i];
	fail_msg("no %s %s", name, version);
	return NULL;
}

static void
nothing_gives_an_empty_inventory(void **state)
{
	struct world *w = *state;

	make(w);
	assert_int_equal(w->count, 0);
}

static void
one_component_in_many_files_is_one_item(void **state)
{
	struct world *w = *state;

	add(w, EVIDENCE_FILE_NAME, "lua", "5.1.5", "/usr/lib/liblua.so.5.1.5");
	add(w, EVIDENCE_BANNER, "lua", "5.1.5", "/usr/bin/lua");
	add(w, EVIDENCE_BANNER, "lua", "5.1.5", "/usr/lib/liblua.so.5.1.5");
	make(w);
	assert_int_equal(w->count, 1);
	assert_int_equal(w->items[0].evidence_count, 3);
	assert_int_equal(w->items[0].kind, EVIDENCE_BANNER);
	assert_int_equal(w->items[0].confidence, 82);
	assert_true(
	    bytes_equal_text(w->items[0].evidence[0]->path, "/usr/bin/lua"));
	assert_true(
	    bytes_equal_text(w->items[0].purl, "pkg:generic/lua@5.1.5"));
	assert_true(bytes_equal_text(w->items[0].cpe, "vendor:product"));
}

static void
two_versions_are_two_items_sorted(void **state)
{
	struct world *w = *state;

	add(w, EVIDENCE_BANNER, "zlib", "1.2.3", "/a");
	add(w, EVIDENCE_BANNER, "openssl", "1.0.2f", "/b");
	add(w, EVIDENCE_BANNER, "zlib", "1.2.11", "/c");
	make(w);
	assert_int_equal(w->count, 3);
	assert_true(bytes_equal_text(w->items[0].name, "openssl"));
	assert_true(bytes_equal_text(w->items[1].version, "1.2.11"));
	assert_true(bytes_equal_text(w->items[2].version, "1.2.3"));
	assert_int_equal(w->items[0].confidence, 80);
}

static void
a_package_and_a_banner_of_one_name_are_one_item(void **state)
{
	struct world *w = *state;

	add(w, EVIDENCE_BANNER, "busybox", "1.31.1", "/bin/busybox");
	add(w, EVIDENCE_PACKAGE_DB, "busybox", "1.31.1-1", "/status");
	make(w);
	assert_int_equal(w->count, 1);
	const struct component_item *item = find(w, "busybox", "1.31.1-1");

	assert_true(bytes_equal_text(item->version, "1.31.1"));
	assert_true(bytes_equal_text(item->package_version, "1.31.1-1"));
	assert_true(bytes_equal_text(item->cpe, "vendor:product"));
	assert_true(bytes_equal_text(item->purl, "pkg:opkg/busybox@1.31.1-1"));
	assert_int_equal(item->kind, EVIDENCE_PACKAGE_DB);
	assert_int_equal(item->confidence, 97);
}

static void
a_banner_that_disagrees_with_the_package_stays_apart(void **state)
{
	struct world *w = *state;

	add(w, EVIDENCE_PACKAGE_DB, "busybox", "1.31.1-1", "/status");
	add(w, EVIDENCE_BANNER, "busybox", "1.22.1", "/bin/busybox");
	make(w);
	assert_int_equal(w->count, 2);
	assert_int_equal(find(w, "busybox", "1.31.1-1")->confidence, 95);
	assert_int_equal(find(w, "busybox", "1.22.1")->confidence, 80);
}

static void
a_package_of_another_name_and_its_component_help_each_other(void **state)
{
	struct world *w = *state;

	add(w, EVIDENCE_PACKAGE_DB, "dropbear", "2017.75-6", "/status");
	add(w, EVIDENCE_BANNER, "dropbear_ssh", "2017.75", "/usr/sbin/d");
	make(w);
	assert_int_equal(w->count, 2);
	const struct component_item *package = find(w, "dropbear", "2017.75-6");
	const struct component_item *component =
	    find(w, "dropbear_ssh", "2017.75");

	assert_int_equal(package->confidence, 97);
	assert_int_equal(package->evidence_count, 2);
	assert_true(bytes_equal_text(package->cpe, "vendor:product"));
	assert_true(
	    bytes_equal_text(package->purl, "pkg:opkg/dropbear@2017.75-6"));
	assert_int_equal(component->confidence, 97);
	assert_int_equal(component->kind, EVIDENCE_PACKAGE_DB);
	assert_int_equal(component->package_version.len, 0);
	assert_true(bytes_equal_text(
	    component->purl, "pkg:generic/dropbear_ssh@2017.75"));
}

static void
a_package_lends_nothing_to_another_version(void **state)
{
	struct world *w = *state;

	add(w, EVIDENCE_PACKAGE_DB, "dropbear", "2017.75-6", "/status");
	add(w, EVIDENCE_BANNER, "dropbear_ssh", "2019.78", "/usr/sbin/d");
	make(w);
	assert_int_equal(find(w, "dropbear_ssh", "2019.78")->confidence, 80);
	assert_int_equal(find(w, "dropbear", "2017.75-6")->confidence, 95);
}

static void
packages_do_not_get_each_others_evidence(void **state)
{
	struct world *w = *state;

	add(w, EVIDENCE_PACKAGE_DB, "libopenssl1.1", "1.1.1g-1", "/status");
	add(w, EVIDENCE_PACKAGE_DB, "openssl-util", "1.1.1g-1", "/status");
	add(w, EVIDENCE_BANNER, "openssl", "1.1.1g", "/lib/libcrypto.so");
	make(w);
	const struct component_item *util = find(w, "openssl-util", "1.1.1g-1");

	assert_int_equal(util->evidence_count, 2);
	assert_true(bytes_equal_text(util->evidence[0]->name, "openssl-util"));
	assert_true(bytes_equal_text(util->evidence[1]->name, "openssl"));
	assert_int_equal(find(w, "openssl", "1.1.1g")->evidence_count, 3);
}

static void
what_is_lent_is_bounded(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 3000; i++) {
		char name[40];

		(void)snprintf(name, sizeof(name), "libopenssl1-%d", i);
		add(w, EVIDENCE_PACKAGE_DB, name, "1.1.1g-1", "/status");
	}
	for (int i = 0; i < 3000; i++)
		add(w, EVIDENCE_BANNER, "openssl", "1.1.1g", "/lib/x");
	make(w);
	assert_int_equal(w->count, 3001);
	assert_int_equal(find(w, "openssl", "1.1.1g")->evidence_count, 3008);
	assert_int_equal(
	    find(w, "libopenssl1-17", "1.1.1g-1")->evidence_count, 9);
}

static void
revisions_of_one_package_stay_apart(void **state)
{
	struct world *w = *state;

	add(w, EVIDENCE_PACKAGE_DB, "busybox", "1.31.1-2", "b/status");
	add(w, EVIDENCE_PACKAGE_DB, "busybox", "1.31.1-1", "a/status");
	add(w, EVIDENCE_PACKAGE_DB, "busybox", "1.31.1-1", "c/status");
	make(w);
	assert_int_equal(w->count, 2);
	assert_int_equal(find(w, "busybox", "1.31.1-1")->evidence_count, 2);
}

static void
an_unknown_version_is_an_item_too(void **state)
{
	struct world *w = *state;

	add(w, EVIDENCE_BANNER, "opensbi", "", "/payload");
	make(w);
	assert_int_equal(w->count, 1);
	assert_int_equal(w->items[0].version.len, 0);
}

static void
a_strange_kind_of_evidence_counts_least(void **state)
{
	struct world *w = *state;

	add(w, (enum component_evidence)99, "x", "1", "/x");
	make(w);
	assert_int_equal(w->items[0].confidence, 50);
}

static void
each_step_of_memory_fails_cleanly_until_it_suffices(void **state)
{
	struct world *w = *state;
	enum err err = ERR_MEMORY;

	add(w, EVIDENCE_PACKAGE_DB, "dropbear", "2017.75-6", "/status");
	add(w, EVIDENCE_BANNER, "dropbear_ssh", "2017.75", "/usr/sbin/d");
	for (size_t limit = 0; err != ERR_OK; limit += 8) {
		struct arena arena = arena_open(limit);
		struct component_item *items = NULL;
		size_t count = 99;

		assert_true(limit < 64 * KIB);
		err = inventory_make(
		    &w->names, &w->facts, &arena, &items, &count);
		if (err != ERR_OK) {
			assert_int_equal(err, ERR_MEMORY);
			assert_null(items);
			assert_int_equal(count, 99);
		}
		arena_close(&arena);
	}
}

static void
upstream_versions_are_read_out_of_package_versions(void **state)
{
	static const struct {
		const char *package;
		const char *upstream;
	} cases[] = {
		{ "1.31.1-1", "1.31.1" },
		{ "1.36.1-r2", "1.36.1" },
		{ "1:1.35.0-4+deb12u1+b1", "1.35.0" },
		{ "2:2.10-12+deb12u3", "2.10" },
		{ "1:1.2.13.dfsg-1", "1.2.13" },
		{ "1.18.2+dfsg-6", "1.18.2" },
		{ "4.4.140-1-33d452ad71ac13bc6dc71df37efa5ec7", "4.4.140" },
		{ "git-20.175.71049-cf1de41", "git-20.175.71049-cf1de41" },
		{ "git-18.201.27126-7bf0367-1", "git-18.201.27126-7bf0367" },
		{ "2020-06-03-2faa20e5-1", "2020-06-03-2faa20e5" },
		{ "30~pre9-14", "30~pre9" },
		{ "19", "19" },
		{ "-1", "-1" },
		{ "-", "-" },
		{ "1:", "" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes got =
		    package_upstream_version(bytes_of(cases[i].package));

		if (!bytes_equal_text(got, cases[i].upstream))
			fail_msg("%s gives %.*s", cases[i].package,
			    (int)got.len, (const char *)got.ptr);
	}
}

static bool
has_file_name(struct bytes component)
{
	struct table t;
	bool found = false;

	assert_int_equal(
	    table_open(data_find(data_embedded(), "file-names.tsv"), &t),
	    ERR_OK);
	while (table_next(&t) == ERR_OK)
		found |= bytes_equal(table_field(&t, "component"), component);
	return found;
}

static void
package_names_are_sorted_and_name_known_components(void **state)
{
	struct world *w = *state;
	struct signature *rows;
	size_t count;
	struct fault fault;

	assert_int_equal(
	    signatures_read(data_embedded(), &w->arena, &rows, &count, &fault),
	    ERR_OK);
	assert_true(w->names.count > 100);
	for (size_t i = 0; i < w->names.count; i++) {
		const struct package_name *row = &w->names.rows[i];
		bool known = bytes_equal_text(row->component, "linux_kernel") ||
		    has_file_name(row->component);

		for (size_t k = 0; k < count; k++)
			known |= bytes_equal(rows[k].component, row->component);
		if (!known)
			fail_msg("%.*s", (int)row->component.len,
			    (const char *)row->component.ptr);
		assert_true(package_name_fits(row, row->package));
		assert_false(package_name_fits(row, BYTES("no-such")));
	}
}

static void
a_bad_table_of_package_names_is_refused(void **state)
{
	static const char *const bad[] = { "package\tcomponent\nx\n",
		"package\tcomponent\n\tx\n", "package\tcomponent\nx\t\n" };
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct data_file file = { "package-names.tsv", bytes_of(bad[i]),
			NULL };
		struct data_set set = { &file, 1 };
		struct package_names names = { NULL, 77 };
		struct fault fault = { 0 };

		assert_int_equal(
		    package_names_read(&set, &w->arena, &names, &fault),
		    ERR_MALFORMED);
		assert_int_equal(fault.at, 2);
		assert_int_equal(names.count, 77);
	}
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, open_world, close_world)

/* A kernel fact and the component told with it, as inspect/kernel.c does. */
static void
add_kernel(struct world *w, const char *release, const char *builder,
    const char *version)
{
	struct fact fact = {
		.kind = FACT_KERNEL,
		.path = bytes_of(release),
		.at = 7,
		.name = BYTES("linux"),
		.value = bytes_of(release),
		.detail = bytes_of(builder),
	};

	assert_int_equal(facts_add(&w->facts, &fact), ERR_OK);
	add(w, EVIDENCE_KERNEL, "linux_kernel", version, release);
}

static void
a_module_has_the_version_of_its_kernels_banner(void **state)
{
	struct world *w = *state;

	add_kernel(w, "6.1.0-50-marvell", "", "6.1.0");
	add_kernel(w, "5.4.0-1-other", "", "5.4.0");
	add_kernel(w, "6.1.0-50-marvell", "a@b", "6.1.176");
	make(w);
	assert_int_equal(w->count, 2);
	const struct component_item *item = find(w, "linux_kernel", "6.1.176");

	assert_int_equal(item->evidence_count, 2);
	assert_true(
	    bytes_equal_text(item->purl, "pkg:generic/linux_kernel@6.1.176"));
	(void)find(w, "linux_kernel", "5.4.0");
}

/* A fact about a package whose purl is of this type. */
static void
add_typed(struct world *w, enum component_evidence kind, const char *purl,
    const char *name, const char *version)
{
	struct fact fact = {
		.kind = FACT_COMPONENT,
		.path = BYTES("/a"),
		.name = bytes_of(name),
		.value = bytes_of(version),
		.detail = bytes_of(purl),
		.number = kind,
	};

	assert_int_equal(facts_add(&w->facts, &fact), ERR_OK);
}

static void
versions_are_split_as_their_packaging_does(void **state)
{
	static const struct {
		enum component_evidence kind;
		const char *purl, *version, *upstream, *package_version;
	} cases[] = {
		{ EVIDENCE_PACKAGE_DB, "pkg:rpm/a", "1:3.0-alt2", "3.0",
		    "1:3.0-alt2" },
		{ EVIDENCE_PACKAGE_DB, "pkg:rpm/a", "3.0", "3.0", "3.0" },
		{ EVIDENCE_PACKAGE_DB, "pkg:alpm/arch/a", "1:3.0.1-2", "3.0.1",
		    "1:3.0.1-2" },
		{ EVIDENCE_DESCRIPTOR, "pkg:rpm/fedora/a", "9.1-7.fc37", "9.1",
		    "9.1-7.fc37" },
		{ EVIDENCE_DESCRIPTOR, "pkg:deb/debian/a", "1.3-1", "1.3",
		    "1.3-1" },
		{ EVIDENCE_PACKAGE_DB, "pkg:npm/a", "1.0.0-1", "1.0.0-1", "" },
		{ EVIDENCE_PACKAGE_DB, "pkg:pypi/a", "1.0.post1-2",
		    "1.0.post1-2", "" },
		{ EVIDENCE_PACKAGE_DB, "pkg:luarocks/a", "3.1.0-1", "3.1.0",
		    "3.1.0-1" },
		{ EVIDENCE_DESCRIPTOR, "pkg:golang/a", "1.0.0-1", "1.0.0-1",
		    "" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world *w = *state;

		facts_close(&w->facts);
		w->facts = facts_open(MIB);
		add_typed(
		    w, cases[i].kind, cases[i].purl, "a", cases[i].version);
		make(w);
		assert_int_equal(w->count, 1);
		assert_true(
		    bytes_equal_text(w->items[0].version, cases[i].upstream));
		assert_true(bytes_equal_text(
		    w->items[0].package_version, cases[i].package_version));
	}
}

static void
a_package_note_and_a_database_are_one_item(void **state)
{
	struct world *w = *state;

	add_typed(
	    w, EVIDENCE_PACKAGE_DB, "pkg:deb/debian/a@1.3-1", "a", "1.3-1");
	add_typed(
	    w, EVIDENCE_DESCRIPTOR, "pkg:deb/debian/a@1.3-1", "a", "1.3-1");
	make(w);
	assert_int_equal(w->count, 1);
	assert_int_equal(w->items[0].evidence_count, 2);
}

static void
a_module_has_the_version_of_the_package_that_is_named_by_it(void **state)
{
	struct world *w = *state;

	add_kernel(w, "6.1.0-50-marvell", "", "6.1.0");
	add(w, EVIDENCE_PACKAGE_DB, "kernel-image-6.1.0-50-marvell-di",
	    "6.1.176-1", "/status");
	add(w, EVIDENCE_PACKAGE_DB, "linux-image-6.1.0-49-marvell", "6.1.175-1",
	    "/status");
	make(w);
	assert_true(bytes_equal_text(find(w, "linux_kernel", "6.1.176")->purl,
	    "pkg:generic/linux_kernel@6.1.176"));
	assert_int_equal(w->count, 3);
}

static void
a_banner_without_a_version_is_folded_into_what_has_one(void **state)
{
	struct world *w = *state;

	add(w, EVIDENCE_PACKAGE_DB, "netifd", "2019-01-31-1", "/status");
	add(w, EVIDENCE_BANNER, "netifd", "", "/sbin/netifd");
	add(w, EVIDENCE_PACKAGE_DB, "uhttpd-mod-lua", "2019-02-01-2",
	    "/status");
	add(w, EVIDENCE_BANNER, "uhttpd", "", "/usr/lib/uhttpd_lua.so");
	add(w, EVIDENCE_BANNER, "procd", "", "/sbin/procd");
	make(w);
	assert_int_equal(w->count, 3);
	assert_true(bytes_equal_text(w->items[0].name, "netifd"));
	assert_int_equal(w->items[0].evidence_count, 2);
	assert_true(bytes_equal_text(w->items[1].name, "procd"));
	assert_true(bytes_equal_text(w->items[2].name, "uhttpd-mod-lua"));
	assert_int_equal(w->items[2].evidence_count, 2);
	assert_true(bytes_equal_text(w->items[2].cpe, "vendor:product"));
}

static void
a_package_alone_is_called_as_its_component_is(void **state)
{
	static const struct {
		const char *package;
		const char *cpe;
	} rows[] = {
		{ "dnsmasq", "thekelleys:dnsmasq" },
		{ "libopenssl1.1", "openssl:openssl" },
		{ "wpad-mini", "w1.fi:hostapd;w1.fi:wpa_supplicant" },
		/* other things that are only called alike */
		{ "libnl-tiny", "" },
		{ "hostapd-common", "" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		add(w, EVIDENCE_PACKAGE_DB, rows[i].package, "2.78-6",
		    "/status");
	make(w);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_true(bytes_equal_text(
		    find(w, rows[i].package, "2.78-6")->cpe, rows[i].cpe));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_package_alone_is_called_as_its_component_is),
		TEST(a_banner_without_a_version_is_folded_into_what_has_one),
		TEST(nothing_gives_an_empty_inventory),
		TEST(one_component_in_many_files_is_one_item),
		TEST(two_versions_are_two_items_sorted),
		TEST(a_package_and_a_banner_of_one_name_are_one_item),
		TEST(a_banner_that_disagrees_with_the_package_stays_apart),
		TEST(
		    a_package_of_another_name_and_its_component_help_each_other),
		TEST(a_package_lends_nothing_to_another_version),
		TEST(packages_do_not_get_each_others_evidence),
		TEST(what_is_lent_is_bounded),
		TEST(revisions_of_one_package_stay_apart),
		TEST(an_unknown_version_is_an_item_too),
		TEST(a_strange_kind_of_evidence_counts_least),
		TEST(each_step_of_memory_fails_cleanly_until_it_suffices),
		TEST(upstream_versions_are_read_out_of_package_versions),
		TEST(package_names_are_sorted_and_name_known_components),
		TEST(a_bad_table_of_package_names_is_refused),
		TEST(a_module_has_the_version_of_its_kernels_banner),
		TEST(
		    a_module_has_the_version_of_the_package_that_is_named_by_it),
		TEST(versions_are_split_as_their_packaging_does),
		TEST(a_package_note_and_a_database_are_one_item),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
