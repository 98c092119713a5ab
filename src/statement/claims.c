/* SPDX-License-Identifier: ISC */
/* The table of claim numbers. */
#include "statement/claims.h"

const struct claim_row claim_rows[] = {
	{ CLAIM_ISS, "iss", "RFC 8392 §3.1.1" },
	{ CLAIM_SUB, "sub", "RFC 8392 §3.1.2" },
	{ CLAIM_EXP, "exp", "RFC 8392 §3.1.4" },
	{ CLAIM_IAT, "iat", "RFC 8392 §3.1.6" },
	{ CLAIM_OEMID, "oemid", "RFC 9711 §4.2.3" },
	{ CLAIM_HWMODEL, "hwmodel", "RFC 9711 §4.2.4" },
	{ CLAIM_SWVERSION, "swversion", "RFC 9711 §4.2.7" },
	{ CLAIM_LABEL, "label", "docs/statement.md" },
	{ CLAIM_ACCREDITATION, "accreditation", "docs/statement.md" },
	{ CLAIM_RECOGNITION, "recognition", "docs/statement.md" },
	{ CLAIM_STATUS, "status", "docs/statement.md" },
	{ CLAIM_CORRECTION, "correction", "docs/statement.md" },
	{ CLAIM_TOOL, "tool", "docs/statement.md" },
	{ CLAIM_UPDATE, "update", "docs/statement.md" },
	{ CLAIM_ADVISORY, "advisory", "docs/statement.md" },
};
const size_t claim_row_count = sizeof(claim_rows) / sizeof(claim_rows[0]);
