/* SPDX-License-Identifier: ISC */
/* How a label stands: what the ledger says of it and what the clock says. */
#ifndef REGISTRY_STANDING_H
#define REGISTRY_STANDING_H

#include "registry/rows.h"

#include <stdint.h>

/* Of several the worst, which is the last here. */
enum standing {
	STANDING_VALID,
	STANDING_SUPPORT_ENDED, /* the label runs, but updates do not come */
	STANDING_NOT_YET,
	STANDING_EXPIRED,
	STANDING_SUPERSEDED,
	STANDING_SUSPENDED,
	STANDING_REVOKED,
};
#define STANDINGS 7

enum standing standing_of(const struct registry_label *label, int64_t now);

/* "valid", "support-ended", "not-yet-valid"; static. */
const char *standing_word(enum standing standing);

#endif
