/* SPDX-License-Identifier: ISC */
/* Message digests. */
#ifndef CRYPTO_HASH_H
#define CRYPTO_HASH_H

#include "base/bytes.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

#define HASH_MAX_LEN 64

enum hash {
	HASH_MD5, /* only to check what foreign formats carry */
	HASH_SHA1,
	HASH_SHA256,
	HASH_SHA384,
	HASH_SHA512,
};

/* Bytes of a digest. */
size_t hash_len(enum hash hash);

/* Writes hash_len() bytes to `ret`. ERR_SYSTEM when the library refuses. */
enum err hash_of(enum hash hash, struct bytes in, uint8_t ret[HASH_MAX_LEN]);

#endif
