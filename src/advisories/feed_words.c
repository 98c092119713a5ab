/* SPDX-License-Identifier: ISC */
/* What each kind of feed is called: reports say it without any reader. */
#include "advisories/feed.h"

const char *
feed_kind_text(enum feed_kind kind)
{
	static const char *const texts[FEED_KIND_COUNT] = {
		[FEED_NONE] = "unknown",
		[FEED_CVE] = "CVE JSON 5",
		[FEED_NVD] = "NVD API 2.0",
		[FEED_OSV] = "OSV",
		[FEED_KEV] = "CISA KEV",
		[FEED_EPSS] = "EPSS",
		[FEED_EUVD] = "ENISA EUVD",
		[FEED_OPENVEX] = "OpenVEX",
		[FEED_CYCLONEDX] = "CycloneDX",
		[FEED_CSAF] = "CSAF",
	};

	return (unsigned)kind < FEED_KIND_COUNT ? texts[kind] : texts[0];
}
