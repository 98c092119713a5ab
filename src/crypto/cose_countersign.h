/* SPDX-License-Identifier: ISC */
/* Countersignatures: a second party signs a message as it stands (RFC 9338). */
#ifndef CRYPTO_COSE_COUNTERSIGN_H
#define CRYPTO_COSE_COUNTERSIGN_H

#include "crypto/cose.h"
#include "crypto/cose_signature.h"

/*
 * Only version 2, label 11, of a COSE_Sign1: it covers the signature, too.
 * Version 1 (label 7) does not, and is not looked at.
 */

/*
 * The countersignature `index` of a message; label 11 holds one, or an array
 * of several. ERR_END when there are not that many; else as cose_read_sign1().
 */
enum err cose_read_countersignature(const struct cose_sign1 *message,
    enum cbor_rules rules, size_t index, struct cose_signature *ret,
    struct fault *ret_fault);

/*
 * The bytes that a countersigner signs (RFC 9338 §3.3) in borrowed room:
 * ["CounterSignatureV2", body protected, `protected_map`, aad, payload,
 * [signature]]. `payload` replaces a detached one. ERR_LIMIT.
 */
enum err cose_countersign_to_be_signed(const struct cose_sign1 *message,
    struct bytes protected_map, struct bytes aad, struct bytes payload,
    uint8_t *room, size_t cap, struct bytes *ret);

/* Whether the key countersigned the message; as cose_verify_sign1(). */
enum err cose_verify_countersignature(const struct cose_sign1 *message,
    const struct cose_signature *countersignature, const struct cose_key *key,
    const struct crypto_hooks *hooks, struct bytes payload, uint8_t *room,
    size_t cap);

/* The value of label 11 from its parts; `unprotected` as cose_put_sign1(). */
void cose_put_countersignature(struct cbor_writer *w,
    struct bytes protected_map, struct bytes unprotected,
    struct bytes signature);

#endif
