/* SPDX-License-Identifier: ISC */
/* Package URLs, good ones, odd ones and broken ones. */
#include "advisories/purl_read.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct sample {
	const char *purl;
	const char *type;
	const char *space;
	const char *name;
	const char *version;
	const char *qualifiers;
	const char *subpath;
} good[] = {
	{ "pkg:deb/debian/curl@7.74.0-1.3%2Bdeb11u7?arch=armhf", "deb",
	    "debian", "curl", "7.74.0-1.3+deb11u7", "arch=armhf", "" },
	{ "pkg:DEB/Debian/Curl@1:2.0", "deb", "debian", "curl", "1:2.0", "",
	    "" },
	{ "pkg:generic/busybox@1.19.4", "generic", "", "busybox", "1.19.4", "",
	    "" },
	{ "pkg:generic/OpenSSL", "generic", "", "OpenSSL", "", "", "" },
	{ "pkg:opkg/dnsmasq@2.80-16", "opkg", "", "dnsmasq", "2.80-16", "",
	    "" },
	{ "pkg:npm/%40angular/animation@12.3.1", "npm", "@angular", "animation",
	    "12.3.1", "", "" },
	{ "pkg:npm/@angular/animation", "npm", "@angular", "animation", "", "",
	    "" },
	{ "pkg:npm/@angular/animation@12.3.1", "npm", "@angular", "animation",
	    "12.3.1", "", "" },
	{ "pkg:opam/git@3/16.1", "opam", "", "git", "3/16.1", "", "" },
	{ "pkg:pypi/Django_all-Auth.x@12.23", "pypi", "", "django-all-auth-x",
	    "12.23", "", "" },
	{ "pkg:golang/GitHub.com/Gorilla/Context@v1#/api/./x//..", "golang",
	    "github.com/gorilla", "context", "v1", "", "api/x" },
	{ "pkg:rpm/Fedora/curl@7.50.3-1.fc25?arch=i386&epoch=1", "rpm",
	    "fedora", "curl", "7.50.3-1.fc25", "arch=i386&epoch=1", "" },
	{ "pkg:cpan/drolsky/DateTime@1.55", "cpan", "DROLSKY", "DateTime",
	    "1.55", "", "" },
	{ "pkg:git/codeberg.org/forgejo/forgejo@a72d", "git", "codeberg.org",
	    "forgejo/forgejo", "a72d", "", "" },
	{ "pkg:huggingface/microsoft/deberta@559AD", "huggingface", "microsoft",
	    "deberta", "559ad", "", "" },
	{ "pkg:pub/Flutter-Web@1.0", "pub", "", "flutter_web", "1.0", "", "" },
	{ "pkg://maven//org.apache//io/", "maven", "org.apache", "io", "", "",
	    "" },
	{ "pkg:generic/a@b%40c?checksum=sha1:a%2Csha256:b#x%20y", "generic", "",
	    "a", "b@c", "checksum=sha1:a%2Csha256:b", "x y" },
};

static const char *const bad[] = {
	"",
	"pkg:",
	"pkg:/",
	"pkg:deb",
	"pkg:deb/",
	"pkg:deb/@1.0",
	"pkg:deb/debian/@1.0",
	"pkg:3nginx/nginx@0.8.9",
	"pkg:n&g?inx/nginx@0.8.9",
	"pkg:nginx:a/nginx@0.8.9",
	"pkg%3Amaven/org.apache/io",
	"purl:deb/debian/curl",
	"pkg:generic/a%2",
	"pkg:generic/a%zz",
	"pkg:generic/a%00b",
	"pkg:generic/a\tb",
	"pkg:generic/a%2fb/c",
	"pkg:generic/a?b",
	"pkg:generic/a?=b",
	"pkg:generic/a?in%20x=b",
	"pkg:generic/a?1x=b",
	"pkg:generic/a#b%2fc",
	"pkg:rpm/fedora/curl?Arch=i386",
	"pkg:cran/space/A3@1.0",
	"pkg:cpan/DateTime@1.55",
	"pkg:cpan/GDT/URI::PackageURL@2.11",
	"pkg:julia/Dates@1.9.0",
	"pkg:julia/Dates?uuid=",
	"pkg:swift/Alamofire@5.4.3",
};

static void
assert_bytes(struct bytes in, const char *text, const char *purl)
{
	if (!bytes_equal_text(in, text))
		fail_msg("%s: \"%.*s\" is not \"%s\"", purl, (int)in.len,
		    (const char *)in.ptr, text);
}

static void
parts_are_decoded_and_spelled_as_the_type_wants(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		const struct sample *s = &good[i];
		struct arena arena = arena_open(2 * LIMIT_PURL_LEN);
		struct purl_parts purl;

		if (purl_read(bytes_of(s->purl), &arena, &purl) != ERR_OK)
			fail_msg("%s is refused", s->purl);
		assert_bytes(purl.type, s->type, s->purl);
		assert_bytes(purl.space, s->space, s->purl);
		assert_bytes(purl.name, s->name, s->purl);
		assert_bytes(purl.version, s->version, s->purl);
		assert_bytes(purl.qualifiers, s->qualifiers, s->purl);
		assert_bytes(purl.subpath, s->subpath, s->purl);
		arena_close(&arena);
	}
}

static void
what_is_broken_is_refused_and_changes_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct arena arena = arena_open(2 * LIMIT_PURL_LEN);
		struct purl_parts purl = { .name = BYTES("untouched") };

		if (purl_read(bytes_of(bad[i]), &arena, &purl) != ERR_MALFORMED)
			fail_msg("%s is not refused", bad[i]);
		assert_bytes(purl.name, "untouched", bad[i]);
		arena_close(&arena);
	}
}

static void
the_limit_is_what_is_read_at_most(void **state)
{
	struct arena arena = arena_open(4 * LIMIT_PURL_LEN);
	char text[LIMIT_PURL_LEN + 1];
	struct purl_parts purl;

	(void)state;
	memset(text, 'a', sizeof(text));
	for (size_t i = 0; i < 8; i++)
		text[i] = "pkg:deb/"[i];
	assert_int_equal(
	    purl_read(
		(struct bytes){ (uint8_t *)text, sizeof(text) }, &arena, &purl),
	    ERR_LIMIT);
	assert_int_equal(
	    purl_read((struct bytes){ (uint8_t *)text, sizeof(text) - 1 },
		&arena, &purl),
	    ERR_OK);
	assert_int_equal(purl.name.len, LIMIT_PURL_LEN - 8);
	arena_close(&arena);
}

static void
without_memory_it_says_so(void **state)
{
	struct arena arena = arena_open(4);
	struct purl_parts purl;

	(void)state;
	assert_int_equal(
	    purl_read(BYTES("pkg:deb/debian/curl"), &arena, &purl), ERR_MEMORY);
	arena_close(&arena);
}

static void
qualifiers_are_found_by_name_and_decoded(void **state)
{
	struct arena arena = arena_open(4 * LIMIT_PURL_LEN);
	struct purl_parts purl;

	(void)state;
	assert_int_equal(
	    purl_read(BYTES("pkg:deb/debian/curl@1?arch=armhf&distro="
			    "debian-12%2B1&empty=&repositorY_url=x=y"),
		&arena, &purl),
	    ERR_OK);
	assert_bytes(purl_qualifier(&purl, "arch", &arena), "armhf", "arch");
	assert_bytes(
	    purl_qualifier(&purl, "distro", &arena), "debian-12+1", "distro");
	assert_bytes(purl_qualifier(&purl, "repository_url", &arena), "x=y",
	    "repository_url");
	assert_bytes(purl_qualifier(&purl, "empty", &arena), "", "empty");
	assert_bytes(purl_qualifier(&purl, "epoch", &arena), "", "epoch");
	arena_close(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    parts_are_decoded_and_spelled_as_the_type_wants),
		cmocka_unit_test(what_is_broken_is_refused_and_changes_nothing),
		cmocka_unit_test(the_limit_is_what_is_read_at_most),
		cmocka_unit_test(without_memory_it_says_so),
		cmocka_unit_test(qualifiers_are_found_by_name_and_decoded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
