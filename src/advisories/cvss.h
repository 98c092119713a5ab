/* SPDX-License-Identifier: ISC */
/* The base score that a CVSS vector stands for. */
#ifndef ADVISORIES_CVSS_H
#define ADVISORIES_CVSS_H

#include "base/bytes.h"

#include <stdint.h>

/*
 * In tenths: "CVSS:3.1/AV:N/…" gives 98. Metrics that are not of the base
 * score are passed over; "CVSS:3.x/" may be left out, as CycloneDX does.
 * CVSS_UNKNOWN for other versions and when a base metric is missing, there
 * twice or has no such value. Source: FIRST, CVSS v3.1 specification, section
 * 7.1 and appendix A; v3.0 differs in its last digit only, where a sum of
 * floating-point numbers misses a tenth.
 */
uint8_t cvss_base_score(struct bytes vector);

#endif
