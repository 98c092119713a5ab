/* SPDX-License-Identifier: ISC */
/* Whether statements of VEX are about what was found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "advisories/vex.h"

#define SHA_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define SHA_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static const struct bytes router_aliases[] = {
	{ (const uint8_t *)"GHSA-aaaa-bbbb-cccc", 19 }
};

/* busybox in a declared router, the document given for nothing special. */
static struct vex_subject
in_router(void)
{
	return (struct vex_subject){
		.id = BYTES("CVE-2020-1234"),
		.aliases = router_aliases,
		.alias_count = 1,
		.component = { .purl = BYTES("pkg:generic/busybox@1.31.1"),
		    .cpe = BYTES("busybox:busybox"),
		    .name = BYTES("busybox"),
		    .version = BYTES("1.31.1") },
		.product = { .name = BYTES("Example Router"),
		    .version = BYTES("2.0"),
		    .supplier = BYTES("Example Inc."),
		    .sha256 = BYTES(SHA_A) },
	};
}

static bool
about(struct vex_name product, struct vex_name component,
    const struct vex_subject *subject)
{
	struct vex_statement statement = {
		.id = BYTES("CVE-2020-1234"),
		.product = product,
		.component = component,
		.status = VEX_NOT_AFFECTED,
	};

	return vex_is_about(&statement, subject);
}

#define NOBODY ((struct vex_name){ 0 })
#define NAMED(...) ((struct vex_name){ __VA_ARGS__ })
#define TEXT(literal) BYTES(literal)

/* A component that is delivered by itself, under one name. */
static bool
about_purl(const char *want, const char *have)
{
	struct vex_subject subject = {
		.id = BYTES("CVE-2020-1234"),
		.component.purl = bytes_of(have),
	};

	return about(NAMED(.purl = bytes_of(want)), NOBODY, &subject);
}

static void
vex_finds_the_vulnerability_by_any_of_its_names(void **state)
{
	const struct bytes aliases[] = { BYTES("OSV-1"),
		BYTES("ghsa-AAAA-bbbb-cccc") };
	struct vex_subject subject = in_router();
	struct vex_statement s = {
		.id = BYTES("cve-2020-1234"),
		.product.name = BYTES("busybox"),
	};

	(void)state;
	assert_true(vex_is_about(&s, &subject));
	s.id = BYTES("CVE-2020-12345");
	assert_false(vex_is_about(&s, &subject));
	s.aliases = aliases;
	s.alias_count = 2;
	assert_true(vex_is_about(&s, &subject));
	subject.alias_count = 0;
	assert_false(vex_is_about(&s, &subject));
	s.alias_count = 0;
	s.id = (struct bytes){ 0 };
	subject.id = (struct bytes){ 0 };
	assert_false(vex_is_about(&s, &subject));
}

static void
vex_purls_match_without_what_the_statement_leaves_out(void **state)
{
	static const struct {
		const char *want;
		const char *have;
		bool about;
	} cases[] = {
		{ "pkg:deb/debian/curl", "pkg:deb/debian/curl@7.88.1-10",
		    true },
		{ "pkg:deb/debian/curl@7.88.1-10",
		    "pkg:deb/debian/curl@7.88.1-10", true },
		{ "pkg:deb/debian/curl@7.88.1-10?arch=arm64&distro=debian-12",
		    "pkg:deb/debian/curl@7.88.1-10?distro=debian-12.13", true },
		{ "pkg:deb/debian/curl?distro=debian-11",
		    "pkg:deb/debian/curl@7.88.1-10?distro=debian-12.13",
		    false },
		{ "pkg:deb/debian/curl?distro=bookworm",
		    "pkg:deb/debian/curl@7.88.1-10?distro=debian-12", true },
		{ "pkg:deb/debian/curl?arch=amd64",
		    "pkg:deb/debian/curl@7.88.1-10?arch=arm64", false },
		{ "pkg:deb/debian/curl?arch=source",
		    "pkg:deb/debian/curl@7.88.1-10?arch=arm64", true },
		{ "pkg:deb/debian/curl?epoch=1",
		    "pkg:deb/debian/curl@7.88.1-10?epoch=2", true },
		/* 1.0-0 and 1.0 are the same to dpkg, 1.0-1 is not */
		{ "pkg:deb/debian/curl@7.88.1-11",
		    "pkg:deb/debian/curl@7.88.1-10", false },
		/* without the packager's part: any revision */
		{ "pkg:deb/debian/curl@7.88.1", "pkg:deb/debian/curl@7.88.1-10",
		    true },
		{ "pkg:deb/curl", "pkg:deb/debian/curl@7.88.1-10", true },
		{ "pkg:deb/ubuntu/curl", "pkg:deb/debian/curl@1", false },
		{ "pkg:npm/%40a/b", "pkg:npm/%40c/b@1.0.0", false },
		{ "pkg:npm/b", "pkg:npm/%40c/b@1.0.0", false },
		{ "pkg:apk/alpine/curl", "pkg:deb/debian/curl@1", false },
		/* nobody's package is everybody's, the other way it is not */
		{ "pkg:generic/curl@7.88.1", "pkg:deb/debian/curl@7.88.1-10",
		    true },
		{ "pkg:deb/debian/curl@7.88.1", "pkg:generic/curl@7.88.1",
		    false },
		{ "pkg:generic/curl", "pkg:deb/debian/wget@1", false },
		{ "pkg:generic/curl", "pkg:generic/wget@1", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (about_purl(cases[i].want, cases[i].have) != cases[i].about)
			fail_msg("%s, %s", cases[i].want, cases[i].have);
}

static void
vex_cpes_match_by_vendor_and_product(void **state)
{
	static const struct {
		const char *want;
		bool about;
	} cases[] = {
		{ "cpe:2.3:a:busybox:busybox:1.31.1:*:*:*:*:*:*:*", true },
		{ "cpe:2.3:a:busybox:busybox:1.31.1:-:*:*:*:*:*:*", true },
		{ "cpe:2.3:a:busybox:busybox:*:*:*:*:*:*:*:*", true },
		{ "cpe:/a:busybox:busybox:1.31.1", true },
		{ "cpe:/a:busybox:busybox", true },
		{ "cpe:2.3:a:busybox:busybox:1.31.0:*:*:*:*:*:*:*", false },
		{ "cpe:2.3:a:busybox:busybox:1.31.1:rc1:*:*:*:*:*:*", false },
		{ "cpe:2.3:a:openssl:openssl:*:*:*:*:*:*:*:*", false },
		{ "cpe:2.3:*:*:*:*:*:*:*:*:*:*:*", false },
		{ "cpe:2.3:broken", false },
	};
	struct vex_subject subject = in_router();

	(void)state;
	subject.component.name = (struct bytes){ 0 };
	subject.component.purl = (struct bytes){ 0 };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (about(NAMED(.cpe = bytes_of(cases[i].want)), NOBODY,
			&subject) != cases[i].about)
			fail_msg("%s", cases[i].want);
	/* the inventory's CPE may be a whole name, too */
	subject.component.cpe =
	    BYTES("cpe:2.3:a:busybox:busybox:1.31.1:*:*:*:*:*:*:*");
	assert_true(about(
	    NAMED(.cpe = BYTES("cpe:/a:busybox:busybox")), NOBODY, &subject));
	/* firmware builders' names are no registry's: the CPE goes before them */
	subject.component.purl = BYTES("pkg:generic/bb@1.31.1");
	assert_true(about(NAMED(.purl = TEXT("pkg:generic/busybox@1.31.1"),
			      .cpe = TEXT("cpe:/a:busybox:busybox:1.31.1")),
	    NOBODY, &subject));
	subject.component.purl = BYTES("pkg:npm/bb@1.31.1");
	assert_false(about(NAMED(.purl = TEXT("pkg:npm/busybox@1.31.1"),
			       .cpe = TEXT("cpe:/a:busybox:busybox:1.31.1")),
	    NOBODY, &subject));
	subject.component.purl = (struct bytes){ 0 };
	subject.component.cpe = BYTES("gnu:bash;busybox:busybox");
	assert_true(about(
	    NAMED(.cpe = BYTES("cpe:/a:busybox:busybox")), NOBODY, &subject));
}

static void
vex_reads_an_update_as_a_part_of_the_version(void **state)
{
	struct vex_subject subject = in_router();

	(void)state;
	subject.component.version = BYTES("2022.07-rc1");
	subject.component.purl = (struct bytes){ 0 };
	assert_true(about(NAMED(.cpe = TEXT("cpe:2.3:a:busybox:busybox:2022.07:"
					    "rc1:*:*:*:*:*:*")),
	    NOBODY, &subject));
	assert_false(about(NAMED(.cpe = TEXT("cpe:2.3:a:busybox:busybox:"
					     "2022.07:-:*:*:*:*:*:*")),
	    NOBODY, &subject));
}

static void
vex_versions_differ_or_hold(void **state)
{
	static const struct {
		const char *want;
		bool about;
	} cases[] = {
		{ "", true },
		{ "1.31.1", true },
		{ "v1.31.1", true },
		{ "1.31", false },
		{ "1.31.10", false },
		{ "vers:generic/>=1.30|<1.32", true },
		{ "vers:generic/<1.31", false },
		{ "vers:generic/*", true },
		{ "< V2.2 Update 1", false },
	};
	struct vex_subject subject = in_router();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (about(NAMED(.name = TEXT("BusyBox"),
			      .version = bytes_of(cases[i].want)),
			NOBODY, &subject) != cases[i].about)
			fail_msg("%s", cases[i].want);
	/* a version that nobody knows is not that one */
	subject.component.version = (struct bytes){ 0 };
	subject.component.purl = (struct bytes){ 0 };
	assert_false(
	    about(NAMED(.name = TEXT("busybox"), .version = TEXT("1.31.1")),
		NOBODY, &subject));
	assert_true(about(NAMED(.name = TEXT("busybox")), NOBODY, &subject));
}

static void
vex_one_spelling_of_the_version_is_enough(void **state)
{
	struct vex_subject subject = in_router();
	struct vex_name glibc = {
		.purl = BYTES("pkg:generic/glibc@2.42-51-gcbf39c2"),
		.cpe = BYTES("cpe:2.3:a:gnu:glibc:2.42:-:*:*:*:*:*:*"),
		.name = BYTES("glibc"),
		.version = BYTES("2.42-51-gcbf39c2"),
	};

	(void)state;
	subject.component = NAMED(.purl = TEXT("pkg:generic/glibc@2.42"),
	    .name = TEXT("glibc"), .version = TEXT("2.42"));
	assert_true(about(glibc, NOBODY, &subject));
	subject.component.version = BYTES("2.41");
	subject.component.purl = BYTES("pkg:generic/glibc@2.41");
	assert_false(about(glibc, NOBODY, &subject));
}

static void
vex_hash_decides_before_all_names(void **state)
{
	struct vex_subject subject = in_router();

	(void)state;
	subject.component.sha256 = BYTES(SHA_B);
	assert_true(about(NAMED(.name = TEXT("bb"), .sha256 = TEXT(SHA_B)),
	    NOBODY, &subject));
	assert_false(
	    about(NAMED(.name = TEXT("busybox"), .sha256 = TEXT("cccc")),
		NOBODY, &subject));
	/* the very image, whatever release the document calls it */
	assert_true(about(NAMED(.purl = TEXT("pkg:generic/example/r@3"),
			      .sha256 = TEXT(SHA_A)),
	    NAMED(.name = TEXT("busybox")),
	    &(struct vex_subject){ .id = TEXT("CVE-2020-1234"),
		.component = subject.component,
		.product.sha256 = TEXT(SHA_A) }));
	/* it does not speak against a version that is named, and differs */
	assert_false(about(NAMED(.version = TEXT("9"), .sha256 = TEXT(SHA_B)),
	    NOBODY, &subject));
}

static void
vex_supplier_that_differs_is_another(void **state)
{
	struct vex_subject subject = in_router();
	struct vex_name product = { .name = BYTES("example-router") };

	(void)state;
	subject.component_is_product = true;
	subject.component = subject.product;
	assert_true(about(product, NOBODY, &subject));
	product.supplier = BYTES("EXAMPLE");
	assert_true(about(product, NOBODY, &subject)); /* "Example Inc." */
	product.supplier = BYTES("Exam");
	assert_false(about(product, NOBODY, &subject));
	product.supplier = BYTES("Other");
	assert_false(about(product, NOBODY, &subject));
	subject.component.supplier = (struct bytes){ 0 };
	subject.product.supplier = (struct bytes){ 0 };
	assert_true(about(product, NOBODY, &subject));
}

static void
vex_component_in_a_product_needs_the_product(void **state)
{
	struct vex_subject subject = in_router();
	struct vex_name busybox = { .purl = BYTES("pkg:generic/busybox") };
	struct vex_name router = { .name = BYTES("Example Router"),
		.version = BYTES("2.0") };
	struct vex_name other = { .name = BYTES("Other Router") };
	struct vex_name hashed = { .sha256 = BYTES(SHA_A) };

	(void)state;
	assert_true(about(router, busybox, &subject));
	assert_true(about(hashed, busybox, &subject));
	assert_false(about(other, busybox, &subject));
	router.version = BYTES("2.1");
	assert_false(about(router, busybox, &subject));
	/* in no product that is named: for the one it was given for */
	assert_false(about(NOBODY, busybox, &subject));
	subject.for_product = true;
	assert_true(about(NOBODY, busybox, &subject));
	assert_true(about(other, busybox, &subject));	/* names do vary */
	assert_false(about(router, busybox, &subject)); /* versions do not */
	hashed.sha256 = BYTES(SHA_B);
	assert_false(about(hashed, busybox, &subject));
	/* the component still has to be this one */
	busybox.purl = BYTES("pkg:generic/openssl");
	assert_false(about(NOBODY, busybox, &subject));
}

static void
vex_component_by_itself_holds_in_every_device(void **state)
{
	struct vex_subject subject = in_router();
	struct vex_name busybox = { .purl =
					BYTES("pkg:generic/busybox@1.31.1") };

	(void)state;
	assert_true(about(busybox, NOBODY, &subject));
	subject.product = NOBODY;
	assert_true(about(busybox, NOBODY, &subject));
	subject.component.version = BYTES("1.30.0");
	subject.component.purl = BYTES("pkg:generic/busybox@1.30.0");
	assert_false(about(busybox, NOBODY, &subject));
}

static void
vex_device_as_a_whole_covers_what_is_in_it(void **state)
{
	struct vex_subject subject = in_router();
	struct vex_name router = { .name = BYTES("Example Router"),
		.version = BYTES("2.0") };

	(void)state;
	/* CSAF, OpenVEX: the product alone */
	assert_true(about(router, NOBODY, &subject));
	/* CycloneDX: the root of the document is what is affected */
	assert_true(about(router, router, &subject));
	subject.product = NOBODY;
	assert_false(about(router, NOBODY, &subject));
	assert_false(about(router, router, &subject));
	subject.for_product = true;
	assert_false(about(router, NOBODY, &subject)); /* who knows */
	assert_true(about(router, router, &subject));
	/* and nothing named at all */
	assert_true(about(NOBODY, NOBODY, &subject));
	subject.for_product = false;
	assert_false(about(NOBODY, NOBODY, &subject));
}

static void
vex_component_is_not_the_device(void **state)
{
	struct vex_subject subject = in_router();
	struct vex_name router = { .name = BYTES("Example Router") };

	(void)state;
	subject.component = subject.product;
	subject.component_is_product = true;
	assert_true(about(router, NOBODY, &subject));
	assert_true(about(router, router, &subject));
	assert_false(
	    about(router, NAMED(.name = TEXT("example router 2")), &subject));
}

static void
vex_broken_names_are_nobody(void **state)
{
	struct vex_subject subject = in_router();

	(void)state;
	assert_false(about(NAMED(.purl = TEXT("pkg:")), NOBODY, &subject));
	assert_false(about(NAMED(.purl = TEXT("busybox")), NOBODY, &subject));
	assert_false(about(NAMED(.cpe = TEXT("cpe:2.3:")), NOBODY, &subject));
	assert_false(about(NAMED(.version = TEXT("1.31.1")), NOBODY, &subject));
	assert_false(about(NAMED(.name = TEXT("-")), NOBODY, &subject));
}

static void
vex_words_are_those_of_openvex(void **state)
{
	(void)state;
	assert_string_equal(vex_status_text(VEX_NONE), "");
	assert_string_equal(
	    vex_status_text(VEX_INVESTIGATED), "under_investigation");
	assert_string_equal(vex_status_text(VEX_AFFECTED), "affected");
	assert_string_equal(vex_status_text(VEX_FIXED), "fixed");
	assert_string_equal(vex_status_text(VEX_NOT_AFFECTED), "not_affected");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    vex_finds_the_vulnerability_by_any_of_its_names),
		cmocka_unit_test(
		    vex_purls_match_without_what_the_statement_leaves_out),
		cmocka_unit_test(vex_cpes_match_by_vendor_and_product),
		cmocka_unit_test(vex_reads_an_update_as_a_part_of_the_version),
		cmocka_unit_test(vex_versions_differ_or_hold),
		cmocka_unit_test(vex_one_spelling_of_the_version_is_enough),
		cmocka_unit_test(vex_hash_decides_before_all_names),
		cmocka_unit_test(vex_supplier_that_differs_is_another),
		cmocka_unit_test(vex_component_in_a_product_needs_the_product),
		cmocka_unit_test(vex_component_by_itself_holds_in_every_device),
		cmocka_unit_test(vex_device_as_a_whole_covers_what_is_in_it),
		cmocka_unit_test(vex_component_is_not_the_device),
		cmocka_unit_test(vex_broken_names_are_nobody),
		cmocka_unit_test(vex_words_are_those_of_openvex),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
