/* SPDX-License-Identifier: ISC */
/* Checkpoints (C2SP tlog-checkpoint): a ledger's head as a note. */
#ifndef LEDGER_CHECKPOINT_H
#define LEDGER_CHECKPOINT_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/out.h"
#include "crypto/signer.h"
#include "ledger/merkle.h"
#include "ledger/note.h"

/* Bytes of a checkpoint's text: three lines, and few that a log may add. */
#define CHECKPOINT_TEXT_MAX ((size_t)2048)

/* Borrows what it was read from. */
struct checkpoint {
	struct bytes text;   /* what is signed */
	struct bytes origin; /* the first line */
	struct merkle_head head;
	struct bytes extensions; /* further lines, newlines included */
};

/* Reads the text alone. ERR_MALFORMED, ERR_TRUNCATED, ERR_LIMIT: longer than
   CHECKPOINT_TEXT_MAX, or a size above MERKLE_SIZE_MAX. */
enum err checkpoint_read_text(
    struct bytes text, struct checkpoint *ret, struct fault *ret_fault);

/* Reads a whole note; no signature is verified. */
enum err checkpoint_read(struct bytes in, struct checkpoint *ret,
    struct note *ret_note, struct fault *ret_fault);

/* Appends a text without extensions; the origin must hold no newline. */
void checkpoint_put_text(
    struct out *o, struct bytes origin, const struct merkle_head *head);

/* Appends a whole note, signed by the ledger's key (type 01), whose name is the
   origin. As note_sign(). */
enum err checkpoint_sign(struct out *o, const struct crypto_hooks *hooks,
    struct bytes origin, const struct merkle_head *head,
    const struct signer *signer);

#endif
