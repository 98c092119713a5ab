/* SPDX-License-Identifier: ISC */
/* Public keys as SubjectPublicKeyInfo (RFC 5280, 5480, 8410): DER and PEM. */
#ifndef CRYPTO_SPKI_H
#define CRYPTO_SPKI_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/out.h"
#include "crypto/cose.h"

#include <stddef.h>
#include <stdint.h>

#define SPKI_MAX_LEN 91 /* P-256, not compressed; Ed25519 has 44 */

/* Writes it and gives its length. */
size_t spki_write(const struct cose_key *key, uint8_t ret[SPKI_MAX_LEN]);

/*
 * Reads one: DER, all of `der`. ERR_UNSUPPORTED: another algorithm or curve,
 * or a compressed point; ERR_MALFORMED, ERR_TRUNCATED: it is none. Whether a
 * point is on its curve shows when something is verified.
 */
enum err spki_read(struct bytes der, struct cose_key *ret);

/* The same as PEM, "PUBLIC KEY" (RFC 7468 §13). Reading takes the first such
   block and passes over text in front of and behind it. */
void spki_put_pem(struct out *o, const struct cose_key *key);
enum err spki_read_pem(struct bytes pem, struct cose_key *ret);

#endif
