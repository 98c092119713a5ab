/* SPDX-License-Identifier: ISC */
/* The claim numbers of statements, in one table with their sources. */
#ifndef STATEMENT_CLAIMS_H
#define STATEMENT_CLAIMS_H

#include <stddef.h>
#include <stdint.h>

/* Ours are private ones, below -65536 (RFC 8392 §9.1). */
enum claim {
	CLAIM_ISS = 1,
	CLAIM_SUB = 2,
	CLAIM_EXP = 4,
	CLAIM_IAT = 6,
	CLAIM_OEMID = 258,
	CLAIM_HWMODEL = 259,
	CLAIM_SWVERSION = 271,
	CLAIM_LABEL = -70000,
	CLAIM_ACCREDITATION = -70001,
	CLAIM_RECOGNITION = -70002,
	CLAIM_STATUS = -70003,
	CLAIM_CORRECTION = -70004,
	CLAIM_TOOL = -70005,
	CLAIM_UPDATE = -70006,
	CLAIM_ADVISORY = -70007,
};

struct claim_row {
	enum claim claim;
	const char *name;
	const char *source;
};

/* Every claim once, in the order of the enum. */
extern const struct claim_row claim_rows[];
extern const size_t claim_row_count;

#endif
