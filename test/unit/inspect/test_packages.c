/* SPDX-License-Identifier: ISC */
/* Tests of inspect/packages.c and the package URLs of inspect/evidence.c. */
#include "inspect/packages.h"

#include "base/limits.h"
#include "base/out.h"
#include "inspect/evidence.h"
#include "inspect/purl.h"
#include "inspect_event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct facts
inspect(const char *name, const char *text)
{
	struct unpack_event file = event_file(name, bytes_of(text));
	struct facts facts = facts_open(MIB);

	assert_int_equal(packages_inspect(&file, &facts), ERR_OK);
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
	assert_int_equal(fact->number, EVIDENCE_PACKAGE_DB);
}

static void
packages_reads_opkg(void **state)
{
	static const char status[] = "Package: iwinfo\n"
				     "Version: 2020-06-03-2faa20e5-1\n"
				     "Depends: libc, libiwinfo20200105\n"
				     "Status: install user installed\n"
				     "Architecture: mips_24kc\n"
				     "\n"
				     "Package: libc\n"
				     "Version: 1.1.24-2\n"
				     "Status: install hold installed\n"
				     "Architecture: mips_24kc\n";
	struct facts facts = inspect("/usr/lib/opkg/status", status);

	(void)state;
	assert_int_equal(facts.count, 2);
	assert_component(&facts, "iwinfo", "2020-06-03-2faa20e5-1",
	    "pkg:opkg/openwrt/iwinfo@2020-06-03-2faa20e5-1?arch=mips_24kc");
	const struct fact *libc = named_fact(&facts, FACT_COMPONENT, "libc");

	assert_non_null(libc);
	assert_true(bytes_equal_text(libc->value, "1.1.24-2"));
	assert_true(bytes_equal_text(libc->text, "Package: libc"));
	assert_int_equal(libc->at, strstr(status, "Package: libc") - status);
	facts_close(&facts);
}

static void
packages_reads_dpkg_with_epochs(void **state)
{
	struct facts facts = inspect("/var/lib/dpkg/status",
	    "Package: zlib1g-udeb\nStatus: install ok unpacked\n"
	    "Version: 1:1.2.13.dfsg-1\nDescription: compression\n"
	    " Version: 9\n\n"
	    "Package: busybox\nStatus: hold ok installed\n"
	    "Architecture: armel\nVersion: 1:1.35.0-4+deb12u1+b1\n\n"
	    "Package: bash\nStatus: install ok installed\n"
	    "Version: 5.1-6ubuntu1\n");

	(void)state;
	assert_int_equal(facts.count, 3);
	assert_component(&facts, "zlib1g-udeb", "1:1.2.13.dfsg-1",
	    "pkg:deb/debian/zlib1g-udeb@1:1.2.13.dfsg-1");
	assert_component(&facts, "busybox", "1:1.35.0-4+deb12u1+b1",
	    "pkg:deb/debian/busybox@1:1.35.0-4%2Bdeb12u1%2Bb1?arch=armel");
	assert_component(
	    &facts, "bash", "5.1-6ubuntu1", "pkg:deb/ubuntu/bash@5.1-6ubuntu1");
	facts_close(&facts);
}

static void
packages_reads_apk(void **state)
{
	struct facts facts = inspect("/lib/apk/db/installed",
	    "C:Q1abc=\nP:musl\nV:1.2.4-r2\nA:x86_64\no:musl\nF:lib\n"
	    "R:ld-musl-x86_64.so.1\n\n"
	    "P:busybox\nV:1.36.1-r5\nA:x86_64\no:busybox\n\n");

	(void)state;
	assert_int_equal(facts.count, 2);
	assert_component(&facts, "musl", "1.2.4-r2",
	    "pkg:apk/alpine/musl@1.2.4-r2?arch=x86_64");
	assert_component(&facts, "busybox", "1.36.1-r5",
	    "pkg:apk/alpine/busybox@1.36.1-r5?arch=x86_64");
	facts_close(&facts);
}

static void
packages_skips_what_is_not_installed(void **state)
{
	static const struct {
		const char *status;
		size_t count;
	} cases[] = {
		{ "install ok installed", 1 },
		{ "install ok unpacked", 1 },
		{ "install ok half-configured", 1 },
		{ "install ok triggers-awaited", 1 },
		{ "hold ok installed", 1 },
		{ "deinstall ok config-files", 0 },
		{ "purge ok not-installed", 0 },
		{ "unknown ok not-installed", 0 },
		{ "install reinstreq half-installed", 0 },
		{ "install", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[128] = "Package: a\nVersion: 1\nStatus: ";
		size_t len = strlen(text);

		memcpy(
		    text + len, cases[i].status, strlen(cases[i].status) + 1);
		struct facts facts = inspect("/var/lib/dpkg/status", text);

		assert_int_equal(facts.count, cases[i].count);
		facts_close(&facts);
	}
}

static void
packages_knows_the_places(void **state)
{
	static const struct {
		const char *name;
		size_t count;
	} cases[] = {
		{ "/usr/lib/opkg/status", 1 },
		{ "/var/lib/opkg/status", 1 },
		{ "/opt/lib/opkg/status", 1 },
		{ "/usr/lib/opkg/info/a.control", 1 },
		{ "/var/lib/opkg/info/a.control", 1 },
		{ "/opt/lib/opkg/info/a.control", 1 },
		{ "/usr/lib/ipkg/status", 1 },
		{ "/usr/lib/ipkg/info/a.control", 1 },
		{ "/var/lib/dpkg/status", 1 },
		{ "/var/lib/dpkg/status.d/a", 1 },
		{ "/var/lib/dpkg/status.d/a.md5sums", 0 },
		{ "/var/lib/dpkg/status.d/", 0 },
		{ "/usr/lib/opkg/info/a.list", 0 },
		{ "/usr/lib/opkg/status-old", 0 },
		{ "/var/lib/dpkg/available", 0 },
		{ "/tmp/var/lib/dpkg/status", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct facts facts =
		    inspect(cases[i].name, "Package: a\nVersion: 1\n");

		assert_int_equal(facts.count, cases[i].count);
		facts_close(&facts);
	}
}

static void
packages_reads_what_the_system_calls_itself(void **state)
{
	static const struct {
		const char *name;
		const char *text;
		const char *pretty;
	} cases[] = {
		{ "/etc/os-release", "NAME=x\nPRETTY_NAME=\"Debian 12\"\n",
		    "Debian 12" },
		{ "/usr/lib/os-release", "PRETTY_NAME=Buildroot\n",
		    "Buildroot" },
		{ "/etc/openwrt_release", "DISTRIB_DESCRIPTION='OpenWrt 19'",
		    "OpenWrt 19" },
		{ "/etc/lsb-release", "DISTRIB_DESCRIPTION=\"\"\n", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct facts facts = inspect(cases[i].name, cases[i].text);
		const struct fact *os =
		    only_fact(&facts, FACT_OPERATING_SYSTEM);

		assert_non_null(os);
		assert_true(bytes_equal_text(os->name, "linux"));
		assert_true(bytes_equal_text(os->detail, cases[i].pretty));
		facts_close(&facts);
	}
}

static void
packages_survives_broken_databases(void **state)
{
	static const char *const texts[] = { "", "\n\n\n", "Package:\n",
		"Package:", "Version: 1\n\nStatus: a b c\n",
		"Status: install ok installed\nVersion: 1\n", ": :\n" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct facts facts = inspect("/var/lib/dpkg/status", texts[i]);

		assert_int_equal(facts.count, 0);
		facts_close(&facts);
	}
}

/* Name and version of many bytes cannot grow the purl: it is left out. */
static void
packages_leaves_out_a_purl_that_is_too_long(void **state)
{
	char text[1024];

	(void)state;
	memset(text, '%', sizeof(text));
	memcpy(text, "Package: ", 9);
	memcpy(text + 9 + 250, "\nVersion: ", 10);
	text[9 + 250 + 10 + 250] = '\0';
	struct facts facts = inspect("/var/lib/dpkg/status", text);
	const struct fact *fact = only_fact(&facts, FACT_COMPONENT);

	assert_non_null(fact);
	assert_int_equal(fact->name.len, 250);
	assert_int_equal(fact->value.len, 250);
	assert_int_equal(fact->detail.len, 0);
	assert_true(fact->text.len <= LIMIT_EXCERPT_LEN);
	facts_close(&facts);
}

static void
packages_believes_no_name_with_blanks_or_without_end(void **state)
{
	char text[4096];

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text, "Package: ", 9);
	text[sizeof(text) - 1] = '\0';
	struct facts facts = inspect("/var/lib/dpkg/status", text);

	assert_int_equal(facts.count, 0);
	facts_close(&facts);
	facts = inspect("/var/lib/dpkg/status", "Package: a b\nVersion: 1\n");
	assert_int_equal(facts.count, 0);
	facts_close(&facts);
}

static void
packages_tells_whose_package_it_is(void **state)
{
	static const struct {
		const char *place, *text, *purl;
	} cases[] = {
		{ "/var/lib/dpkg/status",
		    "Package: a\nVersion: 1-2\nArchitecture: amd64\n"
		    "Maintainer: Ubuntu Developers <x@example.org>\n",
		    "pkg:deb/ubuntu/a@1-2?arch=amd64" },
		{ "/var/lib/dpkg/status",
		    "Package: a\nVersion: 1-r0\nArchitecture: cortexa57\n",
		    "pkg:deb/a@1-r0?arch=cortexa57" },
		{ "/var/lib/dpkg/status",
		    "Package: a\nVersion: 1-r0\nArchitecture: all\n"
		    "Maintainer: OE <x@lists.openembedded.org>\n",
		    "pkg:deb/a@1-r0?arch=all" },
		{ "/var/lib/opkg/status", "Package: a\nVersion: 1-r0\n",
		    "pkg:opkg/a@1-r0" },
		{ "/lib/apk/db/installed",
		    "P:a\nV:1-r0\nA:mipsel_24kc\n\nC:x\nP:procd\nV:2\n",
		    "pkg:apk/openwrt/a@1-r0?arch=mipsel_24kc" },
		{ "/usr/lib/apk/db/installed",
		    "P:a\nV:1-r0\n\nC:x\nP:wolfi-baselayout\nV:2\n",
		    "pkg:apk/wolfi/a@1-r0" },
		{ "/var/lib/pacman/local/a-1-2/desc",
		    "%NAME%\na\n\n%VERSION%\n1:1-2\n\n%ARCH%\nany\n",
		    "pkg:alpm/arch/a@1:1-2?arch=any" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct facts facts = inspect(cases[i].place, cases[i].text);
		const struct fact *a = named_fact(&facts, FACT_COMPONENT, "a");

		assert_non_null(a);
		assert_true(bytes_equal_text(a->detail, cases[i].purl));
		facts_close(&facts);
	}
}

static void
packages_tells_the_system_as_a_component(void **state)
{
	static const struct {
		const char *place, *text, *name, *version, *cpe;
	} cases[] = {
		{ "/etc/os-release",
		    "NAME=Buildroot\nVERSION=2023.02.1-dirty\nID=buildroot\n"
		    "VERSION_ID=2023.02.1\nPRETTY_NAME=\"Buildroot\"\n",
		    "buildroot", "2023.02.1", "buildroot:buildroot" },
		{ "/usr/lib/os-release",
		    "ID=\"openwrt\"\nVERSION_ID=\"23.05.3\"\n", "openwrt",
		    "23.05.3", "openwrt:openwrt" },
		{ "/etc/openwrt_release",
		    "DISTRIB_ID='OpenWrt'\nDISTRIB_RELEASE='SNAPSHOT'\n",
		    "openwrt", "snapshot", "openwrt:openwrt" },
		{ "/etc/os-release", "ID=poky\nVERSION_ID=4.0.5\nID_LIKE=x\n",
		    "poky", "4.0.5", "yoctoproject:yocto" },
		{ "/etc/os-release", "ID=acmeos\n", "acmeos", "", "" },
		{ "/etc/build",
		    "-----------------------\nBuild Configuration:  |\n"
		    "-----------------------\nDISTRO = poky\n"
		    "DISTRO_VERSION = 3.1.21\nDISTRO_CODENAME = x\n",
		    "poky", "3.1.21", "yoctoproject:yocto" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct facts facts = inspect(cases[i].place, cases[i].text);
		const struct fact *f = only_fact(&facts, FACT_COMPONENT);

		assert_non_null(f);
		assert_true(bytes_equal_text(f->name, cases[i].name));
		assert_true(bytes_equal_text(f->value, cases[i].version));
		assert_true(bytes_equal_text(f->extra, cases[i].cpe));
		assert_int_equal(f->number, EVIDENCE_DESCRIPTOR);
		facts_close(&facts);
	}
	struct facts facts = inspect("/etc/build", "DISTRO = poky\n");

	assert_int_equal(facts.count, 0);
	facts_close(&facts);
}

static void
packages_reads_buildroots_manifest(void **state)
{
	static const char text[] =
	    "\"PACKAGE\",\"VERSION\",\"LICENSE\",\"LICENSE FILES\","
	    "\"SOURCE ARCHIVE\",\"SOURCE SITE\"\n"
	    "\"busybox\",\"1.36.1\",\"GPL-2.0, bzip2-1.0.4\",\"LICENSE\","
	    "\"busybox-1.36.1.tar.bz2\",\"https://busybox.net\"\n"
	    "\"skeleton\",\"unknown\",\"unknown\",\"not saved\",\"\"\n"
	    "\"noversion\",\"\",\"MIT\",\"LICENSE\",\"\"\n";
	struct facts facts = inspect("/legal-info/manifest.csv", text);

	(void)state;
	assert_int_equal(facts.count, 1);
	assert_component(
	    &facts, "busybox", "1.36.1", "pkg:generic/busybox@1.36.1");
	assert_int_equal(facts.list[0].at, strstr(text, "\"busybox\"") - text);
	facts_close(&facts);
	facts = inspect("/a/manifest.csv", "\"NAME\",\"VERSION\"\na,1\n");
	assert_int_equal(facts.count, 0);
	facts_close(&facts);
}

static void
packages_reads_yoctos_manifests(void **state)
{
	struct facts facts = inspect("/image-qemuarm.manifest",
	    "base-files qemuarm 3.0.14-r89\n"
	    "busybox cortexa15t2hf_neon 1.35.0-r0\n");

	(void)state;
	assert_int_equal(facts.count, 2);
	assert_component(&facts, "busybox", "1.35.0-r0",
	    "pkg:generic/busybox@1.35.0-r0?arch=cortexa15t2hf_neon");
	facts_close(&facts);
	facts = inspect("/usr/share/common-licenses/license.manifest",
	    "PACKAGE NAME: libz1\nPACKAGE VERSION: 1.2.11\n"
	    "RECIPE NAME: zlib\nLICENSE: Zlib\n\n"
	    "PACKAGE NAME: x\nLICENSE: MIT\n\n");
	assert_int_equal(facts.count, 1);
	assert_component(&facts, "libz1", "1.2.11", "pkg:yocto/zlib@1.2.11");
	facts_close(&facts);
}

/* OTA packages, web pages and applications have manifests too. */
static void
packages_believes_no_other_manifest(void **state)
{
	static const char *const texts[] = {
		"busybox arm 1.35\n", /* one line is none */
		"busybox arm 1.35\nsome words of prose 2\n",
		"busybox arm 1.35\nzlib arm new\n",
		"image.bin sha256.sum 12ab\nother.bin sha256.sum 34cd\n",
		"{ \"a\": 1 }\n{ \"b\": 2 }\n",
		"busybox arm 1.35\n\nzlib arm 1.2\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct facts facts = inspect("/a.manifest", texts[i]);

		assert_int_equal(facts.count, 0);
		facts_close(&facts);
	}
}

static void
evidence_encodes_purls(void **state)
{
	struct out o = out_open(KIB);

	(void)state;
	evidence_put_purl(&o, "deb", "debian", BYTES("libstdc++6"),
	    BYTES("1:12~rc1@/ %\x80"), BYTES(""));
	assert_true(bytes_equal_text(out_bytes(&o),
	    "pkg:deb/debian/libstdc%2B%2B6@1:12~rc1%40%2F%20%25%80"));
	out_close(&o);
	o = out_open(KIB);
	evidence_put_purl(
	    &o, "generic", "", BYTES("a"), BYTES(""), BYTES("x&y"));
	assert_true(
	    bytes_equal_text(out_bytes(&o), "pkg:generic/a?arch=x%26y"));
	out_close(&o);
}

static void
purl_spells_names_as_their_types_ask(void **state)
{
	const struct {
		struct purl purl;
		const char *text;
	} cases[] = {
		{ { .type = "npm",
		      .space = BYTES("@Angular"),
		      .name = BYTES("Animation"),
		      .version = BYTES("12.3.1") },
		    "pkg:npm/%40angular/animation@12.3.1" },
		{ { .type = "pypi",
		      .name = BYTES("Ruamel._Yaml.clib"),
		      .version = BYTES("0.2") },
		    "pkg:pypi/ruamel-yaml-clib@0.2" },
		{ { .type = "golang",
		      .name = BYTES("github.com/BurntSushi/toml"),
		      .version = BYTES("v1.2.0+incompatible") },
		    "pkg:golang/github.com/burntsushi/toml@v1.2.0%2B"
		    "incompatible" },
		{ { .type = "maven",
		      .space = BYTES("org.Apache"),
		      .name = BYTES("Log4j/x") },
		    "pkg:maven/org.Apache/Log4j%2Fx" },
		{ { .type = "rpm",
		      .space = BYTES("Fedora"),
		      .name = BYTES("ImageMagick"),
		      .version = BYTES("7-1"),
		      .epoch = BYTES("1") },
		    "pkg:rpm/fedora/ImageMagick@7-1?epoch=1" },
		{ { .type = "gem",
		      .name = BYTES("RedCloth"),
		      .version = BYTES("4.3.2"),
		      .arch = BYTES("a"),
		      .epoch = BYTES("2") },
		    "pkg:gem/RedCloth@4.3.2?arch=a&epoch=2" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct out o = out_open(KIB);

		purl_put(&o, &cases[i].purl);
		assert_true(bytes_equal_text(out_bytes(&o), cases[i].text));
		out_close(&o);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packages_reads_opkg),
		cmocka_unit_test(packages_reads_dpkg_with_epochs),
		cmocka_unit_test(packages_reads_apk),
		cmocka_unit_test(packages_skips_what_is_not_installed),
		cmocka_unit_test(packages_knows_the_places),
		cmocka_unit_test(packages_reads_what_the_system_calls_itself),
		cmocka_unit_test(packages_survives_broken_databases),
		cmocka_unit_test(packages_leaves_out_a_purl_that_is_too_long),
		cmocka_unit_test(
		    packages_believes_no_name_with_blanks_or_without_end),
		cmocka_unit_test(packages_tells_whose_package_it_is),
		cmocka_unit_test(packages_tells_the_system_as_a_component),
		cmocka_unit_test(packages_reads_buildroots_manifest),
		cmocka_unit_test(packages_reads_yoctos_manifests),
		cmocka_unit_test(packages_believes_no_other_manifest),
		cmocka_unit_test(evidence_encodes_purls),
		cmocka_unit_test(purl_spells_names_as_their_types_ask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
