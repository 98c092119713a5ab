/* SPDX-License-Identifier: ISC */
/* Keys and statements for tests: the same in every run. */
#ifndef STATEMENT_STATEMENT_KEYS_H
#define STATEMENT_STATEMENT_KEYS_H

#include "crypto/hooks.h"
#include "crypto/key_file.h"
#include "statement/label_claims.h"
#include "statement/statement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define TEST_ROOM 1280

/* The key that follows from one byte; closed by key_file_close(). */
static inline struct signer
test_signer(enum cose_curve curve, uint8_t seed)
{
	uint8_t random[KEY_FILE_RANDOM_LEN];
	struct signer signer;

	memset(random, seed, sizeof(random));
	assert_int_equal(key_file_make(curve, random, &signer), ERR_OK);
	return signer;
}

static const uint8_t test_digest[SHA256_LEN] = { 0x8f, 0x18, 1, 2, 3 };

static inline struct label_claims
test_claims(void)
{
	return (struct label_claims){
		.product = {
		    .pen = 32473,
		    .hwmodel = BYTES("Cam One"),
		    .version = BYTES("1.1"),
		    .digest = test_digest,
		},
		.scheme = BYTES("hallmark"),
		.level = 2,
		.basis = LABEL_BASIS_DECLARED,
		.support_until = 1924991999,
		.maker = BYTES("Argentum Devices GmbH"),
	};
}

/* A label's statement by this key, in the room of TEST_ROOM bytes. */
static inline struct bytes
test_label(const struct signer *signer, const struct label_claims *claims,
    const char *iss, int64_t iat, int64_t exp, uint8_t *room)
{
	uint8_t payload[LABEL_CLAIMS_LEN_MAX];
	struct cbor_writer w = cbor_writer_open(payload, sizeof(payload));
	struct product_ids ids;
	char sub[PRODUCT_SUB_LEN];
	struct bytes made;
	const char *field = NULL;

	assert_null(label_claims_check(claims));
	label_claims_put(&w, claims);
	product_find_ids(&crypto_hooks_default, &claims->product, &ids);
	product_put_sub(&ids, true, sub);
	struct statement_header header = {
		.kind = STATEMENT_LABEL,
		.iss = bytes_of(iss),
		.sub = bytes_of(sub),
		.iat = iat,
		.exp = exp,
	};

	assert_int_equal(
	    statement_make(&header, cbor_written(&w), signer,
		&crypto_hooks_default, room, TEST_ROOM, &made, &field),
	    ERR_OK);
	return made;
}

#endif
