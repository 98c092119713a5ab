/* SPDX-License-Identifier: ISC */
/* Codings of vendor images whose keys have been public for years. */
#include "unpack/vendor_private.h"

#include <openssl/evp.h>

/* Bytes that one call of the library takes. */
#define STEP_LEN ((size_t)1 << 20)
#define AES_BLOCK ((size_t)16)

enum err
vendor_xor(struct bytes in, struct bytes key, struct out *to)
{
	uint8_t *room = out_reserve(to, in.len);

	if (room == NULL)
		return to->failed;
	for (size_t i = 0; i < in.len; i++)
		room[i] = in.ptr[i] ^ key.ptr[i % key.len];
	to->len += in.len;
	return ERR_OK;
}

static bool
decrypt(EVP_CIPHER_CTX *ctx, struct bytes in, uint8_t *to)
{
	size_t at = 0;

	while (at < in.len) {
		struct bytes step = bytes_slice(in, at, STEP_LEN);
		int made;

		if (EVP_DecryptUpdate(
			ctx, to + at, &made, step.ptr, (int)step.len) != 1)
			return false;
		at += step.len;
	}
	return true;
}

enum err
vendor_aes_cbc(
    struct bytes in, struct bytes key, const uint8_t iv[16], struct out *to)
{
	const EVP_CIPHER *cipher =
	    key.len == 32 ? EVP_aes_256_cbc() : EVP_aes_128_cbc();
	/* What makes no block is no part of it. */
	struct bytes blocks =
	    bytes_slice(in, 0, in.len / AES_BLOCK * AES_BLOCK);
	uint8_t *room = out_reserve(to, blocks.len);

	if (room == NULL)
		return to->failed;
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	bool ok = ctx != NULL &&
	    EVP_DecryptInit_ex(ctx, cipher, NULL, key.ptr, iv) == 1 &&
	    EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
	    decrypt(ctx, blocks, room);

	EVP_CIPHER_CTX_free(ctx);
	if (!ok)
		return ERR_SYSTEM;
	to->len += blocks.len;
	return ERR_OK;
}

enum err
vendor_encrpted_img(struct bytes in, size_t block_len, struct out *to)
{
	static const char iv[] = "J%1iQl8$=lm-;8AE";
	struct bytes key = BYTES("he9-4+M!)d6=m~we1,q2a3d1n&2*Z^%8");
	enum err err = ERR_OK;

	for (size_t at = 0; at < in.len && err == ERR_OK; at += block_len)
		err = vendor_aes_cbc(bytes_slice(in, at, block_len), key,
		    (const uint8_t *)iv, to);
	return err;
}

/* Alpha Networks' encimg mixes the board's name into a constant. */
static void
mix(struct bytes name, const char *seed, uint8_t *to, size_t len)
{
	for (size_t i = 0; i < len; i++)
		to[i] = (uint8_t)((uint8_t)seed[i] ^ (i + 1) ^
		    name.ptr[i % name.len]);
}

enum err
vendor_encimg(
    struct bytes in, struct bytes name, const char *seeds, struct out *to)
{
	uint8_t key[32];
	uint8_t iv[16];

	if (name.len == 0)
		return ERR_UNSUPPORTED;
	mix(name, seeds, key, sizeof(key));
	mix(name, seeds + sizeof(key), iv, sizeof(iv));
	return vendor_aes_cbc(in, (struct bytes){ key, sizeof(key) }, iv, to);
}
