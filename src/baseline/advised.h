/* SPDX-License-Identifier: ISC */
/* Matches of an assessment: of what they are, and what they weigh. */
#ifndef BASELINE_ADVISED_H
#define BASELINE_ADVISED_H

#include "advisories/matching.h"
#include "base/bytes.h"
#include "base/out.h"
#include "baseline/assessment.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Foreign texts in a sentence are cut to this length, each. */
#define ADVISED_FOREIGN_LEN 120

/* What a vulnerability is known of. Borrows the assessment. */
struct advised {
	const struct component_item *component; /* NULL: the device itself */
	struct bytes maker;			/* of the device, else empty */
	struct bytes name;
	struct bytes version; /* with the distribution's revision, or empty */
};

/* False for a subject that is neither a component nor the device. */
bool advised_find(
    const struct assessment *a, size_t subject, struct advised *ret);

/* "Example WR1", "dnsmasq"; and with its version. Foreign: escape. */
void advised_put_name(const struct advised *of, struct out *to);
void advised_put(const struct advised *of, struct out *to);

/*
 * Whether somebody's word takes the objection away: fixed, or not affected and
 * why. A statement without a reason is only shown.
 */
bool advised_is_relieved(const struct match *m);

/* What rule VULN-1 makes of one that is being exploited. */
enum finding_result advised_weigh(const struct match *m);

/* "9.8"; "0.91", "0.004": probabilities with as much as tells them from 0. */
void advised_put_cvss(uint8_t tenths, struct out *to);
void advised_put_epss(uint32_t millionths, struct out *to);

/* "CISA KEV, ENISA EUVD" */
void advised_put_exploited_by(const struct match *m, struct out *to);

#endif
