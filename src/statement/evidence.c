/* SPDX-License-Identifier: ISC */
/* Compares a file with the hash that a statement carries. */
#include "statement/evidence.h"

#include <string.h>

bool
evidence_matches(const struct statement *s, const struct crypto_hooks *hooks,
    struct bytes file)
{
	uint8_t digest[SHA256_LEN];

	if (!kind_rows[s->header.kind].envelope)
		return false;
	hooks->sha256(hooks->context, &file, 1, digest);
	return memcmp(digest, s->payload.ptr, SHA256_LEN) == 0;
}
