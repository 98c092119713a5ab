/* SPDX-License-Identifier: ISC */
/* Private keys in files: PKCS#8 as PEM, encrypted with a passphrase. */
#ifndef CRYPTO_KEY_FILE_H
#define CRYPTO_KEY_FILE_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/out.h"
#include "crypto/signer.h"

#include <stdint.h>

/* What key_file_make() and key_file_write() draw on: bytes that nobody knows. */
#define KEY_FILE_RANDOM_LEN 32

/*
 * A new private key from random bytes; key_file_close() wipes it. All of
 * these keep the key in libcrypto's secure heap when the process has opened it
 * (system/secrets.h), else in memory that is wiped when it is given back.
 * Ed25519 is signed by libsodium, P-256 by libcrypto with a nonce from its own
 * random numbers mixed with key and message (not RFC 6979).
 *   ERR_MALFORMED  the number is no key of that curve: P-256 takes all but one
 *                  in 2^32; draw again
 *   ERR_MEMORY, ERR_SYSTEM
 */
enum err key_file_make(enum cose_curve curve,
    const uint8_t random[KEY_FILE_RANDOM_LEN], struct signer *ret);

/*
 * Reads a key: PEM "ENCRYPTED PRIVATE KEY" (RFC 5958; PBES2 with scrypt or
 * PBKDF2 and AES-CBC) or "PRIVATE KEY". `passphrase` with a NULL ptr is none.
 *   ERR_ENCRYPTED    it is encrypted and there is no passphrase
 *   ERR_CHECKSUM     the passphrase is wrong (or the file is damaged)
 *   ERR_UNSUPPORTED  a key of another kind, or encrypted in another way
 *   ERR_LIMIT        it is too long, or asks for more work or memory than
 *                    LIMIT_KEY_... in base/limits.h before it opens
 *   ERR_MALFORMED    no such PEM block, or broken
 *   ERR_MEMORY, ERR_SYSTEM
 */
enum err key_file_read(
    struct bytes pem, struct bytes passphrase, struct signer *ret);

/* Why it failed, for people; static. */
const char *key_file_why(enum err err);

/*
 * Writes a key that this module made or read, as PEM: encrypted (PBES2, scrypt
 * with N = 2^14, r = 8, p = 1; AES-256-CBC) with the random bytes as salt and
 * initial vector; not encrypted when `passphrase` has a NULL ptr, `random` is
 * not looked at then. `o` holds a secret: its writer wipes it. ERR_MALFORMED:
 * the passphrase is empty; ERR_MEMORY, ERR_SYSTEM.
 */
enum err key_file_write(const struct signer *key, struct bytes passphrase,
    const uint8_t random[KEY_FILE_RANDOM_LEN], struct out *o);

/* Wipes the key. One that is all zero is fine. */
void key_file_close(struct signer *key);

#endif
