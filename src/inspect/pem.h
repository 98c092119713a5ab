/* SPDX-License-Identifier: ISC */
/* Armoured blocks (PEM, OpenPGP) inside any bytes. */
#ifndef INSPECT_PEM_H
#define INSPECT_PEM_H

#include "base/bytes.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes from BEGIN to END; the largest keys and certificates take 16 KiB. */
#define PEM_BLOCK_LIMIT ((size_t)64 << 10)

/* One whole block; borrows what was searched. */
struct pem_block {
	size_t at;	     /* offset of its "-----BEGIN" */
	size_t len;	     /* up to and including the END line's dashes */
	struct bytes begin;  /* the BEGIN line */
	struct bytes label;  /* "RSA PRIVATE KEY" */
	struct bytes header; /* "Proc-Type: 4,ENCRYPTED …", or empty */
	struct bytes body;   /* base64 with its white space */
};

/*
 * The next block at or after *at that has an END of the same label within
 * PEM_BLOCK_LIMIT and no other BEGIN between; *at moves behind it. False when
 * there is none. Source: RFC 7468 §3, RFC 1421 §4.6 for headers.
 */
bool pem_next(struct bytes in, size_t *at, struct pem_block *ret);

/*
 * Decodes a block's base64 into `to` (cap bytes). White space, zero bytes and
 * the two characters "\n" of a text in a program are skipped; an OpenPGP
 * checksum line ends it. *ret_len is untouched on failure:
 *   ERR_MALFORMED  another character, or misplaced padding
 *   ERR_LIMIT      more than cap bytes
 */
enum err pem_decode(
    struct bytes body, uint8_t *to, size_t cap, size_t *ret_len);

#endif
