/* SPDX-License-Identifier: ISC */
/* Signers of tests: a key for each number, no secret to anybody. */
#ifndef KEYS_H
#define KEYS_H

#include "crypto/key_file.h"
#include "crypto/vkey.h"

#include <assert.h>
#include <string.h>

/* key_file_close() it. */
static inline struct signer
keys_open(enum cose_curve curve, uint8_t number)
{
	uint8_t random[KEY_FILE_RANDOM_LEN];
	struct signer signer = { .sign = NULL };
	enum err err;

	memset(random, number, sizeof(random));
	err = key_file_make(curve, random, &signer);
	assert(err == ERR_OK);
	(void)err;
	return signer;
}

static inline struct vkey
keys_vkey(enum vkey_type type, const char *name, const struct signer *signer)
{
	struct vkey key = {
		.name = bytes_of(name),
		.type = type,
		.usable = true,
		.key = signer->key,
	};

	key.id = vkey_id(&crypto_hooks_default, type, key.name, &key.key);
	return key;
}

/* The vkey's text, zero-terminated. */
static inline void
keys_text(enum vkey_type type, const char *name, const struct signer *signer,
    char ret[VKEY_TEXT_LEN + 1])
{
	uint8_t text[VKEY_TEXT_LEN];
	size_t len = 0;
	enum err err = vkey_write(&crypto_hooks_default, type, bytes_of(name),
	    &signer->key, text, &len);

	assert(err == ERR_OK);
	(void)err;
	memcpy(ret, text, len);
	ret[len] = '\0';
}

#endif
