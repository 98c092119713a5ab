/* SPDX-License-Identifier: ISC */
/* A private key at work, wherever it lives: a file, a token. */
#ifndef CRYPTO_SIGNER_H
#define CRYPTO_SIGNER_H

#include "base/bytes.h"
#include "base/err.h"
#include "crypto/cose.h"

/*
 * Who opens one (crypto/key_file.h, system/token.h) says how it is closed.
 * sign() gives 64 bytes: Ed25519 as RFC 8032, P-256 as r, then s, over the
 * message itself. ERR_SYSTEM when the key cannot be used.
 */
struct signer {
	struct cose_key key;
	enum err (*sign)(
	    void *context, struct bytes message, uint8_t ret[SIGNATURE_LEN]);
	void *context;
};

#endif
