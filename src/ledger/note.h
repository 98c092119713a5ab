/* SPDX-License-Identifier: ISC */
/* Signed notes (C2SP signed-note): a text, and lines of signatures under it. */
#ifndef LEDGER_NOTE_H
#define LEDGER_NOTE_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/out.h"
#include "crypto/hooks.h"
#include "crypto/signer.h"
#include "crypto/vkey.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Lines of signatures; the specification asks for 16, others stop at 100. */
#define NOTE_SIGNATURES_MAX 100
/* Bytes of a note: as many lines of post-quantum signatures, and a text. */
#define NOTE_LEN_MAX ((size_t)1024 * 1024)
/* Bytes of a signature that we can verify: DER of P-256 behind a head. */
#define NOTE_SIGNATURE_MAX 96

/* Borrows what it was read from. */
struct note {
	struct bytes text;	 /* its final newline included */
	struct bytes signatures; /* the lines below the empty one */
	size_t count;		 /* of these lines; at least one */
};

struct note_signature {
	struct bytes line; /* all of it, newline included */
	struct bytes name; /* of the key */
	uint32_t key_id;
	struct bytes encoded; /* base64 of key id and signature */
	size_t len;	      /* bytes of the signature, key id not counted */
};

/*
 * Reads a whole note and checks the form of every line: UTF-8 without control
 * characters but newline, names as vkey_name_is_good() says, base64 of more
 * than four bytes. ERR_MALFORMED, ERR_TRUNCATED (no final newline), ERR_LIMIT.
 */
enum err note_read(struct bytes in, struct note *ret, struct fault *ret_fault);

/* Likewise lines of signatures alone, which may be none, as witnesses answer. */
enum err note_read_signatures(
    struct bytes in, size_t *ret_count, struct fault *ret_fault);

/* Takes the next line off *rest, which was note.signatures (or was checked by
   note_read_signatures()); false behind the last. */
bool note_next(struct bytes *rest, struct note_signature *ret);

/* The signature's bytes, key id not included, in borrowed room; ERR_LIMIT when
   there are more than NOTE_SIGNATURE_MAX. */
enum err note_signature_bytes(const struct note_signature *signature,
    uint8_t room[NOTE_SIGNATURE_MAX], struct bytes *ret);

/* What a line says about a key. */
enum note_finding {
	NOTE_OTHER_KEY, /* name or id differ: the line must be ignored */
	NOTE_GOOD,
	NOTE_BAD,    /* the key's, but wrong: the whole note must be refused */
	NOTE_UNREAD, /* the key's, of a type that is not verified here */
};

/* Of keys that sign the text itself: Ed25519 (type 01) and P-256 (02). Others
   are NOTE_UNREAD; see ledger/cosignature.h for those. */
enum note_finding note_judge(const struct crypto_hooks *hooks,
    struct bytes text, const struct note_signature *signature,
    const struct vkey *key);

/*
 * Verifies a note by these keys (at most 64). *ret_good has bit i set when key
 * i signed it. ERR_CHECKSUM when a line of one of them is wrong or none of them
 * signed.
 */
enum err note_verify(const struct crypto_hooks *hooks, const struct note *note,
    const struct vkey *key, size_t key_count, uint64_t *ret_good);

/* Appends base64 of any bytes (RFC 4648 §4). */
void note_put_base64(struct out *o, struct bytes in);

/* Appends a signature line, of at most NOTE_SIGNATURE_MAX bytes of signature. */
void note_put_line(
    struct out *o, struct bytes name, uint32_t key_id, struct bytes signature);

/*
 * Appends a signature line over `text`, by an Ed25519 key (type 01). The note
 * is text, a newline and its lines. ERR_UNSUPPORTED of a key of another kind,
 * ERR_SYSTEM, or what `o` says.
 */
enum err note_sign(struct out *o, const struct crypto_hooks *hooks,
    struct bytes name, const struct signer *signer, struct bytes text);

#endif
