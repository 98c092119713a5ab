/* SPDX-License-Identifier: ISC */
/* The ledger's word first, then the clock's. */
#include "registry/standing.h"

/* Clocks may differ by so much, as for label/verify.c. */
#define SKEW_SECS 300

enum standing
standing_of(const struct registry_label *label, int64_t now)
{
	switch (label->status) {
	case TRUST_REVOKED:
		return STANDING_REVOKED;
	case TRUST_SUSPENDED:
		return STANDING_SUSPENDED;
	case TRUST_SUPERSEDED:
		return STANDING_SUPERSEDED;
	case TRUST_VALID:
		break;
	}
	if (label->expires != 0 && now >= label->expires)
		return STANDING_EXPIRED;
	if (now < label->issued - SKEW_SECS)
		return STANDING_NOT_YET;
	if (label->claims.support_until != 0 &&
	    now >= label->claims.support_until)
		return STANDING_SUPPORT_ENDED;
	return STANDING_VALID;
}

const char *
standing_word(enum standing standing)
{
	static const char *const words[STANDINGS] = {
		[STANDING_VALID] = "valid",
		[STANDING_SUPPORT_ENDED] = "support-ended",
		[STANDING_NOT_YET] = "not-yet-valid",
		[STANDING_EXPIRED] = "expired",
		[STANDING_SUPERSEDED] = "superseded",
		[STANDING_SUSPENDED] = "suspended",
		[STANDING_REVOKED] = "revoked",
	};

	return words[standing];
}
