/* SPDX-License-Identifier: ISC */
/* Certificates in hostile bytes: counted, bounded, errors cleared. */
#include "base/limits.h"
#include "inspect/certificates.h"

#include <openssl/err.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct certificates all = { .found = 190 };
	struct facts facts = facts_open(LIMIT_FACTS_LEN);

	if (certificates_find(&all, BYTES("x!/etc/server.crt"),
		(struct bytes){ data, size }, &facts) != ERR_OK)
		abort();
	if (all.found > CERTIFICATES_PER_IMAGE ||
	    all.found - 190 != facts.count || ERR_peek_error() != 0)
		abort();
	for (size_t i = 0; i < facts.count; i++) {
		const struct fact *fact = &facts.list[i];

		if (fact->at >= size || fact->value.len == 0 ||
		    (fact->extra.len != 0 && fact->extra.len != 64) ||
		    (fact->kind != FACT_CERTIFICATE &&
			fact->kind != FACT_CA_CERTIFICATE))
			abort();
	}
	facts_close(&facts);
	return 0;
}
