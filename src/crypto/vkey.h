/* SPDX-License-Identifier: ISC */
/* Verifier keys of signed notes, as text: name+id+base64 (C2SP signed-note). */
#ifndef CRYPTO_VKEY_H
#define CRYPTO_VKEY_H

#include "base/bytes.h"
#include "base/err.h"
#include "crypto/cose.h"
#include "crypto/hooks.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the longest text: a name and an ML-DSA-44 key of 1312 bytes. */
#define VKEY_TEXT_LEN 2048
#define VKEY_NAME_LEN 255

/* C2SP signed-note, tlog-cosignature and static-ct-api. */
enum vkey_type {
	VKEY_ED25519 = 0x01,	 /* over the note's text */
	VKEY_ECDSA = 0x02,	 /* likewise; P-256, the signature is DER */
	VKEY_COSIGNATURE = 0x04, /* Ed25519, with a time, by a witness */
	VKEY_RFC6962 = 0x05,	 /* P-256 over a TreeHeadSignature; DER */
	VKEY_MLDSA44 = 0x06,	 /* known by its id, never verified here */
	VKEY_PRIVATE = 0xff,	 /* of nobody's list; likewise */
};

struct vkey {
	struct bytes name; /* borrows the text that was read */
	enum vkey_type type;
	uint32_t id; /* the first four bytes of a signature line, big-endian */
	/* Whether `key` is set: types 01 and 04 with Ed25519, 02 and 05 with
	   P-256. Others are known but cannot be verified here. */
	bool usable;
	struct cose_key key;
};

/* Not empty, at most VKEY_NAME_LEN bytes of UTF-8, no Unicode space, no
   control character, no '+'. */
bool vkey_name_is_good(struct bytes name);

/*
 * The id of a key under that name: SHA-256(name, LF, type, key), first four
 * bytes. Of type 02 it is of the SPKI alone, of type 05 the key is stood in
 * for by the SPKI's SHA-256. The type is one of 01, 02, 04, 05 and fits the
 * key.
 */
uint32_t vkey_id(const struct crypto_hooks *hooks, enum vkey_type type,
    struct bytes name, const struct cose_key *key);

/*
 * Reads one, without blanks or line end around it. `hooks` need only sha256.
 *   ERR_MALFORMED    not of that form, a bad name, base64 that is not the one
 *                    of its bytes, a key of wrong length for its type
 *   ERR_CHECKSUM     the id is not that name's and key's
 *   ERR_UNSUPPORTED  another type, or a key that is on another curve
 *   ERR_LIMIT        longer than VKEY_TEXT_LEN
 */
enum err vkey_read(
    struct bytes text, const struct crypto_hooks *hooks, struct vkey *ret);

/*
 * Writes one (types 01, 02, 04, 05) without line end or final zero; *ret_len
 * is at most VKEY_TEXT_LEN. ERR_MALFORMED: the name is bad, or the key is not
 * of that type.
 */
enum err vkey_write(const struct crypto_hooks *hooks, enum vkey_type type,
    struct bytes name, const struct cose_key *key, uint8_t ret[VKEY_TEXT_LEN],
    size_t *ret_len);

#endif
