/* SPDX-License-Identifier: ISC */
/* What is missing before no match means that nothing is known. */
#include "baseline/reach.h"

#include "base/date.h"

#define DAY_SECS INT64_C(86400)

enum lack {
	LACK_FEEDS,
	LACK_COMPONENTS,
	LACK_CATALOGUE,
	LACK_WHOLE_CATALOGUE,
	LACK_NEW_CATALOGUE,
	LACK_CLAIMS,
	LACK_NEW_CLAIMS,
	LACK_MORE_CLAIMS,
	LACK_COUNT
};

/* Days before `today`; what is dated later is no older than today. */
static bool
is_old(int64_t newest, uint64_t today)
{
	return today > INT64_MAX ||
	    newest / DAY_SECS + REACH_DAYS < (int64_t)today / DAY_SECS;
}

static bool
has_catalogue(const struct book_health *h)
{
	return h->exploited > 0 && h->newest_catalogue != 0;
}

static bool
has_claims(const struct book_health *h)
{
	return h->claims > 0 && h->newest_claim != 0;
}

/* Each but the first two only where there is something to be asked. */
static bool
lacks(const struct assessment *a, enum lack lack, uint64_t today)
{
	const struct book_health *h =
	    a->advisories != NULL ? a->advisories->health : NULL;

	if (lack == LACK_COMPONENTS)
		return a->component_count == 0;
	if (h == NULL)
		return lack == LACK_FEEDS;
	switch (lack) {
	case LACK_FEEDS:
	case LACK_COMPONENTS:
	case LACK_COUNT:
		return false;
	case LACK_CATALOGUE:
		return !has_catalogue(h);
	case LACK_WHOLE_CATALOGUE:
		return has_catalogue(h) && h->exploited < BOOK_CATALOGUE_MIN;
	case LACK_NEW_CATALOGUE:
		return has_catalogue(h) && is_old(h->newest_catalogue, today);
	case LACK_CLAIMS:
		return !has_claims(h);
	case LACK_NEW_CLAIMS:
		return has_claims(h) && is_old(h->newest_claim, today);
	case LACK_MORE_CLAIMS: /* the double has room for both products */
		return has_catalogue(h) && has_claims(h) &&
		    (double)h->exploited_known * 100 <
		    (double)h->exploited * REACH_KNOWN_PERCENT;
	}
	return false;
}

bool
reach_is_enough(const struct assessment *a, uint64_t today)
{
	for (int i = 0; i < LACK_COUNT; i++)
		if (lacks(a, (enum lack)i, today))
			return false;
	return true;
}

static void
put_days(struct out *to)
{
	out_text(to, ": get one at most ");
	out_decimal(to, REACH_DAYS);
	out_text(to, " days old");
}

static void
put_lack(const struct assessment *a, enum lack lack, struct out *to)
{
	const struct book_health *h =
	    a->advisories != NULL ? a->advisories->health : NULL;

	switch (lack) {
	case LACK_FEEDS:
		out_text(to,
		    "No feeds of known vulnerabilities were given: add "
		    "--feeds DIR, a folder with CVE records (or NVD, OSV) and "
		    "a catalogue of exploited vulnerabilities (CISA KEV or "
		    "ENISA EUVD)");
		return;
	case LACK_COMPONENTS:
		out_text(to,
		    "No component was identified that a vulnerability could "
		    "be known of: show an image that can be read, or watch "
		    "for vulnerabilities with the list of your build system");
		return;
	case LACK_CATALOGUE:
		out_text(to,
		    "The feeds hold no catalogue of exploited "
		    "vulnerabilities: add CISA's "
		    "known_exploited_vulnerabilities.json, or ENISA's EUVD");
		return;
	case LACK_WHOLE_CATALOGUE:
		out_text(to, "The catalogue of exploited vulnerabilities has ");
		out_decimal(to, h->exploited);
		out_text(to,
		    " entries only, so it is a part of one: add CISA's or "
		    "ENISA's as a whole");
		return;
	case LACK_NEW_CATALOGUE:
		out_text(
		    to, "The catalogue of exploited vulnerabilities ends on ");
		date_put_day(to, h->newest_catalogue);
		put_days(to);
		return;
	case LACK_CLAIMS:
		out_text(to,
		    "The feeds do not say which versions are affected: add CVE "
		    "records, NVD or OSV");
		return;
	case LACK_NEW_CLAIMS:
		out_text(to, "What says which versions are affected ends on ");
		date_put_day(to, h->newest_claim);
		put_days(to);
		return;
	case LACK_MORE_CLAIMS:
		out_text(to, "Affected versions are known for ");
		out_decimal(to, h->exploited_known);
		out_text(to, " of ");
		out_decimal(to, h->exploited);
		out_text(to,
		    " exploited vulnerabilities only: add the CVE records of "
		    "all years");
		return;
	case LACK_COUNT:
		return;
	}
}

void
reach_put_missing(const struct assessment *a, uint64_t today, struct out *to)
{
	bool first = true;

	for (int i = 0; i < LACK_COUNT; i++) {
		if (!lacks(a, (enum lack)i, today))
			continue;
		out_text(to, first ? "" : " ");
		put_lack(a, (enum lack)i, to);
		out_text(to, ".");
		first = false;
	}
}
