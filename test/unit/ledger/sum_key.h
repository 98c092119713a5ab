/* SPDX-License-Identifier: ISC */
/* A signature that costs a ledger's tests little: two digests of the message. */
#ifndef SUM_KEY_H
#define SUM_KEY_H

#include "crypto/hooks.h"
#include "crypto/signer.h"

#include <stdbool.h>
#include <string.h>

/* Anybody can make it, but no damage to a file comes by it. */
static inline void
sum_key_sign(struct bytes message, uint8_t ret[SIGNATURE_LEN])
{
	for (uint8_t i = 0; i < 2; i++) {
		struct bytes part[2] = { { &i, 1 }, message };

		crypto_hooks_default.sha256(
		    crypto_hooks_default.context, part, 2, ret + 32 * i);
	}
}

static inline bool
sum_key_signed(struct bytes message, const uint8_t signature[SIGNATURE_LEN])
{
	uint8_t right[SIGNATURE_LEN];

	sum_key_sign(message, right);
	return memcmp(right, signature, SIGNATURE_LEN) == 0;
}

#endif
