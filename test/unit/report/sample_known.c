/* SPDX-License-Identifier: ISC */
/* What feeds know of the sample: each kind of match, and hostile texts. */
#include "sample.h"

#define B(text)                                                                \
	{                                                                      \
		(const uint8_t *)(text), sizeof(text) - 1                      \
	}
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define HOSTILE                                                                \
	"\x1b[31m</td><script>alert(\"1\")</script>&amp \xff\xe2\x80\xae\0\r\n"

/* 2021-11-03 */
#define SINCE INT64_C(1635897600)

enum {
	BUSYBOX,
	DROPBEAR,
	LINUX,
	OPENSSL,
	ODD,
	UCLIBC,
	DEVICE
};

/* Sorted as matching_run() does. */
static struct match list[] = {
	{ .subject = OPENSSL,
	    .id = B("CVE-2014-0160"),
	    .title = B("OpenSSL TLS heartbeat reads too far (Heartbleed)"),
	    .state = MATCH_AFFECTED,
	    .confidence = MATCH_HIGH,
	    .source = CLAIM_NVD,
	    .range = B("from 1.0.1, before 1.0.1g"),
	    .fixed_in = B("1.0.1g"),
	    .cvss = 75,
	    .epss = 944000,
	    .exploited_by = 1U << EXPLOITED_KEV | 1U << EXPLOITED_EUVD,
	    .exploited_since = SINCE,
	    .ransomware = true },
	{ .subject = LINUX,
	    .id = B("CVE-2016-5195"),
	    .title = B("Dirty COW: a race in the kernel's memory management"),
	    .state = MATCH_AFFECTED,
	    .confidence = MATCH_MEDIUM,
	    .source = CLAIM_CVE_CNA,
	    .range = B("from 2.6.22, before 4.8.3"),
	    .because = B("the kernel's configuration and patches decide"),
	    .fixed_in = B("4.8.3"),
	    .cvss = 70,
	    .epss = 930000,
	    .exploited_by = 1U << EXPLOITED_KEV },
	{ .subject = DEVICE,
	    .id = B("CVE-2023-1389"),
	    .title = B("command injection in the web interface"),
	    .state = MATCH_AFFECTED,
	    .confidence = MATCH_HIGH,
	    .source = CLAIM_CVE_CNA,
	    .range = B("before 3.16.9"),
	    .cvss = 88,
	    .epss = 910000,
	    .exploited_by = 1U << EXPLOITED_KEV },
	{ .subject = BUSYBOX,
	    .id = B("CVE-2021-99991"),
	    .title = B("an exploited one that the maker says is not there"),
	    .state = MATCH_NOT_AFFECTED,
	    .confidence = MATCH_HIGH,
	    .source = CLAIM_OSV,
	    .range = B("before 1.36"),
	    .fixed_in = B("1.36"),
	    .cvss = CVSS_UNKNOWN,
	    .epss = EPSS_UNKNOWN,
	    .exploited_by = 1U << EXPLOITED_SSVC,
	    .vex = VEX_NOT_AFFECTED,
	    .vex_justification = B("vulnerable_code_not_present"),
	    .vex_author = B("Example Routers GmbH"),
	    .vex_document = B("https://example.com/vex/1") },
	{ .subject = UCLIBC,
	    .id = B("CVE-2022-30295"),
	    .title = B("predictable DNS transaction IDs"),
	    .state = MATCH_UNKNOWN,
	    .confidence = MATCH_LOW,
	    .source = CLAIM_NVD,
	    .cvss = 65,
	    .epss = 2000,
	    .exploited_by = 1U << EXPLOITED_EUVD },
	{ .subject = BUSYBOX,
	    .id = B("CVE-2022-48174"),
	    .title = B("stack overflow in ash"),
	    .state = MATCH_AFFECTED,
	    .confidence = MATCH_MEDIUM,
	    .source = CLAIM_NVD,
	    .range = B("before 1.35"),
	    .because = B("the distribution may have mended it"),
	    .fixed_in = B("1.35"),
	    .cvss = 98,
	    .epss = 1000 },
	{ .subject = DROPBEAR,
	    .id = B("CVE-2016-7406"),
	    .title = B("format string in user names"),
	    .state = MATCH_FIXED,
	    .confidence = MATCH_HIGH,
	    .source = CLAIM_NVD,
	    .range = B("before 2016.74"),
	    .fixed_in = B("2016.74"),
	    .cvss = 98,
	    .epss = 20000,
	    .vex = VEX_FIXED,
	    .vex_detail = B("patched in our tree"),
	    .vex_author = B("Example Routers GmbH") },
	{ .subject = DROPBEAR,
	    .id = B("CVE-2012-0920"),
	    .title = B("a statement without a reason"),
	    .state = MATCH_AFFECTED,
	    .confidence = MATCH_HIGH,
	    .source = CLAIM_NVD,
	    .range = B("before 2012.56"),
	    .fixed_in = B("2012.56"),
	    .cvss = 71,
	    .epss = EPSS_UNKNOWN,
	    .vex = VEX_NOT_AFFECTED,
	    .vex_author = B("Example Routers GmbH") },
	{ .subject = OPENSSL,
	    .id = B("GHSA-xxxx-yyyy-zzzz"),
	    .title = B("one that the maker says is there"),
	    .state = MATCH_AFFECTED,
	    .confidence = MATCH_HIGH,
	    .source = CLAIM_OSV,
	    .range = B("before 1.0.2"),
	    .cvss = 0,
	    .epss = EPSS_UNKNOWN,
	    .vex = VEX_AFFECTED,
	    .vex_detail = B("Do not reach the web interface from outside."),
	    .vex_author = B("Example Routers GmbH") },
	{ .subject = ODD,
	    .id = B("CVE-2020-1" HOSTILE),
	    .title = B(HOSTILE),
	    .state = MATCH_NOT_AFFECTED,
	    .confidence = MATCH_LOW,
	    .source = CLAIM_EUVD,
	    .range = B(HOSTILE),
	    .because = B(HOSTILE),
	    .fixed_in = B(HOSTILE),
	    .cvss = 255,
	    .epss = EPSS_UNKNOWN,
	    .vex = VEX_NOT_AFFECTED,
	    .vex_justification = B(HOSTILE),
	    .vex_detail = B(HOSTILE),
	    .vex_author = B(HOSTILE),
	    .vex_document = B(HOSTILE) },
};

static struct match_unused unused[] = {
	{ B("CVE-2019-11358"), B("pkg:npm/jquery@3.3.1"),
	    B("https://example.com/vex/1") },
	{ B(HOSTILE), B(HOSTILE), B(HOSTILE) },
};

static const struct matches matches = { list, COUNT(list), unused,
	COUNT(unused) };

static const struct book_feed feeds[] = {
	{ B("cves.jsonl"),
	    { .kind = FEED_CVE,
		.count = 289120,
		.refused = 3,
		.newest = INT64_C(1795219200) } },
	{ B("known_exploited_vulnerabilities.json"),
	    { .kind = FEED_KEV,
		.count = 1404,
		.newest = INT64_C(1795132800) } },
	{ B(HOSTILE), { .kind = FEED_NONE, .newest = INT64_MAX } },
};

static const struct book_health health = { .feed_count = COUNT(feeds),
	.vulnerabilities = 289120,
	.claims = 1200345,
	.exploited = 1404,
	.exploited_known = 1398,
	.newest_catalogue = INT64_C(1795132800),
	.newest_claim = INT64_C(1795219200) };

static const struct advisories known = { &matches, &health, feeds };

void
sample_know(struct sample *s)
{
	s->assessment.product =
	    (struct declared_product){ .maker = B("Example "
						  "Routers"),
		    .model = B("WR 841 \"N\""),
		    .release = B("3.16.8") };
	s->assessment.advisories = &known;
}
