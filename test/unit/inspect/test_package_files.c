/* SPDX-License-Identifier: ISC */
/* Tests of inspect/package_files.c and inspect/nvs.c. */
#include "inspect/package_files.h"

#include "base/limits.h"
#include "inspect/nvs.h"
#include "inspect_event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef enum err inspector(
    const struct unpack_event *file, struct facts *facts);

static struct facts
inspect(inspector *ask, const char *path, const char *name, struct bytes text)
{
	struct unpack_event file = event_payload(text);
	struct facts facts = facts_open(MIB);

	file.path = bytes_of(path);
	file.node.name = bytes_of(name);
	file.node.kind = NODE_FILE;
	assert_int_equal(ask(&file, &facts), ERR_OK);
	return facts;
}

static void
assert_component(const struct facts *facts, const char *name,
    const char *version, const char *purl)
{
	assert_int_equal(facts->count, 1);
	assert_int_equal(facts->list[0].kind, FACT_COMPONENT);
	assert_true(bytes_equal_text(facts->list[0].name, name));
	assert_true(bytes_equal_text(facts->list[0].value, version));
	if (!bytes_equal_text(facts->list[0].detail, purl))
		fail_msg("%.*s", (int)facts->list[0].detail.len,
		    (const char *)facts->list[0].detail.ptr);
	assert_int_equal(facts->list[0].number, EVIDENCE_DESCRIPTOR);
}

static void
package_files_tell_their_package(void **state)
{
	static const struct {
		const char *path, *name, *text, *package, *version, *purl;
	} cases[] = {
		{ "ar@0x0!/control.tar.xz!xz@0x0!tar@0x0!/control", "/control",
		    "Package: foo\nVersion: 2.0-1\nArchitecture: armhf\n",
		    "foo", "2.0-1", "pkg:deb/debian/foo@2.0-1?arch=armhf" },
		{ "gzip@0x0!tar@0x0!/control.tar.gz!gzip@0x0!tar@0x0!/control",
		    "/control",
		    "Package: bar\nVersion: 3.1-r2\nArchitecture: mips_24kc\n",
		    "bar", "3.1-r2", "pkg:opkg/bar@3.1-r2?arch=mips_24kc" },
		{ "apk@0x0!/control.tar.gz!gzip@0x0!tar@0x0!/.PKGINFO",
		    "/.PKGINFO",
		    "# x\npkgname = baz\npkgver = 4.5-r0\narch = armv7\n",
		    "baz", "4.5-r0", "pkg:apk/alpine/baz@4.5-r0?arch=armv7" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct facts facts = inspect(package_files_inspect,
		    cases[i].path, cases[i].name, bytes_of(cases[i].text));

		assert_component(
		    &facts, cases[i].package, cases[i].version, cases[i].purl);
		facts_close(&facts);
	}
}

static void
other_files_of_that_name_are_no_packages(void **state)
{
	static const struct {
		const char *path, *name, *text;
	} cases[] = {
		{ "squashfs@0x0!/control", "/control",
		    "Package: foo\nVersion: 2.0-1\n" },
		{ "ar@0x0!/control.tar.xz!tar@0x0!/control", "/control",
		    "Package: foo\n" }, /* no version */
		{ "ar@0x0!/control.tar.xz!tar@0x0!/control", "/control",
		    "Package: two words\nVersion: 1\n" },
		{ "ar@0x0!/control.tar.xz!tar@0x0!/md5sums", "/md5sums",
		    "Package: foo\nVersion: 2.0-1\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct facts facts = inspect(package_files_inspect,
		    cases[i].path, cases[i].name, bytes_of(cases[i].text));

		assert_int_equal(facts.count, 0);
		facts_close(&facts);
	}
}

static void
an_rpm_tells_its_package(void **state)
{
	struct unpack_event event = { .kind = UNPACK_CHUNK,
		.path = BYTES("rpm@0x0"),
		.chunk = { .format = "rpm" } };
	struct facts facts = facts_open(MIB);

	(void)state;
	format_detail(&event.chunk.info, "bash 5.2.15-3.fc38 x86_64, header");
	assert_int_equal(package_files_inspect_chunk(&event, &facts), ERR_OK);
	assert_component(&facts, "bash", "5.2.15-3.fc38",
	    "pkg:rpm/bash@5.2.15-3.fc38?arch=x86_64");
	event.chunk.format = "squashfs";
	assert_int_equal(package_files_inspect_chunk(&event, &facts), ERR_OK);
	assert_int_equal(facts.count, 1);
	facts_close(&facts);
}

static void
wifi_passphrases_of_a_storage_are_found(void **state)
{
	static const struct {
		const char *path, *name;
		struct bytes text;
		size_t facts;
	} cases[] = {
		{ "esp-nvs@0x9000!/nvs.net80211/sta.pswd",
		    "/nvs.net80211/sta.pswd",
		    { (const uint8_t *)"secret123\0\0\0", 12 }, 2 },
		{ "esp-nvs@0x9000!/nvs.net80211/ap.passwd",
		    "/nvs.net80211/ap.passwd",
		    { (const uint8_t *)"secret123", 9 }, 1 },
		{ "esp-nvs@0x9000!/nvs.net80211/sta.pswd",
		    "/nvs.net80211/sta.pswd", { (const uint8_t *)"short", 5 },
		    0 },
		{ "esp-nvs@0x9000!/nvs.net80211/sta.ssid",
		    "/nvs.net80211/sta.ssid",
		    { (const uint8_t *)"my network", 10 }, 0 },
		{ "squashfs@0x0!/nvs.net80211/sta.pswd",
		    "/nvs.net80211/sta.pswd",
		    { (const uint8_t *)"secret123", 9 }, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct facts facts = inspect(
		    nvs_inspect, cases[i].path, cases[i].name, cases[i].text);

		assert_int_equal(facts.count, cases[i].facts);
		if (facts.count > 0)
			assert_true(
			    bytes_equal_text(facts.list[0].value, "secret123"));
		facts_close(&facts);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(package_files_tell_their_package),
		cmocka_unit_test(other_files_of_that_name_are_no_packages),
		cmocka_unit_test(an_rpm_tells_its_package),
		cmocka_unit_test(wifi_passphrases_of_a_storage_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
