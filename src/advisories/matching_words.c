/* SPDX-License-Identifier: ISC */
/* The words of matches for reports. */
#include "advisories/matching.h"

const char *
match_state_text(enum match_state state)
{
	switch (state) {
	case MATCH_AFFECTED:
		return "affected";
	case MATCH_CONDITIONAL:
		return "conditional";
	case MATCH_UNKNOWN:
	case MATCH_STATE_COUNT:
		break;
	case MATCH_FIXED:
		return "fixed";
	case MATCH_NOT_AFFECTED:
		return "not affected";
	}
	return "unknown";
}

const char *
match_confidence_text(enum match_confidence confidence)
{
	switch (confidence) {
	case MATCH_LOW:
	case MATCH_CONFIDENCE_COUNT:
		break;
	case MATCH_MEDIUM:
		return "medium";
	case MATCH_HIGH:
		return "high";
	}
	return "low";
}

const char *
claim_source_text(enum claim_source source)
{
	switch (source) {
	case CLAIM_CVE_CNA:
		return "CVE record";
	case CLAIM_CVE_ADP:
		return "CVE record, added by others";
	case CLAIM_NVD:
		return "NVD";
	case CLAIM_OSV:
		return "OSV";
	case CLAIM_EUVD:
		return "EUVD";
	case CLAIM_SOURCE_COUNT:
		break;
	}
	return "unknown";
}

const char *
exploited_source_text(enum exploited_source source)
{
	switch (source) {
	case EXPLOITED_KEV:
		return "CISA KEV";
	case EXPLOITED_EUVD:
		return "ENISA EUVD";
	case EXPLOITED_SSVC:
		return "CISA SSVC";
	case EXPLOITED_SOURCE_COUNT:
		break;
	}
	return "unknown";
}
