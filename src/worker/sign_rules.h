/* SPDX-License-Identifier: ISC */
/* What the ledger's key may be used for: read strictly, decided here. */
#ifndef WORKER_SIGN_RULES_H
#define WORKER_SIGN_RULES_H

#include "base/bytes.h"
#include "base/err.h"
#include "crypto/cose.h"
#include "crypto/hooks.h"
#include "ledger/merkle.h"

#include <stddef.h>
#include <stdint.h>

/* A token is good for no longer, and not issued later than that. */
#define SIGN_TOKEN_SECS ((int64_t)367 * 86400)
#define SIGN_SKEW_SECS 300

struct sign_terms {
	struct bytes origin; /* the ledger's name */
	const struct cose_key *key;
	const struct crypto_hooks *hooks;
	int64_t now; /* seconds since 1970 */
};

/* The last head that was signed, and how many there were: 0 is none ever. */
struct sign_memory {
	uint64_t number;
	struct merkle_head head;
};

/* ---- may it be signed? NULL is yes, else why not: English, static ---- */

/* A checkpoint of this origin, not smaller than the last, and of its size no
   other. *ret is its head. */
const char *sign_check_head(const struct sign_terms *terms,
    const struct sign_memory *memory, struct bytes text,
    struct merkle_head *ret);

/* That this key signed the checkpoint of that head. */
const char *sign_check_signed(const struct sign_terms *terms,
    const struct merkle_head *head, const uint8_t signature[SIGNATURE_LEN]);

/* What a receipt's signature is over (RFC 9052 §4.4), of a root that this key
   signed as that of a tree of `size`. */
const char *sign_check_receipt(const struct sign_terms *terms, uint64_t size,
    const uint8_t signature[SIGNATURE_LEN], struct bytes message);

/* Likewise of a status list's token or of a bundle. */
const char *sign_check_token(
    const struct sign_terms *terms, struct bytes message);

/*
 * Whether the ledger's newest head, which this key signed, and the memory are of
 * one past. A ledger that is newer, because another program added to it, must
 * prove that it begins with the tree remembered: `path` is that consistency
 * proof, else empty. *ret is the head to be remembered from now on.
 */
const char *sign_check_begin(const struct sign_terms *terms,
    const struct sign_memory *memory, const struct merkle_head *head,
    const uint8_t signature[SIGNATURE_LEN], struct merkle_path path,
    struct merkle_head *ret);

/* ---- the memory on disk ---- */

/* Two places, used in turn by the number: one of them is always whole. */
#define SIGN_PLACE_LEN ((size_t)112 + SHA256_LEN)
#define SIGN_PLACE_STEP 4096

void sign_put_place(const struct sign_terms *terms,
    const struct sign_memory *memory, uint8_t ret[SIGN_PLACE_LEN]);

/* From both places, as far as the file has them; empty ones are new.
   ERR_CHECKSUM: damaged; ERR_MALFORMED: of another key or ledger. */
enum err sign_read_places(const struct sign_terms *terms,
    const struct bytes place[2], struct sign_memory *ret);

#endif
