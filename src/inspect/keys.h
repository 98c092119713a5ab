/* SPDX-License-Identifier: ISC */
/* Private and public keys anywhere in a file. */
#ifndef INSPECT_KEYS_H
#define INSPECT_KEYS_H

#include "base/bytes.h"
#include "base/err.h"
#include "inspect/facts.h"

/*
 * Looks through one file's content for keys that really parse: PEM blocks in
 * text, programs and blobs; DER files and PKCS#1, SEC1 and PKCS#8 keys inside
 * blobs; OpenSSH, dropbear, PuTTY, OpenPGP, signify. Adds FACT_PRIVATE_KEY,
 * FACT_ENCRYPTED_KEY, FACT_PUBLIC_KEY and, when name or format say that the
 * key is a server's own, FACT_HOST_KEY. The evidence is the BEGIN line or
 * nothing: no secret byte becomes part of a fact. No password is ever asked.
 *
 * `path` is the file's whole path, `held` what is known of its content
 * (inspect/needles.h); `known` is data/known-keys.tsv, may be
 * empty. At most KEYS_PER_FILE are reported. ERR_MEMORY.
 */
#define KEYS_PER_FILE 64

enum err keys_find(struct bytes path, struct bytes content, uint64_t held,
    struct bytes known, struct facts *facts);

#endif
