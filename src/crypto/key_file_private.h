/* SPDX-License-Identifier: ISC */
/* What a signer of key_file.h holds. */
#ifndef CRYPTO_KEY_FILE_PRIVATE_H
#define CRYPTO_KEY_FILE_PRIVATE_H

#include "crypto/signer.h"

#include <openssl/types.h>
#include <stdint.h>

#define KEY_NUMBER_LEN 32

/* In libcrypto's secure heap. */
struct secret_key {
	uint8_t number[KEY_NUMBER_LEN]; /* Ed25519: the seed; P-256: d */
	uint8_t ed25519[64];		/* libsodium's form: seed, public */
	EVP_PKEY *p256;			/* else NULL */
};

/* Of a signer that key_file_make() or key_file_read() gave. */
const struct secret_key *key_file_secret(const struct signer *signer);

#endif
