/* SPDX-License-Identifier: ISC */
/* Keys on tokens and in HSMs: PKCS#11, named by URI (RFC 7512). */
#ifndef SYSTEM_TOKEN_H
#define SYSTEM_TOKEN_H

#include "base/bytes.h"
#include "base/err.h"
#include "crypto/signer.h"

#include <stdbool.h>

/* Bytes of a URI, and of what a token says of itself. */
#define TOKEN_URI_LEN 1024

/* Whether it names a token: it begins with "pkcs11:". */
bool token_is_uri(const char *what);

enum token_use {
	TOKEN_PUBLIC, /* only signer.key is wanted; no login if it goes so */
	TOKEN_SIGN,
	TOKEN_MAKE, /* a new key pair of signer.key.curve; then as TOKEN_SIGN */
};

/*
 * Opens the key that the URI names; token_close() ends it. The URI's attributes
 * object, id, token, manufacturer, serial, model, slot-id, library-... choose
 * (type may be "private"); module-path names the PKCS#11 library, else those
 * that p11-kit is configured with are asked (module-name chooses). The PIN is
 * pin-value, or the first line of the file that pin-source names, or `pin`
 * (ptr NULL: none is at hand). Nothing but exactly one key will do. For
 * TOKEN_MAKE there must be none yet, the URI needs object or id, and
 * ret->key.curve says which kind is made.
 *
 * Every signature is verified with the public key before it is given out. On
 * failure only *ret_why is set (static):
 *   ERR_ENCRYPTED    it needs a PIN and there is none
 *   ERR_CHECKSUM     the PIN is wrong or locked
 *   ERR_MALFORMED    the URI is broken, or no token or key is called so, or
 *                    several, or (TOKEN_MAKE) there is one already
 *   ERR_UNSUPPORTED  the key or token does neither Ed25519 nor P-256
 *   ERR_MEMORY, ERR_SYSTEM
 */
enum err token_open(const char *uri, enum token_use use, struct bytes pin,
    struct signer *ret, const char **ret_why);

/* Ends the session. One that is all zero is fine. */
void token_close(struct signer *signer);

#endif
