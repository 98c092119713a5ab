/* SPDX-License-Identifier: ISC */
/* Reading OSV. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "feed_log.h"

#define HEAD "{\"id\":\"X-1\",\"modified\":\"2026-01-02T03:04:05Z\","
#define PACKAGE(ecosystem, name)                                               \
	"\"package\":{\"ecosystem\":\"" ecosystem "\",\"name\":\"" name "\"}"
#define RANGE(type, events)                                                    \
	"\"ranges\":[{\"type\":\"" type "\",\"events\":[" events "]}]"
#define AFFECTED(inner) "\"affected\":[{" inner "}]}"
#define UP_TO_2 "{\"introduced\":\"0\"},{\"fixed\":\"2.0\"}"

static void
osv_names_packages_by_purl(void **state)
{
	static const struct {
		const char *ecosystem;
		const char *name;
		const char *claim;
	} cases[] = {
		{ "npm", "lodash", "npm lodash 1 " },
		{ "npm", "@scope/lib", "npm/@scope lib 1 " },
		{ "Go", "github.com/a/b", "golang/github.com/a b 1 " },
		{ "PyPI", "Zope.Inter_face", "pypi zope-inter-face 0 " },
		{ "Maven", "org.a:b-c", "maven/org.a b-c 0 " },
		{ "Packagist", "a/b", "composer/a b 0 " },
		{ "crates.io", "rand", "cargo rand 1 " },
		{ "RubyGems", "rails", "gem rails 0 " },
		{ "NuGet", "A.B", "nuget A.B 0 " },
		{ "Hex", "phoenix", "hex phoenix 1 " },
		{ "Pub", "http", "pub http 1 " },
		{ "CRAN", "readr", "cran readr 0 " },
		{ "SwiftURL", "github.com/a/b", "swift/github.com/a b 1 " },
		{ "GitHub Actions", "a/b", "githubactions/a b 1 " },
		{ "Debian:12", "openssl", "deb/debian openssl 2 12" },
		{ "Debian", "openssl", "deb/debian openssl 2 " },
		{ "Alpine:v3.18", "musl", "apk/alpine musl 4 v3.18" },
		{ "Ubuntu:Pro:14.04:LTS", "linux",
		    "deb/ubuntu linux 2 Pro:14.04:LTS" },
		{ "SUSE:Linux Enterprise Server 15 SP4", "curl",
		    "rpm/suse curl 3 Linux Enterprise Server 15 SP4" },
		{ "Rocky Linux:9", "bash", "rpm/rocky bash 3 9" },
		{ "AlmaLinux:8", "bash", "rpm/almalinux bash 3 8" },
		{ "Red Hat:enterprise_linux:9::baseos", "bash",
		    "rpm/redhat bash 3 enterprise_linux:9::baseos" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char json[512];
		char expected[256];

		(void)snprintf(json, sizeof(json),
		    HEAD AFFECTED(
			PACKAGE("%s", "%s") "," RANGE("ECOSYSTEM", UP_TO_2)),
		    cases[i].ecosystem, cases[i].name);
		(void)snprintf(expected, sizeof(expected),
		    "X-1 255 \n purl %s [,2.0)\n", cases[i].claim);
		assert_true(logs_as(json, expected));
	}
}

static void
osv_takes_a_purl_where_it_does_not_know_the_ecosystem(void **state)
{
	(void)state;
	assert_true(logs_as(HEAD AFFECTED("\"package\":{\"ecosystem\":\"New\","
					  "\"name\":\"x\",\"purl\":\"pkg:new/"
					  "a/b\"}," RANGE("SEMVER", UP_TO_2)),
	    "X-1 255 \n purl new/a b 0  [,2.0)\n"));
	assert_true(logs_as(
	    HEAD AFFECTED(PACKAGE("New", "x") "," RANGE("SEMVER", UP_TO_2)),
	    "X-1 255 \n"));
}

static void
osv_names_projects_by_their_repository(void **state)
{
	(void)state;
	/* curl has no package at all; its tags are not asked: there is a range */
	assert_true(logs_as(
	    HEAD AFFECTED("\"ranges\":[{\"type\":\"SEMVER\",\"events\":["
			  "{\"introduced\":\"6.0\"},{\"fixed\":\"7.4.1\"}]},"
			  "{\"type\":\"GIT\",\"repo\":\"https://github.com/"
			  "curl/curl.git\",\"events\":[{\"introduced\":\"ab\"}"
			  "]}],\"versions\":[\"6.5\"]"),
	    "X-1 255 \n name curl curl 0  [6.0,7.4.1)\n"
	    " purl generic curl 0  [6.0,7.4.1)\n"));
	assert_true(logs_as(
	    HEAD AFFECTED(PACKAGE("OSS-Fuzz",
		"dnsmasq") ",\"ranges\":[{"
			   "\"type\":\"GIT\",\"repo\":\"git://thekelleys.org.uk"
			   "/dnsmasq.git\",\"events\":[{\"introduced\":\"ab\"}]}"
			   "],\"versions\":[\"v2.86rc2\",\"other-1\"]"),
	    "X-1 255 \n name  dnsmasq 0  [2.86rc2,2.86rc2]\n"
	    " purl generic dnsmasq 0  [2.86rc2,2.86rc2]\n"));
	assert_true(logs_as(
	    HEAD AFFECTED(PACKAGE("Linux", "Kernel") "," RANGE("ECOSYSTEM",
		"{\"introduced\":\"5.1.0\"},{\"fixed\":\"5.4.9\"}")),
	    "X-1 255 \n name linux linux_kernel 6  [5.1.0,5.4.9)\n"));
}

static void
osv_reads_versions_out_of_tags(void **state)
{
	static const struct {
		const char *project;
		const char *tag;
		const char *version;
	} cases[] = {
		{ "curl", "curl-7_64_0", "7.64.0" },
		{ "dnsmasq", "v2.86rc2", "2.86rc2" },
		{ "openssl", "OpenSSL_1_1_1-pre1", "1.1.1-pre1" },
		{ "openssl", "openssl-3.0.1", "3.0.1" },
		{ "wolfssl", "v5.6.0-stable", "5.6.0" },
		{ "file", "FILE5_45", "5.45" },
		{ "gnutls", "gnutls_3_6_10", "3.6.10" },
		{ "libssh2", "libssh2-1.11.1", "1.11.1" },
		{ "freetype", "VER-2-13-0", "2.13.0" },
		{ "expat", "R_2_4_0", "2.4.0" },
		{ "unbound", "release-1.10.0rc1", "1.10.0rc1" },
		{ "lcms", "lcms2.13rc2", "2.13rc2" },
		{ "openvpn", "v2.7_alpha2", "2.7_alpha2" },
		{ "glib", "2.58.3", "2.58.3" },
		{ "php", "php-7.0.10RC1", "7.0.10RC1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char json[512];
		char expected[256];

		(void)snprintf(json, sizeof(json),
		    HEAD AFFECTED(
			PACKAGE("OSS-Fuzz", "%s") ",\"versions\":[\"%s\"]"),
		    cases[i].project, cases[i].tag);
		(void)snprintf(expected, sizeof(expected),
		    "X-1 255 \n name  %s 0  [%s,%s]\n purl generic %s 0  "
		    "[%s,%s]\n",
		    cases[i].project, cases[i].version, cases[i].version,
		    cases[i].project, cases[i].version, cases[i].version);
		assert_true(logs_as(json, expected));
	}
}

static void
osv_says_when_only_commits_are_known(void **state)
{
	(void)state;
	assert_true(logs_as(
	    HEAD AFFECTED(PACKAGE("OSS-Fuzz", "gpac") "," RANGE("GIT",
		"{\"introduced\":\"ab\"}") ",\"versions\":[\"abi-16.10\"]"),
	    "X-1 255 \n name  gpac 0 !\n purl generic gpac 0 !\n"));
	/* osv.dev found out the versions */
	assert_true(logs_as(
	    HEAD AFFECTED(
		"\"ranges\":[{\"type\":\"GIT\",\"repo\":\"https://github.com/"
		"a/b\",\"events\":[{\"introduced\":\"ab\"}],"
		"\"database_specific\":{\"versions\":[{\"introduced\":\"1.0\"},"
		"{\"fixed\":\"1.2\"}]}}]"),
	    "X-1 255 \n name a b 0  [1.0,1.2)\n purl generic b 0  [1.0,1.2)\n"));
}

static void
osv_walks_along_the_events(void **state)
{
	static const struct {
		const char *events;
		const char *ranges;
	} cases[] = {
		{ "{\"introduced\":\"0\"}", " [,)" },
		{ "{\"introduced\":\"1\"},{\"last_affected\":\"2\"}",
		    " [1,2]" },
		{ "{\"introduced\":\"1\"},{\"fixed\":\"2\"},{\"introduced\":"
		  "\"3\"},{\"fixed\":\"4\"}",
		    " [1,2) [3,4)" },
		/* in any order, in one object too */
		{ "{\"fixed\":\"4\"},{\"introduced\":\"3\"},{\"introduced\":"
		  "\"0\",\"fixed\":\"2\"}",
		    " [,2) [3,4)" },
		{ "{\"introduced\":\"1\"},{\"limit\":\"2\"}", " [1,2)" },
		{ "{\"introduced\":\"1\"},{\"limit\":\"*\"}", " [1,)" },
		/* the second beginning is inside of the first */
		{ "{\"introduced\":\"1\"},{\"introduced\":\"2\"},{\"fixed\":"
		  "\"3\"}",
		    " [1,3)" },
		/* 1.10 is behind 1.9 */
		{ "{\"introduced\":\"1.10\"},{\"fixed\":\"1.9\"},{"
		  "\"introduced\":\"1.1\"}",
		    " [1.1,1.9) [1.10,)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char json[512];
		char expected[256];

		(void)snprintf(json, sizeof(json),
		    HEAD AFFECTED(
			PACKAGE("RubyGems", "a") "," RANGE("ECOSYSTEM", "%s")),
		    cases[i].events);
		(void)snprintf(expected, sizeof(expected),
		    "X-1 255 \n purl gem a 0 %s\n", cases[i].ranges);
		assert_true(logs_as(json, expected));
	}
	/* nothing begins: nothing is affected, and nothing is claimed */
	assert_true(logs_as(HEAD AFFECTED(PACKAGE("RubyGems", "a") "," RANGE(
				"ECOSYSTEM", "{\"fixed\":\"2\"}")),
	    "X-1 255 \n"));
}

static void
osv_reads_listed_versions_where_there_is_no_range(void **state)
{
	(void)state;
	assert_true(logs_as(HEAD AFFECTED(PACKAGE(
				"PyPI", "a") ",\"versions\":[\"1.0\",\"1.1\"]"),
	    "X-1 255 \n purl pypi a 0  [1.0,1.0] [1.1,1.1]\n"));
}

static void
osv_reads_the_head(void **state)
{
	(void)state;
	assert_true(logs_as(HEAD
	    "\"aliases\":[\"CVE-2026-1\"],\"summary\":\"A \\\"title\\\"\","
	    "\"details\":\"Long\",\"severity\":[{\"type\":\"CVSS_V3\","
	    "\"score\":\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N\"},"
	    "{\"type\":\"CVSS_V4\",\"score\":\"CVSS:4.0/AV:N\"}]}",
	    "X-1=CVE-2026-1 91 A \"title\"\n"));
	assert_true(logs_as(HEAD "\"details\":\"Long\",\"affected\":[{"
				 "\"severity\":[{\"type\":\"CVSS_V3\","
				 "\"score\":\"CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/"
				 "C:H/I:H/A:H\"}]}]}",
	    "X-1 78 Long\n"));
}

static void
osv_puts_a_distributions_advisory_once_for_each_cve(void **state)
{
	(void)state;
	assert_true(logs_as(HEAD
	    "\"summary\":\"curl update\",\"upstream\":[\"CVE-2026-1\","
	    "\"UBUNTU-CVE-2026-1\",\"CVE-2026-2\"]," AFFECTED(
		PACKAGE("Debian:12", "curl") "," RANGE("ECOSYSTEM", UP_TO_2)),
	    "CVE-2026-1 by X-1 255 \n purl deb/debian curl 2 12 [,2.0)\n"
	    "CVE-2026-2 by X-1 255 \n purl deb/debian curl 2 12 [,2.0)\n"));
	/* before schema 1.7 */
	assert_true(logs_as(HEAD
	    "\"related\":[\"CVE-2026-1\"]," AFFECTED(PACKAGE(
		"Rocky Linux:9", "curl") "," RANGE("ECOSYSTEM", UP_TO_2)),
	    "CVE-2026-1 by X-1 255 \n purl rpm/rocky curl 3 9 [,2.0)\n"));
	/* elsewhere what is related is something else */
	assert_true(
	    logs_as(HEAD "\"related\":[\"CVE-2026-1\"]," AFFECTED(
			PACKAGE("npm", "curl") "," RANGE("SEMVER", UP_TO_2)),
		"X-1 255 \n purl npm curl 1  [,2.0)\n"));
}

static void
osv_takes_back_its_own_word_only(void **state)
{
	(void)state;
	assert_true(
	    logs_as(HEAD "\"withdrawn\":\"2026-02-01T00:00:00Z\",\"aliases\":["
			 "\"CVE-2026-1\"]," AFFECTED(
			     PACKAGE("npm", "a") "," RANGE("SEMVER", UP_TO_2)),
		"X-1 withdrawn 255 \n"));
	assert_true(logs_as("{\"id\":\"CVE-2026-1\",\"modified\":\"2026-01-01\""
			    ",\"withdrawn\":\"2026-02-01T00:00:00Z\"}",
	    ""));
}

static void
osv_refuses_what_has_no_id_and_goes_on(void **state)
{
	struct out o = out_open(LIMIT_REPORT_LEN);
	struct feed_info info = { 0 };
	struct bytes in =
	    BYTES("{\"schema_version\":\"1.0\",\"id\":\"A-1\",\"modified\":"
		  "\"2026-01-01T00:00:00Z\"}\n"
		  "{\"schema_version\":\"1.0\",\"id\":\"\"}\n"
		  "{\"id\":\"A-2\",\"modified\":\"2026-03-01T00:00:00Z\"}\n");

	(void)state;
	assert_int_equal(log_feed(in, &o, &info), ERR_OK);
	assert_true(bytes_equal_text(out_bytes(&o), "A-1 255 \nA-2 255 \n"));
	assert_int_equal(info.kind, FEED_OSV);
	assert_int_equal(info.count, 2);
	assert_int_equal(info.refused, 1);
	assert_int_equal(info.newest, 1772323200);
	assert_int_equal(info.first.code, ERR_MALFORMED);
	assert_string_equal(info.first.field, "id");
	out_close(&o);
}

static void
osv_refuses_every_prefix(void **state)
{
	static const char good[] =
	    HEAD "\"aliases\":[\"CVE-2026-1\"]," AFFECTED(
		PACKAGE("OSS-Fuzz", "a") "," RANGE(
		    "GIT", UP_TO_2) ",\"versions\":[\"v1.0\",\"a-1_1\"]");

	(void)state;
	for (size_t len = 0; len < sizeof(good) - 1; len++) {
		struct out o = out_open(LIMIT_REPORT_LEN);
		struct feed_info info = { 0 };
		struct bytes in = { (const uint8_t *)good, len };

		assert_int_not_equal(log_feed(in, &o, &info), ERR_OK);
		assert_int_equal(o.len, 0);
		out_close(&o);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(osv_names_packages_by_purl),
		cmocka_unit_test(
		    osv_takes_a_purl_where_it_does_not_know_the_ecosystem),
		cmocka_unit_test(osv_names_projects_by_their_repository),
		cmocka_unit_test(osv_reads_versions_out_of_tags),
		cmocka_unit_test(osv_says_when_only_commits_are_known),
		cmocka_unit_test(osv_walks_along_the_events),
		cmocka_unit_test(
		    osv_reads_listed_versions_where_there_is_no_range),
		cmocka_unit_test(osv_reads_the_head),
		cmocka_unit_test(
		    osv_puts_a_distributions_advisory_once_for_each_cve),
		cmocka_unit_test(osv_takes_back_its_own_word_only),
		cmocka_unit_test(osv_refuses_what_has_no_id_and_goes_on),
		cmocka_unit_test(osv_refuses_every_prefix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
