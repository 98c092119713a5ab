/* SPDX-License-Identifier: ISC */
/* Keys of logs and witnesses for tests, and policies that name them. */
#ifndef SIGNERS_H
#define SIGNERS_H

#include "base/out.h"
#include "crypto/key_file.h"
#include "crypto/vkey.h"
#include "ledger/policy.h"

#include <assert.h>
#include <string.h>

/* The same number gives the same key. key_file_close() it. */
static inline struct signer
signers_make(uint8_t number)
{
	uint8_t seed[KEY_FILE_RANDOM_LEN];
	struct signer signer;
	enum err err;

	memset(seed, number, sizeof(seed));
	err = key_file_make(COSE_CURVE_ED25519, seed, &signer);
	assert(err == ERR_OK);
	return signer;
}

static inline void
signers_put_vkey(struct out *o, enum vkey_type type, const char *name,
    const struct signer *signer)
{
	uint8_t text[VKEY_TEXT_LEN];
	size_t len;
	enum err err = vkey_write(&crypto_hooks_default, type, bytes_of(name),
	    &signer->key, text, &len);

	assert(err == ERR_OK);
	out_put(o, (struct bytes){ text, len });
}

/* "log VKEY\n", "witness NAME VKEY\n" */
static inline void
signers_put_log(struct out *o, const char *name, const struct signer *signer)
{
	out_text(o, "log ");
	signers_put_vkey(o, VKEY_ED25519, name, signer);
	out_text(o, "\n");
}

static inline void
signers_put_witness(
    struct out *o, const char *name, const struct signer *signer)
{
	out_text(o, "witness ");
	out_text(o, name);
	out_text(o, " ");
	signers_put_vkey(o, VKEY_COSIGNATURE, name, signer);
	out_text(o, "\n");
}

/* Borrows the text. */
static inline void
signers_read_policy(const struct out *text, struct policy *ret)
{
	struct fault fault;
	enum err err =
	    policy_read(out_bytes(text), 0, &crypto_hooks_default, ret, &fault);

	assert(err == ERR_OK);
}

#endif
