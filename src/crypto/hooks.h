/* SPDX-License-Identifier: ISC */
/* The three sums that statements, proofs and labels rest on, as functions. */
#ifndef CRYPTO_HOOKS_H
#define CRYPTO_HOOKS_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHA256_LEN 32
#define ED25519_KEY_LEN 32
#define P256_KEY_LEN 64 /* x, then y, big-endian */
#define SIGNATURE_LEN 64

/* Parts of one message that is hashed. */
#define CRYPTO_PARTS_MAX 8

/*
 * Whoever verifies is given these, so that a gateway may use its own library
 * or its chip. None takes memory that it does not give back; all may be called
 * from several threads at once.
 */
struct crypto_hooks {
	/* The digest of the parts, one behind the other, of which there are at
	   most CRYPTO_PARTS_MAX. Cannot fail. */
	void (*sha256)(const void *context, const struct bytes *part,
	    size_t count, uint8_t ret[SHA256_LEN]);
	/* The digests of `first` || rest[i], 32 bytes each, one behind the
	   other; `ret` does not overlap them. NULL where many at a time are no
	   faster: whoever has many then asks for one after the other. */
	void (*sha256_many)(const void *context, uint8_t first,
	    const struct bytes *rest, size_t count, uint8_t *ret);
	/*
	 * Whether it is that key's signature over the message. Ed25519 is
	 * RFC 8032 §5.1.7 as libsodium reads it: points of small order and
	 * S not below L are refused, and so are keys of another encoding.
	 */
	bool (*ed25519_verify)(const void *context,
	    const uint8_t key[ED25519_KEY_LEN], struct bytes message,
	    const uint8_t signature[SIGNATURE_LEN]);
	/* ECDSA on P-256 with SHA-256; the signature is r, then s (RFC 9053
	   §2.1). A point that is not on the curve gives false. NULL where
	   P-256 is left out: what needs it is then ERR_UNSUPPORTED. */
	bool (*p256_verify)(const void *context,
	    const uint8_t key[P256_KEY_LEN], struct bytes message,
	    const uint8_t signature[SIGNATURE_LEN]);
	const void *context; /* theirs; each is called with it */
};

/* With libcrypto (SHA-256, P-256) and libsodium (Ed25519). */
extern const struct crypto_hooks crypto_hooks_default;

#endif
