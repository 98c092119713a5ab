/* SPDX-License-Identifier: ISC */
/* Encrypted private keys tried with the passwords that everybody uses. */
#ifndef INSPECT_KEY_PASSWORD_H
#define INSPECT_KEY_PASSWORD_H

#include "base/bytes.h"

#include <stdbool.h>

/*
 * The password that opens the key, of a few; static, NULL when none does or
 * when trying would cost too much (KEY_ROUNDS_MAX of PBKDF2, other schemes).
 * `pem` is a whole armoured block of OpenSSL's traditional form, `pkcs8` the
 * DER of an EncryptedPrivateKeyInfo: RFC 1421 §4.6, RFC 5958 §3.
 */
const char *key_password_of_pem(struct bytes pem);
const char *key_password_of_pkcs8(struct bytes pkcs8);

/*
 * Whether the bytes are a PKCS#12 file with a private key, RFC 7292 §4; the
 * password of its MAC as above.
 */
bool key_is_pkcs12(struct bytes der, const char **ret_password);

#endif
