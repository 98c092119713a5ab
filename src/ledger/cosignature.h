/* SPDX-License-Identifier: ISC */
/* What witnesses sign under a checkpoint (C2SP tlog-cosignature). */
#ifndef LEDGER_COSIGNATURE_H
#define LEDGER_COSIGNATURE_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/out.h"
#include "crypto/hooks.h"
#include "crypto/signer.h"
#include "ledger/checkpoint.h"
#include "ledger/note.h"

#include <stdint.h>

/* The latest time that a cosignature may tell, in seconds since 1970. */
#define COSIGNATURE_SECS_MAX INT64_MAX

/*
 * What a line under this checkpoint says about a key of any type: 01 and 02
 * sign the text, 04 (Ed25519 cosignature) the text and a time, 05 an RFC 6962
 * tree head with a time. 06 (ML-DSA-44) is recognised by its length, not
 * verified: NOTE_UNREAD. *ret_secs is the time told, 0 where there is none; set
 * with NOTE_GOOD, and 0 with NOTE_UNREAD.
 */
enum note_finding cosignature_judge(const struct crypto_hooks *hooks,
    const struct checkpoint *checkpoint, const struct note_signature *signature,
    const struct vkey *key, uint64_t *ret_secs);

/*
 * Appends a cosignature line of type 04 over a checkpoint's text, which must be
 * one (see checkpoint_read_text()). ERR_UNSUPPORTED of a key that is not
 * Ed25519, ERR_LIMIT of a longer text or a time of 0 or above
 * COSIGNATURE_SECS_MAX, ERR_SYSTEM, or what `o` says.
 */
enum err cosignature_put(struct out *o, const struct crypto_hooks *hooks,
    struct bytes name, const struct signer *signer, uint64_t secs,
    struct bytes checkpoint_text);

#endif
