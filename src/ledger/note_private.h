/* SPDX-License-Identifier: ISC */
/* What reading and writing notes, and what stands on them, share. */
#ifndef LEDGER_NOTE_PRIVATE_H
#define LEDGER_NOTE_PRIVATE_H

#include "base/bytes.h"
#include "crypto/hooks.h"
#include "crypto/vkey.h"
#include "ledger/note.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An em dash and a blank. */
#define NOTE_LINE_START "\xe2\x80\x94 "
#define NOTE_KEY_ID_LEN 4

/* How the lines of a tlog-proof begin. */
#define PROOF_HEADER "c2sp.org/tlog-proof@v1"
#define PROOF_EXTRA "extra "
#define PROOF_INDEX "index "

/* Checks base64 of any length in little memory: how many bytes it is of, and
   its first four, big-endian (0 of fewer). False when it is none. */
bool note_check_base64(struct bytes in, size_t *ret_len, uint32_t *ret_first);

/* Whether the line names this key. */
bool note_is_of(const struct note_signature *signature, const struct vkey *key);

/*
 * An ECDSA-Sig-Value (RFC 3279 §2.2.3) as r, then s. False unless it is DER of
 * two numbers of at most 32 bytes, nothing behind it.
 */
bool note_read_ecdsa(struct bytes der, uint8_t ret[SIGNATURE_LEN]);

/* Whether the key, which is usable, signed the message: Ed25519 in 64 bytes,
   P-256 in DER. */
bool note_verifies(const struct crypto_hooks *hooks, const struct vkey *key,
    struct bytes message, struct bytes signature);

#endif
