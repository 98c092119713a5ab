/* SPDX-License-Identifier: ISC */
/* Keys in hostile bytes: bounded, with a print, and without their secret. */
#include "base/limits.h"
#include "inspect/keys.h"
#include "inspect/needles.h"

#include <openssl/err.h>
#include <stdlib.h>

static void
check(const struct fact *fact, size_t size)
{
	if (fact->at >= size || fact->name.len == 0)
		abort();
	if (fact->kind != FACT_ENCRYPTED_KEY && fact->value.len != 64 &&
	    !bytes_equal_text(fact->extra, "pgp"))
		abort();
	if (fact->text.len > 0 &&
	    !bytes_starts(fact->text, BYTES("-----BEGIN ")) &&
	    !bytes_starts(fact->text, BYTES("PuTTY-User-Key-File-")) &&
	    !bytes_starts(fact->text, BYTES("untrusted comment:")))
		abort(); /* not a first line: could be the secret */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct facts facts = facts_open(LIMIT_FACTS_LEN);

	if (keys_find(BYTES("x!/etc/ssh_host_rsa_key"),
		(struct bytes){ data, size }, NEEDLES_ALL,
		(struct bytes){ NULL, 0 }, &facts) != ERR_OK)
		abort();
	if (facts.count > 2 * KEYS_PER_FILE || ERR_peek_error() != 0)
		abort();
	for (size_t i = 0; i < facts.count; i++)
		check(&facts.list[i], size);
	facts_close(&facts);
	return 0;
}
