/* SPDX-License-Identifier: ISC */
/* Core dumps off, the secure heap on. */
#include "system/secrets.h"

#include "base/limits.h"

#include <openssl/crypto.h>
#include <sys/prctl.h>
#include <sys/resource.h>

/* A key takes under 1 KiB, a passphrase as much; whole files pass through. */
#define SECRETS_HEAP_LEN (128 * KIB)
#define SECRETS_HEAP_MIN 32 /* smallest piece, as libcrypto wants it */

enum err
secrets_guard(void)
{
	struct rlimit none = { 0, 0 };

	if (prctl(PR_SET_DUMPABLE, 0) != 0 ||
	    setrlimit(RLIMIT_CORE, &none) != 0)
		return ERR_SYSTEM;
	/* It gives 2 where memory must not be locked: still better than the
	   common heap, as it is left out of dumps and has guard pages. */
	if (CRYPTO_secure_malloc_initialized() == 0 &&
	    CRYPTO_secure_malloc_init(SECRETS_HEAP_LEN, SECRETS_HEAP_MIN) == 0)
		return ERR_SYSTEM;
	return ERR_OK;
}
