/* SPDX-License-Identifier: ISC */
/* Digests through libcrypto. */
#include "crypto/hash.h"

#include <openssl/evp.h>
#include <string.h>

static const struct {
	const char *name;
	size_t len;
} hashes[] = {
	[HASH_MD5] = { "MD5", 16 },
	[HASH_SHA1] = { "SHA1", 20 },
	[HASH_SHA256] = { "SHA256", 32 },
	[HASH_SHA384] = { "SHA384", 48 },
	[HASH_SHA512] = { "SHA512", 64 },
};

size_t
hash_len(enum hash hash)
{
	return hashes[hash].len;
}

enum err
hash_of(enum hash hash, struct bytes in, uint8_t ret[HASH_MAX_LEN])
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	size_t len = 0;

	if (EVP_Q_digest(NULL, hashes[hash].name, NULL,
		in.ptr != NULL ? in.ptr : digest, in.len, digest, &len) != 1 ||
	    len != hashes[hash].len)
		return ERR_SYSTEM;
	memcpy(ret, digest, len);
	return ERR_OK;
}
